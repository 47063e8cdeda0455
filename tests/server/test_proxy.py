"""What the upstream says reaches the client byte by byte as it comes, ends as it ended, and is recorded."""

import errno
import gzip
import socket
import threading
import zlib
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import NamedTuple

import pytest

from mockclaude.engine.tape import Tape
from mockclaude.mock import MockClaude
from mockclaude.record.cassette import Cassette
from mockclaude.wire.interaction import Interaction, RawResponse

from .line import HELLO, Line, request
from .upstream import Script, Upstream, breaks, chunk, says

KEY = "sk-ant-api03-the-real-one"
JSON = b'{"type":"message"}'
WHOLE = b"HTTP/1.1 200 OK\r\ncontent-type: application/json\r\nrequest-id: req_1\r\ncontent-length: 18\r\n\r\n" + JSON
STREAM = b"HTTP/1.1 200 OK\r\ncontent-type: text/event-stream\r\ntransfer-encoding: chunked\r\n\r\n"
FRAMES = tuple([b'event: ping\ndata: {"type": "ping", "n": %d}\n\n' % number for number in range(3)])
SECONDS = 10.0
"""How long a test waits for what must come."""


class Recording:
    """A mock that records what an upstream says, and what it has recorded when it is closed."""

    def __init__(self, path: Path) -> None:
        self._path = path

    def of(self, mock: MockClaude, upstream: Upstream) -> None:
        mock.cassette(Tape(self._path, record="all", upstream=upstream.url))

    def read(self, mock: MockClaude) -> list[Interaction]:
        mock.eject()
        return list(Cassette.load(self._path))


@pytest.fixture
def recording(tmp_path: Path) -> Recording:
    return Recording(tmp_path / "cassette.json")


@pytest.fixture
def upstream() -> Iterator[Callable[[Script], Upstream]]:
    running: list[Upstream] = []

    def start(script: Script) -> Upstream:
        running.append(Upstream(script).__enter__())
        return running[-1]

    yield start
    for one in running:
        one.__exit__(None, None, None)


Start = Callable[[Script], Upstream]


class Cut(NamedTuple):
    """What an upstream says, how it ends the connection, and what that means."""

    data: bytes
    end: Callable[[socket.socket], None]
    ending: str


def ask(body: object = HELLO, **headers: str) -> bytes:
    fields = {name.replace("_", "-"): value for name, value in headers.items()}
    return request(body, headers={"x-api-key": KEY, **fields})  # type: ignore[arg-type]


def response_of(interaction: Interaction) -> RawResponse:
    assert interaction.response is not None
    return interaction.response


def test_a_whole_body_passes_and_is_recorded(mock: MockClaude, recording: Recording, upstream: Start) -> None:
    recording.of(mock, upstream(says(WHOLE)))
    with Line(mock.url) as line:
        answer = line.ask(ask())
        again = line.ask(ask())
    assert answer == again, "the connection stays usable"
    assert (answer.status, answer.body) == (200, JSON)
    assert answer.fields == (
        ("content-type", "application/json"),
        ("request-id", "req_1"),
        ("content-length", "18"),
        ("connection", "keep-alive"),
    )
    first, _second = recording.read(mock)
    assert first.request_id == "req_1"
    assert response_of(first).body == JSON
    assert not response_of(first).streamed


def test_the_upstream_gets_what_the_client_sent(mock: MockClaude, recording: Recording, upstream: Start) -> None:
    there = upstream(says(WHOLE))
    recording.of(mock, there)
    body = b'{"model" : "x",\n "odd": 1.50}'
    with Line(mock.url) as line:
        line.ask(
            request(
                body,
                path="/v1/messages?beta=true&x=%2F",
                headers={
                    "x-api-key": KEY,
                    "x-mockclaude-workspace": "default",
                    "accept-encoding": "gzip, zstd;q=0.5, deflate",
                    "user-agent": "test/1",
                    "x-custom": "a, b",
                },
            )
        )
    [sent] = there.asked
    head, _, got = sent.partition(b"\r\n\r\n")
    line_, *fields = head.decode().split("\r\n")
    headers = {name.lower(): value for name, _, value in [field.partition(": ") for field in fields]}
    assert (line_, got) == ("POST /v1/messages?beta=true&x=%2F HTTP/1.1", body)
    assert headers == {
        "host": there.url.removeprefix("http://"),
        "x-api-key": KEY,
        "anthropic-version": "2023-06-01",
        "content-type": "application/json",
        "accept-encoding": "gzip, deflate",
        "user-agent": "test/1",
        "x-custom": "a, b",
        "content-length": str(len(body)),
        "connection": "close",
    }


