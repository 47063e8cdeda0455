"""Every fault on a raw socket: exactly the described bytes arrive, and exactly the described ending."""

import socket
from collections.abc import Mapping
from typing import NamedTuple

import pytest

from mockclaude.engine.fault import HttpError, kind_of
from mockclaude.engine.landmarks import MARKS
from mockclaude.engine.presets import FAULTS
from mockclaude.engine.say import message
from mockclaude.engine.say_fault import fault_of
from mockclaude.mock import MockClaude
from mockclaude.wire.interaction import RawResponse

from .line import HELLO, Line, request

LONG = 'Grüße, 2 "words"\nand more of them'
STREAM = {**HELLO, "stream": True}
TIMELESS = [name for name in FAULTS if kind_of(fault_of(name)) not in {"error", "stall"}]


class Capture(NamedTuple):
    """What came over a connection: the head, the bytes behind it, and how it ended."""

    head: bytes
    body: bytes
    ending: str


def capture(mock: MockClaude, fault: str, *, body: Mapping[str, object] = STREAM, text: str = LONG) -> Capture:
    """Asks on a connection of its own and reads until it ends or rests."""
    mock.world.engine.responders[:] = [lambda _call: message(text)]
    with Line(mock.url) as line:
        line.write(request(body, headers={"x-mockclaude-fault": fault}))
        data, ending = read(line.socket)
    head, _, rest = data.partition(b"\r\n\r\n")
    return Capture(head, rest, ending)


def read(connection: socket.socket) -> tuple[bytes, str]:
    data = b""
    while True:
        if is_whole(data):
            return data, "kept"
        try:
            piece = connection.recv(1 << 16)
        except ConnectionResetError:
            return data, "reset"
        if not piece:
            return data, "closed"
        data += piece


def is_whole(data: bytes) -> bool:
    """Whether HTTP says that the answer has ended and the connection serves another."""
    head, _, rest = data.partition(b"\r\n\r\n")
    if b"connection: close" in head:
        return False
    if b"transfer-encoding: chunked" in head:
        return (b"\r\n" + rest).endswith(b"\r\n0\r\n\r\n")
    _, found, length = head.partition(b"content-length: ")
    return bool(found) and len(rest) == int(length.split(b"\r\n")[0])


def unchunked(data: bytes) -> bytes:
    """The bytes of a body that came in HTTP chunks, the last of which may be missing."""
    parts = []
    while data:
        size, _, data = data.partition(b"\r\n")
        parts.append(data[: int(size, 16)])
        assert data[int(size, 16) :][:2] == b"\r\n"
        data = data[int(size, 16) + 2 :]
    return b"".join(parts)


def described(mock: MockClaude) -> RawResponse:
    response = list(mock.world.journal)[-1].response
    assert response is not None
    return response


ENDINGS = {"complete": "kept", "close": "closed", "reset": "reset"}


@pytest.mark.parametrize("streamed", [True, False])
@pytest.mark.parametrize("name", TIMELESS)
def test_a_fault_arrives_as_it_is_described(mock: MockClaude, name: str, streamed: bool) -> None:
    found = capture(mock, name, body=STREAM if streamed else HELLO)
    wanted = described(mock)
    assert found.ending == ENDINGS[wanted.ending]
    if not wanted.status:
        assert found[:2] == (b"", b"")
    elif b"transfer-encoding: chunked" in found.head:
        assert unchunked(found.body) == wanted.body
        assert found.body.endswith(b"\r\n0\r\n\r\n") == (wanted.ending == "complete")
    else:
        assert found.body == wanted.body


@pytest.mark.parametrize("ending", ["end", "close", "reset"])
@pytest.mark.parametrize("mark", MARKS)
@pytest.mark.parametrize("ordinal", [0, 1, -1])
def test_a_cut_is_byte_exact_at_every_landmark(mock: MockClaude, mark: str, ordinal: int, ending: str) -> None:
    whole = unchunked(capture(mock, "none").body)
    mock.world.reset()
    found = capture(mock, f"cut at={mark} ordinal={ordinal} ending={ending}")
    left = unchunked(found.body)
    assert whole.startswith(left)
    assert left == described(mock).body
    assert found.ending == {"end": "kept", "close": "closed", "reset": "reset"}[ending]
    before, after = left[-1:], whole[len(left) :][:1]
    held = {
        "event": before in {b"", b"\n"} and after in {b"e", b""},
        "inside": b"\n\n" not in left[-2:] and after != b"",
        "newline": (before, after) == (b"\n", b"\n"),
        "utf8": before == b"\xc3" and b"\x80" <= after < b"\xc0",
        "escape": before == b"\\" and after in {b'"', b"n"},
        "field": left[-2:] in {b"ev", b"da"},
        "byte": len(left) in {0, 1, len(whole)},
    }
    assert held[mark]


