"""The server on which cases are played: one for a whole run, with a world of its own for each case."""

import logging
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager, suppress
from functools import partial
from itertools import count
from threading import Lock
from time import monotonic
from typing import Final, Self

from mockclaude.call import Call
from mockclaude.clock import real_clock
from mockclaude.engine.conversation import user_text
from mockclaude.engine.match import any_call
from mockclaude.engine.reply import Reply
from mockclaude.engine.stub import Stub, stub
from mockclaude.engine.verdict import PATH
from mockclaude.errors import MockClaudeError
from mockclaude.mock import MockClaude
from mockclaude.settings import Settings, Validation
from mockclaude.verify.adapter import Endpoint
from mockclaude.verify.caller import PATIENCE, Caller, Hangs, is_async
from mockclaude.verify.case import Answer, Ask, Case, Exact
from mockclaude.verify.outcome import AdapterError, ErrorInfo, Outcome, error_of, outcome_of
from mockclaude.verify.property import Run
from mockclaude.verify.tap import Tap
from mockclaude.verify.task import NAMES, TASK, offered
from mockclaude.wire.body import JsonObject
from mockclaude.wire.interaction import RawResponse
from mockclaude.workspace import Workspace

OURS: Final = 418
"""The status of our own failures."""

PROMPTNESS: Final = 1.0
"""Seconds within which a client must close what it has cancelled."""

SECRET: Final = "neversaythisaloud"  # noqa: S105 - a key of the mock, by which leaks are found


def marker(number: int) -> str:
    """What the question of a call says, so that calls made together are told apart."""
    return f"Question {number}."


class Play:
    """Answers the calls of one case, in turn or each its own."""

    def __init__(self, case: Case) -> None:
        self._answers = [_prepared(answer) for answer in case.answers]
        self._together = case.together
        self._turns = count()
        self._lock = Lock()

    def __call__(self, call: Call) -> Reply | RawResponse:
        """The answer to a call."""
        if self._together:
            asked = user_text(call)
            place = next((place for place in range(len(self._answers)) if marker(place) in asked), 0)
        else:
            with self._lock:
                place = min(next(self._turns), len(self._answers) - 1)
        answer = self._answers[place]
        if isinstance(answer, Exact):
            return answer.response(streamed=call.is_streaming)
        return answer.answer(call, 0, now=real_clock(), label=f"answer {place + 1}")


