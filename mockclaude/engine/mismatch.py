"""What only the request shows: replies that the API would never give to this very call."""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import replace
from typing import Final, cast

from mockclaude.call import Call
from mockclaude.engine.contradiction import Contradiction, is_result, stop_reason_of
from mockclaude.engine.conversation import SERVER_CALLS, pending, tool_names
from mockclaude.engine.reply import Reply
from mockclaude.errors import nearest
from mockclaude.wire.body import Block, JsonObject, Tool
from mockclaude.wire.encoding import JSONFault, loads

SANDBOX: Final = frozenset({"code_execution", "bash_code_execution", "text_editor_code_execution"})
"""Tools that come with code execution, and with web tools since 2026-02, which filter their results by code."""

CUT_SHORT: Final = frozenset({"max_tokens", "refusal", "model_context_window_exceeded"})
"""Stop reasons that may end a message anywhere, even within a tool's input."""

ENFORCED: Final = frozenset(
    {"properties", "required", "type", "additionalProperties", "description", "title", "$schema"}
)
"""Keywords that leave no doubt which names an input may have."""


def shown(reply: Reply, call: Call) -> Iterator[Contradiction]:
    """What of a reply does not fit the call."""
    if reply.error is not None or reply.raw is not None:
        return
    kinds = frozenset(block["type"] for block in reply.content)
    if "tool_use" in kinds or "tool_choice" in call.features:
        yield from _choice(reply, call)
    if not kinds <= PLAIN:
        for place, block in enumerate(reply.content):
            check = CHECKS.get(block["type"])
            if check is not None:
                yield from check(block, place, reply, call)
            elif is_result(block):
                yield from _result(block, place, reply, call)
    if any(block.get("citations") for block in reply.content):
        yield from _cited(reply, call)
    if reply.stop_sequence is not None and reply.stop_sequence not in (call.body.get("stop_sequences") or ()):
        given = call.body.get("stop_sequences") or []
        yield Contradiction(("stop_sequence",), f"is {reply.stop_sequence!r}; the request has {given!r}")
    if "output_config" in call.features and stop_reason_of(reply) == "end_turn":
        yield from _format(reply, call)


PLAIN: Final = frozenset({"text"})


def linked(reply: Reply, call: Call) -> Reply:
    """The reply with the ids of server tool results that their author left out."""
    if not any(is_result(block) and "tool_use_id" not in block for block in reply.content):
        return reply
    waiting = list(pending(call))
    content: list[Block] = []
    for block in reply.content:
        if block["type"] in SERVER_CALLS and "id" in block:
            waiting.append(block["id"])
        elif is_result(block) and waiting:
            name = block.get("tool_use_id", waiting[0])
            waiting = [other for other in waiting if other != name]
            content.append(cast("Block", {"type": block["type"], "tool_use_id": name, **block}))
            continue
        content.append(block)
    return replace(reply, content=tuple(content))


def _choice(reply: Reply, call: Call) -> Iterator[Contradiction]:
    """Calls that `tool_choice` forbids, or the lack of one that it demands."""
    choice = call.body.get("tool_choice") or {"type": "auto"}
    called = [block.get("name", "") for block in reply.content if block["type"] == "tool_use"]
    calls_none = not called and not any(block["type"] in SERVER_CALLS for block in reply.content)
    kind = choice["type"]
    path = ("content",)
    if called and kind == "none":
        yield Contradiction(path, f"calls {called[0]!r}, but the request's tool_choice is none")
    elif calls_none and kind in {"any", "tool"} and stop_reason_of(reply) not in CUT_SHORT:
        wanted = f"tool {choice.get('name')!r}" if kind == "tool" else "any tool"
        yield Contradiction(path, f"calls no tool, but the request's tool_choice demands {wanted}")
    elif kind == "tool" and set(called) - {choice.get("name")}:
        yield Contradiction(path, f"calls {called[0]!r}, but the request's tool_choice is {choice.get('name')!r}")
    if len(called) > 1 and choice.get("disable_parallel_tool_use"):
        yield Contradiction(path, f"calls {len(called)} tools, but the request disables parallel tool use")


def _client_tool(block: Block, place: int, reply: Reply, call: Call) -> Iterator[Contradiction]:
    name = block.get("name", "")
    offered = tool_names(call)
    if name in offered:
        if stop_reason_of(reply) not in CUT_SHORT:
            tool = next((tool for tool in call.body.get("tools") or () if tool.get("name") == name), None)
            yield from _input(block, place, tool)
    elif not ("toolset_name" in cast("Mapping[str, object]", block) and _has_tool(call, "_toolset_")):
        yield Contradiction(("content", place, "name"), _not_offered(name, offered))


def _server_tool(block: Block, place: int, _reply: Reply, call: Call) -> Iterator[Contradiction]:
    name = block.get("name", "")
    offered = tool_names(call)
    if name not in offered and not (
        name in SANDBOX and (_has_tool(call, "code_execution", "web_") or _is_called_by_code(call))
    ):
        yield Contradiction(("content", place, "name"), _not_offered(name, offered))


