"""What the API is to do to a conversation before the model reads it."""

from collections.abc import Iterable
from random import Random
from typing import Final, cast

from mockclaude.call import Call
from mockclaude.models import ModelProfile
from mockclaude.rules.edits import model_of, with_beta
from mockclaude.rules.rule import Draft, Facts, Rule, Scope, rule
from mockclaude.rules.thinking import thinking_type
from mockclaude.wire.body import JsonObject
from mockclaude.wire.evidence import observed

EDITING: Final = "context-management-2025-06-27"
CLEAR_THINKING: Final = "clear_thinking_20251015"


def _may_not_think(model: ModelProfile) -> bool:
    return model.thinking_when_omitted == "off" or "disabled" in model.thinking_types


@rule(
    message="`clear_thinking_20251015` strategy requires `thinking` to be enabled or adaptive",
    needs=("context_management",),
    models=Scope("models that need not think", _may_not_think),
    source=observed(
        "2026-08-14", "captured bodies with request ids since 2025-11, the first without the words on adaptive thinking"
    ),
    fix="Send `thinking`, or leave the edit out of `context_management.edits`.",
)
def clearing_without_thinking(call: Call) -> Iterable[Facts]:
    """An edit that clears thinking in a request that does not think."""
    edits = cast("list[JsonObject]", cast("JsonObject", call.body.get("context_management", {})).get("edits", []))
    if _thinks(call):
        return ()
    return [
        {"path": f"context_management.edits.{place}"}
        for place, edit in enumerate(edits)
        if edit["type"] == CLEAR_THINKING
    ]


def _thinks(call: Call) -> bool:
    kind = thinking_type(call)
    return call.model.thinking_when_omitted != "off" if kind is None else kind != "disabled"


@clearing_without_thinking.broken_by
def clear_the_thinking_that_is_not_there(draft: Draft, random: Random) -> Draft:
    """Thinking that is cleared and turned off, or left out where the model then does not think."""
    edit: JsonObject = {"type": CLEAR_THINKING}
    edited = with_beta(draft, EDITING).with_body(context_management={"edits": [edit]})
    model = model_of(draft)
    if "disabled" not in model.thinking_types or (model.thinking_when_omitted == "off" and random.random() < 1 / 2):
        return edited.without("thinking")
    return edited.without("output_config").with_body(thinking={"type": "disabled"})


CONTEXT_EDITS: Final[tuple[Rule[Call], ...]] = (clearing_without_thinking,)
