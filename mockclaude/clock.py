"""Where time comes from: every timestamp the mock writes is asked of a clock."""

from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Final

Clock = Callable[[], datetime]
"""Gives the present moment, in UTC."""

EPOCH: Final = datetime(2026, 11, 23, 12, 0, 0, tzinfo=UTC)
"""Where a fixed clock stands: the date of the facts this version was built on."""


def real_clock() -> datetime:
    """The wall clock."""
    return datetime.now(UTC)


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
