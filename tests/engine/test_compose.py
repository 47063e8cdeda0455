"""A reply becomes a message: ids, model, where it stops, usage."""

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mockclaude.clock import EPOCH
from mockclaude.engine.compose import compose
from mockclaude.engine.reply import Reply, text_reply
from mockclaude.meter.prompt_cache import PromptCache
from mockclaude.meter.tokens import END_OF_TURN, count_input, count_output
from mockclaude.wire.body import Block, MessageBody
from mockclaude.wire.dice import Dice
from mockclaude.wire.ids import number_of

from .calls import call

TEXTS = st.text(st.characters(codec="utf-8"), min_size=1, max_size=300)

CALL: Block = {"type": "tool_use", "name": "f", "input": {}}


def composed(reply: Reply, **body) -> MessageBody:
    return compose(call(**body), reply, dice=Dice(b"k", 1), now=EPOCH)


def test_a_message_has_today_s_keys_in_their_order() -> None:
    message = composed(text_reply("Hello"))
    assert list(message) == [
        "model", "id", "type", "role", "content", "stop_reason", "stop_sequence", "stop_details", "usage",
    ]  # fmt: skip
    assert list(message["usage"]) == [
        "input_tokens", "cache_creation_input_tokens", "cache_read_input_tokens", "cache_creation", "output_tokens",
        "output_tokens_details", "service_tier", "inference_geo",
    ]  # fmt: skip


def test_the_id_tells_the_clock_s_time() -> None:
    assert number_of(composed(text_reply("Hello"))["id"]) >> 80 == int(EPOCH.timestamp() * 1000)


def test_an_alias_is_answered_with_the_dated_id() -> None:
    assert composed(text_reply("x"), model="claude-haiku-4-5")["model"] == "claude-haiku-4-5-20251001"


def test_an_unknown_model_is_echoed() -> None:
    assert composed(text_reply("x"), model="claude-tomorrow-1")["model"] == "claude-tomorrow-1"


def test_a_scripted_reply_is_sent_as_written() -> None:
    message = composed(text_reply("one two three STOP four"), max_tokens=2, stop_sequences=["STOP"])
    assert message["content"] == [{"type": "text", "text": "one two three STOP four"}]
    assert message["stop_reason"] == "end_turn"


@given(before=TEXTS, after=TEXTS)
def test_a_fitting_reply_ends_before_the_first_stop_sequence(before: str, after: str) -> None:
    message = composed(text_reply(f"{before}##{after}", fit=True), stop_sequences=["##"], max_tokens=100_000)
    text = f"{before}##{after}"
    kept = text[: text.index("##")]
    assert message["content"] == ([{"type": "text", "text": kept}] if kept else [])
    assert (message["stop_reason"], message["stop_sequence"]) == ("stop_sequence", "##")


@given(text=TEXTS, room=st.integers(0, 60))
def test_a_fitting_reply_never_exceeds_max_tokens(text: str, room: int) -> None:
    message = composed(text_reply(text, fit=True), max_tokens=room)
    assert message["usage"]["output_tokens"] <= room
    whole = message["content"] == [{"type": "text", "text": text}]
    assert message["stop_reason"] == ("end_turn" if whole else "max_tokens")
    assert text.startswith("".join(block["text"] for block in message["content"]))


def test_no_tokens_at_all_is_a_warming_of_the_cache() -> None:
    message = composed(text_reply("Hello", fit=True), max_tokens=0)
    assert (message["content"], message["stop_reason"], message["usage"]["output_tokens"]) == ([], "max_tokens", 0)


def test_a_tool_call_gets_an_id_and_a_caller() -> None:
    block = composed(Reply(content=({"type": "tool_use", "name": "f", "input": {}},)))["content"][0]
    assert list(block) == ["type", "id", "name", "input", "caller"]
    assert block["id"].startswith("toolu_01")
    assert block["caller"] == {"type": "direct"}


