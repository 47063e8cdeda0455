"""What is held for one running test: its worlds, the guard around it, and the verdict on what was asked."""

from collections.abc import Iterator, Mapping
from contextlib import ExitStack, contextmanager
from dataclasses import replace
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Final, cast

from mockclaude.environment import applied
from mockclaude.errors import CassetteError
from mockclaude.handle import MockWorkspace
from mockclaude.pytest_plugin import egress
from mockclaude.pytest_plugin.harvest import told_by
from mockclaude.pytest_plugin.options import MARKER, Value
from mockclaude.pytest_plugin.run import UPSTREAM_KEY, Run
from mockclaude.pytest_plugin.taped import tape_of
from mockclaude.pytest_plugin.told import NOTHING, Told, joined
from mockclaude.ready import scenario_at
from mockclaude.settings import Settings, validation_named
from mockclaude.wire.shown import clipped

if TYPE_CHECKING:  # only cassettes pay for its import
    from mockclaude.engine.tape import Tape

EXAMPLE: Final = ".example"
"""Follows a test's name in the name of its examples' world: the same for each, for clients that outlive an example."""

MANY: Final = 200
"""Parts that are kept apart; joining them after each example would take longer than the example."""


class Case:
    """A test from its first use of a fixture to its end; `wishes` are its marker's and the run's settings.

    One that `has_failed` takes no earlier recording's place.
    """

    def __init__(self, run: Run, nodeid: str, wishes: Mapping[str, Value], *, root: Path, folder: Path) -> None:
        self.nodeid = nodeid
        self.has_failed = False
        self._run = run
        self._wishes = wishes
        self._places = (folder, root)
        self._guard = egress.Guard(root)
        self._open: list[MockWorkspace] = [run.mock] if run.leads_session else []
        self._parts: list[Told] = []
        self._late: list[str] = []
        self._is_guarded = False
        self._ending = ExitStack()

    @contextmanager
    def world(self, suffix: str = "") -> Iterator[MockWorkspace]:
        """A fresh world for the test or an example, with the environment and the guard around it."""
        tape = tape_of(self._wishes, nodeid=self.nodeid, places=self._places)
        with ExitStack() as stack:
            if tape is not None and tape.may_record:
                stack.enter_context(applied({UPSTREAM_KEY: self._run.upstream_key}))
            else:
                self._stand_guard()
            settings = _settings(str(self._wishes["validation"]), strict_stubs=bool(self._wishes["strict_stubs"]))
            mock = stack.enter_context(self._run.world(self.nodeid, settings, suffix=suffix))
            scenario = self._wishes["scenario"]
            if scenario is not None:
                mock.world.begin_with(scenario_at(self._found(cast("str | Path", scenario))))
            if tape is not None:
                _insert(mock, tape)
            self._open.append(mock)
            is_whole = False
            try:
                yield mock
                is_whole = not self.has_failed
            finally:
                self._open.remove(mock)
                self._keep(self._told_by(mock))
                if mock.world.player is not None:
                    mock.world.player.close(whole=is_whole)
                mock.eject()

    @contextmanager
    def example(self) -> Iterator[MockWorkspace]:
        """The same for an example of the test; what is wrong with it fails the example, so that it can shrink."""
        attempts = self._guard.attempts.total()
        with self.world(EXAMPLE) as mock:
            yield mock
        kept_back = self._kept_back() if self._guard.attempts.total() > attempts else []
        problems = self.problems(replace(self._told_by(mock), egress=kept_back))
        if problems:
            raise AssertionError("\n".join(problems))

    def told(self) -> Told:
        """What the test has done up to now."""
        self._late += [nodeid for nodeid in self._run.late() if nodeid not in self._late]
        kept_back = self._kept_back()
        beside = Told(egress=kept_back, late=self._late) if kept_back or self._late else NOTHING
        return joined([*self._parts, *[self._told_by(mock) for mock in self._open], beside])

    def end(self) -> Told:
        """The last word; what the session's own world remembers is this test's and forgotten with it."""
        told = self.told()
        self._ending.close()
        if self._run.leads_session:
            self._run.mock.reset()
        return told

    def problems(self, told: Told) -> list[str]:
        """Why the test fails; empty when it does not."""
        found = list(told.egress)
        if self._wishes["unanswered"] == "fail":
            found += [
                f"the {self._source} could not answer a call (HTTP 418): {reason}\n  {WAYS_OUT[self._source]}"
                for reason in told.unanswered
            ]
        if told.wrong_versions:
            sent = "; ".join(told.wrong_versions)
            found.append(f"anthropic-version {self._wishes['api_version']} was expected of every request, got {sent}")
        if self._wishes["contract"] == "error":
            found += offences_in(told)
        return found

    def remarks(self, told: Told) -> list[str]:
        """What the test is told without failing."""
        found = offences_in(told) if self._wishes["contract"] == "warn" else []
        return found + [LATE.format(nodeid) for nodeid in told.late]

    def _kept_back(self) -> list[str]:
        return [egress.told(self._guard.attempts)] if self._guard.attempts else []

    def _keep(self, told: Told) -> None:
        """Remembers the part that a world told; many examples tell one."""
        self._parts.append(told)
        if len(self._parts) > MANY:
            self._parts = [joined(self._parts[:-1]), told]

    def _told_by(self, mock: MockWorkspace) -> Told:
        version = cast("str | None", self._wishes["api_version"])
        return told_by(mock.world, models=mock.workspaces.models, api_version=version)

    def _stand_guard(self) -> None:
        """Keeps the test from the paid API from the first world to its end."""
        if self._wishes["egress"] == "block" and not self._is_guarded:
            self._ending.enter_context(self._guard)
            self._is_guarded = True

    @property
    def _source(self) -> str:
        return "cassette" if self._wishes["cassette"] else "script"

    def _found(self, scenario: str | Path) -> str | Path:
        """The scenario's file beside the test or below the root of the run, where there is one."""
        if isinstance(scenario, str) and "\n" in scenario:
            return scenario
        return next((place / scenario for place in self._places if (place / scenario).is_file()), scenario)


