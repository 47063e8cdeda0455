"""A secret that passes through a recorder, or is asked of a cassette, appears in nothing that we write or say."""

import logging
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

import orjson
import pytest

from mockclaude.cli.record import Tally
from mockclaude.engine.deck import opened
from mockclaude.engine.tape import Tape
from mockclaude.mock import MockClaude
from mockclaude.record.cassette import Cassette
from mockclaude.record.entry import entry_of, exact_entry_of
from mockclaude.wire.sse import frame

from .control_client import ControlClient
from .line import HELLO, Line, request
from .upstream import Upstream, chunk, says

SECRET = "sk-ant-api03-PLANTED" + "x" * 30
TAIL = "PLANTEDx"
"""What must not be found anywhere: a key that is cut in two would leave its end."""

USE = {"type": "tool_use", "id": "toolu_1", "name": "get_key", "input": {"key": SECRET}}
RESULT = {"type": "tool_result", "tool_use_id": "toolu_1", "content": f"The key is {SECRET}."}
SERVER = {"type": "url", "name": "tools", "url": "https://tools.example", "authorization_token": f"plain-{TAIL}"}


def conversation(**more: Any) -> dict[str, Any]:
    turns = [*HELLO["messages"], {"role": "assistant", "content": [USE]}, {"role": "user", "content": [RESULT]}]
    return {**HELLO, "messages": turns, **more}


ASKED: Mapping[str, bytes] = {
    "header": request(headers={"x-api-key": SECRET}),
    "bearer": request(headers={"x-api-key": "", "authorization": f"Bearer {SECRET}"}),
    "cookie": request(headers={"x-api-key": "a", "cookie": f"session={TAIL}"}),
    "odd-header": request(headers={"x-api-key": "a", "x-forwarded-note": SECRET}),
    "body": request({**HELLO, "system": f"Use {SECRET}."}, headers={"x-api-key": "a"}),
    "tool-result": request(conversation(), headers={"x-api-key": "a"}),
    "mcp-server": request(conversation(mcp_servers=[SERVER]), headers={"x-api-key": "a"}),
    "url": request(path=f"/v1/messages?api_key={TAIL}&note={SECRET}", headers={"x-api-key": "a"}),
    "path": request(b"", method="GET", path=f"/v1/files/{SECRET}", headers={"x-api-key": "a"}),
    "no-json": request(f"not JSON, {SECRET}".encode(), headers={"x-api-key": "a"}),
}


def delta(text: str) -> bytes:
    return frame({"type": "content_block_delta", "index": 0, "delta": {"type": "text_delta", "text": text}})


def tool_delta(text: str) -> bytes:
    return frame(
        {"type": "content_block_delta", "index": 1, "delta": {"type": "input_json_delta", "partial_json": text}}
    )


START = (
    b"HTTP/1.1 200 OK\r\ncontent-type: text/event-stream\r\ntransfer-encoding: chunked\r\nset-cookie: a=%b\r\n\r\n"
    % TAIL.encode()
)
PARTS = [
    delta(f"The key is {SECRET[:10]}"),
    delta(SECRET[10:25]),
    delta(f"{SECRET[25:]}."),
    tool_delta('{"key": "' + SECRET[:17]),
    tool_delta(SECRET[17:] + '"}'),
]
ANSWERS: Mapping[str, bytes] = {
    "split-over-deltas": START + b"".join(map(chunk, PARTS)) + b"0\r\n\r\n",
    "split-over-chunks": START
    + b"".join([chunk(b"".join(PARTS)[place : place + 7]) for place in range(0, len(b"".join(PARTS)), 7)])
    + b"0\r\n\r\n",
    "cut": START + b"".join(map(chunk, PARTS[:2])),
    "whole": b"HTTP/1.1 400 Bad\r\nx-note: %b\r\ncontent-length: %d\r\n\r\n%b"
    % (SECRET.encode(), len(SECRET) + 2, orjson.dumps(SECRET)),
}


@pytest.fixture
def said(caplog: pytest.LogCaptureFixture, capfd: pytest.CaptureFixture[str], tmp_path: Path) -> Iterator[list[str]]:
    """What was said and written; searched when the test is over."""
    caplog.set_level(logging.DEBUG)
    told: list[str] = []
    yield told
    printed = capfd.readouterr()
    told += [
        printed.out,
        printed.err,
        caplog.text,
        *[str(record.args) + str(record.exc_info) for record in caplog.records],
    ]
    files = [path for path in tmp_path.rglob("*") if path.is_file()]
    assert files
    told += [path.read_bytes().decode("latin-1") for path in files] + [str(path) for path in files]
    assert [text for text in told if TAIL in text] == []


