"""One timer wakes every sleeper at its deadlines and keeps nothing of those that left."""

import asyncio
import gc
import weakref
from collections.abc import Callable

from hypothesis import given, settings
from hypothesis import strategies as st

from mockclaude.server.timer import FORGIVEN, SLACK, Timer, timer_of_loop


class Napper:
    """Wakes at each of its deadlines and writes down when."""

    def __init__(self, deadlines: list[float], tell: Callable[[float, float], None], done: Callable[[], None]) -> None:
        self.deadlines = deadlines
        self.is_scheduled = False
        self._tell = tell
        self._done = done

    def wake(self, horizon: float) -> float | None:
        while self.deadlines and self.deadlines[0] <= horizon:
            self._tell(self.deadlines.pop(0), horizon)
        if self.deadlines:
            return self.deadlines[0]
        self._done()
        return None


async def nap(*schedules: list[float]) -> list[tuple[float, float]]:
    """Lets sleepers sleep to the given times from now; what was met, and by when."""
    loop, timer = asyncio.get_running_loop(), Timer()
    began, met, left = loop.time(), [], len(schedules)
    ended = asyncio.Event()

    def done() -> None:
        nonlocal left
        left -= 1
        if not left:
            ended.set()

    for schedule in schedules:
        deadlines = [began + at for at in schedule]
        timer.add(
            Napper(deadlines, lambda due, horizon: met.append((due - began, horizon - began)), done), deadlines[0]
        )
    await ended.wait()
    assert (len(timer), timer._armed) == (0, None)
    return met


TIMES = st.lists(st.floats(0, 0.01), min_size=1, max_size=5).map(sorted)


@given(schedules=st.lists(TIMES, min_size=1, max_size=5))
@settings(deadline=None, max_examples=30)
def test_every_deadline_is_met_once_in_order_and_never_early(schedules: list[list[float]]) -> None:
    met = asyncio.run(nap(*schedules))
    assert sorted(round(due, 9) for due, _ in met) == sorted(round(at, 9) for times in schedules for at in times)
    assert all(horizon >= due - 1e-9 for due, horizon in met)
    assert [horizon for _, horizon in met] == sorted(horizon for _, horizon in met)


async def test_what_is_due_together_is_met_together() -> None:
    met = await nap([0.002], [0.002], [0.002 + SLACK / 2])
    assert len({horizon for _, horizon in met}) == 1


async def test_a_sleeper_that_was_removed_sleeps_for_good() -> None:
    loop, timer = asyncio.get_running_loop(), Timer()
    met: list[float] = []
    ended = asyncio.Event()
    kept = Napper([loop.time() + 0.004], lambda due, _: met.append(due), ended.set)
    gone = Napper([loop.time() + 0.002], lambda due, _: met.append(due), ended.set)
    timer.add(kept, kept.deadlines[0])
    timer.add(gone, gone.deadlines[0])
    timer.remove(gone)
    timer.remove(gone)
    expected = kept.deadlines[0]
    await ended.wait()
    assert met == [expected]


async def test_sleepers_that_left_are_forgotten_long_before_their_deadlines() -> None:
    loop, timer = asyncio.get_running_loop(), Timer()
    sleepers = [Napper([loop.time() + 3600], lambda *_: None, lambda: None) for _ in range(1000)]
    for sleeper in sleepers:
        timer.add(sleeper, sleeper.deadlines[0])
    for sleeper in sleepers[:-1]:
        timer.remove(sleeper)
    assert len(timer) == 1
    assert len(timer._heap) <= FORGIVEN
    timer.remove(sleepers[-1])
    assert (timer._heap, timer._armed) == ([], None)


async def test_an_earlier_deadline_moves_the_one_call_forward() -> None:
    loop, timer = asyncio.get_running_loop(), Timer()
    late, ended = Napper([loop.time() + 3600], lambda *_: None, lambda: None), asyncio.Event()
    timer.add(late, late.deadlines[0])
    soon = Napper([loop.time() + 0.001], lambda *_: None, ended.set)
    timer.add(soon, soon.deadlines[0])
    await ended.wait()
    assert len(timer) == 1
    timer.remove(late)


def test_every_loop_has_one_timer_that_ends_with_it() -> None:
    async def seen() -> weakref.ref[Timer]:
        assert timer_of_loop() is timer_of_loop()
        return weakref.ref(timer_of_loop())

    kept = asyncio.run(seen())
    gc.collect()
    assert kept() is None
