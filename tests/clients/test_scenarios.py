"""Every ready scenario, played with the official SDK as a program does it; and twice the same, byte for byte."""

from collections.abc import Iterator, Sequence
from typing import Any

import anthropic
import httpx2
import pytest

from mockclaude import MockClaude
from mockclaude.ready import ready

from ..cli.test_serve import served
from ..engine.playing import BASH, READ, WEATHER
from ..engine.test_fixtures import TRANSCRIPTS, written
from ..server.line import HELLO, Line, request

MOST = 8
"""Calls after which a conversation should rest."""


@pytest.fixture(scope="module")
def mock() -> Iterator[MockClaude]:
    with MockClaude(seed=1, strict_stubs=True) as running:
        yield running


@pytest.fixture(scope="module")
def client(mock: MockClaude) -> Iterator[Any]:
    with anthropic.Anthropic(base_url=mock.url, api_key=mock.api_key, max_retries=0) as connected:
        yield connected


def asked(client: Any, *, stream: bool, **body: Any) -> Any:
    if not stream:
        return client.messages.create(**body)
    with client.messages.stream(**body) as running:
        return running.get_final_message()


def play(client: Any, words: str, *, stream: bool, **body: Any) -> Iterator[str]:
    """The conversation of a program that answers tool calls, sends paused turns back and tries again after errors."""
    messages: list[Any] = [{"role": "user", "content": words}]
    for _ in range(MOST):
        try:
            message = asked(client, stream=stream, model="claude-opus-5", max_tokens=1000, messages=messages, **body)
        except anthropic.APIStatusError as error:
            yield str(error.type)
            continue
        except (anthropic.APIConnectionError, httpx2.TransportError):
            yield "broken off"
            continue
        yield written(message.to_dict())
        if message.stop_reason not in {"tool_use", "pause_turn"}:
            return
        messages.append({"role": "assistant", "content": message.content})
        results = [
            {"type": "tool_result", "tool_use_id": block.id, "content": "18 C"}
            for block in message.content
            if block.type == "tool_use"
        ]
        if results:
            messages.append({"role": "user", "content": results})


AFTER = "That went through. end_turn"
UNBROKEN = "This answer begins as usual, and then the API runs out of capacity. end_turn"
BROKEN_OFF = {
    ("overloaded_mid_stream", False): [UNBROKEN],
    ("overloaded_mid_stream", True): ["overloaded_error", AFTER],
    ("truncated", False): ["broken off", AFTER],
    ("truncated", True): ["broken off", AFTER],
}
"""Scenarios in which a stream breaks off, by whether one is asked for."""

PLAYS = [
    *[((name, stream), words, body, heard) for name, words, body, heard in TRANSCRIPTS for stream in (False, True)],
    *[(place, "hi", {}, heard) for place, heard in BROKEN_OFF.items()],
]


@pytest.mark.filterwarnings("ignore::DeprecationWarning")
@pytest.mark.parametrize(
    ("place", "words", "body", "expected"),
    PLAYS,
    ids=[f"{name}-{'stream' if stream else 'whole'}" for (name, stream), *_ in PLAYS],
)
def test_a_ready_scenario_plays_with_the_official_sdk(
    mock: MockClaude,
    client: Any,
    *,
    place: tuple[str, bool],
    words: str,
    body: dict[str, Any],
    expected: Sequence[str],
) -> None:
    name, stream = place
    mock.reset()
    mock.scenario(name)
    assert list(play(client, words, stream=stream, **body)) == expected
    mock.assert_called(times=len(expected))
    assert [call.is_streaming for call in mock.calls] == [stream] * len(expected)
    broke = place in BROKEN_OFF and expected[-1] == AFTER
    assert [finding.rule for finding in mock.findings] == ["inflicted-fault"] * broke
    mock.assert_contract()
    mock.assert_resilient(restarts=True, ignore=("hasty-retry",))  # the program above waits for nothing


def test_every_ready_scenario_is_played() -> None:
    assert {name for (name, _), *_ in PLAYS} == set(ready())


TOOLS = [READ, BASH, WEATHER]
SESSION = [
    {**HELLO, "tools": TOOLS},
    {**HELLO, "tools": TOOLS, "stream": True},
    {**HELLO, "max_tokens": -1},
    {**HELLO, "model": "claude-nobody"},
    {
        **HELLO,
        "tools": TOOLS,
        "stream": True,
        "messages": [
            {"role": "user", "content": "look"},
            {"role": "assistant", "content": [{"type": "tool_use", "id": "toolu_1", "name": "Read", "input": {}}]},
            {"role": "user", "content": [{"type": "tool_result", "tool_use_id": "toolu_1", "content": "# README"}]},
        ],
    },
    {**HELLO, "messages": [{"role": "user", "content": "no script answers this"}], "stream": True},
]
"""What is asked: scripted steps whole and streamed, refusals, and what only the default reply answers."""


def transcript(*options: str) -> bytes:
    """Every byte that a server of its own answers to the session, in two workspaces."""
    with served("--port", "0", *options) as server, Line(server.url) as line:
        for key in ("sk-ant-mock-default", "sk-ant-mock-other"):
            for body in SESSION:
                line.write(request(body, headers={"x-api-key": key}))
        line.write(request(HELLO, headers={"connection": "close"}))
        return line.rest()


def test_two_runs_with_the_same_seed_and_scenario_are_the_same_bytes() -> None:
    first = transcript("--seed", "7", "--scenario", "agent_session")
    assert first.count(b"HTTP/1.1 200 OK\r\n") == 9
    assert first.count(b"\r\nrequest-id: req_01") == 13
    assert transcript("--seed", "7", "--scenario", "agent_session") == first
    assert transcript("--seed", "8", "--scenario", "agent_session") != first
