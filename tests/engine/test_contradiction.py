"""Replies that no API could give are found when they are declared, and what the API did say never is."""

from dataclasses import replace
from typing import Any

import pytest

from mockclaude.clock import FixedClock
from mockclaude.engine.contradiction import BLOCKS, STOP_REASONS, declared, refuse
from mockclaude.engine.reply import ErrorReply, Pace, Reply
from mockclaude.engine.say import (
    Sayable,
    message,
    pause_turn,
    refusal,
    reply_of,
    server_tool_result,
    server_tool_use,
    stop_sequence,
    tool_use,
)
from mockclaude.engine.say_error import error
from mockclaude.engine.stubs import Stubs
from mockclaude.errors import ScriptError
from mockclaude.wire.stream import message_of

from ..contracts.test_recordings_streams import read
from ..corpus import needs_corpus, rows, streams
from .test_say import ALL_BLOCKS, SAMPLES, fitting

SEARCH = server_tool_use("web_search", query="x", tool_use_id="srvtoolu_1")
NAMELESS = server_tool_use("web_search", query="x")
FOUND = server_tool_result("web_search_tool_result", [], tool_use_id="srvtoolu_1")
TOOL = tool_use("f")
BAD: list[tuple[Sayable, str]] = [
    (message("x", stop_reason="endturn"), "stop_reason: unknown stop reason 'endturn'; did you mean 'end_turn'?"),
    (message("x", stop_reason="tool_use"), "stop_reason: is 'tool_use', but the content holds no tool_use block; it holds text"),
    (message(stop_reason="tool_use"), "stop_reason: is 'tool_use', but the content holds no tool_use block; it holds nothing"),
    (message(TOOL, stop_reason="end_turn"), "stop_reason: is 'end_turn', but the content holds a tool_use block; expected 'tool_use'"),
    (pause_turn("x"), "stop_reason: is 'pause_turn', but the content ends in a text block; expected a server_tool_use at its end"),
    (pause_turn(), "stop_reason: is 'pause_turn', but the content is empty; expected a server_tool_use at its end"),
    (pause_turn(TOOL, SEARCH), "stop_reason: is 'pause_turn', but the content holds a tool_use block; expected 'tool_use'"),
    (message("x", SEARCH), "stop_reason: is 'end_turn', but a server tool call has no result; expected 'pause_turn'"),
    (message("x", stop_reason="compaction"), "stop_reason: is 'compaction', but the content holds no compaction block"),
    (message("x", stop_reason="stop_sequence"), "stop_sequence: is missing; a reply that stops at a stop sequence names it"),
    (message("x", stop_sequence="END"), "stop_sequence: is 'END', but the stop reason is 'end_turn'; expected null"),
    (stop_sequence("an END", "END"), "content[0].text: holds the stop sequence 'END'; a reply ends before it"),
    (message("x", stop_details={"type": "refusal"}), "stop_details: is given, but the stop reason is 'end_turn'; only a refusal has any"),
    (refusal(category="cyborg"), "stop_details.category: unknown category 'cyborg'; did you mean 'cyber'?"),
    ({"type": "txt", "text": "x"}, "content[0].type: unknown block type 'txt'; did you mean 'text'?"),
    ({"type": "tool_result", "tool_use_id": "x"}, "content[0].type: 'tool_result' is a block of requests; a reply cannot hold it"),
    ({"type": "text"}, "content[0]: text has no 'text'; expected a string"),
    ({"type": "text", "txt": "x"}, "content[0]: text has no 'text'; did you mean 'txt'?"),
    ({"type": "tool_use", "name": "f", "input": "{}"}, "content[0].input: is '{}'; expected an object"),
    ({"type": "tool_use", "nmae": "f", "input": {}}, "content[0]: tool_use has no 'name'; did you mean 'nmae'?"),
    ({"type": "redacted_thinking", "data": None}, "content[0].data: is None; expected a string"),
    (message(NAMELESS, FOUND, stop_reason="refusal"), "content[1]: names no server tool call before it; give the call an id and the result the same as tool_use_id"),
    ([SEARCH, {**FOUND, "tool_use_id": "srvtoolu_2"}], "stop_reason: is 'end_turn', but a server tool call has no result; expected 'pause_turn'"),
    (message("x", usage={"input_token": 1}), "usage.input_token: unknown count; did you mean 'input_tokens'?"),  # type: ignore[arg-type]
    (message("x", usage={"output_tokens": -1}), "usage.output_tokens: is -1; expected a whole number from 0 on"),
    (message("x", headers={"a b": "c"}), "headers.a b: is 'c'; expected a header's name and one line of text"),
    (message("x", headers={"a": "b\nc"}), "headers.a: is 'b\\nc'; expected a header's name and one line of text"),
    (message("x", pace=Pace(first=-1)), "pace.first: is -1; expected seconds from 0 on"),
    (message("x", pace=Pace(per_second=0)), "pace.per_second: is 0; expected more than 0 events per second"),
    (message("{{ x }}", templates=True), "content[0].text: {{ x }} is no value of a request; known: text, model, system, tool, tool_result, turns, now (templates off: sent as it is)"),
    (error(200, "x"), "error.status: is 200; expected 400 to 599"),
    (error(529, kind="overload_error"), "error.type: unknown error type 'overload_error'; did you mean 'overloaded_error'?"),
    (error(529, kind="rate_limit_error"), "error.type: is 'rate_limit_error', which has status 429; expected 'overloaded_error'"),
    (Reply(error=ErrorReply(500), stop_reason="end_turn"), "error: an error replaces a message; give either error or content"),
]  # fmt: skip

