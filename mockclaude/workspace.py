"""One isolated world: its settings, what answers, what is remembered, and the count of its calls."""

import re
from collections.abc import Awaitable, Callable, Iterator, Mapping, Sequence
from dataclasses import replace
from functools import cached_property, lru_cache
from hashlib import sha256
from threading import Lock
from time import monotonic
from typing import TYPE_CHECKING, Final

from mockclaude.call import Call, Plans
from mockclaude.clock import Clock
from mockclaude.engine.engine import Engine, Responder
from mockclaude.engine.reply import Reply
from mockclaude.errors import MockClaudeError, NoReplyError, SettingsError, nearest
from mockclaude.models import Models
from mockclaude.record.journal import Journal
from mockclaude.settings import Settings, validation_named
from mockclaude.wire.dice import Dice
from mockclaude.wire.finding import Finding
from mockclaude.wire.ids import random_id
from mockclaude.wire.shown import shown

if TYPE_CHECKING:  # only batches, cassettes and scripts pay for their imports
    from mockclaude.engine.batches import Batches
    from mockclaude.engine.player import Player
    from mockclaude.engine.scenario import Scenario
    from mockclaude.engine.stubs import Declared, Stubs

DEFAULT: Final = "default"
NAME: Final = re.compile(r"[A-Za-z0-9_.]{1,64}")
CREDENTIAL: Final = re.compile(r"sk-ant-mock-([A-Za-z0-9_.]{1,64})(?:-.*)?")
"""A credential of this form names its workspace; every other one belongs to `default`."""

NAME_HEADER: Final = "x-mockclaude-workspace"
VALIDATION_HEADER: Final = "x-mockclaude-validation"

UNMATCHED: Final = "unmatched-call"
BAD_SCRIPT: Final = "contradictory-script"
"""Findings about scripts: no stub meant the call, or the one that did could not say its reply."""
UNRECORDED: Final = "unrecorded-request"
UNANSWERED: Final = "upstream-failed"
LOST: Final = "recording-lost"
"""Findings about a request that no recording of the cassette answers, one that the upstream does not, and one of which
the answer could not be kept."""


MANY: Final = 100
"""Stubs above which a call that is answered without them is not told the nearest: to find it would hold up answers."""


