"""Stubs answer in the order they were declared, their replies in turn, and say what kept them from it."""

import re
import threading
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mockclaude.call import Call
from mockclaude.clock import FixedClock
from mockclaude.engine.match import any_call, model, text
from mockclaude.engine.reply import Reply
from mockclaude.engine.say import Sayable, message, tool_use
from mockclaude.engine.scenario_reader import read_scenario
from mockclaude.engine.stub import stub
from mockclaude.engine.stubs import Declared, Stubs
from mockclaude.errors import ScriptError
from mockclaude.wire.dice import Dice
from mockclaude.wire.error import APIError

from .playing import WEATHER, asked, engine_of


def book() -> Stubs:
    return Stubs(clock=FixedClock())


def heard(stubs: Stubs, words: str = "hello", **body: Any) -> str | None:
    reply = stubs(asked(words, **body))
    return None if reply is None else "".join(block.get("text", block["type"]) for block in reply.content)


PLANS = st.lists(
    st.tuples(st.sampled_from("abc"), st.integers(1, 3), st.integers(0, 2)).flatmap(
        lambda plan: st.tuples(st.just(plan[0]), st.just(plan[1]), st.none() | st.just(plan[1] + plan[2]))
    ),
    max_size=5,
)
"""Stubs as (the text they want, number of replies, times)."""


@given(plans=PLANS, asks=st.lists(st.sampled_from("abcd"), max_size=20))
def test_the_first_declared_that_matches_and_is_not_exhausted_answers(plans: Any, asks: list[str]) -> None:
    stubs = book()
    counts = [0] * len(plans)
    for number, (wanted, replies, times) in enumerate(plans):
        stubs.when(text(wanted)).reply(*[f"{number}.{turn}" for turn in range(replies)], times=times)
    for words in asks:
        expected = None
        for number, (wanted, replies, times) in enumerate(plans):
            if wanted == words and (times is None or counts[number] < times):
                expected = f"{number}.{min(counts[number], replies - 1)}"
                counts[number] += 1
                break
        assert heard(stubs, words) == expected
    assert [one.call_count for one in stubs] == counts
    assert [one.number - 1 for one in stubs.unused] == [number for number, count in enumerate(counts) if not count]


@given(asks=st.lists(st.booleans(), max_size=12), queued=st.integers(0, 4))
def test_what_comes_next_goes_before_every_stub_and_once(asks: list[bool], queued: int) -> None:
    stubs = book()
    stubs.reply("stub")
    stubs.next(*[f"next {number}" for number in range(queued)])
    answers = [heard(stubs) for _ in asks]
    assert answers == [f"next {number}" if number < queued else "stub" for number in range(len(asks))]


def test_several_replies_are_several_turns_and_the_last_repeats() -> None:
    stubs = book()
    stubs.when(text("weather") & model("claude-*")).reply(tool_use("get_weather", city="Paris"), text("18 C"))
    assert [heard(stubs, "weather", tools=[WEATHER]) for _ in range(3)] == ["tool_use", "18 C", "18 C"]


def test_forever_says_aloud_what_happens_anyway() -> None:
    stubs = book()
    stubs.reply("a", "b", forever=True)
    assert [heard(stubs) for _ in range(4)] == ["a", "b", "b", "b"]


@pytest.mark.parametrize(
    ("build", "expected"),
    [
        (lambda: stub("x"), "the stub for 'x' says nothing; give at least one reply"),
        (lambda: stub("x", "a", times=1, forever=True), "times=1 and forever exclude each other"),
        (lambda: stub("x", "a", "b", times=1), "times=1, but there are 2 replies; the last would never be said"),
        (lambda: stub("x", "a", 5), "reply 2: 5 is nothing to say"),  # type: ignore[arg-type]
        (lambda: stub("x", "a", message("b", stop_reason="tool_use")), "reply 2: stop_reason: is 'tool_use'"),
        (lambda: book().remove(3), "there is no stub #3; declared: none"),
    ],
)  # fmt: skip
def test_a_mistake_is_refused_where_it_is_made(build: Any, expected: str) -> None:
    with pytest.raises(ScriptError, match=f"^{re.escape(expected)}"):
        build()


