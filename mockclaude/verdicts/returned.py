"""What a client gave back to its caller, as a test hands it in: a text, a message or an exception."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from mockclaude.errors import SettingsError
from mockclaude.wire.body import JsonObject
from mockclaude.wire.shown import clipped


@dataclass(frozen=True, slots=True)
class Returned:
    """What the caller got; it is flagged when it says itself that it is no whole answer."""

    text: str = ""
    is_flagged: bool = False


def returned(outcome: object) -> Returned:
    """The outcome of a client; raises `SettingsError` for what is none."""
    if isinstance(outcome, BaseException):
        return Returned(is_flagged=True)
    if isinstance(outcome, str):
        return Returned(outcome)
    content = _of(outcome, "content")
    if not isinstance(content, Iterable):
        told = clipped(repr(outcome), length=60)
        raise SettingsError(f"outcome is {told}; expected what the client returned: its text, message or exception")
    texts = [_of(block, "text") for block in content]
    return Returned("".join([text for text in texts if isinstance(text, str)]), _of(outcome, "stop_reason") is None)


def data_of_returned(outcome: Returned) -> JsonObject:
    """The outcome as a message, which stands for it where it is sent."""
    stop = None if outcome.is_flagged else "end_turn"
    return {"content": [{"type": "text", "text": outcome.text}], "stop_reason": stop}


def _of(value: object, name: str) -> object:
    return value.get(name) if isinstance(value, Mapping) else getattr(value, name, None)