def test_every_piece_reaches_the_client_before_the_next_is_there(
    mock: MockClaude, recording: Recording, upstream: Start
) -> None:
    seen = [threading.Event() for _ in FRAMES]

    def script(connection: socket.socket, _request: bytes) -> None:
        connection.sendall(STREAM)
        assert head_seen.wait(SECONDS)
        for frame, event in zip(FRAMES, seen, strict=True):
            connection.sendall(chunk(frame))
            assert event.wait(SECONDS)
        connection.sendall(b"0\r\n\r\n")

    head_seen = threading.Event()
    recording.of(mock, upstream(script))
    with Line(mock.url) as line:
        line.write(ask())
        line.head()
        head_seen.set()
        for frame, event in zip(FRAMES, seen, strict=True):
            assert line._reader.readline() == b"%x\r\n" % len(frame)
            assert line._reader.read(len(frame) + 2) == frame + b"\r\n"
            event.set()
        assert line._reader.read(5) == b"0\r\n\r\n"
    [one] = recording.read(mock)
    assert [piece.data for piece in response_of(one).chunks] == list(FRAMES)
    times = [piece.at for piece in response_of(one).chunks]
    assert times == sorted(times)
    assert times[0] > 0


@pytest.mark.parametrize(
    "cut",
    [
        Cut(STREAM + chunk(FRAMES[0]), socket.socket.close, "close"),
        Cut(STREAM + chunk(FRAMES[0]), breaks, "reset"),
        Cut(STREAM + b"60\r\n" + FRAMES[0], socket.socket.close, "close"),
        Cut(WHOLE[:-4], socket.socket.close, "close"),
        Cut(WHOLE[:-4], breaks, "reset"),
        Cut(WHOLE.replace(b"content-length: 18\r\n", b""), socket.socket.close, "complete"),
        Cut(b"", socket.socket.close, "close"),
        Cut(b"", breaks, "reset"),
    ],
    ids=["chunked", "chunked-reset", "in-a-chunk", "short", "short-reset", "no-length", "nothing", "nothing-reset"],
)
def test_an_answer_ends_as_it_ended(mock: MockClaude, recording: Recording, upstream: Start, cut: Cut) -> None:
    arrived = threading.Event()
    data, end, ending = cut

    def script(connection: socket.socket, _request: bytes) -> None:
        connection.sendall(data)
        assert not data or arrived.wait(SECONDS)
        end(connection)

    recording.of(mock, upstream(script))
    heard, body = b"", FRAMES[0] if data.startswith(STREAM) else JSON[:14] if data else b""
    broke = False
    with Line(mock.url) as line:
        line.write(ask())
        try:
            while not heard.endswith(b"0\r\n\r\n") and (piece := line.socket.recv(1 << 16)):
                heard += piece
                if body in heard:
                    arrived.set()
        except ConnectionResetError:
            broke = True
    assert broke is (ending == "reset")
    assert heard.endswith(b"0\r\n\r\n") is (ending == "complete")
    assert (b"content-length: 18" in heard) is (data == WHOLE[:-4])
    [one] = recording.read(mock)
    response = response_of(one)
    body = JSON if ending == "complete" else body
    assert (response.status, response.body, response.ending) == (200 if data else 0, body, ending)


def coded(coding: str) -> list[bytes]:
    """The frames, each flushed as a gateway does."""
    packer = zlib.compressobj(wbits=31 if coding == "gzip" else 15)
    parts = [packer.compress(frame) + packer.flush(zlib.Z_SYNC_FLUSH) for frame in FRAMES]
    return [*parts[:-1], parts[-1] + packer.flush()]