def _is_called_by_code(call: Call) -> bool:
    """Whether the request lets code call one of its tools, which brings the sandbox with it."""
    return any("allowed_callers" in tool for tool in call.body.get("tools") or ())


def _remote_tool(_block: Block, place: int, _reply: Reply, call: Call) -> Iterator[Contradiction]:
    if "mcp_servers" not in call.features:
        yield Contradiction(("content", place), "calls a tool of an MCP server, but the request names no mcp_servers")


def _thinking(_block: Block, place: int, _reply: Reply, call: Call) -> Iterator[Contradiction]:
    asked = call.body.get("thinking")
    kind = asked["type"] if asked else None
    path = ("content", place)
    if call.model.thinking_types <= {"disabled"}:
        yield Contradiction(path, f"holds thinking, but {call.model.id} cannot think")
    elif kind == "disabled":
        yield Contradiction(path, "holds thinking, but the request disables it")
    elif kind is None and call.model.thinking_when_omitted == "off":
        yield Contradiction(path, f"holds thinking, but the request does not ask {call.model.id} for it")


def _result(block: Block, place: int, reply: Reply, call: Call) -> Iterator[Contradiction]:
    """A result of a call that the reply does not hold must answer a pending one of the request."""
    before = {other.get("id") for other in reply.content[:place] if other["type"] in SERVER_CALLS}
    if block.get("tool_use_id") in before:
        return
    waiting = pending(call)
    if block.get("tool_use_id") not in waiting:
        had = ", ".join(waiting) or "none"
        message = f"answers no server tool call of the reply or of the request; pending in the request: {had}"
        yield Contradiction(("content", place), message)


def _input(block: Block, place: int, tool: Tool | None) -> Iterator[Contradiction]:
    """Names in the input that the tool's schema does not have, or lacks; a deferred tool is called by guess."""
    schema: JsonObject = (tool or {}).get("input_schema") or {}
    properties = schema.get("properties")
    if (tool or {}).get("defer_loading"):
        return
    if not isinstance(properties, dict) or set(schema) - ENFORCED or schema.get("additionalProperties"):
        return
    given = block["input"]
    path = ("content", place, "input")
    for name in given:
        if name not in properties:
            hint = nearest(name, properties) or f"; known: {', '.join(properties) or 'none'}"
            yield Contradiction((*path, name), f"{block.get('name')!r} has no such argument{hint}")
    required = schema.get("required")
    missing = [name for name in required if name not in given] if isinstance(required, list) else []
    if missing:
        yield Contradiction(path, f"lacks {', '.join(map(repr, missing))}, which {block.get('name')!r} requires")


def _format(reply: Reply, call: Call) -> Iterator[Contradiction]:
    """Text that is no JSON although the request demands a schema."""
    form = (call.body.get("output_config") or {}).get("format")
    if not form:
        return
    text = "".join([str(block.get("text", "")) for block in reply.content if block["type"] == "text"])
    try:
        loads(text.encode("utf-8", "surrogatepass"))
    except JSONFault as fault:
        yield Contradiction(("content",), f"is no JSON, but the request demands output_config.format: {fault}")


SOURCES: Final[Mapping[str, tuple[str, frozenset[str]]]] = {
    **dict.fromkeys(
        ("char_location", "page_location", "content_block_location"),
        ("document", frozenset({"document", "web_fetch_tool_result", "mcp_tool_result"})),
    ),
    "search_result_location": ("search_result", frozenset({"search_result", "mcp_tool_result"})),
    "web_search_result_location": ("web_search_tool_result", frozenset({"web_search_tool_result"})),
}
"""What each kind of citation quotes, and the blocks of the request or the reply that may hold it."""


def _cited(reply: Reply, call: Call) -> Iterator[Contradiction]:
    """Citations of what neither the request nor the reply holds."""
    there = call.features | {block["type"] for block in reply.content}
    for place, block in enumerate(reply.content):
        for number, citation in enumerate(cast("list[JsonObject]", block.get("citations") or [])):
            source, holders = SOURCES.get(str(citation.get("type")), ("", there))
            if there.isdisjoint(holders):
                message = f"cites a {source}, but neither the request nor the reply holds one"
                yield Contradiction(("content", place, "citations", number), message)


def _has_tool(call: Call, *parts: str) -> bool:
    """Whether the request has a tool of the API's own of which the type contains one of the parts."""
    kinds = [tool.get("type") or "" for tool in call.body.get("tools") or ()]
    return any(part in kind for kind in kinds for part in parts)


def _not_offered(name: str, offered: tuple[str, ...]) -> str:
    if not offered:
        return f"the request offers no tools; {name!r} cannot be called"
    return f"the request does not offer {name!r}{nearest(name, offered)}; it offers {', '.join(offered)}"


CHECKS: Final[Mapping[str, Callable[[Block, int, Reply, Call], Iterator[Contradiction]]]] = {
    "tool_use": _client_tool,
    "server_tool_use": _server_tool,
    "mcp_tool_use": _remote_tool,
    "thinking": _thinking,
    "redacted_thinking": _thinking,
}
