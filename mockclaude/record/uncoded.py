"""Undoes the content codings of bodies, piece by piece, so that they can be searched and read.

gzip and deflate are always at hand; br and zstd where Python or a library has them.
"""

import zlib
from collections.abc import Callable, Iterable, Mapping, Sequence
from importlib import import_module
from typing import Final, Protocol

import orjson

from mockclaude.wire.interaction import Chunk

LARGEST: Final = 1 << 28
"""Bytes that a body may unfold to."""
GZIP: Final = 31
RAW: Final = -15
HEADER: Final = 2
"""Bytes after which it is known whether a deflated body has a header."""


class Unreadable(ValueError):
    """A coding that cannot be undone; the text says why."""


class Decoder(Protocol):
    """Undoes one coding."""

    def __call__(self, data: bytes, /) -> bytes:
        """The bytes that these complete; raises when they are not of the coding."""


def uncoded(chunks: Iterable[Chunk], codings: str) -> tuple[Chunk, ...]:
    """The chunks with every coding undone, each at its time; raises `Unreadable`.

    A body that breaks off gives what can be read of it. One that is not coded at all, as recorders of decoded bodies
    leave them, stays.
    """
    names = [name for name in (each.strip().lower() for each in codings.split(",")) if name not in {"", "identity"}]
    parts = [(chunk.data, chunk.at) for chunk in chunks]
    for name in reversed(names):
        body = b"".join([data for data, _ in parts])
        if not body or not _is_coded(body, name):
            continue
        try:
            parts = _undone(parts, name)
        except Unreadable:
            if name in MARKS or not _is_text(body):
                raise
    return tuple([Chunk(data, at) for data, at in parts])


def _undone(parts: Sequence[tuple[bytes, float]], name: str) -> list[tuple[bytes, float]]:
    decode = _decoder(name)
    size, made = 0, []
    for data, at in parts:
        piece = decode(data)
        size += len(piece)
        if size > LARGEST:
            raise Unreadable(f"a body in {name!r} unfolds to more than {LARGEST} bytes")
        made.append((piece, at))
    return made


def _is_coded(body: bytes, name: str) -> bool:
    """Whether the bytes are of a coding: by their first bytes, or because they are not what the API sends."""
    if name in MARKS:
        return body.startswith(MARKS[name])
    if body.startswith((b"event:", b"data:")):
        return False
    try:
        orjson.loads(body)
    except orjson.JSONDecodeError:
        return True
    return False


def _is_text(body: bytes) -> bool:
    try:
        body.decode()
    except UnicodeDecodeError:
        return False
    return True


MARKS: Final[Mapping[str, tuple[bytes, ...]]] = {
    "gzip": (b"\x1f\x8b",),
    "x-gzip": (b"\x1f\x8b",),
    "zstd": (b"\x28\xb5\x2f\xfd",),
}


def _decoder(name: str) -> Decoder:
    make = DECODERS.get(name)
    if make is None:
        raise Unreadable(f"the content-encoding {name!r} is not known")
    return make()


def _gzip() -> Decoder:
    """Members of a gzip body, one after the other."""
    inflate = zlib.decompressobj(GZIP)

    def decode(data: bytes, /) -> bytes:
        nonlocal inflate
        made = b""
        while data:
            if inflate.eof:
                inflate = zlib.decompressobj(GZIP)
            try:
                made += inflate.decompress(data, LARGEST + 1)
            except zlib.error:
                raise Unreadable("the body is not in 'gzip', although it says so") from None
            data = inflate.unused_data
        return made

    return decode


def _deflate() -> Decoder:
    """With the header that the standard asks for, or without, as some servers send it."""
    inflate, begun = zlib.decompressobj(), b""

    def decode(data: bytes, /) -> bytes:
        nonlocal inflate, begun
        try:
            made = inflate.decompress(data, LARGEST + 1)
        except zlib.error:
            inflate = zlib.decompressobj(RAW)  # what came so far was no header
            try:
                made = inflate.decompress(begun + data, LARGEST + 1)
            except zlib.error:
                raise Unreadable("the body is not in 'deflate', although it says so") from None
        begun = begun + data if len(begun) < HEADER else begun
        return made

    return decode


def _brotli() -> Decoder:
    for library in ("brotli", "brotlicffi"):
        try:
            decoder = import_module(library).Decompressor()
        except ImportError:
            continue
        return _guarded(getattr(decoder, "process", None) or decoder.decompress, "br")
    raise Unreadable("the content-encoding 'br' cannot be undone here; install mockclaude[codings], or ask for gzip")


def _zstd() -> Decoder:
    for library, make in (("compression.zstd", "ZstdDecompressor"), ("zstandard", "ZstdDecompressor")):
        try:
            decoder = getattr(import_module(library), make)()
        except ImportError:
            continue
        return _guarded(decoder.decompressobj().decompress if library == "zstandard" else decoder.decompress, "zstd")
    raise Unreadable("the content-encoding 'zstd' cannot be undone here; install mockclaude[codings], or ask for gzip")


def _guarded(decode: Callable[[bytes], bytes], name: str) -> Decoder:
    """A library's decoder, whose own exceptions are of no common kind."""

    def guarded(data: bytes, /) -> bytes:
        try:
            return decode(data)
        except Exception:  # noqa: BLE001 - each library has its own
            raise Unreadable(f"the body is not in {name!r}, although it says so") from None

    return guarded


DECODERS: Final[Mapping[str, Callable[[], Decoder]]] = {
    "gzip": _gzip,
    "x-gzip": _gzip,
    "deflate": _deflate,
    "br": _brotli,
    "zstd": _zstd,
}