@pytest.mark.parametrize("coding", ["gzip", "deflate"])
def test_coded_pieces_pass_as_they_are_and_are_recorded_readable_with_their_times(
    mock: MockClaude, recording: Recording, upstream: Start, coding: str
) -> None:
    head = STREAM.replace(b"\r\n\r\n", b"\r\ncontent-encoding: %b\r\n\r\n" % coding.encode())
    seen = threading.Semaphore(0)

    def script(connection: socket.socket, _request: bytes) -> None:
        connection.sendall(head)
        for part in coded(coding):
            connection.sendall(chunk(part))
            assert seen.acquire(timeout=SECONDS)
        connection.sendall(b"0\r\n\r\n")

    recording.of(mock, upstream(script))
    with Line(mock.url) as line:
        line.write(ask(accept_encoding=coding))
        _, fields = line.head()
        assert dict(fields)["content-encoding"] == coding
        for part in coded(coding):
            line._reader.readline()
            assert line._reader.read(len(part) + 2) == part + b"\r\n"
            seen.release()
        assert line._reader.read(5) == b"0\r\n\r\n"
    [one] = recording.read(mock)
    assert [piece.data for piece in response_of(one).chunks] == list(FRAMES)
    assert "content-encoding" not in dict(response_of(one).headers)


def test_a_whole_coded_body_is_recorded_readable(mock: MockClaude, recording: Recording, upstream: Start) -> None:
    packed = gzip.compress(JSON)
    head = b"HTTP/1.1 200 OK\r\ncontent-encoding: gzip\r\ncontent-length: %d\r\n\r\n" % len(packed)
    recording.of(mock, upstream(says(head + packed)))
    with Line(mock.url) as line:
        assert line.ask(ask(accept_encoding="gzip")).body == packed
    [one] = recording.read(mock)
    assert response_of(one).body == JSON


CODED: dict[str, Callable[[bytes], bytes]] = {
    "gzip": lambda body: gzip.compress(body[:5]) + gzip.compress(body[5:]),
    "deflate": lambda body: zlib.compress(body)[2:-4],
    "gzip, gzip": lambda body: gzip.compress(gzip.compress(body)),
}


@pytest.mark.parametrize("coding", CODED)
def test_a_body_is_recorded_to_its_end_however_it_is_coded(
    mock: MockClaude, recording: Recording, upstream: Start, coding: str
) -> None:
    packed = CODED[coding](JSON)
    head = b"HTTP/1.1 200 OK\r\ncontent-encoding: %b\r\ncontent-length: %d\r\n\r\n" % (coding.encode(), len(packed))
    recording.of(mock, upstream(says(head + packed)))
    with Line(mock.url) as line:
        assert line.ask(ask()).body == packed
    [one] = recording.read(mock)
    assert (response_of(one).headers, response_of(one).body) == ((), JSON)


def test_an_upstream_that_breaks_http_in_a_stream_ends_it(
    mock: MockClaude, recording: Recording, upstream: Start
) -> None:
    heard = threading.Event()

    def script(connection: socket.socket, _request: bytes) -> None:
        connection.sendall(STREAM + chunk(FRAMES[0]))
        assert heard.wait(SECONDS)
        connection.sendall(b"no chunk\r\n")
        connection.recv(1)

    recording.of(mock, upstream(script))
    with Line(mock.url, timeout=SECONDS) as line:
        line.write(ask())
        line.head()
        assert line._reader.readline()
        assert line._reader.read(len(FRAMES[0]) + 2) == FRAMES[0] + b"\r\n"
        heard.set()
        assert line.rest() == b""
    [one] = recording.read(mock)
    assert (response_of(one).body, response_of(one).ending) == (FRAMES[0], "close")


@pytest.mark.parametrize("status", [204, 304])
def test_an_answer_without_a_body_is_whole(
    mock: MockClaude, recording: Recording, upstream: Start, status: int
) -> None:
    recording.of(mock, upstream(says(b"HTTP/1.1 %d Fine\r\nrequest-id: req_1\r\n\r\n" % status)))
    with Line(mock.url) as line:
        assert line.ask(ask()).status == status
        assert line.ask(ask()).status == status
    assert [response_of(one).status for one in recording.read(mock)] == [status] * 2


