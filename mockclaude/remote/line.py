"""A line to the control API of a server: questions as HTTP and JSON, refusals as our own errors."""

from collections.abc import Mapping
from http.client import HTTPConnection, HTTPException, HTTPSConnection
from typing import Final, cast
from urllib.parse import SplitResult, quote, urlencode

from mockclaude.errors import CassetteError, MockClaudeError, ScriptError, ServerError, SettingsError
from mockclaude.wire.body import JsonObject
from mockclaude.wire.encoding import JSONFault, dumps, loads

ROOT: Final = "/_mockclaude"
TOKEN: Final = "MOCKCLAUDE_CONTROL_TOKEN"  # noqa: S105 - the name of a variable
TOKEN_HEADER: Final = "x-mockclaude-token"  # noqa: S105 - the name of a header
PATIENCE: Final = 30.0
"""Seconds that the server may take to answer."""

ERRORS: Final[Mapping[str, type[MockClaudeError]]] = {
    "cassette_error": CassetteError,
    "invalid_request": SettingsError,
    "not_found": ScriptError,
    "script_error": ScriptError,
    "settings_error": SettingsError,
    "templates_off": ScriptError,
}
"""What a refusal is raised as; any other is the server's."""

VERDICT: Final = "verification_failed"
"""The kind of an answer that says no: it is what was asked for."""


class Line:
    """Asks the control API of one server about one world; every question has a connection of its own."""

    def __init__(self, place: SplitResult, workspace: str, token: str | None) -> None:
        self.url = f"{place.scheme}://{place.netloc}{place.path.rstrip('/')}"
        self.workspace = workspace
        self._place = place
        self._token = token

    def to(self, workspace: str) -> "Line":
        """The same for another world."""
        return Line(self._place, workspace, self._token)

    def ask(
        self, method: str, path: str, data: JsonObject | None = None, *, query: Mapping[str, str] | None = None
    ) -> JsonObject:
        """The answer, empty where there is none; raises what the server refuses as our own errors."""
        named = urlencode({"workspace": self.workspace, **(query or {})})
        target = f"{self._place.path.rstrip('/')}{ROOT}{quote(path)}?{named}"
        headers = {"content-type": "application/json"} if data is not None else {}
        if self._token:
            headers[TOKEN_HEADER] = self._token
        kind = HTTPSConnection if self._place.scheme == "https" else HTTPConnection
        connection = kind(cast("str", self._place.hostname), self._place.port, timeout=PATIENCE)
        try:
            connection.request(method, target, body=None if data is None else dumps(data), headers=headers)
            response = connection.getresponse()
            status, is_ours, body = response.status, response.getheader("x-mockclaude") is not None, response.read()
        except (OSError, HTTPException) as fault:
            raise ServerError(
                f"no mockclaude server answers on {self.url}: {str(fault) or type(fault).__name__}"
            ) from fault
        finally:
            connection.close()
        if not is_ours:
            raise ServerError(f"{self.url} is no mockclaude server: it answers {method} {ROOT}{path} with {status}")
        return self._understood(status, body)

    def _understood(self, status: int, body: bytes) -> JsonObject:
        try:
            found = loads(body) if body else {}
        except JSONFault as fault:
            raise ServerError(f"{self.url} answers {status} with what is no JSON: {fault}") from None
        if not isinstance(found, dict):
            raise ServerError(f"{self.url} answers {status} with what is no object")
        error = cast("JsonObject | None", found.get("error"))
        if error is None:
            return found
        kind, message = str(error["type"]), str(error["message"])
        if kind == VERDICT:
            return found
        if kind in ERRORS:
            raise ERRORS[kind](message)
        hint = f"; give token=… or set {TOKEN}" if kind == "unauthorized" else ""
        raise ServerError(f"{self.url} refuses: {message}{hint}")
