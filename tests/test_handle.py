"""A test says what its calls are answered, and reads what was asked; what fails names the nearest call or stub."""

import logging
import re
import subprocess
import sys
import threading
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from pathlib import Path
from typing import Any

import anthropic
import pytest
from pydantic import ValidationError

import mockclaude
from mockclaude import (
    MockClaude,
    MockWorkspace,
    NoCallError,
    RecordedCall,
    RemoteMock,
    ScriptError,
    ServerError,
    Settings,
    after_tool,
    api_error,
    max_tokens,
    message,
    model,
    overloaded,
    rate_limited,
    refusal,
    streaming,
    system,
    text,
    thinking,
    tool_use,
    where,
)
from mockclaude.calls import Calls
from mockclaude.engine.say import Answer
from mockclaude.engine.scenario_reader import load_scenario
from mockclaude.ready import folder

from .server.line import HELLO, Line, request

TOOL: dict[str, Any] = {"name": "get_weather", "input_schema": {"type": "object"}}


@pytest.fixture
def mock() -> Iterator[MockClaude]:
    with MockClaude(seed=1) as running:
        yield running


class Client:
    """The real SDK, asked in one word."""

    def __init__(self, mock: MockWorkspace) -> None:
        self.sdk: Any = anthropic.Anthropic(base_url=mock.url, api_key=mock.api_key, max_retries=0)

    def ask(self, words: str = "hello", **more: Any) -> Any:
        said = {"model": "claude-opus-5", "max_tokens": 100, "messages": [{"role": "user", "content": words}], **more}
        if said.pop("stream", False):
            with self.sdk.messages.stream(**said) as running:
                return running.get_final_message()
        return self.sdk.messages.create(**said)

    def hear(self, words: str = "hello", **more: Any) -> str:
        """The text of the answer, or the type of its error."""
        try:
            return "".join([block.text for block in self.ask(words, **more).content if block.type == "text"])
        except anthropic.APIStatusError as error:
            return str(error.type)


Clients = Callable[[MockWorkspace], Client]


@pytest.fixture
def clients() -> Iterator[Clients]:
    """Makes clients that are closed when the test is over."""
    made: list[Client] = []

    def make(mock: MockWorkspace) -> Client:
        made.append(Client(mock))
        return made[-1]

    yield make
    for client in made:
        client.sdk.close()


@pytest.fixture
def client(mock: MockClaude, clients: Clients) -> Client:
    return clients(mock)


def ask(mock: MockWorkspace, body: Any = HELLO) -> int:
    with Line(mock.url) as line:
        return line.ask(request(body, headers={"x-api-key": mock.api_key})).status


def test_replies_come_in_turn_and_the_last_repeats(mock: MockClaude, client: Client) -> None:
    mock.reply("one", "two", overloaded())
    assert [client.hear() for _ in range(4)] == ["one", "two", "overloaded_error", "overloaded_error"]


def test_the_first_stub_that_matches_answers(mock: MockClaude, client: Client) -> None:
    mock.when(text("weather") & ~streaming()).reply("18 C")
    mock.when("weather").reply("19 C")
    mock.when(model("claude-haiku-*")).reply("small")
    mock.when(system("pirate")).reply("Arr")
    mock.reply("whatever")
    assert client.hear("the weather?") == "18 C"
    assert client.hear("the weather?", stream=True) == "19 C"
    assert client.hear(model="claude-haiku-4-5") == "small"
    assert client.hear(system="You are a pirate.") == "Arr"
    assert client.hear() == "whatever"


def test_next_goes_before_every_stub(mock: MockClaude, client: Client) -> None:
    mock.reply("always")
    mock.next("first", rate_limited())
    assert [client.hear() for _ in range(3)] == ["first", "rate_limit_error", "always"]


def test_a_reply_may_depend_on_the_call(mock: MockClaude, client: Client) -> None:
    mock.reply(lambda call: f"you said {call.text}")
    assert client.hear("hi") == "you said hi"


