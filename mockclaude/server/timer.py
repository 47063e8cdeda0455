"""One timer for all paced streams of an event loop: a heap of absolute deadlines and a single armed call.

A task or a timer handle per event costs twice the processor time and drifts; here a late round serves everything that
is due by then, and no deadline depends on when the one before it was met.
"""

import asyncio
from heapq import heapify, heappop, heappush
from itertools import count
from typing import Final, Protocol
from weakref import WeakKeyDictionary

SLACK: Final = 0.0005
"""What is due within half a millisecond is due now; the loop's timers are no finer."""

FORGIVEN: Final = 64
"""Sleepers that may lie in the heap though nobody waits for them."""


class Sleeper(Protocol):
    """Something with a next deadline; the timer alone keeps `is_scheduled`."""

    is_scheduled: bool

    def wake(self, horizon: float) -> float | None:
        """Does all that is due by the horizon and tells the next deadline after it, if there is one; never raises."""


class Timer:
    """Wakes sleepers at their deadlines, by the clock of the running event loop."""

    def __init__(self) -> None:
        self._heap: list[tuple[float, int, Sleeper]] = []
        self._order = count()
        self._armed: asyncio.TimerHandle | None = None
        self._armed_at = 0.0
        self._left = 0

    def add(self, sleeper: Sleeper, deadline: float) -> None:
        """Wakes the sleeper at the deadline, and again at each that it tells."""
        sleeper.is_scheduled = True
        heappush(self._heap, (deadline, next(self._order), sleeper))
        self._arm()

    def remove(self, sleeper: Sleeper) -> None:
        """Lets a sleeper sleep for good."""
        if not sleeper.is_scheduled:
            return
        sleeper.is_scheduled = False
        self._left += 1
        if self._left == len(self._heap) or self._left >= max(FORGIVEN, len(self._heap) // 2):
            self._heap = [entry for entry in self._heap if entry[2].is_scheduled]
            heapify(self._heap)
            self._left = 0
            self._arm()

    def __len__(self) -> int:
        return len(self._heap) - self._left

    def _arm(self) -> None:
        """Sees to it that the one call comes at the first deadline, or not at all without any."""
        first = self._heap[0][0] if self._heap else None
        if self._armed is not None:
            if first is not None and self._armed_at <= first:
                return
            self._armed.cancel()
            self._armed = None
        if first is not None:
            self._armed_at = first
            self._armed = asyncio.get_running_loop().call_at(first, self._ring)

    def _ring(self) -> None:
        self._armed = None
        horizon = asyncio.get_running_loop().time() + SLACK
        while self._heap and self._heap[0][0] <= horizon:
            _, order, sleeper = heappop(self._heap)
            if not sleeper.is_scheduled:
                self._left -= 1
                continue
            deadline = sleeper.wake(horizon)
            if deadline is None:
                sleeper.is_scheduled = False
            else:
                heappush(self._heap, (deadline, order, sleeper))
        self._arm()


def timer_of_loop() -> Timer:
    """The timer of the running event loop, made when it is first asked for."""
    loop = asyncio.get_running_loop()
    timer = _TIMERS.get(loop)
    if timer is None:
        timer = _TIMERS[loop] = Timer()
    return timer


_TIMERS: Final[WeakKeyDictionary[asyncio.AbstractEventLoop, Timer]] = WeakKeyDictionary()
