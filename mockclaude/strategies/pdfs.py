"""PDF files of empty or written pages."""

from dataclasses import dataclass

import pybase64
from hypothesis import strategies as st

from mockclaude.strategies.printing import Printer
from mockclaude.strategies.texts import texts
from mockclaude.wire.body import JsonObject
from mockclaude.wire.media import pdf


@dataclass(frozen=True, slots=True)
class PdfFile:
    """A PDF: its bytes, the number of its pages and the text on each of them."""

    pages: int
    text: str | None
    data: bytes

    def block(self) -> JsonObject:
        """The file as a content block."""
        text = pybase64.b64encode_as_string(self.data)
        return {"type": "document", "source": {"type": "base64", "media_type": "application/pdf", "data": text}}

    def __repr__(self) -> str:
        return f"PdfFile({self.pages} pages, text={self.text!r}, {len(self.data)} bytes)"

    def _repr_pretty_(self, printer: Printer, _cycle: bool) -> None:  # noqa: FBT001 - Hypothesis calls it
        printer.text(repr(self))


def pdfs(*, pages: tuple[int, int] = (1, 3)) -> st.SearchStrategy[PdfFile]:
    """PDF files with their number of pages in a range, some with a text on each page."""
    low, high = pages
    if not 1 <= low <= high:
        raise ValueError(f"pages is {pages}; expected a range that starts at 1 or above")

    def written(count: int, text: str | None) -> PdfFile:
        return PdfFile(count, text, pdf(count, text=text))

    return st.builds(written, st.integers(low, high), st.none() | texts(printable=True))
