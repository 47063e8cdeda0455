"""What scripts ask of a call: the user's words, the tools, their results, what is still pending."""

from collections.abc import Iterator
from typing import Final, NamedTuple, cast

from mockclaude.call import Call
from mockclaude.wire.body import Block, JsonObject, blocks_of

SERVER_CALLS: Final = frozenset({"server_tool_use", "mcp_tool_use"})
"""Calls that the API itself answers, in the same message or the next."""


class Result(NamedTuple):
    """A tool's result in the last turn: which tool, and the text of what it said."""

    tool: str
    text: str


def user_text(call: Call) -> str:
    """The text of the last user turn that has any; turns of nothing but tool results are passed over."""
    for turn in reversed(call.turns):
        if turn.role == "user":
            texts = [block["text"] for block in turn.blocks if block["type"] == "text"]
            if texts:
                return "\n".join(texts)
    return ""


def system_text(call: Call) -> str:
    """The system prompt, with the system items among the messages behind it."""
    system = call.body.get("system") or ""
    texts = [text_of(system)]
    if "role:system" in call.features:
        texts += [text_of(list(turn.blocks)) for turn in call.turns if turn.role == "system"]
    return "\n".join([text for text in texts if text])


def text_of(content: object) -> str:
    """The text in a block's or turn's content."""
    if isinstance(content, str):
        return content
    if not isinstance(content, list):
        return ""
    return "\n".join([block["text"] for block in cast("list[Block]", content) if block["type"] == "text"])


def tool_names(call: Call) -> tuple[str, ...]:
    """The names of the request's tools, and of those that came up later in the conversation."""
    names = [str(tool.get("name", "")) for tool in call.body.get("tools") or ()]
    if not call.features.isdisjoint(ADDITIONS):
        for item in call.body["messages"]:
            names += [name for block in blocks_of(item["content"]) for name in _added(block)]
    return tuple([name for name in names if name])


ADDITIONS: Final = frozenset({"tool_addition", "tool_reference", "tool_search_tool_result"})
"""Blocks by which a conversation gains tools."""


def _added(value: object) -> Iterator[str]:
    """The tools that a block adds or refers to."""
    if isinstance(value, list):
        for inner in value:
            yield from _added(inner)
    elif isinstance(value, dict):
        kind = value.get("type")
        if kind == "tool_reference":
            yield str(value.get("tool_name") or value.get("name") or "")
        elif kind == "tool_addition":
            tool = cast("JsonObject", value.get("tool") or {})
            yield str(tool.get("tool_name") or tool.get("name") or "")
        elif kind in {"tool_result", "tool_search_tool_result", "tool_search_tool_search_result"}:
            yield from _added(value.get("content"))
            yield from _added(value.get("tool_references"))


def results(call: Call) -> tuple[Result, ...]:
    """The tool results that the client has just sent: those of the last turn."""
    last = call.dialogue[-1] if call.dialogue else None
    if last is None or last.role != "user" or "tool_result" not in call.features:
        return ()
    found = [block for block in last.blocks if block["type"] == "tool_result"]
    if not found:
        return ()
    names = {
        str(block.get("id")): str(block.get("name"))
        for turn in call.turns
        if turn.role == "assistant"
        for block in turn.blocks
        if block["type"] == "tool_use"
    }
    return tuple([Result(names.get(block["tool_use_id"], ""), text_of(block.get("content"))) for block in found])


def pending(call: Call) -> tuple[str, ...]:
    """The ids of server tool calls that the last assistant turn leaves without their results."""
    last = next((turn for turn in reversed(call.turns) if turn.role == "assistant"), None)
    return () if last is None else unresolved(list(last.blocks))


def is_paused(call: Call) -> bool:
    """Whether the conversation ends in an assistant turn that waits for the result of a server tool."""
    return bool(call.dialogue) and call.dialogue[-1].role == "assistant" and bool(pending(call))


def unresolved(blocks: list[Block]) -> tuple[str, ...]:
    """The ids of server tool calls among the blocks that no result among them answers; empty where one has no id."""
    answered = {block.get("tool_use_id") for block in blocks if "tool_use_id" in block}
    return tuple([str(block.get("id", "")) for block in blocks if _is_open(block, answered)])


def _is_open(block: Block, answered: set[str | None]) -> bool:
    return block["type"] in SERVER_CALLS and block.get("id", "") not in answered


def image_count(call: Call) -> int:
    """How many images the request carries, tool results included."""
    if "image" not in call.features:
        return 0
    count = 0
    for turn in call.turns:
        for block in turn.blocks:
            inner = block.get("content") if block["type"] == "tool_result" else None
            blocks = inner if isinstance(inner, list) else [block]
            count += sum([one["type"] == "image" for one in blocks])
    return count
