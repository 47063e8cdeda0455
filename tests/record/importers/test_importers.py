"""Recordings of other tools become interactions with the same bytes, and are known by their content."""

import gzip
import json
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
import yaml

from mockclaude import CassetteError
from mockclaude.record.importers import FORMATS, Found, Skipped, read_recording
from mockclaude.record.redaction import DEFAULT
from mockclaude.wire.encoding import dumps, loads
from mockclaude.wire.interaction import Chunk
from mockclaude.wire.sse import decode

from ...corpus import needs_corpus, rows
from ..test_recordings import body_of

URL = "https://api.anthropic.com/v1/messages?beta=true"
ASKED = {"model": "claude-opus-5", "max_tokens": 5, "messages": [{"role": "user", "content": "Grüße"}]}
BODY = dumps(ASKED)
PING, STOP = b'event: ping\ndata: {"type": "ping"}\n\n', b'event: message_stop\ndata: {"type":"message_stop"  }\n\n'
STREAM = PING + STOP
DATE = "Mon, 13 Jul 2026 23:16:45 GMT"
MOMENT = datetime(2026, 7, 13, 23, 16, 45, tzinfo=UTC)


def written(tmp_path: Path, text: str | bytes, name: str = "tape.yaml") -> Path:
    path = tmp_path / name
    path.write_bytes(text if isinstance(text, bytes) else text.encode())
    return path


def vcrpy(request: Any, response: Any) -> str:
    return yaml.dump({"interactions": [{"request": request, "response": response}], "version": 1}, sort_keys=False)


def fields(**more: str) -> dict[str, list[str]]:
    return {"Content-Type": ["text/event-stream; charset=utf-8"], "date": [DATE], "request-id": ["req_1"]} | {
        name.replace("_", "-"): [value] for name, value in more.items()
    }


REQUEST = {"method": "POST", "uri": URL, "body": BODY.decode(), "headers": {"User-Agent": ["Anthropic/Python 2.12.0"]}}
STATUS = {"code": 200, "message": "OK"}
PACKED = gzip.compress(STREAM, mtime=0)
GO = {"method": "POST", "url": URL, "body": BODY.decode(), "headers": {"User-Agent": ["Anthropic/Python 2.12.0"]}}
GO_ANSWER = {"status": "200 OK", "code": 200, "headers": fields(), "body": STREAM.decode(), "duration": "1.25s"}
RUBY = {
    "request": {
        "method": "post",
        "uri": URL,
        "body": {"encoding": "UTF-8", "string": BODY.decode()},
        "headers": REQUEST["headers"],
    },
    "response": {"status": STATUS, "headers": fields(), "body": {"encoding": "UTF-8", "string": STREAM.decode()}},
    "recorded_at": DATE,
}
HAR = {
    "startedDateTime": "2026-07-13T23:16:45Z",
    "request": {
        "method": "POST",
        "url": URL,
        "headers": [{"name": ":path", "value": "/"}, {"name": "user-agent", "value": "Anthropic/Python 2.12.0"}],
        "postData": {"mimeType": "application/json", "text": BODY.decode()},
    },
    "response": {
        "status": 200,
        "headers": [{"name": name, "value": value} for name, [value] in fields(content_encoding="br").items()],
        "content": {"text": STREAM.decode()},
    },
    "timings": {"wait": 1250},
}

