"""A coded body is unfolded piece by piece, within bounds, and what cannot be unfolded stays as it is."""

import gzip
import zlib

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mockclaude.server import unfold
from mockclaude.server.unfold import Unfolding


@given(
    st.binary(max_size=5000), st.lists(st.integers(1, 400)), st.sampled_from(["gzip", "x-gzip", "deflate", " GZIP "])
)
def test_any_cut_of_a_coded_body_unfolds_to_it(body: bytes, sizes: list[int], coding: str) -> None:
    packed = zlib.compress(body) if coding == "deflate" else gzip.compress(body)
    unfolding, pieces = Unfolding(coding), []
    for size in [*sizes, len(packed)]:
        pieces.append(unfolding.feed(packed[:size]))
        packed = packed[size:]
    assert b"".join(pieces) == body
    assert not unfolding.is_lost


@pytest.mark.parametrize("coding", ["", "zstd", "identity", "gzip, gzip"])
def test_an_unknown_coding_is_left_alone(coding: str) -> None:
    unfolding = Unfolding(coding)
    assert unfolding.is_lost
    assert unfolding.feed(b"as it is") == b"as it is"


def test_a_broken_body_is_lost_from_there_on() -> None:
    unfolding = Unfolding("gzip")
    packed = gzip.compress(b"x" * 1000)
    assert unfolding.feed(packed[:10]) == b""
    assert unfolding.feed(b"\xff" * 10) == b"\xff" * 10
    assert unfolding.is_lost


def test_a_bomb_is_given_up(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(unfold, "LARGEST", 10_000)
    unfolding = Unfolding("gzip")
    unfolding.feed(gzip.compress(b"\0" * 100_000))
    assert unfolding.is_lost
