"""In a world with a cassette stubs answer first, then recordings, then nothing else but a miss."""

import sys
import threading
from collections.abc import Callable
from pathlib import Path

import orjson
import pytest

from mockclaude.engine.deck import playing
from mockclaude.engine.say import message
from mockclaude.engine.tape import Tape
from mockclaude.mock import MockClaude
from mockclaude.record.recorder import Recorder
from mockclaude.settings import Mode
from mockclaude.wire.interaction import Chunk, Interaction, RawResponse

from ..engine.recorded import NOON, recorded, said
from ..record.asked import HELLO, asked
from .line import Answer, Line, request

HEADERS = (
    ("Content-Type", "text/event-stream; charset=utf-8"),
    ("request-id", "req_recorded"),
    ("x-odd", "100 % sure"),
    ("set-cookie", "a=1"),
    ("set-cookie", "b=2"),
)
CHUNKS = (Chunk(b"event: ping\ndata: {", 0.01), Chunk(b'"type": "ping"}   \n\n', 0.02))
STREAM = RawResponse(200, HEADERS, CHUNKS, streamed=True)


LISTENERS: list[Callable[[object], None]] = []


def watch(event: str, arguments: tuple[object, ...]) -> None:
    """Tells of connections that a server's thread opens."""
    if LISTENERS and event == "socket.connect" and threading.current_thread().name.startswith("mockclaude"):
        LISTENERS[-1](arguments)


sys.addaudithook(watch)


def insert(mock: MockClaude, *interactions: Interaction, **how: str) -> None:
    mock.world.insert(playing(interactions, Tape("weather.json", **how)))  # type: ignore[arg-type]


def ask(mock: MockClaude, body: object = HELLO, **more: str) -> Answer:
    with Line(mock.url) as line:
        return line.ask(request(orjson.dumps(body), headers=more))


def test_a_recording_is_played_with_its_own_head_and_bytes(mock: MockClaude) -> None:
    insert(mock, recorded(asked(), STREAM))
    answer = ask(mock)
    assert (answer.status, answer.body) == (200, STREAM.body)
    assert answer.fields[:5] == tuple([(name.lower(), value) for name, value in HEADERS])
    assert [name for name, _ in answer.fields[5:]] == ["x-mockclaude", "transfer-encoding", "connection"]
    assert mock.calls.last.stub == "weather.json #1"


def test_borders_come_back_at_their_times(mock: MockClaude) -> None:
    insert(mock, recorded(asked(), STREAM), timing="recorded")
    with Line(mock.url) as line:
        line.write(request(orjson.dumps(HELLO)))
        line.head()
        assert line.chunks() == [chunk.data for chunk in CHUNKS]


@pytest.mark.parametrize("ending", ["close", "reset"])
def test_a_cut_answer_is_cut_again(mock: MockClaude, ending: str) -> None:
    insert(mock, recorded(asked(), STREAM._replace(ending=ending)))  # type: ignore[arg-type]
    with Line(mock.url) as line:
        line.write(request(orjson.dumps(HELLO)))
        line.head()
        with pytest.raises(ConnectionResetError if ending == "reset" else EOFError):
            line.chunks()


@pytest.mark.parametrize(
    ("method", "path"),
    [("GET", "/v1/models"), ("POST", "/v1/messages/batches"), ("DELETE", "/v1/files/file_1"), ("GET", "/elsewhere")],
)
def test_any_path_and_method_can_be_recorded(mock: MockClaude, method: str, path: str) -> None:
    body = RawResponse(200, (("content-type", "application/json"),), (Chunk(b"[]"),))
    insert(mock, recorded(asked(b"", path=path)._replace(method=method), body))
    with Line(mock.url) as line:
        assert line.ask(request(b"", method=method, path=path)).body == b"[]"
        assert line.ask(request(b"", method=method, path=path)).status == 418


def test_a_stub_answers_before_a_recording(mock: MockClaude) -> None:
    insert(mock, recorded(asked(), STREAM))
    mock.next("scripted")
    assert ask(mock).json()["content"][0]["text"] == "scripted"
    assert ask(mock).body == STREAM.body


def test_a_stub_still_answers_what_was_not_recorded(mock: MockClaude) -> None:
    insert(mock)
    mock.when("Hello").reply("scripted")
    assert ask(mock).json()["content"][0]["text"] == "scripted"
    assert ask(mock, {**HELLO, "messages": [{"role": "user", "content": "Hullo"}]}).status == 418