TAPES: dict[str, tuple[str, float]] = {
    "vcrpy": (vcrpy(REQUEST, {"status": STATUS, "headers": fields(), "body": {"string": STREAM.decode()}}), 0),
    "vcrpy, bytes in gzip": (
        vcrpy(REQUEST, {"status": STATUS, "headers": fields(content_encoding="gzip"), "body": {"string": PACKED}}),
        0,
    ),
    "vcrpy, decoded although its headers say gzip": (
        vcrpy(
            REQUEST, {"status": STATUS, "headers": fields(content_encoding="gzip"), "body": {"string": STREAM.decode()}}
        ),
        0,
    ),
    "vcrpy, as older ones kept httpx": (
        vcrpy(REQUEST, {"status_code": 200, "headers": fields(), "content": STREAM.decode()}),
        0,
    ),
    "vcrpy in JSON": (
        json.dumps(
            {
                "interactions": [
                    {
                        "request": REQUEST,
                        "response": {"status": STATUS, "headers": fields(), "body": {"string": STREAM.decode()}},
                    }
                ]
            }
        ),
        0,
    ),
    "vcrpy, parsed": (
        vcrpy(
            {**{key: value for key, value in REQUEST.items() if key != "body"}, "parsed_body": ASKED},
            {"status": STATUS, "headers": fields(), "body": {"string": STREAM.decode()}},
        ),
        0,
    ),
    "go-vcr": (yaml.safe_dump({"version": 1, "interactions": [{"request": GO, "response": GO_ANSWER}]}), 1.25),
    "go-vcr 2": (
        yaml.safe_dump(
            {"version": 2, "interactions": [{"id": 0, "request": {**GO, "host": "x"}, "response": GO_ANSWER}]}
        ),
        1.25,
    ),
    "ruby-vcr": (yaml.safe_dump({"http_interactions": [RUBY], "recorded_with": "VCR 6.3.1"}), 0),
    "har": (json.dumps({"log": {"version": "1.2", "entries": [HAR]}}), 1.25),
}


@pytest.mark.parametrize("tape", TAPES)
def test_a_recording_keeps_its_bytes_its_moment_and_its_events(tmp_path: Path, tape: str) -> None:
    text, at = TAPES[tape]
    for form in (None, tape.split(maxsplit=1)[0].strip(",")):
        found = read_recording(written(tmp_path, text), form=form)
        [interaction] = [DEFAULT.interaction(each) for each in found.interactions]
        request, response = interaction.request, interaction.response
        assert (request.method, request.path, request.query) == ("POST", "/v1/messages", "beta=true")
        assert (request.body, request.headers["user-agent"]) == (BODY, "Anthropic/Python 2.12.0")
        assert (interaction.began, interaction.request_id) == (MOMENT, "req_1")
        assert response is not None
        assert (response.status, response.streamed) == (200, True)
        assert response.chunks == (Chunk(PING, at), Chunk(STOP, at))
        assert dict(response.headers)["Content-Type"] == "text/event-stream; charset=utf-8"
        assert "content-encoding" not in dict(response.headers)


def test_other_traffic_is_left_out_and_counted(tmp_path: Path) -> None:
    other = {**REQUEST, "uri": "https://api.example.com/v1/chat"}
    gateway = {**REQUEST, "uri": "http://gateway.local/v1/messages"}
    answer = {"status": STATUS, "headers": {}, "body": {"string": "{}"}}
    entries = [{"request": request, "response": answer} for request in (other, gateway)]
    found = read_recording(written(tmp_path, yaml.safe_dump({"interactions": entries})))
    assert found.skipped == (Skipped("interactions[0]", "it is not to the Messages API"),)
    assert [each.request.path for each in found.interactions] == ["/v1/messages"]
    archive = [
        {**HAR, "request": {**HAR["request"], "url": "https://example.com/"}},  # type: ignore[dict-item]
        {**HAR, "response": {"status": 0}},
        {**HAR, "request": {**HAR["request"], "method": "OPTIONS"}},  # type: ignore[dict-item]
    ]
    found = read_recording(written(tmp_path, json.dumps({"log": {"entries": archive}})))
    assert [each.reason.split()[-1] for each in found.skipped] == ["API", "answer", "request"]


def test_a_bare_stream_gets_the_request_that_it_answers(tmp_path: Path) -> None:
    start = b'event: message_start\ndata: {"type":"message_start","message":{"model":"claude-opus-5"}}\n\n'
    [interaction] = read_recording(written(tmp_path, start + STOP, "greeting.sse")).interactions
    assert loads(interaction.request.body) == {
        "model": "claude-opus-5",
        "max_tokens": 4096,
        "messages": [{"role": "user", "content": "greeting"}],
        "stream": True,
    }
    assert interaction.response is not None
    assert interaction.response.chunks == (Chunk(start), Chunk(STOP))
    assert read_recording(written(tmp_path, STOP)).skipped == (
        Skipped("tape.yaml", "it is no stream of the Messages API: it has no message_start"),
    )
    [skipped] = read_recording(written(tmp_path, b"data: {sk-ant-x\n\n")).skipped
    assert "sk-ant" not in skipped.reason


