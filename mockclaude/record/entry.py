"""An interaction as JSON: readable, with bodies parsed and long data shortened, or exact, with the bytes of both bodies."""

from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Final, cast

import pybase64

from mockclaude.wire.body import Json, JsonObject
from mockclaude.wire.coding import CodingFault, decoded
from mockclaude.wire.encoding import JSONFault, loads
from mockclaude.wire.finding import Finding, Severity
from mockclaude.wire.interaction import Chunk, Ending, Headers, Interaction, RawRequest, RawResponse
from mockclaude.wire.sse import Decoder

SHOWN: Final = 32
"""Characters of base64 data that a shortened entry shows."""
LARGEST: Final = 1 << 26
"""Bytes that a coded body may unfold to when it is shown."""


def entry_of(interaction: Interaction, *, full: bool = False) -> JsonObject:
    """The interaction as people read it; `full` keeps base64 data whole."""
    entry = _entry(interaction, _request_shown(interaction.request), _response_shown(interaction.response))
    return entry if full else cast("JsonObject", shortened(entry))


def exact_entry_of(interaction: Interaction) -> JsonObject:
    """The interaction byte for byte, as `interaction_of` reads it."""
    request, response = interaction.request, interaction.response
    asked = {**_request(request), "base64": _base64(request.body)}
    if response is None:
        return _entry(interaction, asked, None)
    chunks: list[Json] = [{"at": chunk.at, "base64": _base64(chunk.data)} for chunk in response.chunks]
    headers: list[Json] = [[name, value] for name, value in response.headers]
    return _entry(interaction, asked, {**_response(response), "headers": headers, "chunks": chunks})


def interaction_of(entry: Mapping[str, Json]) -> Interaction:
    """The interaction of an exact entry."""
    asked = cast("dict[str, str]", entry["request"])
    request = RawRequest(
        asked["method"],
        asked["path"],
        Headers(cast("dict[str, str]", asked["headers"])),
        pybase64.b64decode(asked["base64"]),
        asked["query"],
    )
    began = datetime.fromisoformat(cast("str", entry["began"]))
    findings = [finding_of(cast("JsonObject", finding)) for finding in cast("list[Json]", entry["findings"])]
    response = cast("JsonObject | None", entry["response"])
    return Interaction(
        request,
        began,
        cast("str", entry["request_id"]),
        None if response is None else _response_of(response),
        cast("str | None", entry["stub"]),
        findings,
    )


def data_of_finding(finding: Finding) -> JsonObject:
    """The finding as JSON."""
    return {"rule": finding.rule, "message": finding.message, "severity": finding.severity, "path": finding.path}


def finding_of(data: Mapping[str, Json]) -> Finding:
    """The finding that its JSON stands for."""
    severity = cast("Severity", data["severity"])
    return Finding(str(data["rule"]), str(data["message"]), severity, cast("str | None", data["path"]))


def shortened(value: Json) -> Json:
    """The value with long base64 data cut."""
    if isinstance(value, list):
        return [shortened(item) for item in value]
    if not isinstance(value, dict):
        return value
    data = value.get("data") if value.get("type") == "base64" else value.get("base64")
    if isinstance(data, str) and len(data) > 2 * SHOWN:
        key = "data" if value.get("type") == "base64" else "base64"
        value = {**value, key: f"{data[:SHOWN]}… ({len(data)} characters)"}
    return {key: shortened(item) for key, item in value.items()}


def _entry(interaction: Interaction, request: JsonObject, response: JsonObject | None) -> JsonObject:
    began = interaction.began.astimezone(UTC).isoformat().replace("+00:00", "Z")
    return {
        "request_id": interaction.request_id,
        "began": began,
        "stub": interaction.stub,
        "findings": [data_of_finding(finding) for finding in interaction.findings],
        "request": request,
        "response": response,
    }


def _request(request: RawRequest) -> JsonObject:
    return {
        "method": request.method,
        "path": request.path,
        "query": request.query,
        "headers": dict(request.headers),
    }


def _response(response: RawResponse) -> JsonObject:
    return {
        "status": response.status,
        "headers": dict(response.headers),
        "streamed": response.streamed,
        "ending": response.ending,
    }


def _response_of(data: JsonObject) -> RawResponse:
    headers = tuple([(name, value) for name, value in cast("list[tuple[str, str]]", data["headers"])])
    chunks = [
        Chunk(pybase64.b64decode(cast("str", chunk["base64"])), cast("float", chunk["at"]))
        for chunk in cast("list[JsonObject]", data["chunks"])
    ]
    status, ending = cast("int", data["status"]), cast("Ending", data["ending"])
    return RawResponse(status, headers, tuple(chunks), data["streamed"] is True, ending)


def _request_shown(request: RawRequest) -> JsonObject:
    body, codings = request.body, request.headers.get("content-encoding")
    if body and codings:
        try:
            body = decoded(body, codings, limit=LARGEST)
        except CodingFault:
            return {**_request(request), "base64": _base64(body)}
    return {**_request(request), **content_of(body)}


def _response_shown(response: RawResponse | None) -> JsonObject | None:
    if response is None:
        return None
    events = _events(response) if response.streamed else None
    return {**_response(response), **(content_of(response.body) if events is None else {"events": events})}


def content_of(body: bytes) -> JsonObject:
    """A body as its JSON under `body`, else as `text`, else as `base64`; nothing for an empty one."""
    if not body:
        return {}
    try:
        return {"body": loads(body)}
    except JSONFault:
        pass
    try:
        return {"text": body.decode()}
    except UnicodeDecodeError:
        return {"base64": _base64(body)}


def _events(response: RawResponse) -> list[Json] | None:
    """The events of a stream with their times; `None` where it is none."""
    decoder = Decoder()
    try:
        found: list[Json] = [
            {"at": chunk.at, "data": cast("JsonObject", event)}
            for chunk in response.chunks
            for event in decoder.feed(chunk.data)
        ]
    except JSONFault:
        return None
    return found if decoder.is_clean else None


def _base64(data: bytes) -> str:
    return pybase64.b64encode(data).decode()