def test_a_reply_is_labelled_with_its_stub() -> None:
    stubs = book()
    stubs.when("weather").reply("a")
    stubs.when(any_call()).reply("b", name="the rest")
    assert [one.label for words in ("weather", "x") if (one := stubs(asked(words)))] == [
        'stub #1 (text "weather")',
        "stub #2 (the rest)",
    ]
    assert repr(stubs) == '<Stubs stub #1 (text "weather"), stub #2 (the rest)>'
    assert repr(next(iter(stubs))) == '<stub #1 (text "weather") calls=1>'
    assert repr(next(iter(stubs)).stub) == '<Stub text("weather") replies=1>'
    assert repr(stubs.when(text("a") | "b")) == 'when(text("a") | text("b"))'


def nearest_cases() -> dict[str, tuple[Stubs, dict[str, Any], str]]:
    near = book()
    near.when(text("news")).reply("a")
    near.when(text("weather") & model("claude-*")).reply("b")
    near.when(model("x")).reply("c")
    used = book()
    used.when(text("hello")).reply("a", "b", times=2)
    used.when(text("other")).reply("c")
    states = book()
    states.when(text("hello"), state="open").reply("a")
    return {
        "typo": (near, {"text": "wether in Paris"}, 'no stub matches this call; nearest: stub #2 (text "weather" & model "claude-*") failed on text: got "wether in Paris"'),
        "second part": (near, {"text": "weather", "model": "gpt-5"}, 'no stub matches this call; nearest: stub #2 (text "weather" & model "claude-*") failed on model: got "gpt-5"'),
        "exhausted": (used, {}, 'no stub matches this call; nearest: stub #1 (text "hello") is used up: it answered 2 of 2 calls'),
        "state": (states, {}, "no stub matches this call; nearest: stub #1 (text \"hello\") waits for the state 'open'; the state is 'start'"),
        "none": (book(), {}, "no stub matches this call: none is declared"),
    }  # fmt: skip


@pytest.mark.parametrize("case", nearest_cases())
def test_a_miss_names_the_nearest_stub_and_what_it_failed_on(case: str) -> None:
    stubs, body, expected = nearest_cases()[case]
    if case == "exhausted":
        assert [heard(stubs), heard(stubs)] == ["a", "b"]
    assert heard(stubs, **body) is None if "text" not in body else stubs(asked(**body)) is None
    assert stubs.no_match(asked(**body)) == expected


def test_looking_for_the_nearest_stub_asks_no_predicate_again() -> None:
    seen: list[str] = []

    def noisy(call: Call) -> bool:
        seen.append(call.text)
        return False

    stubs = book()
    stubs.when(noisy).reply("a")
    stubs.when(text("x") & noisy).reply("b")
    call = asked("x")
    assert stubs(call) is None
    assert stubs.no_match(call).startswith(
        'no stub matches this call; nearest: stub #2 (text "x" & where noisy) failed on where: got <Call'
    )
    assert seen == ["x"]


def test_states_lead_from_one_answer_to_the_next() -> None:
    stubs = book()
    stubs.when("open", state="start").reply("opens", then="open")
    stubs.when("open", state="open").reply("is open")
    stubs.when("shut", state="open").reply("shuts", then="start")
    answers = [heard(stubs, words) for words in ("shut", "open", "open", "shut", "open")]
    assert answers == [None, "opens", "is open", "shuts", "opens"]


def test_dynamic_replies_are_checked_like_static_ones() -> None:
    stubs = book()
    stubs.reply(lambda _: message("x", stop_reason="tool_use"))
    with pytest.raises(ScriptError, match=r"^reply 1 of stub #1 \(any_call\): stop_reason: is 'tool_use', but"):
        stubs(asked())
    stubs.clear()
    stubs.reply(lambda _: message("x", stop_reason="tool_use"), force=True)
    assert heard(stubs) == "x"


class Later:
    def __await__(self) -> Any: ...


def broken(call: Call) -> Sayable:
    raise KeyError("weather")


@pytest.mark.parametrize(
    ("reply", "expected"),
    [
        (broken, "reply 1 of stub #1 (any_call): broken failed on <Call claude-opus-5 turns=1 text='hello'>: KeyError: 'weather'"),
        (lambda _: None, "reply 1 of stub #1 (any_call): <lambda> returned no reply: None is nothing to say; expected a text"),
        (lambda _: Later(), "reply 1 of stub #1 (any_call): <lambda> is asynchronous; expected a plain function of a call"),
    ],
)  # fmt: skip
def test_a_failing_dynamic_reply_is_named(reply: Any, expected: str) -> None:
    stubs = book()
    stubs.reply(reply)
    with pytest.raises(ScriptError, match=f"^{re.escape(expected)}"):
        stubs(asked())


