"""Documents: PDF files whose bytes are in the request; what is given as text, as blocks or by reference passes."""

from collections.abc import Iterable, Iterator
from random import Random
from typing import Final

import pybase64

from mockclaude.call import Call
from mockclaude.rules.media import Document, attach, media_of
from mockclaude.rules.rule import Draft, Facts, Rule, Scope, rule
from mockclaude.wire.body import JsonObject
from mockclaude.wire.evidence import reported
from mockclaude.wire.media import pdf
from mockclaude.wire.pdf import PdfFacts

FEW_PAGES: Final = 100
"""Models that take no more pages than this answer without a path."""

LONG: Final = Scope(f"models that take more than {FEW_PAGES} PDF pages", lambda model: model.max_pdf_pages > FEW_PAGES)
SHORT: Final = Scope(
    f"models that take up to {FEW_PAGES} PDF pages", lambda model: 0 < model.max_pdf_pages <= FEW_PAGES
)


def pdf_block(data: bytes | str) -> JsonObject:
    """A document block of a PDF's bytes, or of base64 text as it is."""
    text = data if isinstance(data, str) else pybase64.b64encode_as_string(data)
    return {"type": "document", "source": {"type": "base64", "media_type": "application/pdf", "data": text}}


def _opened(call: Call) -> Iterator[tuple[Document, PdfFacts | None]]:
    """The PDF files that have bytes, with what they tell."""
    for found in media_of(call).documents:
        if found.data and found.reading and found.reading.is_base64:
            yield found, found.reading.facts


@rule(
    message="{path}: invalid base64 data",
    source=reported("2026-11", "one undated public report of this text; the same words and path as for images"),
    needs=("document",),
    shadowed_by=("too-many-media",),
    fix="Send the standard alphabet with padding, without line breaks and without a data: prefix.",
)
def malformed_pdf_base64(call: Call) -> Iterable[Facts]:
    """A PDF whose data is not base64."""
    for found in media_of(call).documents:
        if found.reading and not found.reading.is_base64:
            yield {"path": found.path}


@malformed_pdf_base64.broken_by
def attach_pdf_with_prefix(draft: Draft, random: Random) -> Draft:
    """A PDF as a data URL, as a web address or as numbers."""
    url = f"data:application/pdf;base64,{pybase64.b64encode_as_string(pdf())}"
    return attach(draft, pdf_block(random.choice((url, "https://example.com/paper.pdf", "37,80,68,70"))))


@rule(
    message="{path}: PDF cannot be empty",
    source=reported("2026-09", "two public reports with the whole path, one of a deliberate test"),
    needs=("document",),
    shadowed_by=("too-many-media",),
    fix="Leave the block out, or find out why the file was read as empty.",
)
def empty_pdf(call: Call) -> Iterable[Facts]:
    """A PDF without bytes."""
    for found in media_of(call).documents:
        if found.data == "":
            yield {"path": found.path}


@empty_pdf.broken_by
def attach_empty_pdf(draft: Draft, _random: Random) -> Draft:
    """A PDF of no bytes."""
    return attach(draft, pdf_block(""))


@rule(
    message="{path}: The PDF specified was not valid.",
    source=reported("2026-09", "public reports 2025-08 to 2026-09, some with their request ids"),
    covers=("doc.invalid",),
    needs=("document",),
    shadowed_by=("too-many-media",),
    fix="Send a whole PDF file; text goes into a source of type text.",
)
def unreadable_pdf(call: Call) -> Iterable[Facts]:
    """A PDF that no page can be read from."""
    for found, facts in _opened(call):
        if facts is None:
            yield {"path": found.pdf_path}


@unreadable_pdf.broken_by
def attach_truncated_pdf(draft: Draft, random: Random) -> Draft:
    """The beginning of a PDF."""
    data = pdf()
    return attach(draft, pdf_block(data[: random.randint(1, len(data) // 2)]))


@unreadable_pdf.broken_by
def attach_page_of_hypertext(draft: Draft, random: Random) -> Draft:
    """A web page as if it were a PDF."""
    return attach(draft, pdf_block(f"<!doctype html><p>{random.randint(400, 599)}</p>".encode()))


@rule(
    message="{path}: The PDF specified is password protected.",
    source=reported("2026-09", "public reports 2026"),
    covers=("doc.password",),
    needs=("document",),
    shadowed_by=("too-many-media",),
    fix="Save the file without encryption.",
)
def encrypted_pdf(call: Call) -> Iterable[Facts]:
    """A PDF that is encrypted."""
    for found, facts in _opened(call):
        if facts and facts.encrypted:
            yield {"path": found.pdf_path}


@encrypted_pdf.broken_by
def attach_encrypted_pdf(draft: Draft, random: Random) -> Draft:
    """A PDF that opens with a password."""
    return attach(draft, pdf_block(pdf(random.randint(1, 3), encrypted=True)))


def _overlong(call: Call) -> Iterable[Facts]:
    limit = call.settings.limits.pdf_pages
    maximum = call.model.max_pdf_pages if limit is None else limit
    for found, facts in _opened(call):
        if facts and facts.pages > maximum:
            yield {"path": found.pdf_path, "maximum": maximum}


@rule(
    message="{path}: A maximum of {maximum} PDF pages may be provided.",
    source=reported("2026-09", "public reports with 600 pages; documentation, PDF page 2026-10"),
    covers=("doc.pages600",),
    needs=("document",),
    shadowed_by=("too-many-media",),
    models=LONG,
    fix="Split the file; `--limit pdf_pages=N` sets another limit.",
)
def overlong_pdf(call: Call) -> Iterable[Facts]:
    """A PDF of more pages than a model with a long context takes."""
    return _overlong(call)


@overlong_pdf.broken_by
def attach_overlong_pdf(draft: Draft, random: Random) -> Draft:
    """A PDF of more than 600 pages."""
    return attach(draft, pdf_block(pdf(random.randint(601, 603))))


@rule(
    message="A maximum of {maximum} PDF pages may be provided.",
    source=reported("2026-08", "public reports 2025-08 to 2026-08 with 100 pages; a few of 2025-08 have a path"),
    covers=("doc.pages100",),
    needs=("document",),
    shadowed_by=("too-many-media",),
    models=SHORT,
    fix="Split the file; `--limit pdf_pages=N` sets another limit.",
)
def overlong_pdf_for_short_context(call: Call) -> Iterable[Facts]:
    """A PDF of more pages than a model with a short context takes."""
    return _overlong(call)


@overlong_pdf_for_short_context.broken_by
def attach_pdf_of_many_pages(draft: Draft, random: Random) -> Draft:
    """A PDF of more than 100 pages."""
    return attach(draft, pdf_block(pdf(random.randint(FEW_PAGES + 1, FEW_PAGES + 3))))


DOCUMENTS: Final[tuple[Rule[Call], ...]] = (
    malformed_pdf_base64,
    empty_pdf,
    unreadable_pdf,
    encrypted_pdf,
    overlong_pdf,
    overlong_pdf_for_short_context,
)
"""The rules about documents, cheap checks before costly ones."""
