"""Deterministic bits: everything random about an answer is drawn from its seed, workspace and ordinal."""

from hashlib import shake_128


class Dice:
    """An endless row of bits that the same key and ordinal always repeat."""

    __slots__ = ("_key", "_pool", "_size")

    def __init__(self, key: bytes, ordinal: int) -> None:
        self._key = b"%b:%d" % (key, ordinal)
        self._size = 64
        self._pool = int.from_bytes(shake_128(self._key).digest(self._size), "little")

    def bits(self, count: int) -> int:
        """A number of that many bits."""
        bits = self._pool & (1 << count) - 1
        self._pool >>= count
        self._size -= (count + 7) // 8
        if self._size < 24:
            self._refill()
        return bits

    def bytes(self, count: int) -> bytes:
        """That many bytes, drawn apart from the row of bits."""
        return shake_128(b"bytes:" + self._key).digest(count)

    def _refill(self) -> None:
        self._key = shake_128(b"more:" + self._key).digest(32)
        self._size = 64
        self._pool = int.from_bytes(shake_128(self._key).digest(self._size), "little")
