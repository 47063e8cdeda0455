"""`MockClaude`: a server in a thread of its own, held by a test."""

import asyncio
import logging
import os
import socket
import threading
from collections.abc import AsyncIterator, Callable, Sequence
from concurrent.futures import Future
from contextlib import asynccontextmanager
from dataclasses import replace
from os import PathLike
from types import TracebackType
from typing import TYPE_CHECKING, Final, Self, TypeVar

from aiohttp import web

from mockclaude.clock import Clock
from mockclaude.decorator import with_a_mock
from mockclaude.errors import ServerError, SettingsError
from mockclaude.handle import MockWorkspace
from mockclaude.remote import RemoteMock, connect
from mockclaude.server.app import make_app
from mockclaude.server.runner import Server, bind, url_of, workspaces_for
from mockclaude.settings import Mode, Settings, Validation
from mockclaude.workspace import DEFAULT

if TYPE_CHECKING:  # only cassettes pay for its import
    from mockclaude.engine.tape import Tape

PATIENCE: Final = 0.1
"""Seconds that answers still under way get when the server closes."""

Result = TypeVar("Result")

logging.getLogger("mockclaude").addHandler(logging.NullHandler())  # a refusal is an answer, not news on standard error


class MockClaude(MockWorkspace):
    """A mock of the Messages API on a free port of this machine, from `with` to the end of its block.

        with MockClaude() as mock:
            mock.reply("Hello!")
            client = Anthropic(base_url=mock.url, api_key=mock.api_key)

    `async with` does the same; the server does not run on the caller's event loop, so blocking clients work too.
    As a decorator of a function or coroutine function it makes a mock for every call, and hands it over as `mock`:

        @MockClaude()
        def test_greeting(mock: MockClaude) -> None: ...

    Without a script it answers with neutral prose, unless `strict_stubs` lets only stubs answer, or a `cassette`
    plays: a file, or a `Tape` that says more. `record`, `match` and `ignore` say it for a file.
    """

    def __init__(
        self,
        settings: Settings | None = None,
        *,
        seed: int | None = None,
        validation: Validation | None = None,
        strict_stubs: bool | None = None,
        clock: Clock | None = None,
        cassette: "str | PathLike[str] | Tape | None" = None,
        record: Mode | None = None,
        match: Sequence[str] = (),
        ignore: Sequence[str] = (),
        workspace: str = DEFAULT,
        host: str = "127.0.0.1",
        port: int = 0,
    ) -> None:
        def again() -> MockClaude:
            return MockClaude(
                settings,
                seed=seed,
                validation=validation,
                strict_stubs=strict_stubs,
                clock=clock,
                cassette=cassette,
                record=record,
                match=match,
                ignore=ignore,
                workspace=workspace,
                host=host,
                port=port,
            )

        self._again: Callable[[], MockClaude] = again
        if not isinstance(settings, Settings | None):
            way_out = "write @MockClaude(), with parentheses" if callable(settings) else "name what is set"
            raise SettingsError(f"{settings!r} is no Settings; {way_out}, as in MockClaude(validation='live')")
        base = settings or Settings()
        wanted = replace(
            base,
            seed=base.seed if seed is None else seed,
            validation=validation or base.validation,
            strict_stubs=base.strict_stubs if strict_stubs is None else strict_stubs,
        )
        workspaces = workspaces_for(wanted, clock=clock)
        super().__init__(workspaces, workspace, address=self._running_url)
        self._tape: Tape | None = None
        if cassette is not None or record is not None or match or ignore:
            from mockclaude.engine.tape import tape_of  # only cassettes pay for its import

            self._tape = tape_of(cassette, record=record, match=match, ignore=ignore)
        self._host = host
        self._port = port
        self._url = ""
        self._thread: threading.Thread | None = None
        self._loop: asyncio.AbstractEventLoop | None = None
        self._ending: asyncio.Event | None = None
        self._is_here = False
        self._process = os.getpid()

    @staticmethod
    def connect(url: str, *, workspace: str = DEFAULT, token: str | None = None) -> RemoteMock:
        """The same handle on a server in another process or container, by its URL.

            mock = MockClaude.connect("http://localhost:4242", workspace="checkout")

        Raises `ServerError` where no mockclaude answers, or none that lets us in.
        """
        return connect(url, workspace=workspace, token=token)

    @property
    def is_running(self) -> bool:
        """Whether the server answers; false in a process that was forked from the one that started it."""
        return (self._thread is not None or self._is_here) and self._process == os.getpid()

    def start(self) -> Self:
        """Starts the server; it answers when this returns. Raises `ServerError` when it cannot listen."""
        if self.is_running:
            raise ServerError(f"this MockClaude is already running on {self._url}")
        sockets = self._sockets()
        started: Future[None] = Future()
        serving = self._serve(Server(self.workspaces, sockets, patience=PATIENCE), started)
        self._url, self._process = url_of(self._host, sockets), os.getpid()
        self._thread = threading.Thread(
            target=asyncio.run, args=(serving,), name=f"mockclaude {self._url}", daemon=True
        )
        self._thread.start()
        try:
            started.result()
        except BaseException:
            self._join()
            raise
        return self

    def close(self) -> None:
        """Stops the server and waits for its thread; does nothing when it is not running."""
        self._close()

    def _close(self, *, whole: bool = True) -> None:
        if self._thread is None or not self.is_running:
            return
        assert self._loop is not None
        assert self._ending is not None
        self._loop.call_soon_threadsafe(self._ending.set)
        self._join()
        self._eject(whole=whole)

    @asynccontextmanager
    async def on_this_loop(self) -> AsyncIterator[Self]:
        """Runs the server on the caller's own event loop instead: for asynchronous clients, since others would block it.

        async with MockClaude().on_this_loop() as mock: ...
        """
        if self.is_running:
            raise ServerError(f"this MockClaude is already running on {self._url}")
        sockets = self._sockets()
        server = Server(self.workspaces, sockets, patience=PATIENCE)
        await server.start()
        self._url, self._process, self._is_here = url_of(self._host, sockets), os.getpid(), True
        whole = False
        try:
            yield self
            whole = True
        finally:
            self._is_here = False
            await server.stop()
            self._eject(whole=whole)

    def app(self) -> web.Application:
        """The server as an application of aiohttp, for fixtures such as `aiohttp_server`, which know its address."""
        self._insert()
        app = make_app(self.workspaces)

        async def ejected(_app: web.Application) -> None:
            self._eject()

        app.on_cleanup.append(ejected)
        return app

    def __call__(self, function: Callable[..., Result]) -> Callable[..., Result]:
        """The function with a mock of its own for every call, made as this one was; its argument `mock` gets it."""
        return with_a_mock(function, self._again)

    def __enter__(self) -> Self:
        return self.start()

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._close(whole=kind is None)

    async def __aenter__(self) -> Self:
        return self.start()

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        await asyncio.to_thread(self._close, whole=kind is None)

    def __repr__(self) -> str:
        place = self._url if self.is_running else "not running"
        return f"<MockClaude {place} workspace={self.name!r} calls={len(self.calls)}>"

    def _sockets(self) -> list[socket.socket]:
        """The sockets to listen on, once every world can play the cassette."""
        sockets = bind(self._host, self._port)
        try:
            self._insert()
        except BaseException:
            for listener in sockets:
                listener.close()
            raise
        return sockets

    def _insert(self) -> None:
        """Lets every world play the cassette."""
        if self._tape is not None:
            from mockclaude.engine.deck import opened  # only cassettes pay for its import

            self.workspaces.insert(opened(self._tape))

    def _eject(self, *, whole: bool = True) -> None:
        for world in self.workspaces:
            if world.player is not None:
                world.player.close(whole=whole)

    def _running_url(self) -> str:
        if not self.is_running:
            raise ServerError("this MockClaude is not running; use `with MockClaude() as mock:` or call `start()`")
        return self._url

    def _join(self) -> None:
        assert self._thread is not None
        self._thread.join()
        self._thread = None

    async def _serve(self, server: Server, started: "Future[None]") -> None:
        try:
            await server.start()
            self._loop, self._ending = asyncio.get_running_loop(), asyncio.Event()
        except BaseException as fault:
            started.set_exception(fault)
            raise
        started.set_result(None)
        await self._ending.wait()
        await server.stop()
