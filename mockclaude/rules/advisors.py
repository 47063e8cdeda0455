"""Which models may advise which, where the API's own tool for advice is declared."""

from collections.abc import Iterable
from functools import lru_cache
from random import Random
from typing import Final, cast

from mockclaude.call import Call
from mockclaude.models import ModelProfile, Models
from mockclaude.rules.edits import model_of, with_beta, with_tool
from mockclaude.rules.rule import Draft, Facts, Rule, Scope, rule
from mockclaude.wire.body import JsonObject
from mockclaude.wire.evidence import reported

ADVISING: Final = "advisor-tool-2026-03-01"
ADVISOR: Final = "advisor_20260301"
LEAST: Final = 2
"""The rank of Claude Sonnet 4.6, below which no model advises."""


def may_advise(advisor: ModelProfile, advised: ModelProfile) -> bool:
    """Whether the pair is known to be accepted, or not known at all."""
    if advisor.advisor_rank is None or advised.advisor_rank is None:
        return True
    return advisor.advisor_rank >= max(LEAST, advised.advisor_rank)


@lru_cache(maxsize=1)
def _shipped() -> tuple[ModelProfile, ...]:
    return tuple(Models.load())


def _lesser(model: ModelProfile) -> list[str]:
    return [other.id for other in _shipped() if not may_advise(other, model)]


@rule(
    message="tools.{index}.model: '{advisor}' cannot be used as an advisor when the request model is '{model}'.",
    needs=("tools",),
    models=Scope("models with a known place among advisors", lambda model: model.advisor_rank is not None),
    source=reported(
        "2026-09-01", "five public reports since 2026-05 in the same words; docs: advisor tool page, pairs"
    ),
    fix="Name an advisor at least as capable as the model that is advised.",
)
def lesser_advisor(call: Call) -> Iterable[Facts]:
    """An advisor that is less capable than the model it is to advise."""
    found: list[Facts] = []
    for index, tool in enumerate(cast("list[JsonObject]", call.body["tools"])):
        name = tool.get("model")
        advisor = call.models.find(name) if tool.get("type") == ADVISOR and isinstance(name, str) else None
        if advisor is not None and not may_advise(advisor, call.model):
            path = f"tools.{index}.model"
            found.append({"index": index, "advisor": name, "model": call.model.id, "path": path})
    return found


@lesser_advisor.broken_by
def ask_a_lesser_model(draft: Draft, random: Random) -> Draft:
    """Advice of a model that knows less."""
    tool: JsonObject = {"type": ADVISOR, "name": "advisor", "model": random.choice(_lesser(model_of(draft)))}
    return with_tool(with_beta(draft, ADVISING), tool)


ADVISORS: Final[tuple[Rule[Call], ...]] = (lesser_advisor,)