FIXTURES: list[dict[str, Any]] = [
    {"match": {"userMessage": "hello", "model": "claude-opus-5"}, "response": {"content": "Hi!", "id": "msg_1"}},
    {
        "match": {"toolCallId": "call_1", "toolName": "f", "systemMessage": ["a", "b"]},
        "response": {
            "reasoning": "Hm.",
            "redactedThinking": ["x"],
            "content": {"a": 1},
            "toolCalls": [{"name": "f", "arguments": '{"x":1}', "id": "toolu_1"}, {"name": "g", "arguments": {"y": 2}}],
            "usage": {"prompt_tokens": 7, "completion_tokens": 9},
        },
    },
    {"match": {"userMessage": "e"}, "response": {"error": {"message": "Slow down"}, "status": 429, "retryAfter": 3}},
    {"match": {"userMessage": "j"}, "response": {"json": {"id": "x"}, "status": 202}},
    {
        "match": {"userMessage": "s"},
        "response": {
            "blocks": [{"type": "toolCall", "name": "f", "arguments": "{"}, {"type": "text", "text": "T"}],
            "finishReason": "length",
        },
        "recordedTimings": {"ttftMs": 500, "interChunkDelaysMs": [100, 50], "totalDurationMs": 650},
    },
    {"match": {"endpoint": "embedding"}, "response": {"embedding": [0.1]}},
]


@pytest.fixture
def aimock(tmp_path: Path) -> Found:
    return read_recording(written(tmp_path, json.dumps({"fixtures": FIXTURES})))


def test_fixtures_of_aimock_say_the_same_as_messages(aimock: Found) -> None:
    assert aimock.skipped == (Skipped("fixtures[5]", "it answers no message"),)
    hello, tools, refused, raw, _ = aimock.interactions
    assert hello.response is not None
    assert loads(hello.request.body) == {
        "model": "claude-opus-5",
        "max_tokens": 4096,
        "messages": [{"role": "user", "content": "hello"}],
    }
    message: Any = loads(hello.response.body)
    assert (message["id"], message["content"], message["stop_reason"]) == (
        "msg_1",
        [{"type": "text", "text": "Hi!"}],
        "end_turn",
    )
    assert message["usage"]["input_tokens"] > 0
    asked: Any = loads(tools.request.body)
    assert (asked["system"], asked["tools"][0]["name"], asked["messages"][-1]["content"][0]["tool_use_id"]) == (
        "a\nb",
        "f",
        "call_1",
    )
    assert tools.response is not None
    told: Any = loads(tools.response.body)
    assert [block["type"] for block in told["content"]] == [
        "redacted_thinking",
        "thinking",
        "text",
        "tool_use",
        "tool_use",
    ]
    assert [block["input"] for block in told["content"][3:]] == [{"x": 1}, {"y": 2}]
    assert (told["content"][2]["text"], told["stop_reason"]) == ('{"a":1}', "tool_use")
    assert told["usage"] == {"input_tokens": 7, "output_tokens": 9}
    assert refused.response is not None
    assert (refused.response.status, dict(refused.response.headers)["retry-after"]) == (429, "3")
    assert loads(refused.response.body) == {
        "type": "error",
        "error": {"type": "rate_limit_error", "message": "Slow down"},
    }
    assert raw.response is not None
    assert (raw.response.status, raw.response.body) == (202, b'{"id":"x"}')


