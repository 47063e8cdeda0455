"""What a test says to one world of a server in another process, and what it reads of it."""

import os
from collections.abc import Iterable, Mapping
from contextlib import AbstractContextManager
from os import PathLike
from typing import TYPE_CHECKING, Final, cast
from urllib.parse import SplitResult, urlsplit

from mockclaude.calls import Calls, calls_of
from mockclaude.engine.data import data_of_scenario, data_of_stub
from mockclaude.engine.match import any_call
from mockclaude.engine.matcher import Matchable
from mockclaude.engine.say import Sayable
from mockclaude.engine.scenario import Scenario
from mockclaude.engine.settings_data import changed_settings, data_of_settings
from mockclaude.engine.stub import stub
from mockclaude.environment import applied, client_environment
from mockclaude.errors import ServerError, SettingsError
from mockclaude.models import Models
from mockclaude.ready import scenario_at
from mockclaude.record.entry import finding_of, interaction_of
from mockclaude.remote.clock import RemoteClock
from mockclaude.remote.line import TOKEN, Line
from mockclaude.remote.stubs import RemoteStub, RemoteWhen, stubs_of
from mockclaude.settings import Settings, Validation
from mockclaude.usage import Usage, usage_of
from mockclaude.verdicts.returned import data_of_returned, returned
from mockclaude.wire.body import Json, JsonObject
from mockclaude.wire.finding import Finding
from mockclaude.wire.interaction import Interaction
from mockclaude.workspace import DEFAULT

if TYPE_CHECKING:
    from mockclaude.engine.tape import Tape

ALL: Final = 1_000_000
"""More entries than a journal remembers."""


def connect(url: str, *, workspace: str = DEFAULT, token: str | None = None) -> "RemoteMock":
    """The handle of a running server; the token is that of `MOCKCLAUDE_CONTROL_TOKEN` unless given.

        mock = connect("http://localhost:4242", workspace="checkout")
        mock.when("weather").reply("18 C")

    Raises `ServerError` when no mockclaude answers there, or none that lets us in.
    """
    place = place_of(url)
    line = Line(place, workspace, os.environ.get(TOKEN) if token is None else token)
    line.ask("GET", "/settings")
    return RemoteMock(line)


def place_of(url: str) -> SplitResult:
    """The parts of a server's address; raises `ServerError`."""
    try:
        place = urlsplit(url)
        is_whole = place.scheme in {"http", "https"} and bool(place.hostname) and place.port != 0
    except ValueError:
        is_whole = False
    if not is_whole:
        raise ServerError(f"{url!r} is no address of a server; expected one such as http://localhost:4242")
    return place