@pytest.mark.parametrize("name", [name for name in FAULTS if isinstance(fault_of(name), HttpError)])
def test_an_http_error_is_a_whole_answer_with_its_headers(mock: MockClaude, name: str) -> None:
    wanted = FAULTS[name]
    with Line(mock.url) as line:
        answer = line.ask(request(STREAM, headers={"x-mockclaude-fault": name}))
        assert answer.status == wanted["status"]
        retries = answer.status not in {400, 402}
        assert answer.headers["x-should-retry"] == ("true" if retries else "false")
        if "body" in wanted:
            assert answer.body.decode() == wanted["body"]
            assert answer.headers["content-type"] == wanted.get("content_type", "application/json")
        else:
            assert answer.json()["request_id"] == answer.headers["request-id"]
        if name == "rate_limited":
            assert answer.headers["retry-after"] == "1"
            assert len([field for field in answer.headers if field.startswith("anthropic-ratelimit-")]) == 12
        assert line.ask(request(headers={"x-mockclaude-fault": "none"})).status == 200


def test_an_error_event_carries_the_id_of_its_response(mock: MockClaude) -> None:
    found = capture(mock, "overloaded_mid_stream")
    identifier = found.head.partition(b"request-id: ")[2].split(b"\r\n")[0]
    last = unchunked(found.body).removesuffix(b"\n\n").rpartition(b"\n\n")[2]
    assert last.replace(b" ", b"") == (
        b'event:error\ndata:{"type":"error","error":{"details":null,"type":"overloaded_error","message":"Overloaded"},'
        b'"request_id":"%b"}' % identifier
    )


@pytest.mark.parametrize("streamed", [True, False])
@pytest.mark.parametrize("by", [10, -10])
def test_a_wrong_length_is_announced_before_the_whole_body(mock: MockClaude, by: int, streamed: bool) -> None:
    found = capture(mock, f"length by={by}", body=STREAM if streamed else HELLO)
    announced = int(found.head.partition(b"content-length: ")[2].split(b"\r\n")[0])
    assert (announced, found.ending) == (len(found.body) + by, "closed")
    assert b"transfer-encoding" not in found.head


def test_a_stalled_stream_stands_still_and_its_connection_stays_open(mock: MockClaude) -> None:
    mock.world.engine.responders[:] = [lambda _call: message(LONG)]
    with Line(mock.url) as line:
        line.write(request(STREAM, headers={"x-mockclaude-fault": "stalled"}))
        line.head()
        size = int(line._reader.readline(), 16)
        data = line._reader.read(size + 2).removesuffix(b"\r\n")
        assert data.count(b"\n\n") == 5
        assert data == described(mock).chunks[0].data
        line.socket.settimeout(0.05)
        with pytest.raises(TimeoutError):
            line.socket.recv(1)


def test_a_stall_with_pings_sends_them_alone(mock: MockClaude) -> None:
    with Line(mock.url) as line:
        line.write(request(STREAM, headers={"x-mockclaude-fault": "stall ordinal=1 seconds=0.5 pings=0.2"}))
        line.head()
        pings = line.chunks()[1:3]
    assert pings == [b'event: ping\ndata: {"type": "ping"}\n\n'] * 2


def test_a_silent_server_says_nothing_and_then_hangs_up(mock: MockClaude) -> None:
    with Line(mock.url) as line:
        line.write(request(headers={"x-mockclaude-fault": "silent seconds=0.02"}))
        assert line.rest() == b""
    assert [chunk.at for chunk in described(mock).chunks] == [0.02]


def test_fragments_leave_in_separate_writes(mock: MockClaude) -> None:
    mock.world.engine.responders[:] = [lambda _call: message(LONG)]
    with Line(mock.url) as line:
        line.write(request(STREAM, headers={"x-mockclaude-fault": "fragments cuts=utf8:0,newline:0,escape:1"}))
        line.head()
        pieces = line.chunks()
    assert [piece[-1:] for piece in pieces] == [b"\n", b"\xc3", b"\\", b"\n"]
    assert pieces == [chunk.data for chunk in described(mock).chunks if chunk.data]


def test_a_fault_that_nobody_knows_is_our_failure_and_names_the_nearest(mock: MockClaude) -> None:
    with Line(mock.url) as line:
        answer = line.ask(request(headers={"x-mockclaude-fault": "overlode"}))
    assert (answer.status, answer.headers["x-mockclaude-error"]) == (418, "ScriptError")
    assert "did you mean 'overloaded'?" in answer.json()["error"]["message"]


def test_a_connection_serves_the_next_request_after_a_fault_that_ends_well(mock: MockClaude) -> None:
    with Line(mock.url) as line:
        for name in ("overloaded_mid_stream", "no_message_stop", "overloaded", "ping_flood", "none"):
            assert line.ask(request(STREAM, headers={"x-mockclaude-fault": name})).status in {200, 529}


def test_a_client_of_http_1_0_sees_cuts_too(mock: MockClaude) -> None:
    with Line(mock.url) as line:
        line.write(request(STREAM, version="1.0", headers={"x-mockclaude-fault": "cut at=byte ordinal=40"}))
        line.head()
        assert len(line.rest()) == 40
