import base64
import io
import itertools
import re
import struct
import zlib
from collections.abc import Iterator
from functools import cache
from random import Random
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from PIL import Image, ImageFile

from mockclaude.wire.image import BLOCKS, MediaType, decode_base64, is_whole, size_of, sniff
from mockclaude.wire.media import SIDES, WRITERS, image
from tests.corpus import needs_corpus, rows

MEDIA_TYPES: tuple[MediaType, ...] = tuple(WRITERS)

FORMATS: dict[str, MediaType] = {
    "PNG": "image/png",
    "JPEG": "image/jpeg",
    "GIF": "image/gif",
    "WEBP": "image/webp",
}
PROFILE = Random(1).randbytes(150_000)  # three APP2 segments of a JPEG
ORIENTATION = Image.Exif()
ORIENTATION[0x0112] = 6
COMMENTED = Image.Exif()
COMMENTED[0x9286] = "x" * 60_000

VARIANTS: dict[str, tuple[str, str, dict[str, Any]]] = {  # format, mode, how Pillow shall save it
    "png, one bit": ("PNG", "1", {}),
    "png, palette": ("PNG", "P", {}),
    "png, grey and alpha": ("PNG", "LA", {}),
    "png, 16 bit": ("PNG", "I;16", {}),
    "png, rgb with metadata": ("PNG", "RGB", {"dpi": (72, 72), "exif": ORIENTATION, "icc_profile": PROFILE}),
    "png, rgba": ("PNG", "RGBA", {"optimize": True}),
    "png, animated": ("PNG", "RGB", {"save_all": True, "frames": 3}),
    "jpeg, grey": ("JPEG", "L", {}),
    "jpeg, rgb": ("JPEG", "RGB", {"quality": 95}),
    "jpeg, cmyk": ("JPEG", "CMYK", {}),
    "jpeg, progressive": ("JPEG", "RGB", {"progressive": True}),
    "jpeg, optimized without subsampling": ("JPEG", "RGB", {"optimize": True, "subsampling": 0}),
    "jpeg, restart markers": ("JPEG", "RGB", {"restart_marker_blocks": 1}),
    "jpeg, exif": ("JPEG", "RGB", {"exif": ORIENTATION, "comment": b"note"}),
    "jpeg, frame header beyond 200 kB of metadata": ("JPEG", "RGB", {"exif": COMMENTED, "icc_profile": PROFILE}),
    "gif, palette": ("GIF", "P", {}),
    "gif, not interlaced": ("GIF", "L", {"interlace": 0, "comment": b"x" * 1000}),
    "gif, transparent": ("GIF", "P", {"transparency": 0}),
    "gif, animated": ("GIF", "RGB", {"save_all": True, "frames": 4, "duration": 40, "loop": 0}),
    "webp, lossy": ("WEBP", "RGB", {}),
    "webp, lossless": ("WEBP", "RGB", {"lossless": True}),
    "webp, lossy with alpha": ("WEBP", "RGBA", {}),
    "webp, metadata": ("WEBP", "RGB", {"exif": ORIENTATION, "icc_profile": PROFILE[:1001]}),
    "webp, animated": ("WEBP", "RGBA", {"save_all": True, "frames": 3, "duration": 40}),
}


