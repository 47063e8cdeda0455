"""Replies, stubs and scenarios become data, and are the same when they are read back."""

from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from mockclaude.engine.data import data_of_reply, data_of_scenario, data_of_stub
from mockclaude.engine.fault import Cut, Fragments, HttpError, Missing
from mockclaude.engine.landmarks import MARKS
from mockclaude.engine.match import model, text
from mockclaude.engine.presets import FAULTS
from mockclaude.engine.presets import PACES as PRESETS
from mockclaude.engine.reply import ErrorReply, Pace, Reply
from mockclaude.engine.say import message, pause_turn, refusal, server_tool_use, thinking, tool_use
from mockclaude.engine.say_error import MESSAGES, error, overloaded, rate_limited
from mockclaude.engine.say_fault import fault_of
from mockclaude.engine.scenario import Scenario
from mockclaude.engine.scenario_reader import load_scenario, scenario_of, stub_of
from mockclaude.engine.stub import Stub, checked, stub
from mockclaude.errors import ScriptError
from mockclaude.wire.error import STATUS_OF_TYPE

from ..wire.samples import BLOCKS, OBJECTS, TEXT

SCENARIOS = sorted((Path(__file__).parents[2] / "fixtures" / "scenarios").glob("*.yaml"))

HEADERS = st.dictionaries(
    st.sampled_from(["x-a", "retry-after", "x-should-retry"]), st.sampled_from(["1", "0.5", "no"])
)
RATES = st.floats(0.1, 100)
PACES = st.none() | st.one_of(
    st.builds(Pace, st.floats(0, 5), per_second=st.none() | RATES, jitter=st.floats(0, 1)),
    st.builds(Pace, st.floats(0, 5), tokens_per_second=RATES),
    st.sampled_from(list(PRESETS.values())),
)
FAULTS_SAID = st.none() | st.one_of(
    st.sampled_from([fault_of(name) for name in FAULTS]),
    st.builds(Cut, st.sampled_from(MARKS), st.integers(-3, 3), st.sampled_from(["end", "close", "reset"])),
    st.builds(Missing, st.sampled_from([("ping",), ("ping", "message_stop")])),
    st.builds(Fragments, st.lists(st.tuples(st.sampled_from(MARKS), st.integers(-3, 3)), min_size=1).map(tuple)),
    st.builds(HttpError, st.just(503), message=st.just("no"), retry_after=st.sampled_from([None, 1.5, "date+30", ""])),
)
MESSAGES_SAID = st.builds(
    Reply,
    content=st.lists(BLOCKS, max_size=3).map(tuple),
    stop_reason=st.none() | st.sampled_from(["end_turn", "refusal", "a_reason_of_tomorrow"]),
    stop_sequence=st.none() | TEXT,
    stop_details=st.none() | OBJECTS,
    container=st.none() | OBJECTS,
    usage=st.none() | st.fixed_dictionaries({"input_tokens": st.integers(0, 99)}),
    headers=HEADERS,
    pace=PACES,
    fault=FAULTS_SAID,
    force=st.just(value=True),  # without it hardly any of these could be said
)
ERRORS_SAID = st.builds(
    Reply,
    error=st.builds(
        ErrorReply,
        status=st.integers(400, 599),
        kind=st.sampled_from(["", *STATUS_OF_TYPE, "an_error_of_tomorrow"]),
        message=TEXT.filter(bool),
        details=st.none() | OBJECTS,
        body=st.none() | TEXT.map(str.encode),
        content_type=st.sampled_from(["application/json", "text/html"]),
    ),
    headers=HEADERS,
    force=st.just(value=True),
)


def again(said: Reply) -> Reply:
    """The reply that its data is read as."""
    [answer] = stub_of({"replies": [data_of_reply(said)]}).answers
    assert isinstance(answer, Reply)
    return answer


@given(MESSAGES_SAID | ERRORS_SAID)
def test_what_is_read_back_is_the_same_reply(said: Reply) -> None:
    assert again(said) == checked(said)


@given(MESSAGES_SAID | ERRORS_SAID, st.booleans())
def test_templates_stay_on_or_off(said: Reply, templates: bool) -> None:
    said = replace(said, templates=templates, headers={**said.headers, "x-text": "{{ text }}"})
    assume("{{" not in repr(replace(said, headers={})))
    assert again(said).templates is templates


