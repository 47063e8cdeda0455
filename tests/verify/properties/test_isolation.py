"""Calls made together keep apart, and a key is found wherever it is shown."""

from dataclasses import replace

import pytest

from mockclaude.verify import ErrorInfo, Outcome
from mockclaude.verify.asked import asking
from mockclaude.verify.case import Case
from mockclaude.verify.properties.isolation import keeps_calls_apart, keeps_the_key, leaves_promptly
from mockclaude.verify.property import Broken, NotJudged, Run
from mockclaude.verify.stage import SECRET

from .runs import FAILED, attempts

KEY = f"sk-ant-mock-kit.1-{SECRET}"
CASE = Case(asking("stream"), (), {"texts": ["0", "1"]})


def together(*outcomes: Outcome) -> Run:
    return Run(outcomes, ())


def test_each_call_gets_its_own_answer() -> None:
    keeps_calls_apart(CASE, together(Outcome(text="0"), Outcome(text="1")))
    with pytest.raises(Broken, match="calls made together get each other's answers"):
        keeps_calls_apart(CASE, together(Outcome(text="1"), Outcome(text="0")))
    with pytest.raises(Broken, match="call 1 of 2 made together fails"):
        keeps_calls_apart(CASE, together(Outcome(text="0"), FAILED))
    with pytest.raises(NotJudged):
        keeps_calls_apart(CASE, together(Outcome(), Outcome()))


@pytest.mark.parametrize(
    ("run", "place"),
    [
        (attempts(1, Outcome(error=ErrorInfo("E", text=f"headers: {KEY}"))), "its error"),
        (attempts(1, Outcome(error=ErrorInfo("E", f"headers: {KEY}"))), "its error"),
        (attempts(1, Outcome(text=f"I am {KEY}")), "its outcome"),
        (replace(attempts(1), logs=f"DEBUG {KEY}"), "its log"),
    ],
)
def test_a_key_is_found_and_not_repeated(run: Run, place: str) -> None:
    with pytest.raises(Broken, match=f"the client shows its key in {place}") as broken:
        keeps_the_key(CASE, run)
    assert SECRET not in str(broken.value.got)


def test_who_shows_no_key_holds() -> None:
    keeps_the_key(CASE, attempts(1, FAILED))


def test_a_connection_that_was_closed_was_left() -> None:
    leaves_promptly(CASE, replace(attempts(0), left_after=0.5))
    with pytest.raises(Broken, match="a stream that was given up stays open"):
        leaves_promptly(CASE, attempts(0))
