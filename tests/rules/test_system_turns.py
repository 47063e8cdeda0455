"""Where a system item may stand inside a conversation, and what it may hold.

Most rows were measured against the live API with claude-sonnet-5 on 2026-08-31 and 2026-09-01.
"""

from collections.abc import Callable
from random import Random

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mockclaude.call import Call
from mockclaude.models import ModelProfile
from mockclaude.rules.rule import Draft, Rule
from mockclaude.rules.system_turns import SYSTEM_TURNS
from mockclaude.settings import Settings
from mockclaude.wire.body import JsonObject
from tests.rules.drafts import (
    ALL,
    DEFAULTS,
    LIVE,
    PNG,
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
    system,
    text,
    user,
)

ANYWHERE = "; the directive-only form (content: [] with output_config) is accepted at any position"
FIRST = "messages.0: use the top-level 'system' parameter for the initial system prompt" + ANYWHERE
EMPTY = "messages.{}: system content must contain at least one block"
BLANK = "messages.{}: system text blocks must contain non-whitespace text"
FOREIGN = "messages.{}: role 'system' supports text, tool_addition, and tool_removal blocks only"
PRECEDE = "messages.{}: role 'system' must precede an 'assistant' message or end the array" + ANYWHERE
FOLLOW = (
    "messages.{}: role 'system' must follow a 'user' message or an 'assistant' message ending in a server tool result"
    + ANYWHERE
)
UNSUPPORTED = "role 'system' is not supported on this model"

U, A, S = user("a"), assistant("ok"), system("sys")
DIRECTIVE = system([], output_config={"effort": "low"})
PICTURE: JsonObject = {"type": "image", "source": PNG}
SEARCH: JsonObject = {"type": "server_tool_use", "id": "srvtoolu_1", "name": "web_search", "input": {}}
FOUND: JsonObject = {"type": "web_search_tool_result", "tool_use_id": "srvtoolu_1", "content": []}
ADDITION: JsonObject = {"type": "tool_addition", "tool": {"type": "tool_reference", "name": "look"}}


def first(*turns: JsonObject, model: str = "claude-sonnet-5") -> str | None:
    """The message of the first refusal."""
    errors = judged_by(SYSTEM_TURNS, call_of(draft_of(*turns, model=model)))
    return errors[0].message if errors else None


@given(clean_drafts(), st.sampled_from([DEFAULTS, LIVE]))
def test_system_items_of_a_clean_request_are_accepted(clean: Draft, settings: Settings) -> None:
    assert judged_by(SYSTEM_TURNS, call_of(clean, settings)) == []


@pytest.mark.parametrize(("rule", "change"), breaks_of(*SYSTEM_TURNS), ids=break_id)
@QUICK
@given(data=st.data(), seed=st.integers(0, 2**32))
def test_each_break_of_a_clean_request_is_refused_with_its_rule(
    rule: Rule[Call], change: Callable[[Draft, Random], Draft], data: st.DataObject, seed: int
) -> None:
    broken = change(data.draw(clean_drafts_for(rule)), Random(seed))
    assert [error.rule for error in judged_by(SYSTEM_TURNS, call_of(broken))][:1] == [rule.id]


@pytest.mark.parametrize(
    "turns",
    [
        (U, S),
        (U, S, A, U),
        (U, S, S),
        (U, S, S, S),
        (U, S, S, A, U),
        (U, A, U, S),
        (U, U, S),
        (U, system([text("x")])),
        (U, system([text("x"), text("y")])),
        (U, system([ADDITION])),
        (U, assistant([SEARCH, FOUND]), S),
        (U, assistant([SEARCH]), S),
        (DIRECTIVE, U),
        (U, DIRECTIVE, U),
        (U, A, DIRECTIVE, U),
        (U, DIRECTIVE, DIRECTIVE, U),
        (U, S, DIRECTIVE),
        (U, DIRECTIVE, S, A, U),
    ],
)
def test_a_system_item_follows_a_user_and_precedes_an_assistant_or_ends_the_list(turns: tuple[JsonObject, ...]) -> None:
    assert first(*turns) is None


@pytest.mark.parametrize(
    ("turns", "message"),
    [
        ((U, S, U), PRECEDE.format(1)),
        ((U, S, S, U), PRECEDE.format(2)),
        ((U, S, S, S, U), PRECEDE.format(3)),
        ((U, S, DIRECTIVE, U), PRECEDE.format(2)),
        ((U, DIRECTIVE, S, U), PRECEDE.format(2)),
        ((U, A, DIRECTIVE, S), FOLLOW.format(2)),
        ((DIRECTIVE, S, A, U), FIRST),
        ((U, A, S), FOLLOW.format(2)),
        ((U, A, S, S), FOLLOW.format(2)),
        ((U, A, S, U), FOLLOW.format(2)),
        ((U, A, S, A, U), FOLLOW.format(2)),
        ((U, assistant([]), S), FOLLOW.format(2)),
        ((S, U), FIRST),
        ((S,), FIRST),
        ((system("  "), U), FIRST),
        ((system([]), U), EMPTY.format(0)),
        ((U, system([])), EMPTY.format(1)),
        ((U, system("")), EMPTY.format(1)),
        ((U, system([]), U), EMPTY.format(1)),
        ((U, system("", output_config={})), EMPTY.format(1)),
        ((U, system("  ")), BLANK.format(1)),
        ((U, system([text("x"), text("")])), BLANK.format(1)),
        ((U, system("  "), U), PRECEDE.format(1)),
        ((U, system([PICTURE])), FOREIGN.format(1)),
        ((U, system([PICTURE]), U), FOREIGN.format(1)),
        ((system([PICTURE]), U), FOREIGN.format(0)),
    ],
)
def test_other_system_items_are_refused_in_the_measured_order(turns: tuple[JsonObject, ...], message: str) -> None:
    errors = judged_by(SYSTEM_TURNS, call_of(draft_of(*turns, model="claude-sonnet-5")))
    assert facts_of(errors[0]) == (400, "invalid_request_error", message)


@pytest.mark.parametrize("model", ALL, ids=lambda model: model.id)
def test_a_system_item_past_the_first_place_is_refused_by_models_without_support(model: ModelProfile) -> None:
    assert first(U, S, model=model.id) == (None if model.system_role else UNSUPPORTED)
    assert first(U, S, U, model=model.id) == (PRECEDE.format(1) if model.system_role else UNSUPPORTED)


@pytest.mark.parametrize("model", ALL, ids=lambda model: model.id)
def test_every_model_refuses_a_system_item_in_the_first_place_alike(model: ModelProfile) -> None:
    assert first(S, U, model=model.id) == FIRST


@pytest.mark.parametrize("model", ["claude-opus-4-8", "claude-sonnet-5", "claude-fable-5"])
def test_system_items_after_a_user_were_recorded_as_accepted(model: str) -> None:
    result = user([{"type": "tool_result", "tool_use_id": "toolu_1", "content": "15"}])
    use = assistant([{"type": "tool_use", "id": "toolu_1", "name": "look", "input": {}}])
    assert first(U, S, model=model) is None
    assert first(U, use, result, S, model=model) is None


def test_claude_code_may_open_with_a_user_and_a_system_item() -> None:
    reminder = text("x") | {"cache_control": {"type": "ephemeral"}}
    assert first(user([text("a"), text("b")]), system([reminder]), model="claude-opus-5-5") is None
