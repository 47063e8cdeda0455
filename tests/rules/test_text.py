"""Texts that say nothing: what the API refuses of them and what it lets pass.

The rows were probed against the live API in 2026-09, recorded, or measured on 2026-09-01.
"""

from collections.abc import Callable
from random import Random

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mockclaude.call import Call
from mockclaude.rules.rule import Draft, Rule
from mockclaude.rules.text import TEXT
from mockclaude.settings import Settings
from mockclaude.wire.body import Json, JsonObject
from tests.rules.drafts import (
    DEFAULTS,
    LIVE,
    QUICK,
    assistant,
    break_id,
    breaks_of,
    call_of,
    clean_drafts,
    clean_drafts_for,
    draft_of,
    facts_of,
    judged_by,
    text,
    user,
)

EMPTY = "messages: text content blocks must be non-empty"
BLANK = "messages: text content blocks must contain non-whitespace text"
SYSTEM_EMPTY = "system: text content blocks must be non-empty"
SYSTEM_BLANK = "system: text content blocks must contain non-whitespace text"
USE: JsonObject = {"type": "tool_use", "id": "toolu_1", "name": "look", "input": {}}
U = user("a")


def result(content: Json) -> JsonObject:
    return {"type": "tool_result", "tool_use_id": "toolu_1", "content": content}


def refusals(*turns: JsonObject, **fields: Json) -> list[tuple[int, str, str]]:
    draft = draft_of(*turns).with_body(**fields)
    return [facts_of(error) for error in judged_by(TEXT, call_of(draft, LIVE))]


def invalid(*messages: str) -> list[tuple[int, str, str]]:
    return [(400, "invalid_request_error", message) for message in messages]


@given(clean_drafts(), st.sampled_from([DEFAULTS, LIVE]))
def test_the_texts_of_a_clean_request_are_accepted(clean: Draft, settings: Settings) -> None:
    assert judged_by(TEXT, call_of(clean, settings)) == []


@pytest.mark.parametrize(("rule", "change"), breaks_of(*TEXT), ids=break_id)
@QUICK
@given(data=st.data(), seed=st.integers(0, 2**32))
def test_each_break_of_a_clean_request_is_refused_with_its_rule(
    rule: Rule[Call], change: Callable[[Draft, Random], Draft], data: st.DataObject, seed: int
) -> None:
    broken = change(data.draw(clean_drafts_for(rule)), Random(seed))
    assert [error.rule for error in judged_by(TEXT, call_of(broken))] == [rule.id]


@pytest.mark.parametrize(("rule", "change"), breaks_of(*TEXT), ids=break_id)
@pytest.mark.parametrize("turns", [[assistant("Hello.")], [user("a"), user("b")]])
def test_each_break_holds_live_where_roles_are_free(
    rule: Rule[Call], change: Callable[[Draft, Random], Draft], turns: list[JsonObject]
) -> None:
    broken = change(draft_of(*turns, model="claude-haiku-4-5"), Random(0))
    assert [error.rule for error in judged_by(TEXT, call_of(broken, LIVE))] == [rule.id]


@pytest.mark.parametrize(
    ("turns", "messages"),
    [
        ([U, assistant([text(""), USE]), user([result("15")])], [EMPTY]),
        ([U, assistant([text("\n\n"), USE]), user([result("15")])], []),
        ([U, assistant([text("")]), U], [EMPTY]),
        ([U, assistant([text(" ")]), U], [BLANK]),
        ([U, assistant([text(" ")])], [BLANK]),
        ([U, assistant(" ")], [BLANK]),
        ([U, assistant([text(" "), text("ok")]), U], []),
        ([U, assistant([]), U], []),
        ([U, assistant(""), U], []),
        ([U, assistant([USE]), user([result("")])], []),
        ([U, assistant([USE]), user([result(" ")])], []),
        ([U, assistant([USE]), user([result([])])], []),
        ([U, assistant([USE]), user([result([text("")])])], []),
        ([user("\n")], [BLANK]),
        ([user([text(" ")])], [BLANK]),
        ([user([text("hi"), text(" ")])], []),
        ([user([text(" "), text("hi")])], []),
        ([user([text(""), text("x")])], [EMPTY]),
        ([user([text("x"), text("")]), assistant("ok"), U], []),
        ([user(" "), U], []),
        ([user(" "), user("\n")], [BLANK]),
        ([user("")], []),
    ],
)
def test_an_empty_block_and_a_turn_of_white_space_are_refused(turns: list[JsonObject], messages: list[str]) -> None:
    assert refusals(*turns) == invalid(*messages)


@pytest.mark.parametrize(
    ("system", "messages"),
    [
        ("", []),
        ([], []),
        ("Be kind.", []),
        ("  ", [SYSTEM_BLANK]),
        ([text(" ")], [SYSTEM_BLANK]),
        ([text("a"), text(" ")], []),
        ([text("")], [SYSTEM_EMPTY]),
        ([text("a"), text("")], [SYSTEM_EMPTY]),
    ],
)
def test_the_system_prompt_may_be_an_empty_string_but_hold_no_empty_block(system: Json, messages: list[str]) -> None:
    assert refusals(system=system) == invalid(*messages)


def test_a_finding_names_the_block_although_the_message_does_not() -> None:
    errors = judged_by(TEXT, call_of(draft_of(user([text("a"), text("")])).with_body(system=[text("")])))
    assert [error.path for error in errors] == ["messages.0.content.1", "system.0"]