@pytest.fixture(autouse=True)
def _room_for_large_images(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(Image, "MAX_IMAGE_PIXELS", None)
    monkeypatch.setattr(ImageFile, "MAXBLOCK", 1 << 24)


def noise(mode: str, width: int, height: int, seed: int = 0) -> Image.Image:
    if mode == "I;16":
        return Image.frombytes(mode, (width, height), Random(seed).randbytes(2 * width * height))
    return Image.frombytes("RGB", (width, height), Random(seed).randbytes(3 * width * height)).convert(mode)


@cache
def saved(variant: str, width: int, height: int) -> bytes:
    kind, mode, options = VARIANTS[variant]
    options = dict(options)
    if frames := options.pop("frames", 0):
        options["append_images"] = [noise(mode, width, height, seed) for seed in range(1, frames)]
    buffer = io.BytesIO()
    noise(mode, width, height).save(buffer, kind, **options)
    return buffer.getvalue()


def interlaced_png(width: int, height: int) -> bytes:
    """Adam7, which Pillow reads but does not write."""
    passes = [(0, 0, 8, 8), (4, 0, 8, 8), (0, 4, 4, 8), (2, 0, 4, 4), (0, 2, 2, 4), (1, 0, 2, 2), (0, 1, 1, 2)]
    rows = b"".join(
        (b"\0" + bytes(-(-(width - x) // dx))) * -(-(height - y) // dy)
        for x, y, dx, dy in passes
        if width > x and height > y
    )
    chunks = [
        (b"IHDR", struct.pack(">IIBBBBB", width, height, 8, 0, 0, 0, 1)),
        (b"IDAT", zlib.compress(rows)),
        (b"IEND", b""),
    ]
    return b"\x89PNG\r\n\x1a\n" + b"".join(
        struct.pack(">I", len(payload)) + kind + payload + struct.pack(">I", zlib.crc32(kind + payload))
        for kind, payload in chunks
    )


def accepted_sources() -> Iterator[tuple[str, str]]:
    """Declared type and data of every base64 source in the recorded requests that the API accepted."""
    unread: list[object] = [row["request_body"] for row in rows() if row["status"] == 200]
    while unread:
        match unread.pop():
            case {"type": "base64", "media_type": str(media_type), "data": str(data)}:
                yield media_type, data
            case dict(value):
                unread += value.values()
            case list(value):
                unread += value


@pytest.mark.parametrize("size", [(1, 1), (7, 300), (255, 9), (64, 48)])
@pytest.mark.parametrize("variant", VARIANTS)
def test_what_pillow_writes_is_sniffed_measured_and_whole(variant: str, size: tuple[int, int]) -> None:
    data = saved(variant, *size)
    assert (sniff(data), size_of(data), is_whole(data)) == (FORMATS[VARIANTS[variant][0]], size, True)


@pytest.mark.parametrize("size", [(1, 1), (5, 9), (256, 31)])
def test_an_interlaced_png_is_measured_and_whole(size: tuple[int, int]) -> None:
    data = interlaced_png(*size)
    with Image.open(io.BytesIO(data)) as oracle:
        oracle.load()
        assert (oracle.size, oracle.info["interlace"]) == (size, 1)
    assert (sniff(data), size_of(data), is_whole(data)) == ("image/png", size, True)


@pytest.mark.parametrize("variant", VARIANTS)
@settings(max_examples=15, deadline=None)
@given(width=st.integers(1, 120), height=st.integers(1, 120))
def test_the_size_is_the_one_pillow_reads(variant: str, width: int, height: int) -> None:
    data = saved(variant, width, height)
    with Image.open(io.BytesIO(data)) as oracle:
        assert size_of(data) == oracle.size == (width, height)


@pytest.mark.parametrize("variant", [name for name in VARIANTS if "metadata" not in name])
def test_no_strict_prefix_of_a_file_is_whole(variant: str) -> None:
    data = saved(variant, 5, 3)
    assert [cut for cut in range(len(data)) if is_whole(data[:cut])] == []


@pytest.mark.parametrize("variant", VARIANTS)
@given(data=st.data())
def test_a_file_cut_anywhere_is_not_whole_and_measured_the_same_or_not_at_all(
    variant: str, data: st.DataObject
) -> None:
    whole = saved(variant, 40, 30)
    part = whole[: data.draw(st.integers(0, len(whole) - 1))]
    assert not is_whole(part)
    assert size_of(part) in {None, (40, 30)}
    assert sniff(part) == (sniff(whole) if len(part) >= 12 else sniff(part[:12]))


@pytest.mark.parametrize("variant", VARIANTS)
def test_bytes_after_the_end_marker_are_ignored(variant: str) -> None:
    assert is_whole(saved(variant, 5, 3) + b"\0trailing \xff\xd9")


@pytest.mark.parametrize(("first", "second"), list(itertools.product(MEDIA_TYPES, repeat=2)))
def test_the_first_bytes_decide_about_the_type(first: MediaType, second: MediaType) -> None:
    data = image(first, 3, 2) + image(second, 5, 4)
    assert (sniff(data), sniff(data[:12]), size_of(data)) == (first, first, (3, 2))


@pytest.mark.parametrize(
    "head", [b"", b"GIF88a", b"RIFF0000WAVE", b"BM", b"<svg/>", b"%PDF-1.4", b"\x89PNG\n", b"\xff\xd8"]
)
def test_other_magic_bytes_are_no_image(head: bytes) -> None:
    data = head + bytes(40)
    assert (sniff(data), size_of(data), is_whole(data)) == (None, None, False)


@st.composite
def damaged(draw: st.DrawFn) -> bytes:
    """A file with some bytes changed, inserted or removed."""
    data = bytearray(saved(draw(st.sampled_from(sorted(VARIANTS))), 6, 5))
    for _ in range(draw(st.integers(1, 8))):
        at = draw(st.integers(0, min(len(data), 2000)))
        data[at : at + draw(st.integers(0, 3))] = draw(st.binary(max_size=4))
    return bytes(data[: draw(st.integers(0, len(data)))] if draw(st.booleans()) else data)


heads = st.sampled_from([b"\x89PNG\r\n\x1a\n\0\0\0\x0dIHDR", b"\xff\xd8\xff", b"GIF89a", b"RIFF\x40\0\0\0WEBPVP8X"])


@settings(max_examples=500)
@given(st.one_of(st.binary(max_size=200), st.builds(bytes.__add__, heads, st.binary(max_size=300)), damaged()))
def test_any_bytes_are_answered(data: bytes) -> None:
    media_type, size, whole = sniff(data), size_of(data), is_whole(data)
    assert media_type in {None, *MEDIA_TYPES}
    assert size is None or (media_type is not None and min(size) > 0)
    assert not whole or size is not None


JUNK = {  # smallest blocks that a walk can hop over
    "image/png": b"\0\0\0\0JUNK\0\0\0\0",
    "image/jpeg": b"\xff\xfe\0\2",
    "image/gif": b"\x21\xfe\0",
    "image/webp": b"JUNK\0\0\0\0",
}


@pytest.mark.parametrize("media_type", MEDIA_TYPES)
def test_a_walk_gives_up_after_more_blocks_than_any_encoder_writes(media_type: MediaType) -> None:
    data = image(media_type, 9, 9)
    at = {"image/png": 33, "image/jpeg": data.find(b"\xff\xda"), "image/gif": 19, "image/webp": len(data)}[media_type]

    def filled(blocks: int) -> bytes:
        file = data[:at] + JUNK[media_type] * blocks + data[at:]
        return file[:4] + struct.pack("<I", len(file) - 8) + file[8:] if media_type == "image/webp" else file

    assert is_whole(filled(BLOCKS // 2))
    assert not is_whole(filled(BLOCKS + 1))


@pytest.mark.parametrize(
    "junk",
    [
        b"\xff" * 9,
        b"\xff\x01",
        b"\xff\xd0\xff\xd7",
        b"\xff\xd8",
        b"between",
        b"\xff\x00",
        b"\xff\xfe\x00\x06\xff\xd9\xff\xc0",
    ],
)
def test_fill_bytes_standalone_markers_and_comments_before_a_frame_header_are_skipped(junk: bytes) -> None:
    data = image("image/jpeg", 300, 200)
    at = data.index(b"\xff\xc0")
    data = data[:at] + junk + data[at:]
    assert (size_of(data), is_whole(data)) == ((300, 200), True)


def test_a_jpeg_head_without_its_frame_header_has_no_size_yet() -> None:
    data = saved("jpeg, frame header beyond 200 kB of metadata", 30, 20)
    assert data.rindex(b"\xff\xc0") > 200_000
    assert (size_of(data[:65_536]), size_of(data)) == (None, (30, 20))


@pytest.mark.parametrize("marker", sorted(set(range(0xC0, 0xD0)) - {0xC4, 0xC8, 0xCC}))
def test_every_frame_header_of_jpeg_tells_the_size(marker: int) -> None:
    data = image("image/jpeg", 300, 200).replace(b"\xff\xc0", bytes((0xFF, marker)))
    assert size_of(data) == (300, 200)


@pytest.mark.parametrize("marker", [0xC4, 0xC8, 0xCC, 0xDB, 0xFE])
def test_no_other_segment_of_jpeg_tells_the_size(marker: int) -> None:
    data = image("image/jpeg", 300, 200)
    at = data.index(b"\xff\xc0")
    assert size_of(data[:at] + bytes((0xFF, marker)) + data[at + 2 :]) is None
    assert size_of(data[:at] + bytes((0xFF, marker)) + b"\0\x0a" + b"\1" * 8 + data[at:]) == (300, 200)


def test_a_frame_header_after_the_scan_or_cut_off_tells_no_size() -> None:
    data = image("image/jpeg", 300, 200)
    frame, scan = data.index(b"\xff\xc0"), data.index(b"\xff\xda")
    assert size_of(data[:frame] + data[scan:-2] + data[frame:scan] + data[-2:]) is None
    assert [size_of(data[:cut]) for cut in range(frame, frame + 9)] == [None] * 9
    assert size_of(data[: frame + 9]) == (300, 200)


@pytest.mark.parametrize(
    ("data", "offset"),
    [
        pytest.param(image("image/png", 1, 1), 12, id="png that does not start with IHDR"),
        pytest.param(saved("webp, lossless", 1, 1), 20, id="webp without the signature of VP8L"),
        pytest.param(saved("webp, lossy", 1, 1), 24, id="webp without the start code of VP8"),
        pytest.param(saved("webp, lossy", 1, 1), 15, id="webp whose first chunk is unknown"),
    ],
)
def test_a_header_of_another_kind_tells_no_size(data: bytes, offset: int) -> None:
    assert size_of(data) == (1, 1)
    assert size_of(data[:offset] + b"?" + data[offset + 1 :]) is None


def test_the_scaling_of_a_lossy_webp_is_not_part_of_its_size() -> None:
    data = bytearray(saved("webp, lossy", 300, 200))
    data[27] |= 0xC0
    data[29] |= 0x40
    assert size_of(bytes(data)) == (300, 200)


@pytest.mark.parametrize("media_type", MEDIA_TYPES)
def test_thirty_bytes_measure_all_but_jpeg(media_type: MediaType) -> None:
    expected = None if media_type == "image/jpeg" else (321, 123)
    assert size_of(image(media_type, 321, 123)[:30]) == expected


def test_a_png_whose_header_fails_its_checksum_is_not_whole() -> None:
    data = bytearray(image("image/png", 300, 200))
    data[29] ^= 1
    assert (size_of(bytes(data)), is_whole(bytes(data))) == ((300, 200), False)


@pytest.mark.parametrize(
    "data",
    [
        pytest.param(image("image/png", 1, 1).replace(b"IDAT", b"iDAT"), id="png without IDAT"),
        pytest.param(
            re.sub(b"\xff\xda.*", b"\xff\xd9", image("image/jpeg", 1, 1), flags=re.DOTALL), id="jpeg without scan"
        ),
        pytest.param(image("image/gif", 1, 1)[:19] + b";", id="gif without frame"),
        pytest.param(image("image/gif", 1, 1)[:-1] + b"\1\1\0;", id="gif with an unknown block"),
        pytest.param(b"RIFF\x16\0\0\0WEBPVP8X\x0a\0\0\0" + bytes(10), id="webp without pixels"),
        pytest.param(image("image/jpeg", 1, 1).replace(b"\xff\xc4\0\x26", b"\xff\xc4\0\x01"), id="jpeg with length 1"),
        pytest.param(image("image/webp", 1, 1).replace(b"VP8L\x08", b"VP8L\xf8"), id="webp chunk beyond the end"),
    ],
)
def test_a_container_without_a_picture_or_with_a_broken_chain_is_not_whole(data: bytes) -> None:
    assert sniff(data) is not None
    assert not is_whole(data)


@pytest.mark.parametrize(
    ("media_type", "field"),
    [
        ("image/png", slice(16, 20)),
        ("image/png", slice(20, 24)),
        ("image/gif", slice(6, 8)),
        ("image/gif", slice(8, 10)),
    ],
)
def test_a_side_of_zero_is_no_size(media_type: MediaType, field: slice) -> None:
    data = bytearray(image(media_type, 300, 200))
    data[field] = bytes(field.stop - field.start)
    assert (size_of(bytes(data)), is_whole(bytes(data))) == (None, False)


@pytest.mark.parametrize("media_type", MEDIA_TYPES)
def test_the_longest_side_of_each_format_is_read(media_type: MediaType) -> None:
    longest = SIDES[media_type]
    assert size_of(image(media_type, longest, 1)) == (longest, 1)


BASE64 = re.compile(r"(?:[A-Za-z0-9+/]{4})*(?:[A-Za-z0-9+/]{2}==|[A-Za-z0-9+/]{3}=)?")


@given(st.binary(max_size=300))
def test_what_base64_encodes_is_decoded(data: bytes) -> None:
    assert decode_base64(base64.b64encode(data).decode()) == data


@settings(max_examples=500)
@given(st.one_of(st.text(max_size=12), st.text("AQz09+/=", max_size=12), st.text("AQ+=-_ \n\r\t", max_size=12)))
def test_only_the_standard_alphabet_with_its_padding_is_base64(text: str) -> None:
    expected = base64.b64decode(text) if BASE64.fullmatch(text) else None
    assert decode_base64(text) == expected


@pytest.mark.parametrize(
    "text",
    [
        "iVBORw0KGgo",
        "iVBO\nRw0K",
        "iVBORw0K\n",
        " iVBORw0K",
        "_-8=",
        "data:image/png;base64,iVBORw0K",
        "[object Object]",
    ],
)
def test_unpadded_wrapped_url_safe_and_prefixed_data_is_refused(text: str) -> None:
    assert decode_base64(text) is None


@given(st.binary(max_size=100), st.integers(0, 120))
def test_a_head_is_the_beginning_of_the_whole(data: bytes, head: int) -> None:
    assert decode_base64(base64.b64encode(data).decode(), head=head) == data[:head]


def test_a_head_is_read_without_the_rest() -> None:
    text = base64.b64encode(image("image/png", 300, 200)).decode()[:40] + "no base64 from here on!"
    head = decode_base64(text, head=30)
    assert head is not None
    assert (size_of(head), decode_base64(text)) == ((300, 200), None)


@needs_corpus
def test_every_image_the_api_accepted_is_strict_base64_measured_as_pillow_does_and_whole() -> None:
    accepted = {text for kind, text in accepted_sources() if kind.startswith("image/")}
    assert accepted
    for text in accepted:
        data = decode_base64(text)
        assert data is not None
        with Image.open(io.BytesIO(data)) as oracle:
            assert (size_of(data), is_whole(data)) == (oracle.size, True)
