"""PDF files are real: they have the pages they say."""

import pytest
from hypothesis import HealthCheck, given, settings

from mockclaude.strategies import PdfFile, pdfs
from mockclaude.wire.pdf import PdfFacts, inspect
from tests.strategies.simplest import simplest

QUIET = settings(deadline=None, suppress_health_check=list(HealthCheck))


@QUIET
@given(pdfs(pages=(1, 12)))
def test_a_pdf_has_its_pages(pdf: PdfFile) -> None:
    assert inspect(pdf.data) == PdfFacts(pages=pdf.pages, encrypted=False)


@QUIET
@given(pdfs(pages=(4, 4)))
def test_the_number_of_pages_can_be_fixed(pdf: PdfFile) -> None:
    assert pdf.pages == 4


def test_the_simplest_pdf_is_an_empty_page() -> None:
    pdf = simplest(pdfs())
    assert (pdf.pages, pdf.text) == (1, None)
    assert pdf.block()["type"] == "document"
    assert repr(pdf) == f"PdfFile(1 pages, text=None, {len(pdf.data)} bytes)"


@pytest.mark.parametrize("pages", [(0, 1), (3, 2)])
def test_a_pdf_without_pages_is_impossible(pages: tuple[int, int]) -> None:
    with pytest.raises(ValueError, match="a range that starts at 1"):
        pdfs(pages=pages)
