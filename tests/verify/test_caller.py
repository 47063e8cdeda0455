"""Clients of every kind are called with patience: blocking ones, asynchronous ones, several at once."""

import asyncio
import threading
from functools import partial

import pytest

from mockclaude.verify.caller import IMPATIENCE, Caller, Hangs, is_async


async def doubled(number: int) -> int:
    await asyncio.sleep(0)
    return 2 * number


def test_blocking_jobs_share_a_thread_that_is_none_of_the_caller_s() -> None:
    with Caller() as caller:
        threads = {caller.call(threading.get_ident, is_async=False) for _ in range(3)}
    assert len(threads) == 1
    assert threads != {threading.get_ident()}


def test_asynchronous_jobs_share_a_loop_for_the_whole_run() -> None:
    async def loop() -> object:
        return asyncio.get_running_loop()

    with Caller() as caller:
        assert len({caller.call(loop, is_async=True) for _ in range(3)}) == 1
        assert caller.call(partial(doubled, 4), is_async=True) == 8
        assert caller.call(lambda: 5, is_async=True) == 5


def test_a_plain_function_may_return_a_coroutine() -> None:
    async def loop() -> object:
        return asyncio.get_running_loop()

    with Caller() as caller:
        assert caller.call(lambda: doubled(3), is_async=False) == 6
        loops = {caller.call(loop, is_async=False) for _ in range(2)}
        assert loops == {caller.call(loop, is_async=True)}, "which runs where all others do"


@pytest.mark.parametrize("waits", [True, False])
def test_jobs_made_together_run_at_the_same_time(waits: bool) -> None:
    barrier, meeting = threading.Barrier(3), []

    def meet() -> None:
        meeting.append(barrier.wait(timeout=10))

    async def meet_later() -> None:
        meeting.append(await asyncio.to_thread(barrier.wait, 10))

    with Caller() as caller:
        caller.together([meet_later if waits else meet] * 3, is_async=waits)
    assert sorted(meeting) == [0, 1, 2]


@pytest.mark.parametrize("waits", [True, False])
def test_what_a_job_raises_is_raised(waits: bool) -> None:
    async def fails() -> None:
        raise LookupError("x")

    with Caller() as caller, pytest.raises(LookupError):
        caller.call(fails, is_async=waits)


def test_a_job_that_hangs_is_given_up_and_the_next_gets_less_patience() -> None:
    released = threading.Event()
    with Caller(patience=0.02) as caller:
        with pytest.raises(Hangs, match=r"no answer and no error within 0\.02 seconds"):
            caller.call(released.wait, is_async=False)
        with pytest.raises(Hangs):
            caller.call(asyncio.Event().wait, is_async=True)
        assert caller.patience == 0.02
        caller.patience = 10
        assert caller.call(lambda: 1, is_async=False) == 1, "another thread took over"
        released.set()
    long = Caller()
    assert long.patience > IMPATIENCE


def test_a_cancelled_job_has_ended() -> None:
    begun, ended = threading.Event(), threading.Event()

    async def streams() -> None:
        begun.set()
        try:
            await asyncio.Event().wait()
        finally:
            ended.set()

    with Caller() as caller:
        caller.cancelled(streams, after=begun.is_set)
        assert ended.is_set()
        caller.cancelled(partial(doubled, 1), after=lambda: False)  # it had come to its end


def test_asynchronous_functions_and_callables_are_told_from_others() -> None:
    class Calls:
        async def __call__(self) -> None:
            """Waits for nothing."""

    assert is_async(doubled)
    assert is_async(Calls())
    assert not is_async(len)
    assert not is_async(None)
