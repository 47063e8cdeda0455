"""Texts that a request may hold, with the signs that break readers of streams and lines."""

from typing import Final

from hypothesis import strategies as st

EDGES: Final = (
    " 0",  # white space is kept
    "\x00",  # NUL, where strings end in C
    "0\r",  # a line end for some readers of server-sent events, and for none of JSON
    "\x850",  # NEL: `str.splitlines` cuts here, server-sent events do not
    "\u20280",  # LINE SEPARATOR: the same, and once illegal in JavaScript
    "\n\ndata: {}\n\n",  # ends an event when it is not escaped
    '{"',  # JSON that begins and does not end
    "\\u00e9",  # an escape that is none
    "\U0001f469\u200d\U0001f680",  # two characters outside the BMP that show as one
    "\ufeff0",  # a byte order mark that is text
)
"""Source: failures of stream readers in public reports; the WHATWG HTML standard, server-sent events."""


def texts(*, max_size: int = 40, printable: bool = False) -> st.SearchStrategy[str]:
    """Texts that say something: at least one character is not white space, none is half of a pair.

    `printable` leaves control characters and spaces out.
    """
    if max_size < 1:
        raise ValueError(f"max_size is {max_size}; a text that says something has at least 1 character")
    if printable:
        return st.text(st.characters(codec="utf-8", exclude_categories=("C", "Z")), min_size=1, max_size=max_size)
    return plain_texts(max_size=max_size) | st.sampled_from([edge for edge in EDGES if len(edge) <= max_size])


def plain_texts(*, max_size: int) -> st.SearchStrategy[str]:
    """The same without the table of edges, at half the cost."""
    return letters(max_size=max_size).map(worded)


def letters(*, max_size: int) -> st.SearchStrategy[str]:
    """Any characters; `worded` makes them say something. To draw them and call it costs half of a mapped strategy."""
    return st.text(st.characters(codec="utf-8"), min_size=1, max_size=max_size)


def worded(text: str) -> str:
    """The text, or one that says something in place of white space."""
    return text if text.strip() else text[:-1] + "0"
