"""Retries are judged by what was asked again, when, and with which words."""

import time

import pytest

from mockclaude.verify import Endpoint, chat_adapter
from mockclaude.verify.asked import asking
from mockclaude.verify.case import Answer, Case
from mockclaude.verify.properties.retries import (
    GONE,
    LASTING,
    PASSING,
    WELL,
    repeats_word_for_word,
    retries_what_may_pass,
    waits_as_told,
)
from mockclaude.verify.property import MOST_ATTEMPTS, Broken, NotJudged, Run
from mockclaude.wire.body import JsonObject

from ..planted import Retrying
from .judging import judged
from .runs import WELL as SAID
from .runs import attempts, exchange, spaced


def failing(status: int, **headers: str) -> JsonObject:
    fields: JsonObject = {name.replace("_", "-"): value for name, value in headers.items()}
    return {"error": {"status": status, "message": "It failed.", "headers": fields}}


def case(*answers: Answer, told: str | None = None) -> Case:
    return Case(asking("stream"), answers, {"retry_after": told})


@pytest.mark.parametrize("status", PASSING)
def test_what_may_pass_is_asked_again(status: int) -> None:
    retries_what_may_pass(case(failing(status), GONE, WELL), attempts(3))


@pytest.mark.parametrize("status", LASTING)
def test_what_lasts_is_not(status: int) -> None:
    retries_what_may_pass(case(failing(status), WELL), attempts(1))
    with pytest.raises(Broken, match=f"a request is sent again after a {status}$"):
        retries_what_may_pass(case(failing(status), WELL), attempts(2))


def test_the_server_may_say_otherwise() -> None:
    retries_what_may_pass(case(failing(400, x_should_retry="true"), WELL), attempts(2))
    with pytest.raises(Broken, match="after a 529 with x-should-retry: false"):
        retries_what_may_pass(case(failing(529, x_should_retry="false"), WELL), attempts(2))


def test_a_good_answer_is_not_asked_for_again_and_nothing_for_ever() -> None:
    with pytest.raises(Broken, match="a request is sent again after a good answer"):
        retries_what_may_pass(case(failing(529), WELL), attempts(3))
    retries_what_may_pass(case(failing(529)), attempts(MOST_ATTEMPTS))
    with pytest.raises(Broken, match="requests are sent without end"):
        retries_what_may_pass(case(failing(529)), attempts(MOST_ATTEMPTS + 1))


@pytest.mark.parametrize(
    ("told", "run", "cause"),
    [
        ("7", spaced([7.1]), None),
        ("7", spaced([0.1], waits=[6.9]), None),
        ("7", spaced([0.1], waits=[6.8]), "retry-after 7 is not waited for"),
        ("0.25", spaced([0.2]), "retry-after 0.25 is not waited for"),
        ("date+30", spaced([29.0]), None),
        ("date+30", spaced([28.0]), r"retry-after date\+30 is not waited for"),
        ("soon", spaced([0.0]), None),
        ("1e400", spaced([0.0]), None),
        (None, spaced([0.5, 1.0]), None),
        (None, spaced([1.0, 0.5]), "the waits between attempts do not grow"),
    ],
)
def test_waits_are_measured_with_what_was_only_noted(told: str | None, run: Run, cause: str | None) -> None:
    if cause is None:
        assert waits_as_told(case(told=told), run) is None
    else:
        with pytest.raises(Broken, match=cause):
            waits_as_told(case(told=told), run)


def test_to_wait_for_a_day_is_worth_a_remark() -> None:
    remark = waits_as_told(case(told="86400"), spaced([0.0], waits=[86400]))
    assert remark == "retry-after 86400 is obeyed: the client waits 86400 seconds"
    assert waits_as_told(case(told="86400"), spaced([60.0])) is None


def test_who_never_asks_again_cannot_be_judged_by_waits() -> None:
    with pytest.raises(NotJudged, match="the client never asks again"):
        waits_as_told(case(told="1"), attempts(1))
    with pytest.raises(NotJudged, match="the client never asks again"):
        repeats_word_for_word(case(), attempts(1))


def test_attempts_are_the_same_to_the_byte_and_in_their_idempotency_key() -> None:
    same = Run((SAID,), (exchange(idempotency_key="a"), exchange(idempotency_key="a")))
    repeats_word_for_word(case(), same)
    with pytest.raises(Broken, match="attempt 2 sends another body"):
        repeats_word_for_word(case(), Run((SAID,), (exchange(b"{}"), exchange(b"{ }"))))
    with pytest.raises(Broken, match="attempt 3 has another idempotency key"):
        repeats_word_for_word(case(), Run((SAID,), (*same.exchanges, exchange(idempotency_key="b"))))


@pytest.mark.slow
def test_a_client_that_really_sleeps_is_measured_by_the_clock() -> None:
    sleeping = Retrying()

    class Sleeping(Retrying):
        skips_waits = False

        def wait(self, _server: Endpoint, _attempt: int) -> None:
            time.sleep(1.0)

    result = judged(Sleeping(), "P10")
    assert (result.status, result.examples) == ("held", 2)
    assert judged(sleeping, "P10").examples == 100
    assert judged(chat_adapter(lambda _server, _prompt: ""), "P10").status == "not applicable"
