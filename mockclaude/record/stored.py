"""An interaction as a cassette stores it: readable, and exact to the last byte.

A body is stored parsed only where compact JSON gives the same bytes again; a stream as its events with their times.
"""

from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Final, TypeVar, cast, get_args

import orjson

from mockclaude.record.cassette_schema import INTERACTION, REQUEST, RESPONSE
from mockclaude.record.entry import data_of_finding, finding_of
from mockclaude.record.media import Media, cut_out, put_back
from mockclaude.record.pieces import is_event_stream, plain, restored_stream, stored_stream, unplain
from mockclaude.wire.body import Json, JsonObject
from mockclaude.wire.interaction import Chunk, Ending, Headers, Interaction, RawRequest, RawResponse

ENDINGS: Final = get_args(Ending)
BODY: Final = frozenset({"json", "text", "base64"})


Kind = TypeVar("Kind")


class Fields:
    """The fields of an entry; a key that nobody knows is refused, since what it says would be lost."""

    def __init__(self, entry: Mapping[str, Json], schema: JsonObject) -> None:
        self.entry = dict(entry)
        strange = entry.keys() - cast("JsonObject", schema["properties"]).keys()
        if strange:
            raise ValueError(f"there is an unknown key {min(strange)!r}")

    def one(self, key: str, kind: type[Kind], *default: Kind) -> Kind:
        """The value of a key, which must be of that kind."""
        if default and key not in self.entry:
            return default[0]
        value = self.entry[key]
        if not isinstance(value, kind) or (kind is int and isinstance(value, bool)):
            raise TypeError(f"{key!r} must be {kind.__name__}")
        return value


def stored(interaction: Interaction, media: Media) -> JsonObject:
    """The entry of an interaction; long base64 data goes to `media`."""
    entry: JsonObject = {
        "began": interaction.began.astimezone(UTC).isoformat().replace("+00:00", "Z"),
        "request": _request(interaction.request, media),
        "response": None if interaction.response is None else _response(interaction.response, media),
    }
    if interaction.request_id:
        entry = {"request_id": interaction.request_id, **entry}
    if interaction.stub is not None:
        entry["stub"] = interaction.stub
    if interaction.findings:
        entry["findings"] = [data_of_finding(finding) for finding in interaction.findings]
    return entry


def restored(entry: Mapping[str, Json], media: Media) -> Interaction:
    """The interaction that an entry stands for; raises `ValueError`, `TypeError` or `LookupError` where it is broken."""
    fields = Fields(entry, INTERACTION)
    response = entry["response"]
    return Interaction(
        _request_of(Fields(fields.one("request", dict), REQUEST), media),
        datetime.fromisoformat(fields.one("began", str)),
        fields.one("request_id", str, ""),
        None if response is None else _response_of(Fields(fields.one("response", dict), RESPONSE), media),
        fields.one("stub", str) if "stub" in entry else None,
        [finding_of(finding) for finding in fields.one("findings", list, [])],
    )


def _request(request: RawRequest, media: Media) -> JsonObject:
    entry: JsonObject = {"method": request.method, "path": request.path}
    if request.query:
        entry["query"] = request.query
    return {**entry, "headers": dict(request.headers), **_body(request.body, media)}


def _request_of(fields: Fields, media: Media) -> RawRequest:
    return RawRequest(
        fields.one("method", str),
        fields.one("path", str),
        Headers(dict(_pairs(fields.one("headers", dict)))),
        _body_of(fields, media),
        fields.one("query", str, ""),
    )


def _response(response: RawResponse, media: Media) -> JsonObject:
    entry: JsonObject = {"status": response.status, "headers": _headers(response.headers)}
    if response.streamed:
        entry["streamed"] = True
    if response.ending != "complete":
        entry["ending"] = response.ending
    if is_event_stream(response):
        return {**entry, "events": stored_stream(response.chunks)}
    body = response.body
    entry |= _body(body, media)
    if response.chunks != ((Chunk(body),) if body else ()):
        entry["chunks"] = [[len(chunk.data), chunk.at] for chunk in response.chunks]
    return entry


def _response_of(fields: Fields, media: Media) -> RawResponse:
    entry = fields.entry
    if "events" in entry:
        if BODY & entry.keys():
            raise ValueError(f"a response has either 'events' or {min(BODY & entry.keys())!r}")
        chunks = restored_stream(fields.one("events", list))
    else:
        chunks = _chunks_of(_body_of(fields, media), fields.one("chunks", list) if "chunks" in entry else None)
    ending = fields.one("ending", str, "complete")
    if ending not in ENDINGS:
        raise ValueError(f"the ending {ending!r} is none of {', '.join(ENDINGS)}")
    return RawResponse(
        fields.one("status", int),
        _pairs(entry["headers"]),
        chunks,
        fields.one("streamed", bool, False),
        cast("Ending", ending),
    )


def _headers(headers: tuple[tuple[str, str], ...]) -> Json:
    """The fields as an object, or as pairs where a name stands twice."""
    fields: JsonObject = dict(headers)
    return fields if len(fields) == len(headers) else [[name, value] for name, value in headers]


def _pairs(headers: Json) -> tuple[tuple[str, str], ...]:
    pairs = headers.items() if isinstance(headers, dict) else cast("list[tuple[Json, Json]]", headers)
    found = [(name, value) for name, value in pairs if isinstance(name, str) and isinstance(value, str)]
    if len(found) != len(pairs):
        raise TypeError("the names and values of headers must be text")
    return tuple(found)


def _chunks_of(body: bytes, sizes: list[tuple[int, float]] | None) -> tuple[Chunk, ...]:
    if sizes is None:
        return (Chunk(body),) if body else ()
    told = sum([size for size, _ in sizes])
    if told != len(body):
        raise ValueError(f"'chunks' tells {told} bytes but the body has {len(body)}; without 'chunks' it leaves whole")
    chunks, start = [], 0
    for size, at in sizes:
        chunks.append(Chunk(body[start : start + size], float(at)))
        start += size
    return tuple(chunks)


def _body(body: bytes, media: Media) -> JsonObject:
    if not body:
        return {}
    try:
        value = orjson.loads(body)
        if orjson.dumps(value) == body:
            return cut_out(value, media)
    except (TypeError, ValueError):
        pass
    return plain(body)


def _body_of(fields: Fields, media: Media) -> bytes:
    entry = fields.entry
    if len(BODY & entry.keys()) > 1:
        raise ValueError(f"a body is only one of {', '.join(sorted(BODY))}")
    if "json" in entry:
        return orjson.dumps(put_back(entry, media))
    return unplain(entry) if BODY & entry.keys() else b""
