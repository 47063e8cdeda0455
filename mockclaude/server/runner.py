"""Runs the application on a socket: binds, serves, and ends without leaving anything behind."""

import asyncio
import errno
import logging
import os
import socket
from collections.abc import Sequence
from contextlib import suppress
from functools import cache
from typing import Final

from aiohttp import web

from mockclaude import __version__
from mockclaude.clock import Clock, FixedClock, real_clock
from mockclaude.engine.engine import Responder
from mockclaude.errors import ServerError
from mockclaude.models import Models
from mockclaude.server.app import CONNECTION, make_app, shortcut
from mockclaude.server.control_guard import Guard
from mockclaude.settings import Settings
from mockclaude.wire.error import APIError
from mockclaude.wire.shown import without_keys
from mockclaude.workspace import Workspaces

BACKLOG: Final = 1024
HIGHEST: Final = 65_535
"""The highest port."""
TURNS_TO_ACCEPT: Final = 3
"""Turns of the event loop from a socket's acceptance until aiohttp knows its connection and can close it."""

EVERYWHERE: Final = {"0.0.0.0": "127.0.0.1", "::": "::1", "": "127.0.0.1"}  # noqa: S104 - where to ask, not to listen
"""Addresses to listen on that are none to connect to, and what to connect to instead."""

logger = logging.getLogger("mockclaude.http")


def workspaces_for(
    settings: Settings,
    *,
    clock: Clock | None = None,
    models: Models | None = None,
    responders: Sequence[Responder] = (),
) -> Workspaces:
    """Worlds with these settings; a seed fixes the clock unless one is given, without a seed every id is new."""
    seed = settings.seed
    return Workspaces(
        settings,
        key=os.urandom(16) if seed is None else b"%d" % seed,
        clock=clock or (real_clock if seed is None else FixedClock()),
        models=models or shipped_models(),
        responders=responders,
    )


@cache
def shipped_models() -> Models:
    """The models that come with mockclaude, read once a process."""
    return Models.load()


class Connection(web.RequestHandler):
    """A connection of aiohttp, except that what is not HTTP gets the API's envelope and no traceback."""

    def handle_error(
        self,
        request: web.BaseRequest,  # noqa: ARG002 - aiohttp's signature
        status: int = 500,
        exc: BaseException | None = None,
        message: str | None = None,
    ) -> web.StreamResponse:
        """The answer to bytes that are no request, or to a fault outside every endpoint."""
        if status < 500:
            logger.info("not HTTP: %s", without_keys(str(message or exc)))
        else:
            logger.error("failed outside every endpoint", exc_info=exc)
        error = APIError("Bad Request" if status < 500 else "Internal server error", status=status, anonymous=True)
        headers = {"x-mockclaude": __version__, "x-mockclaude-error": "not HTTP" if status < 500 else "internal"}
        response = web.Response(
            body=error.envelope(""), status=status, content_type="application/json", headers=headers
        )
        response.force_close()
        return response


class Server:
    """A server on its sockets, from `start` to `stop`, both on the same event loop."""

    def __init__(
        self,
        workspaces: Workspaces,
        sockets: Sequence[socket.socket],
        *,
        patience: float = 1.0,
        guard: Guard | None = None,
    ) -> None:
        self.workspaces = workspaces
        self._sockets = sockets
        self._runner = web.AppRunner(make_app(workspaces, guard=guard), shutdown_timeout=patience)
        self._listeners: list[asyncio.Server] = []

    async def start(self) -> None:
        """Begins to accept connections."""
        await self._runner.setup()
        server = self._runner.server
        assert server is not None
        server.request_handler = shortcut(server.request_handler, self.workspaces)
        loop = asyncio.get_running_loop()
        for listener in self._sockets:
            self._listeners.append(await loop.create_server(self._connection, sock=listener, backlog=BACKLOG))

    async def stop(self) -> None:
        """Closes the sockets, waits for what is being answered, and breaks off what takes too long."""
        loop = asyncio.get_running_loop()
        for listener in self._sockets:  # a connection accepted while its listener closes would never be closed
            with suppress(NotImplementedError):  # some loops do not tell
                loop.remove_reader(listener)
        for _ in range(TURNS_TO_ACCEPT):
            await asyncio.sleep(0)
        for server in self._listeners:
            server.close()
        await self._runner.cleanup()
        for end in self.workspaces.endings.values():
            await end()

    def _connection(self) -> Connection:
        server = self._runner.server
        assert server is not None
        return Connection(server, loop=asyncio.get_running_loop(), **CONNECTION)


def bind(host: str, port: int) -> list[socket.socket]:
    """Sockets on every address of a host, all with the same port; raises `ServerError`."""
    if not 0 <= port <= HIGHEST:
        raise ServerError(f"the port is {port}; expected 1 to {HIGHEST}, or 0 for a free one")
    try:
        found = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM, flags=socket.AI_PASSIVE)
    except OSError as fault:
        raise ServerError(f"the host {host!r} is unknown: {fault}") from fault
    sockets: list[socket.socket] = []
    for family, _, _, _, address in dict.fromkeys(found):
        taken = sockets[0].getsockname()[1] if sockets else port
        try:
            sockets.append(_bound(family, (address[0], taken, *address[2:])))
        except OSError as fault:
            for listener in sockets:
                listener.close()
            raise ServerError(_why(host, taken, fault)) from fault
    return sockets


def url_of(host: str, sockets: Sequence[socket.socket]) -> str:
    """The base URL under which a client on this machine reaches the sockets."""
    host = EVERYWHERE.get(host, host)
    shown = f"[{host}]" if ":" in host else host
    return f"http://{shown}:{sockets[0].getsockname()[1]}"


def _bound(family: int, address: tuple[object, ...]) -> socket.socket:
    listener = socket.socket(family, socket.SOCK_STREAM)
    try:
        if os.name == "posix":  # elsewhere it would share a port that is in use
            listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        if family == socket.AF_INET6:
            listener.setsockopt(socket.IPPROTO_IPV6, socket.IPV6_V6ONLY, 1)
        listener.bind(address)
        listener.listen(BACKLOG)
    except OSError:
        listener.close()
        raise
    return listener


def _why(host: str, port: int, fault: OSError) -> str:
    if fault.errno == errno.EADDRINUSE:
        return f"port {port} on {host} is in use; stop the other server, or choose another port (0 takes a free one)"
    if fault.errno == errno.EACCES:
        return f"port {port} on {host} is not allowed to this user; choose one above 1023 (0 takes a free one)"
    return f"cannot listen on {host} port {port}: {fault.strerror or fault}"
