"""What a test says to one world of a server, and what it reads of it."""

from collections.abc import Callable, Iterable, Mapping
from contextlib import AbstractContextManager
from os import PathLike
from typing import TYPE_CHECKING

from mockclaude.calls import Calls, calls_of
from mockclaude.clock import SteeredClock, real_clock
from mockclaude.engine.matcher import Matchable
from mockclaude.engine.say import Answer
from mockclaude.engine.scenario import Scenario
from mockclaude.engine.stubs import Declared, Stubs, When
from mockclaude.environment import applied, client_environment
from mockclaude.ready import scenario_at
from mockclaude.record.journal import Journal
from mockclaude.settings import Settings, Validation
from mockclaude.usage import Usage, usage_of
from mockclaude.wire.finding import Finding
from mockclaude.wire.shown import shown
from mockclaude.workspace import Workspace, Workspaces

if TYPE_CHECKING:  # only cassettes pay for its import
    from mockclaude.engine.player import Player
    from mockclaude.engine.tape import Tape


class MockWorkspace:
    """One world of a server: what it answers, and what it was asked.

    Scripts may be declared and calls read in one thread while the server answers in another.
    """

    def __init__(self, workspaces: Workspaces, name: str, *, address: Callable[[], str]) -> None:
        self.workspaces = workspaces
        self.world: Workspace = workspaces.named(name)
        self.world.is_kept = True
        self._address = address

    @property
    def name(self) -> str:
        """The workspace's name."""
        return self.world.name

    @property
    def url(self) -> str:
        """The base URL for a client; raises `ServerError` while the server is not running."""
        return self._address()

    @property
    def api_key(self) -> str:
        """A key that leads to this workspace."""
        return f"sk-ant-mock-{self.name}"

    @property
    def settings(self) -> Settings:
        """How requests are judged and answered here; may be replaced at any time."""
        return self.world.settings

    @settings.setter
    def settings(self, settings: Settings) -> None:
        self.world.settings = settings

    @property
    def clock(self) -> SteeredClock:
        """The clock of the server: `clock.tick(60)` moves it, where `MockClaude(clock=FixedClock())` gave a fixed one."""
        return SteeredClock(self.workspaces.clock)

    def environment(self) -> AbstractContextManager[None]:
        """Leads every client of this process, and of those it starts, to this workspace; the variables are put back.

        with mock.environment():
            anthropic.Anthropic()
        """
        return applied(client_environment(self.url, self.api_key))

    def reply(self, *answers: Answer, times: int | None = None, forever: bool = False, force: bool = False) -> Declared:
        """Answers every call: with the answers in turn, of which the last repeats."""
        return self.stubs.reply(*answers, times=times, forever=forever, force=force)

    def when(self, matcher: Matchable, *, state: str | None = None) -> When:
        """Answers some calls: `mock.when(text("weather")).reply("18 C")`. The first stub that matches wins."""
        return self.stubs.when(matcher, state=state)

    def next(self, *answers: Answer, force: bool = False) -> list[Declared]:
        """Answers the next calls, one each, before any stub is asked."""
        return self.stubs.next(*answers, force=force)

    def scenario(
        self, source: str | PathLike[str] | Mapping[str, object] | Scenario, *, templates: bool = True
    ) -> list[Declared]:
        """Plays a scenario: a file, the name of a ready one, its text or its data."""
        return self.world.play(scenario_at(source, templates=templates))

    def cassette(self, source: "str | PathLike[str] | Tape") -> "Player":
        """Lets the recordings of a cassette answer what no stub does, until `eject` or `reset`.

        Raises `CassetteError` for one that cannot be read, or that another program records.
        """
        from mockclaude.engine.deck import opened  # only cassettes pay for its import
        from mockclaude.engine.tape import Tape

        player = opened(source if isinstance(source, Tape) else Tape(source))
        self.world.insert(player)
        return player

    def eject(self) -> None:
        """Takes the cassette out and closes its record; does nothing without one."""
        self.world.insert(None)

    @property
    def stubs(self) -> Stubs:
        """What was declared, each stub with the number of its calls."""
        return self.world.stubs

    @property
    def calls(self) -> Calls:
        """The conversations that were asked up to now; `journal` has every other request, too."""
        return calls_of(self.journal, models=self.workspaces.models)

    @property
    def journal(self) -> Journal:
        """Every request of this workspace that is remembered, with its answer."""
        return self.world.journal

    @property
    def findings(self) -> list[Finding]:
        """What was noticed about all requests."""
        return [finding for _, finding in self.world.findings]

    def assert_called(
        self,
        matcher: Matchable | None = None,
        *,
        times: int | None = None,
        at_least: int | None = None,
        at_most: int | None = None,
    ) -> None:
        """Fails unless as many calls match as expected: at least one when no number is given."""
        __tracebackhide__ = True
        self.calls.assert_called(matcher, times=times, at_least=at_least, at_most=at_most)

    @property
    def usage(self) -> Usage:
        """The tokens of the remembered calls that were answered, by model, and what they would have cost."""
        return usage_of(self.calls, models=self.workspaces.models)

    def assert_contract(self, *, validation: Validation = "strict", ignore: Iterable[str] = ()) -> None:
        """Fails when a remembered request broke a rule of the API, also one that was answered.

        `validation="live"` judges by what the API refuses today; `ignore` names rules to leave out.
        """
        __tracebackhide__ = True
        from mockclaude.verdicts.contract import breaches
        from mockclaude.verdicts.told import told_breaches, told_forgotten

        world = self.world
        models = self.workspaces.models
        found = breaches(self.journal, settings=world.settings, models=models, validation=validation, ignore=ignore)
        told = told_breaches(found) if found else told_forgotten(world.journal.forgotten)
        if told:
            raise AssertionError(told)

    def assert_resilient(
        self,
        *,
        outcome: object = None,
        attempts: int = 10,
        within: float = 600.0,
        tolerance: float = 0.05,
        restarts: bool = False,
        resumes: bool = False,
        ignore: Iterable[str] = (),
    ) -> None:
        """Fails when the client retried what is final, too soon, for ever or over partial output, or took less for whole.

        Equal requests after a failure count as retries of it. `outcome` is what the client returned or raised at last;
        without it, only a later request shows that a broken stream was taken for whole. A client that `restarts`
        throws partial output away, one that `resumes` asks for the rest in words of its own. `ignore` names lapses.
        """
        __tracebackhide__ = True
        from mockclaude.verdicts.resilience import Allowed, lapses
        from mockclaude.verdicts.returned import returned
        from mockclaude.verdicts.told import told_forgotten, told_lapses

        allowed = Allowed(attempts=attempts, within=within, tolerance=tolerance, restarts=restarts, resumes=resumes)
        calls = self.calls
        found = lapses(
            calls,
            allowed=allowed,
            returned=None if outcome is None else returned(outcome),
            dates=self.workspaces.clock is real_clock,
            ignore=ignore,
        )
        told = told_lapses(found, calls) if found else told_forgotten(self.journal.forgotten)
        if told:
            raise AssertionError(told)

    def assert_all_stubs_used(self) -> None:
        """Fails when a stub answered no call."""
        __tracebackhide__ = True
        calls = self.calls
        lines = [f"{one} answered no call; {_why_unused(one, calls)}" for one in self.stubs.unused]
        if lines:
            raise AssertionError(shown("\n".join(lines)))

    def reset(self) -> None:
        """Begins anew: no stubs, no calls, the settings of the start."""
        self.world.reset()

    def workspace(self, name: str) -> "MockWorkspace":
        """Another world of the same server, made when it is new; a client reaches it with its `api_key`."""
        return MockWorkspace(self.workspaces, name, address=self._address)

    def __repr__(self) -> str:
        return f"<MockWorkspace {self.name!r} stubs={len(self.stubs)} calls={len(self.calls)}>"


def _why_unused(unused: Declared, calls: Calls) -> str:
    """What the calls did instead."""
    if not calls:
        return "no call was made"
    meant = calls.matching(unused.stub.matcher)
    if meant:
        return f"call #{meant.last.number} matches, but was answered by {meant.last.stub or 'something else'}"
    return f"nearest: {calls.nearest(unused.stub.matcher) or 'none of the calls can be read'}"
