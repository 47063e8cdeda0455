"""Undoes the content coding of a body piece by piece, so that each piece of the record keeps its time."""

import zlib
from collections.abc import Callable
from typing import Final

AUTOMATIC: Final = 47
"""zlib's way to ask for the largest window and either header."""
LARGEST: Final = 1 << 28
"""Bytes a body may unfold to."""


class Unfolding:
    """A body in one of the codings that can be undone; `is_lost` once it is broken or too large."""

    def __init__(self, coding: str) -> None:
        self._unfold = _decompressor(coding.strip().lower())
        self._size = 0
        self.is_lost = self._unfold is None

    def feed(self, data: bytes) -> bytes:
        """What these bytes unfold to."""
        if self._unfold is None or self.is_lost:
            return data
        try:
            piece = self._unfold(data)
        except zlib.error:
            self.is_lost = True
            return data
        self._size += len(piece)
        self.is_lost = self._size > LARGEST
        return piece


def _decompressor(coding: str) -> Callable[[bytes], bytes] | None:
    """What unfolds a coding, `None` for one that is unknown."""
    return zlib.decompressobj(AUTOMATIC).decompress if coding in {"gzip", "x-gzip", "deflate"} else None
