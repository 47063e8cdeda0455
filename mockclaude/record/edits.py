"""Changes to a text, found first and made later: in the text itself, or in the pieces it was told in."""

from collections.abc import Iterable, Sequence
from typing import NamedTuple


class Edit(NamedTuple):
    """Puts `text` in the place of some characters, for the reason that `rule` names."""

    start: int
    end: int
    text: str
    rule: str


def merged(edits: Iterable[Edit]) -> list[Edit]:
    """The edits in order; of those that overlap one remains, as wide as all of them."""
    made: list[Edit] = []
    for edit in sorted(edits, key=lambda each: (each.start, -each.end)):
        if made and edit.start < made[-1].end:
            made[-1] = made[-1]._replace(end=max(made[-1].end, edit.end))
        else:
            made.append(edit)
    return made


def applied(text: str, edits: Iterable[Edit]) -> str:
    """The text with its edits made; they are in order and apart."""
    parts, place = [], 0
    for edit in edits:
        parts += [text[place : edit.start], edit.text]
        place = edit.end
    return "".join([*parts, text[place:]])


def recut(pieces: Sequence[str], edits: Sequence[Edit]) -> list[str]:
    """The edits of the joined pieces made in the pieces; what is new stands in the piece where the old began."""
    made, start = [], 0
    for piece in pieces:
        end = start + len(piece)
        here = [
            Edit(
                max(edit.start, start) - start,
                min(edit.end, end) - start,
                edit.text if start <= edit.start < end else "",
                edit.rule,
            )
            for edit in edits
            if edit.start < end and edit.end > start
        ]
        made.append(applied(piece, here))
        start = end
    return made
