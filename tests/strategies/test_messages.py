"""Messages stop for a reason that their content bears out."""

from typing import Any, cast

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from mockclaude.engine.contradiction import declared
from mockclaude.engine.say import reply_of
from mockclaude.strategies import messages
from mockclaude.strategies.messages import PARTS, REASONS
from mockclaude.wire.body import MessageBody
from mockclaude.wire.message import Message
from mockclaude.wire.stream import MESSAGE_KEYS, USAGE_KEYS

from .simplest import simplest

QUIET = settings(deadline=None, suppress_health_check=list(HealthCheck))


@settings(QUIET, max_examples=100)
@given(messages())
def test_a_message_contradicts_neither_itself_nor_its_type(message: MessageBody) -> None:
    assert list(declared(reply_of(cast("dict[str, object]", message)))) == []
    assert Message.model_validate(message).model_dump() == message
    assert list(message) == [key for key in MESSAGE_KEYS if key in message]
    assert list(message["usage"]) == [key for key in USAGE_KEYS if key in message["usage"]]


@QUIET
@given(messages())
def test_every_id_is_given_once_and_every_result_follows_its_call(message: MessageBody) -> None:
    calls = [block["id"] for block in message["content"] if "id" in block]
    assert len(set(calls)) == len(calls)
    for before, block in zip([None, *message["content"]], message["content"], strict=False):
        if "tool_use_id" in block:
            assert before is not None
            assert block["tool_use_id"] == before["id"]


@settings(QUIET, max_examples=20)
@given(st.data())
@pytest.mark.parametrize("reason", [*REASONS])
def test_a_reason_can_be_asked_for(reason: str, data: st.DataObject) -> None:
    assert data.draw(messages(stop_reasons=[reason]))["stop_reason"] == reason


@settings(QUIET, max_examples=20)
@given(st.data())
@pytest.mark.parametrize("kind", [*PARTS])
def test_kinds_bound_the_content(kind: str, data: st.DataObject) -> None:
    found = {block["type"] for block in data.draw(messages(kinds=[kind]))["content"]}
    wanted: dict[str, Any] = {
        "citations": {"text"},
        "mcp_tool_use": {"mcp_tool_use", "mcp_tool_result"},
        "nothing": set(),
    }
    if kind == "server_tool_use":
        assert {name for name in found if not name.endswith("_tool_result")} == {"server_tool_use"}
    else:
        assert found == wanted.get(kind, {kind})


@pytest.mark.parametrize("reason", [*REASONS])
def test_every_reason_comes_up_unasked(reason: str) -> None:
    assert simplest(messages(), lambda message: message["stop_reason"] == reason)


def test_the_simplest_message_says_zero() -> None:
    assert simplest(messages()) == {
        "model": "claude-sonnet-5-5",
        "id": "msg_011ChKpf7Wq2LT1111111111",
        "type": "message",
        "role": "assistant",
        "content": [{"type": "text", "text": "0"}],
        "stop_reason": "end_turn",
        "stop_sequence": None,
        "stop_details": None,
        "usage": {
            "input_tokens": 1,
            "cache_creation_input_tokens": 0,
            "cache_read_input_tokens": 0,
            "cache_creation": {"ephemeral_5m_input_tokens": 0, "ephemeral_1h_input_tokens": 0},
            "output_tokens": 0,
            "service_tier": "standard",
            "inference_geo": "global",
        },
    }


def test_a_message_that_waits_for_tools_shrinks_to_one_call() -> None:
    found = simplest(messages(), lambda message: message["stop_reason"] == "tool_use")
    assert found["content"] == [
        {
            "type": "tool_use",
            "id": "toolu_011111111111111111111111",
            "name": "get_weather",
            "input": {"city": "0"},
        }
    ]


@QUIET
@given(messages(model="claude-3-haiku-20240307"))
def test_a_model_that_cannot_think_does_not(message: MessageBody) -> None:
    assert not any("thinking" in block["type"] for block in message["content"])


@pytest.mark.parametrize(
    ("options", "complaint"),
    [
        ({"stop_reasons": ["end"]}, "no stop reason is called 'end'; did you mean 'end_turn'"),
        ({"stop_reasons": ["tool_use"], "kinds": ["text"]}, "'tool_use' takes 'tool_use'; name it in `kinds`"),
        ({"kinds": ["image"]}, "no kind of block is called 'image'"),
        ({"model": "claude-opus"}, "no model is called 'claude-opus'; did you mean"),
    ],
)
def test_the_impossible_is_refused_at_once(options: dict[str, Any], complaint: str) -> None:
    with pytest.raises(ValueError, match=complaint):
        messages(**options)
