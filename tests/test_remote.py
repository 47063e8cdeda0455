"""A server in another process is scripted, read and verified with the same words as one at hand."""

import json
import os
import re
import socket
import subprocess
import sys
import threading
from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta
from http.server import BaseHTTPRequestHandler, HTTPServer
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from mockclaude.engine.match import Matcher, model, streaming, text, turns, where
from mockclaude.engine.reply import Reply
from mockclaude.engine.say import message, refusal, thinking, tool_use
from mockclaude.engine.say_error import error, overloaded, rate_limited
from mockclaude.engine.scenario_reader import load_scenario
from mockclaude.engine.tape import Tape
from mockclaude.errors import CassetteError, ScriptError, ServerError, SettingsError
from mockclaude.mock import MockClaude
from mockclaude.record.recorder import Recorder
from mockclaude.record.redaction import DEFAULT
from mockclaude.remote import RemoteMock, connect
from mockclaude.remote.line import ROOT, TOKEN, TOKEN_HEADER
from mockclaude.server import control_guard, control_route
from mockclaude.settings import Settings
from mockclaude.wire.interaction import Interaction
from mockclaude.wire.shown import REDACTED
from mockclaude.wire.sse import decode

from .engine.recorded import NOON, answer, said
from .server.control_client import ControlClient
from .server.line import Line, request

SCENARIOS = sorted((Path(__file__).parents[1] / "fixtures" / "scenarios").glob("*.yaml"))


@pytest.fixture(scope="module")
def server() -> Iterator[MockClaude]:
    with MockClaude(seed=1) as running:
        yield running


@pytest.fixture
def mock(server: MockClaude) -> Iterator[MockClaude]:
    server.reset()
    yield server
    server.reset()


@pytest.fixture
def remote(mock: MockClaude) -> RemoteMock:
    return connect(mock.url)


@pytest.fixture
def client(mock: MockClaude) -> ControlClient:
    return ControlClient(mock.url)


def test_the_names_are_those_of_the_server() -> None:
    assert (ROOT, TOKEN, TOKEN_HEADER) == (control_route.ROOT, control_guard.TOKEN, control_guard.TOKEN_HEADER)


def test_stubs_are_declared_in_the_words_of_the_handle_at_hand(remote: RemoteMock, client: ControlClient) -> None:
    warm = remote.when(text("weather") & ~streaming()).reply("18 C", "19 C", times=2, name="warm")
    rest = remote.reply("else")
    assert [client.said(asked) for asked in ("weather", "news", "weather", "weather")] == [
        "18 C",
        "else",
        "19 C",
        "else",
    ]
    assert (str(warm), warm.number, warm.call_count, warm.is_exhausted) == ("stub #1 (warm)", 1, 2, True)
    assert (rest.call_count, rest.is_exhausted) == (2, False)
    warm.remove()
    assert [one.label for one in remote.stubs] == ["stub #2 (any_call)"]


def test_the_next_calls_are_answered_first(remote: RemoteMock, client: ControlClient) -> None:
    remote.reply("else")
    queued = remote.next("one", message("two"))
    assert [one.label for one in queued] == ["stub #2 (next)", "stub #3 (next)"]
    assert [client.said() for _ in range(3)] == ["one", "two", "else"]


def test_states_lead_from_stub_to_stub(remote: RemoteMock, client: ControlClient) -> None:
    remote.when("open", state="start").reply("opened", then="open")
    remote.when("open", state="open").reply("is open")
    assert [client.said("open") for _ in range(3)] == ["opened", "is open", "is open"]


