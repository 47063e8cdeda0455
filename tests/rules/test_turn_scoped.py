"""System items that are read in one turn only hold text, and nothing but text."""

import pytest

from mockclaude.rules.occasion import refusal_of
from mockclaude.rules.rule import Draft
from mockclaude.rules.turn_scoped import CHANGING, CLEARING, EFFORT
from mockclaude.settings import Settings
from mockclaude.wire.body import JsonObject
from tests.rules.drafts import draft_of, system, text, user

LOOK: JsonObject = {"name": "look", "input_schema": {"type": "object"}}
MARK: JsonObject = {"cache_control": {"type": "ephemeral"}}
ADDED: JsonObject = {"type": "tool_addition", "tool": {"type": "tool_reference", "name": "look"}}
SCOPE = "(clear_at: 'next_user_message')"
TEXT_ONLY = f"messages.1: a turn-scoped system message supports text blocks only {SCOPE}"
NO_EFFORT = f"messages.1: output_config is not permitted on a turn-scoped system message {SCOPE}"
NO_MARK = f"messages.1.content.1: cache_control is not permitted on a turn-scoped system message {SCOPE}"


def said(item: JsonObject) -> str | None:
    """The refusal of a request that ends in the item."""
    draft: Draft = draft_of(user("Hi"), item, model="claude-opus-5-5", tools=[LOOK])
    error = refusal_of(draft.with_header("anthropic-beta", f"{CLEARING},{EFFORT},{CHANGING}"), Settings())
    return error.message if error else None


@pytest.mark.parametrize(
    ("item", "refusal"),
    [
        (system([ADDED]), TEXT_ONLY),
        (system([text("a"), ADDED]), TEXT_ONLY),
        (system("a", output_config={"effort": "low"}), NO_EFFORT),
        (system([text("a"), text("b") | MARK]), NO_MARK),
    ],
)
def test_what_is_said_for_one_turn_is_text(item: JsonObject, refusal: str) -> None:
    assert said(item | {"clear_at": "next_user_message"}) == refusal
    assert said(item | {"clear_at": "never"}) is None
    assert said(item) is None


@pytest.mark.parametrize("content", ["a", [text("a"), text("b")]])
def test_text_may_be_said_for_one_turn(content: object) -> None:
    assert said(system(content, clear_at="next_user_message")) is None


def test_a_user_turn_after_it_is_refused_as_after_any_system_item() -> None:
    scoped = system("a", clear_at="next_user_message")
    draft = draft_of(user("Hi"), scoped, user("Go on"), model="claude-opus-5-5")
    error = refusal_of(draft.with_header("anthropic-beta", CLEARING), Settings(validation="live"))
    assert error is not None
    assert error.rule == "system-turn-misplaced"


@pytest.mark.parametrize(("field", "beta"), [("clear_at", CLEARING), ("output_config", EFFORT)])
@pytest.mark.parametrize("role", ["user", "assistant"])
def test_only_system_items_have_these_fields(field: str, beta: str, role: str) -> None:
    values: JsonObject = {"clear_at": "never", "output_config": {"effort": "low"}}
    turns = [user("Hi"), {"role": role, "content": "Hi", field: values[field]}, user("Hi")]
    draft = draft_of(*turns, model="claude-opus-5-5")
    known = refusal_of(draft.with_header("anthropic-beta", beta), Settings(validation="live"))
    unknown = refusal_of(draft, Settings(validation="live"))
    assert known is not None
    assert unknown is not None
    assert known.message == f"messages.1.{field}: {field} is only permitted on role 'system' messages"
    assert unknown.message == f"messages.1.{field}: Extra inputs are not permitted"
