"""What is answered when no script does: deterministic, valid for what the request demands, and soon at an end.

A tool result is answered with text, so that agent loops end; a forced tool is called with input that its schema
accepts; an output schema gets JSON; a prefilled answer is continued; a request for a summary gets one; everything
else gets prose.
"""

from collections.abc import Callable, Mapping, Sequence
from typing import Final

from mockclaude.call import Call
from mockclaude.engine.canned import faked, number_of, prose, thought
from mockclaude.engine.conversation import SERVER_CALLS, Result, results, unresolved, user_text
from mockclaude.engine.echo import echo
from mockclaude.engine.reply import Reply
from mockclaude.errors import ScriptError
from mockclaude.meter.memo import Memo
from mockclaude.meter.tokens import output_schema
from mockclaude.rules.binding import binds, end_of
from mockclaude.settings import ReplyMode
from mockclaude.wire.body import Block, Json, JsonObject, Tool
from mockclaude.wire.encoding import dumps
from mockclaude.wire.finding import Finding
from mockclaude.wire.seal import UNBOUND, seal

LABEL: Final = "default"
ROOM_FOR_THOUGHT: Final = 256
"""A model that may choose whether it thinks leaves it out where `max_tokens` is smaller."""
SIGNATURE: Final = range(240, 704, 4)
"""The usual lengths of a signature; source: recordings, 392 signatures."""
MENTIONED: Final = 160
"""Characters of a tool result that the answer repeats."""

CLIENT_TOOLS: Final[Mapping[str, JsonObject]] = {
    "bash_": {"const": {"command": "ls"}},
    "computer_2": {"const": {"action": "screenshot"}},
    "memory_": {"const": {"command": "view", "path": "/memories"}},
    "text_editor_": {"const": {"command": "view", "path": "docs/notes.txt"}},
}
"""Schemas for the input of the API's own tools that the client runs, by how their type begins."""


def default_reply(call: Call) -> Reply:
    """The reply to a call that no script answers; the same for the same conversation, settings and seed."""
    key = f"{call.settings.seed or 0}:{len(call.body['messages'])}:{user_text(call)}"
    if call.body.get("compaction"):
        return Reply(content=({"type": "compaction", "content": prose(key)},), label=LABEL)
    found = results(call) if "tool_result" in call.features else ()
    tool = None if found else _forced_tool(call)
    if tool is not None:
        return Reply(content=(_tool_use(tool, call, key),), fit=True, label=LABEL)
    last = _unfinished(call)
    text: Block = {"type": "text", "text": _text(call, key, found=found, last=last)}
    display = None if last else _display(call, after_result=bool(found))
    if display is None:
        return Reply(content=(*_failed(last), text), fit=True, label=LABEL)
    shown = "" if display == "omitted" else thought(key)
    signed = signature(f"{key}\0{shown}") if not binds(call.model) else _sign(f"{key}\0{shown}", after=end_of(call))
    thinking: Block = {"type": "thinking", "thinking": shown, "signature": signed}
    return Reply(content=(thinking, text), fit=True, label=LABEL)


def _text(call: Call, key: str, *, found: Sequence[Result], last: Sequence[Block]) -> str:
    if (schema := output_schema(call.body)) is not None:
        return dumps(_sampled(schema, call, key, of="the output schema")).decode()
    if found:
        return " ".join([_mention(result) for result in found])
    said = VOICES[call.settings.reply](call, key) or prose(key)
    return _continued(last[-1].get("text", ""), said) if last else said


VOICES: Final[Mapping[ReplyMode, Callable[[Call, str], str]]] = {
    "prose": lambda _, key: prose(key),
    "echo": lambda call, _: echo(call),
    "faker": lambda _, key: faked(key),
}


def _mention(result: Result) -> str:
    """A sentence about a tool's result."""
    words = " ".join(result.text.split())
    short = words if len(words) <= MENTIONED else f"{words[: MENTIONED - 1].rstrip()}…"
    return f"{result.tool or 'The tool'} returned: {short}" if short else f"{result.tool or 'The tool'} is done."


def _unfinished(call: Call) -> Sequence[Block]:
    """The blocks of an assistant turn at the end: a prefill or what `pause_turn` interrupted."""
    messages = call.body["messages"]
    if not messages or messages[-1]["role"] == "user":
        return ()
    last = call.dialogue[-1] if call.dialogue else None
    return last.blocks if last is not None and last.role == "assistant" else ()


