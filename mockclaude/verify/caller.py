"""Calls a client with patience: a blocking one in a thread, an `async` one on a loop that lives for the whole run."""

import asyncio
import inspect
from collections.abc import Awaitable, Callable, Sequence
from concurrent.futures import Future
from concurrent.futures import TimeoutError as Late
from queue import SimpleQueue
from threading import Lock, Thread
from typing import Final, Self

PATIENCE: Final = 20.0
"""Seconds after which a client that still does something hangs."""

IMPATIENCE: Final = 2.0
"""The same once it has hung, so that the smallest case is found in time."""

Job = Callable[[], object]


class Hangs(Exception):
    """The client neither answered nor failed."""


class Caller:
    """Runs what an adapter does and waits for it, but not for ever. Its threads never outlive the process."""

    def __init__(self, *, patience: float = PATIENCE) -> None:
        self.patience = patience
        self._work: SimpleQueue[tuple[Job, Future[object]] | None] | None = None
        self._loop: asyncio.AbstractEventLoop | None = None
        self._lock = Lock()

    def call(self, job: Job, *, is_async: bool) -> object:
        """What the job returns or raises; raises `Hangs`."""
        return self.together([job], is_async=is_async)[0].result()

    def together(self, jobs: Sequence[Job], *, is_async: bool) -> list["Future[object]"]:
        """The jobs at the same time; the futures are done. Raises `Hangs`."""
        begin = self._on_loop if is_async else self._in_thread if len(jobs) == 1 else self._in_own_thread
        futures = [begin(job) for job in jobs]
        for future in futures:
            try:
                future.exception(self.patience)
            except Late:
                self._give_up(futures)
                waited, self.patience = self.patience, min(self.patience, IMPATIENCE)
                raise Hangs(f"no answer and no error within {waited:g} seconds") from None
        return futures

    def cancelled(self, job: Job, *, after: Callable[[], bool]) -> None:
        """Begins an asynchronous job and cancels it once `after` is true; returns when it has ended."""
        task = asyncio.run_coroutine_threadsafe(cancelled(job, after), self._running())
        task.result(self.patience)

    def close(self) -> None:
        """Lets the threads end."""
        if self._work is not None:
            self._work.put(None)
            self._work = None
        if self._loop is not None:
            self._loop.call_soon_threadsafe(self._loop.stop)
            self._loop = None

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def _in_thread(self, job: Job) -> "Future[object]":
        if self._work is None:
            self._work = SimpleQueue()
            Thread(target=self._worker, args=(self._work,), name="mockclaude client", daemon=True).start()
        future: Future[object] = Future()
        self._work.put((job, future))
        return future

    def _in_own_thread(self, job: Job) -> "Future[object]":
        future: Future[object] = Future()
        Thread(target=self._settle, args=(job, future), daemon=True).start()
        return future

    def _worker(self, work: "SimpleQueue[tuple[Job, Future[object]] | None]") -> None:
        while (given := work.get()) is not None:
            self._settle(*given)

    def _settle(self, job: Job, future: "Future[object]") -> None:
        future.set_running_or_notify_cancel()
        try:
            result = job()
            if inspect.iscoroutine(result):  # a plain function that hands on what another awaits
                result = asyncio.run_coroutine_threadsafe(result, self._running()).result()
        except BaseException as error:  # noqa: BLE001 - it belongs to the one who waits
            future.set_exception(error)
        else:
            future.set_result(result)

    def _on_loop(self, job: Job) -> "Future[object]":
        return asyncio.run_coroutine_threadsafe(_awaited(job), self._running())

    def _running(self) -> asyncio.AbstractEventLoop:
        with self._lock:
            if self._loop is None:
                self._loop = asyncio.new_event_loop()
                Thread(target=_run, args=(self._loop,), name="mockclaude loop", daemon=True).start()
            return self._loop

    def _give_up(self, futures: Sequence["Future[object]"]) -> None:
        for future in futures:
            future.cancel()
        if self._work is not None:
            self._work.put(None)  # the thread is lost until its job ends; the next job gets another
            self._work = None


def is_async(method: object) -> bool:
    """Whether calling it gives something to be awaited."""
    return inspect.iscoroutinefunction(method) or inspect.iscoroutinefunction(getattr(method, "__call__", None))  # noqa: B004


async def _awaited(job: Job) -> object:
    result = job()
    return await result if isinstance(result, Awaitable) else result


async def cancelled(job: Job, after: Callable[[], bool]) -> BaseException | None:
    """Begins an asynchronous job and cancels it once `after` is true; what it raised of its own, when it has ended."""
    task = asyncio.ensure_future(_awaited(job))
    while not after() and not task.done():  # noqa: ASYNC110 - a thread tells when
        await asyncio.sleep(0.001)
    task.cancel()
    await asyncio.wait([task])
    return None if task.cancelled() else task.exception()


def _run(loop: asyncio.AbstractEventLoop) -> None:
    asyncio.set_event_loop(loop)
    try:
        loop.run_forever()
        tasks = asyncio.all_tasks(loop)
        for task in tasks:
            task.cancel()
        loop.run_until_complete(asyncio.gather(*tasks, return_exceptions=True))
        loop.run_until_complete(loop.shutdown_asyncgens())
    finally:
        loop.close()
