"""Matchers become the data that a scenario writes, and mean the same when they are read back."""

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mockclaude.call import Call
from mockclaude.engine.match import (
    Matcher,
    after_tool,
    any_call,
    header,
    images,
    model,
    offers,
    paused,
    regex,
    streaming,
    system,
    text,
    tool_result,
    turns,
    where,
)
from mockclaude.engine.matcher_data import WORDS, data_of_matcher
from mockclaude.engine.scenario_reader import matcher_of_fields
from mockclaude.engine.scenario_schema import first_fault
from mockclaude.errors import ScriptError

from .playing import WEATHER, asked, assistant, tool_turns, user

IMAGE = {"type": "image", "source": {"type": "base64", "media_type": "image/png", "data": "eA=="}}
SEARCH = {"type": "server_tool_use", "id": "srvtoolu_1", "name": "web_search", "input": {}}

CALLS = [
    asked("a"),
    asked('say "b"\n\\ twice', stream=True),
    asked("ünïcode 😀", system="be a b", headers={"x-a": "b"}),
    asked("a b", model="claude-haiku-4-5", tools=[WEATHER], headers={"x-a": "a", "x-b": "b"}),
    asked(messages=[user(IMAGE, IMAGE)], stream=True),
    asked(messages=tool_turns("get_weather", result="a"), tools=[WEATHER]),
    asked(messages=[user("a"), assistant(SEARCH)]),
]
"""Calls of which every word of matching holds for some and not for others."""

SHORT = st.sampled_from(["a", "b", "", "a b", '"b"', "\n\\", "ünïcode", "😀", "claude-*", "get_*", "x-a"]) | st.text()
GLOBS = st.sampled_from(["*", "a", "b", "?", "claude-*", "claude-haiku-4-5", "get_*", "get_weather"]) | st.text()
NAMES = st.sampled_from(["x-a", "X-B", "x-c"])
FLAGS = st.sets(st.sampled_from([re.IGNORECASE, re.DOTALL, re.MULTILINE, re.ASCII, re.VERBOSE]))
PATTERNS = st.sampled_from(["A", "^b", "b$", ".*twice", "a b", r"\w+ ", "(?i)SAY", "ï"])
SMALL = st.integers(0, 3)
BOUNDS = st.fixed_dictionaries({}, optional={"at_least": SMALL, "at_most": SMALL})


def flagged(pattern: str, flags: set[re.RegexFlag]) -> re.Pattern[str]:
    return re.compile(pattern, sum(flags))


LEAVES: dict[str, st.SearchStrategy[Matcher]] = {
    "any_call": st.builds(any_call),
    "text": st.builds(text, SHORT | st.builds(flagged, PATTERNS, FLAGS)),
    "regex": st.builds(regex, PATTERNS),
    "model": st.builds(model, GLOBS),
    "system": st.builds(system, SHORT),
    "offers": st.lists(GLOBS, max_size=2).map(lambda names: offers(*names)),
    "after_tool": st.builds(after_tool) | st.builds(after_tool, GLOBS),
    "tool_result": st.builds(tool_result, SHORT),
    "turns": st.builds(turns, SMALL) | BOUNDS.map(lambda bounds: turns(**bounds)),
    "images": st.builds(images, SMALL) | BOUNDS.map(lambda bounds: images(**bounds)),
    "streaming": st.builds(streaming),
    "paused": st.builds(paused),
    "header": st.builds(header, NAMES) | st.builds(header, NAMES, GLOBS),
}
MATCHERS = st.recursive(
    st.one_of(*LEAVES.values()),
    lambda inner: st.one_of(
        st.tuples(inner, inner).map(lambda pair: pair[0] & pair[1]),
        st.tuples(inner, inner).map(lambda pair: pair[0] | pair[1]),
        inner.map(lambda one: ~one),
    ),
    max_leaves=6,
)


@given(MATCHERS, st.sampled_from(CALLS))
def test_what_is_read_back_means_the_same_calls(matcher: Matcher, call: Call) -> None:
    again = matcher_of_fields(data_of_matcher(matcher))
    assert again.matches(call) is matcher.matches(call)


@given(MATCHERS)
def test_the_data_is_what_a_scenario_may_hold(matcher: Matcher) -> None:
    assert first_fault("when", data_of_matcher(matcher)) is None


@given(MATCHERS)
def test_data_that_was_read_is_written_the_same(matcher: Matcher) -> None:
    data = data_of_matcher(matcher_of_fields(data_of_matcher(matcher)))
    assert data_of_matcher(matcher_of_fields(data)) == data


def test_every_word_is_tried_here() -> None:
    assert set(LEAVES) == set(WORDS)


@pytest.mark.parametrize("word", sorted(LEAVES))
def test_every_word_holds_for_some_of_the_calls_and_not_for_all(word: str) -> None:
    examples = {
        "text": text("say"), "regex": regex("^a"), "model": model("*haiku*"), "system": system("be"), "offers": offers("get_*"),
        "after_tool": after_tool(), "tool_result": tool_result("a"), "turns": turns(1), "images": images(),
        "streaming": streaming(), "paused": paused(), "header": header("x-a", "a"), "any_call": ~(any_call() & text("say")),
    }  # fmt: skip
    assert {examples[word].matches(call) for call in CALLS} == {True, False}


@pytest.mark.parametrize(
    ("matcher", "data"),
    [
        (any_call(), {}),
        (text("weather") & model("claude-*"), {"text": "weather", "model": "claude-*"}),
        (text(re.compile("a.b", re.DOTALL | re.IGNORECASE)), {"regex": "(?is)a.b"}),
        (offers("a", "b"), {"tools": ["a", "b"]}),
        (offers(), {}),
        (after_tool(), {"after_tool": "*"}),
        (turns(3), {"turns": 3}),
        (turns(at_least=2, at_most=5), {"turns": {"at_least": 2, "at_most": 5}}),
        (turns(), {"turns": {"at_least": 0}}),
        (images(), {"images": {"at_least": 1}}),
        (~streaming(), {"stream": False}),
        (~paused(), {"paused": False}),
        (header("x-a", "1") & header("x-b"), {"headers": {"x-a": "1", "x-b": "*"}}),
        (text("a") | ~text("b"), {"any": [{"text": "a"}, {"not": {"text": "b"}}]}),
        (text("a") & text("b"), {"text": "a", "any": [{"text": "b"}]}),
        (
            (text("a") | text("b")) & (text("c") | text("d")),
            {"any": [{"text": "a"}, {"text": "b"}], "not": {"not": {"any": [{"text": "c"}, {"text": "d"}]}}},
        ),
        (
            (text("a") | text("b")) & (text("c") | text("d")) & ~text("e") & ~text("f"),
            {
                "not": {
                    "any": [
                        {"not": {"any": [{"text": "a"}, {"text": "b"}], "not": {"text": "e"}}},
                        {"not": {"any": [{"text": "c"}, {"text": "d"}], "not": {"text": "f"}}},
                    ]
                }
            },
        ),
    ],
    ids=repr,
)
def test_it_is_written_as_a_person_would(matcher: Matcher, data: dict[str, object]) -> None:
    assert data_of_matcher(matcher) == data


def is_long(call: Call) -> bool:
    return len(call.text) > 100


@pytest.mark.parametrize(
    "matcher",
    [where(is_long), where(lambda call: call.is_streaming), text("a") & where(is_long), system(re.compile("a"))],
    ids=repr,
)
def test_what_only_this_process_has_is_refused(matcher: Matcher) -> None:
    with pytest.raises(ScriptError, match=r"exists in this process only and cannot be written as data; matchers that"):
        data_of_matcher(matcher)
