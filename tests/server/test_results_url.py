"""Batches are recorded with the place of their results as the API said it, and told with the place their client knows."""

import gzip
import json
import logging
import socket
import threading
import zlib
from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any, cast

import pytest
from anthropic import Anthropic
from hypothesis import example, given
from hypothesis import strategies as st

from mockclaude.clock import FixedClock
from mockclaude.engine.deck import playing
from mockclaude.engine.tape import Tape
from mockclaude.mock import MockClaude
from mockclaude.record.cassette import Cassette
from mockclaude.server.results_url import retold
from mockclaude.wire.body import Json
from mockclaude.wire.interaction import Chunk, Interaction, RawResponse

from ..engine.recorded import recorded
from ..record.asked import asked
from .line import Answer, Line, request
from .upstream import Script, Upstream, chunk, says

PATH = "/v1/messages/batches"
API = "https://api.anthropic.com"
KEY = "sk-ant-api03-the-real-one"
KIND = (("content-type", "application/json"),)
SECONDS = 10.0
"""How long a test waits for what must come."""


def batch(url: str | None, name: str = "msgbatch_1", **more: Any) -> dict[str, Any]:
    """A batch as the API tells it."""
    return {
        "id": name,
        "type": "message_batch",
        "processing_status": "in_progress" if url is None else "ended",
        "request_counts": {"processing": 0, "succeeded": 1, "errored": 0, "canceled": 0, "expired": 0},
        "ended_at": None if url is None else "2026-11-23T12:00:00.000000+00:00",
        "created_at": "2026-11-23T12:00:00.000000+00:00",
        "expires_at": "2026-11-24T12:00:00.000000+00:00",
        "archived_at": None,
        "cancel_initiated_at": None,
        "results_url": url,
        **more,
    }


def url_of(place: str, name: str = "msgbatch_1") -> str:
    return f"{place}{PATH}/{name}/results"


def whole(body: bytes, *fields: str, kind: str = "application/json") -> bytes:
    lines = ["HTTP/1.1 200 OK", f"content-type: {kind}", *fields, f"content-length: {len(body)}", "", ""]
    return "\r\n".join(lines).encode() + body


def get(path: str = f"{PATH}/msgbatch_1", method: str = "GET", **headers: str) -> bytes:
    fields = {name.replace("_", "-"): value for name, value in headers.items()}
    return request(b"", method=method, path=path, headers={"x-api-key": KEY, "host": "recorder.test", **fields})


class Recording:
    """A recorder before an upstream whose bytes a test decides."""

    def __init__(self, mock: MockClaude, path: Path) -> None:
        self.mock = mock
        self.path = path
        self._upstreams: list[Upstream] = []

    def of(self, script: Script, *, prefix: str = "") -> Upstream:
        upstream = Upstream(script).__enter__()
        self._upstreams.append(upstream)
        self.mock.cassette(Tape(self.path, record="all", upstream=f"{upstream.url}{prefix}"))
        return upstream

    def ask(self, data: bytes) -> Answer:
        with Line(self.mock.url) as line:
            return line.ask(data)

    def read(self) -> list[Interaction]:
        self.mock.eject()
        return list(Cassette.load(self.path))

    def stop(self) -> None:
        for one in self._upstreams:
            one.__exit__(None, None, None)


@pytest.fixture
def recording(mock: MockClaude, tmp_path: Path) -> Iterator[Recording]:
    made = Recording(mock, tmp_path / "cassette.json")
    yield made
    made.stop()


def body_of(interaction: Interaction) -> bytes:
    assert interaction.response is not None
    return interaction.response.body


Story = tuple[list[tuple[str, str | None]], dict[str, str], list[str | None]]


def story(client: Anthropic, wait: Callable[[float], None], *, beta: bool) -> Story:
    """What a program sees that makes a batch, waits for its end, reads the results and lists what there is."""
    batches = cast("Any", client.beta if beta else client).messages.batches
    params = {"model": "claude-opus-5", "max_tokens": 50, "messages": [{"role": "user", "content": "Hello"}]}
    made = batches.create(requests=[{"custom_id": name, "params": params} for name in ("a", "b")])
    polls = [(made.processing_status, made.results_url)]
    for _ in range(3):
        looked = batches.retrieve(made.id)
        polls.append((looked.processing_status, looked.results_url))
        wait(10)
    results = {row.custom_id: row.result.to_json() for row in batches.results(made.id)}
    return polls, results, [one.results_url for one in batches.list()]


