"""Texts are cut into the sizes that recorded streams show."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mockclaude.engine.pieces import FIRST, JSON, TEXT, THINKING, cut

KINDS = st.sampled_from(["text", "json", "thinking"])
FAMILIES = st.sampled_from(sorted(TEXT))


@given(kind=KINDS, family=FAMILIES, text=st.text(max_size=2000))
def test_pieces_join_to_the_text_and_none_is_empty(kind: str, family: str, text: str) -> None:
    pieces = cut(kind, text, family)
    assert "".join(pieces) == text
    assert all(pieces)


@given(kind=KINDS, family=FAMILIES, text=st.text(max_size=500))
def test_the_same_text_is_cut_the_same_way(kind: str, family: str, text: str) -> None:
    assert cut(kind, text, family) == cut(kind, text, family)


@given(text=st.text(max_size=500))
def test_fragments_of_a_tool_input_have_at_most_twelve_characters(text: str) -> None:
    assert max(map(len, cut("json", text, "coarse")), default=0) <= 12


@pytest.mark.parametrize("family", sorted(TEXT))
def test_sizes_lie_within_the_recorded_ones(family: str) -> None:
    text = "word " * 2000
    for kind, sizes in (("text", TEXT[family]), ("thinking", THINKING[family]), ("json", JSON)):
        pieces = cut(kind, text, family)
        assert {len(piece) for piece in pieces[1:-1]} <= set(sizes)
    assert len(cut("text", text, family)[0]) in FIRST[family]


def test_recent_models_send_larger_pieces() -> None:
    text = "word " * 400
    assert len(cut("text", text, "fine")) > 4 * len(cut("text", text, "coarse"))
