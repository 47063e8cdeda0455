"""Conversations that end with words of the assistant."""

from collections.abc import Callable
from random import Random

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mockclaude.call import Call
from mockclaude.models import ModelProfile
from mockclaude.rules.prefill import PREFILL
from mockclaude.rules.rule import Draft, Rule
from mockclaude.settings import Settings
from mockclaude.wire.body import Json, JsonObject
from tests.rules.drafts import (
    ALL,
    DEFAULTS,
    LIVE,
    QUICK,
    SERVED,
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

REFUSED = (
    400,
    "invalid_request_error",
    "This model does not support assistant message prefill. The conversation must end with a user message.",
)
TRAILING = (400, "invalid_request_error", "messages: final assistant content cannot end with trailing whitespace")
USE: JsonObject = {"type": "tool_use", "id": "toolu_1", "name": "look", "input": {}}
SEARCH: JsonObject = {"type": "server_tool_use", "id": "srvtoolu_1", "name": "web_search", "input": {}}
FOUND: JsonObject = {"type": "web_search_tool_result", "tool_use_id": "srvtoolu_1", "content": []}
THOUGHT: JsonObject = {"type": "thinking", "thinking": "Hm.", "signature": "EqQB"}

CONTINUING = [
    "claude-opus-4-5-20251101",
    "claude-haiku-4-5-20251001",
    "claude-sonnet-4-5-20250929",
]


def refusals(
    *turns: JsonObject, model: str, settings: Settings = DEFAULTS, **fields: Json
) -> list[tuple[int, str, str]]:
    draft = draft_of(*turns, model=model).with_body(**fields)
    return [facts_of(error) for error in judged_by(PREFILL, call_of(draft, settings))]


@given(clean_drafts(), st.sampled_from([DEFAULTS, LIVE]))
def test_the_end_of_a_clean_request_is_accepted(clean: Draft, settings: Settings) -> None:
    assert judged_by(PREFILL, call_of(clean, settings)) == []


@pytest.mark.parametrize(("rule", "change"), breaks_of(*PREFILL), ids=break_id)
@QUICK
@given(data=st.data(), seed=st.integers(0, 2**32))
def test_each_break_of_a_clean_request_is_refused_with_its_rule(
    rule: Rule[Call], change: Callable[[Draft, Random], Draft], data: st.DataObject, seed: int
) -> None:
    broken = change(data.draw(clean_drafts_for(rule)), Random(seed))
    assert [error.rule for error in judged_by(PREFILL, call_of(broken))] == [rule.id]


def test_of_the_models_served_today_only_those_of_4_5_continue_the_assistant() -> None:
    assert [model.id for model in SERVED if model.prefill] == CONTINUING


@pytest.mark.parametrize("settings", [DEFAULTS, LIVE], ids=["strict", "live"])
@pytest.mark.parametrize("model", ALL, ids=lambda model: model.id)
def test_each_model_refuses_or_continues_an_assistant_turn_at_the_end(model: ModelProfile, settings: Settings) -> None:
    for content in ("The answer is", [text("The answer is")], [THOUGHT, text("The answer is")]):
        expected = [] if model.prefill else [REFUSED]
        assert refusals(user("a"), assistant(content), model=model.id, settings=settings) == expected


@pytest.mark.parametrize("model", ALL, ids=lambda model: model.id)
def test_words_before_a_blank_are_refused_by_each_model_for_its_own_reason(model: ModelProfile) -> None:
    expected = [TRAILING] if model.prefill else [REFUSED]
    for content in ("The answer is ", "The answer is\n", [text("a"), text("The answer is\t")]):
        assert refusals(user("a"), assistant(content), model=model.id) == expected


@pytest.mark.parametrize(
    "content",
    [
        [],
        "",
        [text("Let me search."), SEARCH],
        [text("Let me search."), SEARCH, FOUND],
        [SEARCH, FOUND],
        [text("Let me look."), USE],
        [USE],
        [THOUGHT],
    ],
)
@pytest.mark.parametrize("model", SERVED, ids=lambda model: model.id)
def test_an_assistant_turn_without_unfinished_words_is_no_prefill(model: ModelProfile, content: Json) -> None:
    assert refusals(user("a"), assistant(content), model=model.id) == []


def test_words_before_the_assistants_last_item_count_once_items_are_merged() -> None:
    turns = [user("a"), assistant("The answer is"), assistant([])]
    assert refusals(*turns, model="claude-opus-5", settings=LIVE) == [REFUSED]


def test_a_fallback_credit_lets_the_refused_words_stand() -> None:
    turns = [user("a"), assistant("The answer is")]
    assert refusals(*turns, model="claude-opus-5", fallback_credit_token="fct_1") == []


def test_a_system_item_at_the_end_is_no_prefill() -> None:
    assert refusals(user("a"), system("Be brief."), model="claude-opus-5") == []