@pytest.mark.parametrize("beta", [False, True])
def test_the_sdk_is_recorded_and_replayed_to_the_results(tmp_path: Path, *, beta: bool) -> None:
    path = tmp_path / "batches.json"
    with MockClaude(seed=1, clock=FixedClock()) as upstream:
        upstream.settings = replace(upstream.settings, batch_seconds=20)
        upstream.reply("Hello!")
        with (
            MockClaude(cassette=Tape(path, record="all", upstream=upstream.url)) as recorder,
            Anthropic(base_url=recorder.url, api_key=KEY, max_retries=0) as client,
        ):
            polls, results, listed = story(client, upstream.clock.tick, beta=beta)
            by_recorder = [(each.request.method, each.request.path) for each in recorder.journal]
            here = recorder.url
        there = upstream.url
        by_upstream = [(each.request.method, each.request.path) for each in upstream.journal]
        said = [each.response.body for each in upstream.journal if each.response is not None]
    assert by_upstream == by_recorder, "nothing went past the recorder"
    assert by_recorder[-2][1].endswith("/results")
    assert [status for status, _ in polls] == ["in_progress", "in_progress", "in_progress", "ended"]
    name = by_recorder[1][1].rpartition("/")[2]
    assert [url for _, url in polls] == [None, None, None, url_of(here, name)]
    assert listed == [url_of(here, name)]
    assert {name: json.loads(result)["type"] for name, result in results.items()} == dict.fromkeys("ab", "succeeded")
    assert [body_of(each) for each in Cassette.load(path)] == said
    assert url_of(there, name).encode() in said[3]

    with (
        MockClaude(cassette=path) as replay,
        Anthropic(base_url=replay.url, api_key=replay.api_key, max_retries=0) as client,
    ):
        again = story(client, lambda _seconds: None, beta=beta)
        assert [(each.request.method, each.request.path) for each in replay.journal] == by_recorder
        assert replay.findings == []
        told = url_of(replay.url, name)
    assert again == ([*polls[:3], ("ended", told)], results, [told])


def test_the_sdk_never_asks_the_real_api_for_results(recording: Recording) -> None:
    row = b'{"custom_id":"a","result":{"type":"canceled"}}\n'

    def script(connection: socket.socket, asked_for: bytes) -> None:
        is_results = asked_for.split(b" ")[1].endswith(b"/results")
        told = whole(row, kind="application/x-jsonl") if is_results else whole(json.dumps(batch(url_of(API))).encode())
        connection.sendall(told)

    upstream = recording.of(script)
    with Anthropic(base_url=recording.mock.url, api_key=KEY, max_retries=0) as client:
        assert [one.custom_id for one in client.messages.batches.results("msgbatch_1")] == ["a"]
    lines = [each.partition(b"\r\n")[0] for each in upstream.asked]
    assert lines == [b"GET /v1/messages/batches/msgbatch_1 HTTP/1.1", b"GET /v1/messages/batches/msgbatch_1/results HTTP/1.1"]  # fmt: skip
    _, results = recording.read()
    assert body_of(results) == row


@pytest.mark.parametrize(
    ("method", "path"), [("POST", PATH), ("GET", PATH), ("GET", f"{PATH}/x"), ("POST", f"{PATH}/x/cancel")]
)
def test_whatever_tells_of_batches_is_told_with_a_length_that_fits_and_else_as_it_came(
    recording: Recording, method: str, path: str
) -> None:
    said = b'{ "results_url": "%b", "odd":1.50}\n'
    recording.of(says(whole(said % url_of(API).encode(), "Request-Id: req_1", "x-odd: a,  b")))
    answer = recording.ask(get(f"{path}?beta=true&limit=2", method))
    assert answer.body == said % url_of("http://recorder.test").encode()
    assert answer.fields == (
        *KIND,
        ("request-id", "req_1"),
        ("x-odd", "a,  b"),
        ("content-length", str(len(answer.body))),
        ("connection", "keep-alive"),
    )
    [one] = recording.read()
    assert body_of(one) == said % url_of(API).encode()


