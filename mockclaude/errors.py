"""What we raise when mockclaude is misused; what the API refuses is `APIError`."""

from collections.abc import Iterable
from difflib import get_close_matches


class MockClaudeError(Exception):
    """Misuse of mockclaude; the message says what happened, what was expected and the way out."""


class SettingsError(MockClaudeError, ValueError):
    """A setting, option or file of settings that cannot be used."""


class ModelsError(MockClaudeError, ValueError):
    """A table of models that cannot be read."""


class ScriptError(MockClaudeError, ValueError):
    """A reply, stub or scenario that contradicts itself or the API."""


class CassetteError(MockClaudeError, ValueError):
    """A cassette that cannot be read or written."""


class NoReplyError(MockClaudeError, LookupError):
    """Nothing was scripted for a call and nothing else may answer it."""


class NoRecordingError(MockClaudeError, LookupError):
    """No interaction of the cassette answers a request, and none may be recorded."""


class UpstreamError(MockClaudeError, RuntimeError):
    """A request cannot be passed on to the API."""


class ServerError(MockClaudeError, RuntimeError):
    """The server cannot start or is not running."""


def nearest(name: str, known: Iterable[str]) -> str:
    """`; did you mean 'x'?` for the nearest known name, or nothing."""
    close = get_close_matches(name, list(known), n=1, cutoff=0.5)
    return f"; did you mean {close[0]!r}?" if close else ""