def test_a_tool_loop_takes_two_lines(mock: MockClaude, client: Client) -> None:
    mock.when(after_tool("get_weather")).reply("It is 18 C.")
    mock.reply(tool_use("get_weather", city="Paris"))
    first = client.ask("weather?", tools=[TOOL])
    assert (first.stop_reason, first.content[0].input) == ("tool_use", {"city": "Paris"})
    result = {"type": "tool_result", "tool_use_id": first.content[0].id, "content": "18 C"}
    turns = [
        {"role": "user", "content": "weather?"},
        {"role": "assistant", "content": first.content},
        {"role": "user", "content": [result]},
    ]
    assert client.hear(messages=turns, tools=[TOOL]) == "It is 18 C."
    mock.assert_all_stubs_used()


@pytest.mark.parametrize(
    ("answer", "stop_reason", "kinds"),
    [
        ("hi", "end_turn", ["text"]),
        (text("hi"), "end_turn", ["text"]),
        ([thinking("hm"), "hi"], "end_turn", ["thinking", "text"]),
        ([], "end_turn", []),
        ({"text": "hi", "stop_reason": "max_tokens"}, "max_tokens", ["text"]),
        ({"type": "text", "text": "hi"}, "end_turn", ["text"]),
        (message("a", "b"), "end_turn", ["text", "text"]),
        (max_tokens("a"), "max_tokens", ["text"]),
        (refusal("a", category=None), "refusal", ["text"]),
    ],
)
def test_anything_that_can_be_said_is_an_answer(
    mock: MockClaude, client: Client, answer: Answer, stop_reason: str, kinds: list[str]
) -> None:
    mock.reply(answer)
    for stream in (False, True):
        heard = client.ask(stream=stream)
        assert (heard.stop_reason, [block.type for block in heard.content]) == (stop_reason, kinds)


def test_a_contradiction_is_said_where_it_is_declared(mock: MockClaude) -> None:
    with pytest.raises(ScriptError, match="reply 1: stop_reason: is 'tool_use', but the content holds no tool_use"):
        mock.reply(message("hi", stop_reason="tool_use"))
    assert len(mock.stubs) == 0


def test_what_only_the_request_contradicts_is_no_answer_of_the_api(mock: MockClaude, client: Client) -> None:
    mock.reply(tool_use("get_weather"))
    with pytest.raises(anthropic.APIStatusError) as refused:
        client.ask()
    assert refused.value.status_code == 418
    assert refused.value.body == {
        "type": "error",
        "error": {
            "type": "mockclaude_error",
            "message": (
                "reply 1 of stub #1 (any_call): content[0].name: the request offers no tools; 'get_weather' cannot be"
                " called (force=True sends it anyway)"
            ),
        },
        "request_id": refused.value.request_id,
    }
    assert [finding.rule for finding in mock.findings] == ["contradictory-script"]


def test_without_a_match_the_default_reply_answers_unless_stubs_are_strict(clients: Clients) -> None:
    with MockClaude() as lenient, MockClaude(strict_stubs=True) as strict:
        for mock in (lenient, strict):
            mock.when(text("weather in Paris")).reply("18 C")
        assert clients(lenient).hear("weather in Rome") not in {"", "18 C"}
        assert clients(strict).hear("weather in Rome") == "mockclaude_error"
        [finding] = strict.findings
        assert (finding.rule, finding.severity, finding.message) == (
            "unmatched-call",
            "violation",
            'no stub matches this call; nearest: stub #1 (text "weather in Paris") failed on text: got "weather in Rome"',
        )
        assert [finding.severity for finding in lenient.findings] == ["remark"]


TEXTS = {
    "yaml": "stubs:\n  - replies: [scripted]\n",
    "json": '{"stubs": [{"replies": ["scripted"]}]}',
}


