"""A text is written in which a pattern is found."""

import re
from random import Random

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mockclaude.engine.pattern import matching

PATTERNS = [
    r"^[A-Z]{3}-\d{2,4}(?:a|bc)?[^x-z]\s.\w+$",
    r"^(?=.*[A-Z])(?=.*\d).{8,}$",
    r"^\+?[1-9]\d{1,14}$",
    r"^[a-zA-Z0-9_-]{1,64}$",
    r"^#[0-9a-fA-F]{6}$",
    r"^[^@\s]+@[^@\s]+\.[a-z]{2,}$",
    r"^(?P<one>a|b)(?P=one)\1*?$",
    r"^(?>ab)++[^a]\D\S\W$",
    r"^(?!x)[\d\s-]+$",
    "",
]


@pytest.mark.parametrize("pattern", PATTERNS)
@given(seed=st.integers(0, 2**32))
def test_the_pattern_is_found_in_the_text(pattern: str, seed: int) -> None:
    text = matching(pattern, Random(seed))
    assert text is not None
    assert re.search(pattern, text)
    assert matching(pattern, Random(seed)) == text


@given(seed=st.integers(0, 2**32), shortest=st.integers(0, 30), extra=st.integers(0, 5))
def test_the_text_has_a_wanted_length(seed: int, shortest: int, extra: int) -> None:
    text = matching("^[a-f]*$", Random(seed), shortest=shortest, longest=shortest + extra)
    assert text is not None
    assert shortest <= len(text) <= shortest + extra


@pytest.mark.parametrize("pattern", ["(", r"\p{L}", "^a{99999}$", "[^\x00-\U0010ffff]", "^(?:a(?!.*a))a$", "(?<=a)^b"])
def test_no_text_is_an_answer(pattern: str) -> None:
    assert matching(pattern, Random(0)) is None


def test_a_text_that_would_be_too_long_is_not_written() -> None:
    assert matching("^a{10}$", Random(0), longest=9) is None
    assert matching("^(?:[ab]{5000}){5000}$", Random(0)) is None
