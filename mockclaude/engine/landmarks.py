"""Places in the bytes of a body where a cut hurts: named by what stands there, never by a number of bytes.

A mark and an ordinal find a place in every body, `landmarks(mark)[ordinal mod n]`, so a cut survives a change of ids,
padding or text, and -1 is always the last.
"""

import re
from collections.abc import Callable, Mapping
from itertools import pairwise
from typing import Final, Literal, get_args

Mark = Literal["event", "inside", "newline", "utf8", "escape", "field", "byte"]
"""Between two events, in the middle of one, between its two newlines, inside a character of several bytes, inside an
escape of a JSON string, inside the name of a field (`event` or `data`), or at any byte."""

MARKS: Final[tuple[Mark, ...]] = get_args(Mark)
OF_STREAMS: Final = frozenset({"event", "newline", "field"})
"""Marks that only a stream has."""

CHARACTER: Final = re.compile(rb"[\xc2-\xf4](?=[\x80-\xbf])")
ESCAPE: Final = re.compile(rb'\\\\|\\u[0-9a-fA-F]{2}(?=[0-9a-fA-F]{2})|\\(?=["/bfnrt])')
FIELD: Final = re.compile(rb"(?m)^(?:ev(?=ent: )|da(?=ta: ))")


def landmarks(mark: Mark, body: bytes) -> list[int]:
    """All places of that kind, as numbers of bytes before them, ascending."""
    return _PLACES[mark](body)


def place(mark: Mark, ordinal: int, body: bytes) -> int | None:
    """The place that a mark and an ordinal name; nothing where the body has no such mark."""
    if mark == "byte":
        return ordinal if 0 <= ordinal <= len(body) else len(body) if ordinal > 0 else max(len(body) + 1 + ordinal, 0)
    found = landmarks(mark, body)
    return found[ordinal % len(found)] if found else None


def _ends(body: bytes) -> list[int]:
    """Where events end, the start of the body included."""
    return [0, *[match.end() for match in re.finditer(rb"\n\n", body)]]


def _middles(body: bytes) -> list[int]:
    """The middle of each event; a body without events is one whole."""
    ends = _ends(body)
    bounds = ends if len(ends) > 1 else [0, len(body)] if body else []
    return [(start + end) // 2 for start, end in pairwise(bounds)]


def _escapes(body: bytes) -> list[int]:
    """After the backslash, or between the digits of one by number; an escaped backslash starts no further escape."""
    return [match.start() + (1 if match[0] == rb"\\" else len(match[0])) for match in ESCAPE.finditer(body)]


_PLACES: Final[Mapping[Mark, Callable[[bytes], list[int]]]] = {
    "event": _ends,
    "inside": _middles,
    "newline": lambda body: [end - 1 for end in _ends(body)[1:]],
    "utf8": lambda body: [match.end() for match in CHARACTER.finditer(body)],
    "escape": _escapes,
    "field": lambda body: [match.end() for match in FIELD.finditer(body)],
    "byte": lambda body: list(range(len(body) + 1)),
}
