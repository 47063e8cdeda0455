"""Plays a script the way a client does: asks, answers tool calls, sends paused turns back, tries again after errors."""

from collections.abc import Mapping
from typing import Any, cast

from mockclaude.call import Call, Intake
from mockclaude.clock import EPOCH, FixedClock
from mockclaude.engine.engine import Engine, Responder
from mockclaude.rules.rule import Draft
from mockclaude.settings import Settings
from mockclaude.wire.body import Json, MessageBody
from mockclaude.wire.dice import Dice
from mockclaude.wire.encoding import loads
from mockclaude.wire.error import APIError
from mockclaude.wire.sse import decode
from mockclaude.wire.stream import message_of

from .calls import MODELS

WEATHER: dict[str, Json] = {
    "name": "get_weather",
    "input_schema": {"type": "object", "properties": {"city": {"type": "string"}}, "required": ["city"]},
}
READ: dict[str, Json] = {
    "name": "Read",
    "input_schema": {"type": "object", "properties": {"file_path": {"type": "string"}}, "required": ["file_path"]},
}
BASH: dict[str, Json] = {
    "name": "Bash",
    "input_schema": {
        "type": "object",
        "properties": {"command": {"type": "string"}, "description": {"type": "string"}},
        "required": ["command"],
    },
}
WEB_SEARCH: dict[str, Json] = {"type": "web_search_20250305", "name": "web_search"}


def asked(
    text: str = "hello", *, headers: Mapping[str, str] | None = None, settings: Settings | None = None, **body: Any
) -> Call:
    """A call with one user text, or with the given body fields and headers."""
    fields: dict[str, Any] = {
        "model": "claude-opus-5",
        "max_tokens": 1000,
        "messages": [{"role": "user", "content": text}],
        **body,
    }
    draft = Draft(body=fields)
    for name, value in (headers or {}).items():
        draft = draft.with_header(name, value)
    intake = Intake(draft.request(), settings=settings or Settings(), models=MODELS, today=EPOCH.date())
    model = MODELS.find(fields["model"])
    made = Call(intake, cast("Any", fields), model or MODELS.default)
    made.knows_model = model is not None
    return made


def user(*content: Any) -> dict[str, Any]:
    return {
        "role": "user",
        "content": content[0] if len(content) == 1 and isinstance(content[0], str) else list(content),
    }


def assistant(*content: Any) -> dict[str, Any]:
    return {**user(*content), "role": "assistant"}


def tool_turns(*names: str, result: str = "18 C") -> list[dict[str, Any]]:
    """A question, the calls of these tools, and their results."""
    calls = [
        {"type": "tool_use", "id": f"toolu_{place}", "name": name, "input": {}} for place, name in enumerate(names)
    ]
    return [user("weather?"), assistant(*calls), results_of(calls, result)]


def results_of(calls: list[Any], result: str) -> dict[str, Any]:
    return user(*[{"type": "tool_result", "tool_use_id": block["id"], "content": result} for block in calls])


def engine_of(*responders: Responder) -> Engine:
    return Engine(clock=FixedClock(), responders=responders)


def answer(engine: Engine, call: Call, *, ordinal: int = 1) -> MessageBody:
    """What the engine answers, read back from the bytes."""
    response = engine.respond(call, Dice(b"seed", ordinal))
    assert response.status == 200
    if call.is_streaming:
        return message_of(decode(response.body))
    return cast("MessageBody", loads(response.body))


def play(engine: Engine, text: str, *, most: int = 8, **body: Any) -> list[str | MessageBody]:
    """The messages and error types that a client gets before the conversation rests."""
    messages: list[Any] = [user(text)]
    heard: list[str | MessageBody] = []
    for ordinal in range(most):
        try:
            message = answer(engine, asked(**{**body, "messages": messages}), ordinal=ordinal)
        except APIError as error:
            heard.append(error.kind)
            continue
        heard.append(message)
        if message["stop_reason"] == "tool_use":
            calls = [block for block in message["content"] if block["type"] == "tool_use"]
            messages = [*messages, assistant(*message["content"]), results_of(calls, "18 C")]
        elif message["stop_reason"] == "pause_turn":
            messages = [*messages, assistant(*message["content"])]
        else:
            return heard
    raise AssertionError(f"the conversation never rests: {heard}")