def test_a_miss_is_no_answer_of_the_api_and_a_finding(mock: MockClaude) -> None:
    insert(mock, recorded(said("Hullo"), STREAM))
    answer = ask(mock)
    assert (answer.status, answer.headers["x-should-retry"]) == (418, "false")
    assert answer.headers["x-mockclaude-error"] == "NoRecordingError"
    error = answer.json()["error"]
    assert error["type"] == "mockclaude_error"
    assert 'nearest: #1 POST /v1/messages\n  messages[0].content: recorded "Hullo", asked "Hello"' in error["message"]
    [finding] = mock.findings
    assert (finding.rule, finding.message, finding.severity) == ("unrecorded-request", error["message"], "violation")


def test_a_recording_is_the_truth_and_the_rules_find(mock: MockClaude) -> None:
    prefilled = {**HELLO, "messages": [*HELLO["messages"], {"role": "assistant", "content": "Hi"}]}
    insert(mock, recorded(asked(prefilled), STREAM))
    assert ask(mock, prefilled).status == 200
    assert [finding.rule for finding in mock.findings] == ["assistant-prefill"]


def test_the_rows_of_a_recorded_batch_are_judged_too(mock: MockClaude) -> None:
    batch = {"requests": [{"custom_id": "a", "params": {**HELLO, "max_tokens": 0}}]}
    request_of_it = asked(batch, path="/v1/messages/batches")
    insert(mock, recorded(request_of_it, RawResponse(200, (), (Chunk(b'{"id":"msgbatch_1"}'),))))
    with Line(mock.url) as line:
        assert line.ask(request(orjson.dumps(batch), path="/v1/messages/batches")).json() == {"id": "msgbatch_1"}
    assert [finding.path for finding in mock.findings] == ["requests.0.params.max_tokens"]


def test_a_fault_befalls_a_recording_and_one_that_forestalls_it_leaves_it_for_the_retry(mock: MockClaude) -> None:
    insert(mock, recorded(asked(), STREAM))
    assert ask(mock, **{"x-mockclaude-fault": "overloaded"}).status == 529
    with Line(mock.url) as line:
        line.write(request(orjson.dumps(HELLO), headers={"x-mockclaude-fault": "cut at=byte ordinal=8"}))
        line.head()
        assert line.rest() == b"8\r\nevent: p\r\n"
    assert ask(mock).status == 418, "it was played"


def test_a_reset_takes_an_inserted_cassette_out_and_rewinds_one_of_the_start(tmp_path: Path) -> None:
    path = tmp_path / "weather.json"
    with Recorder(path) as recorder:
        recorder.append(Interaction(asked(), NOON, response=STREAM))
    with MockClaude(cassette=path) as mock:
        other = mock.workspace("other")
        assert [ask(mock).status, ask(mock).status] == [200, 418]
        assert ask(mock, **{"x-api-key": other.api_key}).status == 200, "each world is at its own place"
        mock.reset()
        assert ask(mock).status == 200
        other.cassette(path)
        assert [ask(mock, **{"x-api-key": other.api_key}).status for _ in range(2)] == [200, 418]
        other.eject()
        assert ask(mock, **{"x-api-key": other.api_key}).status == 200, "now the mock answers"


def test_a_world_without_a_cassette_is_not_touched(mock: MockClaude) -> None:
    mock.workspace("taped").world.insert(playing((), Tape("weather.json")))
    assert ask(mock).status == 200
    assert ask(mock, **{"x-api-key": "sk-ant-mock-taped"}).status == 418


@pytest.mark.parametrize("record", ["none", "once"])
def test_replay_alone_never_opens_a_connection(tmp_path: Path, record: Mode) -> None:
    path = tmp_path / "weather.json"
    with Recorder(path) as recorder:
        recorder.append(Interaction(asked(), NOON, response=STREAM))
    opened: list[object] = []
    LISTENERS.append(opened.append)
    with MockClaude(cassette=path, record=record) as mock:
        assert [ask(mock).status for _ in range(2)] == [200, 418]
        assert ask(mock, {**HELLO, "model": "claude-nobody"}).status == 418
    LISTENERS.clear()
    assert opened == []


def test_a_script_that_contradicts_itself_is_told_before_the_cassette_is_asked(mock: MockClaude) -> None:
    insert(mock, recorded(asked(), STREAM))
    mock.next(message("x", stop_reason="tool_use"), force=True)
    assert ask(mock).json()["stop_reason"] == "tool_use"
