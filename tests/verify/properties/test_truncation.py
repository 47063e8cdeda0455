"""Streams are cut before or within their last event, and what a client makes of it is judged."""

import pytest
from hypothesis import given, settings

from mockclaude.verify import ErrorInfo, Outcome
from mockclaude.verify.case import Case, Exact
from mockclaude.verify.properties.truncation import (
    LAST,
    break_cases,
    does_not_despair,
    notices_the_break,
    tail_cases,
)
from mockclaude.verify.property import MOST_ATTEMPTS, Broken, Client

from .runs import FAILED, WELL, attempts

CLIENT = Client(frozenset({"stream"}))
FEW = settings(max_examples=60, database=None, deadline=None, derandomize=True)


def bytes_of(case: Case) -> bytes:
    [answer] = case.answers
    assert isinstance(answer, Exact)
    return b"".join(answer.chunks)


@FEW
@given(break_cases(CLIENT))
def test_a_stream_that_breaks_off_has_begun_and_does_not_announce_its_end(case: Case) -> None:
    assert bytes_of(case)
    assert LAST not in bytes_of(case)
    assert len(case.cuts) == 1


@FEW
@given(tail_cases(CLIENT))
def test_a_stream_that_lacks_its_last_bytes_has_announced_its_end(case: Case) -> None:
    _, _, rest = bytes_of(case).partition(LAST)
    assert LAST in bytes_of(case)
    assert rest != b'data: {"type":"message_stop"}\n\n'


def test_a_break_is_noticed_by_an_error_an_unfinished_message_or_another_attempt() -> None:
    case = Case((), ())
    notices_the_break(case, attempts(1, FAILED))
    notices_the_break(case, attempts(1, Outcome(message={"stop_reason": None})))
    notices_the_break(case, attempts(2))
    for taken in (WELL, Outcome(message={"stop_reason": "end_turn"}), Outcome()):
        with pytest.raises(Broken, match="a stream that broke off is taken for a whole answer"):
            notices_the_break(case, attempts(1, taken))


def test_lost_last_bytes_are_no_reason_to_ask_for_ever() -> None:
    case = Case((), ())
    does_not_despair(case, attempts(MOST_ATTEMPTS, FAILED))
    for run in (attempts(MOST_ATTEMPTS + 1), attempts(1, Outcome(error=ErrorInfo("Hangs")))):
        with pytest.raises(Broken, match="a stream that lacks only its last bytes is asked for without end"):
            does_not_despair(case, run)