class Workspace:
    """An isolated world; two workspaces never see each other's calls, scripts or counts.

    `scenarios` are those it begins with, also after a reset, and `player` plays the cassette it begins with.
    A world that `is_kept` never makes room for another.
    """

    def __init__(
        self,
        name: str,
        *,
        settings: Settings,
        engine: Engine,
        key: bytes,
        scenarios: "Sequence[Scenario]" = (),
        player: "Player | None" = None,
    ) -> None:
        self.name = name
        self.engine = engine
        self._stubs: Stubs | None = None
        self._batches: Batches | None = None
        self._making = Lock()
        self.journal = Journal()
        self.touched = 0.0
        self.is_kept = name == DEFAULT
        engine.responders[:] = [self._scripted, *engine.responders, self._unscripted]
        self._given, self._given_key = settings, b"%b/%b" % (key, name.encode())
        self._scenarios = {scenario.name: scenario for scenario in scenarios}
        self.player = self._given_player = player
        self.reset()

    @cached_property
    def id(self) -> str:
        """The workspace's id, as the API writes it: the same in every run."""
        return random_id("wrkspc", int.from_bytes(sha256(self.name.encode()).digest()[:16], "big"))

    @property
    def settings(self) -> Settings:
        """How requests are judged and answered here."""
        return self._settings

    @settings.setter
    def settings(self, settings: Settings) -> None:
        self._settings = settings
        self.plans = Plans()  # what was accepted may be refused now
        self._key = self._given_key
        if settings.seed is not None and settings.seed != self._given.seed:
            self._key = b"%d/%b" % (settings.seed, self.name.encode())

    @property
    def calls(self) -> int:
        """How many requests came since the world began."""
        return self._ordinal

    @property
    def findings(self) -> list[tuple[str, Finding]]:
        """What was noticed about the remembered requests, with the id of each."""
        return [(entry.request_id, finding) for entry in self.journal for finding in entry.findings]

    def roll(self) -> Dice:
        """The dice of the next call: the same in every run with the same seed."""
        self._ordinal += 1
        return Dice(self._key, self._ordinal)

    def settings_for(self, headers: Mapping[str, str]) -> Settings:
        """The settings with what the request's own headers change; raises `SettingsError`."""
        wanted = headers.get(VALIDATION_HEADER)
        return self._settings if wanted is None else _judged(self._settings, wanted.strip())

    @property
    def stubs(self) -> "Stubs":
        """What was declared here."""
        with self._making:
            if self._stubs is None:
                from mockclaude.engine.stubs import Stubs

                self._stubs = Stubs(clock=self.engine.clock)
            return self._stubs

    @property
    def batches(self) -> "Batches":
        """What was asked in batches."""
        with self._making:
            if self._batches is None:
                from mockclaude.engine.batches import Batches

                self._batches = Batches()
            return self._batches

    def play(self, scenario: "Scenario") -> "list[Declared]":
        """Declares the stubs of a scenario, in place of those it had before, and takes over its settings."""
        if scenario.settings:
            self.settings = scenario.settings_over(self.settings)
        return self.stubs.load(scenario)

    def begin_with(self, scenario: "Scenario") -> None:
        """Plays a scenario now and after every reset."""
        self._scenarios[scenario.name] = scenario
        self.play(scenario)

    def insert(self, player: "Player | None", *, lasting: bool = False) -> None:
        """Plays a cassette in place of another, or none; a `lasting` one stays after a reset, at its beginning."""
        self._eject()
        self.player = player
        if lasting:
            self._given_player = player

    def reset(self) -> None:
        """Begins anew: without calls, with the settings, scenarios and cassette it was given, and counts from one."""
        self._eject()
        self.player = self._given_player
        if self.player is not None:
            self.player.rewind()
        if self._stubs is not None:
            self._stubs.clear()
        self.engine.prompt_cache.clear()
        self._batches = None
        self.journal.clear()
        self._ordinal = 0
        self.settings = self._given
        for scenario in self._scenarios.values():
            self.play(scenario)

    def _eject(self) -> None:
        """Closes the record of a cassette that is this world's alone."""
        if self.player is not None and self.player is not self._given_player:
            self.player.close()

    def __repr__(self) -> str:
        return f"<Workspace {self.name!r} stubs={len(self._stubs or ())} calls={len(self.journal)}>"

    def _scripted(self, call: Call) -> Reply | None:
        if not self._stubs:
            return None
        try:
            return self._stubs(call)
        except MockClaudeError as fault:
            call.findings.append(Finding(BAD_SCRIPT, shown(str(fault))))
            raise

    def _unscripted(self, call: Call) -> None:
        """Says why no stub answers; raises `NoReplyError` where nothing else may."""
        if self.player is not None:
            return  # the cassette is asked next
        is_strict, count = call.settings.strict_stubs, len(self._stubs or ())
        if is_strict or count:
            has_time = is_strict or count <= MANY
            reason = shown(self.stubs.no_match(call)) if has_time else f"none of {count} stubs matches this call"
            call.findings.append(Finding(UNMATCHED, reason, "violation" if is_strict else "remark"))
            if is_strict:
                raise NoReplyError(reason)


