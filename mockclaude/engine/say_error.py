"""Errors of the API as replies: their texts, and the headers that come with them."""

import math
from collections.abc import Mapping
from dataclasses import replace
from typing import Final, Literal

from mockclaude.engine.plain import plain_object
from mockclaude.engine.reply import ErrorReply, Reply
from mockclaude.errors import ScriptError, nearest
from mockclaude.wire.body import Json, JsonObject
from mockclaude.wire.error import STATUS_OF_TYPE

MESSAGES: Final[Mapping[int, str]] = {
    401: "invalid x-api-key",
    402: "Billing error",
    403: "Permission denied",
    404: "The requested resource could not be found.",
    405: "Method Not Allowed",
    413: "Request exceeds the maximum size",
    500: "Internal server error",
    504: "Request timeout",
    529: "Overloaded",
}
"""What an error says when its author does not; source: recordings 2025-11 to 2026-08 (401, 413, 500, 529), public
report 2026-10 (405), docs: errors page and API reference 2026-10 (the others)."""

Limit = Literal["requests", "input tokens", "output tokens"]

RATE_LIMITED: Final = (
    "This request would exceed your organization's rate limit of {limit:,} {what} per minute (org: {organization}, model:"
    " {{{{ model }}}}). For details, refer to: https://docs.claude.com/en/api/rate-limits. You can see the response"
    " headers for current usage. Please reduce the prompt length or the maximum tokens requested, or try again later."
    " You may also contact sales at https://claude.com/contact-sales to discuss your options for a rate limit increase."
)
"""Source: public reports 2026-03 to 2026-05, for requests and for tokens alike."""

ORGANIZATION: Final = "6d6f636b-636c-4175-8465-6d6f636b636c"
"""The organization of every mock, as the response headers tell it."""

LIMITS: Final[Mapping[Limit, int]] = {"requests": 4000, "input tokens": 2_000_000, "output tokens": 400_000}
"""Limits per minute of the second usage tier; source: rate limits page, 2026-10."""


def error(
    status: int,
    message: str = "",
    *,
    kind: str = "",
    details: Mapping[str, Json] | None = None,
    headers: Mapping[str, str] | None = None,
    retry_after: float | None = None,
    body: bytes | None = None,
    content_type: str = "application/json",
) -> Reply:
    """An error of the API; its type follows from the status, and so does its message where the API has only one.

    `body` replaces the envelope with other bytes. 429 without a message is `rate_limited()`.
    """
    fields = dict(headers or {})
    if not message and body is None:
        if status == 429:
            limited = rate_limited(retry_after=1 if retry_after is None else retry_after)
            return replace(limited, headers={**limited.headers, **fields})
        if status not in MESSAGES:
            raise ScriptError(f"error {status} has no message, and the API has no single one for it; give one")
        message = MESSAGES[status]
    if retry_after is not None:
        fields = {"retry-after": _seconds(retry_after), **fields}
    said = None if details is None else plain_object(details)
    return Reply(error=ErrorReply(status, kind, message, said, body, content_type), headers=fields)


def rate_limited(
    *, retry_after: float = 1, limit: Limit = "requests", per_minute: int | None = None, message: str = ""
) -> Reply:
    """429 with the API's words, `retry-after` and every rate limit header; the limit that is used up is the given one."""
    if limit not in LIMITS:
        raise ScriptError(f"limit is {limit!r}{nearest(limit, LIMITS)}; expected one of {', '.join(LIMITS)}")
    limits = {**LIMITS, **({} if per_minute is None else {limit: per_minute})}
    text = message or RATE_LIMITED.format(limit=limits[limit], what=limit, organization=ORGANIZATION)
    left = {name: 0 if name == limit else count for name, count in limits.items()}
    rows = {
        **{name.replace(" ", "-"): (limits[name], left[name]) for name in limits},
        "tokens": (limits["input tokens"] + limits["output tokens"], left["input tokens"] + left["output tokens"]),
    }
    headers = {
        f"anthropic-ratelimit-{row}-{name}": value
        for row, (most, rest) in rows.items()
        for name, value in (
            ("limit", str(most)),
            ("remaining", str(rest)),
            ("reset", f"{{{{ now+{0 if rest == most else math.ceil(retry_after)} }}}}"),
        )
    }
    return replace(error(429, text, headers=headers, retry_after=retry_after), templates=True)


def overloaded(*, retry_after: float | None = None) -> Reply:
    """529: the API has no capacity at the moment."""
    return error(529, retry_after=retry_after)


def api_error(message: str = "") -> Reply:
    """500: the API failed."""
    return error(500, message)


def error_of_envelope(data: JsonObject) -> Reply:
    """The reply that the API's own error body stands for; its status follows from its type. Raises `ScriptError`."""
    inner = data.get("error")
    if not isinstance(inner, dict) or not isinstance(inner.get("type"), str):
        raise ScriptError(f"error is {inner!r}; expected an object with type and message")
    kind = str(inner["type"])
    if kind not in STATUS_OF_TYPE:
        raise ScriptError(
            f"unknown error type {kind!r}{nearest(kind, STATUS_OF_TYPE)}; known: {', '.join(STATUS_OF_TYPE)}"
        )
    details = inner.get("details")
    return error(
        STATUS_OF_TYPE[kind],
        str(inner.get("message", "")),
        kind=kind,
        details=details if isinstance(details, dict) else None,
    )


def _seconds(value: float) -> str:
    if not 0 <= value < math.inf:
        raise ScriptError(f"retry_after is {value!r}; expected seconds from 0 on")
    return f"{value:g}"
