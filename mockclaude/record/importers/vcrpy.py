"""Cassettes of vcrpy: YAML or JSON, with bodies as text, as bytes or parsed."""

from datetime import datetime
from typing import Any

from mockclaude.record.importers.found import Exchange, Found, Skipped, interaction_of, is_of_the_api, pairs_of
from mockclaude.record.importers.text import bytes_of


def is_vcrpy(data: Any) -> bool:
    """Whether the data are a cassette of vcrpy: its requests have a `uri`."""
    entries = data.get("interactions") if isinstance(data, dict) else None
    return isinstance(entries, list) and any("uri" in entry.get("request", {}) for entry in entries)


def of_vcrpy(data: Any, *, otherwise: datetime) -> Found:
    """The exchanges of a cassette of vcrpy."""
    made, skipped = [], []
    for number, entry in enumerate(data["interactions"]):
        request, response = entry["request"], entry["response"]
        if not is_of_the_api(request["uri"]):
            skipped.append(Skipped(f"interactions[{number}]", "it is not to the Messages API"))
            continue
        status = response.get("status")
        exchange = Exchange(
            request["method"],
            request["uri"],
            pairs_of(request.get("headers")),
            bytes_of(request["parsed_body"] if "parsed_body" in request else request.get("body")),
            status["code"] if isinstance(status, dict) else response["status_code"],
            pairs_of(response.get("headers")),
            _body(response),
        )
        made.append(interaction_of(exchange, otherwise=otherwise))
    return Found(tuple(made), tuple(skipped))


def _body(response: Any) -> bytes:
    """The body of a response: under `body.string`, as older ones had it under `content`, or parsed."""
    if "parsed_body" in response:
        return bytes_of(response["parsed_body"])
    body = response.get("body", response.get("content"))
    return bytes_of(body.get("string") if isinstance(body, dict) else body)
