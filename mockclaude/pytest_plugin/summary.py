"""What a whole run asked of the mock, and what was wrong with it: for the eye, and as data."""

from collections.abc import Iterator, Mapping
from dataclasses import asdict, dataclass
from datetime import date, timedelta
from functools import cached_property
from typing import Final, NamedTuple

from mockclaude import __version__
from mockclaude.models import Models
from mockclaude.pytest_plugin.told import Told, joined

SOON: Final = timedelta(days=90)
"""How long before its retirement a model is named; two months' notice is promised. Source: documentation, 2026-10."""
SHOWN: Final = 3
"""Tests that are named for one finding; the report has all."""
FORMAT: Final = 1


class Ageing(NamedTuple):
    """A model that is asked for and is gone, or soon will be."""

    model: str
    state: str
    day: date | None


@dataclass(frozen=True)
class Summary:
    """What the tests told, judged by the models of a day."""

    tests: Mapping[str, Told]
    models: Models
    today: date

    @cached_property
    def whole(self) -> Told:
        """All tests as one."""
        return joined(self.tests.values())

    @property
    def ageing(self) -> list[Ageing]:
        """The models that are retired, deprecated or soon retired, by name."""
        found = [self._ageing(name) for name in sorted(self.whole.models)]
        return [one for one in found if one is not None]

    def lines(self, *, is_brief: bool = False) -> list[str]:
        """What is printed at the end of the run; in brief, only what is to be mended."""
        wrong = [*self._violations(), *self._other_faults(), *self._ageing_lines(), *self._unused()]
        return wrong if is_brief or not self.whole.calls else [self._usage(), *wrong]

    def data(self) -> dict[str, object]:
        """The same and all that it rests on, as JSON."""
        return {
            "format": FORMAT,
            "mockclaude": __version__,
            "as_of": self.today.isoformat(),
            "calls": self.whole.calls,
            "tokens": self.whole.tokens,
            "models": self.whole.models,
            "ageing_models": [
                {"model": one.model, "state": one.state, "day": one.day and one.day.isoformat()} for one in self.ageing
            ],
            "violations": [
                {"rule": rule, "tests": tests, "count": count, "fix": fix}
                for rule, (tests, count, fix) in self._by_rule().items()
            ],
            "tests": {nodeid: asdict(told) for nodeid, told in self.tests.items()},
        }

    def _usage(self) -> str:
        whole = self.whole
        models = ", ".join(f"{name} ({count})" for name, count in sorted(whole.models.items()))
        tokens = whole.tokens
        used = f"{tokens.get('input_tokens', 0):,} tokens in, {tokens.get('output_tokens', 0):,} out"
        tests = sum(told.calls > 0 for told in self.tests.values())
        models = f"; models: {models}" if models else ""
        return f"{counted(whole.calls, 'call')} in {counted(tests, 'test')}, {used}{models}"

    def _by_rule(self) -> dict[str, tuple[list[str], int, str]]:
        """The tests, the number of requests and the way out, by rule."""
        found: dict[str, tuple[list[str], int, str]] = {}
        for nodeid, told in self.tests.items():
            for offence in told.offences:
                tests, count, _ = found.get(offence["rule"], ([], 0, ""))
                tests = tests if nodeid in tests else [*tests, nodeid]
                found[offence["rule"]] = (tests, count + offence["count"], offence["fix"])
        return dict(sorted(found.items()))

    def _violations(self) -> Iterator[str]:
        for rule, (tests, count, fix) in self._by_rule().items():
            yield f"{rule}: {counted(count, 'request')} in {named(tests)}"
            yield f"  {fix}"

    def _other_faults(self) -> Iterator[str]:
        kinds = {
            "egress": "kept from the paid API",
            "unanswered": "a call that the script could not answer",
            "wrong_versions": "another API version",
            "late": "a call with the key of a test that was over",
        }
        for kind, words in kinds.items():
            tests = [nodeid for nodeid, told in self.tests.items() if getattr(told, kind)]
            if tests:
                yield f"{words}: {named(tests)}"

    def _ageing_lines(self) -> Iterator[str]:
        for one in self.ageing:
            tests = [nodeid for nodeid, told in self.tests.items() if one.model in told.models]
            yield f"{one.model} {one.state}{self._when(one.day)}: {named(tests)}"

    def _when(self, day: date | None) -> str:
        if day is None:
            return ""
        return f" since {day}" if day <= self.today else f" on {day}, in {counted((day - self.today).days, 'day')}"

    def _unused(self) -> Iterator[str]:
        for nodeid, told in self.tests.items():
            for stub in told.unused_stubs:
                yield f"{stub} answered no call: {nodeid}"

    def _ageing(self, name: str) -> Ageing | None:
        profile = self.models.find(name)
        if profile is None:
            return None
        end = profile.retired_on or profile.retires_at
        if profile.lifecycle(self.today) == "retired":
            return Ageing(name, "is retired", end)
        if end is not None and end - self.today <= SOON:
            return Ageing(name, "retires", end)
        if profile.lifecycle(self.today) == "deprecated":
            return Ageing(name, "is deprecated and retires" if end else "is deprecated", end or profile.deprecated_at)
        return None


def counted(count: int, noun: str) -> str:
    """`1 call`, `2 calls`."""
    return f"{count} {noun}" if count == 1 else f"{count} {noun}s"


def named(tests: list[str]) -> str:
    """The first tests by their node ids, and how many more there are."""
    left_out = len(tests) - SHOWN
    return ", ".join(tests[:SHOWN]) + (f" and {left_out} more" if left_out > 0 else "")