def test_a_client_that_leaves_is_recorded_up_to_there(mock: MockClaude, recording: Recording, upstream: Start) -> None:
    left = threading.Event()

    def script(connection: socket.socket, _request: bytes) -> None:
        connection.sendall(STREAM + chunk(FRAMES[0]))
        left.set() if not connection.recv(1) else pytest.fail("the client is still there")

    recording.of(mock, upstream(script))
    with Line(mock.url) as line:
        line.write(ask())
        line.head()
        assert line._reader.read(len(chunk(FRAMES[0]))) == chunk(FRAMES[0])
    assert left.wait(SECONDS), "the upstream is left, too"
    [one] = recording.read(mock)
    assert (response_of(one).body, response_of(one).ending) == (FRAMES[0], "close")


def test_a_slow_client_that_leaves_is_no_upstream_that_broke(
    mock: MockClaude, recording: Recording, upstream: Start
) -> None:
    left = threading.Event()

    def script(connection: socket.socket, _request: bytes) -> None:
        try:
            connection.sendall(STREAM + chunk(b"x" * (1 << 24)))  # more than all buffers hold
        except OSError:
            left.set()

    recording.of(mock, upstream(script))
    with Line(mock.url) as line:
        line.socket.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 1 << 16)
        line.write(ask())
        line.head()
        assert line._reader.read(1000)
    assert left.wait(SECONDS)
    [one] = recording.read(mock)
    assert response_of(one).ending == "close"
    assert [finding.rule for finding in one.findings] == ["client-left"]


def test_a_mock_key_is_never_passed_on(mock: MockClaude, recording: Recording, upstream: Start, monkeypatch) -> None:
    for name in ("ANTHROPIC_API_KEY", "MOCKCLAUDE_UPSTREAM_KEY"):
        monkeypatch.delenv(name, raising=False)
    there = upstream(says(WHOLE))
    recording.of(mock, there)
    with Line(mock.url) as line:
        for headers in ({"x-api-key": mock.api_key}, {"x-api-key": "", "authorization": f"Bearer {mock.api_key}"}):
            answer = line.ask(request(headers=headers))
            assert (answer.status, answer.headers["x-mockclaude-error"]) == (418, "UpstreamError")
            assert "is not asked with a mock key; give the client a real key, or set MOCKCLAUDE_UPSTREAM_KEY" in str(
                answer.json()
            )
        monkeypatch.setenv("ANTHROPIC_API_KEY", "sk-ant-mock-default")
        assert line.ask(request(path=f"/v1/messages?key={mock.api_key}", headers={"x-api-key": KEY})).status == 418
        assert there.asked == []
        monkeypatch.setenv("MOCKCLAUDE_UPSTREAM_KEY", KEY)
        assert line.ask(request(headers={"x-api-key": mock.api_key})).status == 200
    [sent] = there.asked
    assert b"sk-ant-mock" not in sent
    assert f"x-api-key: {KEY}".encode() in sent.lower()


def test_an_upstream_that_is_not_there_is_told(mock: MockClaude, tmp_path: Path) -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        url = f"http://127.0.0.1:{taken.getsockname()[1]}"
    mock.cassette(Tape(tmp_path / "cassette.json", record="all", upstream=url))
    with Line(mock.url) as line:
        answer = line.ask(ask())
    assert answer.status == 418
    assert answer.json()["error"]["message"].startswith(f"{url} cannot be reached: ")
    assert "check the address (--upstream), the network and HTTPS_PROXY" in answer.json()["error"]["message"]
    [(_, finding)] = mock.world.findings
    assert (finding.rule, finding.severity) == ("upstream-failed", "violation")
    assert finding.message == answer.json()["error"]["message"]


def test_an_upstream_that_speaks_no_http_is_told(mock: MockClaude, recording: Recording, upstream: Start) -> None:
    there = upstream(says(b"SSH-2.0-OpenSSH_9.6\r\n\r\n"))
    recording.of(mock, there)
    with Line(mock.url) as line:
        answer = line.ask(ask())
    assert answer.status == 418
    assert answer.json()["error"]["message"].startswith(f"{there.url} answers what is no HTTP: ")