@pytest.mark.parametrize("coding", ["gzip", "deflate"])
@pytest.mark.parametrize("chunked", [False, True])
def test_a_coded_batch_is_told_plain_and_recorded_as_it_was(
    recording: Recording, coding: str, *, chunked: bool
) -> None:
    said = json.dumps({"data": [batch(url_of(API, name), name) for name in ("one", "two")]}).encode()
    packed = gzip.compress(said) if coding == "gzip" else zlib.compress(said)
    head = "HTTP/1.1 200 OK\r\ncontent-type: application/json; charset=utf-8\r\ncontent-encoding: {}\r\n{}\r\n\r\n"
    framing = "transfer-encoding: chunked" if chunked else f"content-length: {len(packed)}"
    pieces = [packed[start : start + 100] for start in range(0, len(packed), 100)]
    body = b"".join(map(chunk, pieces)) + b"0\r\n\r\n" if chunked else packed
    recording.of(says(head.format(coding, framing).encode() + body))
    answer = recording.ask(get(PATH, accept_encoding="gzip, deflate, br, zstd"))
    assert answer.body == said.replace(API.encode(), b"http://recorder.test")
    assert answer.fields == (
        ("content-type", "application/json; charset=utf-8"),
        ("transfer-encoding", "chunked") if chunked else ("content-length", str(len(answer.body))),
        ("connection", "keep-alive"),
    )
    [one] = recording.read()
    assert body_of(one) == said


def test_a_batch_in_progress_is_told_byte_by_byte_also_coded(recording: Recording) -> None:
    said = json.dumps(batch(None)).encode()
    packed = gzip.compress(said)
    recording.of(says(whole(packed, "content-encoding: gzip")))
    answer = recording.ask(get(accept_encoding="gzip"))
    assert (answer.body, answer.headers["content-encoding"]) == (packed, "gzip")
    [one] = recording.read()
    assert body_of(one) == said


def test_results_pass_line_by_line_and_untouched(recording: Recording) -> None:
    seen = threading.Semaphore(0)
    lines = [b'{"results_url":"%b","n":%d}\n' % (url_of(API).encode(), number) for number in range(3)]

    def script(connection: socket.socket, _request: bytes) -> None:
        connection.sendall(b"HTTP/1.1 200 OK\r\ncontent-type: application/json\r\ntransfer-encoding: chunked\r\n\r\n")
        for each in lines:
            connection.sendall(chunk(each))
            assert seen.acquire(timeout=SECONDS)
        connection.sendall(b"0\r\n\r\n")

    recording.of(script)
    with Line(recording.mock.url) as line:
        line.write(get(f"{PATH}/msgbatch_1/results"))
        line.head()
        for each in lines:
            line._reader.readline()
            assert line._reader.read(len(each) + 2) == each + b"\r\n"
            seen.release()


@pytest.mark.parametrize(
    ("path", "kind"),
    [
        ("/v1/messages", "application/json"),
        ("/v1/files", "application/json"),
        (f"{PATH}/msgbatch_1/results", "application/json"),
        (f"{PATH}/msgbatch_1", "text/plain"),
    ],
)
def test_what_does_not_tell_of_batches_is_passed_on_as_it_is(recording: Recording, path: str, kind: str) -> None:
    said = json.dumps(batch(url_of(API))).encode()
    recording.of(says(whole(said, kind=kind)))
    assert recording.ask(get(path)).body == said


def test_an_answer_that_breaks_off_breaks_off_as_it_came(recording: Recording) -> None:
    said = whole(json.dumps(batch(url_of(API))).encode())
    recording.of(says(said[:-1]))
    with Line(recording.mock.url) as line:
        line.write(get())
        _, fields = line.head()
        assert line.rest() == said.partition(b"\r\n\r\n")[2][:-1]
    assert dict(fields)["content-length"] == str(len(said.partition(b"\r\n\r\n")[2]))


