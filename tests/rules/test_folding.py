"""Folding makes repetitions short and loses nothing."""

from typing import Any

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from mockclaude.rules.folding import LONG, OFTEN, fold, unfold

TEXTS = st.text(max_size=6) | st.builds(
    lambda before, sign, times, after: before + sign * times + after,
    st.text(max_size=300),
    st.characters(codec="utf-8"),
    st.integers(1, 3 * LONG),
    st.text(max_size=300),
)
VALUES = st.recursive(
    st.none() | st.booleans() | st.integers() | TEXTS,
    lambda inner: (
        st.lists(inner, max_size=4)
        | st.builds(lambda unit, times: unit * times, st.lists(inner, max_size=2), st.integers(1, 2 * OFTEN))
        | st.dictionaries(st.text(max_size=3), inner, max_size=3)
    ),
    max_leaves=8,
)


@given(VALUES)
@example("a" * 1000)
@example([1, 2] * 20)
@example([[1] * 20] * 20)
def test_what_was_folded_unfolds_to_itself(value: Any) -> None:
    assert unfold(fold(value)) == value


def test_runs_of_one_sign_become_short() -> None:
    assert fold("ab" + "=" * 1000 + "c") == {"$joined": [["ab", 1], ["=", 1000], ["c", 1]]}
    assert fold(" " * 33_000_000) == {"$joined": [[" ", 33_000_000]]}


def test_runs_of_one_or_two_items_become_short() -> None:
    assert fold([0, *[1] * 50]) == {"$joined": [[[0], 1], [[1], 50]]}
    assert fold([*["a", "b"] * 50, "c"]) == {"$joined": [[["a", "b"], 50], [["c"], 1]]}


def test_short_values_stay_as_they_are() -> None:
    value: Any = {"text": "a" * (LONG - 1), "list": [1] * (OFTEN - 1), "empty": [], "none": None}
    assert fold(value) == value


def test_an_object_that_looks_like_a_folding_is_refused() -> None:
    with pytest.raises(ValueError, match=r"\$joined"):
        fold({"a": [{"$joined": 1}]})