def test_a_proxy_of_the_environment_is_not_asked_for_what_runs_here(
    mock: MockClaude, recording: Recording, upstream: Start, monkeypatch: pytest.MonkeyPatch
) -> None:
    proxy = upstream(says(WHOLE))
    for name in ("HTTP_PROXY", "http_proxy"):
        monkeypatch.setenv(name, proxy.url)
    for name in ("NO_PROXY", "no_proxy"):
        monkeypatch.delenv(name, raising=False)
    recording.of(mock, upstream(says(WHOLE)))
    with Line(mock.url) as line:
        assert line.ask(ask()).status == 200
    assert proxy.asked == []


@pytest.mark.parametrize(
    ("proxy", "told"),
    [
        ("{}", "the proxy answers 407 Proxy Authentication Required; check HTTPS_PROXY"),
        ("user:hunter2@127.0.0.1:1", "the proxy is no URL such as http://proxy:8080; check HTTPS_PROXY"),
    ],
)
def test_the_password_of_a_proxy_is_not_told(
    upstream: Start, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, proxy: str, told: str
) -> None:
    there = upstream(says(b"HTTP/1.1 407 Proxy Authentication Required\r\ncontent-length: 0\r\n\r\n"))
    monkeypatch.setenv("HTTPS_PROXY", proxy.format(there.url.replace("://", "://user:hunter2@")))
    tape = Tape(tmp_path / "cassette.json", record="all", upstream="https://api.example.invalid")
    with MockClaude(cassette=tape) as mock, Line(mock.url) as line:
        answer = line.ask(ask())
    assert answer.json()["error"]["message"] == f"https://api.example.invalid cannot be reached: {told}"


def test_an_answer_that_cannot_be_kept_is_a_finding(
    mock: MockClaude, recording: Recording, upstream: Start, monkeypatch: pytest.MonkeyPatch
) -> None:
    recording.of(mock, upstream(says(STREAM + chunk(FRAMES[0]) + b"0\r\n\r\n")))

    def full(_descriptor: int, _data: object) -> int:
        raise OSError(errno.ENOSPC, "No space left on device")

    monkeypatch.setattr("mockclaude.record.log.os.write", full)
    with Line(mock.url) as line:
        line.write(ask())
        line.head()
        assert not line.rest().endswith(b"0\r\n\r\n")
    assert mock.world.player is not None
    assert mock.world.player.lost == 1
    [(_, finding)] = mock.world.findings
    assert finding.rule == "recording-lost"
    assert "cannot be written: No space left on device; the interaction is lost" in finding.message


def test_two_hundred_streams_at_once_are_recorded_whole(
    mock: MockClaude, recording: Recording, upstream: Start
) -> None:
    together = threading.Barrier(200, timeout=30)

    def script(connection: socket.socket, asked: bytes) -> None:
        name = asked.rpartition(b"\r\n\r\n")[2]
        connection.sendall(STREAM)
        together.wait()  # all of them are open at once
        for number in range(5):
            connection.sendall(chunk(b"data: %b %d\n\n" % (name, number)))
        connection.sendall(b"0\r\n\r\n")

    def stream(name: str) -> bytes:
        with Line(mock.url, timeout=60) as line:
            return line.ask(ask(name.encode())).body

    recording.of(mock, upstream(script))
    names = [f"stream-{number}" for number in range(200)]
    with ThreadPoolExecutor(200) as pool:
        bodies = dict(zip(names, pool.map(stream, names), strict=True))
    assert bodies == {name: b"".join([b"data: %b %d\n\n" % (name.encode(), n) for n in range(5)]) for name in names}
    recorded = {one.request.body.decode(): response_of(one).body for one in recording.read(mock)}
    assert recorded == bodies


def test_large_bodies_pass_both_ways(mock: MockClaude, recording: Recording, upstream: Start) -> None:
    large = bytes(range(256)) * 4_000

    def script(connection: socket.socket, asked: bytes) -> None:
        body = asked.partition(b"\r\n\r\n")[2]
        connection.sendall(b"HTTP/1.1 200 OK\r\ncontent-length: %d\r\n\r\n" % len(body) + body)

    recording.of(mock, upstream(script))
    with Line(mock.url) as line:
        assert line.ask(ask(large)).body == large
    [one] = recording.read(mock)
    assert (one.request.body, response_of(one).body) == (large, large)
