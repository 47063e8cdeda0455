"""Responses leave as their chunks say, whatever the client's HTTP."""

import asyncio
import json
import socket
from collections.abc import Callable

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from mockclaude.mock import MockClaude
from mockclaude.wire.interaction import Chunk, Ending, RawResponse

from .line import HELLO, Line, request

JSON = (("content-type", "application/json"),)
SSE = (("content-type", "text/event-stream; charset=utf-8"), ("cache-control", "no-cache"))
Script = Callable[[RawResponse], None]


def whole(*data: bytes, headers: tuple[tuple[str, str], ...] = JSON, ending: Ending = "complete") -> RawResponse:
    return RawResponse(200, headers, tuple([Chunk(part) for part in data]), ending=ending)


def stream(*chunks: Chunk, ending: Ending = "complete") -> RawResponse:
    return RawResponse(200, SSE, chunks, streamed=True, ending=ending)


def test_a_whole_body_has_a_content_length(line: Line, answer_with: Script) -> None:
    answer_with(whole(b'{"a":', b"1}"))
    answer = line.ask(request())
    assert (answer.headers["content-length"], answer.body) == ("7", b'{"a":1}')
    assert "transfer-encoding" not in answer.headers


def test_a_stream_leaves_in_http_chunks(line: Line, answer_with: Script) -> None:
    answer_with(stream(Chunk(b"one\n\n"), Chunk(b"two\n\n")))
    line.write(request())
    _, fields = line.head()
    assert dict(fields)["transfer-encoding"] == "chunked"
    assert "content-length" not in dict(fields)
    assert line.chunks() == [b"one\n\ntwo\n\n"]


@pytest.mark.parametrize("response", [whole(b"abc"), stream(Chunk(b"abc"))], ids=["whole", "stream"])
def test_a_connection_serves_one_request_after_the_other(
    line: Line, answer_with: Script, response: RawResponse
) -> None:
    answer_with(response)
    for _ in range(3):
        answer = line.ask(request())
        assert (answer.headers["connection"], answer.body) == ("keep-alive", b"abc")


@pytest.mark.parametrize("response", [whole(b"abc"), stream(Chunk(b"abc"))], ids=["whole", "stream"])
def test_pipelined_requests_are_answered_in_their_order(mock: MockClaude, line: Line, response: RawResponse) -> None:
    mock.world.engine.responders[:] = [
        lambda call: RawResponse(200, response.headers, (Chunk(call.text.encode()),), streamed=response.streamed)
    ]
    texts = [f"number {place}" for place in range(5)]
    bodies = [{**HELLO, "messages": [{"role": "user", "content": text}]} for text in texts]
    line.write(b"".join([request(body) for body in bodies]))
    assert [line.answer().body.decode() for _ in texts] == texts


def test_a_client_that_asks_for_the_end_gets_it(line: Line, answer_with: Script) -> None:
    answer_with(whole(b"abc"))
    answer = line.ask(request(headers={"connection": "close"}))
    assert answer.headers["connection"] == "close"
    assert line.rest() == b""


@pytest.mark.parametrize(("wish", "kept"), [("", "close"), ("keep-alive", "keep-alive")])
def test_http_1_0_keeps_a_connection_only_on_request(line: Line, answer_with: Script, wish: str, kept: str) -> None:
    answer_with(whole(b"abc"))
    answer = line.ask(request(version="1.0", headers={"connection": wish}))
    assert (answer.headers["connection"], answer.body) == (kept, b"abc")


def test_http_1_0_reads_a_stream_until_the_end_of_the_connection(line: Line, answer_with: Script) -> None:
    answer_with(stream(Chunk(b"one"), Chunk(b"two", 0.001)))
    line.write(request(version="1.0", headers={"connection": "keep-alive"}))
    _, fields = line.head()
    assert not {"transfer-encoding", "content-length"} & set(dict(fields))
    assert dict(fields)["connection"] == "close"
    assert line.rest() == b"onetwo"


def test_a_response_without_content_has_neither_body_nor_length(line: Line, answer_with: Script) -> None:
    answer_with(RawResponse(204, (), (Chunk(b"never sent"),)))
    line.write(request())
    status, fields = line.head()
    assert status == 204
    assert not {"transfer-encoding", "content-length"} & set(dict(fields))
    answer_with(whole(b"next"))
    assert line.ask(request()).body == b"next"


def test_an_empty_body_has_the_length_0(line: Line, answer_with: Script) -> None:
    answer_with(RawResponse(200, JSON))
    assert line.ask(request()).headers["content-length"] == "0"
    answer_with(stream())
    line.write(request())
    line.head()
    assert line.chunks() == []


@pytest.mark.parametrize("parts", [(), (Chunk(b""),), (Chunk(b""), Chunk(b""))])
def test_an_empty_stream_ends_once(line: Line, answer_with: Script, parts: tuple[Chunk, ...]) -> None:
    answer_with(stream(*parts))
    line.write(request())
    line.head()
    assert line.chunks() == []
    answer_with(whole(b"next"))
    assert line.ask(request()).body == b"next"