def test_two_tool_calls_get_two_ids() -> None:
    blocks = composed(Reply(content=(CALL, CALL)))["content"]
    assert blocks[0]["id"] != blocks[1]["id"]


def test_a_given_id_is_kept() -> None:
    block = composed(Reply(content=({"type": "tool_use", "id": "toolu_x", "name": "f", "input": {}},)))["content"][0]
    assert block["id"] == "toolu_x"


def test_a_tool_call_stops_for_the_tool() -> None:
    assert composed(Reply(content=({"type": "tool_use", "name": "f", "input": {}},)))["stop_reason"] == "tool_use"


def test_usage_counts_what_the_counters_count() -> None:
    message = composed(text_reply("Hello there"))
    asked = call()
    assert message["usage"]["input_tokens"] == count_input(asked.body, asked.model)
    assert message["usage"]["output_tokens"] == count_output(message["content"], asked.model) + END_OF_TURN


def test_a_message_that_a_limit_cut_has_spent_all_it_might() -> None:
    message = composed(text_reply("word " * 100, fit=True), max_tokens=20)
    assert (message["stop_reason"], message["usage"]["output_tokens"]) == ("max_tokens", 20)


def test_given_usage_wins() -> None:
    usage = composed(Reply(content=(), usage={"input_tokens": 7, "cache_read_input_tokens": 5}))["usage"]
    assert (usage["input_tokens"], usage["cache_read_input_tokens"]) == (7, 5)


def test_a_container_stands_behind_the_content() -> None:
    message = composed(Reply(content=(), container={"id": "container_01", "expires_at": "2026-11-23T13:00:00Z"}))
    assert list(message)[4:6] == ["content", "container"]


def test_context_management_is_answered_with_its_edits() -> None:
    assert composed(text_reply("x"), context_management={"edits": []})["context_management"] == {"applied_edits": []}


CACHED: Any = [{"type": "text", "text": "Mind the gap. " * 1000, "cache_control": {"type": "ephemeral"}}]
INPUT = ("input_tokens", "cache_creation_input_tokens", "cache_read_input_tokens", "cache_creation")


def test_what_is_cached_is_counted_apart_and_nothing_twice() -> None:
    cache = PromptCache()
    asked = call(system=CACHED)
    total = count_input(asked.body, asked.model)
    first, second = [
        compose(asked, text_reply("x"), dice=Dice(b"k", 1), now=EPOCH, cache=cache)["usage"] for _ in range(2)
    ]
    written = first["cache_creation_input_tokens"]
    rest = total - written
    none = {"ephemeral_5m_input_tokens": 0, "ephemeral_1h_input_tokens": 0}
    assert [first[key] for key in INPUT] == [rest, written, 0, {**none, "ephemeral_5m_input_tokens": written}]  # type: ignore[literal-required]
    assert [second[key] for key in INPUT] == [rest, 0, written, none]  # type: ignore[literal-required]


def test_given_counts_are_not_split() -> None:
    reply = Reply(content=({"type": "text", "text": "x"},), usage={"input_tokens": 7})
    usage = compose(call(system=CACHED), reply, dice=Dice(b"k", 1), now=EPOCH, cache=PromptCache())["usage"]
    assert (usage["input_tokens"], usage["cache_creation_input_tokens"]) == (7, 0)


@pytest.mark.parametrize(
    ("body", "beta", "told"),
    [
        ({}, "", False),
        ({"context_management": {"edits": []}}, "", True),
        ({}, "context-management-2025-06-27", True),
        ({}, "compact-2026-01-12", False),
    ],
)
def test_what_became_of_the_context_is_told_where_it_was_asked(body: dict[str, Any], beta: str, told: bool) -> None:
    message = compose(call(beta=beta, **body), text_reply("x"), dice=Dice(b"k", 1), now=EPOCH)
    assert message.get("context_management") == ({"applied_edits": []} if told else None)
