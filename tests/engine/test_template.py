"""Values of the request are filled into replies, once, bounded, and only those that exist."""

from dataclasses import replace
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mockclaude.clock import EPOCH
from mockclaude.engine.reply import Reply
from mockclaude.engine.say import message, tool_use
from mockclaude.engine.say_error import error
from mockclaude.engine.template import LONGEST, MOST, VALUES, faults, filled, has_places

from .playing import asked, assistant, tool_turns, user


def said(words: str, **body: Any) -> str:
    reply = filled(message(words, templates=True), asked(**body), EPOCH)
    return reply.content[0]["text"]


TOOLS = {"messages": tool_turns("f", "get_weather", result="18 C")}
CASES: list[tuple[str, dict[str, Any], str]] = [
    ("{{ text }}", {"text": "hi"}, "hi"),
    ("{{text}} and {{ text }}", {"text": "hi"}, "hi and hi"),
    ("{{ model }}", {"model": "claude-haiku-4-5"}, "claude-haiku-4-5-20251001"),
    ("{{ model }}", {"model": "claude-tomorrow"}, "claude-tomorrow"),
    ("{{ system }}", {"system": "Be terse."}, "Be terse."),
    ("{{ tool }}: {{ tool_result }}", TOOLS, "get_weather: 18 C"),
    ("[{{ tool }}{{ tool_result }}]", {}, "[]"),
    ("{{ turns }}", TOOLS, "3"),
    ("{{ text }}", TOOLS, "weather?"),
    ("{{ now }}", {}, "2026-11-23T12:00:00Z"),
    ("{{ now + 90 }} {{now+0}}", {}, "2026-11-23T12:01:30Z 2026-11-23T12:00:00Z"),
    ("{ text } {{", {}, "{ text } {{"),
]  # fmt: skip


@pytest.mark.parametrize(("words", "body", "expected"), CASES)
def test_a_template_is_filled_from_the_request(words: str, body: dict[str, Any], expected: str) -> None:
    assert said(words, **body) == expected


def test_every_value_has_a_case() -> None:
    assert {name for name in VALUES if any(f"{{{{ {name} " in words for words, *_ in CASES)} == set(VALUES)


@given(words=st.text() | st.sampled_from(["{{ model }}", "{{ text }}", "{{{{ text }}}}"]))
def test_what_was_filled_in_is_not_filled_again(words: str) -> None:
    assert said("{{ text }}", text=words) == words


def test_a_value_is_bounded() -> None:
    assert said("{{ text }}!", text="x" * (LONGEST + 5)) == "x" * LONGEST + "!"
    assert [message for _, message in faults(message_with("{{ text }}" * MOST))] == []
    assert [message for _, message in faults(message_with("{{ text }}" * (MOST + 1)))] == [
        "101 values are to be filled in; at most 100 can"
    ]


def message_with(words: str) -> Reply:
    return message(words, templates=True)


@pytest.mark.parametrize(
    ("words", "expected"),
    [
        ("{{ txt }}", "{{ txt }} is no value of a request; did you mean 'text'?; known: text, model, system, tool, tool_result, turns, now (templates off: sent as it is)"),
        ("{{ text.__class__ }}", "{{ text.__class__ }} is no value of a request; known: text, model, system, tool, tool_result, turns, now (templates off: sent as it is)"),
        ("{{ turns+1 }}", "{{ turns+1 }} adds to 'turns'; only {{ now+SECONDS }} can"),
    ],
)  # fmt: skip
def test_what_is_no_value_of_a_request_is_a_fault(words: str, expected: str) -> None:
    assert list(faults(message("ok", words))) == [(("content", 1, "text"), expected)]


def test_templates_stand_in_every_text_of_a_reply_but_not_in_keys() -> None:
    before = message(
        tool_use("f", input={"{{ text }}": ["{{ text }}", 5, None]}),
        stop_details={"explanation": "{{ text }}"},
        container={"id": "{{ text }}"},
        headers={"x-a": "{{ text }}"},
        templates=True,
    )
    after = filled(before, asked("hi"), EPOCH)
    assert after == message(
        tool_use("f", input={"{{ text }}": ["hi", 5, None]}),
        stop_details={"explanation": "hi"},
        container={"id": "hi"},
        headers={"x-a": "hi"},
    )
    failed = replace(error(400, "no {{ text }}", details={"a": "{{ text }}"}), templates=True)
    assert filled(failed, asked("hi"), EPOCH) == error(400, "no hi", details={"a": "hi"})


def test_without_places_there_is_nothing_to_fill() -> None:
    assert not has_places(message("{ text }"))
    assert has_places(message("x", headers={"a": "{{ now }}"}))


def test_a_reply_to_a_paused_turn_has_the_text_before_it() -> None:
    assert said("{{ text }}", messages=[user("hi"), assistant("well")]) == "hi"
