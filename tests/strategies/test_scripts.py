"""Scripts are played by a mock answer by answer, and every run of an agent ends."""

from collections.abc import Iterator
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings

from mockclaude.clock import EPOCH, FixedClock
from mockclaude.engine.data import data_of_reply
from mockclaude.engine.fault import HttpError
from mockclaude.engine.reply import Reply
from mockclaude.engine.stubs import Stubs
from mockclaude.mock import MockClaude
from mockclaude.strategies import Script, fault_sequences, scripts
from mockclaude.strategies.requests import SEARCH, WEATHER

from ..engine.playing import asked
from ..server.line import HELLO, Line, request
from .simplest import simplest

QUIET = settings(deadline=None, suppress_health_check=list(HealthCheck))
TOOLS: list[Any] = [WEATHER, SEARCH]


@settings(QUIET, max_examples=100)
@given(scripts(tools=TOOLS))
def test_every_answer_fits_a_call_that_offers_the_tools(script: Script) -> None:
    book = Stubs(clock=FixedClock(EPOCH))
    script.play(book)
    call = asked(tools=TOOLS)
    first = book(call)
    assert first is not None
    assert first.content == script.replies[0].content


@QUIET
@given(scripts(tools=TOOLS, turns=4, most_calls=2))
def test_a_script_asks_for_more_until_it_ends(script: Script) -> None:
    *before, last = script.replies
    assert len(before) <= 4
    for reply in before:
        calls = [block for block in reply.content if block["type"] == "tool_use"]
        assert len(calls) in ({0} if reply.stop_reason == "pause_turn" else {1, 2})
    assert not any(block["type"] == "tool_use" for block in last.content)
    ids = [block["id"] for reply in script.replies for block in reply.content if "id" in block]
    assert len(set(ids)) == len(ids)


@QUIET
@given(scripts(faults=fault_sequences()))
def test_faults_stand_before_the_answers_they_keep_back(script: Script) -> None:
    assert isinstance(script.answers[-1], Reply)
    assert len(script.replies) == len(script.answers)


@QUIET
@given(scripts(tools=TOOLS, faults=fault_sequences()))
def test_a_script_can_be_sent_to_a_mock_in_another_process(script: Script) -> None:
    assert [data_of_reply(reply) for reply in script.replies]


def test_the_simplest_script_says_zero() -> None:
    assert repr(simplest(scripts())) == "Script('0')"
    called = simplest(scripts(), lambda script: len(script.answers) > 1)
    assert repr(called) == "Script(get_weather({'city': ''}), '0')"
    failed = simplest(scripts(faults=fault_sequences()), lambda script: len(script.answers) > 1)
    assert repr(failed) == "Script(error retry_after=0.001, '0')"


def test_without_tools_a_script_only_ends() -> None:
    assert len(simplest(scripts(tools=[])).answers) == 1


@pytest.fixture
def mock() -> Iterator[MockClaude]:
    with MockClaude() as running:
        yield running


def test_a_mock_plays_a_script_to_its_end(mock: MockClaude) -> None:
    script = Script((HttpError(529), HttpError(400, message="no"), Reply(content=({"type": "text", "text": "ok"},))))
    script.play(mock)
    with Line(mock.url) as line:
        answers = [line.ask(request(HELLO)) for _ in range(3)]
    assert [answer.status for answer in answers] == [529, 400, 200]
    assert answers[-1].json()["content"] == [{"type": "text", "text": "ok"}]


@pytest.mark.parametrize("options", [{"turns": -1}, {"most_calls": 0}])
def test_the_impossible_is_refused_at_once(options: dict[str, Any]) -> None:
    with pytest.raises(ValueError, match="expected from 0 and from 1 on"):
        scripts(**options)