def test_a_fixture_with_times_is_a_stream_at_those_times(aimock: Found) -> None:
    stream = aimock.interactions[-1]
    assert stream.response is not None
    assert loads(stream.request.body)["stream"] is True  # type: ignore[call-overload, index]
    assert [chunk.at for chunk in stream.response.chunks[:5]] == [0.5, 0.6, 0.65, 0.65, 0.65]
    events = decode(stream.response.body)
    assert [event["type"] for event in events][-2:] == ["message_delta", "message_stop"]
    assert events[-2]["delta"]["stop_reason"] == "max_tokens"


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("a: [", r"tape.yaml:\d+:\d+: not YAML: "),
        ('{"a": sk-ant-secret}', r"tape.yaml:1:7: not JSON: "),
        ("a: !!python/object:os.system sk-ant-secret", r"tape.yaml:1:4: not YAML: could not determine a constructor"),
        ("a: *secret", r"tape.yaml:1:4: not YAML: found undefined alias"),
        (
            "just text",
            "tape.yaml is no recording that can be read; expected one of vcrpy, go-vcr, ruby-vcr, har, aimock, sse",
        ),
        ("[1, 2]", "is no recording that can be read"),
        (
            "interactions: [{request: {uri: 'https://api.anthropic.com/v1/x'}, response: {}}]",
            "an entry lacks 'method'; expected a recording of vcrpy",
        ),
    ],
)
def test_what_cannot_be_read_is_told_without_a_word_of_its_content(tmp_path: Path, text: str, told: str) -> None:
    with pytest.raises(CassetteError, match=told) as refused:
        read_recording(written(tmp_path, text))
    assert "secret" not in str(refused.value)


def test_a_missing_file_and_a_wrong_form_are_told(tmp_path: Path) -> None:
    with pytest.raises(CassetteError, match="cannot be read: No such file"):
        read_recording(tmp_path / "no.yaml")
    with pytest.raises(CassetteError, match="expected a recording of har"):
        read_recording(written(tmp_path, vcrpy(REQUEST, {})), form="har")
    assert set(FORMATS) == {"vcrpy", "go-vcr", "ruby-vcr", "har", "aimock", "sse"}


@needs_corpus
@pytest.mark.parametrize("form", ["vcrpy", "vcrpy-parsed", "go-vcr", "ruby-vcr", "har"])
def test_real_exchanges_come_through_every_form(tmp_path: Path, form: str) -> None:
    taken = [row for row in rows() if row["format"] == (form if form != "har" else "vcrpy") and row["status"]][:60]
    entries, expected = [], []
    for row in taken:
        asked, answered = body_of(row["request_body"]), body_of(row["response_body"])
        expected.append((row["method"], asked, row["status"], answered))
        entries.append(entry_of(form, row, asked, answered))
    shells: dict[str, Any] = {"ruby-vcr": {"http_interactions": entries}, "har": {"log": {"entries": entries}}}
    found = read_recording(
        written(
            tmp_path,
            yaml.dump(shells.get(form, {"interactions": entries}), Dumper=yaml.CSafeDumper)
            if form != "har"
            else json.dumps(shells["har"]),
        )
    )
    assert found.skipped == ()
    assert [
        (each.request.method, each.request.body, each.response.status, each.response.body)  # type: ignore[union-attr]
        for each in found.interactions
    ] == expected


def entry_of(form: str, row: dict[str, Any], asked: bytes, answered: bytes) -> dict[str, Any]:
    """The row as the tool would have written it."""
    url = f"https://api.anthropic.com{row['path']}"
    lists = {name: [value] for name, value in row["request_headers"].items()}
    kind = "text/event-stream" if row["response_kind"] == "sse" else "application/json"
    told = {"content-type": [kind]}
    request: dict[str, Any] = {"method": row["method"], "uri": url, "headers": lists, "body": asked.decode()}
    response: dict[str, Any] = {
        "status": {"code": row["status"]},
        "headers": told,
        "body": {"string": answered.decode()},
    }
    if form == "vcrpy-parsed" and isinstance(row["request_body"], dict):
        request["parsed_body"] = row["request_body"]
    if form == "go-vcr":
        request["url"] = request.pop("uri")
        response = {"code": row["status"], "headers": told, "body": answered.decode(), "duration": "2ms"}
    if form == "har":
        request = {"method": row["method"], "url": url, "headers": [], "postData": {"text": asked.decode()}}
        response = {
            "status": row["status"],
            "headers": [{"name": "content-type", "value": kind}],
            "content": {"text": answered.decode()},
        }
    return {"request": request, "response": response}
