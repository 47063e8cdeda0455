"""Content codings of request bodies, undone within bounds.

The API takes gzip alone: bodies in br, zstd and deflate are refused (public report 2026-10-05: live probes).
"""

import zlib
from collections.abc import Callable, Iterator, Mapping
from typing import Final, Literal

STEP: Final = 1 << 16
"""Coded bytes are fed in steps, so that what is left of a body is never copied as a whole."""

PIECE: Final = 1 << 20
"""Decoded bytes come in pieces, so that a small bomb is noticed before it has unfolded."""

GZIP: Final = 31  # zlib's way to ask for the largest window and a gzip header

Kind = Literal["invalid", "unsupported", "too_large"]
Decoder = Callable[[bytes], Iterator[bytes]]


class CodingFault(ValueError):
    """A body that cannot be decoded; `kind` says why."""

    def __init__(self, kind: Kind, coding: str) -> None:
        super().__init__(f"{kind} content-encoding {coding!r}")
        self.kind = kind
        self.coding = coding


def decoded(data: bytes, codings: str, *, limit: int) -> bytes:
    """The body with all its codings undone, last applied first; raises `CodingFault`."""
    names = [name.strip().lower() for name in codings.split(",")]
    names = [name for name in names if name not in {"", "identity"}]
    for name in names:
        if name not in DECODERS:
            raise CodingFault("unsupported", name)
    for name in reversed(names):
        data = _bounded(data, name, limit)
    return data


def _bounded(data: bytes, coding: str, limit: int) -> bytes:
    pieces, size = [], 0
    try:
        for piece in DECODERS[coding](data):
            pieces.append(piece)
            size += len(piece)
            if size > limit:
                raise CodingFault("too_large", coding)
    except zlib.error:
        raise CodingFault("invalid", coding) from None
    return b"".join(pieces)


def _gunzip(data: bytes) -> Iterator[bytes]:
    """The members of a gzip body, one after the other."""
    inflate = zlib.decompressobj(GZIP)
    for start in range(0, len(data), STEP):
        pending = data[start : start + STEP]
        while pending:
            if inflate.eof:
                inflate = zlib.decompressobj(GZIP)
            yield inflate.decompress(pending, PIECE)
            pending = inflate.unused_data if inflate.eof else inflate.unconsumed_tail
    if not inflate.eof:
        raise zlib.error("the data ends too early")


DECODERS: Final[Mapping[str, Decoder]] = {"gzip": _gunzip, "x-gzip": _gunzip}
