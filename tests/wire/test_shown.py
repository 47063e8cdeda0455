"""Texts for people: what a failure prints holds no key and no long data."""

import re

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from mockclaude.wire.shown import clipped, shown

KEY = "sk-ant-api03-Tr0ub4dor_and-3.horses"
WORDS = st.text(st.characters(codec="utf-8", exclude_categories=["Cs"]), max_size=80)
RUN = re.compile(r"[A-Za-z0-9+/_-]{48,}")


@given(before=WORDS, after=WORDS.filter(lambda text: not re.match(r"[\w.~+/=-]", text)), length=st.integers(1, 100))
@example(before="a" * 55, after="", length=60)
def test_no_part_of_a_key_is_shown(before, after, length) -> None:
    text = f"{before} {KEY}{after}"
    for told in (shown(text), clipped(text, length=length), clipped(text * 200, length=length)):
        assert "sk-ant-" not in told
        assert "Tr0ub4dor" not in told


@given(before=WORDS, size=st.integers(48, 500), line=st.sampled_from(["", "\n", "\r\n", "\\n"]))
def test_of_data_only_the_beginning_is_shown(before, size, line) -> None:
    told = shown(f"{before} " + ("iVBORw0KGgo/" * 50)[:size] + line + "A1b" * 26)
    assert not RUN.search(told.removeprefix(before))
    assert " characters)" in told


@pytest.mark.parametrize(
    "name",
    [
        "test_that_the_weather_in_paris_is_asked_for_only_once_however_often_it_is_needed",
        "TestThatTheWeatherInParisIsAskedForOnlyOnceHoweverOftenItIsNeeded",
        "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855",
        "a" * 65,
    ],
)
def test_long_names_and_digests_are_shown(name) -> None:
    assert shown(f"there is no {name!r}") == f"there is no {name!r}"


@given(words=st.lists(st.from_regex(r"[a-zA-Z0-9+/]{1,47}", fullmatch=True), max_size=9))
def test_everything_else_is_shown_as_it_is(words) -> None:
    text = ", ".join(words)
    assert shown(text) == text
    assert clipped(text, length=len(text)) == text


def test_a_clipped_text_says_that_it_goes_on() -> None:
    assert clipped("weather in Paris", length=7) == "weather…"
    assert clipped("a " * 5000, length=9_000) == "a " * 2048 + "…"


def test_how_long_data_is_that_goes_on_is_not_made_up() -> None:
    assert clipped("see " + "A1b" * 5000, length=99) == "see A1bA1bA1bA1bA1bA… (over 4092 characters)…"
    assert clipped("see " + "A1b" * 500, length=99) == "see A1bA1bA1bA1bA1bA… (1500 characters)"
