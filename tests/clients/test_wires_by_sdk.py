"""The official SDK reads every wire as the message it was made of, however it is cut."""

from collections.abc import Iterator
from typing import Any

import anthropic
import pytest
from hypothesis import HealthCheck, given, settings

from mockclaude.mock import MockClaude
from mockclaude.strategies import Wire, messages, streams, wires

QUIET = settings(deadline=None, suppress_health_check=list(HealthCheck), max_examples=30)
HELLO: Any = {"model": "claude-opus-5", "max_tokens": 100, "messages": [{"role": "user", "content": "Hello"}]}
KINDS = ("text", "tool_use", "thinking", "citations", "server_tool_use", "redacted_thinking", "nothing")
"""What the SDK's stable types hold."""


@pytest.fixture(scope="module")
def mock() -> Iterator[MockClaude]:
    with MockClaude() as running:
        yield running


@pytest.fixture(scope="module")
def client(mock: MockClaude) -> Iterator[anthropic.Anthropic]:
    with anthropic.Anthropic(base_url=mock.url, api_key=mock.api_key, max_retries=0) as made:
        yield made


def plain(message: Any) -> Any:
    """What was said, without the fields that the SDK adds."""
    return [
        {key: value for key, value in block.items() if value is not None and key != "parsed_output"}
        for block in message.to_dict()["content"]
    ]


def said(wire: Wire) -> Any:
    return [
        {key: value for key, value in block.items() if value is not None} for block in wire.stream.message["content"]
    ]


@QUIET
@given(wire=wires(base=streams(base=messages(kinds=KINDS)), standard=True))
def test_the_sdk_folds_every_wire_to_its_message(mock: MockClaude, client: anthropic.Anthropic, wire: Wire) -> None:
    mock.next(wire, wire)
    with client.messages.stream(**HELLO) as stream:
        streamed = stream.get_final_message()
    whole = client.messages.create(**HELLO)
    assert plain(streamed) == plain(whole) == said(wire)
    assert streamed.stop_reason == whole.stop_reason == wire.stream.message["stop_reason"]


@QUIET
@given(wire=wires(base=streams(base=messages(kinds=["text", "tool_use"]), unknown=True)))
def test_the_sdk_passes_over_what_it_does_not_know(mock: MockClaude, client: anthropic.Anthropic, wire: Wire) -> None:
    mock.next(wire)
    with client.messages.stream(**HELLO) as stream:
        assert stream.get_final_message().stop_reason == wire.stream.message["stop_reason"]