class Workspaces:
    """All worlds of a server, each made when it is first named.

    Those idle for `expiry` seconds make room for new ones; at the `cap` the longest idle one does. Those that are
    kept stay: `default`, and worlds that a handle in this process holds.
    """

    def __init__(
        self,
        settings: Settings,
        *,
        key: bytes,
        clock: Clock,
        models: Models,
        responders: Sequence[Responder] = (),
        cap: int = 1000,
        expiry: float = 3600.0,
        timer: Callable[[], float] = monotonic,
    ) -> None:
        self.settings = settings
        self.clock = clock
        self.models = models
        self.answered: dict[int, int] = {}
        self.endings: dict[str, Callable[[], Awaitable[None]]] = {}  # what the server does at its end
        self._key = key
        self._responders = tuple(responders)
        self._scenarios: dict[str, Scenario] = {}
        self._player: Player | None = None
        self._cap = cap
        self._expiry = expiry
        self._timer = timer
        self._lock = Lock()
        self._by_name: dict[str, Workspace] = {}
        self._aliases: dict[str, str] = {}
        self.default = self.named(DEFAULT)

    def resolve(self, headers: Mapping[str, str]) -> Workspace:
        """The world a request belongs to: its header names it, else its credential; raises `SettingsError`."""
        name = headers.get(NAME_HEADER)
        if name is not None:
            name = name.strip()
            return self.named(self._aliases.get(name, name))
        name = _name_in(headers.get("x-api-key") or headers.get("authorization", "").partition(" ")[2])
        return self.default if name is None else self.named(self._aliases.get(name, name))

    def named(self, name: str) -> Workspace:
        """The world of that name, made when it is new; raises `SettingsError`."""
        workspace = self._by_name.get(name)
        if workspace is None:
            workspace = self._make(name)
        workspace.touched = self._timer()
        return workspace

    def fresh(self, name: str, *, settings: Settings | None = None) -> Workspace:
        """A new world in place of the one of that name, with settings that a reset returns to; raises `SettingsError`."""
        self._by_name.pop(name, None)
        return self._make(name, settings=settings)

    def alias(self, name: str, *, to: str | None) -> None:
        """Lets requests that name one world reach another from now on; with `None`, the one they name."""
        if to is None:
            self._aliases.pop(name, None)
        else:
            self._aliases[name] = to

    def find(self, name: str) -> Workspace | None:
        """The world of that name, if there is one."""
        return self._by_name.get(name)

    def remove(self, name: str) -> None:
        """Forgets a world; raises `SettingsError` for an unknown one and for one that is kept."""
        world = self.find(name)
        if world is None:
            raise SettingsError(f"there is no workspace {shown(repr(name))}{nearest(name, self._by_name)}")
        if world.is_kept:
            raise SettingsError(f"the workspace {name!r} stays; reset it instead")
        del self._by_name[name]

    def begin_with(self, scenario: "Scenario") -> None:
        """Lets every world play a scenario now and after a reset, those to come included."""
        self._scenarios[scenario.name] = scenario
        for workspace in self:
            workspace.begin_with(scenario)

    def insert(self, player: "Player | None") -> None:
        """Lets every world play a cassette, each from its beginning, those to come included."""
        self._player = player
        for workspace in self:
            workspace.insert(player and player.again(), lasting=True)

    def idle(self, workspace: Workspace) -> float:
        """Seconds since the world was last named."""
        return self._timer() - workspace.touched

    def __iter__(self) -> Iterator[Workspace]:
        return iter(list(self._by_name.values()))

    def __len__(self) -> int:
        return len(self._by_name)

    def __repr__(self) -> str:
        return f"<Workspaces {', '.join(self._by_name)}>"

    def _make(self, name: str, *, settings: Settings | None = None) -> Workspace:
        if not NAME.fullmatch(name):
            told = shown(repr(name))  # it may be a key
            raise SettingsError(f"{told} cannot name a workspace; expected 1 to 64 letters, digits, '_' or '.'")
        with self._lock:
            if name not in self._by_name:
                self._make_room()
                engine = Engine(clock=self.clock, responders=self._responders)
                self._by_name[name] = Workspace(
                    name,
                    settings=settings or self.settings,
                    engine=engine,
                    key=self._key,
                    scenarios=tuple(self._scenarios.values()),
                    player=self._player and self._player.again(),
                )
            return self._by_name[name]

    def _make_room(self) -> None:
        others = sorted([world for world in self if not world.is_kept], key=lambda world: world.touched)
        too_many = len(self) + 1 - self._cap
        for place, world in enumerate(others):
            if place < too_many or self.idle(world) > self._expiry:
                del self._by_name[world.name]


@lru_cache(maxsize=4096)
def _name_in(credential: str) -> str | None:
    match = CREDENTIAL.fullmatch(credential.strip())
    return None if match is None else match[1]


@lru_cache(maxsize=64)
def _judged(settings: Settings, validation: str) -> Settings:
    try:
        return replace(settings, validation=validation_named(validation))
    except SettingsError as fault:
        raise SettingsError(f"header {VALIDATION_HEADER}: {fault}") from None
