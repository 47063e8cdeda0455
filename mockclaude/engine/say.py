"""What may be said, in one short line: builders of replies, and plain data made into one."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import replace
from typing import Final, TypeAlias, cast

from mockclaude.call import Call
from mockclaude.engine.contradiction import written
from mockclaude.engine.matcher import Matcher
from mockclaude.engine.pace import Paced, pace_of
from mockclaude.engine.plain import plain_object
from mockclaude.engine.reply import ErrorReply, Reply
from mockclaude.engine.say_error import error, error_of_envelope
from mockclaude.engine.say_fault import Faulty, fault_of
from mockclaude.engine.scenario_schema import first_fault
from mockclaude.errors import ScriptError
from mockclaude.wire.body import Block, Json, JsonObject, UsageBody
from mockclaude.wire.interaction import RawResponse
from mockclaude.wire.seal import seal

Part: TypeAlias = str | Mapping[str, object] | Matcher
"""A piece of a message: a text, a content block as the API writes it, or what `text()` gives."""

Sayable: TypeAlias = str | Mapping[str, object] | Matcher | Reply | RawResponse | Sequence[Part]
"""Anything that can be said: a text, a block, a reply as a scenario writes it, a message of the API, a list of blocks,
or a response byte for byte, which serves whatever form was asked for."""

Dynamic: TypeAlias = Callable[[Call], Sayable]
"""Works out what is said when the call is there."""

Answer: TypeAlias = Sayable | Dynamic

EXPLANATIONS: Final[Mapping[str, str]] = {
    "cyber": "This request triggered restrictions on violative cyber content and was blocked under Anthropic's Usage Policy."
}
"""Explanations of refusals by category; source: public report of a live stream, 2026-09."""


def message(
    *parts: Part,
    stop_reason: str | None = None,
    stop_sequence: str | None = None,
    stop_details: Mapping[str, Json] | None = None,
    usage: UsageBody | None = None,
    container: Mapping[str, Json] | None = None,
    headers: Mapping[str, str] | None = None,
    pace: Paced | None = None,
    fault: Faulty | None = None,
    templates: bool = False,
    force: bool = False,
) -> Reply:
    """A reply of several blocks; what is not given is worked out.

    `templates` fills in `{{ text }}`, `{{ model }}` and other values of the request; `force` sends what contradicts
    itself or the request.
    """
    return Reply(
        content=tuple(map(block_of, parts)),
        stop_reason=stop_reason,
        stop_sequence=stop_sequence,
        stop_details=None if stop_details is None else plain_object(stop_details),
        usage=usage,
        container=None if container is None else plain_object(container),
        headers=dict(headers or {}),
        pace=None if pace is None else pace_of(pace),
        fault=None if fault is None else fault_of(fault),
        templates=templates,
        force=force,
    )


def tool_use(
    name: str,
    /,
    *,
    input: Mapping[str, object] | None = None,  # noqa: A002 - the API's own word
    tool_use_id: str | None = None,
    **arguments: object,
) -> Block:
    """A call of a client tool: `tool_use("get_weather", city="Paris")`; `input` takes names that are no keywords."""
    return _called("tool_use", name, input, arguments, tool_use_id)


def server_tool_use(
    name: str,
    /,
    *,
    input: Mapping[str, object] | None = None,  # noqa: A002 - the API's own word
    tool_use_id: str | None = None,
    **arguments: object,
) -> Block:
    """A call of one of the API's own tools: `server_tool_use("web_search", query="weather in Paris")`."""
    return _called("server_tool_use", name, input, arguments, tool_use_id)


def server_tool_result(kind: str, content: object, *, tool_use_id: str | None = None) -> Block:
    """What a server tool said, `kind` being the block's type; without an id it answers the call that is pending."""
    block: dict[str, object] = {"type": kind, "content": content}
    return block_of(block if tool_use_id is None else {"type": kind, "tool_use_id": tool_use_id, "content": content})


def thinking(text: str, *, signature: str | None = None) -> Block:
    """Thinking; a signature is made of the text where none is given."""
    return {"type": "thinking", "thinking": text, "signature": sealed(text) if signature is None else signature}


def redacted_thinking(data: str) -> Block:
    """Thinking that only the API can read."""
    return {"type": "redacted_thinking", "data": data}


def refusal(*parts: Part, category: str | None = "cyber", explanation: str | None = None) -> Reply:
    """The model or a classifier declines, before any content or after a part of it."""
    details: JsonObject = {
        "type": "refusal",
        "category": category,
        "explanation": explanation or EXPLANATIONS.get(category or ""),
    }
    return message(*parts, stop_reason="refusal", stop_details=details)


def pause_turn(*parts: Part) -> Reply:
    """The API interrupts a long turn: the last part is a server tool call, of which the next reply brings the result."""
    return message(*parts, stop_reason="pause_turn")


def max_tokens(*parts: Part) -> Reply:
    """A message that the request's `max_tokens` cut off."""
    return message(*parts, stop_reason="max_tokens")


def context_window_exceeded(*parts: Part) -> Reply:
    """A message that ended because the model's context was full."""
    return message(*parts, stop_reason="model_context_window_exceeded")


def stop_sequence(before: Part, matched: str) -> Reply:
    """A message that ended before a stop sequence of the request."""
    return message(before, stop_reason="stop_sequence", stop_sequence=matched)


