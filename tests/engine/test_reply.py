"""A reply may be a response byte for byte: it serves whatever was asked, and only a fault may touch it."""

from typing import Any

import pytest

from mockclaude.clock import EPOCH, FixedClock
from mockclaude.engine.data import data_of_reply
from mockclaude.engine.engine import Engine
from mockclaude.engine.fault import Cut
from mockclaude.engine.reply import Reply
from mockclaude.engine.say import reply_of
from mockclaude.engine.stubs import Stubs
from mockclaude.errors import ScriptError
from mockclaude.wire.dice import Dice
from mockclaude.wire.interaction import Chunk, RawResponse

from .playing import WEATHER, asked

RAW = RawResponse(203, (("content-type", "text/x-test"),), (Chunk(b"any"), Chunk(b" bytes")))
FORCED: dict[str, Any] = {"tools": [WEATHER], "tool_choice": {"type": "any"}}


def answered(*answers: Any, **body: Any) -> RawResponse:
    clock = FixedClock(EPOCH)
    book = Stubs(clock=clock)
    book.reply(*answers)
    return Engine(clock=clock, responders=[book]).respond(asked(**body), Dice(b"key", 1))


@pytest.mark.parametrize("body", [{}, {"stream": True}, FORCED])
@pytest.mark.parametrize("answer", [RAW, lambda _call: RAW])
def test_a_raw_response_serves_whatever_was_asked(answer: Any, body: dict[str, Any]) -> None:
    assert answered(answer, **body) == RAW


def test_a_raw_response_counts_among_other_answers() -> None:
    book = Stubs(clock=FixedClock(EPOCH))
    declared = book.reply("first", RAW)
    replies = [book(asked()) for _ in range(3)]
    assert [reply.raw if reply else None for reply in replies] == [None, RAW, RAW]
    assert {reply.label if reply else None for reply in replies} == {declared.label}


def test_a_function_may_choose_the_bytes_by_the_call() -> None:
    def answer(call: Any) -> RawResponse:
        return RAW._replace(status=299 if call.is_streaming else 200)

    assert (answered(answer, stream=True).status, answered(answer).status) == (299, 200)


def test_a_fault_befalls_raw_bytes_too() -> None:
    cut = Reply(raw=RAW, fault=Cut("byte", 5, "reset"))
    assert answered(cut) == RAW._replace(chunks=(Chunk(b"any"), Chunk(b" b")), ending="reset")


def test_raw_bytes_cannot_be_sent_to_another_process() -> None:
    with pytest.raises(ScriptError, match="byte for byte exists in this process only"):
        data_of_reply(reply_of(RAW))
