"""Whatever comes over a socket, the answer is an envelope or a closed connection, and the server lives on."""

import gzip
import json
import logging
from collections.abc import Iterator

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from mockclaude.mock import MockClaude
from mockclaude.settings import Settings

from .line import HEADERS, HELLO, Answer, Line, request


@pytest.fixture(scope="module")
def server() -> Iterator[MockClaude]:
    with MockClaude(Settings(), seed=1) as mock:
        yield mock


@pytest.fixture(autouse=True)
def _no_tracebacks(caplog: pytest.LogCaptureFixture) -> Iterator[None]:
    """Nothing that a client sends may end in an error of ours."""
    yield
    assert [record.getMessage() for record in caplog.records if record.levelno >= logging.ERROR] == []


def judged(answer: Answer) -> Answer:
    """An answer that a client of the API understands: JSON, no fault of the server."""
    assert answer.status < 500, answer
    if answer.status != 200:
        assert set(answer.json()) in ({"type", "error", "request_id"}, {"error"}), answer
        assert {"type", "message"} <= set(answer.json()["error"])
    return answer


def is_alive(server: MockClaude) -> bool:
    with Line(server.url) as line:
        return line.ask(request()).status == 200


NESTED = b'{"model":"claude-opus-5","max_tokens":5,"messages":'
BODIES = {
    "empty": b"",
    "not json": b"not json",
    "truncated": b'{"model": "claude-opus-5", ',
    "an array": b"[]",
    "a string": b'"text"',
    "null": b"null",
    "a number": b"17",
    "a byte order mark": b"\xef\xbb\xbf" + json.dumps(HELLO).encode(),
    "utf-16": json.dumps(HELLO).encode("utf-16"),
    "invalid utf-8": b'{"model": "\xff\xfe"}',
    "a lone surrogate": b'{"model": "\\ud83d"}',
    "nul": b"\0" * 1000,
    "nested arrays": NESTED + b"[" * 100_000 + b"]" * 100_000 + b"}",
    "nested objects": NESTED + b'{"a":' * 100_000 + b"1" + b"}" * 100_000 + b"}",
    "deep, but json": NESTED + b"[" * 500 + b"]" * 500 + b"}",
    "a huge integer": b'{"model":"claude-opus-5","max_tokens":' + b"9" * 5000 + b',"messages":[]}',
    "an infinite float": b'{"model":"claude-opus-5","max_tokens":1e999,"messages":[]}',
    "nan": b'{"model":"claude-opus-5","max_tokens":NaN,"messages":[]}',
    "repeated keys": b'{"model":1,"model":"claude-opus-5","max_tokens":5,"messages":[]}',
    "wrong types": b'{"model":[],"max_tokens":"x","messages":{"role":1},"stream":"yes","system":5,"tools":"all"}',
    "empty messages": b'{"model":"claude-opus-5","max_tokens":5,"messages":[]}',
    "a hundred thousand turns": NESTED + b"[" + b'{"role":"user","content":"a"},' * 100_001 + b"1]}",
}


@pytest.mark.parametrize("body", BODIES.values(), ids=BODIES)
@pytest.mark.parametrize("path", ["/v1/messages", "/v1/messages/count_tokens"])
@pytest.mark.parametrize("validation", ["strict", "live", "off"])
def test_odd_bodies_are_refused(server: MockClaude, body: bytes, path: str, validation: str) -> None:
    with Line(server.url) as line:
        judged(line.ask(request(body, path=path, headers={"x-mockclaude-validation": validation})))
    assert is_alive(server)


@pytest.mark.parametrize(
    "coding", ["gzip", "deflate", "br", "zstd", "identity", "nonsense", "gzip, gzip", ",", "gzip,,"]
)
@pytest.mark.parametrize(
    "body", [b"", b"not compressed", gzip.compress(b"{}", mtime=0)[:-3], gzip.compress(b"{}", mtime=0) + b"rest"]
)
def test_odd_codings_are_refused(server: MockClaude, coding: str, body: bytes) -> None:
    with Line(server.url) as line:
        judged(line.ask(request(body, headers={"content-encoding": coding})))
    assert is_alive(server)