WAYS_OUT: Final = {
    "script": f'Script a reply for it, or let it pass with @pytest.mark.{MARKER}(unanswered="allow").',
    "cassette": f"Record it with --{MARKER.replace('_', '-')}-record=new_episodes, or script a reply for it.",
}

TO_RECORD: Final = f"record it with --{MARKER.replace('_', '-')}-record=once"

LATE: Final = (
    "a call came with the key of {}, whose test is over: the application keeps a client from there.\n"
    "  Build clients anew in each test, or set mock_claude_session_env = true in the ini file."
)

FORGOTTEN: Final = (
    "no verdict on the oldest {} requests of this test: the journal has let go of them.\n"
    "  Pass one earlier with assert_contract(), and begin anew with reset() after it."
)
LONG: Final = 400
"""Characters of a message that are told."""


def offences_in(told: Told) -> list[str]:
    """The rules of the API that requests broke, each with the way out, and that some requests are not known any more."""
    found = [
        f"{_broken(offence['count'])} {offence['rule']}{_at(offence['path'])}: "
        f"{clipped(offence['message'], length=LONG)}\n  {offence['fix']}"
        for offence in told.offences
    ]
    return [*found, FORGOTTEN.format(told.forgotten)] if told.forgotten else found


def _insert(mock: MockWorkspace, tape: "Tape") -> None:
    """Lets a cassette answer; raises `CassetteError`, for one that is not there with the way out."""
    try:
        mock.cassette(tape)
    except CassetteError as fault:
        if tape.file.exists():
            raise
        raise CassetteError(f"{fault}; {TO_RECORD}") from None


def _at(path: str | None) -> str:
    return f" at {path}" if path else ""


@cache
def _settings(validation: str, *, strict_stubs: bool) -> Settings:
    return Settings(validation=validation_named(validation), strict_stubs=strict_stubs)


def _broken(count: int) -> str:
    return "a request breaks" if count == 1 else f"{count} requests break"
