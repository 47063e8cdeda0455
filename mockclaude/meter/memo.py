"""A bounded memory of what texts were worked out to be."""

from collections.abc import Callable, Hashable
from typing import Final, Generic, TypeVar

Text = TypeVar("Text", str, bytes)
Value = TypeVar("Value")

EXACT: Final = 256
"""Longer texts are known by their length and 64-bit hash, so that they are not kept alive."""
OVERHEAD: Final = 200
"""Bytes that an entry takes besides its text."""


class Memo(Generic[Text, Value]):
    """A function of a text that remembers its results, never more than so many entries and bytes.

    Two generations: what is asked for moves to the young one; when that is full, the old one is forgotten.
    """

    __slots__ = ("_bytes", "_entries", "_old", "_room", "_work_out", "_young")

    def __init__(self, work_out: Callable[[Text], Value], *, entries: int = 4096, size: int = 1 << 20) -> None:
        self._work_out: Callable[[Text], Value] = work_out
        self._entries = max(1, entries // 2)
        self._bytes = size // 2
        self._room = self._bytes
        self._young: dict[Hashable, Value] = {}
        self._old: dict[Hashable, Value] = {}

    def __call__(self, text: Text) -> Value:
        """The result for the text."""
        key: Hashable = text if len(text) <= EXACT else (len(text), hash(text))
        try:
            return self._young[key]
        except KeyError:
            return self._keep(key, text)

    def __len__(self) -> int:
        return len(self._young) + len(self._old)

    def _keep(self, key: Hashable, text: Text) -> Value:
        value = self._old[key] if key in self._old else self._work_out(text)
        cost = OVERHEAD + min(len(text), EXACT)
        if len(self._young) >= self._entries or cost > self._room:
            self._old, self._young, self._room = self._young, {}, self._bytes
        self._room -= cost
        self._young[key] = value
        return value
