"""Tiny images and PDF files of any size and weight, for tests that need real bytes.

Every image is one colour, so its pixels cost next to nothing: PNG repeats the longest deflate match in two bits, JPEG
spends two bits on a block of 64 pixels, GIF one LZW code on 4,091 pixels, WebP no bit at all.
"""

import hashlib
import re
import struct
import zlib
from collections.abc import Callable, Iterable
from functools import reduce
from itertools import accumulate, count
from math import isqrt
from typing import Final, Protocol

from mockclaude.wire.image import GIF_EXTENSION, GIF_FRAME, GIF_TRAILER, PNG_SIGNATURE, MediaType

SIDES: Final[dict[MediaType, int]] = {
    "image/png": (1 << 31) - 1,
    "image/jpeg": (1 << 16) - 1,
    "image/gif": (1 << 16) - 1,
    "image/webp": 1 << 14,
}
"""The longest side each format can write down; libjpeg reads JPEG up to 65,500."""


class Writer(Protocol):
    """One format's function."""

    def __call__(self, width: int, height: int, *, pad_to: int | None = None) -> bytes:
        """Write an image of the size."""


def image(media_type: MediaType, width: int, height: int, *, pad_to: int | None = None) -> bytes:
    """Write an image of one colour; `pad_to` adds legal metadata until it weighs exactly so many bytes.

    Raises `ValueError` for what the format cannot express: a side beyond `SIDES`, or a gap to `pad_to` that no
    metadata fits (PNG: below 12 bytes; JPEG: none; GIF: 1, 2 and 4 bytes; WebP: odd or below 8 bytes).
    """
    return WRITERS[media_type](width, height, pad_to=pad_to)