def _continued(prefill: str, said: str) -> str:
    """What follows the prefill; an opened object or list is closed again."""
    match prefill.rstrip()[-1:]:
        case "{":
            return f'"text": {dumps(said).decode()}}}'
        case "[":
            return f"{dumps(said).decode()}]"
    return f" {said}" if prefill[-1:].isalnum() or prefill.endswith((",", ".", ":", ";", "!", "?", ")")) else said


def _failed(last: Sequence[Block]) -> list[Block]:
    """Results for the server tool calls that a turn leaves open: the tools are not available here."""
    is_open = frozenset(unresolved(list(last)))
    return [_unavailable(block) for block in last if block["type"] in SERVER_CALLS and block.get("id", "") in is_open]


def _unavailable(call: Block) -> Block:
    identifier = call.get("id", "")
    if call["type"] == "mcp_tool_use":
        return {"type": "mcp_tool_result", "tool_use_id": identifier, "is_error": True, "content": []}
    name = call.get("name", "")
    kind = "tool_search_tool_result" if name.startswith("tool_search") else f"{name}_tool_result"
    return {
        "type": kind,
        "tool_use_id": identifier,
        "content": {"type": f"{kind}_error", "error_code": "unavailable"},
    }


def _forced_tool(call: Call) -> Tool | None:
    """The tool that the request makes the model call, if it is one that the client runs."""
    choice = call.body.get("tool_choice") or {"type": "auto"}
    kind = choice.get("type")
    if kind not in {"any", "tool"}:
        return None
    tools = [tool for tool in call.body.get("tools") or () if _input_of(tool) is not None]
    if kind == "tool":
        return next((tool for tool in tools if tool.get("name") == choice.get("name")), None)
    words = user_text(call)
    named = [tool for tool in tools if tool.get("name", "") and tool.get("name", "") in words]
    return next(iter(named or tools), None)


def _input_of(tool: Tool) -> JsonObject | None:
    """The schema of a tool's input; `None` for a tool that the API runs."""
    kind = tool.get("type") or "custom"
    if kind == "custom":
        return tool.get("input_schema", {})
    return next((schema for start, schema in CLIENT_TOOLS.items() if kind.startswith(start)), None)


def _tool_use(tool: Tool, call: Call, key: str) -> Block:
    name = tool.get("name", "")
    value = _sampled(_input_of(tool), call, key, of=f"the input schema of tool {name!r}")
    return {"type": "tool_use", "id": "", "name": name, "input": value if isinstance(value, dict) else {}}


def _sampled(schema: Json, call: Call, key: str, *, of: str) -> Json:
    """A value for the schema; the empty object, with a remark, where none is found."""
    from mockclaude.engine.sample import sample  # only replies that a schema shapes need it

    try:
        return sample(schema, seed=number_of(key))
    except ScriptError as fault:
        call.findings.append(Finding("unmet-schema", f"{of}: {fault}", "remark"))
        return {}


def _display(call: Call, *, after_result: bool) -> str | None:
    """How the model shows its thinking; `None` when it does not think about this request.

    Recordings show no thinking before a forced tool call and, unless it is `between_tools`, little after a result.
    """
    thinking = call.body.get("thinking")
    kind = thinking.get("type") if thinking else _DEFAULTS[call.model.thinking_when_omitted]
    if kind == "between_tools":
        thinks = after_result
    elif kind == "adaptive":
        thinks = not after_result and call.body.get("max_tokens", ROOM_FOR_THOUGHT) >= ROOM_FOR_THOUGHT
    else:
        thinks = kind == "enabled" and not after_result
    if not thinks:
        return None
    return (thinking.get("display") if thinking else None) or call.model.thinking_display


_DEFAULTS: Final = {"on": "adaptive", "always": "adaptive", "off": "disabled"}


def _sign(key: str, *, after: bytes = UNBOUND) -> str:
    length = SIGNATURE[number_of(f"length:{key}") % len(SIGNATURE)]
    return seal(key.rpartition("\0")[2], key, size=length // 4 * 3, after=after)


signature: Final = Memo[str, str](_sign, entries=1024)
"""A signature for a key that ends, after a null byte, in what is shown of the thinking."""
