"""Runs properties against a client: each by itself, so that one failure never hides another."""

from collections.abc import Iterable, Mapping
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path
from time import monotonic
from types import TracebackType
from typing import Final, Self

import hypothesis
from hypothesis import HealthCheck, Phase, given
from hypothesis.errors import Flaky

from mockclaude.errors import SettingsError, nearest
from mockclaude.verify.adapter import client_of
from mockclaude.verify.caller import PATIENCE, is_async
from mockclaude.verify.case import Case
from mockclaude.verify.counterexample import FOLDER, Counterexample, saved
from mockclaude.verify.failure import Failure, shown
from mockclaude.verify.known import known_of
from mockclaude.verify.properties import PROPERTIES
from mockclaude.verify.property import Broken, NotJudged, Property, Run, client_shown
from mockclaude.verify.report import ContractFailure, Report, Result, Status
from mockclaude.verify.stage import Stage

ENOUGH: Final = 100
"""Examples in which a known failure shows, or is taken for mended: fewer would be a matter of luck."""

NOT_ALWAYS: Final = " (not every time: the same case also went well)"


@dataclass(slots=True)
class _Seen:
    """What the examples of one property showed."""

    examples: int = 0
    judged: int = 0
    reasons: list[str] = field(default_factory=list)
    remarks: dict[str, None] = field(default_factory=dict)
    broken: tuple[Case, Run, Broken] | None = None


class Check:
    """A client under examination, with a server of its own from `with` to the end of its block.

    `known_failures` maps properties to reasons. Counterexamples are saved to `failures` unless it is `None`.
    `max_examples` and `derandomize` are those of the active Hypothesis profile unless given.
    """

    def __init__(
        self,
        adapter: object,
        *,
        max_examples: int | None = None,
        derandomize: bool | None = None,
        known_failures: Mapping[str, str] | None = None,
        failures: str | Path | None = FOLDER,
        name: str = "",
        patience: float = PATIENCE,
    ) -> None:
        self.adapter = adapter
        self.client = client_shown(adapter)
        besides = {_property(name).id: reason for name, reason in (known_failures or {}).items()}
        self.known = known_of(*client_of(adapter), besides=besides)
        self._stage = Stage(adapter, patience=patience)
        self._failures = failures
        self._name = name
        profile = hypothesis.settings()
        self._examples = profile.max_examples if max_examples is None else max_examples
        self._derandomize = profile.derandomize if derandomize is None else derandomize

    def judge(self, one: Property) -> Result:
        """What comes of a property."""
        reason = one.why_not(self.client)
        if reason:
            return Result(one, "not applicable", reason=reason)
        began, seen = monotonic(), _Seen()
        self._explore(one, seen)
        return self._result(one, seen, monotonic() - began)

    def replay(self, example: Counterexample) -> Result:
        """What comes of one case."""
        reason = example.about.why_not(self.client)
        if reason:
            return Result(example.about, "not applicable", reason=reason)
        began, seen = monotonic(), _Seen()
        with suppress(Broken):
            self._try(example.about, example.case, seen)
        return self._result(example.about, seen, monotonic() - began)

    def report(self, results: Iterable[Result]) -> Report:
        """The results as a report of this client."""
        return Report(tuple(results), *client_of(self.adapter))

    def __enter__(self) -> Self:
        self._stage.__enter__()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._stage.close()

    def _explore(self, one: Property, seen: _Seen) -> None:
        most = one.most(self.client)
        wanted = max(self._examples, ENOUGH) if one.id in self.known else self._examples
        settings = hypothesis.settings(
            max_examples=wanted if most is None else min(most, wanted),
            derandomize=self._derandomize,
            database=None,
            deadline=None,
            report_multiple_bugs=False,
            phases=(Phase.generate, Phase.shrink),
            suppress_health_check=list(HealthCheck),
        )

        @settings
        @given(one.cases(self.client))
        def holds(case: Case) -> None:
            self._try(one, case, seen)

        try:
            holds()
        except Broken:
            pass
        except Flaky:
            if seen.broken is None:
                raise
            seen.broken[2].cause += NOT_ALWAYS

    def _try(self, one: Property, case: Case, seen: _Seen) -> None:
        seen.examples += 1
        run = self._stage.play(case, validation=one.validation, keeps_logs=one.keeps_logs)
        try:
            if one.of_streams and run.exchanges and not run.has_streamed:
                raise NotJudged("the client asks for no stream")  # noqa: TRY301 - the same end as below
            remark = one.judge(case, run)
        except NotJudged as reason:
            seen.reasons.append(str(reason))
            return
        except Broken as broken:
            seen.broken = (case, run, broken)
            raise
        seen.judged += 1
        if remark:
            seen.remarks[remark] = None

    def _result(self, one: Property, seen: _Seen, seconds: float) -> Result:
        known, remarks = self.known.get(one.id), tuple(seen.remarks)
        if seen.broken is not None:
            failure = self._failure(one, *seen.broken)
            if known is None and self._failures is not None:
                failure = saved(failure, self._failures)
            status: Status = "failed" if known is None else "known failure"
            return Result(one, status, seen.examples, seconds, known or failure.cause, failure, remarks)
        if not seen.judged:
            return Result(one, "not applicable", seen.examples, seconds, seen.reasons[0] if seen.reasons else "")
        if known is not None:
            reason = f"a known failure that did not show in {seen.judged} examples; take it off the list: {known}"
            return Result(one, "mended", seen.examples, seconds, reason, remarks=remarks)
        return Result(one, "held", seen.judged, seconds, remarks=remarks)

    def _failure(self, one: Property, case: Case, run: Run, broken: Broken) -> Failure:
        waits = is_async(getattr(self.adapter, case.calls[0].form, None))
        cause, expected, got = map(shown, (broken.cause, broken.expected, broken.got))
        return Failure(one, case, cause, expected, got, run.attempts, self._name, is_async=waits)


