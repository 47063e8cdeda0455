"""What the first and last bytes of an image tell: its type, its size, and whether all of it is there.

Nothing here decodes pixels. Every walk hops from one length field to the next, only moves forward and gives up after
`BLOCKS` hops; what it cannot follow is an answer (`None`, `False`), never an exception.
"""

import re
import struct
import zlib
from collections.abc import Callable, Iterator
from typing import Final, Literal, TypeAlias

import pybase64

MediaType: TypeAlias = Literal["image/jpeg", "image/png", "image/gif", "image/webp"]
Size: TypeAlias = tuple[int, int]

BLOCKS: Final = 1 << 18  # far beyond what encoders write; keeps crafted bytes from taking seconds
PNG_SIGNATURE: Final = b"\x89PNG\r\n\x1a\n"
JPEG_FRAMES: Final = frozenset(range(0xC0, 0xD0)) - {0xC4, 0xC8, 0xCC}  # SOF0..SOF15 without DHT, JPG, DAC
JPEG_SCAN: Final = 0xDA
JPEG_END: Final = 0xD9
# Stuffed zeros, fill bytes, TEM, RSTn and SOI carry no segment: they are skipped with the bytes between segments.
JPEG_MARKER: Final = re.compile(rb"\xff[\x02-\xcf\xd9-\xfe]")
GIF_EXTENSION: Final = 0x21
GIF_FRAME: Final = 0x2C
GIF_TRAILER: Final = 0x3B
WEBP_PIXELS: Final = frozenset({b"VP8 ", b"VP8L", b"ANMF"})


def sniff(head: bytes) -> MediaType | None:
    """Tell the type by the magic bytes; twelve bytes are enough."""
    if head.startswith(PNG_SIGNATURE):
        return "image/png"
    if head.startswith(b"\xff\xd8\xff"):
        return "image/jpeg"
    if head.startswith((b"GIF87a", b"GIF89a")):
        return "image/gif"
    if head.startswith(b"RIFF") and head[8:12] == b"WEBP":
        return "image/webp"
    return None


def size_of(data: bytes) -> Size | None:
    """Read width and height from the header; `None` without a readable one or with a side of zero.

    Thirty bytes are enough but for JPEG, whose frame header may lie beyond any amount of metadata.
    """
    media_type = sniff(data)
    if media_type is None:
        return None
    size = SIZES[media_type](data)
    return size if size and all(size) else None


def is_whole(data: bytes) -> bool:
    """Follow the container from its header over at least one picture to its end marker.

    Of a PNG the checksum of the header is compared too; bytes after the end marker are ignored, as decoders do.
    """
    media_type = sniff(data)
    return media_type is not None and size_of(data) is not None and WALKS[media_type](data)


