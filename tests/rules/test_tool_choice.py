"""How the model must choose among tools."""

import pytest

from mockclaude.models import ModelProfile
from mockclaude.rules.tool_choice import TOOL_CHOICE
from mockclaude.wire.body import JsonObject
from tests.rules.drafts import SERVED, call_of, draft_of, judged_by

WEATHER: JsonObject = {"name": "get_weather", "input_schema": {"type": "object"}}
DECLARED: JsonObject = {"tools": [WEATHER]}
SERVER: JsonObject = {"type": "url", "name": "a", "url": "https://example.com"}
FORCED = ['tool_choice: type "tool" and "any" are not supported for this model.']


def refusals(choice: JsonObject, fields: JsonObject, *, model: str = "claude-opus-4-8") -> list[str]:
    draft = draft_of(model=model, tool_choice=choice, **fields)
    return [error.message for error in judged_by(TOOL_CHOICE, call_of(draft))]


@pytest.mark.parametrize("fields", [{}, {"tools": []}])
@pytest.mark.parametrize("kind", ["auto", "any"])
def test_a_choice_needs_tools(kind: str, fields: JsonObject) -> None:
    assert refusals({"type": kind}, fields) == [f"tool_choice.{kind} may only be specified while providing tools"]


@pytest.mark.parametrize("kind", ["auto", "any"])
def test_tools_of_an_mcp_server_are_tools(kind: str) -> None:
    assert refusals({"type": kind}, {"mcp_servers": [SERVER]}) == []


def test_none_may_be_chosen_without_tools() -> None:
    assert refusals({"type": "none"}, {}) == []


@pytest.mark.parametrize("fields", [{}, {"tools": []}, {"tools": [WEATHER]}])
def test_a_tool_is_chosen_by_the_name_of_one_that_is_declared(fields: JsonObject) -> None:
    assert refusals({"type": "tool", "name": "get_time"}, fields) == ["Tool 'get_time' not found in provided tools"]


def test_a_toolset_may_bring_the_tool_that_is_chosen() -> None:
    assert refusals({"type": "tool", "name": "screenshot"}, {"tools": [{"type": "computer_toolset_20260801"}]}) == []
    assert refusals({"type": "tool", "name": "get_weather"}, DECLARED) == []


@pytest.mark.parametrize("choice", [{"type": "any"}, {"type": "tool", "name": "get_weather"}])
@pytest.mark.parametrize("model", SERVED, ids=lambda model: model.id)
def test_a_model_that_cannot_be_forced_says_so(model: ModelProfile, choice: JsonObject) -> None:
    assert refusals(choice, DECLARED, model=model.id) == ([] if model.forced_tool_choice else FORCED)


@pytest.mark.parametrize("choice", [{"type": "auto"}, {"type": "none"}])
def test_every_model_may_choose_freely(choice: JsonObject) -> None:
    assert [refusals(choice, DECLARED, model=model.id) for model in SERVED] == [[]] * len(SERVED)


def test_the_models_that_cannot_be_forced() -> None:
    assert sorted(model.id for model in SERVED if not model.forced_tool_choice) == [
        "claude-fable-5-1", "claude-fable-5-2", "claude-mythos-5-1", "claude-mythos-5-2", "claude-opus-5-5",
        "claude-sonnet-5-5",
    ]  # fmt: skip