@pytest.mark.parametrize("source", TEXTS.values(), ids=TEXTS)
def test_a_scenario_may_be_a_text(mock: MockClaude, client: Client, source: str) -> None:
    mock.scenario(source)
    assert client.hear() == "scripted"


def test_a_scenario_may_be_a_file_data_or_a_ready_one(mock: MockClaude, client: Client, tmp_path: Path) -> None:
    file = tmp_path / "mine.yaml"
    file.write_text(TEXTS["yaml"])
    for source in (file, str(file), {"stubs": [{"replies": ["scripted"]}]}, load_scenario(file)):
        mock.reset()
        [declared] = mock.scenario(source)
        assert client.hear() == "scripted"
        assert declared.call_count == 1
    mock.reset()
    mock.scenario("hello")
    assert client.hear() == "Hello! How can I help you today?"
    assert (folder() / "hello.yaml").is_file()


def test_a_scenario_that_is_not_there_is_said_with_the_nearest(mock: MockClaude) -> None:
    with pytest.raises(
        ScriptError, match="there is no scenario 'helo', neither a file nor a ready one; did you mean 'hello'"
    ):
        mock.scenario("helo")
    with pytest.raises(ScriptError, match=r"scenario:2:5: stubs\[0\]: has no 'replies'"):
        mock.scenario("stubs:\n  - when: {text: a}\n")


def test_a_scenario_brings_its_settings_until_the_reset(mock: MockClaude) -> None:
    mock.scenario({"settings": {"strict_stubs": True}, "stubs": [{"replies": ["a"]}]})
    assert mock.settings.strict_stubs
    mock.reset()
    assert not mock.settings.strict_stubs


def test_a_call_tells_everything_about_itself(mock: MockClaude, client: Client) -> None:
    mock.when("weather").reply("18 C")
    client.ask("the weather?", metadata={"user_id": "u"}, stream=True)
    call = mock.calls.last
    assert (call.number, call.text, call.model, call.is_streaming, call.status) == (
        1, "the weather?", "claude-opus-5", True, 200,
    )  # fmt: skip
    assert call.body == {
        "max_tokens": 100,
        "messages": [{"role": "user", "content": "the weather?"}],
        "model": "claude-opus-5",
        "metadata": {"user_id": "u"},
        "stream": True,
    }
    assert call.request.metadata is not None
    assert (call.request.metadata.user_id, call.request.messages[0].content) == ("u", "the weather?")
    assert (call.message.text, call.message.stop_reason) == ("18 C", "end_turn")
    assert call.response is not None
    assert call.response.streamed
    assert call.headers["user-agent"].startswith("Anthropic/Python")
    assert "sk-ant" not in repr(call.headers)
    assert (call.findings, call.stub) == ((), 'stub #1 (text "weather")')
    assert repr(call) == '<call #1 claude-opus-5 "the weather?" -> end_turn>'


def test_a_request_with_betas_has_a_typed_view(mock: MockClaude, client: Client) -> None:
    client.sdk.beta.messages.create(
        model="claude-opus-5",
        max_tokens=10,
        messages=[{"role": "user", "content": "hi"}],
        betas=["context-management-2025-06-27"],
        context_management={"edits": []},
    )
    management = mock.calls.last.request.context_management
    assert management is not None
    assert management.model_dump() == {"edits": []}