@pytest.mark.parametrize("framing", ["content-length: 0", "transfer-encoding: chunked"])
def test_an_answer_without_anything_is_whole(recording: Recording, framing: str) -> None:
    end = "0\r\n\r\n" if framing.endswith("chunked") else ""
    recording.of(says(f"HTTP/1.1 200 OK\r\ncontent-type: application/json\r\n{framing}\r\n\r\n{end}".encode()))
    with Line(recording.mock.url) as line:
        assert [line.ask(get()).body for _ in range(2)] == [b"", b""]


@pytest.mark.parametrize("asked_by", ["", "/gateway"])
@pytest.mark.parametrize("named", [API, "{upstream}", "{upstream}/prefix", "http://user:pw@other.test:8080/deep/er"])
def test_a_prefix_here_or_there_stays_on_its_side(recording: Recording, asked_by: str, named: str) -> None:
    url = ""
    upstream = recording.of(
        lambda connection, _request: connection.sendall(whole(json.dumps(batch(url)).encode())), prefix="/prefix"
    )
    url = url_of(named.format(upstream=upstream.url))
    told = recording.ask(get(f"{asked_by}{PATH}/msgbatch_1", x_forwarded_proto="https")).json()["results_url"]
    assert told == url_of(f"https://recorder.test{asked_by}")
    recording.ask(get(told.removeprefix("https://recorder.test")))
    assert upstream.asked[1].split(b" ")[1].decode() == url_of(f"/prefix{asked_by}")


ELSEWHERE = "https://me:secret@files.test/msgbatch_1.jsonl?signature=secret"


@pytest.mark.parametrize("replayed", [False, True])
def test_results_at_a_place_that_is_not_the_apis_stay_there_and_are_a_finding(
    recording: Recording, caplog: pytest.LogCaptureFixture, *, replayed: bool
) -> None:
    said = json.dumps(batch(ELSEWHERE)).encode()
    recording.of(says(whole(said)))
    if replayed:
        insert(recording.mock, RawResponse(200, KIND, (Chunk(said),)))
    with caplog.at_level(logging.WARNING, "mockclaude.server"):
        assert recording.ask(get()).body == said
    [finding] = recording.mock.findings
    assert (finding.rule, finding.severity) == ("results-elsewhere", "remark")
    assert finding.message == (
        "the results of this batch are at https://files.test/msgbatch_1.jsonl, and clients fetch them there, past this"
        " server; expected a URL that ends in /v1/messages/batches/ID/results: let the client ask for that path, or the"
        " upstream name it"
    )
    assert [record.getMessage() for record in caplog.records] == [f"GET '{PATH}/msgbatch_1': {finding.message}"]


def test_a_coding_that_nobody_knows_is_passed_on_with_a_finding(recording: Recording) -> None:
    recording.of(says(whole(b"\xff", "content-encoding: odd")))
    answer = recording.ask(get())
    assert (answer.body, answer.headers["content-encoding"]) == (b"\xff", "odd")
    [finding] = recording.mock.findings
    assert str(finding) == (
        "results-elsewhere: where the results of this batch are cannot be seen, and the client is told as it came: the"
        " content-encoding 'odd' is not known"
    )


def insert(mock: MockClaude, *responses: RawResponse) -> None:
    """Lets a cassette play answers to one question after the other."""
    question = asked(b"", path=f"{PATH}/msgbatch_1")._replace(method="GET")
    mock.world.insert(playing([recorded(question, each) for each in responses], Tape("batches.json")))


def test_a_cassette_tells_every_client_the_place_it_knows_in_turn(mock: MockClaude) -> None:
    ended = json.dumps(batch(url_of(API))).encode()
    coded = (*KIND, ("content-encoding", "gzip"), ("content-length", "7"))
    pieces = (Chunk(ended[:300], 0.01), Chunk(ended[300:], 0.02))
    insert(
        mock,
        RawResponse(200, KIND, (Chunk(json.dumps(batch(None)).encode()),)),
        RawResponse(200, coded, (Chunk(gzip.compress(ended)),)),
        RawResponse(200, KIND, pieces, streamed=True),
    )
    with Line(mock.url) as line:
        hosts = ["one.test:1", "two.test", "three.test"]
        answers = [line.ask(get(host=host)) for host in hosts]
    assert [answer.json()["results_url"] for answer in answers] == [
        None,
        url_of("http://two.test"),
        url_of("http://three.test"),
    ]
    assert [answer.body for answer in answers[1:]] == [
        ended.replace(API.encode(), f"http://{host}".encode()) for host in hosts[1:]
    ]
    assert answers[1].headers["content-length"] == str(len(answers[1].body))
    assert "content-encoding" not in answers[1].headers
    assert answers[2].headers["transfer-encoding"] == "chunked"


