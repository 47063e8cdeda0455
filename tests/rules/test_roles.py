"""Who may speak when, and which blocks each role may hold."""

from collections.abc import Callable
from itertools import pairwise
from random import Random

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mockclaude.call import Call
from mockclaude.rules.roles import BLOCKS, TURNS
from mockclaude.rules.rule import Draft, Rule
from mockclaude.settings import Settings
from mockclaude.wire.body import JsonObject
from mockclaude.wire.finding import Finding
from tests.rules.drafts import (
    DEFAULTS,
    LIVE,
    PNG,
    QUICK,
    THOUGHT,
    assistant,
    break_id,
    breaks_of,
    call_of,
    clean_drafts,
    clean_drafts_for,
    draft_of,
    facts_of,
    judged_by,
    system,
    text,
    user,
)

RULES = (*TURNS, *BLOCKS)
U, A, S = user("a"), assistant("ok"), system("sys")
EMPTY = "messages.{}: user messages must have non-empty content"
TWICE = 'messages: roles must alternate between "user" and "assistant", but found multiple "{}" roles in a row'
FIRST = 'messages: first message must use the "user" role'


def refusals(*turns: JsonObject, settings: Settings = DEFAULTS) -> list[tuple[int, str, str]]:
    return [facts_of(error) for error in judged_by(RULES, call_of(draft_of(*turns), settings))]


def invalid(*messages: str) -> list[tuple[int, str, str]]:
    return [(400, "invalid_request_error", message) for message in messages]


@given(clean_drafts(), st.sampled_from([DEFAULTS, LIVE]))
def test_the_turns_of_a_clean_request_are_accepted(clean: Draft, settings: Settings) -> None:
    assert judged_by(RULES, call_of(clean, settings)) == []


@pytest.mark.parametrize(("rule", "change"), breaks_of(*RULES), ids=break_id)
@QUICK
@given(data=st.data(), seed=st.integers(0, 2**32))
def test_each_break_of_a_clean_request_is_refused_with_its_rule(
    rule: Rule[Call], change: Callable[[Draft, Random], Draft], data: st.DataObject, seed: int
) -> None:
    broken = change(data.draw(clean_drafts_for(rule)), Random(seed))
    assert [error.rule for error in judged_by(RULES, call_of(broken))] == [rule.id]
    refused_live = [] if rule.strict_only else [rule.id]
    assert [error.rule for error in judged_by(RULES, call_of(broken, LIVE))] == refused_live


@given(st.lists(st.sampled_from([U, A, S, user("b"), assistant([text("b")])]), min_size=1, max_size=8))
def test_live_the_order_of_roles_is_free(turns: list[JsonObject]) -> None:
    assert refusals(*turns, settings=LIVE) == []


@given(st.lists(st.sampled_from([U, A, S]), min_size=1, max_size=8))
def test_strict_the_user_opens_and_roles_alternate_once_system_items_are_left_out(turns: list[JsonObject]) -> None:
    roles = [str(turn["role"]) for turn in turns if turn["role"] != "system"]
    expected = [FIRST] if roles[:1] == ["assistant"] else []
    expected += [TWICE.format(role) for role, follower in pairwise(roles) if role == follower]
    assert refusals(*turns) == invalid(*expected)


def test_a_strict_refusal_says_how_to_turn_it_off() -> None:
    rule = next(rule for rule in RULES if rule.id == "roles-not-alternating")
    assert [rule.finding(facts) for facts in rule.check(call_of(draft_of(U, U)))] == [
        Finding(
            "roles-not-alternating",
            TWICE.format("user") + " (strict only: today's API merges; `--validation live`)",
            path="messages.1",
        )
    ]


def test_strict_and_live_differ_by_two_rules() -> None:
    assert [rule.id for rule in RULES if rule.strict_only] == ["assistant-first", "roles-not-alternating"]


@pytest.mark.parametrize(
    ("turns", "messages"),
    [
        ([user([])], [EMPTY.format(0)]),
        ([user("")], [EMPTY.format(0)]),
        ([user([]), user("a")], []),
        ([user("a"), user([])], []),
        ([user("a"), user("")], []),
        ([U, A, user([])], [EMPTY.format(2)]),
        ([U, A, user([]), user("")], [EMPTY.format(2)]),
        ([U, A, user([]), user("b")], []),
        ([user([]), A, user([])], [EMPTY.format(0), EMPTY.format(2)]),
        ([U, assistant([])], []),
        ([U, assistant("")], []),
        ([U, assistant([]), U], []),
        ([assistant([]), U], []),
        ([U, assistant([]), assistant([]), U], []),
    ],
)
def test_a_user_turn_needs_content_in_one_of_its_items_and_an_assistant_turn_needs_none(
    turns: list[JsonObject], messages: list[str]
) -> None:
    assert refusals(*turns, settings=LIVE) == invalid(*messages)


USE: JsonObject = {"type": "tool_use", "id": "toolu_1", "name": "look", "input": {}}
SERVER_USE: JsonObject = {"type": "server_tool_use", "id": "srvtoolu_1", "name": "web_search", "input": {}}
FOUND: JsonObject = {"type": "web_search_tool_result", "tool_use_id": "srvtoolu_1", "content": []}
RESULT: JsonObject = {"type": "tool_result", "tool_use_id": "toolu_1", "content": "15"}
HIDDEN: JsonObject = {"type": "redacted_thinking", "data": "EqQB"}
PICTURE: JsonObject = {"type": "image", "source": PNG}
UPLOAD: JsonObject = {"type": "container_upload", "file_id": "file_1"}
LETTER: JsonObject = {"type": "document", "source": {"type": "text", "media_type": "text/plain", "data": "Dear"}}


@pytest.mark.parametrize(
    ("block", "role", "message"),
    [
        (USE, "user", "messages.0: `tool_use` blocks can only be in `assistant` messages"),
        (SERVER_USE, "user", "messages.0: `server_tool_use` blocks can only be in `assistant` messages"),
        (FOUND, "user", "messages.0: `web_search_tool_result` blocks can only be in `assistant` messages"),
        (RESULT, "assistant", "messages.1: `tool_result` blocks can only be in `user` messages"),
        (THOUGHT, "user", "messages.0.content: thinking blocks may only be in `assistant` messages"),
        (HIDDEN, "user", "messages.0.content: thinking blocks may only be in `assistant` messages"),
        (PICTURE, "assistant", "messages.1.content: 'image' blocks are not permitted within assistant turns."),
        (
            UPLOAD,
            "assistant",
            "messages.1.content: 'container_upload' blocks are not permitted within assistant turns.",
        ),
        (LETTER, "user", None),
        (LETTER, "assistant", None),
        (text("a"), "user", None),
        (text("a"), "assistant", None),
    ],
)
def test_a_block_is_refused_in_the_role_that_may_not_hold_it(block: JsonObject, role: str, message: str | None) -> None:
    asked, answered = user([text("a")]), assistant([text("b")])
    wrong = [user([text("a"), block]), answered] if role == "user" else [asked, assistant([text("b"), block])]
    right = [user([text("a"), block]), answered] if role != "user" else [asked, assistant([text("b"), block])]
    assert refusals(*wrong) == invalid(*([message] if message else []))
    assert refusals(*right) == []


def test_blocks_inside_a_tool_result_have_no_role() -> None:
    assert refusals(U, assistant([USE]), user([RESULT | {"content": [PICTURE]}])) == []


def test_the_place_of_a_block_counts_merged_turns() -> None:
    assert refusals(U, U, A, user([USE]), settings=LIVE) == invalid(
        "messages.2: `tool_use` blocks can only be in `assistant` messages"
    )
