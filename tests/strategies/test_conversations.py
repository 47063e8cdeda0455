"""Conversations alternate, calls find their results, and each holds what was asked for."""

import itertools
import json
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from mockclaude.strategies import conversations
from mockclaude.strategies.conversations import OF_CONVERSATIONS
from tests.strategies.simplest import simplest

QUIET = settings(deadline=None, suppress_health_check=list(HealthCheck))


def blocks_of(turn: Any) -> list[Any]:
    content = turn["content"]
    return [{"type": "text", "text": content}] if isinstance(content, str) else content


def kinds_of(turns: list[Any]) -> set[str]:
    return {block["type"] for turn in turns for block in blocks_of(turn)}


@QUIET
@given(conversations())
def test_roles_alternate_and_the_user_begins(turns: list[Any]) -> None:
    roles = [turn["role"] for turn in turns if turn["role"] != "system"]
    assert roles == [("user", "assistant")[place % 2] for place in range(len(roles))]


@QUIET
@given(conversations(features=["tool_use", "image"], turns=(1, 4)))
def test_every_call_finds_its_one_result_in_the_next_turn(turns: list[Any]) -> None:
    calls = [block["id"] for turn in turns for block in blocks_of(turn) if block["type"] == "tool_use"]
    assert calls
    assert len(set(calls)) == len(calls)
    for turn, following in zip(turns, [*turns[1:], {"content": []}], strict=True):
        asked = {block["id"] for block in blocks_of(turn) if block["type"] == "tool_use"}
        results = [block["tool_use_id"] for block in blocks_of(following) if block["type"] == "tool_result"]
        assert set(results) == asked
        assert len(results) == len(asked)
        assert [block["type"] for block in blocks_of(following)][: len(results)] == ["tool_result"] * len(results)


@QUIET
@given(conversations(turns=(2, 5), features=[]))
def test_the_user_asks_as_often_as_bounded(turns: list[Any]) -> None:
    assert 2 <= sum(turn["role"] == "user" for turn in turns) <= 5
    assert turns[-1]["role"] == "user"


@QUIET
@given(conversations(features=["prefill"], model="claude-haiku-4-5"))
def test_a_prefill_ends_the_conversation_without_white_space(turns: list[Any]) -> None:
    assert turns[-1]["role"] == "assistant"
    assert turns[-1]["content"] == turns[-1]["content"].rstrip() != ""


@QUIET
@given(st.data())
@pytest.mark.parametrize("feature", ["tool_use", "server_tool_use", "image", "document"])
def test_a_feature_that_is_asked_for_is_there(feature: str, data: st.DataObject) -> None:
    assert feature in kinds_of(data.draw(conversations(features=[feature])))


@QUIET
@given(conversations(features=["thinking", "tool_use"]))
def test_thoughts_come_first_in_every_turn_of_the_assistant(turns: list[Any]) -> None:
    assert all(blocks_of(turn)[0]["type"] == "thinking" for turn in turns if turn["role"] == "assistant")


@QUIET
@given(conversations(features=["role:system"]))
def test_a_system_item_follows_the_user_at_the_end(turns: list[Any]) -> None:
    assert [turn["role"] for turn in turns[-2:]] == ["user", "system"]


def test_roles_repeat_only_when_they_may() -> None:
    def repeats(turns: list[Any]) -> bool:
        return any(one["role"] == other["role"] for one, other in itertools.pairwise(turns))

    assert simplest(conversations(alternating=False), repeats) == [
        {"role": "user", "content": "0"},
        {"role": "user", "content": "0"},
    ]
    begun = simplest(conversations(alternating=False), lambda turns: turns[0]["role"] == "assistant")
    assert begun == [{"role": "assistant", "content": "0"}, {"role": "user", "content": "0"}]


def test_conversations_shrink_to_the_most_boring_example() -> None:
    assert simplest(conversations()) == [{"role": "user", "content": "0"}]
    assert simplest(conversations(features=[]), lambda turns: len(turns) > 1) == [
        {"role": "user", "content": "0"},
        {"role": "assistant", "content": "0"},
        {"role": "user", "content": "0"},
    ]


def test_a_loop_of_tools_shrinks_to_one_call() -> None:
    turns = simplest(conversations(), lambda turns: "tool_result" in kinds_of(turns))
    call = {"type": "tool_use", "id": "toolu_01", "name": "get_weather", "input": {"city": "0"}}
    assert turns == [
        {"role": "user", "content": "0"},
        {"role": "assistant", "content": [call]},
        {"role": "user", "content": [{"type": "tool_result", "tool_use_id": "toolu_01", "content": "0"}]},
        {"role": "assistant", "content": "0"},
        {"role": "user", "content": "0"},
    ]


@pytest.mark.parametrize("form", ["is_error", '"content": [{"type": "text"', "base64", '"toolu_01"}]'])
def test_tools_answer_in_every_form(form: str) -> None:
    def holds(turns: list[Any]) -> bool:
        return form in json.dumps([b for t in turns for b in blocks_of(t) if b["type"] == "tool_result"])

    simplest(conversations(features=["tool_use", "image"]), holds)


@pytest.mark.parametrize(
    ("options", "complaint"),
    [
        ({"turns": (0, 1)}, "a range that starts at 1"),
        ({"features": ["images"]}, "did you mean 'image'"),
        ({"features": ["temperature"]}, "shows in no conversation"),
        ({"features": ["prefill"], "model": "claude-opus-5"}, "cannot hold 'prefill'"),
        ({"features": ["prefill", "thinking"], "model": "claude-haiku-4-5"}, "cannot hold 'prefill' and 'thinking'"),
        ({"model": "claude-haiku"}, "no model is called 'claude-haiku'; did you mean"),
    ],
)
def test_the_impossible_is_refused_at_once(options: dict[str, Any], complaint: str) -> None:
    with pytest.raises(ValueError, match=complaint):
        conversations(**options)


def test_every_feature_of_conversations_is_one_of_requests() -> None:
    from mockclaude.strategies import FEATURES

    assert set(OF_CONVERSATIONS) <= set(FEATURES)
