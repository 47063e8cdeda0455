"""Usage tells what a reply cost, and the steps of one that a summary began or that tells them anyway."""

from typing import Any

import pytest

from mockclaude.clock import EPOCH
from mockclaude.engine.compose import compose
from mockclaude.engine.render import render
from mockclaude.engine.reply import Reply
from mockclaude.meter.tokens import count_input
from mockclaude.wire.body import MessageBody
from mockclaude.wire.dice import Dice
from mockclaude.wire.sse import decode
from mockclaude.wire.stream import events_of, message_of

from .calls import call

STEP = ["input_tokens", "output_tokens", "cache_read_input_tokens", "cache_creation_input_tokens", "cache_creation"]
SUMMARY: Any = {"type": "compaction", "content": "They greeted each other, and that was that."}
HELLO: Any = {"type": "text", "text": "Hello."}


def composed(*content: Any, **body: Any) -> MessageBody:
    return compose(call(**body), Reply(content=content), dice=Dice(b"k", 1), now=EPOCH)


def test_what_a_summary_cost_is_a_step_and_no_part_of_the_sums() -> None:
    asked = call(messages=[{"role": "user", "content": "Hello. " * 5000}, HI, {"role": "user", "content": "And?"}])
    usage: Any = compose(asked, Reply(content=(SUMMARY, HELLO)), dice=Dice(b"k", 1), now=EPOCH)["usage"]
    summary, said = usage["iterations"]
    assert list(summary) == list(said) == [*STEP, "type"]
    assert (summary["type"], said["type"]) == ("compaction", "message")
    assert summary["input_tokens"] == count_input(asked.body, asked.model)
    assert summary["output_tokens"] > 8
    assert {key: usage[key] for key in STEP} == {key: said[key] for key in STEP}
    assert usage["input_tokens"] < 50


HI: Any = {"role": "assistant", "content": "Hi."}


def test_a_summary_alone_leaves_nothing_for_the_sums() -> None:
    usage = composed(SUMMARY, compaction={"type": "summarize"})["usage"]
    assert [step["type"] for step in usage["iterations"]] == ["compaction"]
    assert (usage["input_tokens"], usage["output_tokens"]) == (0, 0)


def test_a_stream_begins_with_the_prompt_that_was_summarised() -> None:
    whole = composed(SUMMARY, HELLO, messages=[{"role": "user", "content": "Hello. " * 500}])
    events = list(events_of(whole))
    usage = whole["usage"]
    assert events[0]["message"]["usage"]["input_tokens"] == usage["iterations"][0]["input_tokens"]
    assert events[-2]["usage"]["input_tokens"] == usage["input_tokens"]
    assert message_of(events) == whole


@pytest.mark.parametrize(
    ("body", "tells"),
    [
        ({}, False),
        ({"context_management": {"edits": [{"type": "clear_tool_uses_20250919"}]}}, False),
        ({"context_management": {"edits": [{"type": "compact_20260112"}]}}, True),
        ({"tools": [{"name": "f", "input_schema": {"type": "object"}}]}, False),
        ({"tools": [{"type": "advisor_20260301", "name": "advisor", "model": "claude-opus-5"}]}, True),
        ({"output_config": {"effort": "low"}}, False),
        ({"output_config": {"task_budget": {"type": "tokens", "total": 20000}}}, True),
        ({"fallbacks": "default"}, True),
    ],
)
def test_some_requests_let_usage_tell_a_single_step(body: dict[str, Any], tells: bool) -> None:
    usage = composed(HELLO, beta="any-2026-01-01", **body)["usage"]
    assert ("iterations" in usage) is tells
    if tells:
        assert usage["iterations"] == [{**{key: usage[key] for key in STEP}, "type": "message"}]  # type: ignore[literal-required]


