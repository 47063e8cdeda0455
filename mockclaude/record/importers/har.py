"""HTTP archives of browsers and proxies, and those that mockclaude writes."""

from datetime import UTC, datetime
from typing import Any, Final

import pybase64

from mockclaude.record.importers.found import Exchange, Found, Skipped, interaction_of, is_of_the_api
from mockclaude.record.importers.text import bytes_of
from mockclaude.wire.interaction import Chunk, Interaction

PSEUDO: Final = ":"
"""How the names of HTTP/2 begin that are no headers."""
OWN: Final = "_mockclaude"
"""Where our own archives tell what the format has no word for."""


def is_har(data: Any) -> bool:
    """Whether the data are an HTTP archive."""
    log = data.get("log") if isinstance(data, dict) else None
    return isinstance(log, dict) and isinstance(log.get("entries"), list)


def of_har(data: Any, *, otherwise: datetime) -> Found:
    """The exchanges of an archive; an entry without an answer is left out."""
    made, skipped = [], []
    for number, entry in enumerate(data["log"]["entries"]):
        where, request, response = f"log.entries[{number}]", entry["request"], entry["response"]
        if not is_of_the_api(request["url"]):
            skipped.append(Skipped(where, "it is not to the Messages API"))
        elif not response.get("status"):
            skipped.append(Skipped(where, "it has no answer"))
        elif request["method"].upper() == "OPTIONS":
            skipped.append(Skipped(where, "it is a browser's question before the request"))
        else:
            made.append(_interaction(entry, otherwise))
    return Found(tuple(made), tuple(skipped))


def _interaction(entry: Any, otherwise: datetime) -> Interaction:
    request, response, own = entry["request"], entry["response"], entry.get(OWN, {})
    content = response.get("content", {})
    headers = _pairs(response)
    if "encoding" not in content and OWN not in entry:  # the text is decoded, whatever the headers say
        headers = [(name, value) for name, value in headers if name.lower() != "content-encoding"]
    exchange = Exchange(
        request["method"],
        request["url"],
        _pairs(request),
        _decoded(request.get("postData", {}), "_encoding"),
        response["status"],
        headers,
        _decoded(content, "encoding"),
        max(float(entry.get("timings", {}).get("wait", 0)), 0) / 1000,
        _moment(entry.get("startedDateTime")),
    )
    made = interaction_of(exchange, otherwise=otherwise)
    if own and made.response is not None:
        body, start, chunks = exchange.response, 0, []
        for size, at in own["chunks"]:
            chunks.append(Chunk(body[start : start + size], at))
            start += size
        made.response = made.response._replace(chunks=tuple(chunks), streamed=own["streamed"], ending=own["ending"])
    return made


def _pairs(message: Any) -> list[tuple[str, str]]:
    return [
        (field["name"], str(field["value"]))
        for field in message.get("headers", [])
        if not field["name"].startswith(PSEUDO)
    ]


def _decoded(content: Any, key: str) -> bytes:
    text = content.get("text")
    return pybase64.b64decode(text) if text and content.get(key) == "base64" else bytes_of(text)


def _moment(text: object) -> datetime | None:
    try:
        moment = datetime.fromisoformat(str(text))
    except ValueError:
        return None
    return moment if moment.tzinfo else moment.replace(tzinfo=UTC)
