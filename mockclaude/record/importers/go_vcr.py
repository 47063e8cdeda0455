"""Cassettes of go-vcr, versions 1 and 2 of its format."""

import re
from datetime import datetime
from typing import Any, Final

from mockclaude.record.importers.found import Exchange, Found, Skipped, interaction_of, is_of_the_api, pairs_of
from mockclaude.record.importers.text import bytes_of

DURATION: Final = re.compile(r"([0-9.]+)(h|ms|µs|us|ns|m|s)")
SECONDS: Final = {"h": 3600.0, "m": 60.0, "s": 1.0, "ms": 1e-3, "µs": 1e-6, "us": 1e-6, "ns": 1e-9}


def is_go_vcr(data: Any) -> bool:
    """Whether the data are a cassette of go-vcr: its requests have a `url`, its responses a `code`."""
    entries = data.get("interactions") if isinstance(data, dict) else None
    return isinstance(entries, list) and any(
        "url" in entry.get("request", {}) and "code" in entry.get("response", {}) for entry in entries
    )


def of_go_vcr(data: Any, *, otherwise: datetime) -> Found:
    """The exchanges of a cassette of go-vcr."""
    made, skipped = [], []
    for number, entry in enumerate(data["interactions"]):
        request, response = entry["request"], entry["response"]
        if not is_of_the_api(request["url"]):
            skipped.append(Skipped(f"interactions[{number}]", "it is not to the Messages API"))
            continue
        exchange = Exchange(
            request["method"],
            request["url"],
            pairs_of(request.get("headers")),
            bytes_of(request.get("body")),
            response["code"],
            pairs_of(response.get("headers")),
            bytes_of(response.get("body")),
            seconds(str(response.get("duration", ""))),
        )
        made.append(interaction_of(exchange, otherwise=otherwise))
    return Found(tuple(made), tuple(skipped))


def seconds(duration: str) -> float:
    """What Go writes as `1m2.5s` or `341.25ms`."""
    return sum([float(number) * SECONDS[unit] for number, unit in DURATION.findall(duration)])
