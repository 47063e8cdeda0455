"""A program in any language goes through the kit by JSON lines."""

import sys
from pathlib import Path

import pytest

from mockclaude.verify import check_client, playing
from mockclaude.verify.adapters.program import Ended, ProgramClient
from mockclaude.verify.asked import question
from mockclaude.verify.outcome import AdapterError

CHATTING = str(Path(__file__).parent / "chatting.py")


def test_a_program_is_examined_like_any_client() -> None:
    program = ProgramClient(sys.executable, CHATTING)
    assert (program.client, program.version, program.methods) == ("chatting", "1.0", frozenset({"send", "agent"}))
    report = check_client(program, max_examples=4, derandomize=True, failures=None)
    judged = {result.about.id: result.status for result in report.results if result.status != "not applicable"}
    assert judged == dict.fromkeys(["P5", "P8", "P12", "P13", "P14", "P15", "P17", "P18"], "held")


def test_its_waits_and_what_it_prints_are_known() -> None:
    program = ProgramClient(sys.executable, CHATTING)
    with playing([{"text": "Hi"}]) as server:
        outcome = program.send(server, question())
    program.close()
    assert server.waits == [0.25]
    assert outcome.said == "Hi"
    assert outcome.logs == "this line is no JSON\n"


def test_a_program_that_ends_is_told_with_its_last_words() -> None:
    program = ProgramClient(sys.executable, CHATTING, "--broken")
    with (
        playing([{"text": "Hi"}]) as server,
        pytest.raises(Ended, match=r"has ended with code 1; it printed '.*it broke"),
    ):
        program.send(server, question())
    program.close()


def test_a_program_that_says_nothing_is_no_adapter() -> None:
    with pytest.raises(
        AdapterError, match=r"says nothing for 0\.2 seconds; expected a JSON line; expected a line that"
    ):
        ProgramClient(sys.executable, CHATTING, "--silent", patience=0.2)
