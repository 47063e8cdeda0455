"""Why a prompt could not be read from the cache: what changed since the request whose answer a client names.

Source: SDK 2.14.0. Only requests that ask for a diagnosis are remembered.
"""

from collections.abc import Mapping
from threading import Lock
from typing import Final, NamedTuple, cast

from mockclaude.wire.body import Json, JsonObject, RequestBody, blocks_of
from mockclaude.wire.encoding import dumps

PARTS: Final[tuple[tuple[str, tuple[str, ...]], ...]] = (
    ("model_changed", ("model", "speed")),
    ("system_changed", ("system",)),
    ("tools_changed", ("tools",)),
)
"""What is told first, and the fields that it looks at."""
BESIDES: Final = ("thinking", "tool_choice", "output_config")
"""Fields that a prompt depends on, too; a change of these is told as no diagnosis."""
MOST: Final = 256


class Print(NamedTuple):
    """What of a request is remembered: its parts, its turns, the rest, and the tokens that were cached."""

    parts: Mapping[str, bytes]
    turns: tuple[bytes, ...]
    besides: bytes
    cached: int


class Diagnoses:
    """The requests of one world that asked for a diagnosis, by the ids of their answers; never more than so many.

    Safe to use in several threads.
    """

    def __init__(self, *, most: int = MOST) -> None:
        self._most = most
        self._prints: dict[str, Print] = {}
        self._lock = Lock()

    def of(self, body: RequestBody, *, read: int, written: int, answer: str) -> JsonObject | None:
        """The diagnosis of a request; `None` where nothing diverged. Remembers the request by the id of its answer."""
        asked = _print(body, cached=read + written)
        previous = (body.get("diagnostics") or {}).get("previous_message_id")
        reason: JsonObject | None = None
        if isinstance(previous, str):
            before = self._prints.get(previous)
            reason = {"type": "previous_message_not_found"} if before is None else _reason(before, asked, read)
        with self._lock:
            if len(self._prints) >= self._most:
                del self._prints[next(iter(self._prints))]
            self._prints[answer] = asked
        return None if reason is None else {"cache_miss_reason": reason}

    def clear(self) -> None:
        """Forgets everything."""
        self._prints.clear()


def _reason(before: Print, asked: Print, read: int) -> JsonObject | None:
    changed = next((kind for kind, _ in PARTS if before.parts[kind] != asked.parts[kind]), None)
    if changed is None and before.turns != asked.turns[: len(before.turns)]:
        changed = "messages_changed"
    if changed is not None:
        return {"type": changed, "cache_missed_input_tokens": max(0, before.cached - read)}
    return None if before.besides == asked.besides else {"type": "unavailable"}


def _print(body: RequestBody, *, cached: int) -> Print:
    fields = cast("JsonObject", body)
    parts = {kind: b"\n".join([_part(name, fields.get(name)) for name in names]) for kind, names in PARTS}
    turns = [b"\n".join([turn["role"].encode(), *map(said, blocks_of(turn["content"]))]) for turn in body["messages"]]
    return Print(parts, tuple(turns), dumps([fields.get(name) for name in BESIDES]), cached)


def _part(name: str, value: Json) -> bytes:
    """A field without its breakpoints; a system prompt of one text is that text."""
    items = blocks_of(value) if name == "system" and isinstance(value, str) else value
    if isinstance(items, list):
        return b"\n".join([said(item) for item in items if isinstance(item, dict)])
    return dumps(items)


def said(piece: Mapping[str, object]) -> bytes:
    """What a tool or a block says, whether or not it has a breakpoint."""
    return dumps({key: value for key, value in piece.items() if key != "cache_control"})
