"""An answer that is given up: it begins and comes to no end, and whoever waits for it has to let go of the connection."""

from dataclasses import replace
from time import monotonic, sleep
from typing import Final

from mockclaude.engine.fault import HttpError, Stall
from mockclaude.engine.reply import Reply
from mockclaude.verify.stage import PROMPTNESS
from mockclaude.wire.interaction import Interaction

LASTS: Final = 2 * PROMPTNESS
"""Seconds after which the answer goes on all the same: a client that holds on to it is told, and not held up for ever."""

OFTEN: Final = 0.001
"""Seconds between two looks at a connection."""


def unending(reply: Reply, *, events: int) -> Reply:
    """The reply, standing still after so many events."""
    return replace(reply, fault=Stall(at="event", ordinal=events, seconds=LASTS))


def is_given_up(step: Reply | HttpError | None) -> bool:
    """Whether a step is an answer that is given up."""
    return isinstance(step, Reply) and isinstance(step.fault, Stall)


def is_let_go(exchange: Interaction) -> bool:
    """Whether the client closes the connection of an answer that it gave up, in time."""
    course, deadline = exchange.course, monotonic() + PROMPTNESS
    assert course is not None, "the server's own exchanges have one"
    while course.ended is None and monotonic() < deadline:
        sleep(OFTEN)
    return course.is_cut_short
