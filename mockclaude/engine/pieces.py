"""How a text is cut into deltas: the sizes that recorded streams show, chosen by the text itself."""

from collections.abc import Mapping
from hashlib import shake_128
from typing import Final

FIRST: Final[Mapping[str, tuple[int, ...]]] = {
    "fine": (1, 2, 3, 3, 4, 4, 4, 5, 5, 6, 6, 7, 8, 10, 14, 22),
    "coarse": (1, 2, 3, 3, 4, 5, 5, 6, 6, 6, 6, 7, 8, 10, 12, 20),
}
"""Characters of the first text delta; source: recordings, 560 streams of Sonnet 4.5, 47 of Sonnet 5."""

TEXT: Final[Mapping[str, tuple[int, ...]]] = {
    "fine": (2, 3, 4, 5, 6, 7, 8, 9, 10, 12, 14, 16, 18, 22, 28, 37),
    "coarse": (3, 18, 35, 50, 58, 66, 74, 80, 86, 90, 95, 100, 105, 112, 121, 134),
}
"""Characters of the later text deltas, by sixteenths; source: recordings, 9,161 and 1,798 deltas."""

THINKING: Final[Mapping[str, tuple[int, ...]]] = {
    "fine": (2, 3, 4, 5, 5, 6, 7, 8, 9, 11, 13, 15, 17, 22, 30, 60),
    "coarse": (1, 2, 3, 4, 10, 20, 30, 40, 47, 54, 58, 62, 70, 85, 110, 142),
}
"""Characters of thinking deltas; source: recordings, 7,928 and 52 deltas."""

JSON: Final = (2, 2, 3, 4, 4, 5, 5, 6, 6, 7, 8, 9, 10, 11, 12, 12)
"""Characters of the fragments of a tool input, never more than 12; source: 13,304 recorded fragments."""


def cut(kind: str, text: str, family: str) -> list[str]:
    """The pieces of a text (`text`, `json` or `thinking`) as a model of that chunk family sends them."""
    if not text:
        return []
    sizes = JSON if kind == "json" else (THINKING if kind == "thinking" else TEXT)[family]
    rolls = iter(shake_128(text.encode("utf-8", "surrogatepass")).digest(len(text) // min(sizes) + 2))
    end = FIRST[family][next(rolls) & 15] if kind == "text" else sizes[next(rolls) & 15]
    pieces, start, length = [text[:end]], end, len(text)
    while start < length:
        end = start + sizes[next(rolls) & 15]
        pieces.append(text[start:end])
        start = end
    return pieces