ODD_HEADERS = {
    "long key": {"x-api-key": "k" * 60_000},
    "long beta list": {"anthropic-beta": ",".join(["unknown-2020-01-01"] * 3000)},
    "long workspace": {"x-mockclaude-workspace": "w" * 10_000},
    "binary": {"x-api-key": "\x01\x02\x7f", "anthropic-version": "\x80\xff"},
    "an empty bearer": {"x-api-key": "", "authorization": "Bearer"},
    "another scheme": {"x-api-key": "", "authorization": "Basic dXNlcjpwYXNz"},
    "a charset": {"content-type": "text/plain; charset=utf-16"},
    "a broken content type": {"content-type": ";;;=;"},
    "upgrade": {"connection": "Upgrade", "upgrade": "websocket"},
    "h2c": {"connection": "Upgrade, HTTP2-Settings", "upgrade": "h2c", "http2-settings": "AAMAAABkAAQAAP__"},
    "another host": {"host": "example.org:99999999"},
    "no host": {"host": ""},
    "format characters": {"x-mockclaude-validation": "%s%(date)b{0}"},
}


@pytest.mark.parametrize("headers", ODD_HEADERS.values(), ids=ODD_HEADERS)
def test_odd_headers_are_survived(server: MockClaude, headers: dict[str, str]) -> None:
    with Line(server.url) as line:
        judged(line.ask(request(headers=headers).decode().encode("latin-1")))
    assert is_alive(server)


NOT_HTTP = {
    "text": b"hello there\r\n\r\n",
    "tls": bytes.fromhex("16030100c8010000c403030102030405060708090a0b0c0d0e0f"),
    "http/2": b"PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n",
    "http/9": b"POST /v1/messages HTTP/9.9\r\n\r\n",
    "no version": b"POST /v1/messages\r\n\r\n",
    "unknown method": b"WHATEVER /v1/messages HTTP/1.1\r\nhost: mock\r\n\r\n",
    "no colon": b"POST /v1/messages HTTP/1.1\r\nhost mock\r\n\r\n",
    "a folded header": b"POST /v1/messages HTTP/1.1\r\nhost: mock\r\n folded\r\n\r\n",
    "nul in a header": b"POST /v1/messages HTTP/1.1\r\nhost: mo\0ck\r\n\r\n",
    "a huge header": b"POST /v1/messages HTTP/1.1\r\nx-a: " + b"a" * 1_000_000 + b"\r\n\r\n",
    "a huge path": b"POST /" + b"a" * 1_000_000 + b" HTTP/1.1\r\n\r\n",
    "many headers": b"POST /v1/messages HTTP/1.1\r\n" + b"".join([b"x-%d: a\r\n" % n for n in range(20_000)]) + b"\r\n",
    "two lengths": b"POST /v1/messages HTTP/1.1\r\ncontent-length: 5\r\ncontent-length: 6\r\n\r\nhello!",
    "a negative length": b"POST /v1/messages HTTP/1.1\r\ncontent-length: -5\r\n\r\n",
    "a length of words": b"POST /v1/messages HTTP/1.1\r\ncontent-length: five\r\n\r\n",
    "length and chunks": b"POST /v1/messages HTTP/1.1\r\ncontent-length: 5\r\ntransfer-encoding: chunked\r\n\r\n0\r\n\r\n",
    "an unknown transfer": b"POST /v1/messages HTTP/1.1\r\ntransfer-encoding: gzip\r\n\r\n",
}


@pytest.mark.parametrize("data", NOT_HTTP.values(), ids=NOT_HTTP)
def test_what_is_not_http_is_refused_or_cut_off(server: MockClaude, data: bytes) -> None:
    with Line(server.url) as line:
        try:
            line.write(data)
            line.socket.shutdown(1)
            assert judged(line.answer()).status in {400, 401, 404, 405}
            assert line.rest() == b""
        except (EOFError, OSError):
            pass
    assert is_alive(server)


@pytest.mark.parametrize(
    "chunks",
    [
        b"zz\r\nabc\r\n",
        b"5\r\nabc\r\n0\r\n\r\n",
        b"3\r\nabcdef\r\n",
        b"-1\r\n",
        b"ffffffffffffffffff\r\n",
        b"3;" + b"x" * 100_000,
    ],
)
def test_broken_chunks_are_refused_or_cut_off(server: MockClaude, chunks: bytes) -> None:
    with Line(server.url) as line:
        try:
            line.write(request(b"", headers={"content-length": "", "transfer-encoding": "chunked"}) + chunks)
            line.socket.shutdown(1)
            judged(line.answer())
        except (EOFError, OSError):
            pass
    assert is_alive(server)


