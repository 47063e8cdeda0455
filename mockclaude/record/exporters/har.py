"""A cassette as an HTTP archive 1.2, which browsers and proxies open.

What the format has no word for stands under `_mockclaude`, so that the archive can be imported again exactly.
"""

from collections.abc import Iterable
from datetime import UTC
from http import HTTPStatus
from typing import Final
from urllib.parse import parse_qsl

import pybase64

from mockclaude import __version__
from mockclaude.wire.body import Json, JsonObject
from mockclaude.wire.interaction import Interaction, RawRequest, RawResponse

HOST: Final = "https://api.anthropic.com"
UNKNOWN: Final = -1
"""What the format writes for a size that nobody knows."""


def har_of(interactions: Iterable[Interaction]) -> JsonObject:
    """The archive of interactions; one without an answer has the status 0, as browsers write it."""
    return {
        "log": {
            "version": "1.2",
            "creator": {"name": "mockclaude", "version": __version__},
            "entries": [_entry(interaction) for interaction in interactions],
        }
    }


def _entry(interaction: Interaction) -> JsonObject:
    response = interaction.response or RawResponse(0)
    times = [chunk.at * 1000 for chunk in response.chunks]
    wait, end = (times[0], max(times)) if times else (0.0, 0.0)
    entry: JsonObject = {
        "startedDateTime": interaction.began.astimezone(UTC).isoformat().replace("+00:00", "Z"),
        "time": max(wait, end),
        "request": _request(interaction.request),
        "response": _response(response),
        "cache": {},
        "timings": {"send": 0, "wait": wait, "receive": max(end - wait, 0)},
    }
    if interaction.response is not None:
        entry["_mockclaude"] = {
            "streamed": response.streamed,
            "ending": response.ending,
            "chunks": [[len(chunk.data), chunk.at] for chunk in response.chunks],
        }
    return entry


def _request(request: RawRequest) -> JsonObject:
    query = f"?{request.query}" if request.query else ""
    told: JsonObject = {
        "method": request.method,
        "url": f"{HOST}{request.path}{query}",
        "httpVersion": "HTTP/1.1",
        "cookies": [],
        "headers": _fields(request.headers.items()),
        "queryString": _fields(parse_qsl(request.query, keep_blank_values=True)),
        "headersSize": UNKNOWN,
        "bodySize": len(request.body),
    }
    if request.body:
        text, encoding = _text(request.body)
        kind = request.headers.get("content-type", "application/octet-stream")
        data: JsonObject = {"mimeType": kind, "text": text}
        told["postData"] = {**data, "_encoding": encoding} if encoding else data
    return told


def _response(response: RawResponse) -> JsonObject:
    headers = {name.lower(): value for name, value in response.headers}
    content: JsonObject = {"size": len(response.body), "mimeType": headers.get("content-type", "")}
    if response.body:
        text, encoding = _text(response.body)
        content["text"] = text
        if encoding:
            content["encoding"] = encoding
    known = response.status in HTTPStatus.__members__.values()
    return {
        "status": response.status,
        "statusText": HTTPStatus(response.status).phrase if known else "",
        "httpVersion": "HTTP/1.1",
        "cookies": [],
        "headers": _fields(response.headers),
        "content": content,
        "redirectURL": "",
        "headersSize": UNKNOWN,
        "bodySize": len(response.body),
    }


def _fields(pairs: Iterable[tuple[str, str]]) -> list[Json]:
    fields: list[JsonObject] = [{"name": name, "value": value} for name, value in pairs]
    return [*fields]


def _text(body: bytes) -> tuple[str, str]:
    """The body as text, and how the text is coded."""
    try:
        return body.decode(), ""
    except UnicodeDecodeError:
        return pybase64.b64encode_as_string(body), "base64"