@pytest.mark.parametrize(
    ("said", "data"),
    [
        (message("18 °C"), {"text": "18 °C"}),
        (message(), {"content": []}),
        (message("a", "b"), {"content": [{"type": "text", "text": "a"}, {"type": "text", "text": "b"}]}),
        (
            message(tool_use("get_weather", city="Paris"), pace=Pace(0.3, 40)),
            {
                "content": [{"type": "tool_use", "name": "get_weather", "input": {"city": "Paris"}}],
                "pace": {"first": 0.3, "per_second": 40},
            },
        ),
        (message("a", pace="slow", fault="reset"), {"text": "a", "pace": {"first": 2.0, "per_second": 2}, "fault": {"kind": "cut", "at": "event", "ordinal": 5, "ending": "reset"}}),
        (message("a {{ text }}", templates=True), {"text": "a {{ text }}", "templates": True}),
        (message("a {{ text }}"), {"text": "a {{ text }}", "templates": False}),
        (message("a", templates=True), {"text": "a"}),
        (overloaded(), {"error": {"status": 529, "message": "Overloaded"}}),
        (rate_limited(), {"error": {"status": 429, "retry_after": 1}}),
        (
            error(429, retry_after=0.5, headers={"x-a": "b"}),
            {"error": {"status": 429, "retry_after": 0.5}, "headers": {"x-a": "b"}},
        ),
        (error(502, body=b"<html>", content_type="text/html"), {"error": {"status": 502, "body": "<html>", "content_type": "text/html"}}),
    ],
    ids=repr,
)  # fmt: skip
def test_it_is_written_as_a_person_would(said: Reply, data: dict[str, object]) -> None:
    assert data_of_reply(said) == data
    assert again(said) == checked(said)


@pytest.mark.parametrize(
    "said",
    [
        refusal("so far"),
        pause_turn(server_tool_use("web_search", query="a")),
        message(thinking("hm"), "a", stop_reason="max_tokens", usage={"input_tokens": 3}),
        rate_limited(limit="input tokens", per_minute=5),
        rate_limited(message="slow down"),
        *[error(status) for status in MESSAGES],
    ],
    ids=repr,
)
def test_what_the_builders_make_is_the_same_when_read_back(said: Reply) -> None:
    assert again(said) == checked(said)


@pytest.mark.parametrize(
    ("said", "fault"),
    [
        (lambda _call: "a", r"the function <lambda> exists in this process only; give a reply, or a template such as"),
        (Reply(fit=True), "a reply that is cut to fit the request cannot be written as data"),
        (Reply(error=ErrorReply(529)), "error 529 has no message; as data it would get the API's own"),
        (error(500, body=b"\xff"), "the body of error 500 is no text; data cannot carry it"),
    ],
)
def test_what_no_data_can_say_is_refused(said: Any, fault: str) -> None:
    with pytest.raises(ScriptError, match=fault):
        data_of_reply(said)


def same(one: Stub, other: Stub) -> bool:
    """Whether two stubs say the same to the same calls."""
    return [repr(one.matcher), *parts(one)] == [repr(other.matcher), *parts(other)]


def parts(one: Stub) -> list[object]:
    answers = [replace(answer, force=answer.force or one.force) for answer in one.answers if isinstance(answer, Reply)]
    return [answers, one.times, one.state, one.then, one.name, one.scenario]


@pytest.mark.parametrize(
    "declared",
    [
        stub(text("weather") & model("claude-*"), "18 °C"),
        stub("weather", "a", "b", times=2, name="twice"),
        stub("weather", message("a", stop_reason="tool_use"), force=True),
        stub("weather", "a", state="asked", then="answered"),
        stub("weather", "a", forever=True),
    ],
    ids=repr,
)
def test_a_stub_is_the_same_when_read_back(declared: Stub) -> None:
    assert same(stub_of(data_of_stub(declared)), declared)


def test_a_scenario_keeps_its_description_and_settings() -> None:
    data = {
        "name": "a",
        "description": "what it shows",
        "settings": {"padding": False},
        "stubs": [{"replies": [{"text": "b"}]}],
    }
    assert data_of_scenario(scenario_of(data)) == data  # type: ignore[arg-type]


@pytest.mark.parametrize("path", SCENARIOS, ids=lambda path: path.stem)
def test_a_scenario_is_the_same_when_read_back(path: Path) -> None:
    scenario = load_scenario(path)
    read: Scenario = scenario_of(data_of_scenario(scenario))
    assert (read.name, read.description, read.settings) == (scenario.name, scenario.description, scenario.settings)
    assert [same(one, other) for one, other in zip(read.stubs, scenario.stubs, strict=True)] == [True] * len(read.stubs)
