"""Edits of a text are made in the text or in its pieces, with the same result."""

from itertools import pairwise

from hypothesis import given
from hypothesis import strategies as st

from mockclaude.record.edits import Edit, applied, merged, recut


@st.composite
def edited(draw: st.DrawFn) -> tuple[str, list[Edit]]:
    text = draw(st.text(min_size=1))
    spans = draw(st.lists(st.tuples(st.integers(0, len(text)), st.integers(0, len(text))), max_size=5))
    return text, merged([Edit(min(span), max(span), "*", "r") for span in spans if span[0] != span[1]])


@given(edited(), st.data())
def test_pieces_join_to_the_edited_text(case: tuple[str, list[Edit]], data: st.DataObject) -> None:
    text, edits = case
    places = sorted(data.draw(st.lists(st.integers(0, len(text)), max_size=5)))
    pieces = [text[start:end] for start, end in pairwise([0, *places, len(text)])]
    made = recut(pieces, edits)
    assert ("".join(made), len(made)) == (applied(text, edits), len(pieces))


@given(edited())
def test_merged_edits_are_in_order_and_apart(case: tuple[str, list[Edit]]) -> None:
    _, edits = case
    assert all(one.end <= other.start for one, other in pairwise(edits))


def test_overlapping_edits_become_one_that_covers_both() -> None:
    assert merged([Edit(2, 5, "b", "b"), Edit(0, 3, "a", "a"), Edit(5, 6, "c", "c")]) == [
        Edit(0, 5, "a", "a"),
        Edit(5, 6, "c", "c"),
    ]
