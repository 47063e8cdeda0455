"""Requests that are refused, each with the refusal that the whole catalogue gives of it.

A rule's own break changes an accepted request. The label is computed from the final value and never remembered: what
shrinks stays true.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from functools import cache
from typing import Any, Final

from hypothesis import assume
from hypothesis import strategies as st

from mockclaude.call import Intake
from mockclaude.clock import EPOCH
from mockclaude.rules.catalogue import RULES, audit, rule_named
from mockclaude.rules.occasion import (
    LADDER,
    PATHS,
    Plainest,
    path_for,
    placed,
    plain_draft,
    refusal_of,
    shipped,
    version_for,
    within,
)
from mockclaude.rules.rule import Break, Draft, Rule
from mockclaude.settings import Settings
from mockclaude.strategies import served
from mockclaude.strategies.conversations import draw_features
from mockclaude.strategies.printing import Printer, shown
from mockclaude.strategies.requests import draw_body
from mockclaude.wire.body import JsonObject
from mockclaude.wire.error import APIError
from mockclaude.wire.interaction import RawRequest

HEAVY: Final = 100_000
"""Bytes from which on requests are drawn less often: judging one takes as long as judging a hundred others."""
OFTEN: Final = 16
"""How much more often the others are drawn."""
CHANCE: Final = st.randoms(use_true_random=False)


@dataclass(frozen=True, slots=True)
class Refusal:
    """What a client sees of an error; most have no details."""

    status: int
    type: str
    message: str
    details: JsonObject | None = None

    @classmethod
    def of(cls, error: APIError) -> "Refusal":
        """The visible part of an error."""
        return cls(error.status, error.kind, error.message, None if error.details is None else dict(error.details))


@dataclass(frozen=True, slots=True)
class Violation:
    """A request, the rule that refuses it and how; `change` names the break that was applied."""

    rule: str
    error: Refusal
    draft: Draft
    change: str
    settings: Settings = field(default_factory=Settings)

    @property
    def request(self) -> RawRequest:
        """The request as it arrives."""
        return self.draft.request()

    @property
    def also(self) -> tuple[str, ...]:
        """The rules that the request breaks besides, in the order in which they would be reported."""
        intake = Intake(self.request, settings=self.settings, models=shipped(), today=EPOCH.date())
        broken = [finding.rule for finding in audit(intake) if finding.severity == "violation"]
        return tuple([name for name in dict.fromkeys(broken) if name != self.rule])

    def __repr__(self) -> str:
        return f"Violation({self.rule!r} by {self.change}: {self.error}, {shown(self.draft)})"

    def _repr_pretty_(self, printer: Printer, _cycle: bool) -> None:  # noqa: FBT001 - Hypothesis calls it
        printer.text(repr(self))


def violations(
    *,
    rules: Iterable[str] | None = None,
    exclude: Iterable[str] = (),
    base: st.SearchStrategy[JsonObject] | None = None,
    settings: Settings | None = None,
) -> st.SearchStrategy[Violation]:
    """Requests that one of the rules refuses; with `rules` given, no other rule wins.

    `base` gives the bodies to be changed, which must be accepted. `settings` are those of the server. Batches are
    drawn only where `rules` names a rule of theirs.
    """
    settings = settings or Settings()
    if settings.validation == "off":
        raise ValueError("under validation 'off' hardly a rule refuses; expected 'strict' or 'live'")
    left_out = {rule_named(name).id for name in exclude}
    wanted = [rule_named(name) for name in (RULES if rules is None else rules)]
    chosen = [rule for rule in wanted if rule.id not in left_out and rule.breaks]
    if rules is None:
        chosen = [rule for rule in chosen if not (rule.strict_only and settings.validation == "live")]
        chosen = [rule for rule in chosen if path_for(rule) != PATHS["batches"]]
    for rule in chosen if rules is not None else ():
        if not _is_awake(rule, settings):
            raise ValueError(f"{rule.id} refuses nothing under these settings: {settings}")
    if not chosen:
        raise ValueError("no rule is left to be broken; name some in `rules` or fewer in `exclude`")
    only = None if rules is None else frozenset([rule.id for rule in chosen])

    @st.composite
    def drawn(draw: st.DrawFn) -> Violation:
        if base is None:
            rule = draw(_table(tuple(chosen)))
            draft = _draft(draw, rule)
        else:
            body = draw(base)
            rule = draw(st.sampled_from(_fitting(chosen, body)))
            draft = placed(Draft(body), rule)
        change = rule.breaks[0] if len(rule.breaks) == 1 else draw(st.sampled_from(rule.breaks))
        broken = change(draft, draw(CHANCE))
        error = refusal_of(broken, settings)
        if error is None:
            assume(not _is_refused_elsewhere(broken, settings))
            raise AssertionError(
                f"{_name(change)} broke nothing: {rule.id} and every other rule accept {shown(broken)}"
            )
        winner = error.rule or rule.id
        assume(only is None or winner in only)
        return Violation(winner, Refusal.of(error), broken, _name(change), settings)

    return drawn()


def _name(change: Break) -> str:
    return getattr(change, "__name__", repr(change))


def _draft(draw: st.DrawFn, rule: Rule[Any]) -> Draft:
    """An accepted request to a model of the rule's scope, some with what the rule looks at."""
    version = version_for(rule)
    model, name = draw(_names(rule))
    needed = [word for word in served.possible(model, version) if word in rule.needs]
    first = draw(st.sampled_from(("", *needed))) if needed else ""
    words = draw_features(draw, model, version=version, first=[first] if first else ())
    return placed(Draft(draw_body(draw, model, words, name=name)), rule)


@cache
def _names(rule: Rule[Any]) -> st.SearchStrategy[tuple[Any, str]]:
    return st.sampled_from(served.names_of(within(rule)))


def _fitting(rules: Sequence[Rule[Any]], body: JsonObject) -> list[Rule[Any]]:
    model = shipped().find(str(body.get("model")))
    fitting = [rule for rule in rules if model is None or rule.models.holds(model)]
    assume(fitting)
    return fitting


@cache
def _table(rules: tuple[Rule[Any], ...]) -> st.SearchStrategy[Rule[Any]]:
    """The rules in their order; those that take a heavy request come up less often."""
    light = [rule for rule in rules if not _is_heavy(rule)]
    return st.sampled_from([*rules, *light * (OFTEN - 1)])


@cache
def _is_heavy(rule: Rule[Any]) -> bool:
    return len(rule.breaks[0](plain_draft(rule), Plainest()).request().body) > HEAVY


@cache
def _is_awake(rule: Rule[Any], settings: Settings) -> bool:
    """Whether the rule refuses anything under these settings."""
    errors = [refusal_of(change(plain_draft(rule), Plainest()), settings) for change in rule.breaks]
    return any(error is not None and error.rule == rule.id for error in errors)


def _is_refused_elsewhere(draft: Draft, settings: Settings) -> bool:
    """Whether other settings refuse the request, so that its rule only sleeps."""
    return any(refusal_of(draft, other) is not None for other in LADDER if other != settings)
