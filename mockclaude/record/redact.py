"""Takes keys out of what is remembered: by the names of fields that hold them, and by the form of a key.

A stream tells a text in pieces, so a key can be cut in two; it is sought in the folded text.
"""

import re
from collections.abc import Mapping, Sequence
from typing import Final, cast

from mockclaude.wire import shown
from mockclaude.wire.body import Delta, Event
from mockclaude.wire.coding import CodingFault, decoded
from mockclaude.wire.encoding import JSONFault
from mockclaude.wire.interaction import Chunk, Headers, RawRequest, RawResponse
from mockclaude.wire.sse import Decoder, frame

REDACTED: Final = shown.REDACTED
SECRET_HEADERS: Final = shown.SECRET_HEADERS
SECRET: Final = shown.SECRET

NAMED_IN_QUERY: Final = re.compile(r"(?i)(?<![^&;?])((?:x-)?api[-_]?key|(?:access_|auth_)?token)=[^&;]+")
NAMED_IN_BODY: Final = re.compile(rb'("authorization_token"\s*:\s*)"(?:[^"\\]|\\.)*"')
"""The one field of a request that holds a key; source: SDK 2.12.0, MCP servers."""

MARK: Final = b"sk-ant-"
NAME: Final = b'"authorization_token"'
BYTES: Final = re.compile(rb"sk-ant-[\w.~+/=-]+")
PIECES: Final = re.compile(rb'"(?:text|partial_json|thinking|content)":\s*"((?:[^"\\]|\\.)*)"')
LARGEST: Final = 1 << 26
"""Bytes of a coded body above which it is not searched but left out."""


def redacted_request(request: RawRequest) -> RawRequest:
    """The request without keys."""
    fields = {
        name: REDACTED if name.lower() in SECRET_HEADERS else without_keys(value)
        for name, value in request.headers.items()
    }
    body = _decoded(request.body, request.headers.get("content-encoding"))
    if MARK in body or NAME in body or not body:
        fields = {name: value for name, value in fields.items() if name.lower() != "content-encoding"}
        body = NAMED_IN_BODY.sub(rb'\1"%b"' % REDACTED.encode(), _cleaned(body))
    else:
        body = request.body
    query = NAMED_IN_QUERY.sub(rf"\1={REDACTED}", without_keys(request.query))
    return request._replace(path=without_keys(request.path), headers=Headers(fields), body=body, query=query)


def redacted_response(response: RawResponse) -> RawResponse:
    """The response without keys."""
    headers = tuple(
        [
            (name, REDACTED if name.lower() in SECRET_HEADERS else without_keys(value))
            for name, value in response.headers
        ]
    )
    chunks, data = response.chunks, response.body
    if response.streamed and (MARK in data or MARK in b"".join(PIECES.findall(data))):
        chunks = _folded(chunks)
    elif MARK in data:
        chunks = (Chunk(_cleaned(data), chunks[0].at),)
    return (
        response
        if (headers, chunks) == (response.headers, response.chunks)
        else response._replace(headers=headers, chunks=chunks)
    )


def without_keys(text: str) -> str:
    """The text with every key replaced."""
    return shown.without_keys(text)


def _decoded(body: bytes, codings: str | None) -> bytes:
    """The body as it is searched; empty when that would be too large."""
    if not body or not codings:
        return body
    try:
        return decoded(body, codings, limit=LARGEST)
    except CodingFault as fault:
        return b"" if fault.kind == "too_large" else body


def _cleaned(data: bytes) -> bytes:
    return BYTES.sub(REDACTED.encode(), data)


def _folded(chunks: Sequence[Chunk]) -> tuple[Chunk, ...]:
    """The chunks of a stream, each text of which is cleaned as a whole and then told in its first piece."""
    decoder = Decoder()
    try:
        parts = [(chunk.at, list(decoder.feed(chunk.data))) for chunk in chunks]
    except JSONFault:
        return (Chunk(_cleaned(b"".join([chunk.data for chunk in chunks])), chunks[0].at),)
    told: dict[tuple[int, str], list[Delta]] = {}
    for event in [event for _, events in parts for event in events]:
        for key in _texts(event):
            told.setdefault((event.get("index", 0), key), []).append(event["delta"])
    for (_, key), deltas in told.items():
        pieces = [cast("dict[str, str]", delta) for delta in deltas]
        whole = "".join([piece[key] for piece in pieces])
        clean = without_keys(whole)
        if clean != whole:
            for place, piece in enumerate(pieces):
                piece[key] = "" if place else clean
    return tuple([Chunk(_cleaned(b"".join(map(frame, events))), at) for at, events in parts])


def _texts(event: Event) -> list[str]:
    """The keys of an event's delta that hold a piece of a text."""
    if event["type"] != "content_block_delta":
        return []
    delta: Mapping[str, object] = event["delta"]
    return [key for key, value in delta.items() if key != "type" and isinstance(value, str)]