@pytest.mark.parametrize(
    "said",
    [
        message(thinking("hm"), "a", tool_use("get_weather", city="Paris"), usage={"input_tokens": 3}, force=True),
        refusal("so far"),
        message("a", pace="slow", fault="truncated"),
        message("you said {{ text }}", templates=True),
        message("you said {{ text }}"),
        overloaded(),
        rate_limited(retry_after=2),
        error(502, body=b"<html>", content_type="text/html"),
    ],
    ids=lambda said: str(said)[:60],
)
def test_a_reply_arrives_as_it_was_written(mock: MockClaude, remote: RemoteMock, said: Reply) -> None:
    remote.when("at the server").reply(said)
    mock.when("at hand").reply(said)
    there, here = (one.stub.answers for one in mock.stubs)
    assert [replace(answer, label="") for answer in there if isinstance(answer, Reply)] == [
        replace(answer, label="") for answer in here if isinstance(answer, Reply)
    ]


MATCHERS = st.sampled_from([text("a"), model("claude-*"), turns(1), streaming()])
COMBINED = st.recursive(
    MATCHERS,
    lambda inner: st.tuples(inner, inner).map(lambda pair: pair[0] | ~pair[1]) | st.tuples(inner, inner).map(lambda pair: pair[0] & pair[1]),
    max_leaves=4,
)  # fmt: skip


@settings(max_examples=20, deadline=None)
@given(matcher=COMBINED, asked=st.sampled_from(["a", "b"]), stream=st.booleans())
def test_a_matcher_means_the_same_calls_there(server: MockClaude, matcher: Matcher, asked: str, stream: bool) -> None:
    server.reset()
    connect(server.url).when(matcher).reply("matched")
    server.reply("not")
    ControlClient(server.url).call(asked, stream=stream)
    call = server.calls.last
    assert (call.stub != "stub #2 (any_call)") is call.matches(matcher)


def is_long(_call: object) -> bool:
    return True


@pytest.mark.parametrize(
    ("declare", "fault"),
    [
        (lambda remote: remote.when(where(is_long)).reply("a"), r"where\(is_long\) exists in this process only"),
        (lambda remote: remote.when(is_long).reply("a"), r"where\(is_long\) exists in this process only"),
        (lambda remote: remote.when(text("a") & where(is_long)).reply("a"), "exists in this process only"),
        (lambda remote: remote.reply(lambda call: call.text), "the function <lambda> exists in this process only; give a reply"),
        (lambda remote: remote.next(lambda call: call.text), "the function <lambda> exists in this process only; give a reply"),
        (lambda remote: remote.when("a").reply(), "says nothing; give at least one reply"),
        (lambda remote: remote.reply({"type": "tool_use"}), "has no"),
        (lambda remote: remote.reply("a", times=0), "times=0"),
        (lambda remote: remote.scenario("no_such_scenario"), "there is no scenario 'no_such_scenario'"),
        (lambda remote: remote.scenario({"stubs": [{"reply": "a"}]}), "has no 'replies'"),
    ],
)  # fmt: skip
def test_what_cannot_be_sent_is_refused_before_it_is_sent(
    mock: MockClaude, remote: RemoteMock, declare: Any, fault: str
) -> None:
    with pytest.raises(ScriptError, match=fault):
        declare(remote)
    assert list(mock.stubs) == []


@pytest.mark.parametrize("path", SCENARIOS, ids=lambda path: path.stem)
def test_a_scenario_is_played_there_as_here(mock: MockClaude, remote: RemoteMock, path: Path) -> None:
    declared = remote.scenario(path)
    there = [(repr(one.stub.matcher), one.stub.times, one.stub.state, one.stub.then, one.label) for one in mock.stubs]
    assert [one.label for one in declared] == [one.label for one in mock.stubs]
    settings_there = remote.settings
    mock.reset()
    mock.scenario(path)
    assert there == [
        (repr(one.stub.matcher), one.stub.times, one.stub.state, one.stub.then, one.label) for one in mock.stubs
    ]
    assert mock.settings == settings_there


