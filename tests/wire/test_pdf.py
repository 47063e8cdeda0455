import io
import logging
import warnings
import zlib
from random import Random

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st
from pypdf import PdfReader, PdfWriter

from mockclaude.wire.image import decode_base64
from mockclaude.wire.media import WRITERS, pdf
from mockclaude.wire.pdf import READ_BYTES, READS, PdfFacts, inspect
from tests.corpus import needs_corpus
from tests.wire.test_image import accepted_sources

CATALOG = b"1 0 obj<</Type/Catalog/Pages 2 0 R>>endobj\n"
TRAILER = b"trailer<</Root 1 0 R>>\nstartxref\n0\n%%EOF"  # the wrong offset makes readers search for the objects


def assembled(*parts: bytes) -> bytes:
    return b"".join((b"%PDF-1.7\n", *parts, TRAILER))


def from_pypdf(pages: int, *, algorithm: str | None = None) -> bytes:
    writer = PdfWriter()
    for _ in range(pages):
        writer.add_blank_page(612, 792)
    if algorithm is not None:
        writer.encrypt("secret", algorithm=algorithm)
    buffer = io.BytesIO()
    writer.write(buffer)
    return buffer.getvalue()


@pytest.mark.parametrize("pages", [1, 2, 99, 100, 101, 600, 601])
def test_the_pages_of_a_pdf_are_counted(pages: int) -> None:
    assert inspect(pdf(pages)) == PdfFacts(pages, encrypted=False)


@pytest.mark.parametrize("pages", [1, 101])
def test_a_pdf_of_another_writer_is_counted(pages: int) -> None:
    assert inspect(from_pypdf(pages)) == PdfFacts(pages, encrypted=False)


@pytest.mark.parametrize(
    "data", [pdf(3, encrypted=True), from_pypdf(3, algorithm="RC4-40"), from_pypdf(3, algorithm="RC4-128")]
)
def test_an_encrypted_pdf_is_told_without_counting_its_pages(data: bytes) -> None:
    assert inspect(data) == PdfFacts(0, encrypted=True)


@pytest.mark.parametrize(
    "handler",
    [
        b"/Filter/Standard/V 5/R 6/Length 256/P -4/O<%s>/U<%s>/OE<%s>/UE<%s>/Perms<%s>"
        % (b"00" * 48, b"00" * 48, b"00" * 32, b"00" * 32, b"00" * 16),
        b"/Filter/Adobe.PubSec/V 4/SubFilter/adbe.pkcs7.s5",
        b"/Filter/Standard/V 3/R 3/P -4/O<00>/U<00>",
    ],
    ids=["AES-256", "public key", "unpublished algorithm"],
)
def test_an_encryption_that_cannot_be_undone_here_is_encryption_too(handler: bytes) -> None:
    trailer = b"trailer<</Root 1 0 R/ID[<00><00>]/Encrypt<<" + handler + b"/CF<<>>>>>>\nstartxref\n0\n%%EOF"
    data = assembled(CATALOG, b"2 0 obj<</Type/Pages/Kids[]>>endobj\n").replace(TRAILER, trailer)
    assert inspect(data) == PdfFacts(0, encrypted=True)


@pytest.mark.parametrize("media_type", WRITERS)
def test_an_image_is_no_pdf(media_type: str) -> None:
    data = next(write for name, write in WRITERS.items() if name == media_type)(10, 10)
    assert inspect(data) is None


@pytest.mark.parametrize(
    "data",
    [
        b"",
        b"not a PDF",
        b"%PDF-",
        b"%PDF-1.7\n%%EOF",
        b"%PDF-1.7\nstartxref\n0\n%%EOF",
        b"<html>%PDF-1.7 startxref</html>",
    ],
)
def test_text_is_no_pdf(data: bytes) -> None:
    assert inspect(data) is None


@pytest.mark.parametrize("kids", [b"[]", b"null", b"7", b"[9 0 R]", b"[2 0 R]"])
def test_a_document_without_pages_is_not_readable(kids: bytes) -> None:
    assert inspect(assembled(CATALOG, b"2 0 obj<</Type/Pages/Count 5/Kids " + kids + b">>endobj\n")) is None


def test_a_lost_table_of_offsets_is_repaired() -> None:
    data = assembled(CATALOG, b"2 0 obj<</Type/Pages/Count 5/Kids[3 0 R 4 0 R]>>endobj\n")
    pages = b"3 0 obj<</Type/Page/Parent 2 0 R>>endobj\n4 0 obj<</Type/Page/Parent 2 0 R>>endobj\n"
    assert inspect(data.replace(TRAILER, pages + TRAILER)) == PdfFacts(2, encrypted=False)


@pytest.mark.parametrize(("before", "expected"), [(0, 2), (1000, 2), (1018, 2), (1020, None), (5000, None)])
def test_the_header_may_stand_anywhere_in_the_first_kilobyte(before: int, expected: int | None) -> None:
    assert inspect(b" " * before + pdf(2)) == (expected and PdfFacts(expected, encrypted=False))


@pytest.mark.parametrize("data", [pdf(3, text="some text"), from_pypdf(2)])
def test_a_pdf_cut_before_its_last_offset_is_not_readable(data: bytes) -> None:
    last = data.rindex(b"startxref")
    assert {inspect(data[:cut]) for cut in range(0, last, 7)} == {None}


def answered(data: bytes) -> None:
    facts = inspect(data)
    assert facts is None or (facts.encrypted and facts.pages == 0) or facts.pages > 0


