"""Matchers decide, combine, print as written and tell what a call had instead."""

import re
from collections.abc import Callable
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mockclaude.call import Call
from mockclaude.engine import match
from mockclaude.engine.match import (
    Matcher,
    after_tool,
    any_call,
    header,
    images,
    matcher_of,
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
from mockclaude.errors import ScriptError

from .playing import WEATHER, asked, assistant, tool_turns, user

IMAGE = {"type": "image", "source": {"type": "base64", "media_type": "image/png", "data": "eA=="}}
SEARCH = {"type": "server_tool_use", "id": "srvtoolu_1", "name": "web_search", "input": {}}
SEARCHED = {"type": "web_search_tool_result", "tool_use_id": "srvtoolu_1", "content": []}
REMINDER = {"role": "system", "content": "Mind the gap."}


def has_tools(call: Call) -> bool:
    return bool(call.body.get("tools"))


CASES: list[tuple[Matcher, dict[str, Any], dict[str, Any], str]] = [
    (text("weather"), {"text": "the weather"}, {"text": "wether in Paris"}, 'text: got "wether in Paris"'),
    (text("weather"), {"messages": tool_turns("f")}, {"messages": [user(""), assistant("weather")]}, 'text: got ""'),
    (text(re.compile("w.t")), {"text": "a wet day"}, {"text": "a dry day"}, 'text: got "a dry day"'),
    (text("x " * 99), {"text": "x " * 99}, {"text": "y,z," * 25}, f'text: got "{"y,z," * 15}…"'),
    (text("x" * 99), {"text": "x" * 99}, {"text": "y" * 99}, f'text: got "{"y" * 60}…"'),
    (text("x"), {"text": "x"}, {"text": "yZ9" * 33}, f'text: got "{"yZ9" * 5}y… (99 characters)"'),
    (text("in Rome"), {"text": "in Rome"}, {"text": f"{'so, ' * 99}in Paris{', so' * 99}"}, 'text: got "…o, so, so, so, so, so, so, in Paris, so, so, so, so, so, so,…"'),
    (text("x"), {"text": "x"}, {"text": "sk-ant-api03-abc"}, 'text: got "[redacted]"'),
    (regex("(?i)^W"), {"text": "wet"}, {"text": "dry"}, 'regex: got "dry"'),
    (model("claude-opus-*"), {}, {"model": "claude-sonnet-5"}, 'model: got "claude-sonnet-5"'),
    (model("*-20251001"), {"model": "claude-haiku-4-5"}, {}, 'model: got "claude-opus-5"'),
    (model("claude-haiku-4-5"), {"model": "claude-haiku-4-5"}, {"model": "claude-x"}, 'model: got "claude-x"'),
    (system("terse"), {"system": "Be terse."}, {"system": "Be kind."}, 'system: got "Be kind."'),
    (system("terse"), {"system": [{"type": "text", "text": "Be terse."}]}, {}, 'system: got ""'),
    (system("gap"), {"messages": [user("hi"), REMINDER]}, {"messages": [user("gap")]}, 'system: got ""'),
    (system(re.compile("t.rse")), {"system": "Be terse."}, {}, 'system: got ""'),
    (offers("get_weather"), {"tools": [WEATHER]}, {}, "offers: got none"),
    (offers("get_*", "*_time"), {"tools": [WEATHER, {"name": "get_time"}]}, {"tools": [WEATHER]}, "offers: got get_weather"),
    (after_tool("get_weather"), {"messages": tool_turns("get_weather")}, {"messages": tool_turns("f")}, "after_tool: got f"),
    (after_tool("b*"), {"messages": tool_turns("a", "b")}, {"messages": tool_turns("a", "c")}, "after_tool: got a, c"),
    (after_tool(), {"messages": [*tool_turns("f"), REMINDER]}, {"messages": [*tool_turns("f"), assistant("so")]}, "after_tool: got none"),
    (tool_result("18"), {"messages": tool_turns("f")}, {"messages": tool_turns("f", result="rain")}, 'tool_result: got "rain"'),
    (turns(1), {}, {"messages": tool_turns("f")}, "turns: got 3"),
    (turns(at_least=2, at_most=3), {"messages": tool_turns("f")}, {}, "turns: got 1"),
    (turns(1), {"messages": [user("a"), user("b"), REMINDER]}, {"messages": tool_turns("f")}, "turns: got 3"),
    (images(), {"messages": [user(IMAGE)]}, {}, "images: got 0"),
    (images(0), {}, {"messages": [user(IMAGE, IMAGE)]}, "images: got 2"),
    (images(2), {"messages": [user({"type": "tool_result", "tool_use_id": "x", "content": [IMAGE, IMAGE]})]}, {"messages": [user(IMAGE)]}, "images: got 1"),
    (streaming(), {"stream": True}, {"stream": False}, "streaming: got no stream"),
    (paused(), {"messages": [user("hi"), assistant(SEARCH)]}, {"messages": [user("hi"), assistant(SEARCH, SEARCHED)]}, "paused: got no pending server tool call"),
    (header("X-Test"), {"headers": {"x-test": "1"}}, {}, "header: got none"),
    (header("x-test", "a*"), {"headers": {"x-test": "ab"}}, {"headers": {"x-test": "ba"}}, 'header: got "ba"'),
    (where(has_tools), {"tools": [WEATHER]}, {}, "where: got <Call claude-opus-5 turns=1 text='hello'>"),
    (~text("weather"), {"text": "news"}, {"text": "weather"}, "~text \"weather\": got <Call claude-opus-5 turns=1 text='weather'>"),
    (text("a") & model("claude-*"), {"text": "a"}, {"text": "a", "model": "x"}, 'model: got "x"'),
    (text("a") | model("y"), {"text": "a"}, {"text": "b", "model": "x"}, 'text: got "b" and model: got "x"'),
]  # fmt: skip


@pytest.mark.parametrize(
    ("matcher", "meant", "other", "reason"), CASES, ids=lambda value: repr(value) if isinstance(value, Matcher) else ""
)
def test_a_matcher_takes_its_calls_and_tells_what_another_had(
    matcher: Matcher, meant: dict[str, Any], other: dict[str, Any], reason: str
) -> None:
    assert matcher.matches(asked(**meant))
    assert matcher.explain(asked(**meant)) == ""
    assert not matcher.matches(asked(**other))
    assert matcher.explain(asked(**other)) == reason


def test_every_word_of_matching_has_a_case() -> None:
    words = {word for word in match.__all__ if word[0].islower()} - {"matcher_of", "any_call"}
    assert {repr(matcher).lstrip("~").partition("(")[0] for matcher, *_ in CASES} >= words


TEXTS = st.text(max_size=20)
LEAVES: st.SearchStrategy[Matcher] = st.one_of(
    TEXTS.map(text),
    st.sampled_from([r"a\d", '"', "x|y", "(?i)é"]).map(regex),
    st.sampled_from([re.compile("a.c", re.IGNORECASE | re.DOTALL), re.compile("\\\\")]).map(text),
    TEXTS.map(model),
    TEXTS.map(system),
    st.lists(TEXTS, min_size=1, max_size=2).map(lambda names: offers(*names)),
    TEXTS.map(after_tool),
    TEXTS.map(tool_result),
    st.integers(0, 5).map(turns),
    st.builds(lambda low, high: turns(at_least=low, at_most=high), st.integers(0, 5), st.none() | st.integers(0, 5)),
    st.integers(0, 3).map(images),
    st.just(images()),
    st.just(streaming()),
    st.just(paused()),
    st.just(any_call()),
    st.builds(header, st.just("x-test"), TEXTS),
)
MATCHERS = st.recursive(
    LEAVES,
    lambda inner: (
        st.builds(lambda a, b: a & b, inner, inner)
        | st.builds(lambda a, b: a | b, inner, inner)
        | inner.map(lambda a: ~a)
    ),
    max_leaves=6,
)
CALLS = st.one_of(
    st.builds(asked, TEXTS, stream=st.booleans()),
    st.sampled_from([{**meant} for _, meant, _, _ in CASES] + [{**other} for _, _, other, _ in CASES]).map(
        lambda fields: asked(**fields)
    ),
)


@given(matcher=MATCHERS)
def test_a_matcher_prints_as_written(matcher: Matcher) -> None:
    names = {word: getattr(match, word) for word in match.__all__} | {"re": re}
    again = eval(repr(matcher), names)
    assert repr(again) == repr(matcher)
    assert (again.spoken, again.says) == (matcher.spoken, matcher.says)


@given(first=MATCHERS, second=MATCHERS, call=CALLS)
def test_combinations_mean_what_logic_says(first: Matcher, second: Matcher, call: Call) -> None:
    a, b = first.matches(call), second.matches(call)
    assert (first & second).matches(call) == (a and b)
    assert (first | second).matches(call) == (a or b)
    assert (~first).matches(call) == (not a)
    assert (~(first & second)).matches(call) == (~first | ~second).matches(call)
    assert (~(first | second)).matches(call) == (~first & ~second).matches(call)


@given(matcher=MATCHERS, call=CALLS)
def test_an_explanation_is_given_exactly_to_calls_that_do_not_match(matcher: Matcher, call: Call) -> None:
    assert bool(matcher.explain(call)) == (not matcher.matches(call))
    closeness = matcher.closeness(call)
    assert 0 <= closeness <= 1
    assert (closeness == 1) == matcher.matches(call)


@pytest.mark.parametrize(
    ("matcher", "written"),
    [
        (text("a") & "b", 'text("a") & text("b")'),
        (text("a") | text("b") | text("c"), 'text("a") | text("b") | text("c")'),
        ((text("a") | text("b")) & text("c"), '(text("a") | text("b")) & text("c")'),
        ((text("a") & text("b")) | text("c"), 'text("a") & text("b") | text("c")'),
        (~(text("a") & text("b")), '~(text("a") & text("b"))'),
        (~~text("a"), '~~text("a")'),
        (text('say "é"'), 'text("say \\"é\\"")'),
        (matcher_of(has_tools), "where(has_tools)"),
        (has_tools & text("a"), 'where(has_tools) & text("a")'),
        (has_tools | text("a"), 'where(has_tools) | text("a")'),
        (turns(at_least=2), "turns(at_least=2)"),
        (images(), "images()"),
    ],
)  # fmt: skip
def test_combinations_print_with_the_parentheses_they_need(matcher: Matcher, written: str) -> None:
    assert repr(matcher) == written


def test_a_nameless_predicate_prints_where_it_stands() -> None:
    assert re.fullmatch(r"where\(<lambda test_match\.py:\d+>\)", repr(where(lambda _: True)))


def test_a_predicate_is_asked_at_most_once_per_call_however_often_it_is_declared() -> None:
    seen: list[Call] = []

    def noisy(call: Call) -> bool:
        seen.append(call)
        return False

    first, second = text("hello") & noisy, noisy & model("*")
    call, other = asked(), asked()
    for matcher in (first, second, first):
        matcher.matches(call)
        matcher.explain(call)
        matcher.closeness(call)
    second.matches(other)
    assert seen == [call, other]


def test_a_predicate_is_not_asked_when_an_earlier_part_fails() -> None:
    def fragile(call: Call) -> bool:
        return call.body["tools"][0]["name"] == "f"

    matcher = offers("f") & fragile
    assert not matcher.matches(asked())
    assert matcher.explain(asked()) == "offers: got none"
    assert matcher.matches(asked(tools=[{"name": "f"}]))


def test_a_failing_predicate_is_named() -> None:
    def broken(call: Call) -> bool:
        raise KeyError("weather")

    with pytest.raises(
        ScriptError,
        match=re.escape(
            "the predicate broken failed on <Call claude-opus-5 turns=1 text='hello'>: KeyError: 'weather'"
        ),
    ):
        where(broken).matches(asked())


def test_an_asynchronous_predicate_is_refused() -> None:
    class Later:
        def __await__(self) -> Any: ...

    waiting: Callable[[Call], Any] = lambda _: Later()  # noqa: E731
    with pytest.raises(ScriptError, match="is asynchronous; expected a plain function of a call"):
        where(waiting).matches(asked())


def test_an_own_error_of_a_predicate_passes() -> None:
    def refusing(call: Call) -> bool:
        raise ScriptError("not like this")

    with pytest.raises(ScriptError, match=r"^not like this$"):
        where(refusing).matches(asked())


def test_what_is_no_matcher_is_refused() -> None:
    with pytest.raises(
        ScriptError, match=r'5 is no matcher; expected one such as text\("weather"\), a string or a predicate'
    ):
        matcher_of(5)  # type: ignore[arg-type]


def test_a_broken_pattern_is_refused_where_it_is_written() -> None:
    with pytest.raises(ScriptError, match=r"'\(' is no regular expression: missing \)"):
        regex("(")


def test_tools_that_came_up_later_are_offered_too() -> None:
    addition = {
        "role": "system",
        "content": [{"type": "tool_addition", "tool": {"type": "tool_reference", "name": "late"}}],
    }
    found = {"type": "tool_result", "tool_use_id": "x", "content": [{"type": "tool_reference", "tool_name": "found"}]}
    searched = {
        "type": "tool_search_tool_result",
        "tool_use_id": "srvtoolu_1",
        "content": {
            "type": "tool_search_tool_search_result",
            "tool_references": [{"type": "tool_reference", "tool_name": "deep"}],
        },
    }
    call = asked(tools=[WEATHER], messages=[user("hi"), addition, assistant(searched), user(found)])
    assert offers("get_weather", "late", "found", "deep").matches(call)


@pytest.mark.parametrize("matcher", [text, system])
def test_what_is_no_text_is_refused_where_it_is_written(matcher: Any) -> None:
    with pytest.raises(ScriptError, match=r"^(text|system) is 3; expected a text, or a pattern made by re.compile$"):
        matcher(3)