@pytest.mark.parametrize(
    "source",
    ["hello", load_scenario(SCENARIOS[0]), "stubs:\n  - replies: [a]\n", {"stubs": [{"replies": ["a"]}]}],
    ids=type,
)
def test_a_scenario_comes_from_wherever_it_stands(remote: RemoteMock, source: Any) -> None:
    assert remote.scenario(source)


def test_calls_are_read_as_at_hand(mock: MockClaude, remote: RemoteMock, client: ControlClient) -> None:
    remote.when("weather").reply("18 C")
    client.call("the weather", stream=True)
    client.call("news", max_tokens=-1)
    client.ask("GET", "/v1/models", headers={"x-api-key": "k", "anthropic-version": "2023-06-01"}, root="")
    assert [repr(call) for call in remote.calls] == [repr(call) for call in mock.calls]
    here, there = list(mock.journal), remote.journal
    assert [(one.response, one.stub, one.findings, one.request_id, one.began) for one in there] == [
        (one.response, one.stub, one.findings, one.request_id, one.began) for one in here
    ]
    assert [(one.request.body, dict(one.request.headers)) for one in there] == [
        (one.request.body, {name.lower(): value for name, value in one.request.headers.items()}) for one in here
    ]
    assert there[0].request.headers["x-api-key"] == REDACTED
    assert remote.findings == mock.findings != []
    assert (remote.calls.call_count, remote.calls.last.status, remote.calls[0].message.content[0].type) == (
        2,
        400,
        "text",
    )


def test_expectations_fail_in_the_same_words(mock: MockClaude, remote: RemoteMock, client: ControlClient) -> None:
    client.call("the wether")
    remote.assert_called(times=1)
    remote.assert_called(is_long, times=1)
    with pytest.raises(AssertionError) as there:
        remote.assert_called("weather")
    with pytest.raises(AssertionError) as here:
        mock.assert_called("weather")
    assert str(there.value) == str(here.value)


def test_verdicts_are_given_in_the_same_words(mock: MockClaude, remote: RemoteMock, client: ControlClient) -> None:
    remote.assert_contract()
    remote.assert_resilient()
    mock.reply(error(400, "no"))
    for _ in range(3):
        client.call("hello", max_tokens=10**7)
    with pytest.raises(AssertionError, match="max-tokens-over-model at max_tokens") as there:
        remote.assert_contract(validation="live")
    with pytest.raises(AssertionError) as here:
        mock.assert_contract()
    assert str(there.value) == str(here.value)
    remote.assert_contract(ignore=("max-tokens-over-model",))
    with pytest.raises(AssertionError, match="retried-final-error: call #2 repeats call #1") as there:
        remote.assert_resilient(restarts=True, within=5)
    with pytest.raises(AssertionError) as here:
        mock.assert_resilient()
    assert str(there.value) == str(here.value)
    remote.assert_resilient(ignore={"retried-final-error"}, outcome=ValueError())
    for ask in (remote, mock):
        with pytest.raises(SettingsError, match="did you mean 'hasty-retry'"):
            ask.assert_resilient(ignore=["hasty-retri"])
        with pytest.raises(SettingsError, match="expected a number from 0 on"):
            ask.assert_resilient(within=-1)
        with pytest.raises(SettingsError, match="expected strict or live"):
            ask.assert_contract(validation="off")
    with pytest.raises(SettingsError, match="expected a list of names"):
        remote.assert_contract(ignore="assistant-prefill")


def test_a_broken_stream_that_was_taken_for_whole_is_told_from_afar(remote: RemoteMock, client: ControlClient) -> None:
    remote.reply(message("It will rain.", fault="cut at=event ordinal=4 ending=end"))
    client.call(stream=True)
    text = remote.calls.last.interaction.response
    assert text is not None
    came = "".join([event.get("delta", {}).get("text", "") for event in decode(text.body)])
    with pytest.raises(AssertionError, match="the client returned that as its answer"):
        remote.assert_resilient(outcome=came)
    remote.assert_resilient(outcome={"content": [{"type": "text", "text": came}], "stop_reason": None})