def test_the_end_of_a_stream_has_its_counts_in_an_order_of_its_own() -> None:
    found = {"type": "web_search_tool_result", "tool_use_id": "srvtoolu_1", "content": []}
    asked = {"type": "server_tool_use", "id": "srvtoolu_1", "name": "web_search", "input": {}}
    budget: Any = {"task_budget": {"type": "tokens", "total": 20000}}
    whole = composed(asked, found, HELLO, output_config=budget, beta="task-budgets-2026-03-13")
    assert list(whole["usage"]) == [
        "input_tokens", "cache_creation_input_tokens", "cache_read_input_tokens", "cache_creation", "iterations",
        "output_tokens", "output_tokens_details", "service_tier", "inference_geo", "server_tool_use",
    ]  # fmt: skip
    *_, end, _ = events_of(whole)
    assert list(end["usage"]) == [
        "input_tokens", "cache_creation_input_tokens", "cache_read_input_tokens", "output_tokens",
        "output_tokens_details", "server_tool_use", "iterations",
    ]  # fmt: skip


@pytest.mark.parametrize(
    ("model", "asked", "told"),
    [
        ("claude-opus-5-5", "fast", "fast"),
        ("claude-opus-5-5", "standard", "standard"),
        ("claude-opus-4-6", "fast", "standard"),
        ("claude-opus-5-5", None, None),
    ],
)
def test_the_speed_that_was_asked_for_is_told(model: str, asked: str | None, told: str | None) -> None:
    usage = composed(HELLO, model=model, speed=asked)["usage"]
    assert usage.get("speed") == told
    start = next(events_of(composed(HELLO, model=model, speed=asked)))["message"]["usage"]
    assert start.get("speed") == told


def test_counts_that_only_an_author_gives_reach_the_stream_too() -> None:
    given: Any = {"fallback_credit": {"status": "redeemed"}, "speed": "fast"}
    whole = compose(call(), Reply(content=(HELLO,), usage=given), dice=Dice(b"k", 1), now=EPOCH)
    assert message_of(events_of(whole)) == whole


FOUND: Any = {"type": "web_search_tool_result", "tool_use_id": "srvtoolu_1", "content": [{"title": "So it was."}]}
ASKED: Any = {"type": "server_tool_use", "id": "srvtoolu_1", "name": "web_search", "input": {"query": "x"}}


@pytest.mark.parametrize(
    ("content", "times"),
    [
        ((HELLO,), 1),
        ((ASKED, FOUND), 1),
        ((ASKED, FOUND, HELLO), 2),
        ((HELLO, ASKED, ASKED, FOUND, FOUND, HELLO), 2),
        ((ASKED, FOUND, ASKED, FOUND, HELLO), 3),
    ],
)
def test_the_prompt_is_read_again_when_a_tool_of_the_api_has_answered(content: tuple[Any, ...], times: int) -> None:
    asked = call(stream=True, tools=[{"type": "web_search_20250305", "name": "web_search"}])
    whole = compose(asked, Reply(content=content), dice=Dice(b"k", 1), now=EPOCH)
    total = count_input(asked.body, asked.model)
    assert whole["usage"]["input_tokens"] // total == times
    start, *_, end, _ = decode(render(whole, Reply(), call=asked, dice=Dice(b"k", 1)).body)
    assert start["message"]["usage"]["input_tokens"] == total
    assert end["usage"]["input_tokens"] == whole["usage"]["input_tokens"]


def test_the_steps_around_a_tool_of_the_api_come_to_the_sums() -> None:
    usage: Any = composed(ASKED, FOUND, ASKED, FOUND, HELLO, fallbacks="default", beta="any-2026-01-01")["usage"]
    assert len(usage["iterations"]) == 3
    for key in ("input_tokens", "output_tokens"):
        assert sum(step[key] for step in usage["iterations"]) == usage[key]


def test_a_server_of_mcp_counts_as_a_tool_of_the_api() -> None:
    asked: Any = {"type": "mcp_tool_use", "id": "mcptoolu_1", "name": "f", "server_name": "s", "input": {}}
    result: Any = {"type": "mcp_tool_result", "tool_use_id": "mcptoolu_1", "is_error": False, "content": []}
    usage = composed(asked, result, HELLO)["usage"]
    assert usage["server_tool_use"] == {"web_search_requests": 0, "web_fetch_requests": 0}
    assert usage["input_tokens"] > 2 * composed(HELLO)["usage"]["input_tokens"]
