"""JSON in and out: orjson's words for faults, integers of any length, no infinite floats."""

import json
from collections.abc import Callable

import orjson
import pytest
from hypothesis import given
from hypothesis import strategies as st

from mockclaude.wire.encoding import LARGE, JSONFault, dumps, is_finite, loads

VALUES = st.recursive(
    st.none()
    | st.booleans()
    | st.integers(-(2**63), 2**63 - 1)
    | st.floats(allow_nan=False, allow_infinity=False)
    | st.text(),
    lambda inner: st.lists(inner) | st.dictionaries(st.text(), inner),
)


@given(value=VALUES)
def test_values_survive_the_round_trip(value: object) -> None:
    assert loads(dumps(value)) == value


@given(data=st.binary(max_size=40))
def test_faults_are_worded_as_orjson_words_them(data: bytes) -> None:
    assert outcome(loads, data) == outcome(orjson.loads, data)


def outcome(read: Callable[[bytes], object], data: bytes) -> object:
    try:
        return read(data)
    except ValueError as fault:
        return str(fault)


@pytest.mark.parametrize(
    "tail", [b"", b"}", b',"x":1e999}', b',"x":"\\ud83d"}', b',"x":' + b"[" * 300 + b"]" * 300 + b"}"]
)
def test_large_bodies_get_the_same_verdict_as_small_ones(tail: bytes) -> None:
    small, large = (b'{"text":"' + b"a" * size + b'"' + tail for size in (1, LARGE))
    assert _verdict(large) == _verdict(small)


def _verdict(data: bytes) -> str:
    try:
        return type(loads(data)).__name__
    except JSONFault as fault:
        return str(fault).partition(":")[0]


def test_integers_of_forty_digits_are_written_in_full() -> None:
    assert dumps({"n": 10**40}) == b'{"n":1' + b"0" * 40 + b"}"


@given(value=VALUES)
def test_integers_too_long_for_the_fast_path_change_nothing_else(value: object) -> None:
    assert json.loads(dumps([value, 10**30])) == [value, 10**30]


@pytest.mark.parametrize(("value", "finite"), [([1.0], True), ([{"a": [float("inf")]}], False), (float("nan"), False)])
def test_infinite_floats_are_found_anywhere(value: list[float], finite: bool) -> None:
    assert is_finite(value) is finite  # type: ignore[arg-type]
