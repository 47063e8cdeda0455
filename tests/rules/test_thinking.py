"""Types of thinking, budgets, efforts and forced tools, by model."""

from dataclasses import replace

import pytest

from mockclaude.models import EFFORTS, ModelProfile
from mockclaude.rules.thinking import THINKING
from mockclaude.wire.body import Json, JsonObject
from tests.rules.drafts import ALL, call_of, draft_of, judged_by

ADAPT = 'Use "thinking.type.adaptive" and "output_config.effort" to control thinking behavior.'
FORMS: dict[str, JsonObject] = {
    "adaptive": {"type": "adaptive"},
    "enabled": {"type": "enabled", "budget_tokens": 1024},
    "disabled": {"type": "disabled"},
    "between_tools": {"type": "between_tools"},
}
TOOL: JsonObject = {"name": "look", "input_schema": {"type": "object"}}


def refusals(model: str, *, betas: str = "", **fields: Json) -> list[str]:
    draft = draft_of(model=model).with_body(**{"max_tokens": 2048, **fields})
    return [error.message for error in judged_by(THINKING, call_of(draft.with_header("anthropic-beta", betas or None)))]


def expected(model: ModelProfile, kind: str) -> list[str]:
    """What the documentation says of a type that the model does not take."""
    types = model.thinking_types
    if kind in types:
        return []
    if kind == "adaptive":
        return ["adaptive thinking is not supported on this model"]
    advice = f" {ADAPT}"
    if kind == "disabled" and "between_tools" in types:
        advice = f' Use "thinking.type.between_tools" for the lowest thinking setting, or {ADAPT.removeprefix("Use ")}'
    elif kind == "disabled" and "enabled" in types:
        advice = (
            ' Thinking defaults to adaptive mode when not specified; use "thinking.type.enabled" with "budget_tokens" '
            "for extended thinking."
        )
    elif kind == "between_tools":
        advice = ""
    return [f'"thinking.type.{kind}" is not supported for this model.{advice}']


@pytest.mark.parametrize("kind", FORMS)
@pytest.mark.parametrize("model", ALL, ids=lambda model: model.id)
def test_a_model_takes_the_types_of_its_table(model: ModelProfile, kind: str) -> None:
    assert refusals(model.id, thinking=FORMS[kind]) == expected(model, kind)


@pytest.mark.parametrize("path", ["/v1/messages", "/v1/messages/count_tokens"])
def test_counting_tokens_refuses_the_same_types(path: str) -> None:
    draft = replace(draft_of(model="claude-opus-5").with_body(thinking=FORMS["enabled"], max_tokens=2048), path=path)
    assert [error.rule for error in judged_by(THINKING, call_of(draft))] == ["unsupported-manual-thinking"]


@pytest.mark.parametrize("model", ALL, ids=lambda model: model.id)
@pytest.mark.parametrize(
    ("kind", "limit"), [("disabled", "disabled_max_effort"), ("between_tools", "between_tools_max_effort")]
)
def test_effort_ends_where_thinking_does(model: ModelProfile, kind: str, limit: str) -> None:
    highest = getattr(model, limit)
    for effort in EFFORTS:
        found = refusals(model.id, thinking=FORMS[kind], output_config={"effort": effort})
        too_much = highest is not None and EFFORTS.index(effort) > EFFORTS.index(highest)
        words = f"output_config.effort '{effort}' is not supported when thinking is {kind} on this model"
        assert (words in found) == too_much
        assert refusals(model.id, output_config={"effort": effort}) == []


BUDGET = (
    "`max_tokens` must be greater than `thinking.budget_tokens`. Please consult our documentation at "
    "https://docs.claude.com/en/docs/build-with-claude/extended-thinking#max-tokens-and-context-window-size"
)


def test_a_budget_leaves_room_for_the_answer() -> None:
    for most, refused in ((1025, []), (1024, [BUDGET]), (0, [BUDGET])):
        assert refusals("claude-haiku-4-5", thinking=FORMS["enabled"], max_tokens=most) == refused


def test_interleaved_thinking_may_have_a_budget_for_the_whole_turn() -> None:
    beta = "interleaved-thinking-2025-05-14"
    assert refusals("claude-haiku-4-5", betas=beta, thinking=FORMS["enabled"], max_tokens=64) == []


def test_a_budget_does_not_matter_where_tokens_are_counted() -> None:
    draft = draft_of(model="claude-haiku-4-5").with_body(thinking=FORMS["enabled"]).without("max_tokens")
    assert judged_by(THINKING, call_of(replace(draft, path="/v1/messages/count_tokens"))) == []


@pytest.mark.parametrize("choice", ["any", "tool", "auto", "none"])
def test_only_thinking_with_a_budget_forbids_to_force_a_tool(choice: str) -> None:
    chosen: JsonObject = {"type": choice, **({"name": "look"} if choice == "tool" else {})}
    refused = ["Thinking may not be enabled when tool_choice forces tool use."] if choice in {"any", "tool"} else []
    for kind, found in (("enabled", refused), ("adaptive", []), ("disabled", [])):
        assert refusals("claude-sonnet-4-6", thinking=FORMS[kind], tools=[TOOL], tool_choice=chosen) == found