SAMPLES = [
    pdf(3, text="some (text)"),
    pdf(2, encrypted=True, text="x"),
    from_pypdf(2),
    from_pypdf(1, algorithm="RC4-128"),
]


@settings(max_examples=400, deadline=None)
@given(st.sampled_from(SAMPLES), st.data())
def test_damaged_pdfs_are_answered(data: bytes, choices: st.DataObject) -> None:
    damaged = bytearray(data)
    for _ in range(choices.draw(st.integers(1, 6))):
        at = choices.draw(st.integers(0, len(damaged)))
        piece = st.binary(max_size=4) | st.sampled_from(
            [b" 0 R", b"<<", b"[" * 9, b"/Kids", b"999999999", b"-1", b"stream\n"]
        )
        damaged[at : at + choices.draw(st.integers(0, 12))] = choices.draw(piece)
    answered(bytes(damaged[: choices.draw(st.integers(len(damaged) // 2, len(damaged)))]))


@settings(max_examples=200, deadline=None)
@given(st.binary(max_size=400), st.binary(max_size=40))
@example(b"<<" * 50_000, b"")
@example(b"1 0 obj" + b"[" * 100_000, b"")
def test_garbage_after_a_header_is_answered(garbage: bytes, offset: bytes) -> None:
    answered(b"%PDF-1.4\n" + garbage + b"\nstartxref\n" + offset + b"\n%%EOF")
    answered(assembled(CATALOG, garbage))


def test_garbage_of_many_megabytes_is_refused_at_once() -> None:
    assert inspect(b"%PDF-1.4\n" + Random(0).randbytes(10_000_000)) is None


def packed(*, coding: bytes = b"FlateDecode", filling: int = 0) -> bytes:
    """A document of one page whose objects stand in a compressed stream, as since PDF 1.5."""
    header = b"1 0 2 40 "
    objects = b"<</Type/Catalog/Pages 2 0 R>>".ljust(40) + b"<</Type/Pages/Kids[<</Type/Page>>]>>"
    stream = zlib.compress(header + objects + b" " * filling)
    entries = b"/Type/ObjStm/N 2/First %d/Filter/%b/Length %d" % (len(header), coding, len(stream))
    data = b"%PDF-1.5\n3 0 obj<<" + entries + b">>stream\n" + stream + b"\nendstream endobj\n"
    rows = b"\0\0\0\0\0" + b"\2\0\0\3\0" + b"\2\0\0\3\1" + b"\1\0\0\x09\0" + b"\1" + len(data).to_bytes(3) + b"\0"
    table = b"4 0 obj<</Type/XRef/W[1 3 1]/Size 5/Root 1 0 R/Length %d>>stream\n" % len(rows)
    return data + table + rows + b"\nendstream endobj\nstartxref\n%d\n%%%%EOF\n" % len(data)


def test_a_document_in_compressed_objects_is_counted() -> None:
    assert inspect(packed(filling=1000)) == PdfFacts(1, encrypted=False)


def test_a_stream_that_unpacks_to_too_much_is_not_read() -> None:
    assert inspect(packed(filling=10_000_000)) is None


def test_a_document_in_an_unknown_coding_is_unreadable_and_not_encrypted() -> None:
    assert inspect(packed(coding=b"NoSuchDecode")) is None


@pytest.mark.slow
def test_a_document_that_needs_too_many_passes_over_its_bytes_is_given_up() -> None:
    missing = b" ".join(b"%d 0 R" % number for number in range(10, 60_000))
    kids = b"2 0 obj<</Type/Pages/Kids[3 0 R " + missing + b"]>>endobj\n3 0 obj<</Type/Page>>endobj\n"
    small = assembled(CATALOG, kids[:400] + b"]>>endobj\n3 0 obj<</Type/Page>>endobj\n")
    large = assembled(CATALOG, kids, bytes(READ_BYTES // 25))
    assert inspect(small) is not None
    assert inspect(large) is None


@pytest.mark.slow
def test_a_document_of_too_many_objects_is_given_up() -> None:
    pages = b"2 0 obj<</Type/Pages/Kids[3 0 R]>>endobj\n3 0 obj<</Type/Page>>endobj\n"
    objects = b"".join(b"%d 0 obj<<>>endobj\n" % number for number in range(4, READS // 10))
    assert inspect(assembled(CATALOG, pages, objects[: len(objects) // 40])) == PdfFacts(1, encrypted=False)
    assert inspect(assembled(CATALOG, pages, objects)) is None


def test_what_pypdf_remarks_is_neither_logged_nor_warned_of(caplog: pytest.LogCaptureFixture) -> None:
    broken = assembled(CATALOG, b"2 0 obj<</Type/Pages/Kids[3 0 R]>>endobj\n3 0 obj<</Type/Page>>endobj\n")
    logger = logging.getLogger("pypdf")
    logger.setLevel(logging.INFO)
    try:
        with warnings.catch_warnings(record=True) as warned:
            assert inspect(broken) == PdfFacts(1, encrypted=False)
        assert (warned, caplog.records, logger.level) == ([], [], logging.INFO)
        assert len(PdfReader(io.BytesIO(broken)).pages) == 1
        assert caplog.records != []  # pypdf itself does remark
    finally:
        logger.setLevel(logging.NOTSET)


@needs_corpus
def test_every_pdf_the_api_accepted_is_strict_base64_and_readable() -> None:
    accepted = {text for kind, text in accepted_sources() if kind == "application/pdf"}
    assert accepted
    for text in accepted:
        data = decode_base64(text)
        assert data is not None
        assert inspect(data) == PdfFacts(len(PdfReader(io.BytesIO(data)).pages), encrypted=False)