@pytest.mark.parametrize("answer", ANSWERS)
@pytest.mark.parametrize("asked", ["body"])
def test_nothing_of_an_answer_is_kept(said: list[str], tmp_path: Path, asked: str, answer: str) -> None:
    pass_and_tell(said, tmp_path, ASKED[asked], ANSWERS[answer])


@pytest.mark.parametrize("asked", ASKED)
def test_nothing_of_a_request_is_kept(said: list[str], tmp_path: Path, asked: str) -> None:
    pass_and_tell(said, tmp_path, ASKED[asked], ANSWERS["split-over-deltas"])


def heard(mock: MockClaude, asked: bytes) -> str:
    """The whole answer, up to the end of the connection."""
    with Line(mock.url) as line:
        line.write(asked.replace(b"host: mock\r\n", b"host: mock\r\nconnection: close\r\n"))
        return line.rest().decode("latin-1")


def pass_and_tell(said: list[str], tmp_path: Path, asked: bytes, answer: bytes) -> None:
    path = tmp_path / "cassette.json"
    with Upstream(says(answer)) as upstream, MockClaude() as mock:
        tally = Tally(Tape(path))
        player = opened(Tape(path, record="all", upstream=upstream.url), kept=tally.add)
        mock.world.insert(player)
        assert heard(mock, asked).startswith("HTTP/1.1 ")
        assert TAIL in upstream.asked[0].decode("latin-1"), "the upstream gets what it needs"
        said += everything_told_by(mock)
        said += [log.read_text("latin-1") for log in tmp_path.iterdir() if log.is_file()]
        mock.eject()
        said += [str(tally), repr(player), repr(list(Cassette.load(path)))]
    other = asked.replace(b"hello", b"hullo").replace(b"/v1/files", b"/v2/files")
    with MockClaude(cassette=path) as mock:  # what is asked is cleaned before it is compared
        answers = [heard(mock, one) for one in (asked, asked, other)]
        assert ["HTTP/1.1 418" in one for one in answers] == [False, True, True]
        said += [*answers, *everything_told_by(mock)]


def everything_told_by(mock: MockClaude) -> list[str]:
    """What journal, findings and the control API tell."""
    control = ControlClient(mock.url)
    pages = [
        control.ask("GET", path).body.decode() for path in ("/journal", "/journal?exact=true", "/findings", "/metrics")
    ]
    entries = [str(exact_entry_of(one)) + str(entry_of(one, full=True)) + repr(one) for one in mock.journal]
    return [*pages, *entries, repr(mock.findings), repr(mock), repr(mock.calls)]


LOCAL = {"host": "127.0.0.1", "x-api-key": ""}
MISPLACED: Mapping[str, tuple[bytes, bool]] = {
    "path": (request(path=f"/v1/{SECRET}"), True),
    "model": (request(b"", method="GET", path=f"/v1/models/{SECRET}"), False),
    "no-colon": (f"GET /v1/models HTTP/1.1\r\nx-api-key {SECRET}\r\n\r\n".encode(), True),
    "workspace-header": (request(headers={"x-mockclaude-workspace": SECRET}), True),
    "workspace": (request(b"", method="GET", path=f"/_mockclaude/journal?workspace={SECRET}", headers=LOCAL), True),
    "world": (request(b"", method="DELETE", path=f"/_mockclaude/workspaces/{SECRET}", headers=LOCAL), True),
    "parameter": (request(b"", method="GET", path=f"/_mockclaude/journal?{SECRET}=1", headers=LOCAL), True),
    "control-path": (request(b"", method="GET", path=f"/_mockclaude/{SECRET}", headers=LOCAL), True),
}
"""A key where none belongs, and whether the answer is ours: the API repeats to its caller what it was sent."""


@pytest.mark.parametrize("place", MISPLACED)
def test_a_key_where_none_belongs_is_neither_logged_nor_repeated(
    mock: MockClaude, line: Line, caplog: pytest.LogCaptureFixture, place: str
) -> None:
    asked, is_ours = MISPLACED[place]
    with caplog.at_level(logging.DEBUG, "mockclaude"):
        answer = line.ask(asked)
    assert answer.status >= 400
    assert TAIL not in caplog.text
    assert TAIL not in repr([(one.request, one.findings) for one in mock.journal])
    assert not is_ours or TAIL not in repr(answer)
