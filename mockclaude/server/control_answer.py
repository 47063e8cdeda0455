"""What the control API says: JSON that nobody caches, and refusals that name the way out."""

import re
from collections.abc import Mapping
from typing import Final, Literal

from aiohttp import web

from mockclaude import __version__
from mockclaude.errors import CassetteError, MockClaudeError, ScriptError, SettingsError
from mockclaude.wire.encoding import dumps
from mockclaude.wire.shown import without_keys

Kind = Literal[
    "cassette_error", "conflict", "cross_origin", "internal", "invalid_request", "method_not_allowed", "mockclaude_error", "not_found",
    "script_error", "settings_error", "templates_off", "too_large", "unauthorized", "unknown_host", "verification_failed",
]  # fmt: skip
"""What is wrong, for programs."""

HEADERS: Final[Mapping[str, str]] = {
    "x-mockclaude": __version__,
    "cache-control": "no-store",
    "x-content-type-options": "nosniff",
}
SUGGESTED: Final = re.compile(r"did you mean '([^']*)'")


class Refusal(Exception):
    """A control request that is not fulfilled, and what came nearest to it."""

    def __init__(self, status: int, kind: Kind, message: str, *, nearest: str | None = None) -> None:
        super().__init__(message)
        self.status = status
        self.kind: Kind = kind
        self.message = message
        self.nearest = nearest
        self.headers: Mapping[str, str] = {}

    def response(self) -> web.Response:
        """The answer that says so."""
        error = {
            "type": self.kind,
            "message": without_keys(self.message),
            "nearest": self.nearest or suggested(self.message),
        }
        return answered({"error": error}, status=self.status, headers=self.headers)


def refusal_of(fault: MockClaudeError) -> Refusal:
    """The refusal of a request that misuses mockclaude."""
    kind: Kind = "mockclaude_error"
    if isinstance(fault, ScriptError):
        kind = "script_error"
    elif isinstance(fault, CassetteError):
        kind = "cassette_error"
    elif isinstance(fault, SettingsError):
        kind = "settings_error"
    return Refusal(400, kind, str(fault))


def suggested(message: str) -> str | None:
    """The name that a message suggests."""
    found = SUGGESTED.search(message)
    return found and found[1]


def answered(value: object, *, status: int = 200, headers: Mapping[str, str] | None = None) -> web.Response:
    """An answer in JSON."""
    return web.Response(
        body=dumps(value), status=status, content_type="application/json", headers={**HEADERS, **(headers or {})}
    )


def answered_text(text: str, *, content_type: str) -> web.Response:
    """An answer in text."""
    return web.Response(body=text.encode(), headers={**HEADERS, "content-type": content_type})


def done() -> web.Response:
    """The answer where there is nothing to say."""
    return web.Response(status=204, headers=HEADERS)