def png(width: int, height: int, *, pad_to: int | None = None) -> bytes:
    """Write a PNG of one bit per pixel; a private chunk pads it."""
    _check("image/png", width, height)
    header = struct.pack(">IIBBBBB", width, height, 1, 0, 0, 0, 0)
    pixels = _deflated_zeros(height * (1 + (width + 7) // 8))
    head = PNG_SIGNATURE + _chunk(b"IHDR", header) + _chunk(b"IDAT", pixels)
    tail = _chunk(b"IEND", b"")
    gap = _gap(len(head) + len(tail), pad_to, fits=lambda gap: gap >= 12)
    return head + (_chunk(b"fiLl", bytes(gap - 12)) if gap else b"") + tail


def _chunk(kind: bytes, payload: bytes) -> bytes:
    return struct.pack(">I", len(payload)) + kind + payload + struct.pack(">I", zlib.crc32(payload, zlib.crc32(kind)))


# One dynamic Huffman block with the codes 0 = length 258, 10 = literal zero, 11 = end, and 0 = distance 1 (RFC 1951).
# (value, bits) in writing order: last block, dynamic, 286 lengths, 1 distance, 18 code lengths; lengths of the codes
# that code lengths are told in (18 in one bit; 2 and 1 in two); then 2, 138 + 117 zeros, 2, 28 zeros, 1, and 1.
_BLOCK_HEADER: Final = (
    *((1, 1), (2, 2), (29, 5), (0, 5), (14, 4)),
    *((0, 6), (1, 3), (0, 36), (2, 3), (0, 3), (2, 3)),
    *((3, 2), (0, 1), (127, 7), (0, 1), (106, 7), (3, 2), (0, 1), (17, 7), (1, 2), (1, 2)),
)
_HEADER_BITS: Final = sum(bits for _, bits in _BLOCK_HEADER)
_HEADER: Final = reduce(lambda stream, field: stream << field[1] | field[0], reversed(_BLOCK_HEADER), 0)


def _deflated_zeros(length: int) -> bytes:
    """Write the zlib stream of so many zero bytes without running a compressor."""
    matches, literals = divmod(length - 1, 258)
    literals += 1
    end = _HEADER_BITS + 2 * (literals + matches)
    stream = _HEADER | (1 << 2 * literals) // 3 << _HEADER_BITS | 0b11 << end
    checksum = length % 65521 << 16 | 1  # Adler-32 of zeros
    return b"\x78\xda" + stream.to_bytes((end + 9) // 8, "little") + checksum.to_bytes(4)


# JFIF; a quantization table of ones; Huffman tables for DC and AC with the single symbol 0 in one bit.
_JPEG_HEAD: Final = b"\xff\xd8\xff\xe0\0\x10JFIF\0\1\1\0\0\1\0\1\0\0\xff\xdb\0\x43\0" + b"\1" * 64
_JPEG_TABLES: Final = b"\xff\xc4\0\x26" + b"".join(table + b"\1" + bytes(16) for table in (b"\x00", b"\x10"))
_JPEG_SCAN: Final = b"\xff\xda\0\x08\1\1\0\0\x3f\0"
_COMMENT_LIMIT: Final = 2 + (1 << 16) - 1


def jpeg(width: int, height: int, *, pad_to: int | None = None) -> bytes:
    """Write a grey baseline JPEG; comments and fill bytes between its frame and scan headers pad it."""
    _check("image/jpeg", width, height)
    frame = struct.pack(">HHBHHBBBB", 0xFFC0, 11, 8, height, width, 1, 1, 0x11, 0)
    full, rest = divmod(2 * ((width + 7) // 8) * ((height + 7) // 8), 8)
    pixels = bytes(full) + (bytes((0xFF >> rest,)) if rest else b"")
    head = _JPEG_HEAD + frame + _JPEG_TABLES
    tail = _JPEG_SCAN + pixels + b"\xff\xd9"
    comments, rest = divmod(_gap(len(head) + len(tail), pad_to, fits=lambda gap: gap >= 0), _COMMENT_LIMIT)
    return head + _jpeg_comment(_COMMENT_LIMIT) * comments + _jpeg_comment(rest) + tail


def _jpeg_comment(size: int) -> bytes:
    if size < 4:
        return b"\xff" * size  # any marker may follow fill bytes
    return struct.pack(">HH", 0xFFFE, size - 2) + bytes(size - 4)


_GIF_RUNS: Final = 4091  # the longest run a table of 4,096 codes can hold; code n + 4 is a run of n >= 2 pixels


def gif(width: int, height: int, *, pad_to: int | None = None) -> bytes:
    """Write a black GIF of one frame; a comment pads it."""
    _check("image/gif", width, height)
    screen = b"GIF89a" + struct.pack("<HHBBB", width, height, 0x80, 0, 0) + bytes(6)
    frame = struct.pack("<BHHHHBB", GIF_FRAME, 0, 0, width, height, 0, 2)
    head = screen + frame + _sub_blocks(_lzw_run(width * height))
    gap = _gap(len(head) + 1, pad_to, fits=lambda gap: gap == 3 or gap >= 5)
    return head + _gif_comment(gap) + bytes((GIF_TRAILER,))


def _lzw_run(pixels: int) -> bytes:
    """Write runs of 1, 2, 3... pixels until the table is full, then the longest again and again."""
    runs = min((isqrt(8 * pixels + 1) - 1) // 2, _GIF_RUNS)
    longest, rest = divmod(pixels - runs * (runs + 1) // 2, _GIF_RUNS)
    codes = ["100", "000", *(f"{run + 4:b}" for run in range(2, runs + 1)), "1" * 12 * longest]
    coming = runs + 5  # the code that the table gets next tells the width of the code that is written now
    if rest:
        codes.append(f"{rest + 4 if rest > 1 else 0:0{min(coming.bit_length(), 12)}b}")
        coming += 1
    codes.append(f"{5:0{min(coming.bit_length(), 12)}b}")
    stream = "".join(reversed(codes))
    return int(stream, 2).to_bytes((len(stream) + 7) // 8, "little")


def _sub_blocks(data: bytes) -> bytes:
    parts = (data[at : at + 255] for at in range(0, len(data), 255))
    return b"".join(bytes((len(part),)) + part for part in parts) + b"\0"


def _gif_comment(size: int) -> bytes:
    if not size:
        return b""
    full, rest = divmod(size - 3, 256)
    costs = [256] * full + [rest] * (rest > 0)
    if rest == 1:  # an empty sub-block would end the comment
        costs[-2:] = [255, 2]
    blocks = b"".join(bytes((cost - 1,)) + b" " * (cost - 1) for cost in costs)
    return bytes((GIF_EXTENSION, 0xFE)) + blocks + b"\0"


def webp(width: int, height: int, *, pad_to: int | None = None) -> bytes:
    """Write a black lossless WebP of one-symbol codes; a JUNK chunk pads it."""
    _check("image/webp", width, height)
    # No alpha, version 0; no transform, no colour cache, no meta codes; five simple codes of the one symbol 0.
    bits = width - 1 | height - 1 << 14 | 0b0001_0001_0001_0001_0001_000 << 32
    pixels = b"\x2f" + bits.to_bytes(7, "little")
    body = b"WEBPVP8L" + struct.pack("<I", len(pixels)) + pixels
    gap = _gap(len(body) + 8, pad_to, fits=lambda gap: gap >= 8 and gap % 2 == 0)
    padding = b"JUNK" + struct.pack("<I", gap - 8) + bytes(gap - 8) if gap else b""
    return b"RIFF" + struct.pack("<I", len(body) + len(padding)) + body + padding


WRITERS: Final[dict[MediaType, Writer]] = {
    "image/png": png,
    "image/jpeg": jpeg,
    "image/gif": gif,
    "image/webp": webp,
}


def _check(media_type: MediaType, width: int, height: int) -> None:
    longest = SIDES[media_type]
    if not (1 <= width <= longest and 1 <= height <= longest):
        raise ValueError(f"a side of {media_type} has 1 to {longest} pixels; got {width}x{height}")


def _gap(size: int, pad_to: int | None, *, fits: Callable[[int], bool]) -> int:
    """Count the bytes that padding must fill; raise where no legal padding can."""
    if pad_to is None or pad_to == size:
        return 0
    if pad_to < size or not fits(pad_to - size):
        possible = next(weight for weight in count(max(pad_to, size)) if weight == size or fits(weight - size))
        raise ValueError(f"an image of {size} bytes cannot be padded to {pad_to}; the next possible is {possible}")
    return pad_to - size


PASSWORD: Final = "mockclaude"  # noqa: S105  # of our own test files, known to all
_PASSWORD_FILL: Final = bytes.fromhex("28bf4e5e4e758a4164004e56fffa01082e2e00b6d0683e802f0ca9fe6453697a")
_PERMISSIONS: Final = -4
_FILE_ID: Final = b"mockclaude-pdf-1"


def pdf(pages: int = 1, *, encrypted: bool = False, text: str | None = None) -> bytes:
    """Write a PDF of empty pages, or with `text` on each of them; an encrypted one opens with `PASSWORD`."""
    if pages < 1:
        raise ValueError(f"a PDF has at least one page; got {pages}")
    key, encryption = _encryption() if encrypted else (None, b"")
    content = pages + 3
    font = contents = ""
    if text is not None:
        font = "/Font<</F1<</Type/Font/Subtype/Type1/BaseFont/Helvetica/Encoding/WinAnsiEncoding>>>>"
        contents = f"/Contents {content} 0 R"
    kids = " ".join(f"{number} 0 R" for number in range(3, content))
    objects = [
        b"<</Type/Catalog/Pages 2 0 R>>",
        f"<</Type/Pages/Count {pages}/MediaBox[0 0 612 792]/Resources<<{font}>>/Kids[{kids}]>>".encode(),
        *[f"<</Type/Page/Parent 2 0 R{contents}>>".encode()] * pages,
    ]
    if text is not None:
        stream = _page_content(text)
        if key is not None:
            stream = _rc4(_md5(key + content.to_bytes(5, "little"))[:10], stream)
        objects.append(b"<</Length %d>>stream\n%b\nendstream" % (len(stream), stream))
    trailer = f"/Root 1 0 R/ID[<{_FILE_ID.hex()}><{_FILE_ID.hex()}>]"
    if key is not None:
        objects.append(encryption)
        trailer += f"/Encrypt {len(objects)} 0 R"
    return _pdf_file(objects, trailer)


def _pdf_file(objects: Iterable[bytes], trailer: str) -> bytes:
    """Join the objects, numbered from 1, and the table of their offsets."""
    parts = [b"%PDF-1.4\n%\xe2\xe3\xcf\xd3\n"]
    parts += (b"%d 0 obj%b\nendobj\n" % (number, body) for number, body in enumerate(objects, 1))
    *offsets, table = accumulate(map(len, parts))
    size = len(parts)
    parts.append(f"xref\n0 {size}\n0000000000 65535 f \n".encode())
    parts += (b"%010d 00000 n \n" % offset for offset in offsets)
    parts.append(f"trailer<</Size {size}{trailer}>>\nstartxref\n{table}\n%%EOF\n".encode())
    return b"".join(parts)


def _page_content(text: str) -> bytes:
    letters = re.sub(rb"[\\()]", rb"\\\g<0>", text.encode("cp1252", "replace"))
    return b"BT/F1 12 Tf 14 TL 72 720 Td(" + b")Tj T*(".join(letters.splitlines()) + b")Tj ET"


def _encryption() -> tuple[bytes, bytes]:
    """Derive file key and dictionary of the standard security handler, revision 2 (ISO 32000-1, 7.6.3)."""
    password = (PASSWORD.encode() + _PASSWORD_FILL)[:32]
    owner = _rc4(_md5(password)[:5], password)
    key = _md5(password + owner + struct.pack("<i", _PERMISSIONS) + _FILE_ID)[:5]
    user = _rc4(key, _PASSWORD_FILL)
    return key, f"<</Filter/Standard/V 1/R 2/O<{owner.hex()}>/U<{user.hex()}>/P {_PERMISSIONS}>>".encode()


def _md5(data: bytes) -> bytes:
    return hashlib.md5(data, usedforsecurity=False).digest()


def _rc4(key: bytes, data: bytes) -> bytes:
    state = list(range(256))
    j = 0
    for i in range(256):
        j = (j + state[i] + key[i % len(key)]) % 256
        state[i], state[j] = state[j], state[i]
    output = bytearray()
    j = 0
    for at, letter in enumerate(data, 1):
        i = at % 256
        j = (j + state[i]) % 256
        state[i], state[j] = state[j], state[i]
        output.append(letter ^ state[(state[i] + state[j]) % 256])
    return bytes(output)
