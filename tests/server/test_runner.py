"""A server binds what it is told, says why it cannot, and ends without leaving anything behind."""

import asyncio
import gc
import socket

import pytest

from mockclaude.clock import FixedClock, real_clock
from mockclaude.errors import ServerError
from mockclaude.mock import MockClaude
from mockclaude.server.runner import Server, bind, url_of, workspaces_for
from mockclaude.settings import Settings
from mockclaude.wire.interaction import Chunk, RawResponse

from .line import Line, request


def test_a_free_port_is_found() -> None:
    [listener] = bind("127.0.0.1", 0)
    with listener:
        assert listener.getsockname()[1] > 0
        assert url_of("127.0.0.1", [listener]) == f"http://127.0.0.1:{listener.getsockname()[1]}"


def test_all_addresses_of_a_host_share_one_port() -> None:
    sockets = bind("localhost", 0)
    assert len({listener.getsockname()[1] for listener in sockets}) == 1
    for listener in sockets:
        listener.close()


def test_a_busy_port_is_named_with_the_way_out() -> None:
    [listener] = bind("127.0.0.1", 0)
    with listener:
        port = listener.getsockname()[1]
        with pytest.raises(ServerError) as refused:
            bind("127.0.0.1", port)
    assert str(refused.value) == (
        f"port {port} on 127.0.0.1 is in use; stop the other server, or choose another port (0 takes a free one)"
    )


def test_an_unknown_host_is_named() -> None:
    with pytest.raises(ServerError, match=r"the host 'no such host' is unknown"):
        bind("no such host", 0)


def test_an_address_of_another_machine_is_named() -> None:
    with pytest.raises(ServerError, match=r"cannot listen on 192\.0\.2\.1 port 0: "):
        bind("192.0.2.1", 0)


@pytest.mark.parametrize(
    ("host", "shown"), [("0.0.0.0", "127.0.0.1"), ("::", "[::1]"), ("::1", "[::1]"), ("localhost", "localhost")]
)
def test_the_url_is_one_that_a_client_can_reach(host: str, shown: str) -> None:
    with socket.create_server(("127.0.0.1", 0)) as listener:
        assert url_of(host, [listener]) == f"http://{shown}:{listener.getsockname()[1]}"


def test_a_seed_fixes_the_clock_unless_one_is_given() -> None:
    assert workspaces_for(Settings()).clock is real_clock
    assert isinstance(workspaces_for(Settings(seed=1)).clock, FixedClock)
    assert workspaces_for(Settings(seed=1), clock=real_clock).clock is real_clock


async def test_a_stopped_server_has_no_task_and_no_port_left() -> None:
    sockets = bind("127.0.0.1", 0)
    url = url_of("127.0.0.1", sockets)
    server = Server(workspaces_for(Settings()), sockets, patience=0.05)
    await server.start()
    idle = await asyncio.to_thread(Line, url)
    busy = await asyncio.to_thread(Line, url)
    assert (await asyncio.to_thread(idle.ask, request())).status == 200
    busy.write(request()[:-5])
    await server.stop()
    await asyncio.sleep(0)
    assert asyncio.all_tasks() == {asyncio.current_task()}
    assert await asyncio.to_thread(idle.rest) == b""
    idle.close()
    busy.close()
    with pytest.raises(ConnectionRefusedError):
        Line(url)


async def test_an_answer_under_way_is_finished_before_the_end() -> None:
    chunks = (Chunk(b"first"), Chunk(b"last", 0.05))
    late = RawResponse(200, (), chunks, streamed=True)
    sockets = bind("127.0.0.1", 0)
    server = Server(workspaces_for(Settings(), responders=[lambda _call: late]), sockets, patience=10.0)
    await server.start()
    with await asyncio.to_thread(Line, url_of("127.0.0.1", sockets)) as line:
        line.write(request())
        await asyncio.to_thread(line.head)
        await server.stop()
        assert await asyncio.to_thread(line.chunks) == [b"first", b"last"]


async def test_an_answer_that_takes_too_long_is_broken_off() -> None:
    never = RawResponse(200, (), (Chunk(b"first"), Chunk(b"last", 3600.0)), streamed=True)
    sockets = bind("127.0.0.1", 0)
    server = Server(workspaces_for(Settings(), responders=[lambda _call: never]), sockets, patience=0.01)
    await server.start()
    with await asyncio.to_thread(Line, url_of("127.0.0.1", sockets)) as line:
        line.write(request())
        await asyncio.to_thread(line.head)
        await server.stop()
        with pytest.raises(EOFError, match="first"):
            await asyncio.to_thread(line.chunks)


def test_connections_that_come_at_the_last_moment_are_closed() -> None:
    for _ in range(30):
        with MockClaude() as mock:
            Line(mock.url).close()
    gc.collect()  # an unclosed transport would warn, and warnings are errors
