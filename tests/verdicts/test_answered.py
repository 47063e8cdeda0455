"""What a client got of an answer is read off its bytes, those of it that left."""

from datetime import timedelta
from email.utils import format_datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mockclaude.engine.inflicted import INFLICTED
from mockclaude.verdicts.answered import LEFT, NO_ANSWER, UNKNOWN, Wait, answered, wait_of
from mockclaude.wire.body import Event, MessageBody
from mockclaude.wire.error import STATUS_OF_TYPE, is_retryable
from mockclaude.wire.finding import Finding
from mockclaude.wire.interaction import Chunk, Course, RawResponse
from mockclaude.wire.sse import encode
from mockclaude.wire.stream import events_of

from .recorded import NOON, asked, refused, streamed, whole

MESSAGE: MessageBody = {
    "model": "claude-opus-5", "id": "msg_1", "type": "message", "role": "assistant",
    "content": [
        {"type": "thinking", "thinking": "Hm.", "signature": "c2ln"},
        {"type": "text", "text": "It will rain in Zürich."},
        {"type": "tool_use", "id": "toolu_1", "name": "f", "input": {"a": 1}},
    ],
    "stop_reason": "tool_use", "stop_sequence": None, "usage": {"input_tokens": 1, "output_tokens": 9},
}  # fmt: skip
EVENTS: list[Event] = list(events_of(MESSAGE))
BYTES = encode(EVENTS)
STOPS = len(encode(EVENTS[:-1]))
"""How many bytes it takes until the stop reason is told."""
OUTPUT = len(encode(EVENTS[:4]))
"""How many until the first piece of output is."""


@given(size=st.integers(0, len(BYTES)))
def test_a_stream_is_whole_once_its_stop_reason_came_and_broken_before(size) -> None:
    response = RawResponse(200, (), (Chunk(BYTES[:size]),), streamed=True, ending="close")
    seen = answered(asked(response, stream=True))
    assert seen.state == ("whole" if size >= STOPS else "broken")
    assert seen.has_output == (size >= OUTPUT)
    assert "It will rain in Zürich.".startswith(seen.text)
    assert seen.tool_ids in {(), ("toolu_1",)}
    assert seen.has_failed == seen.is_retryable == (size < STOPS)


@given(size=st.integers(0, len(BYTES)))
def test_a_client_that_leaves_a_sound_stream_does_so_of_its_own_will(size) -> None:
    assert answered(asked(streamed(EVENTS), sent=size)) is LEFT
    assert not LEFT.has_failed


@given(size=st.integers(0, len(BYTES)))
def test_a_client_that_leaves_a_disturbed_stream_has_seen_what_had_left(size) -> None:
    stalled = asked(streamed(EVENTS), sent=size, findings=[Finding(INFLICTED, "", "remark")])
    cut = asked(RawResponse(200, (), (Chunk(BYTES[:size]),), streamed=True, ending="close"))
    assert answered(stalled) == answered(cut)


@pytest.mark.parametrize("kind", STATUS_OF_TYPE)
def test_an_error_in_a_stream_counts_as_its_type(kind) -> None:
    error: Event = {"type": "error", "error": {"type": kind, "message": "no"}}
    seen = answered(asked(streamed([*EVENTS[:4], error])))
    assert (seen.state, seen.is_retryable) == ("broken", is_retryable(STATUS_OF_TYPE[kind]))
    assert seen.told == f"broken off by {kind} in its stream"


@given(status=st.integers(400, 599), advice=st.sampled_from([None, "true", "false", "maybe"]))
def test_an_error_may_be_retried_by_its_status_unless_its_header_decides(status, advice) -> None:
    seen = answered(asked(refused(status, **({} if advice is None else {"X_Should_Retry": advice}))))
    usual = status in {408, 409, 429} or status >= 500
    assert (seen.state, seen.is_retryable) == ("refused", {"true": True, "false": False}.get(str(advice), usual))
    assert seen.told.startswith(f"answered {status} some_error")


@pytest.mark.parametrize(
    ("response", "state", "told"),
    [
        (whole(), "whole", "answered"),
        (whole()._replace(chunks=(Chunk(whole().body[:-1]),)), "broken", "answered with a body that breaks off"),
        (whole()._replace(ending="close"), "broken", "answered over a connection that broke"),
        (refused(502)._replace(chunks=(Chunk(b"<html>"),)), "refused", "answered 502"),
        (
            RawResponse(200, (), (Chunk(b"data: {\n\n"),), streamed=True),
            "broken",
            "answered with a stream that is no JSON",
        ),
        (RawResponse(0, ending="close"), "broken", NO_ANSWER.told),
        (None, "broken", NO_ANSWER.told),
        (RawResponse(200), "broken", "answered with a body that breaks off"),
        (RawResponse(200, streamed=True), "broken", "cut off before its stream told a stop_reason"),
    ],
)
def test_other_answers_are_named_for_what_they_are(response, state, told) -> None:
    seen = answered(asked(response))
    assert (seen.state, seen.told) == (state, told)


def test_what_the_journal_has_let_go_of_is_not_judged() -> None:
    emptied = asked(RawResponse(200))
    emptied.request = emptied.request._replace(body=b"")
    assert answered(emptied) is UNKNOWN


def test_what_is_still_on_its_way_is_not_judged() -> None:
    running = asked(streamed(EVENTS))
    running.course = Course(0.0, 0.0)
    assert answered(running) is UNKNOWN


@given(seconds=st.floats(0.001, 60.0))
def test_a_wait_is_told_in_seconds_or_milliseconds(seconds) -> None:
    assert wait_of({"retry-after": str(seconds)}, None) == Wait(seconds)
    assert wait_of({"retry-after-ms": str(seconds * 1000), "retry-after": "9"}, None) == Wait(seconds * 1000 / 1000)


@given(seconds=st.integers(1, 60))
def test_a_wait_is_told_by_a_date_where_the_clock_is_the_clients(seconds) -> None:
    date = format_datetime(NOON + timedelta(seconds=seconds), usegmt=True)
    assert wait_of({"retry-after": date}, NOON) == Wait(seconds, slack=1.0)
    assert wait_of({"retry-after": date}, None) is None


@pytest.mark.parametrize("said", ["", "soon", "-1", "0", "61", "86400", "nan", "inf", "-inf", "Mon, 99 Foo 2026 00:00:00 GMT", "Sun, 22 Nov 2026 12:00:00 GMT"])  # fmt: skip
def test_what_asks_for_no_sensible_wait_asks_for_none(said) -> None:
    assert wait_of({"retry-after": said}, NOON) is None
    assert wait_of({"retry-after-ms": "soon", "retry-after": said}, NOON) is None