def test_a_stream_that_is_due_leaves_as_one_http_chunk(line: Line, answer_with: Script) -> None:
    answer_with(stream(Chunk(b"one "), Chunk(b"two "), Chunk(b"three")))
    line.write(request())
    line.head()
    assert line.chunks() == [b"one two three"]


def test_a_large_body_arrives_whole(line: Line, answer_with: Script) -> None:
    data = bytes(range(256)) * 40_000
    answer_with(whole(data))
    assert line.ask(request()).body == data
    answer_with(stream(Chunk(data)))
    assert line.ask(request()).body == data


def test_a_slow_reader_holds_a_stream_back_and_loses_nothing(mock: MockClaude, answer_with: Script) -> None:
    parts = tuple([Chunk(b"%07d\n" % place * 10_000, place * 0.0001) for place in range(100)])
    answer_with(stream(*parts))
    with Line(mock.url) as line:
        line.socket.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 1 << 16)
        assert line.ask(request()).body == b"".join([part.data for part in parts])


def test_the_head_of_a_stream_leaves_before_its_first_event(line: Line, answer_with: Script) -> None:
    answer_with(stream(Chunk(b"late", 3600.0)))
    line.write(request())
    status, fields = line.head()
    assert (status, dict(fields)["content-type"]) == (200, SSE[0][1])


def test_the_head_of_a_whole_body_leaves_with_it(line: Line, answer_with: Script) -> None:
    answer_with(RawResponse(200, JSON, (Chunk(b"late", 3600.0),)))
    line.write(request())
    line.socket.settimeout(0.05)
    with pytest.raises(TimeoutError):
        line.head()


def test_chunks_leave_at_their_times(line: Line, answer_with: Script) -> None:
    answer_with(stream(Chunk(b"a"), Chunk(b"b"), Chunk(b"c", 0.02), Chunk(b"d", 0.02), Chunk(b"e", 0.04)))
    line.write(request())
    line.head()
    assert line.chunks() == [b"ab", b"cd", b"e"]


@given(times=st.lists(st.floats(0, 0.01), max_size=20).map(sorted), streamed=st.booleans())
@settings(deadline=None, max_examples=50, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_whatever_the_times_the_bytes_are_the_same(
    mock: MockClaude, answer_with: Script, times: list[float], *, streamed: bool
) -> None:
    chunks = tuple([Chunk(b"<%d>" % place, at) for place, at in enumerate(times)])
    answer_with(RawResponse(200, JSON, chunks, streamed=streamed))
    with Line(mock.url) as line:
        assert line.ask(request()).body == b"".join([chunk.data for chunk in chunks])


def test_a_stream_that_closes_early_lacks_its_last_chunk(line: Line, answer_with: Script) -> None:
    answer_with(stream(Chunk(b"half"), ending="close"))
    line.write(request())
    line.head()
    assert line.rest() == b"4\r\nhalf\r\n"


def test_a_whole_body_that_closes_early_shows_that_something_is_missing(line: Line, answer_with: Script) -> None:
    answer_with(whole(b"half", ending="close"))
    line.write(request())
    line.head()
    assert line.rest() == b"4\r\nhalf\r\n"


def test_a_body_that_closes_early_may_announce_its_full_length(line: Line, answer_with: Script) -> None:
    answer_with(whole(b"half", headers=(*JSON, ("Content-Length", "8")), ending="close"))
    line.write(request())
    _, fields = line.head()
    assert [value for name, value in fields if name == "content-length"] == ["8"]
    assert line.rest() == b"half"


@pytest.mark.parametrize("at", [0.0, 0.01])
def test_a_reset_comes_behind_the_bytes_before_it(line: Line, answer_with: Script, at: float) -> None:
    answer_with(stream(Chunk(b"half", at), ending="reset"))
    line.write(request())
    data, was_reset = b"", False
    try:
        while piece := line.socket.recv(100):
            data += piece
    except ConnectionResetError:
        was_reset = True
    assert was_reset
    assert data.endswith(b"\r\n\r\n4\r\nhalf\r\n")


def test_a_client_that_leaves_ends_its_stream(mock: MockClaude, answer_with: Script) -> None:
    idle = tasks_of(mock)
    answer_with(stream(Chunk(b"first"), Chunk(b"late", 3600.0)))
    with Line(mock.url) as line:
        line.write(request())
        line.head()
        assert tasks_of(mock) > idle
    assert any(tasks_of(mock) == idle for _ in range(10_000))


def tasks_of(mock: MockClaude) -> int:
    async def count() -> int:
        return len(asyncio.all_tasks())

    assert mock._loop is not None
    return asyncio.run_coroutine_threadsafe(count(), mock._loop).result()


def test_headers_that_http_cannot_carry_are_our_failure(line: Line, answer_with: Script) -> None:
    answer_with(whole(b"", headers=(("x-a", "one\r\nx-b: two"),)))
    answer = line.ask(request())
    assert answer.status == 418
    assert answer.json()["error"]["type"] == "mockclaude_error"
    assert "x-b" not in answer.headers


def test_the_json_of_an_answer_is_written_once(line: Line, mock: MockClaude) -> None:
    answer = line.ask(request())
    assert json.loads(answer.body)["usage"]
    assert mock.calls[0].response is not None
    assert mock.calls[0].response.body == answer.body
