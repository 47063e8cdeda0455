"""Content codings are undone within bounds, or refused by kind of fault."""

import gzip
import os
import tracemalloc
import zlib

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mockclaude.wire.coding import PIECE, STEP, CodingFault, Kind, decoded

LIMIT = 8 * PIECE


def fault_of(data: bytes, codings: str, *, limit: int = LIMIT) -> tuple[Kind, str]:
    with pytest.raises(CodingFault) as caught:
        decoded(data, codings, limit=limit)
    return caught.value.kind, caught.value.coding


@given(st.binary(), st.integers(0, 9))
def test_gzip_is_undone_at_every_level(data: bytes, level: int) -> None:
    assert decoded(gzip.compress(data, level, mtime=0), "gzip", limit=len(data)) == data


@given(st.lists(st.binary(max_size=30), min_size=1, max_size=5))
def test_a_gzip_body_may_have_many_members(parts: list[bytes]) -> None:
    data = b"".join(parts)
    assert decoded(b"".join(map(gzip.compress, parts)), "gzip", limit=len(data)) == data


@pytest.mark.parametrize("size", [PIECE - 1, PIECE, PIECE + 1, 2 * PIECE, 3 * PIECE + 258])
@pytest.mark.parametrize("fill", [b"a", b"ab" * 200])
def test_output_at_the_edge_of_a_piece_is_whole(size: int, fill: bytes) -> None:
    data = (fill * size)[:size]
    assert decoded(gzip.compress(data, mtime=0), "gzip", limit=size) == data


@pytest.mark.parametrize("size", [STEP - 20, STEP, STEP + 20, 5 * STEP])
def test_input_longer_than_a_step_is_whole(size: int) -> None:
    data = os.urandom(size)
    assert (
        decoded(gzip.compress(data, mtime=0) + gzip.compress(b"end", mtime=0), "gzip", limit=size + 3) == data + b"end"
    )


@given(st.binary(), st.lists(st.sampled_from(["gzip", "x-gzip", "identity", "", "GZip"]), max_size=4))
def test_codings_are_undone_in_reverse_order(data: bytes, names: list[str]) -> None:
    coded = data
    for name in names:
        coded = gzip.compress(coded, mtime=0) if "gzip" in name.lower() else coded
    assert decoded(coded, ", ".join(names), limit=1000 + len(data)) == data


@pytest.mark.parametrize("codings", ["br", "zstd", "deflate", "compress", "gzip, br", "br, gzip", "*"])
def test_codings_that_the_api_refuses_are_unsupported_even_when_the_rest_is_garbage(codings: str) -> None:
    name = next(name for name in codings.split(", ") if name != "gzip")
    assert fault_of(b"garbage", codings) == ("unsupported", name)


@given(st.binary(max_size=200), st.data())
def test_a_truncated_body_is_invalid(data: bytes, choice: st.DataObject) -> None:
    coded = gzip.compress(data, mtime=0)
    cut = choice.draw(st.integers(0, len(coded) - 1))
    assert fault_of(coded[:cut], "gzip") == ("invalid", "gzip")


@given(st.binary(min_size=1, max_size=50))
def test_garbage_after_the_last_member_is_invalid(garbage: bytes) -> None:
    assert fault_of(gzip.compress(b"{}", mtime=0) + garbage, "gzip") == ("invalid", "gzip")


@pytest.mark.parametrize(
    "data",
    [
        b"",
        b"{}",
        b"\x1f\x8b\x08",
        zlib.compress(b"{}"),
        gzip.compress(b"{}", mtime=0)[:-8] + b"\x00" * 8,  # wrong checksum and length
    ],
)
def test_what_is_not_gzip_is_invalid(data: bytes) -> None:
    assert fault_of(data, "gzip") == ("invalid", "gzip")


def test_a_body_may_be_as_large_as_the_limit_and_no_larger() -> None:
    coded = gzip.compress(b"x" * 1000, mtime=0)
    assert decoded(coded, "gzip", limit=1000) == b"x" * 1000
    assert fault_of(coded, "gzip", limit=999) == ("too_large", "gzip")


def test_what_lies_between_two_codings_is_bounded_too() -> None:
    inner = gzip.compress(os.urandom(2000))
    assert fault_of(gzip.compress(inner, mtime=0), "gzip, gzip", limit=1000) == ("too_large", "gzip")


def test_a_bomb_is_noticed_before_it_has_unfolded() -> None:
    bomb = gzip.compress(bytes(200 * PIECE))
    twice = gzip.compress(bomb, mtime=0)
    tracemalloc.start()
    assert fault_of(bomb, "gzip") == ("too_large", "gzip")
    assert fault_of(twice, "gzip, gzip") == ("too_large", "gzip")
    _, peak = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    assert peak < 3 * LIMIT