FATAL = {
    "content[0]: text has no 'text'", "content[0].input", "content[0]: tool_use has no", "usage.output_tokens", "headers", "pace",
    "{{ x }}", "error: an error",
}  # fmt: skip
"""What not even force can send: there would be no bytes for it."""


@pytest.mark.parametrize(("said", "expected"), BAD, ids=[expected[:60] for _, expected in BAD])
def test_a_contradiction_is_refused_when_declared_and_force_sends_it(said: Sayable, expected: str) -> None:
    reply = reply_of(said)
    assert str(next(iter(declared(reply)))) == expected
    stubs = Stubs(clock=FixedClock())
    fatal = any(part in expected for part in FATAL)
    with pytest.raises(ScriptError) as raised:
        stubs.reply(reply)
    assert str(raised.value) == f"reply 1: {expected}{'' if fatal else ' (force=True sends it anyway)'}"
    if fatal:
        with pytest.raises(ScriptError):
            stubs.reply(reply, force=True)
    else:
        stubs.reply(reply, force=True)
        stubs.reply(replace(reply, force=True))


CONTRADICTORY = {
    ("tool_use", "end_turn"), ("tool_use", "pause_turn"), ("server_tool_use", "end_turn"), ("mcp_tool_use", "end_turn"),
}  # fmt: skip
"""Kinds of blocks that cannot stand at the end of a message with that stop reason."""


@pytest.mark.parametrize("stop_reason", STOP_REASONS)
@pytest.mark.parametrize("block", ALL_BLOCKS)
def test_a_stop_reason_contradicts_exactly_the_blocks_it_cannot_follow(block: dict[str, Any], stop_reason: str) -> None:
    by_code = block.get("caller", {}).get("type", "").startswith("code_execution")
    wrong = (block["type"], stop_reason) in CONTRADICTORY and not by_code
    assert bool(list(declared(fitting(block, stop_reason)))) == wrong


@pytest.mark.parametrize("kind", BLOCKS)
def test_every_block_is_checked_for_each_of_its_keys(kind: str) -> None:
    block = SAMPLES[kind][0]
    for key, expected in BLOCKS[kind].items():
        without: Any = {name: value for name, value in block.items() if name != key}
        found = {str(one).partition(":")[0] for one in declared(Reply(content=(without,)))}
        assert ("content[0]" in found) == (not expected.startswith("?"))
        wrong: Any = {**block, key: 5}
        found = {str(one).partition(":")[0] for one in declared(Reply(content=(wrong,)))}
        assert f"content[0].{key}" in found


def test_the_first_contradiction_is_the_one_reported() -> None:
    reply = reply_of([{"type": "txt"}, {"type": "text"}])
    with pytest.raises(ScriptError, match=r"^here content\[0\]\.type: unknown block type 'txt'"):
        refuse(declared(reply), force=False, where="here")
    with pytest.raises(ScriptError, match=r"^content\[1\]: text has no 'text'; expected a string$"):
        refuse(declared(reply), force=True)


WRITTEN_BY_HAND = {
    "vercel/ai:packages/anthropic/src/__fixtures__/anthropic-programmatic-tool-calling.1.json": "joins several turns into one",
}
"""Rows that claim to be recordings and are none, and why."""


@needs_corpus
def test_nothing_that_was_recorded_is_called_a_contradiction() -> None:
    checked, wrong = 0, []
    for row in rows():
        body = row["response_body"]
        if row["response_kind"] != "json" or not isinstance(body, dict) or body.get("type") != "message":
            continue
        checked += 1
        wrong += [(row["source"], str(one)) for one in declared(reply_of(body))]
    for row in streams():
        events = read(row)
        if row["status"] == 200 and events and events[-1]["type"] != "error":
            checked += 1
            wrong += [(row["source"], str(one)) for one in declared(reply_of(dict(message_of(events))))]
    print(f"{checked} replies checked")
    assert [(source, what) for source, what in wrong if source.partition("#")[0] not in WRITTEN_BY_HAND] == []
    assert checked > 1_000