def decode_base64(text: str, *, head: int | None = None) -> bytes | None:
    """Decode all bytes, or with `head` only the first so many; `None` when the text read for them is not base64.

    Only the standard alphabet with its padding counts: no white space, no URL-safe letters, no `data:` prefix.
    The API refuses other letters (public reports 2024-11 to 2026-10: prefixes, URLs, "[object Object]"); white space
    and missing padding are assumed to be refused alike, and every recorded request is free of both.
    """
    if head is not None:
        text = text[: (head + 2) // 3 * 4]
    try:
        data = pybase64.b64decode(text, validate=True)
    except ValueError:
        return None
    return data if head is None else data[:head]


def _png_size(data: bytes) -> Size | None:
    if len(data) < 24 or data[8:16] != b"\0\0\0\x0dIHDR":
        return None
    width, height = struct.unpack_from(">II", data, 16)
    return width, height


def _png_is_whole(data: bytes) -> bool:
    if zlib.crc32(data[12:29]) != int.from_bytes(data[29:33]):
        return False
    at = 33
    has_pixels = False
    for _ in range(BLOCKS):
        if at + 8 > len(data):
            return False
        length, kind = struct.unpack_from(">I4s", data, at)
        at += 12 + length
        if kind == b"IEND":
            return has_pixels and at <= len(data)
        has_pixels = has_pixels or kind == b"IDAT"
    return False


def _jpeg_segments(data: bytes) -> Iterator[tuple[int, int]]:
    """Yield marker and payload position of each segment, the last of which may be cut off."""
    at = 2
    for _ in range(BLOCKS):
        found = JPEG_MARKER.search(data, at)
        if found is None:
            return
        at = found.end()
        marker = data[at - 1]
        if marker == JPEG_END:
            yield marker, at
            return
        length = int.from_bytes(data[at : at + 2])
        if length < 2:
            return
        yield marker, at + 2
        at += length


def _jpeg_size(data: bytes) -> Size | None:
    for marker, at in _jpeg_segments(data):
        if marker in JPEG_FRAMES and at + 5 <= len(data):
            height, width = struct.unpack_from(">HH", data, at + 1)
            return width, height
        if marker == JPEG_SCAN:
            return None
    return None


def _jpeg_is_whole(data: bytes) -> bool:
    has_pixels = False
    for marker, _ in _jpeg_segments(data):
        if marker == JPEG_END:
            return has_pixels
        has_pixels = has_pixels or marker == JPEG_SCAN
    return False


def _gif_size(data: bytes) -> Size | None:
    if len(data) < 13:
        return None
    width, height = struct.unpack_from("<HH", data, 6)
    return width, height


def _gif_table(flags: int) -> int:
    return 3 << (flags & 7) + 1 if flags & 0x80 else 0


def _gif_is_whole(data: bytes) -> bool:
    size = len(data)
    at = 13 + _gif_table(data[10])
    has_pixels = False
    for _ in range(BLOCKS):
        if at >= size:
            return False
        block = data[at]
        if block == GIF_TRAILER:
            return has_pixels
        if block == GIF_FRAME and at + 9 < size:
            at += 11 + _gif_table(data[at + 9])
            has_pixels = True
        elif block == GIF_EXTENSION:
            at += 2
        elif block:  # a lone zero is an empty run of sub-blocks, which decoders skip
            return False
        while at < size and (length := data[at]):
            at += length + 1
        at += 1
    return False


def _webp_size(data: bytes) -> Size | None:
    if len(data) < 25:
        return None
    kind = data[12:16]
    if kind == b"VP8L" and data[20] == 0x2F:
        bits = int.from_bytes(data[21:25], "little")
        return (bits & 0x3FFF) + 1, (bits >> 14 & 0x3FFF) + 1
    if len(data) < 30:
        return None
    if kind == b"VP8X":
        return int.from_bytes(data[24:27], "little") + 1, int.from_bytes(data[27:30], "little") + 1
    if kind == b"VP8 " and data[23:26] == b"\x9d\x01\x2a":
        width, height = struct.unpack_from("<HH", data, 26)
        return width & 0x3FFF, height & 0x3FFF
    return None


def _webp_is_whole(data: bytes) -> bool:
    end = 8 + int.from_bytes(data[4:8], "little")
    if end > len(data):
        return False
    at = 12
    has_pixels = False
    for _ in range(BLOCKS):
        if at + 8 > end:
            return has_pixels
        kind, length = struct.unpack_from("<4sI", data, at)
        at += 8 + length
        if at > end:
            return False
        at += length & 1
        has_pixels = has_pixels or kind in WEBP_PIXELS
    return False


SIZES: Final[dict[MediaType, Callable[[bytes], Size | None]]] = {
    "image/png": _png_size,
    "image/jpeg": _jpeg_size,
    "image/gif": _gif_size,
    "image/webp": _webp_size,
}
WALKS: Final[dict[MediaType, Callable[[bytes], bool]]] = {
    "image/png": _png_is_whole,
    "image/jpeg": _jpeg_is_whole,
    "image/gif": _gif_is_whole,
    "image/webp": _webp_is_whole,
}
