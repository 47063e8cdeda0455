"""Requests to compare: one that a client sends, and what may differ in it."""

from collections.abc import Mapping
from typing import Any

import orjson

from mockclaude.wire.interaction import Headers, RawRequest

HELLO: Mapping[str, Any] = {
    "model": "claude-opus-5",
    "max_tokens": 100,
    "messages": [{"role": "user", "content": "Hello"}],
}


def asked(
    body: Mapping[str, Any] | bytes = HELLO, *, path: str = "/v1/messages", query: str = "", **headers: str
) -> RawRequest:
    """A request as a client sends it; underscores in names of headers stand for hyphens."""
    fields = {"anthropic-version": "2023-06-01", "x-api-key": "sk-ant-api03-first", "content-type": "application/json"}
    given = {name.replace("_", "-"): value for name, value in headers.items()}
    data = body if isinstance(body, bytes) else orjson.dumps(body)
    return RawRequest("POST", path, Headers({**fields, **given}), data, query)