def test_what_was_used_up_is_told_from_afar(mock: MockClaude, remote: RemoteMock, client: ControlClient) -> None:
    client.call("hello")
    assert remote.usage == mock.usage
    assert remote.usage.calls == 1


def test_the_clock_is_read_and_moved_from_afar(mock: MockClaude, remote: RemoteMock) -> None:
    before = mock.clock.now
    assert remote.clock.now == before
    remote.clock.tick(1.5)
    assert remote.clock.now == mock.clock.now == before + timedelta(seconds=1.5)
    assert repr(remote.clock) == f"<RemoteClock of {mock.url}>"
    with MockClaude() as real:
        with pytest.raises(SettingsError, match="the clock real_clock cannot be moved"):
            connect(real.url).clock.tick(1)
        said = ControlClient(real.url).ask("POST", "/clock", {"seconds": True})
        assert (said.status, said.error["message"]) == (400, "seconds is True; expected a number")


def test_clients_are_led_there_by_the_environment(remote: RemoteMock) -> None:
    with remote.environment():
        assert os.environ["ANTHROPIC_BASE_URL"] == remote.url
        assert os.environ["ANTHROPIC_API_KEY"] == remote.api_key


def test_unused_stubs_are_named(remote: RemoteMock, client: ControlClient) -> None:
    remote.when("weather").reply("18 C")
    with pytest.raises(AssertionError, match=r'^stub #1 \(text "weather"\) answered no call$'):
        remote.assert_all_stubs_used()
    client.call("weather")
    remote.assert_all_stubs_used()


def test_settings_are_replaced(mock: MockClaude, remote: RemoteMock) -> None:
    assert remote.settings == mock.settings
    remote.settings = replace(remote.settings, validation="live", fault="overloaded")
    assert (mock.settings.validation, remote.settings) == ("live", mock.settings)
    with pytest.raises(SettingsError, match="keys cannot be set from another process"):
        remote.settings = Settings(keys=frozenset({"a"}))


def test_a_setting_that_nobody_knows_is_refused(remote: RemoteMock) -> None:
    with pytest.raises(ScriptError, match="unknown fault 'overlooaded'; did you mean 'overloaded'"):
        remote.settings = Settings(fault="overlooaded")


def test_a_reset_begins_anew(mock: MockClaude, remote: RemoteMock, client: ControlClient) -> None:
    remote.reply("a")
    client.call()
    remote.reset()
    assert (remote.stubs, list(remote.calls), list(mock.stubs)) == ([], [], [])


def test_worlds_of_one_server_are_kept_apart(mock: MockClaude, client: ControlClient) -> None:
    one, other = connect(mock.url, workspace="one"), connect(mock.url).workspace("other")
    one.reply("from one")
    other.reply("from other")
    assert (client.said(workspace="one"), client.said(workspace="other")) == ("from one", "from other")
    assert (one.api_key, other.name, len(one.calls), len(other.calls)) == ("sk-ant-mock-one", "other", 1, 1)


def test_a_stub_that_was_taken_out_is_missed(remote: RemoteMock) -> None:
    stub = remote.reply("a")
    stub.remove()
    with pytest.raises(ScriptError, match="there is no stub '1'; declared: none"):
        stub.remove()


def test_reprs_say_what_is_meant(mock: MockClaude, remote: RemoteMock) -> None:
    assert repr(remote) == f"<RemoteMock {mock.url} workspace='default'>"
    assert repr(remote.when("a")) == "when('a')"
    assert repr(remote.reply("a")) == "<stub #1 (any_call)>"


@pytest.mark.parametrize("url", ["localhost:4242", "ftp://a", "http://", "http://a:0", "http://a:x", "http://[", ""])
def test_what_is_no_address_is_refused(url: str) -> None:
    with pytest.raises(ServerError, match="is no address of a server; expected one such as http://localhost:4242"):
        connect(url)


