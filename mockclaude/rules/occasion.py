"""The plainest occasion on which each rule refuses: a greeting, changed by one of the rule's own breaks."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from functools import cache
from random import Random
from typing import Any, Final

from mockclaude.call import Endpoint, Intake
from mockclaude.clock import EPOCH
from mockclaude.models import ModelProfile, Models
from mockclaude.rules.batch_rows import batch_of
from mockclaude.rules.body_fields import UNCOUNTED
from mockclaude.rules.catalogue import accept
from mockclaude.rules.rule import Break, Draft, Rule
from mockclaude.settings import Settings
from mockclaude.wire.body import JsonObject
from mockclaude.wire.error import APIError

LINES: Final = ("sonnet", "opus", "haiku", "fable", "mythos", None)
"""Models that most people use come first."""

LADDER: Final = (Settings(), Settings(retired="refuse"))
"""Settings under which rules refuse: the defaults, then those that refuse what the defaults let pass."""


class Plainest(Random):
    """Chance without surprise: the first choice, the smallest number, zeros."""

    def random(self) -> float:
        """The smallest fraction."""
        return 0.0

    def getrandbits(self, _count: int, /) -> int:
        """No bit is set."""
        return 0


@dataclass(frozen=True, slots=True)
class Occasion:
    """A request that a rule refuses, the change that made it so, and what the API answers."""

    rule: Rule[Any]
    change: Break
    draft: Draft
    settings: Settings
    error: APIError


@cache
def shipped() -> Models:
    """The models that are shipped."""
    return Models.load()


@cache
def served() -> tuple[ModelProfile, ...]:
    """The models that answer on the day of our facts, plainest first."""
    today = EPOCH.date()
    answering = [model for model in shipped() if model.lifecycle(today) != "retired"]
    return tuple(sorted(answering, key=lambda model: LINES.index(model.line)))


def within(rule: Rule[Any]) -> tuple[ModelProfile, ...]:
    """The served models for which the rule holds; retired ones where it holds for no other."""
    answering = [model for model in served() if rule.models.holds(model)]
    return tuple(answering or [model for model in shipped() if rule.models.holds(model)])


def version_for(rule: Rule[Any]) -> str:
    """The version of the API that a base for the rule's breaks names: the usual one where the rule holds."""
    usual = Draft({}).headers["anthropic-version"]
    return usual if rule.versions is None or usual in rule.versions else max(rule.versions)


MESSAGES: Final = "/v1/messages"
PATHS: Final[Mapping[Endpoint, str]] = {
    "messages": MESSAGES,
    "count_tokens": f"{MESSAGES}/count_tokens",
    "batches": f"{MESSAGES}/batches",
    "batch_rows": f"{MESSAGES}/batches",
}
"""Where the endpoints are; a row is asked for in its batch."""


def path_for(rule: Rule[Any]) -> str:
    """The path of such a base."""
    return next(path for name, path in PATHS.items() if rule.endpoints is None or name in rule.endpoints)


OF_ROWS: Final[frozenset[Endpoint]] = frozenset({"batch_rows"})


def is_of_rows(rule: Rule[Any]) -> bool:
    """Whether the rule refuses rows of batches only, so that its refusals stand in their results."""
    return rule.endpoints == OF_ROWS


def placed(draft: Draft, rule: Rule[Any]) -> Draft:
    """A request to messages as one to an endpoint, and under a version, for which the rule holds.

    Where that is a batch, the request is its only row; where tokens are counted, it says nothing of what is written.
    """
    path = path_for(rule)
    there = replace(draft, path=path).with_header("anthropic-version", version_for(rule))
    if path == PATHS["batches"]:
        return replace(there, body=batch_of(draft.body))
    return there.without(*UNCOUNTED) if path == PATHS["count_tokens"] else there


def plain_draft(rule: Rule[Any]) -> Draft:
    """A greeting to a model for which the rule holds."""
    body: JsonObject = {
        "model": within(rule)[0].id,
        "max_tokens": 64,
        "messages": [{"role": "user", "content": "Hello"}],
    }
    return placed(Draft(body), rule)


def refusal_of(draft: Draft, settings: Settings) -> APIError | None:
    """What the whole catalogue says of a request, or of the rows of a batch, on the day of our facts."""
    intake = Intake(draft.request(), settings=settings, models=shipped(), today=EPOCH.date())
    try:
        accept(intake)
    except APIError as error:
        return error
    return None


@cache
def occasion_of(rule: Rule[Any]) -> Occasion | None:
    """The plainest occasion of the rule; `None` when no break of it leads to the rule."""
    return next(_occasions(rule), None)


def _occasions(rule: Rule[Any]) -> Iterator[Occasion]:
    base = plain_draft(rule)
    for change in rule.breaks:
        draft = change(base, Plainest())
        for settings in LADDER:
            error = refusal_of(draft, settings)
            if error is not None:
                if error.rule == rule.id:
                    yield Occasion(rule, change, draft, settings, error)
                break
