"""Where time comes from: every timestamp the mock writes is asked of a clock."""

from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Final

from mockclaude.errors import SettingsError

Clock = Callable[[], datetime]
"""Gives the present moment, in UTC."""

EPOCH: Final = datetime(2026, 11, 23, 12, 0, 0, tzinfo=UTC)
"""Where a fixed clock stands: the date of the facts this version was built on."""


def real_clock() -> datetime:
    """The wall clock."""
    return datetime.now(UTC)


class SteeredClock:
    """The clock of a mock as a test sees it: tells the time, and moves it where it is a fixed one."""

    def __init__(self, clock: Clock) -> None:
        self._clock = clock

    @property
    def now(self) -> datetime:
        """The present moment, in UTC."""
        return self._clock()

    def tick(self, seconds: float) -> None:
        """Moves the clock forward; raises `SettingsError` for one that cannot be moved."""
        if not isinstance(self._clock, FixedClock):
            name = getattr(self._clock, "__name__", repr(self._clock))
            raise SettingsError(
                f"the clock {name} cannot be moved; expected a fixed one, as in MockClaude(clock=FixedClock())"
            )
        self._clock.advance(seconds)

    def __repr__(self) -> str:
        return f"<SteeredClock {self.now.isoformat()}>"


class FixedClock:
    """A clock that stands still until it is moved, so that runs repeat byte for byte."""

    def __init__(self, start: datetime = EPOCH) -> None:
        self.moment = start

    def __call__(self) -> datetime:
        """The moment it stands at."""
        return self.moment

    def advance(self, seconds: float) -> None:
        """Moves the clock forward."""
        self.moment += timedelta(seconds=seconds)

    def __repr__(self) -> str:
        return f"FixedClock({self.moment.isoformat()})"
