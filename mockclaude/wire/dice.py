"""Deterministic bits: everything random about an answer is drawn from its seed, workspace and ordinal."""

from hashlib import blake2b, shake_128
from typing import Final

SIZE: Final = 512
"""Bits that one digest gives."""


class Dice:
    """An endless row of bits that the same key and ordinal always repeat."""

    __slots__ = ("_key", "_left", "_pool")

    def __init__(self, key: bytes, ordinal: int) -> None:
        self._key = blake2b(b"%b:%d" % (key, ordinal)).digest()
        self._pool = int.from_bytes(self._key, "little")
        self._left = SIZE

    def bits(self, count: int) -> int:
        """A number of that many bits, at most 512."""
        if self._left < count:
            self._key = blake2b(self._key).digest()
            self._pool = int.from_bytes(self._key, "little")
            self._left = SIZE
        bits = self._pool & (1 << count) - 1
        self._pool >>= count
        self._left -= count
        return bits

    def bytes(self, count: int) -> bytes:
        """That many bytes, drawn apart from the row of bits."""
        return shake_128(self._key).digest(count)