def reply_of(value: Sayable) -> Reply:
    """The reply that a value stands for; raises `ScriptError`."""
    said = cast("object", value)
    if isinstance(said, Reply):
        return said
    if isinstance(said, RawResponse):
        return Reply(raw=said)
    if isinstance(said, str | Matcher):
        return Reply(content=(block_of(said),))
    if isinstance(said, Mapping):
        return _reply_of_data(plain_object(said))
    if isinstance(said, Sequence) and not isinstance(said, bytes | bytearray):
        return Reply(content=tuple(map(block_of, said)))
    raise ScriptError(
        f"{said!r} is nothing to say; expected a text, a block, a list of blocks, or a reply such as message(...)"
    )


def block_of(part: object) -> Block:
    """The content block that a part of a message stands for; raises `ScriptError`."""
    if isinstance(part, str):
        return {"type": "text", "text": part}
    if isinstance(part, Matcher):
        if part.says is None:
            raise ScriptError(f"{part!r} matches calls, it says nothing; expected a text or a content block")
        return part.says
    if isinstance(part, Mapping) and isinstance(part.get("type"), str):
        block = cast("Block", plain_object(part))
        if block["type"] == "thinking" and "signature" not in block and isinstance(block.get("thinking"), str):
            block["signature"] = sealed(block["thinking"])
        return block
    what = "a whole reply" if isinstance(part, Reply) else "no content block"
    raise ScriptError(f'{part!r} is {what}; expected a text or an object with a type, as in {{"type": "text", ...}}')


def sealed(text: str) -> str:
    """A signature for thinking: always the same for the same text, and of the recorded form and size."""
    return seal(text, text, size=240 + len(text) // 2)


def reply_of_fields(data: Mapping[str, Json]) -> Reply:
    """The reply that a scenario writes, its form already checked."""
    fields = dict(data)
    if "text" in fields and "content" in fields:
        raise ScriptError("text is short for content of one text block; give one of the two")
    made = fields.pop("error", None)
    text = fields.pop("text", None)
    content = [text] if text is not None else fields.pop("content", [])
    headers = fields.pop("headers", None) or {}
    pace, fault = fields.pop("pace", None), fields.pop("fault", None)
    fields.setdefault("templates", False)
    reply = message(*cast("list[Part]", content), **fields)  # type: ignore[arg-type]
    if made is not None:
        failed = _error_of_fields(cast("JsonObject", made))
        reply = replace(
            failed,
            content=reply.content,
            stop_reason=reply.stop_reason,
            templates=reply.templates or failed.templates,
            force=reply.force,
        )
    return replace(
        reply,
        headers={**reply.headers, **cast("dict[str, str]", headers)},
        pace=None if pace is None else pace_of(cast("dict[str, float]", pace)),
        fault=None if fault is None else fault_of(cast("Faulty", fault)),
    )


def _called(
    kind: str, name: str, given: Mapping[str, object] | None, arguments: Mapping[str, object], identifier: str | None
) -> Block:
    if given is not None and arguments:
        named = ", ".join(arguments)
        raise ScriptError(f"the input of {name!r} is given twice: as input and as {named}; put all of it into input")
    if given is not None and not isinstance(given, Mapping):
        raise ScriptError(f'input is {given!r}; expected an object (an argument called input: input={{"input": ...}})')
    block: dict[str, object] = {"type": kind, "name": name, "input": given if given is not None else arguments}
    if identifier is not None:
        block = {"type": kind, "id": identifier, "name": name, "input": block["input"]}
    return block_of(block)


def _reply_of_data(data: JsonObject) -> Reply:
    kind = data.get("type")
    if kind == "message":
        return _reply_of_message(data)
    if kind == "error":
        return error_of_envelope(data)
    if kind is not None:
        return Reply(content=(block_of(data),))
    fault = first_fault("reply", data)
    if fault is not None:
        raise ScriptError(f"{written(fault.path)}: {fault.message}" if fault.path else fault.message)
    return reply_of_fields(data)


def _reply_of_message(data: JsonObject) -> Reply:
    """The reply that the API's own message stands for; its id and model are those of the call."""
    content = data.get("content")
    if not isinstance(content, list):
        raise ScriptError(f"content is {content!r}; expected a list of content blocks")
    said = {
        key: data[key] for key in ("stop_reason", "stop_sequence", "stop_details", "usage", "container") if key in data
    }
    return message(*cast("Iterable[Part]", content), **said)  # type: ignore[arg-type]


def _error_of_fields(fields: JsonObject) -> Reply:
    given = dict(fields)
    body = given.pop("body", None)
    return error(
        cast("int", given.pop("status")),
        cast("str", given.pop("message", "")),
        kind=cast("str", given.pop("type", "")),
        body=None if body is None else cast("str", body).encode("utf-8", "surrogatepass"),
        **given,  # type: ignore[arg-type]
    )


__all__ = [
    "Answer", "Dynamic", "ErrorReply", "Part", "Sayable", "block_of", "context_window_exceeded", "max_tokens", "message",
    "pause_turn", "redacted_thinking", "refusal", "reply_of", "reply_of_fields", "server_tool_result", "server_tool_use",
    "stop_sequence", "thinking", "tool_use",
]  # fmt: skip
