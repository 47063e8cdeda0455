"""Texts say something, survive every encoding, and hold the signs that break readers."""

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mockclaude.strategies import texts
from mockclaude.strategies.texts import EDGES
from mockclaude.wire.encoding import dumps, loads
from tests.strategies.simplest import simplest


@given(st.integers(1, 60).flatmap(lambda size: st.tuples(st.just(size), texts(max_size=size))))
def test_a_text_says_something_within_its_length(pair: tuple[int, str]) -> None:
    size, text = pair
    assert text.strip()
    assert len(text) <= size


@given(texts())
def test_a_text_survives_both_writers_of_json(text: str) -> None:
    assert loads(dumps(text)) == text
    assert json.loads(json.dumps(text)) == text
    assert text.encode().decode() == text


@given(texts(printable=True))
def test_a_printable_text_can_be_printed(text: str) -> None:
    assert text.isprintable()
    assert not any(sign.isspace() for sign in text)


@pytest.mark.parametrize("edge", EDGES)
def test_every_edge_comes_up(edge: str) -> None:
    assert simplest(texts(), lambda text: text == edge) == edge


def test_the_simplest_text_is_a_zero() -> None:
    assert simplest(texts()) == "0"
    assert simplest(texts(printable=True)) == "0"


def test_a_text_needs_room() -> None:
    with pytest.raises(ValueError, match="at least 1 character"):
        texts(max_size=0)
