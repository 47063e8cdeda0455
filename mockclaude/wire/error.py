"""The API's refusals: the error types, their statuses and the envelope."""

from collections.abc import Mapping
from typing import Final

from mockclaude.wire.body import Json, JsonObject
from mockclaude.wire.encoding import dumps

STATUS_OF_TYPE: Final[Mapping[str, int]] = {
    "invalid_request_error": 400,
    "authentication_error": 401,
    "billing_error": 402,
    "permission_error": 403,
    "not_found_error": 404,
    "conflict_error": 409,
    "request_too_large": 413,
    "rate_limit_error": 429,
    "api_error": 500,
    "timeout_error": 504,
    "overloaded_error": 529,
}
"""Source: documentation, errors page, 2026-10."""

TYPE_OF_STATUS: Final[Mapping[int, str]] = {status: kind for kind, status in STATUS_OF_TYPE.items()}

RETRYABLE: Final = frozenset({408, 409, 429})
"""Statuses below 500 that the SDKs retry; source: SDK 2.12.0. A recorded 529 says so itself (2024-04)."""


def is_retryable(status: int) -> bool:
    """Whether a client may send the request again that was answered so."""
    return status >= 500 or status in RETRYABLE


class APIError(Exception):
    """What the real API would answer instead of a message.

    `rule` is the id of the rule that was broken, `path` the place in the request as the API writes it.
    `hint` is what we know besides the API's words, for the log.
    `bare` errors come from the proxy before the API: no outer `type`, no `request_id`.
    `anonymous` errors carry `"request_id": null`.
    """

    def __init__(
        self,
        message: str,
        *,
        status: int = 400,
        kind: str = "",
        details: Mapping[str, Json] | None = None,
        headers: Mapping[str, str] | None = None,
        rule: str | None = None,
        path: str | None = None,
        hint: str = "",
        bare: bool = False,
        anonymous: bool = False,
    ) -> None:
        super().__init__(message)
        self.message = message
        self.status = status
        self.kind = kind or TYPE_OF_STATUS.get(status, "invalid_request_error" if status < 500 else "api_error")
        self.details = details
        self.headers: Mapping[str, str] = headers or {}
        self.rule = rule
        self.path = path
        self.hint = hint
        self.bare = bare
        self.anonymous = anonymous

    def envelope(self, request_id: str) -> bytes:
        """The JSON body of the error, keys in the recorded order."""
        error: dict[str, Json] = {"type": self.kind, "message": self.message}
        if self.details is not None:
            error["details"] = dict(self.details)
        if self.bare:
            return dumps({"error": error})
        return dumps({"type": "error", "error": error, "request_id": None if self.anonymous else request_id})

    def result(self, worker_id: str | None = None) -> JsonObject:
        """What the results of a batch say of a row that ended so; `worker_id` of one that failed while it was answered.

        Source: capture 2026-09-02, and another in public; key order as there.
        """
        details: JsonObject = {"error_visibility": "user_facing", **(self.details or {})}
        error: JsonObject = {"details": details, "type": self.kind, "message": self.message}
        return {"type": "errored", "error": {"type": "error", "error": error, "request_id": worker_id}}