def test_where_nobody_answers_is_said_so() -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        url = f"http://127.0.0.1:{taken.getsockname()[1]}"
        with pytest.raises(ServerError, match=f"^no mockclaude server answers on {url}: "):
            connect(url)


class Stranger(BaseHTTPRequestHandler):
    """A server that is not ours."""

    said: tuple[int, dict[str, str], bytes] = (200, {}, b"{}")

    def do_GET(self) -> None:
        status, headers, body = self.said
        self.send_response(status)
        for name, value in headers.items():
            self.send_header(name, value)
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *_args: object) -> None:
        """Keeps quiet."""


@pytest.mark.parametrize(
    ("said", "fault"),
    [
        ((200, {}, b"{}"), r"is no mockclaude server: it answers GET /_mockclaude/settings with 200"),
        ((404, {}, b"<html>"), r"is no mockclaude server: it answers GET /_mockclaude/settings with 404"),
        ((200, {"x-mockclaude": "9"}, b"<html>"), r"answers 200 with what is no JSON: "),
        ((200, {"x-mockclaude": "9"}, b"[]"), r"answers 200 with what is no object"),
    ],
)
def test_another_kind_of_server_is_noticed(said: tuple[int, dict[str, str], bytes], fault: str) -> None:
    strange = type("Strange", (Stranger,), {"said": said})
    with HTTPServer(("127.0.0.1", 0), strange) as other:
        thread = threading.Thread(target=other.handle_request)
        thread.start()
        with pytest.raises(ServerError, match=fault):
            connect(f"http://127.0.0.1:{other.server_port}/base/")
        thread.join()


def test_the_token_is_given_or_found_in_the_environment(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv(TOKEN, "open sesame")
    with MockClaude() as mock:
        assert connect(mock.url).stubs == []
        monkeypatch.delenv(TOKEN)
        assert connect(mock.url, token="open sesame").workspace("a").stubs == []
        with pytest.raises(ServerError, match=f"asks for its control token, .*; give token=… or set {TOKEN}"):
            connect(mock.url)


def test_a_name_that_cannot_be_one_is_refused(mock: MockClaude) -> None:
    with pytest.raises(SettingsError, match="'a b' cannot name a workspace"):
        connect(mock.url, workspace="a b")


def test_a_server_in_another_process_is_held_like_one_at_hand() -> None:
    command = [sys.executable, "-m", "mockclaude", "serve", "--port", "0"]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as process:
        try:
            assert process.stdout is not None
            found = re.search(r"http://\S+", process.stdout.readline())
            assert found
            remote = connect(found[0])
            remote.when("weather").reply("18 C")
            assert ControlClient(remote.url).said("weather") == "18 C"
            assert json.loads(remote.calls.last.interaction.request.body)["max_tokens"] == 100
        finally:
            process.terminate()


def test_a_cassette_is_handed_over_and_taken_out(remote: RemoteMock, tmp_path: Path) -> None:
    path = tmp_path / "weather.json"
    with Recorder(path, redaction=DEFAULT.also(patterns=["h.llo"])) as recorder:
        recorder.append(Interaction(said("hello"), NOON, response=answer('{"a":1}')))
    remote.cassette(Tape(path, ignore=("version",), repeat="last", redact=("tiger", "h.llo")))
    assert ask_raw(remote) == b'{"a":1}'
    remote.eject()
    assert ask_raw(remote) != b'{"a":1}'
    with pytest.raises(SettingsError, match=r"weather.json cannot be recorded from another process"):
        remote.cassette(Tape(path, record="all"))
    with pytest.raises(CassetteError, match="there is no cassette"):
        remote.cassette(tmp_path / "other.json")


def ask_raw(remote: RemoteMock) -> bytes:
    with Line(remote.url) as line:
        return line.ask(request(said("hello").body, headers={"x-api-key": remote.api_key})).body