@pytest.mark.parametrize("sent", [0, 1, 20, 100, 300])
def test_uploads_that_break_off_harm_nobody(server: MockClaude, sent: int) -> None:
    whole = request(b"x" * 100_000)
    for abrupt in (False, True):
        with Line(server.url) as line:
            line.write(whole[: sent * 100])
            if not abrupt:
                line.socket.shutdown(1)
                with pytest.raises((EOFError, OSError)):
                    line.answer()
    assert is_alive(server)


def test_an_upload_that_breaks_off_is_remembered_without_an_answer() -> None:
    with MockClaude() as mock:
        with Line(mock.url) as line:
            line.write(request(b"x" * 100_000)[:5000])
        with Line(mock.url) as line:
            ask_for_health = request(b"", method="GET", path="/_mockclaude/health")
            while not mock.journal:
                line.ask(ask_for_health)
        assert [(call.request.path, call.response) for call in mock.journal] == [("/v1/messages", None)]


@given(st.binary(max_size=400))
@settings(deadline=None, max_examples=300, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_any_bytes_are_survived(server: MockClaude, data: bytes) -> None:
    with Line(server.url) as line:
        try:
            line.write(data)
            line.socket.shutdown(1)
            judged(line.answer())
        except (EOFError, OSError):
            pass


VALUES = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False) | st.text(max_size=8),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(max_size=6), inner, max_size=4),
    max_leaves=12,
)
WORDS = st.sampled_from(
    ["user", "assistant", "system", "text", "image", "document", "tool_use", "tool_result", "thinking", "base64", "url",
     "ephemeral", "enabled", "adaptive", "auto", "any", "tool", "none", "claude-opus-5", "claude-3-haiku-20240307", ""]
)  # fmt: skip
KEYS = st.sampled_from(
    ["type", "role", "content", "text", "source", "data", "media_type", "id", "name", "input", "tool_use_id", "thinking",
     "signature", "cache_control", "ttl", "is_error", "citations", "url", "title"]
)  # fmt: skip
BLOCKS = st.dictionaries(KEYS, WORDS | VALUES, max_size=6)
TURNS = st.fixed_dictionaries(
    {}, optional={"role": WORDS | VALUES, "content": WORDS | st.lists(BLOCKS, max_size=3) | VALUES}
)
TOP = st.fixed_dictionaries(
    {},
    optional={
        "model": WORDS | VALUES,
        "max_tokens": st.integers(-5, 10**6) | VALUES,
        "messages": st.lists(TURNS | VALUES, max_size=4) | VALUES,
        "system": WORDS | st.lists(BLOCKS, max_size=2) | VALUES,
        "tools": st.lists(
            BLOCKS | st.dictionaries(st.sampled_from(["name", "input_schema", "type"]), WORDS | VALUES), max_size=2
        ),
        "tool_choice": BLOCKS | VALUES,
        "thinking": st.dictionaries(st.sampled_from(["type", "budget_tokens", "display"]), WORDS | VALUES) | VALUES,
        "output_config": st.dictionaries(st.sampled_from(["effort", "format"]), WORDS | BLOCKS | VALUES) | VALUES,
        "stop_sequences": st.lists(st.text(max_size=3) | VALUES, max_size=3) | VALUES,
        "temperature": VALUES,
        "top_p": VALUES,
        "metadata": BLOCKS | VALUES,
        "stream": st.booleans() | VALUES,
        "cache_control": BLOCKS | VALUES,
        "unknown": VALUES,
    },
)


@given(
    bodies=st.lists(TOP.map(lambda body: json.dumps(body).encode()) | st.binary(max_size=80), min_size=10, max_size=10),
    validation=st.sampled_from(["strict", "live", "off"]),
    path=st.sampled_from(["/v1/messages", "/v1/messages/count_tokens"]),
)
@settings(deadline=None, max_examples=220, suppress_health_check=list(HealthCheck))
def test_arbitrary_bodies_never_break_the_server(
    server: MockClaude, bodies: list[bytes], validation: str, path: str
) -> None:
    with Line(server.url) as line:
        for body in bodies:
            judged(line.ask(request(body, path=path, headers={**HEADERS, "x-mockclaude-validation": validation})))
