"""Undoes the content coding of a body piece by piece, so that each piece of the record keeps its time."""

import zlib
from collections.abc import Callable
from importlib import import_module
from typing import Final, cast

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
        except Exception:  # noqa: BLE001 - every library has its own
            self.is_lost = True
            return data
        self._size += len(piece)
        self.is_lost = self._size > LARGEST
        return piece


def _decompressor(coding: str) -> Callable[[bytes], bytes] | None:
    """What unfolds a coding, `None` for one that is unknown."""
    if coding in {"gzip", "x-gzip", "deflate"}:
        return zlib.decompressobj(AUTOMATIC).decompress
    if coding == "br":
        try:
            return cast("Callable[[bytes], bytes]", import_module("brotli").Decompressor().process)
        except ImportError:
            return None
    return None