def chosen(wanted: Iterable[str] | None = None, *, exclude: Iterable[str] = ()) -> tuple[Property, ...]:
    """The properties of these ids or names, all by default; raises `SettingsError`."""
    left_out = {_property(name).id for name in exclude}
    named = {one.id for one in PROPERTIES} if wanted is None else {_property(name).id for name in wanted}
    return tuple([one for one in PROPERTIES if one.id in named - left_out])


def _property(name: str) -> Property:
    known = {key: one for one in PROPERTIES for key in (one.id.lower(), one.name)}
    found = known.get(name.strip().lower())
    if found is None:
        hint = nearest(name, [key for one in PROPERTIES for key in (one.id, one.name)])
        raise SettingsError(f"no property is called {name!r}{hint}; expected P1 to P18 or a name")
    return found


def check_client(
    adapter: object,
    *,
    properties: Iterable[str] | None = None,
    exclude: Iterable[str] = (),
    max_examples: int | None = None,
    derandomize: bool | None = None,
    known_failures: Mapping[str, str] | None = None,
    failures: str | Path | None = FOLDER,
    patience: float = PATIENCE,
) -> Report:
    """Examines a client; raises `ContractFailure` that tells every property that does not hold.

        report = check_client(chat_adapter(ask), known_failures={"P6": "the SDK accepts streams that break off"})

    `properties` and `exclude` name some of P1 to P18.
    """
    wanted = chosen(properties, exclude=exclude)
    with Check(
        adapter,
        max_examples=max_examples,
        derandomize=derandomize,
        known_failures=known_failures,
        failures=failures,
        patience=patience,
    ) as check:
        report = check.report([check.judge(one) for one in wanted])
    if report.failed:
        raise ContractFailure(report)
    return report


def replay(example: Counterexample, adapter: object, *, name: str = "") -> Result:
    """Plays a counterexample to a client and tells whether its property holds now."""
    with Check(adapter, failures=None, name=name) as check:
        return check.replay(example)
