import base64
import io
import itertools
import re
import zlib
from collections.abc import Iterator

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st
from PIL import Image
from pypdf import PasswordType, PdfReader

from mockclaude.wire import media
from mockclaude.wire.image import MediaType, is_whole, size_of, sniff
from mockclaude.wire.media import PASSWORD, SIDES, WRITERS, image, pdf

MEDIA_TYPES: tuple[MediaType, ...] = tuple(WRITERS)
EDGES = (1, 7, 8, 9, 16, 255, 256, 1568, 2000, 2001, 8000)
SIZES = list(itertools.product(EDGES, EDGES))
BEYOND = [
    (8001, 1),
    (1, 8001),
    (16_383, 2),
    (2, 16_384),
    (65_500, 1),
    (65_535, 1),
    (1, 65_535),
    (9000, 8001),
    (100_000, 3),
]
LOADED = 4_100_000  # pixels; larger images are opened, and loaded only at 8000x8000


@pytest.fixture(autouse=True)
def _room_for_large_images(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(Image, "MAX_IMAGE_PIXELS", None)


def check(data: bytes, media_type: MediaType, size: tuple[int, int], *, load: bool) -> None:
    """Pillow and our own header reader agree that this is a one-coloured image of the size."""
    assert (sniff(data), size_of(data), is_whole(data)) == (media_type, size, True)
    with Image.open(io.BytesIO(data)) as oracle:
        oracle.verify()
    with Image.open(io.BytesIO(data)) as oracle:
        assert (oracle.get_format_mimetype(), oracle.size, getattr(oracle, "n_frames", 1)) == (media_type, size, 1)
        if load:
            oracle.load()
            lowest, highest = oracle.convert("L").getextrema()
            assert lowest == highest == (128 if media_type == "image/jpeg" else 0)


@pytest.mark.parametrize("media_type", MEDIA_TYPES)
def test_pillow_reads_every_edge_size_as_written(media_type: MediaType) -> None:
    for width, height in SIZES:
        check(image(media_type, width, height), media_type, (width, height), load=width * height <= LOADED)


@pytest.mark.parametrize("media_type", MEDIA_TYPES)
def test_pillow_loads_the_largest_image_the_api_takes(media_type: MediaType) -> None:
    check(image(media_type, 8000, 8000), media_type, (8000, 8000), load=True)


@pytest.mark.parametrize(("width", "height"), BEYOND)
@pytest.mark.parametrize("media_type", MEDIA_TYPES)
def test_sides_that_the_api_refuses_can_be_written_where_the_format_can(
    media_type: MediaType, width: int, height: int
) -> None:
    if max(width, height) <= SIDES[media_type]:
        readable = media_type != "image/jpeg" or max(width, height) <= 65_500  # the most that libjpeg takes
        load = readable and width * height <= LOADED
        check(image(media_type, width, height), media_type, (width, height), load=load)
    else:
        with pytest.raises(
            ValueError, match=f"a side of {media_type} has 1 to {SIDES[media_type]} pixels; got {width}x"
        ):
            image(media_type, width, height)


@pytest.mark.parametrize("media_type", MEDIA_TYPES)
@settings(deadline=None)
@given(width=st.integers(1, 3000), height=st.integers(1, 300))
def test_pillow_reads_any_size_as_written(media_type: MediaType, width: int, height: int) -> None:
    check(image(media_type, width, height), media_type, (width, height), load=True)


@pytest.mark.parametrize(("width", "height"), [(0, 1), (1, 0), (-1, 5)])
@pytest.mark.parametrize("media_type", MEDIA_TYPES)
def test_an_image_has_at_least_one_pixel(media_type: MediaType, width: int, height: int) -> None:
    with pytest.raises(ValueError, match=f"got {width}x{height}"):
        image(media_type, width, height)


@given(st.one_of(st.integers(1, 2000), st.integers(1, 1_000_000)))
def test_the_handmade_deflate_stream_inflates_to_zeros(count: int) -> None:
    unpacker = zlib.decompressobj()
    unpacked = unpacker.decompress(media._deflated_zeros(count))
    assert (len(unpacked), unpacked.count(0), unpacker.eof, unpacker.unused_data) == (count, count, True, b"")


def lzw_pixels(data: bytes) -> Iterator[int]:
    """Lengths of the runs in an LZW stream of two-bit codes, by the rules of GIF89a appendix F."""
    stream, at, width = int.from_bytes(data, "little"), 0, 3
    lengths: dict[int, int] = {}
    previous = 0
    while True:
        code = stream >> at & (1 << width) - 1
        at += width
        if code == 5:
            assert at <= 8 * len(data) < at + 8
            return
        if code == 4:
            lengths, previous, width = dict.fromkeys(range(6), 1), 0, 3
            continue
        if previous and len(lengths) < 4096:
            assert code <= len(lengths)
            lengths[len(lengths)] = previous + 1
        previous = lengths[code]
        yield previous
        width = min(max(len(lengths).bit_length(), 3), 12)


FULL_TABLE = 4091 * 4092 // 2


@settings(deadline=None)
@given(st.one_of(st.integers(1, 5000), st.integers(FULL_TABLE - 5000, FULL_TABLE + 10_000), st.integers(1, 70_000_000)))
def test_the_lzw_runs_of_a_gif_add_up_to_its_pixels(pixels: int) -> None:
    assert sum(lzw_pixels(media._lzw_run(pixels))) == pixels


@given(width=st.integers(1, 4000), height=st.integers(1, 4000))
def test_a_jpeg_spends_two_bits_on_every_block(width: int, height: int) -> None:
    scan = image("image/jpeg", width, height).partition(b"\xff\xda\0\x08\1\1\0\0\x3f\0")[2].removesuffix(b"\xff\xd9")
    bits = 2 * -(-width // 8) * -(-height // 8)
    filling = -bits % 8
    assert scan == ((1 << filling) - 1).to_bytes(-(-bits // 8))


@pytest.mark.parametrize(
    ("media_type", "smallest", "largest"),
    [("image/png", 77, 7885), ("image/jpeg", 155, 250_154), ("image/gif", 35, 26_167), ("image/webp", 28, 28)],
)
def test_images_are_tiny(media_type: MediaType, smallest: int, largest: int) -> None:
    assert (len(image(media_type, 1, 1)), len(image(media_type, 8000, 8000))) == (smallest, largest)


@pytest.mark.parametrize("media_type", MEDIA_TYPES)
def test_the_same_arguments_write_the_same_bytes(media_type: MediaType) -> None:
    assert image(media_type, 31, 17, pad_to=4096) == image(media_type, 31, 17, pad_to=4096)
    assert pdf(3, encrypted=True, text="same") == pdf(3, encrypted=True, text="same")


IMPOSSIBLE = {  # gaps that no legal padding fills
    "image/png": set(range(1, 12)),
    "image/jpeg": set(),
    "image/gif": {1, 2, 4},
    "image/webp": {2, 4, 6} | set(range(1, 1 << 18, 2)),
}


def check_padding(media_type: MediaType, width: int, height: int, gap: int) -> None:
    pad_to = len(image(media_type, width, height)) + gap
    if gap in IMPOSSIBLE[media_type]:
        with pytest.raises(ValueError, match=rf"cannot be padded to {pad_to}; the next possible is \d+$") as refusal:
            image(media_type, width, height, pad_to=pad_to)
        pad_to = int(str(refusal.value).rpartition(" ")[2])
    data = image(media_type, width, height, pad_to=pad_to)
    assert len(data) == pad_to
    check(data, media_type, (width, height), load=True)
    assert not is_whole(data[:-1])


@pytest.mark.parametrize("media_type", MEDIA_TYPES)
def test_padding_hits_the_exact_count_or_names_the_next_that_can_be_hit(media_type: MediaType) -> None:
    for gap in (*range(600), *range(65_530, 65_550), *range(131_070, 131_080)):
        check_padding(media_type, 17, 9, gap)


@pytest.mark.parametrize("media_type", MEDIA_TYPES)
@settings(deadline=None)
@given(width=st.integers(1, 300), height=st.integers(1, 300), gap=st.integers(0, 200_000))
def test_an_image_of_any_size_can_be_padded(media_type: MediaType, width: int, height: int, gap: int) -> None:
    check_padding(media_type, width, height, gap)


@pytest.mark.parametrize("gap", [3, 5, 258, 259, 260, 261, 515, 516, 517])
def test_a_gif_is_padded_by_one_comment_of_spaces(gap: int) -> None:
    weight = len(image("image/gif", 9, 9))
    comment = image("image/gif", 9, 9, pad_to=weight + gap)[weight - 1 : -1]
    at = 2
    while length := comment[at]:
        assert comment[at + 1 : at + 1 + length] == b" " * length
        at += 1 + length
    assert (comment[:2], at + 1, len(comment)) == (b"\x21\xfe", gap, gap)


@pytest.mark.parametrize("media_type", MEDIA_TYPES)
def test_no_image_is_padded_to_less_than_it_weighs(media_type: MediaType) -> None:
    weight = len(image(media_type, 9, 9))
    assert len(image(media_type, 9, 9, pad_to=weight)) == weight
    with pytest.raises(ValueError, match=f"cannot be padded to {weight - 1}; the next possible is {weight}$"):
        image(media_type, 9, 9, pad_to=weight - 1)


@pytest.mark.parametrize("media_type", MEDIA_TYPES)
def test_an_image_can_be_padded_to_ten_mebibytes_of_base64(media_type: MediaType) -> None:
    data = image(media_type, 100, 50, pad_to=10_485_760 * 3 // 4)
    assert len(base64.b64encode(data)) == 10_485_760
    check(data, media_type, (100, 50), load=True)
    assert len(base64.b64encode(image(media_type, 100, 50, pad_to=len(data) + 2))) == 10_485_764


@pytest.mark.parametrize("media_type", MEDIA_TYPES)
def test_padding_leaves_the_size_in_the_first_bytes(media_type: MediaType) -> None:
    assert size_of(image(media_type, 100, 50, pad_to=1_000_000)[:256]) == (100, 50)


def opened(data: bytes) -> PdfReader:
    return PdfReader(io.BytesIO(data), strict=True)  # strict: a wrong offset or length raises


@pytest.mark.parametrize("pages", [1, 2, 100, 101, 600, 601])
def test_a_strict_reader_counts_the_pages_of_a_pdf(pages: int) -> None:
    assert len(opened(pdf(pages)).pages) == pages


PRINTABLE = "".join(map(chr, range(33, 127))) + "éüß€"


@settings(deadline=None)
@given(lines=st.lists(st.text(PRINTABLE, min_size=1, max_size=40), min_size=1, max_size=5), encrypted=st.booleans())
@example(lines=["a\\n(b", "\\\\)", "\\101"], encrypted=False)
def test_the_text_of_a_pdf_stands_on_every_page(lines: list[str], encrypted: bool) -> None:
    text = "\n".join(lines)
    reader = opened(pdf(2, encrypted=encrypted, text=text))
    if encrypted:
        reader.decrypt(PASSWORD)
    assert [page.extract_text() for page in reader.pages] == [text, text]


def test_letters_that_a_pdf_font_lacks_become_question_marks() -> None:
    assert opened(pdf(text="snow ☃ man")).pages[0].extract_text() == "snow ? man"


def test_an_encrypted_pdf_opens_with_its_password_only() -> None:
    reader = opened(pdf(2, encrypted=True, text="secret"))
    answers = [reader.decrypt(password) for password in ("", "Mockclaude", PASSWORD)]
    assert (reader.is_encrypted, answers) == (
        True,
        [PasswordType.NOT_DECRYPTED, PasswordType.NOT_DECRYPTED, PasswordType.OWNER_PASSWORD],
    )
    assert b"secret" not in pdf(encrypted=True, text="secret")


def test_a_pdf_without_text_is_a_few_hundred_bytes() -> None:
    assert re.findall(rb"/Type/Page\b", pdf(3)) == [b"/Type/Page"] * 3
    assert len(pdf()) < 500


@pytest.mark.parametrize("pages", [0, -1])
def test_a_pdf_has_at_least_one_page(pages: int) -> None:
    with pytest.raises(ValueError, match=f"a PDF has at least one page; got {pages}"):
        pdf(pages)
