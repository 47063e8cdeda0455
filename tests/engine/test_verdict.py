"""Calls that were made are counted, and the nearest others say what they had instead."""

import json
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mockclaude.clock import EPOCH
from mockclaude.engine.match import any_call, model, text
from mockclaude.engine.matcher import Matchable, matcher_of
from mockclaude.engine.verdict import Expected, Verdict, call_in, expected, judge
from mockclaude.errors import ScriptError
from mockclaude.settings import Settings
from mockclaude.wire.interaction import Headers, Interaction, RawRequest

from .calls import MODELS

SETTINGS = Settings()
COUNTS = st.none() | st.integers(0, 4)


def made(content: Any = "hello", *, name: str = "req_1", path: str = "/v1/messages", **fields: Any) -> Interaction:
    body = {"model": "claude-opus-5", "max_tokens": 9, "messages": [{"role": "user", "content": content}], **fields}
    return Interaction(RawRequest("POST", path, Headers(), json.dumps(body).encode()), EPOCH, name)


def verdict(matcher: Matchable, *interactions: Interaction, **bounds: int) -> Verdict:
    return judge(matcher_of(matcher), interactions, expected=expected(**bounds), settings=SETTINGS, models=MODELS)


@given(COUNTS, COUNTS, COUNTS, st.integers(0, 6))
def test_an_expectation_holds_for_the_counts_it_names(
    times: int | None, at_least: int | None, at_most: int | None, count: int
) -> None:
    try:
        wanted = expected(times=times, at_least=at_least, at_most=at_most)
    except ScriptError:
        assert (times is not None and (at_least, at_most) != (None, None)) or (at_least or 0) > (at_most or 0)
        return
    if (times, at_least, at_most) == (None, None, None):
        at_least = 1
    fits = (times is None or count == times) and count >= (at_least or 0) and (at_most is None or count <= at_most)
    assert wanted.holds(count) is fits


@pytest.mark.parametrize(
    ("bounds", "written"),
    [
        ({}, "at least 1 call"),
        ({"at_least": 2}, "at least 2 calls"),
        ({"times": 0}, "no calls"),
        ({"times": 1}, "exactly 1 call"),
        ({"at_most": 2}, "at most 2 calls"),
        ({"at_least": 2, "at_most": 3}, "2 to 3 calls"),
    ],
)
def test_an_expectation_reads_as_a_sentence(bounds: dict[str, int], written: str) -> None:
    assert str(expected(**bounds)) == written


@pytest.mark.parametrize(
    ("bounds", "fault"),
    [
        ({"times": 1, "at_least": 1}, "times excludes at_least and at_most"),
        ({"times": -1}, "times is -1; expected a number of calls from 0 on"),
        ({"at_least": 3, "at_most": 2}, "at_least=3 and at_most=2 exclude each other"),
    ],
)
def test_an_impossible_expectation_is_refused(bounds: dict[str, int], fault: str) -> None:
    with pytest.raises(ScriptError, match=fault):
        expected(**bounds)


def test_a_verdict_counts_the_calls_that_are_meant() -> None:
    rain, snow = made("rain today", name="req_1"), made("snow", name="req_2")
    found = verdict(text("rain") & model("claude-*"), rain, snow, rain, times=2)
    assert (found.holds, found.count, found.matching, found.nearest) == (True, 2, (rain, rain), ())
    assert str(found) == 'expected exactly 2 calls for text "rain" & model "claude-*", got 2'


def test_too_few_calls_name_the_nearest_others() -> None:
    found = verdict("weather", made("the wether", name="req_1"), made("news", name="req_2"))
    assert not found.holds
    assert str(found) == (
        'expected at least 1 call for text "weather", got 0;'
        ' nearest: req_1 failed on text: got "the wether"; req_2 failed on text: got "news"'
    )


def test_at_most_three_others_are_named() -> None:
    found = verdict("weather", *[made(f"news {number}") for number in range(9)])
    assert len(found.nearest) == 3


def test_too_many_calls_are_named_themselves() -> None:
    found = verdict(any_call(), made(name="req_1"), made(name="req_2"), times=1)
    assert str(found) == "expected exactly 1 call for any_call, got 2: req_1, req_2"


def test_without_any_call_it_says_so() -> None:
    assert str(verdict("weather")).endswith("got 0; nearest: no other calls were made")


@pytest.mark.parametrize(
    ("interaction", "is_call"),
    [
        (made(), True),
        (made(""), True),
        (made([{"type": "text", "text": "a"}, {"type": "unheard_of"}]), True),
        (made(colour="blue"), True),
        (made(messages=[{"role": "assistant", "content": "prefilled"}]), True),
        (made(model="claude-unheard-of"), True),
        (made(max_tokens=None), False),
        (made(model=3), False),
        (made(path="/v1/messages/count_tokens"), False),
        (Interaction(RawRequest("POST", "/v1/messages", Headers(), b"{"), EPOCH), False),
        (Interaction(RawRequest("POST", "/v1/messages", Headers(), b"[]"), EPOCH), False),
        (Interaction(RawRequest("GET", "/v1/models", Headers()), EPOCH), False),
    ],
)
def test_what_the_server_refuses_is_a_call_as_long_as_it_can_be_read_as_one(
    interaction: Interaction, is_call: bool
) -> None:
    assert (call_in(interaction, settings=SETTINGS, models=MODELS) is not None) is is_call


def test_an_expectation_of_its_own_is_at_least_one() -> None:
    assert Expected() == expected()
