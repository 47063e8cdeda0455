"""How many tokens a document takes besides the text in it."""

from typing import Final

import pybase64

from mockclaude.meter.memo import Memo
from mockclaude.wire.pdf import inspect

FRAME: Final = 28
"""Tokens around a document; source: recordings of plain text documents, 27 to 38."""
PAGE: Final = 1600
"""Tokens of a PDF page: a picture of 1568 and little text; source: recordings, 26 requests with one page."""


def _count(data: str) -> int:
    try:
        facts = inspect(pybase64.b64decode(data))
    except ValueError:
        return 1
    return facts.pages if facts and facts.pages else 1


pages: Final = Memo[str, int](_count, entries=256)
"""How many pages the PDF in a base64 text has, one where that cannot be told."""
