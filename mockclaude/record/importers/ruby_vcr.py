"""Cassettes of VCR for Ruby and R: YAML or JSON with `http_interactions`."""

from datetime import datetime
from email.utils import parsedate_to_datetime
from typing import Any

import pybase64

from mockclaude.record.importers.found import Exchange, Found, Skipped, interaction_of, is_of_the_api, pairs_of
from mockclaude.record.importers.text import bytes_of


def is_ruby_vcr(data: Any) -> bool:
    """Whether the data are a cassette of VCR."""
    return isinstance(data, dict) and isinstance(data.get("http_interactions"), list)


def of_ruby_vcr(data: Any, *, otherwise: datetime) -> Found:
    """The exchanges of a cassette of VCR."""
    made, skipped = [], []
    for number, entry in enumerate(data["http_interactions"]):
        request, response = entry["request"], entry["response"]
        if not is_of_the_api(request["uri"]):
            skipped.append(Skipped(f"http_interactions[{number}]", "it is not to the Messages API"))
            continue
        status = response.get("status", {})
        exchange = Exchange(
            request["method"],
            request["uri"],
            pairs_of(request.get("headers")),
            _body(request),
            status["code"] if isinstance(status, dict) else status,
            pairs_of(response.get("headers")),
            _body(response),
            began=_moment(entry.get("recorded_at")),
        )
        made.append(interaction_of(exchange, otherwise=otherwise))
    return Found(tuple(made), tuple(skipped))


def _body(message: Any) -> bytes:
    body = message.get("body")
    if isinstance(body, dict) and "base64_string" in body:
        return pybase64.b64decode("".join(str(body["base64_string"]).split()))
    return bytes_of(body.get("string") if isinstance(body, dict) else body)


def _moment(text: object) -> datetime | None:
    try:
        return parsedate_to_datetime(str(text)) if text else None
    except ValueError:
        return None
