"""Calls as a journal remembers them, made without a server: what was asked, what was answered, and when."""

import json
from collections.abc import Mapping, Sequence
from datetime import UTC, datetime
from typing import Any

from mockclaude.calls import Calls, calls_of
from mockclaude.models import Models
from mockclaude.wire.body import Event
from mockclaude.wire.finding import Finding
from mockclaude.wire.interaction import Chunk, Course, Ending, Headers, Interaction, RawRequest, RawResponse
from mockclaude.wire.sse import encode

NOON = datetime(2026, 11, 23, 12, tzinfo=UTC)
MODELS = Models.load()


def user(words: str) -> dict[str, Any]:
    return {"role": "user", "content": words}


def asked(
    response: RawResponse | None,
    *,
    at: float | None = 0.0,
    took: float = 0.0,
    sent: int | None = None,
    headers: Mapping[str, str] | None = None,
    findings: Sequence[Finding] = (),
    **body: Any,
) -> Interaction:
    """A call that came at a moment and was answered so long after it; with `sent` the client left after so many bytes."""
    said = {"model": "claude-opus-5", "max_tokens": 9, "messages": [user("hello")], **body}
    course = None
    if at is not None:
        size = sum([len(chunk.data) for chunk in response.chunks]) if response is not None else 0
        course = Course(at, at + took, at + took, size if sent is None else sent, is_cut_short=sent is not None)
    request = RawRequest("POST", "/v1/messages", Headers(headers), json.dumps(said).encode())
    return Interaction(request, NOON, "", response, None, list(findings), course)


def refused(status: int, **headers: str) -> RawResponse:
    """An error, its headers written with underscores."""
    fields = tuple([(name.replace("_", "-"), value) for name, value in headers.items()])
    body = {"type": "error", "error": {"type": "some_error", "message": "no"}}
    return RawResponse(status, fields, (Chunk(json.dumps(body).encode()),))


def whole(*content: dict[str, Any]) -> RawResponse:
    """A message in one piece."""
    said = list(content) or [{"type": "text", "text": "hi"}]
    body = {
        "type": "message", "id": "msg_1", "role": "assistant", "model": "claude-opus-5", "content": said,
        "stop_reason": "end_turn", "stop_sequence": None, "usage": {"input_tokens": 1, "output_tokens": 1},
    }  # fmt: skip
    return RawResponse(200, (), (Chunk(json.dumps(body).encode()),))


def streamed(events: Sequence[Event], *, ending: Ending = "complete") -> RawResponse:
    """A stream in one piece."""
    return RawResponse(200, (), (Chunk(encode(events)),), streamed=True, ending=ending)


def calls(*interactions: Interaction) -> Calls:
    return calls_of(interactions, models=MODELS)