class RemoteMock:
    """One world of a server in another process: what it answers, and what it was asked.

    Scripts are sent as data, so predicates and functions cannot be; they are refused when they are declared.
    """

    def __init__(self, line: Line) -> None:
        self._line = line

    @property
    def name(self) -> str:
        """The workspace's name."""
        return self._line.workspace

    @property
    def url(self) -> str:
        """The base URL for a client."""
        return self._line.url

    @property
    def api_key(self) -> str:
        """A key that leads to this workspace."""
        return f"sk-ant-mock-{self.name}"

    @property
    def clock(self) -> RemoteClock:
        """The clock of the server: `clock.tick(60)` moves it, where it was started with a seed, which fixes it."""
        return RemoteClock(self._line)

    def environment(self) -> AbstractContextManager[None]:
        """Leads every client of this process, and of those it starts, to this workspace; the variables are put back."""
        return applied(client_environment(self.url, self.api_key))

    @property
    def settings(self) -> Settings:
        """How requests are judged and answered here, but for the accepted keys; may be replaced at any time."""
        return changed_settings(Settings(), self._line.ask("GET", "/settings"))

    @settings.setter
    def settings(self, settings: Settings) -> None:
        if settings.keys is not None:
            raise SettingsError("keys cannot be set from another process; start the server with --keys")
        self._line.ask("PATCH", "/settings", data_of_settings(settings))

    def reply(
        self, *answers: Sayable, times: int | None = None, forever: bool = False, force: bool = False
    ) -> RemoteStub:
        """Answers every call: with the answers in turn, of which the last repeats."""
        return self.when(any_call()).reply(*answers, times=times, forever=forever, force=force)

    def when(self, matcher: Matchable, *, state: str | None = None) -> RemoteWhen:
        """Answers some calls: `mock.when(text("weather")).reply("18 C")`. The first stub that matches wins."""
        return RemoteWhen(self._line, matcher, state=state)

    def next(self, *answers: Sayable, force: bool = False) -> list[RemoteStub]:
        """Answers the next calls, one each, before any stub is asked."""
        queued = [data_of_stub(stub(any_call(), answer, times=1, force=force)) for answer in answers]
        replies = [cast("list[Json]", one["replies"])[0] for one in queued]
        return stubs_of(self._line, self._line.ask("POST", "/next", {"replies": replies}))

    def scenario(
        self, source: str | PathLike[str] | Mapping[str, Json] | Scenario, *, templates: bool = True
    ) -> list[RemoteStub]:
        """Plays a scenario: a file of this machine, the name of a ready one, its text or its data."""
        data = data_of_scenario(scenario_at(source, templates=templates))
        return stubs_of(self._line, self._line.ask("POST", "/scenario", data))

    def cassette(self, source: "str | PathLike[str] | Tape") -> None:
        """Lets the recordings of a cassette of this machine answer what no stub does, until `eject` or `reset`.

        Raises `CassetteError` for one that cannot be read, `SettingsError` for one that is to be recorded.
        """
        from mockclaude.engine.tape import Tape  # only cassettes pay for its import
        from mockclaude.record.portable import portable

        tape = source if isinstance(source, Tape) else Tape(source)
        if tape.may_record:
            raise SettingsError(
                f"{tape.file.name} cannot be recorded from another process; start the server with --cassette and --mode,"
                " or use `mockclaude record`"
            )
        how = {"match": ",".join(tape.match), "ignore": ",".join(tape.ignore)}
        how |= {"redact": "\n".join(tape.redact), "redact_names": ",".join(tape.redact_names)}
        query = {"name": tape.file.name, **how, "repeat": tape.repeat, "timing": tape.timing}
        self._line.ask("POST", "/cassette", portable(tape.file), query=query)

    def eject(self) -> None:
        """Takes the cassette out; does nothing without one."""
        self._line.ask("DELETE", "/cassette")

    @property
    def stubs(self) -> list[RemoteStub]:
        """What was declared, each stub with the number of its calls."""
        return stubs_of(self._line, self._line.ask("GET", "/stubs"))

    @property
    def calls(self) -> Calls:
        """The conversations that were asked up to now; `journal` has every other request, too."""
        return calls_of(self.journal, models=Models.load())

    @property
    def journal(self) -> list[Interaction]:
        """Every request of this workspace that is remembered, with its answer, oldest first."""
        entries = self._line.ask("GET", "/journal", query={"exact": "true", "limit": str(ALL)})["entries"]
        return [interaction_of(entry) for entry in cast("list[JsonObject]", entries)]

    @property
    def findings(self) -> list[Finding]:
        """What was noticed about all requests."""
        return [finding_of(one) for one in cast("list[JsonObject]", self._line.ask("GET", "/findings")["findings"])]

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
        return usage_of(self.calls, models=Models.load())

    def assert_contract(self, *, validation: Validation = "strict", ignore: Iterable[str] = ()) -> None:
        """Fails when a remembered request broke a rule of the API, also one that was answered.

        `validation="live"` judges by what the API refuses today; `ignore` names rules to leave out.
        """
        __tracebackhide__ = True
        self._verify("contract", {"validation": validation}, ignore)

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

        Everything is as in the handle of a server in this process.
        """
        __tracebackhide__ = True
        data: JsonObject = {
            "attempts": attempts,
            "within": within,
            "tolerance": tolerance,
            "restarts": restarts,
            "resumes": resumes,
        }
        if outcome is not None:
            data["outcome"] = data_of_returned(returned(outcome))
        self._verify("resilience", data, ignore)

    def assert_all_stubs_used(self) -> None:
        """Fails when a stub answered no call."""
        __tracebackhide__ = True
        views = cast("list[JsonObject]", self._line.ask("GET", "/stubs")["stubs"])
        unused = [f"{view['label']} answered no call" for view in views if not view["call_count"]]
        if unused:
            raise AssertionError("\n".join(unused))

    def reset(self) -> None:
        """Begins anew: no calls, the stubs and settings of the server's start."""
        self._line.ask("POST", "/reset")

    def workspace(self, name: str) -> "RemoteMock":
        """Another world of the same server, made when it is new; a client reaches it with its `api_key`."""
        line = self._line.to(name)
        line.ask("GET", "/settings")
        return RemoteMock(line)

    def _verify(self, what: str, data: JsonObject, ignore: Iterable[str]) -> None:
        __tracebackhide__ = True
        names: Json = ignore if isinstance(ignore, str) else list(ignore)
        error = self._line.ask("POST", f"/verify/{what}", {**data, "ignore": names}).get("error")
        if error is not None:
            raise AssertionError(cast("JsonObject", error)["message"])

    def __repr__(self) -> str:
        return f"<RemoteMock {self.url} workspace={self.name!r}>"
