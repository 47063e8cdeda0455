"""Whether the calls that were made are those that a test expected, and what came nearest where they are not."""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Final, NamedTuple

from mockclaude.call import Call, Intake
from mockclaude.engine.matcher import Matcher
from mockclaude.errors import ScriptError
from mockclaude.models import Models
from mockclaude.rules import shape
from mockclaude.rules.catalogue import call_of
from mockclaude.settings import Settings
from mockclaude.wire.interaction import Interaction

PATH: Final = "/v1/messages"
TOLD: Final = 3
"""Calls that came near and are told of."""


class Expected(NamedTuple):
    """How many calls there should be."""

    at_least: int = 1
    at_most: int | None = None

    def holds(self, count: int) -> bool:
        """Whether that many are right."""
        return self.at_least <= count and (self.at_most is None or count <= self.at_most)

    def __str__(self) -> str:
        if self.at_most is None:
            return f"at least {_calls(self.at_least)}"
        if self.at_least == self.at_most:
            return f"exactly {_calls(self.at_least)}" if self.at_least else "no calls"
        return f"{self.at_least} to {_calls(self.at_most)}" if self.at_least else f"at most {_calls(self.at_most)}"


def expected(*, times: int | None = None, at_least: int | None = None, at_most: int | None = None) -> Expected:
    """The expectation that is meant, at least one call when nothing is; raises `ScriptError`."""
    if times is not None and (at_least is not None or at_most is not None):
        raise ScriptError("times excludes at_least and at_most; give the one or the others")
    for name, value in (("times", times), ("at_least", at_least), ("at_most", at_most)):
        if value is not None and value < 0:
            raise ScriptError(f"{name} is {value}; expected a number of calls from 0 on")
    if times is not None:
        return Expected(times, times)
    least = at_least if at_least is not None else 1 if at_most is None else 0
    if at_most is not None and at_most < least:
        raise ScriptError(f"at_least={least} and at_most={at_most} exclude each other")
    return Expected(least, at_most)


@dataclass(frozen=True, slots=True)
class Verdict:
    """How many calls a matcher means, which, and what the nearest of the others had instead."""

    matcher: Matcher
    expected: Expected
    matching: tuple[Interaction, ...]
    nearest: tuple[str, ...] = ()

    @property
    def count(self) -> int:
        """How many calls matched."""
        return len(self.matching)

    @property
    def holds(self) -> bool:
        """Whether they are as many as expected."""
        return self.expected.holds(self.count)

    def __str__(self) -> str:
        what = f"expected {self.expected} for {self.matcher}, got {self.count}"
        if self.holds:
            return what
        if self.count > self.expected.at_least:
            return f"{what}: {', '.join(_named(interaction) for interaction in self.matching[-TOLD:])}"
        return f"{what}; nearest: {'; '.join(self.nearest) or 'no other calls were made'}"


def judge(
    matcher: Matcher, interactions: Iterable[Interaction], *, expected: Expected, settings: Settings, models: Models
) -> Verdict:
    """The verdict over what a journal remembers; what has not the shape of a call counts for nothing."""
    matching: list[Interaction] = []
    others: list[tuple[float, Interaction, Call]] = []
    for interaction in interactions:
        call = call_in(interaction, settings=settings, models=models)
        if call is None:
            continue
        if matcher.matches(call):
            matching.append(interaction)
        else:
            others.append((matcher.closeness(call), interaction, call))
    if expected.holds(len(matching)):
        return Verdict(matcher, expected, tuple(matching))
    near = sorted(others, key=lambda other: -other[0])[:TOLD]
    told = [f"{_named(interaction)} failed on {matcher.explain(call)}" for _, interaction, call in near]
    return Verdict(matcher, expected, tuple(matching), tuple(told))


def call_in(interaction: Interaction, *, settings: Settings, models: Models) -> Call | None:
    """The call that a remembered request was, refused or not; `None` for what has not the shape of one."""
    request = interaction.request
    if request.method != "POST" or request.path != PATH:
        return None
    intake = Intake(request, settings=settings, models=models, today=interaction.began.date())
    if intake.json_fault or not isinstance(intake.document, dict):
        return None
    faults = shape.faults(intake)
    return None if any(fault.is_fatal for fault in faults) else call_of(intake, sound=not faults)


def _named(interaction: Interaction) -> str:
    return interaction.request_id or f"the call of {interaction.began:%H:%M:%S}"


def _calls(count: int) -> str:
    return "1 call" if count == 1 else f"{count} calls"