class Stage:
    """Plays cases to a client and tells what it did. One world for each case: nothing of one is seen in another."""

    def __init__(self, adapter: object, *, patience: float = PATIENCE) -> None:
        self.adapter = adapter
        self._mock = MockClaude(seed=0, clock=real_clock)
        self._caller = Caller(patience=patience)
        self._numbers = count(1)

    def play(self, case: Case, *, validation: Validation = "off", keeps_logs: bool = False) -> Run:
        """What the client does in the case; raises `AdapterError` for an adapter that breaks its promise."""
        with self._world(case, validation) as (world, key):
            endpoint = Endpoint(self._mock.url, key)
            called: list[tuple[str, JsonObject]] = []
            left: float | None = None
            with _logged(enabled=keeps_logs) as lines:
                if case.calls[0].form == "cancel":
                    outcomes, left = self._left(case, endpoint)
                else:
                    outcomes = self._outcomes(case, endpoint, called)
            exchanges = tuple([one for one in world.journal if one.request.path == PATH])
        for one in exchanges:
            if one.response is not None and one.response.status == OURS:
                raise MockClaudeError(f"the kit cannot play {case!r}: {one.response.body.decode('utf-8', 'replace')}")
        logs = "\n".join([*lines, *[outcome.logs for outcome in outcomes]])
        return Run(
            tuple(outcomes), exchanges, tuple(endpoint.waits), tuple(called), left_after=left, key=key, logs=logs
        )

    def close(self) -> None:
        """Lets the client go, which may have a `close` of its own, and stops the server."""
        close = getattr(self.adapter, "close", None)
        if callable(close):
            with suppress(Hangs):  # it has been told as such
                self._caller.call(close, is_async=is_async(close))
        self._caller.close()
        self._mock.close()

    def __enter__(self) -> Self:
        self._mock.start()
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    @contextmanager
    def _world(self, case: Case, validation: Validation) -> Iterator[tuple[Workspace, str]]:
        name = f"kit.{next(self._numbers)}"
        world = self._mock.workspaces.named(name)
        world.settings = Settings(validation=validation)
        world.engine.responders.insert(0, Play(case))
        try:
            yield world, f"sk-ant-mock-{name}-{SECRET}"
        finally:
            self._mock.workspaces.remove(name)

    def _outcomes(self, case: Case, endpoint: Endpoint, called: list[tuple[str, JsonObject]]) -> list[Outcome]:
        jobs = [self._job(ask, endpoint, called) for ask in case.calls]
        if not case.together:
            return [self._outcome([job], waits=is_async_)[0] for job, is_async_ in jobs]
        return self._outcome([job for job, _ in jobs], waits=jobs[0][1])

    def _outcome(self, jobs: Sequence[Callable[[], object]], *, waits: bool) -> list[Outcome]:
        try:
            futures = self._caller.together(jobs, is_async=waits)
        except Hangs as hangs:
            return [Outcome(error=ErrorInfo("Hangs", str(hangs), text=f"Hangs: {hangs}"))] * len(jobs)
        outcomes = []
        for future in futures:
            error = future.exception()
            if isinstance(error, AdapterError | KeyboardInterrupt | SystemExit):
                raise error
            outcomes.append(outcome_of(future.result()) if error is None else Outcome(error=error_of(error)))
        return outcomes

    def _job(
        self, ask: Ask, endpoint: Endpoint, called: list[tuple[str, JsonObject]]
    ) -> tuple[Callable[[], object], bool]:
        method = getattr(self.adapter, ask.form)
        if ask.form == "agent":
            tools = offered(NAMES, lambda name, given: called.append((name, given)))
            return partial(method, endpoint, str(ask.request.get("task", TASK)), tools), is_async(method)
        return partial(method, endpoint, ask.request), is_async(method)

    def _left(self, case: Case, endpoint: Endpoint) -> tuple[list[Outcome], float | None]:
        """Begins a stream that comes to no end and lets the client leave it."""
        [ask], [answer] = case.calls, case.answers
        assert isinstance(answer, Exact)
        with Tap(b"".join(answer.chunks), patience=self._caller.patience) as tap:
            there = Endpoint(tap.url, endpoint.api_key, endpoint.waits)
            own = getattr(self.adapter, "cancel", None)
            outcome = Outcome()
            if own is None:
                self._caller.cancelled(partial(self.adapter.stream, there, ask.request), after=tap.begun.is_set)  # type: ignore[attr-defined]
            else:
                [outcome] = self._outcome([partial(own, there, ask.request)], waits=is_async(own))
            gone = monotonic()
            left_at = tap.wait(PROMPTNESS)
        return [outcome], None if left_at is None else max(left_at - gone, 0.0)


def _prepared(answer: Answer) -> Exact | Stub:
    return answer if isinstance(answer, Exact) else stub(any_call(), answer, force=True)


class _Lines(logging.Handler):
    """Keeps what programs log, ours left out."""

    def __init__(self) -> None:
        super().__init__(logging.DEBUG)
        self.lines: list[str] = []

    def emit(self, record: logging.LogRecord) -> None:
        if not record.name.startswith("mockclaude"):
            self.lines.append(self.format(record))


@contextmanager
def _logged(*, enabled: bool) -> Iterator[list[str]]:
    """Everything that is logged meanwhile, down to the last detail."""
    handler, root = _Lines(), logging.getLogger()
    if not enabled:
        yield handler.lines
        return
    level, handlers = root.level, root.handlers[:]
    root.handlers[:] = [handler]  # nobody else wants every detail
    root.setLevel(logging.DEBUG)
    try:
        yield handler.lines
    finally:
        root.setLevel(level)
        root.handlers[:] = handlers