def test_refused_and_unreadable_calls_are_calls(mock: MockClaude) -> None:
    ask(mock, {**HELLO, "messages": [*HELLO["messages"], {"role": "assistant", "content": "hi "}]})
    ask(mock, {**HELLO, "temperature": "warm"})
    ask(mock, b"{")
    ask(mock, b"[]")
    ask(mock, {"model": 5, "messages": []})
    calls = mock.calls
    assert [repr(call) for call in calls] == [
        '<call #1 claude-sonnet-4-5 "hello" -> 400 invalid_request_error (prefill-trailing-whitespace)>',
        '<call #2 claude-sonnet-4-5 "hello" -> 400 invalid_request_error (not-a-number)>',
        '<call #3 "" -> 400 invalid_request_error (malformed-json)>',
        '<call #4 "" -> 400 invalid_request_error (body-not-an-object)>',
        '<call #5 "" -> 400 invalid_request_error (not-a-string)>',
    ]
    assert [call.text for call in calls] == ["hello", "hello", "", "", ""]
    assert [len(calls.matching(text("hello"))), len(calls.matching(~text("hello")))] == [2, 0]
    with pytest.raises(NoCallError, match=r"#1 .* was not answered with a message"):
        _ = calls[0].message
    with pytest.raises(NoCallError, match=r"#3 .* has no JSON object for a body: unexpected end of data"):
        _ = calls[2].body
    with pytest.raises(NoCallError, match=r"#4 .* has no JSON object for a body: another value"):
        _ = calls[3].body
    with pytest.raises(ValidationError, match="temperature"):
        _ = calls[1].request


def test_a_failed_answer_has_its_error_in_its_repr(mock: MockClaude, client: Client) -> None:
    mock.reply(
        api_error("Internal server error"), {"error": {"status": 502, "body": "<html>", "content_type": "text/html"}}
    )
    assert [client.hear(), client.hear()] == ["api_error", "None"]
    assert [repr(call).partition(" -> ")[2] for call in mock.calls] == ["500 api_error>", "502 no message>"]


def test_a_call_without_a_whole_answer_says_so(mock: MockClaude) -> None:
    mock.scenario("overloaded_mid_stream")
    mock.reply("after")
    assert ask(mock, {**HELLO, "stream": True}) == 200
    broken = mock.calls.last
    assert repr(broken) == '<call #1 claude-sonnet-4-5 "hello" -> 200 broken off>'
    with pytest.raises(NoCallError, match="broken off> was not answered with a message"):
        _ = broken.message
    gone = RecordedCall(replace(broken.interaction, response=None), 2, mock.workspaces.models)
    assert (repr(gone), gone.status) == ('<call #2 claude-sonnet-4-5 "hello" -> no answer>', None)


def test_calls_are_a_sequence_of_what_was_asked_so_far(mock: MockClaude, client: Client) -> None:
    assert not mock.calls
    assert repr(mock.calls) == "<Calls none>"
    with pytest.raises(NoCallError, match="no call was made; expected at least one"):
        _ = mock.calls.last
    client.ask("a")
    before = mock.calls
    client.ask("b")
    client.sdk.models.list()
    client.sdk.messages.count_tokens(model="claude-opus-5", messages=[{"role": "user", "content": "c"}])
    assert (before.call_count, mock.calls.call_count, len(mock.journal)) == (1, 2, 4)
    assert [call.text for call in mock.calls[:1]] == ["a"]
    assert isinstance(mock.calls[:1], Calls)
    assert [call.number for call in reversed(mock.calls)] == [2, 1]


def test_calls_can_be_counted_by_what_they_are(mock: MockClaude, client: Client) -> None:
    for words in ("weather in Paris", "weather in Rome", "hello"):
        client.ask(words)
    mock.assert_called()
    mock.assert_called(times=3)
    mock.assert_called(text("weather"), times=2)
    mock.assert_called("Rome")
    mock.assert_called(where(lambda call: call.text == "bye"), times=0)
    mock.assert_called("weather", at_least=1, at_most=2)
    assert [call.text for call in mock.calls.matching("weather")] == ["weather in Paris", "weather in Rome"]


def told(failure: "pytest.ExceptionInfo[AssertionError]") -> str:
    return str(failure.value)


LISTED = """
the calls:
  <call #1 claude-opus-5 "weather in Paris" -> end_turn>
  <call #2 claude-opus-5 "hello" -> end_turn>"""


