"""Faults can be worked into any answer, and none of them takes long."""

from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from mockclaude.clock import EPOCH
from mockclaude.engine.fault import KINDS, Cut, Fault, HttpError, data_of_fault, forestalls, kind_of
from mockclaude.engine.inflict import failed, inflict
from mockclaude.engine.say_fault import fault_of
from mockclaude.strategies import Stream, fault_sequences, faults, messages, streams
from mockclaude.strategies.faults import ERRORS, RETRIED, RETRY_AFTER

from ..engine.playing import asked
from .simplest import simplest

QUIET = settings(deadline=None, suppress_health_check=list(HealthCheck))
SPOKEN = streams(base=messages(kinds=["text"]))


@settings(QUIET, max_examples=150)
@given(faults(), SPOKEN)
def test_a_fault_befalls_a_stream_and_a_whole_answer(fault: Fault, stream: Stream) -> None:
    if isinstance(fault, HttpError):
        error = failed(fault, asked(), now=EPOCH).error
        assert error is not None
        assert error.status == fault.status
        return
    for response in (stream.response(), stream.whole()):
        befallen = inflict(fault, response, request_id="req_01")
        assert max([chunk.at for chunk in befallen.chunks], default=0.0) < 1.0


@QUIET
@given(faults())
def test_a_fault_can_be_written_into_a_scenario(fault: Fault) -> None:
    assert fault_of(data_of_fault(fault)) == fault


@settings(QUIET, max_examples=20)
@given(st.data())
@pytest.mark.parametrize("kind", [*KINDS])
def test_a_kind_can_be_asked_for(kind: str, data: st.DataObject) -> None:
    assert kind_of(data.draw(faults(kinds=[kind]))) == kind


@pytest.mark.parametrize("kind", [*KINDS])
def test_every_kind_comes_up_unasked(kind: str) -> None:
    assert kind_of(simplest(faults(), lambda fault: kind_of(fault) == kind)) == kind


@pytest.mark.parametrize("retry_after", RETRY_AFTER)
def test_everything_that_retry_after_may_say_comes_up(retry_after: Any) -> None:
    def says(fault: Fault) -> bool:
        return isinstance(fault, HttpError) and fault.retry_after == retry_after

    assert simplest(faults(kinds=["error"]), says) == HttpError(529, retry_after=retry_after)


def test_the_simplest_fault_is_an_overload() -> None:
    assert simplest(faults()) == HttpError(529)


@QUIET
@given(fault_sequences(most=4))
def test_what_ends_well_is_worth_trying_again_each_time(sequence: tuple[Fault, ...]) -> None:
    assert len(sequence) <= 4
    assert all(forestalls(fault) for fault in sequence)
    assert all(not isinstance(fault, HttpError) or fault.status in RETRIED for fault in sequence)


@QUIET
@given(fault_sequences(most=4, eventually_ok=False))
def test_what_ends_badly_ends_in_the_only_final_fault(sequence: tuple[Fault, ...]) -> None:
    final = [isinstance(fault, HttpError) and fault.status not in RETRIED for fault in sequence]
    assert final == [*[False] * (len(sequence) - 1), True]
    assert len(sequence) <= 4


def test_sequences_shrink_to_nothing_and_to_one_refusal() -> None:
    assert simplest(fault_sequences()) == ()
    assert simplest(fault_sequences(), lambda sequence: Cut("head", 0, "close") in sequence) == (
        Cut("head", 0, "close"),
    )
    last = next(error for error in ERRORS if error.status == 400)
    found = simplest(fault_sequences(eventually_ok=False))
    assert found == (last,)


@pytest.mark.parametrize(
    ("options", "complaint"),
    [
        ({"kinds": ["errors"]}, "no kind of fault is called 'errors'; did you mean 'error'"),
        ({"statuses": [418]}, "expected some of 400, 401, 402"),
        ({"longest": 0}, "expected 0.01 to 3600 seconds"),
    ],
)
def test_the_impossible_is_refused_at_once(options: dict[str, Any], complaint: str) -> None:
    with pytest.raises(ValueError, match=complaint):
        faults(**options)
    with pytest.raises(ValueError, match="from 1 on"):
        fault_sequences(most=0)
