"""What is cleared of a conversation must be able to be there."""

import pytest

from mockclaude.models import ModelProfile
from mockclaude.rules.context_edits import CLEAR_THINKING, CONTEXT_EDITS, EDITING
from mockclaude.rules.occasion import refusal_of
from mockclaude.settings import Settings
from mockclaude.wire.body import Json, JsonObject
from tests.rules.drafts import ALL, call_of, draft_of, judged_by

TEXT = "`clear_thinking_20251015` strategy requires `thinking` to be enabled or adaptive"
CLEAR: JsonObject = {"type": CLEAR_THINKING, "keep": {"type": "thinking_turns", "value": 1}}
TOOLS: JsonObject = {"type": "clear_tool_uses_20250919"}
EVERY = pytest.mark.parametrize("model", ALL, ids=lambda model: model.id)


def refusals(model: str, *edits: JsonObject, **fields: Json) -> list[str]:
    draft = draft_of(model=model, **fields).with_body(context_management={"edits": [*edits]})
    return [error.message for error in judged_by(CONTEXT_EDITS, call_of(draft))]


@EVERY
def test_thinking_is_cleared_only_where_the_model_thinks(model: ModelProfile) -> None:
    assert refusals(model.id, CLEAR) == ([TEXT] if model.thinking_when_omitted == "off" else [])
    if "disabled" in model.thinking_types:
        assert refusals(model.id, CLEAR, thinking={"type": "disabled"}) == [TEXT]
    for kind in sorted(model.thinking_types - {"disabled"}):
        assert refusals(model.id, CLEAR, thinking={"type": kind, "budget_tokens": 1024}) == []


@EVERY
def test_other_edits_need_no_thinking(model: ModelProfile) -> None:
    assert refusals(model.id, TOOLS) == refusals(model.id) == []


def test_an_edit_is_named_by_its_place() -> None:
    draft = draft_of(model="claude-opus-4-7").with_body(context_management={"edits": [TOOLS, CLEAR]})
    error = refusal_of(draft.with_header("anthropic-beta", EDITING), Settings())
    assert error is not None
    assert (error.message, error.path) == (TEXT, "context_management.edits.1")


@pytest.mark.parametrize("management", [None, {}, {"edits": []}])
def test_no_edits_are_no_offence(management: Json) -> None:
    draft = draft_of(model="claude-opus-4-7").with_body(context_management=management)
    assert judged_by(CONTEXT_EDITS, call_of(draft)) == []
