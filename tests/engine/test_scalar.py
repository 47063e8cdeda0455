"""Numbers and texts keep within the bounds of their schema."""

from fractions import Fraction
from random import Random

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mockclaude.engine.scalar import LONGEST, Unmet, integer_of, number_of, text_of

BOUNDS = st.fixed_dictionaries(
    {},
    optional={
        key: st.integers(-300, 300) | st.floats(-300, 300)
        for key in ("minimum", "exclusiveMinimum", "maximum", "exclusiveMaximum")
    },
)
STEPS = st.sampled_from([{}, {"multipleOf": 1}, {"multipleOf": 7}, {"multipleOf": 0.5}, {"multipleOf": 1000}])


def is_within(schema, value: float) -> bool:
    return (
        schema.get("minimum", value) <= value <= schema.get("maximum", value)
        and schema.get("exclusiveMinimum", value - 1) < value < schema.get("exclusiveMaximum", value + 1)
        and ("multipleOf" not in schema or Fraction(value) % Fraction(str(schema["multipleOf"])) == 0)
    )


@given(bounds=BOUNDS, step=STEPS, seed=st.integers(0, 99))
def test_a_whole_number_is_within_its_bounds_or_there_is_none(bounds, step, seed: int) -> None:
    schema = bounds | step
    try:
        value = integer_of(schema, Random(seed))
    except Unmet:
        assert not any(is_within(schema, value) for value in range(-310, 311))
    else:
        assert type(value) is int
        assert is_within(schema, value)


@given(bounds=BOUNDS, step=STEPS, seed=st.integers(0, 99))
def test_a_number_is_within_its_bounds_or_there_is_none(bounds, step, seed: int) -> None:
    schema = bounds | step
    try:
        value = number_of(schema, Random(seed))
    except Unmet:
        assert not any(is_within(schema, half / 2) for half in range(-620, 621))
    else:
        assert is_within(schema, value)


@given(
    shortest=st.integers(0, 300),
    extra=st.integers(0, 20),
    name=st.none() | st.text(max_size=9),
    seed=st.integers(0, 99),
)
def test_a_text_has_its_length(shortest: int, extra: int, name: str | None, seed: int) -> None:
    text = text_of({"minLength": shortest, "maxLength": shortest + extra}, Random(seed), name=name)
    assert shortest <= len(text) <= shortest + extra


@pytest.mark.parametrize(
    "schema",
    [
        {"minLength": 3, "maxLength": 2},
        {"minLength": LONGEST + 1},
        {"pattern": "("},
        {"pattern": "^ab$", "maxLength": 1},
    ],
)
def test_a_text_that_cannot_be_is_not_written(schema) -> None:
    with pytest.raises(Unmet):
        text_of(schema, Random(0))


@pytest.mark.parametrize("bound", [True, "3", None])
def test_a_bound_that_is_no_number_is_none(bound) -> None:
    assert 1 <= integer_of({"minimum": bound}, Random(0)) <= 101
