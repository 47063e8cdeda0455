"""A stream as its pieces: events that can be written again byte for byte, and raw bytes between them."""

import re
from collections import deque
from collections.abc import Iterator, Sequence
from typing import Final, NamedTuple, cast

import orjson
import pybase64

from mockclaude.wire.body import Event, Json, JsonObject
from mockclaude.wire.interaction import Chunk, RawResponse
from mockclaude.wire.sse import frame

BLANK: Final = re.compile(rb"\r\n\r\n|\n\n|\r\r")
EXACT: Final = re.compile(rb"event: [^\r\n]+\ndata: ([^\r\n]*?)( *)\}\n\n")

KEYS: Final = frozenset({"at", "event", "padding", "text", "base64", "cuts"})


class Piece(NamedTuple):
    """Bytes of a stream up to a blank line; `event` only where `frame` gives the same bytes with this padding."""

    raw: bytes
    event: Event | None = None
    padding: int = 0


def is_event_stream(response: RawResponse) -> bool:
    """Whether a response is told as server-sent events."""
    kinds = [value for name, value in response.headers if name.lower() == "content-type"]
    return any(kind.lower().startswith("text/event-stream") for kind in kinds) or (response.streamed and not kinds)


def pieces_of(body: bytes) -> Iterator[Piece]:
    """The pieces of a stream, which join to it; the last may be cut off."""
    start = 0
    for blank in BLANK.finditer(body):
        yield _piece(body[start : blank.end()])
        start = blank.end()
    if start < len(body):
        yield Piece(body[start:])


def _piece(raw: bytes) -> Piece:
    match = EXACT.fullmatch(raw)
    if match is None:
        return Piece(raw)
    try:
        event = orjson.loads(match[1] + b"}")
    except orjson.JSONDecodeError:
        return Piece(raw)
    padding = len(match[2])
    if not isinstance(event, dict) or not isinstance(event.get("type"), str):
        return Piece(raw)
    found = cast("Event", event)
    return Piece(raw, found, padding) if frame(found, padding=padding) == raw else Piece(raw)


def stored_stream(chunks: Sequence[Chunk]) -> list[Json]:
    """The entries of a stream: `at` where a chunk begins with an entry, `cuts` where chunks begin inside it."""
    borders = deque(_borders(chunks))
    entries: list[Json] = []
    offset = 0
    for piece in pieces_of(b"".join([chunk.data for chunk in chunks])):
        end = offset + len(piece.raw)
        entry: JsonObject = {}
        cuts: list[Json] = []
        while borders and borders[0][0] < end:
            place, at = borders.popleft()
            if place > offset:
                cuts.append([place - offset, at])
            else:
                entries.extend([{"at": entry["at"], "text": ""}] if entry else [])
                entry = {"at": at}
        entry |= _content(piece)
        if cuts:
            entry["cuts"] = cuts
        entries.append(entry)
        offset = end
    entries.extend([{"at": at, "text": ""} for _, at in borders])
    return entries


def restored_stream(entries: Sequence[Json]) -> tuple[Chunk, ...]:
    """The chunks that the entries of a stream stand for."""
    chunks: list[tuple[list[bytes], float]] = []
    for entry in cast("Sequence[JsonObject]", entries):
        raw = _raw(entry)
        if "at" in entry or not chunks:
            chunks.append(([], cast("float", entry.get("at", 0.0))))
        start = 0
        for place, at in cast("list[tuple[int, float]]", entry.get("cuts", [])):
            chunks[-1][0].append(raw[start:place])
            chunks.append(([], at))
            start = place
        chunks[-1][0].append(raw[start:])
    return tuple([Chunk(b"".join(parts), float(at)) for parts, at in chunks])


def _borders(chunks: Sequence[Chunk]) -> list[tuple[int, float]]:
    """Where each chunk begins, and when it leaves."""
    borders, offset = [], 0
    for chunk in chunks:
        borders.append((offset, chunk.at))
        offset += len(chunk.data)
    return borders


def _content(piece: Piece) -> JsonObject:
    if piece.event is None:
        return plain(piece.raw)
    event: JsonObject = {"event": cast("JsonObject", piece.event)}
    return {**event, "padding": piece.padding} if piece.padding else event


def _raw(entry: JsonObject) -> bytes:
    if not entry.keys() <= KEYS:
        raise ValueError(f"an event has an unknown key {min(entry.keys() - KEYS)!r}")
    if "event" in entry:
        return frame(cast("Event", entry["event"]), padding=cast("int", entry.get("padding", 0)))
    return unplain(entry)


def plain(data: bytes) -> JsonObject:
    """Bytes as `text` where they are UTF-8, else as `base64`."""
    try:
        return {"text": data.decode()}
    except UnicodeDecodeError:
        return {"base64": pybase64.b64encode_as_string(data)}


def unplain(entry: JsonObject) -> bytes:
    """The bytes that `plain` wrote."""
    if "text" in entry:
        return cast("str", entry["text"]).encode()
    return pybase64.b64decode(cast("str", entry["base64"]), validate=True)
