"""One isolated world: its settings, what answers, what is remembered, and the count of its calls."""

import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import replace
from functools import lru_cache
from hashlib import sha256
from time import monotonic
from typing import Final

from mockclaude.call import Plans
from mockclaude.call import Plans
from mockclaude.clock import Clock
from mockclaude.engine.engine import Engine, Responder
from mockclaude.errors import SettingsError
from mockclaude.models import Models
from mockclaude.record.journal import Journal
from mockclaude.settings import Settings, validation_named
from mockclaude.wire.dice import Dice
from mockclaude.wire.ids import random_id

DEFAULT: Final = "default"
NAME: Final = re.compile(r"[A-Za-z0-9_.]{1,64}")
CREDENTIAL: Final = re.compile(r"sk-ant-mock-([A-Za-z0-9_.]{1,64})(?:-.*)?")
"""A credential of this form names its workspace; every other one belongs to `default`."""

MOST_SETTINGS: Final = 16
"""Settings whose plans are kept at the same time: those of the worlds, and what headers make of them."""

NAME_HEADER: Final = "x-mockclaude-workspace"
VALIDATION_HEADER: Final = "x-mockclaude-validation"


class Workspace:
    """An isolated world; two workspaces never see each other's calls, scripts or counts."""

    def __init__(self, name: str, *, settings: Settings, engine: Engine, key: bytes) -> None:
        self.name = name
        self.id = random_id("wrkspc", int.from_bytes(sha256(name.encode()).digest()[:16], "big"))
        self._settings = settings
        self.plans = Plans()
        self.engine = engine
        self.journal = Journal()
        self.touched = 0.0
        self._key = b"%b/%b" % (key, name.encode())
        self._ordinal = 0

    @property
    def settings(self) -> Settings:
        """How requests are judged and answered here."""
        return self._settings

    @settings.setter
    def settings(self, settings: Settings) -> None:
        self._settings = settings
        self.plans = Plans()  # what was accepted may be refused now

    def roll(self) -> Dice:
        """The dice of the next call: the same in every run with the same seed."""
        self._ordinal += 1
        return Dice(self._key, self._ordinal)

    def settings_for(self, headers: Mapping[str, str]) -> Settings:
        """The settings with what the request's own headers change; raises `SettingsError`."""
        wanted = headers.get(VALIDATION_HEADER)
        return self.settings if wanted is None else _judged(self.settings, wanted.strip())

    def reset(self) -> None:
        """Forgets what was asked and counts from one again."""
        self.journal.clear()
        self._ordinal = 0

    def __repr__(self) -> str:
        return f"<Workspace {self.name!r} calls={len(self.journal)}>"


class Workspaces:
    """All worlds of a server, each made when it is first named.

    Those idle for `expiry` seconds make room for new ones; at the `cap` the longest idle one does. The world
    `default` stays.
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
        self._key = key
        self._responders = tuple(responders)
        self._cap = cap
        self._expiry = expiry
        self._timer = timer
        self._plans: dict[Settings, Plans] = {}
        self._planned = settings
        self._latest = Plans()
        self._by_name: dict[str, Workspace] = {}
        self.default = self.named(DEFAULT)

    def resolve(self, headers: Mapping[str, str]) -> Workspace:
        """The world a request belongs to: its header names it, else its credential; raises `SettingsError`."""
        name = headers.get(NAME_HEADER)
        if name is not None:
            return self.named(name.strip())
        name = _name_in(headers.get("x-api-key") or headers.get("authorization", "").partition(" ")[2])
        return self.default if name is None else self.named(name)

    def named(self, name: str) -> Workspace:
        """The world of that name, made when it is new; raises `SettingsError`."""
        workspace = self._by_name.get(name)
        if workspace is None:
            workspace = self._make(name)
        workspace.touched = self._timer()
        return workspace

    def plans_for(self, settings: Settings) -> Plans:
        """What is kept of requests that were accepted under these settings, in whatever world."""
        if settings is not self._planned:
            if len(self._plans) >= MOST_SETTINGS:
                self._plans.clear()
            self._plans[self._planned] = self._latest
            self._planned, self._latest = settings, self._plans.get(settings) or Plans()
        return self._latest

    def __iter__(self) -> Iterator[Workspace]:
        return iter(list(self._by_name.values()))

    def __len__(self) -> int:
        return len(self._by_name)

    def __repr__(self) -> str:
        return f"<Workspaces {', '.join(self._by_name)}>"

    def _make(self, name: str) -> Workspace:
        if not NAME.fullmatch(name):
            raise SettingsError(f"{name!r} cannot name a workspace; expected 1 to 64 letters, digits, '_' or '.'")
        self._make_room()
        engine = Engine(clock=self.clock, responders=self._responders)
        self._by_name[name] = Workspace(name, settings=self.settings, engine=engine, key=self._key)
        return self._by_name[name]

    def _make_room(self) -> None:
        others = sorted([world for world in self if world.name != DEFAULT], key=lambda world: world.touched)
        too_many = len(self) + 1 - self._cap
        now = self._timer()
        for place, world in enumerate(others):
            if place < too_many or now - world.touched > self._expiry:
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
