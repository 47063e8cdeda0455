"""An answer that is given up stands still, and whether its connection was closed is seen on the server."""

from time import monotonic

import pytest

from mockclaude.clock import EPOCH
from mockclaude.engine.fault import HttpError, Stall
from mockclaude.engine.say import reply_of
from mockclaude.verify.given_up import LASTS, is_given_up, is_let_go, unending
from mockclaude.verify.stage import PROMPTNESS
from mockclaude.wire.interaction import Course, Interaction, RawRequest

REQUEST = RawRequest("POST", "/v1/messages", {}, b"{}")


def test_it_begins_like_any_other_and_stands_still() -> None:
    reply = unending(reply_of("Hello"), events=3)
    assert reply.content == reply_of("Hello").content
    assert reply.fault == Stall(at="event", ordinal=3, seconds=LASTS)
    assert is_given_up(reply)


@pytest.mark.parametrize("step", [None, HttpError(529), reply_of("Hello")])
def test_nothing_else_is_given_up(step: object) -> None:
    assert not is_given_up(step)  # type: ignore[arg-type] # of three kinds


@pytest.mark.parametrize("is_cut_short", [True, False])
def test_a_connection_that_has_ended_says_at_once_how(is_cut_short: bool) -> None:
    course = Course(0.0, answered=0.0, ended=0.0, is_cut_short=is_cut_short)
    began = monotonic()
    assert is_let_go(Interaction(REQUEST, EPOCH, course=course)) is is_cut_short
    assert monotonic() - began < PROMPTNESS