@pytest.mark.parametrize("raised", [APIError("Overloaded", status=529), ScriptError("not like this")])
def test_a_dynamic_reply_may_raise_what_the_server_understands(raised: Exception) -> None:
    def fail(call: Call) -> Sayable:
        raise raised

    stubs = book()
    stubs.reply(fail)
    with pytest.raises(type(raised)) as caught:
        stubs(asked())
    assert caught.value is raised


def test_a_stub_can_be_taken_out_and_the_book_cleared() -> None:
    stubs = book()
    first = stubs.reply("a")
    stubs.reply("b")
    [queued] = stubs.next("c")
    queued.remove()
    first.remove()
    assert (heard(stubs), len(stubs)) == ("b", 1)
    with pytest.raises(ScriptError, match="there is no stub #1; declared: #2"):
        first.remove()
    stubs.clear()
    assert (heard(stubs), len(stubs)) == (None, 0)
    assert stubs.reply("d").number == 1


def test_rewinding_keeps_the_stubs_and_forgets_what_they_answered() -> None:
    stubs = book()
    stubs.when("x", state="start").reply("a", then="late")
    stubs.reply("b", "c", times=2)
    before = [heard(stubs, "x") for _ in range(4)]
    stubs.rewind()
    assert before == ["a", "b", "c", None]
    assert [heard(stubs, "x") for _ in range(4)] == before


def test_a_scenario_that_is_loaded_again_takes_the_place_of_the_old_one() -> None:
    stubs = book()
    stubs.when("first").reply("first")
    stubs.load(read_scenario("{name: s, stubs: [{replies: [old]}, {replies: [older]}]}"))
    stubs.reply("last")
    assert heard(stubs) == "old"
    stubs.load(read_scenario("{name: s, stubs: [{when: {text: new}, replies: [new]}]}"))
    stubs.load(read_scenario("{name: t, stubs: [{replies: [t]}]}"))
    assert [str(one) for one in stubs] == [
        'stub #1 (text "first")',
        'stub #5 (text "new")',
        "stub #4 (any_call)",
        "stub #6 (any_call)",
    ]
    assert [heard(stubs, "new"), heard(stubs)] == ["new", "last"]


def test_scenarios_keep_their_states_apart() -> None:
    stubs = book()
    for name in "ab":
        stubs.load(
            read_scenario(
                f"{{name: {name}, stubs: [{{when: {{text: {name}}}, state: start, then: done, replies: [{name} begins]}},"
                f" {{when: {{text: {name}}}, state: done, replies: [{name} is done]}}]}}"
            )
        )
    assert [heard(stubs, words) for words in "aabba"] == ["a begins", "a is done", "b begins", "b is done", "a is done"]
    assert (stubs.state("a"), stubs.state("c")) == ("done", "start")


def test_declaring_while_answering_loses_nothing() -> None:
    stubs = book()
    stubs.reply("a", times=400)
    answered: list[Reply | None] = []

    def ask() -> None:
        answered.extend(stubs(asked()) for _ in range(100))

    def declare() -> None:
        for number in range(100):
            stubs.when(f"never {number}").reply("b")

    threads = [threading.Thread(target=target) for target in (ask, declare, ask, declare, ask, ask)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len([reply for reply in answered if reply]) == 400
    assert sorted(one.number for one in stubs) == list(range(1, 202))
    assert stubs(asked()) is None


def test_a_reply_may_declare_the_next_stub() -> None:
    stubs = book()

    def once(call: Call) -> Sayable:
        stubs.next("then")
        return "first"

    stubs.reply(once, "later")
    assert [heard(stubs) for _ in range(3)] == ["first", "then", "later"]


def test_two_runs_of_one_script_are_the_same_bytes() -> None:
    def run() -> list[bytes]:
        stubs = book()
        stubs.when("weather").reply(tool_use("get_weather", city="Paris"), "18 C")
        stubs.reply(message("{{ text }} at {{ now }}", templates=True))
        engine = engine_of(stubs)
        asks = [("weather", False), ("news", True), ("weather", True), ("news", False)]
        return [
            engine.respond(asked(words, stream=stream, tools=[WEATHER]), Dice(b"seed", ordinal)).body
            for ordinal, (words, stream) in enumerate(asks)
        ]

    assert run() == run()
    assert len(set(run())) == 4


def test_a_declared_stub_tells_when_it_is_exhausted() -> None:
    stubs = book()
    declared: Declared = stubs.reply("a", times=1)
    assert not declared.is_exhausted
    heard(stubs)
    assert (declared.is_exhausted, declared.call_count) == (True, 1)
