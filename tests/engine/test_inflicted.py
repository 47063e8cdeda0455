"""Every fault that befalls an answer is noted, in the words in which it can be asked for again."""

from contextlib import suppress
from typing import Any

import pytest

from mockclaude.clock import FixedClock
from mockclaude.engine.fault import KINDS, Fault, Fragments, HttpError
from mockclaude.engine.inflicted import INFLICTED, inflicted, written
from mockclaude.engine.presets import FAULTS
from mockclaude.engine.say import message
from mockclaude.engine.say_fault import fault_of, named
from mockclaude.engine.stubs import Stubs
from mockclaude.rules.remarks import REMARKS
from mockclaude.settings import Settings
from mockclaude.wire.dice import Dice
from mockclaude.wire.error import APIError
from mockclaude.wire.finding import Finding

from .playing import asked, engine_of

TEXTS = [
    *FAULTS,
    *[kind for kind in KINDS if kind != "fragments"],
    "cut at=utf8 ordinal=2 ending=reset",
    "fragments cuts=utf8:0,event:-1 every=0.01",
    "missing events=ping,message_stop",
    "error status=413",
    "stall at=event seconds=2.5 pings=0.5",
]


@pytest.mark.parametrize("text", TEXTS)
def test_a_fault_is_written_as_it_is_asked_for(text) -> None:
    fault = named(text)
    assert named(written(fault)) == fault
    assert inflicted(fault) == Finding(INFLICTED, f"the answer was disturbed on purpose: {written(fault)}", "remark")


@pytest.mark.parametrize("name", FAULTS)
def test_a_preset_goes_by_its_name(name) -> None:
    assert fault_of(written(fault_of(name))) == fault_of(name)
    assert written(fault_of(name)) in FAULTS


def test_what_has_no_room_in_a_line_is_left_out() -> None:
    assert written(HttpError(503, message="come back later", body="<html>" * 99)) == "error status=503"
    assert written(Fragments(tuple([("byte", place) for place in range(99)]))) == "fragments"


def noted(fault: str, *, scripted: bool, **body: Any) -> list[str]:
    """The rules of what is found about a call that the fault befalls."""
    stubs = Stubs(clock=FixedClock())
    stubs.reply(message("Grüße", fault=fault) if scripted else "Grüße")
    call = asked(settings=Settings(fault=None if scripted else fault), **body)
    with suppress(APIError):
        engine_of(stubs).respond(call, Dice(b"k", 1))
    return [finding.rule for finding in call.findings]


@pytest.mark.parametrize("name", FAULTS)
@pytest.mark.parametrize("scripted", [True, False])
def test_a_fault_is_noted_once_where_it_changes_the_answer(name, scripted) -> None:
    fault: Fault = named(name)
    assert noted(name, scripted=scripted, stream=True) == [INFLICTED]
    befalls_all = type(fault) in {KINDS[kind] for kind in ("error", "cut", "stall", "trickle", "length", "bad_json")}
    assert noted(name, scripted=scripted, stream=False) == ([INFLICTED] if befalls_all else [])


def test_the_note_is_explained() -> None:
    assert "assert_resilient" in REMARKS[INFLICTED].fix
