"""Errors are judged by what they show, stops by what is shown of them."""

from dataclasses import replace

import pytest

from mockclaude.verify import ErrorInfo, Outcome
from mockclaude.verify.asked import asking
from mockclaude.verify.case import Case
from mockclaude.verify.properties.errors import shows_the_error, shows_the_error_inside, shows_the_stop
from mockclaude.verify.property import Broken, NotJudged, Run
from mockclaude.wire.body import JsonObject
from mockclaude.wire.interaction import Chunk, RawResponse

from .runs import FAILED, WELL, attempts, exchange

ENVELOPE = b'{"type":"error","error":{"type":"overloaded_error","message":"Overloaded"},"request_id":"req_0"}'
WHOLE = ErrorInfo("OverloadedError", "Overloaded", 529, "overloaded_error", "req_0")


def case(**expected: object) -> Case:
    told: JsonObject = {name: value for name, value in expected.items() if isinstance(value, str | bool)}
    return Case(asking("stream"), ({"text": "0"},), told)


def refused(outcome: Outcome, *, status: int = 529, body: bytes = ENVELOPE) -> Run:
    answered = exchange()
    answered.response = RawResponse(status, chunks=(Chunk(body),))
    return Run((outcome,), (answered,))


def test_an_error_shows_status_type_message_and_request_id() -> None:
    shows_the_error(case(), refused(Outcome(error=WHOLE)))
    for name, partial in {
        "status": replace(WHOLE, status=None),
        "type": replace(WHOLE, type=None),
        "message": replace(WHOLE, message=""),
        "request_id": replace(WHOLE, request_id=None),
    }.items():
        with pytest.raises(Broken, match=f"the error hides {name}$"):
            shows_the_error(case(), refused(Outcome(error=partial)))


def test_it_may_show_them_in_its_text() -> None:
    text = "Error code: 529 - overloaded_error: Overloaded (req_0)"
    shows_the_error(case(), refused(Outcome(error=ErrorInfo("MyError", text=text))))


def test_of_a_page_only_the_status_is_asked() -> None:
    shows_the_error(case(), refused(Outcome(error=ErrorInfo("E", status=502)), status=502, body=b"<html>"))
    with pytest.raises(Broken, match="the error hides status"):
        shows_the_error(case(), refused(FAILED, status=502, body=b""))


def test_an_error_that_is_taken_for_an_answer_is_a_mistake() -> None:
    with pytest.raises(Broken, match="an HTTP 529 is taken for an answer"):
        shows_the_error(case(), refused(WELL))


def test_a_request_that_was_accepted_or_never_left_proves_nothing() -> None:
    with pytest.raises(NotJudged, match="the request was accepted"):
        shows_the_error(case(), attempts(1))
    with pytest.raises(NotJudged, match="the request never left"):
        shows_the_error(case(), Run((FAILED,), ()))


def test_an_error_inside_a_stream_keeps_its_type() -> None:
    told = case(type="overloaded_error", spoken=True)
    shows_the_error_inside(told, attempts(1, Outcome(error=replace(WHOLE, status=200))))
    with pytest.raises(Broken, match="an overloaded_error inside a stream is taken for its end"):
        shows_the_error_inside(told, attempts(1))
    with pytest.raises(Broken, match="the error inside a stream loses its type"):
        shows_the_error_inside(told, attempts(1, FAILED))


def test_only_before_the_first_words_a_broken_stream_may_be_asked_for_again() -> None:
    shows_the_error_inside(case(type="api_error", spoken=False), attempts(2))
    with pytest.raises(Broken, match="a stream that broke after its first words was asked for again"):
        shows_the_error_inside(case(type="api_error", spoken=True), attempts(2))


def test_a_stop_is_shown_in_the_message_or_in_the_error() -> None:
    told = case(stop_reason="refusal")
    shows_the_stop(told, attempts(1, Outcome(message={"stop_reason": "refusal"})))
    shows_the_stop(told, attempts(1, Outcome(error=ErrorInfo("Refused", text="the model stopped: refusal"))))
    with pytest.raises(Broken, match="the stop reason refusal is not shown"):
        shows_the_stop(told, attempts(1, Outcome(message={"stop_reason": "end_turn"})))
    with pytest.raises(Broken, match="a message that stops with refusal is an error that does not say so"):
        shows_the_stop(told, attempts(1, FAILED))
    with pytest.raises(NotJudged, match="the client shows neither a message nor an error"):
        shows_the_stop(told, attempts(1, WELL))
