"""What left of an answer and when is known of every exchange, and written down nowhere."""

import time
from collections.abc import Callable

import pytest

from mockclaude.mock import MockClaude
from mockclaude.record.entry import entry_of, exact_entry_of, interaction_of
from mockclaude.wire.interaction import Chunk, Course, Interaction, RawResponse

from .control_client import ControlClient
from .line import HELLO, Line, request

Script = Callable[[RawResponse], None]
STREAM = {**HELLO, "stream": True}


def course_of(interaction: Interaction) -> Course:
    """The course of an exchange that is over; waits until the server knows that it is."""
    course, patience = interaction.course, time.monotonic() + 10
    assert course is not None
    while course.ended is None:
        assert time.monotonic() < patience, "the server never noticed the end"
        time.sleep(0.001)
    return course


@pytest.mark.parametrize("body", [HELLO, STREAM, {**HELLO, "max_tokens": -1}])
@pytest.mark.parametrize("fault", ["none", "pings", "trickle bytes=200 every=0.001", "overloaded", "no_message_stop", "cut at=event ordinal=2 ending=end"])  # fmt: skip
def test_an_answer_that_was_read_to_its_end_has_left_whole(mock: MockClaude, line: Line, body, fault) -> None:
    before = time.monotonic()
    line.ask(request(body, headers={"x-mockclaude-fault": fault}))
    [interaction] = mock.journal
    course, response = interaction.course, interaction.response
    assert course is not None
    assert response is not None
    assert course.answered is not None
    assert course.ended is not None, "a client that has read all may look at once"
    assert before <= course.arrived <= course.answered <= course.ended <= time.monotonic()
    assert (course.sent, course.is_cut_short) == (len(response.body), False)


@pytest.mark.parametrize("fault", ["truncated", "reset", "hung_up"])
def test_an_answer_that_is_broken_off_on_purpose_is_not_cut_short(mock: MockClaude, line: Line, fault) -> None:
    line.write(request(STREAM, headers={"x-mockclaude-fault": fault}))
    with pytest.raises((EOFError, ConnectionResetError, ValueError)):
        line.answer()
    [interaction] = mock.journal
    course = course_of(interaction)
    assert interaction.response is not None
    assert (course.sent, course.is_cut_short) == (len(interaction.response.body), False)


def test_a_client_that_leaves_cuts_its_answer_short(mock: MockClaude, answer_with: Script) -> None:
    answer_with(RawResponse(200, (), (Chunk(b"one"), Chunk(b"two", 60.0)), streamed=True))
    with Line(mock.url) as line:
        line.write(request(STREAM))
        line.head()
    course = course_of(mock.journal[0])
    assert (course.sent, course.is_cut_short) == (3, True)


def test_a_client_that_leaves_a_large_body_unread_cuts_it_short(mock: MockClaude, answer_with: Script) -> None:
    answer_with(RawResponse(200, (), (Chunk(b"x" * 50_000_000),)))
    with Line(mock.url) as line:
        line.write(request(HELLO))
        line.head()
    course, patience = course_of(mock.journal[0]), time.monotonic() + 10
    while not course.is_cut_short:
        assert time.monotonic() < patience
        time.sleep(0.001)


def test_a_client_that_leaves_before_its_answer_has_none(mock: MockClaude) -> None:
    with Line(mock.url) as line:
        line.write(request(HELLO, headers={"content-length": "9999"}))
        while not mock.world.calls:
            time.sleep(0.001)
    patience = time.monotonic() + 10
    while not len(mock.journal):
        assert time.monotonic() < patience
        time.sleep(0.001)
    course = course_of(mock.journal[0])
    assert (mock.journal[0].response, course.answered, course.sent, course.is_cut_short) == (None, None, 0, True)


def test_a_course_is_written_down_nowhere(mock: MockClaude, control: ControlClient) -> None:
    control.call("hello")
    [interaction] = mock.journal
    bare = Interaction(
        interaction.request,
        interaction.began,
        interaction.request_id,
        interaction.response,
        interaction.stub,
        interaction.findings,
    )
    assert exact_entry_of(interaction) == exact_entry_of(bare)
    assert entry_of(interaction) == entry_of(bare)
    assert interaction_of(exact_entry_of(interaction)) == interaction