HERE = "http://127.0.0.1:4242"


@pytest.mark.parametrize(
    ("said", "told"),
    [
        ('"https://api.anthropic.com/v1/messages/batches/b/results"', f'"{HERE}/v1/messages/batches/b/results"'),
        ('"HTTPS://x/a/b/v1/messages/batches/b/results?n=\\u0026#y"', f'"{HERE}/v1/messages/batches/b/results?n=\\u0026#y"'),
        (r'"https:\/\/x\/p\/v1\/messages\/batches\/b\/results"', f'"{HERE}' + r'\/v1\/messages\/batches\/b\/results"'),
    ],
)  # fmt: skip
@pytest.mark.parametrize(
    "around", ['{"results_url":%s}', '[{"a":1, "results_url" :\n\t%s , "b" : "\\"results_url\\":"}]']
)
def test_nothing_but_the_beginning_of_the_url_changes(around: str, said: str, told: str) -> None:
    assert retold((around % said).encode(), HERE) == ((around % told).encode(), [])


@pytest.mark.parametrize(
    ("said", "left"),
    [
        ("null", []),
        ("7", []),
        ('""', []),
        ('"/v1/messages/batches/b/results"', []),
        ('"https://x/v1/messages/batches/b/result"', ["https://x/v1/messages/batches/b/result"]),
        ('"https://x/?/v1/messages/batches/b/results"', ["https://x/"]),
        ('"https://x/v1/messages/batches/b/c/results"', ["https://x/v1/messages/batches/b/c/results"]),
        ('"ftp://x/v1/messages/batches/b/results"', ["ftp://x/v1/messages/batches/b/results"]),
    ],
)
def test_what_is_no_url_of_the_apis_results_stays(said: str, left: list[str]) -> None:
    body = b'{"results_url":%b}' % said.encode()
    assert retold(body, HERE) == (body, left)


KEYS = st.sampled_from(["results_url", '"results_url', 'results_url"', "id", 'a\\"'])
TEXTS = st.sampled_from([url_of(API), url_of(HERE), f'"results_url":"{url_of(API)}"', "results_url"]) | st.text()
VALUES: st.SearchStrategy[Json] = st.recursive(
    st.none() | st.integers() | TEXTS,
    lambda values: st.lists(values, max_size=3) | st.dictionaries(KEYS | st.text(), values, max_size=4),
    max_leaves=12,
)


def renamed(value: Json) -> Json:
    """The value as it is to be told, by way of its parsed form."""
    if isinstance(value, list):
        return [renamed(item) for item in value]
    if not isinstance(value, dict):
        return value
    return {
        key: url_of(HERE) if (key, item) == ("results_url", url_of(API)) else renamed(item)
        for key, item in value.items()
    }


@example(value={"results_url": url_of(API), 'results_url"': url_of(API)}, indent=None, is_ascii=True)
@given(value=VALUES, indent=st.sampled_from([None, 0, 1, "\t"]), is_ascii=st.booleans())
def test_in_any_document_the_urls_change_and_no_other_byte(
    value: Json, indent: int | str | None, *, is_ascii: bool
) -> None:
    def written(data: Json) -> bytes:
        return json.dumps(data, indent=indent, ensure_ascii=is_ascii).encode("utf-8", "surrogatepass")

    told, _ = retold(written(value), HERE)
    assert told == written(renamed(value))


@given(host=st.text(max_size=20))
def test_a_document_stays_json_whatever_a_client_calls_this_server(host: str) -> None:
    told, _ = retold(json.dumps(batch(url_of(API))).encode(), f"http://{host}")
    assert json.loads(told) == batch(url_of(f"http://{host}"))