def test_a_count_that_is_wrong_names_the_nearest_call(mock: MockClaude, client: Client) -> None:
    with pytest.raises(AssertionError) as failure:
        mock.assert_called()
    assert told(failure) == "expected at least 1 call, got 0"
    client.ask("weather in Paris")
    client.ask("hello")
    with pytest.raises(AssertionError) as failure:
        mock.assert_called(text("weather in Rome"), times=1)
    assert told(failure) == (
        'expected exactly 1 call matching text("weather in Rome"), got 0; nearest: call #1 failed on text: got'
        f' "weather in Paris"{LISTED}'
    )
    with pytest.raises(AssertionError) as failure:
        mock.assert_called(text("weather"), times=2)
    assert told(failure) == (
        f'expected exactly 2 calls matching text("weather"), got 1; nearest: call #2 failed on text: got "hello"{LISTED}'
    )
    with pytest.raises(AssertionError) as failure:
        mock.assert_called(text("weather"), times=0)
    assert told(failure) == f'expected no calls matching text("weather"), got 1{LISTED}'
    with pytest.raises(AssertionError) as failure:
        mock.assert_called(times=3)
    assert told(failure) == f"expected exactly 3 calls, got 2{LISTED}"


def test_a_long_list_of_calls_is_cut(mock: MockClaude) -> None:
    for _ in range(12):
        ask(mock)
    with pytest.raises(AssertionError, match=r"got 12\nthe calls:\n  … 2 before these\n  <call #3 "):
        mock.assert_called(times=1)


def test_a_stub_that_answered_nothing_is_named_with_the_nearest_call(mock: MockClaude, client: Client) -> None:
    mock.when("weather").reply("18 C")
    mock.when("wether").reply("?")
    mock.when("weather in Rome").reply("20 C")
    with pytest.raises(AssertionError, match=re.escape('stub #1 (text "weather") answered no call; no call was made')):
        mock.assert_all_stubs_used()
    client.ask("weather in Rome")
    with pytest.raises(AssertionError) as failure:
        mock.assert_all_stubs_used()
    assert told(failure) == (
        'stub #2 (text "wether") answered no call; nearest: call #1 failed on text: got "weather in Rome"\n'
        'stub #3 (text "weather in Rome") answered no call; call #1 matches, but was answered by stub #1 (text "weather")'
    )


def test_reset_begins_anew(mock: MockClaude, client: Client) -> None:
    mock.reply("scripted")
    first = client.ask()
    mock.settings = replace(mock.settings, validation="off")
    mock.reset()
    assert (len(mock.stubs), len(mock.calls), mock.settings) == (0, 0, Settings(seed=1))
    mock.reply("scripted")
    assert client.ask().id == first.id, "counts begin anew, too"


def test_workspaces_of_one_server_do_not_see_each_other(mock: MockClaude, clients: Clients) -> None:
    other = mock.workspace("other")
    mock.reply("mine")
    other.reply("theirs")
    assert (other.url, other.api_key, other.name) == (mock.url, "sk-ant-mock-other", "other")
    assert [clients(world).hear() for world in (mock, other, other)] == ["mine", "theirs", "theirs"]
    assert (len(mock.calls), len(other.calls)) == (1, 2)
    assert len(mock.workspace("other").calls) == 2
    other.settings = replace(other.settings, validation="off")
    assert mock.settings.validation == "strict"
    other.reset()
    assert (len(mock.calls), len(other.calls), len(mock.stubs)) == (1, 0, 1)
    assert repr(other) == "<MockWorkspace 'other' stubs=0 calls=0>"


def test_a_workspace_of_a_server_that_has_ended_has_no_url() -> None:
    with MockClaude() as mock:
        other = mock.workspace("other")
    with pytest.raises(ServerError, match="is not running"):
        _ = other.url


def test_two_hundred_workspaces_can_be_scripted_at_once(mock: MockClaude) -> None:
    def play(number: int) -> list[str]:
        world = mock.workspace(f"w{number}")
        world.reply(f"{number} a", f"{number} b")
        heard = []
        with Line(world.url) as line:
            for _ in range(3):
                answer = line.ask(request({**HELLO, "max_tokens": 9}, headers={"x-api-key": world.api_key}))
                heard.append(answer.json()["content"][0]["text"])
        world.assert_called(times=3)
        return heard

    with ThreadPoolExecutor(16) as pool:
        heard = list(pool.map(play, range(200)))
    assert heard == [[f"{number} a", f"{number} b", f"{number} b"] for number in range(200)]


