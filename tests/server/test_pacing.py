"""Paced streams: due events leave together, slow readers hold back only themselves, vanished clients leave nothing."""

import asyncio
import gc
import socket
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from mockclaude.engine.engine import Responder
from mockclaude.engine.reply import Pace, Reply
from mockclaude.engine.say import message
from mockclaude.mock import MockClaude
from mockclaude.server.paced import HIGH_WATER, Paced
from mockclaude.server.timer import timer_of_loop
from mockclaude.wire.interaction import Chunk, RawResponse
from mockclaude.wire.sse import decode

from .line import HELLO, Line, request

STREAM = {**HELLO, "stream": True}
SSE = (("content-type", "text/event-stream; charset=utf-8"),)
FILES = Path("/proc/self/fd")
Script = Callable[[RawResponse], None]


def on_loop(mock: MockClaude, look: Callable[[], int]) -> int:
    """What a look from inside the server's loop sees."""

    async def seen() -> int:
        return look()

    assert mock._loop is not None
    return asyncio.run_coroutine_threadsafe(seen(), mock._loop).result()


def always(reply: Reply) -> Responder:
    return lambda _call: reply


def tasks() -> int:
    return len(asyncio.all_tasks())


def paced() -> int:
    return sum(type(one) is Paced for one in gc.get_objects())


def sleepers() -> int:
    return len(timer_of_loop())


def open_files() -> int:
    return len(list(FILES.iterdir())) if FILES.is_dir() else 0


def becomes(mock: MockClaude, look: Callable[[], int], expected: int) -> bool:
    return any(on_loop(mock, look) == expected for _ in range(20_000))


def test_a_reply_leaves_at_its_pace_and_says_the_same(mock: MockClaude) -> None:
    said = [message("some words that leave slowly", pace=pace) for pace in (None, Pace(0.01, 500, jitter=1.0))]
    heard = []
    for reply in said:
        mock.world.engine.responders[:] = [always(reply)]
        with Line(mock.url) as line:
            line.write(request(STREAM))
            line.head()
            heard.append(line.chunks())
    at_once, slowly = heard
    assert len(at_once) == 1 < len(slowly)
    assert [event["type"] for event in decode(b"".join(slowly))] == [event["type"] for event in decode(at_once[0])]


def test_what_is_due_together_leaves_in_one_write_whatever_came_before(mock: MockClaude, answer_with: Script) -> None:
    answer_with(
        RawResponse(200, SSE, tuple([Chunk(b"<%d>" % place, place // 3 * 0.1) for place in range(9)]), streamed=True)
    )
    with Line(mock.url) as line:
        line.write(request())
        line.head()
        assert line.chunks() == [b"<0><1><2>", b"<3><4><5>", b"<6><7><8>"]


def test_an_empty_chunk_ends_a_write(line: Line, answer_with: Script) -> None:
    parts = [b"", b"a", b"b", b"", b"", b"c", b"", b"d", b""]
    chunks = [Chunk(part, 0.0) for part in parts] + [Chunk(b"e", 0.001)]
    answer_with(RawResponse(200, SSE, tuple(chunks), streamed=True))
    line.write(request())
    line.head()
    assert line.chunks()[:3] == [b"ab", b"c", b"d"]


@pytest.fixture
def many_files() -> Iterator[None]:
    """Room for both ends of five hundred connections."""
    resource = pytest.importorskip("resource", reason="the platform has no limit of open files to raise")
    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    wanted = 2048
    if soft != resource.RLIM_INFINITY and soft < wanted:
        if hard != resource.RLIM_INFINITY and hard < wanted:
            pytest.skip(f"only {hard} files may be open")
        resource.setrlimit(resource.RLIMIT_NOFILE, (wanted, hard))
    yield
    resource.setrlimit(resource.RLIMIT_NOFILE, (soft, hard))


@pytest.mark.usefixtures("many_files")
def test_five_hundred_clients_that_vanish_leave_nothing_behind(mock: MockClaude, answer_with: Script) -> None:
    chunks = tuple([Chunk(b"event: ping\n\n", place * 3600.0) for place in range(100)])
    answer_with(RawResponse(200, SSE, chunks, streamed=True))
    idle, files = on_loop(mock, tasks), open_files()
    lines = [Line(mock.url) for _ in range(500)]
    for line in lines:
        line.write(request())
    for line in lines:
        line.head()
    assert becomes(mock, sleepers, 500)
    assert on_loop(mock, tasks) >= 500
    for place, line in enumerate(lines):
        if place % 2:
            line.socket.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, b"\1\0\0\0\0\0\0\0")
        line.close()
    assert becomes(mock, sleepers, 0)
    assert becomes(mock, tasks, idle)
    gc.collect()
    assert on_loop(mock, paced) == 0
    assert open_files() <= files


def test_a_stream_is_never_ahead_of_a_slow_reader(mock: MockClaude, answer_with: Script) -> None:
    parts = tuple([Chunk(b"%07d\n" % place * 4000, place * 0.0001) for place in range(400)])
    answer_with(RawResponse(200, SSE, parts, streamed=True))
    most = HIGH_WATER + max(len(part.data) for part in parts) + HIGH_WATER

    def buffered() -> int:
        return sum(one._transport.get_write_buffer_size() for one in gc.get_objects() if type(one) is Paced)

    with Line(mock.url) as line:
        line.socket.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 1 << 16)
        line.write(request())
        line.head()
        assert any(on_loop(mock, buffered) > HIGH_WATER for _ in range(20_000))
        assert all(on_loop(mock, buffered) <= most for _ in range(50))
        with Line(mock.url) as other:
            other.write(request(headers={"x-mockclaude-fault": "cut at=byte ordinal=8"}))
            other.head()
            assert other.rest() == b"8\r\n0000000\n\r\n"
        assert b"".join(line.chunks()) == b"".join([part.data for part in parts])


def test_a_slow_reader_that_vanishes_leaves_nothing_behind(mock: MockClaude, answer_with: Script) -> None:
    answer_with(
        RawResponse(200, SSE, tuple([Chunk(b"x" * 100_000, place * 0.0001) for place in range(200)]), streamed=True)
    )
    idle = on_loop(mock, tasks)
    with Line(mock.url) as line:
        line.write(request())
        line.head()
        assert becomes(mock, sleepers, 0)
    assert becomes(mock, tasks, idle)
    gc.collect()
    assert on_loop(mock, paced) == 0


@pytest.mark.parametrize("ending", ["close", "reset"])
def test_a_server_that_stops_ends_its_paced_streams(ending: str, answer_with: Script, mock: MockClaude) -> None:
    answer_with(RawResponse(200, SSE, (Chunk(b"first"), Chunk(b"late", 3600.0)), streamed=True, ending=ending))  # type: ignore[arg-type]
    with Line(mock.url) as line:
        line.write(request())
        line.head()
        mock.close()
        assert line.rest() == b"5\r\nfirst\r\n"
