"""The latest interactions of a workspace, bounded in number and in bytes, and without any key.

Adding must cost next to nothing, since every request does it; so keys are taken out when somebody looks.
"""

from collections import deque
from collections.abc import Iterator, Sequence
from dataclasses import replace
from threading import Lock
from typing import Final, overload

from mockclaude.record.redact import redacted_request, redacted_response
from mockclaude.wire.interaction import Interaction

ENTRIES: Final = 1000
SIZE: Final = 64 * 1024 * 1024


class Journal(Sequence[Interaction]):
    """What was asked and answered, oldest first.

    Beyond `entries` the oldest is forgotten. Beyond `size` bytes the oldest lose their bodies, but still count.
    Safe to read in one thread while a server adds in another. `forgotten` is how many it no longer has.
    """

    def __init__(self, *, entries: int = ENTRIES, size: int = SIZE) -> None:
        self._entries = entries
        self._room = size
        self._lock = Lock()
        self._kept: deque[Interaction] = deque()
        self._weights: deque[int] = deque()
        self._size = 0
        self.forgotten = 0
        self._emptied = 0  # how many of the oldest have lost their bodies
        self._unread = 0  # how many of the newest still hold their keys

    def add(self, interaction: Interaction) -> None:
        """Remembers an interaction."""
        weight = weight_of(interaction)
        with self._lock:
            self._kept.append(interaction)
            self._weights.append(weight)
            self._size += weight
            self._unread += 1
            if len(self._kept) > self._entries:
                self._forget_oldest()
            while self._size > self._room and self._emptied < len(self._kept) - 1:
                self._empty_oldest()

    def clear(self) -> None:
        """Forgets everything."""
        with self._lock:
            self._kept.clear()
            self._weights.clear()
            self._size = self._emptied = self._unread = self.forgotten = 0

    def find(self, request_id: str) -> Interaction | None:
        """The interaction of that id, if it is remembered."""
        return next((entry for entry in self if entry.request_id == request_id), None)

    @property
    def size(self) -> int:
        """How many bytes of bodies are remembered."""
        return self._size

    def __len__(self) -> int:
        return len(self._kept)

    def __iter__(self) -> Iterator[Interaction]:
        return iter(self._snapshot())

    @overload
    def __getitem__(self, place: int) -> Interaction: ...
    @overload
    def __getitem__(self, place: slice) -> list[Interaction]: ...
    def __getitem__(self, place: int | slice) -> Interaction | list[Interaction]:
        return self._snapshot()[place]

    def __repr__(self) -> str:
        return f"<Journal interactions={len(self)} bytes={self._size}>"

    def _snapshot(self) -> list[Interaction]:
        with self._lock:
            kept = list(self._kept)
            for interaction in kept[len(kept) - self._unread :]:
                interaction.request = redacted_request(interaction.request)
                interaction.response = interaction.response and redacted_response(interaction.response)
            self._unread = 0
            return kept

    def _forget_oldest(self) -> None:
        self._kept.popleft()
        self.forgotten += 1
        self._size -= self._weights.popleft()
        self._emptied = max(0, self._emptied - 1)
        self._unread = min(self._unread, len(self._kept))

    def _empty_oldest(self) -> None:
        """Replaces the oldest interaction that has bodies by one without; who holds the whole one keeps it."""
        whole = self._kept[self._emptied]
        response = whole.response and whole.response._replace(chunks=())
        self._kept[self._emptied] = replace(whole, request=whole.request._replace(body=b""), response=response)
        self._size -= self._weights[self._emptied]
        self._weights[self._emptied] = 0
        self._emptied += 1


def weight_of(interaction: Interaction) -> int:
    """The bytes of both bodies."""
    weight = len(interaction.request.body)
    response = interaction.response
    if response is None:
        return weight
    chunks = response.chunks
    return weight + (len(chunks[0].data) if len(chunks) == 1 else sum([len(chunk.data) for chunk in chunks]))