def test_stubs_may_be_declared_and_calls_read_while_it_answers(mock: MockClaude) -> None:
    mock.reply("scripted")
    over = threading.Event()

    def keep_asking() -> int:
        count = 0
        with Line(mock.url) as line:
            while not over.is_set():
                assert line.ask(request()).json()["content"][0]["text"] in {"scripted", "again"}
                count += 1
        return count

    with ThreadPoolExecutor(3) as pool:
        asking = [pool.submit(keep_asking) for _ in range(2)]
        try:
            for number in range(100):
                mock.when(f"nobody says {number}").reply("x").remove()
                mock.next("again")
                assert [call.number for call in mock.calls] == [*range(1, len(mock.calls) + 1)] or mock.calls
        finally:
            over.set()
        assert sum(task.result() for task in asking) > 0


def test_nothing_reaches_standard_error() -> None:
    program = (
        "import json, urllib.error, urllib.request\n"
        "from mockclaude import MockClaude, tool_use\n"
        "with MockClaude() as mock:\n"
        "    mock.when('tool').reply(tool_use('f'))\n"
        "    for text in ('tool', ''):\n"
        "        body = {'model': 'claude-opus-5', 'max_tokens': 5, 'messages': [{'role': 'user', 'content': text}]}\n"
        "        headers = {'x-api-key': mock.api_key, 'anthropic-version': '2023-06-01'}\n"
        "        request = urllib.request.Request(mock.url + '/v1/messages', json.dumps(body).encode(), headers)\n"
        "        try:\n"
        "            urllib.request.urlopen(request)\n"
        "        except urllib.error.HTTPError as error:\n"
        "            print(error.code)\n"
    )
    run = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=False)
    assert (run.stdout, run.stderr) == ("418\n400\n", "")


def test_a_refusal_can_be_read_in_the_log(mock: MockClaude, caplog: pytest.LogCaptureFixture) -> None:
    with caplog.at_level(logging.WARNING, "mockclaude"):
        assert ask(mock, b"{") == 400
    assert "refused: 400 malformed-json" in caplog.text


def test_every_public_name_is_there_and_typed() -> None:
    typed = Path(mockclaude.__file__).with_suffix(".pyi").read_text("utf-8")
    imported = re.findall(r"^from \S+ import (\w+) as \1$", typed, re.MULTILINE)
    listed = re.findall(r'^    "(\w+)",$', typed, re.MULTILINE)
    assert sorted([*imported, "__version__"]) == sorted(listed) == sorted(mockclaude.__all__)
    for name in mockclaude.__all__:
        assert getattr(mockclaude, name) is not None


def test_the_same_handle_reaches_a_server_by_its_url(mock: MockClaude, clients: Clients) -> None:
    remote = MockClaude.connect(mock.url)
    assert isinstance(remote, RemoteMock)
    remote.when(text("weather")).reply("18 C")
    assert clients(mock).hear("weather?") == "18 C"
    remote.assert_called(text("weather"), times=1)
    assert [repr(call) for call in remote.calls] == [repr(call) for call in mock.calls]
    other = MockClaude.connect(mock.url, workspace="other")
    other.reply("theirs")
    assert clients(mock.workspace("other")).hear() == "theirs"
    with pytest.raises(ServerError, match=r"no mockclaude server answers on http://127\.0\.0\.1:9"):
        MockClaude.connect("http://127.0.0.1:9")


def test_both_handles_have_the_same_words() -> None:
    def words(kind: type) -> set[str]:
        return {name for name in dir(kind) if not name.startswith("_")}

    assert words(MockWorkspace) == words(RemoteMock)
