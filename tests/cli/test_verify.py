"""`mockclaude verify` examines clients from the command line: 0 for what holds, 1 for what does not, 2 for misuse."""

import json
import sys
from pathlib import Path
from xml.etree import ElementTree as ET

import pytest
from click.testing import CliRunner, Result

from mockclaude.cli.verify import command
from mockclaude.verify import Endpoint

from ..verify.planted import Sound

PLANTED = "tests.verify.planted"


def sound() -> Sound:
    """Makes an adapter."""
    return Sound()


def chat(server: Endpoint, prompt: str) -> str:
    """Is none."""
    return f"{server.url} {prompt}"


def run(*arguments: str, given: str | None = None) -> Result:
    return CliRunner().invoke(command, arguments, input=given)


def examined(name: str, folder: Path, *more: str) -> Result:
    return run(
        "client", "--adapter", f"{PLANTED}:{name}", "--examples", "5", "--failures", str(folder / "failures"), *more
    )


def test_a_client_that_holds_ends_with_0(tmp_path: Path) -> None:
    told = examined("Sound", tmp_path, "--property", "P1", "--property", "two-answers", "--derandomize")
    assert told.exit_code == 0
    assert told.output.splitlines() == [
        "P1  split-stream          held                5 examples",
        "P2  two-answers           held                5 examples",
        "",
        "plain: 2 properties, 2 held",
    ]


def test_a_client_that_fails_ends_with_1_and_every_report_tells_it(tmp_path: Path) -> None:
    reports = [f"--report={kind}={tmp_path / kind}" for kind in ("json", "junit", "text")]
    told = examined("TakesAnyEnd", tmp_path, "--property=P6", "--property=P13", "--property=P7", *reports)
    assert told.exit_code == 1
    assert "P6 accepted-truncation: a stream that broke off is taken for a whole answer" in told.output
    data = json.loads((tmp_path / "json").read_text())
    assert [(one["id"], one["status"]) for one in data["results"]] == [
        ("P6", "failed"), ("P7", "held"), ("P13", "not applicable"),
    ]  # fmt: skip
    assert data["ok"] is False
    suite = ET.parse(tmp_path / "junit").getroot()
    assert (suite.get("tests"), suite.get("failures"), suite.get("skipped")) == ("3", "1", "1")
    assert [[child.tag for child in case] for case in suite] == [["failure"], [], ["skipped"]]
    assert (tmp_path / "text").read_text().count("P6 accepted-truncation: ") == 1


def test_a_known_failure_ends_with_0(tmp_path: Path) -> None:
    told = examined("TakesAnyEnd", tmp_path, "--property=P6", "--known", "P6=it is being mended")
    assert told.exit_code == 0
    assert "known failure" in told.output
    assert not (tmp_path / "failures").exists()


def test_an_adapter_may_be_a_function_that_makes_it() -> None:
    told = run("client", "--adapter", f"{__name__}:sound", "--examples", "2", "--property", "P1")
    assert (told.exit_code, told.output.splitlines()[-1]) == (0, "plain: 1 properties, 1 held")


def test_where_nothing_can_be_judged_it_ends_with_2(tmp_path: Path) -> None:
    assert examined("Sound", tmp_path, "--property=P13").exit_code == 2


def test_a_counterexample_is_played_again_until_it_is_mended(tmp_path: Path) -> None:
    examined("TakesAnyEnd", tmp_path, "--property=P6")
    [saved] = (tmp_path / "failures").glob("P6-*.json")
    again = run("replay", str(saved), "--adapter", f"{PLANTED}:TakesAnyEnd")
    assert again.exit_code == 1
    assert again.output.startswith("P6 accepted-truncation: a stream that broke off is taken for a whole answer\n")
    mended = run("replay", str(saved), "--adapter", f"{PLANTED}:Sound")
    assert (mended.exit_code, mended.output) == (0, "P6 accepted-truncation: held\n")


@pytest.mark.parametrize(
    ("arguments", "told"),
    [
        ([], "no client is named; expected --adapter MODULE:NAME or --program COMMAND, and only one of them"),
        (["--adapter", PLANTED], f"--adapter is '{PLANTED}'; expected MODULE:NAME, as in tests.my_client:adapter"),
        (["--adapter", f"{PLANTED}:Sounds"], f"{PLANTED} has no 'Sounds'; did you mean 'Sound'?"),
        (["--adapter", "tests.verify.none:Sound"], "No module named 'tests.verify.none'"),
        (["--adapter", f"{PLANTED}:MISTAKES"], "has none of the methods send, stream and agent; expected at least one"),
        (["--adapter", f"{PLANTED}:Sound", "--property", "P19"], "no property is called 'P19'; did you mean 'P9'"),
        (["--adapter", f"{PLANTED}:Sound", "--report", "html"], "'html' is not of the form KIND=FILE"),
        (
            ["--adapter", f"{PLANTED}:Sound", "--report", "jnit=one.xml"],
            "no report is called 'jnit'; did you mean 'junit'?; expected one of text, json, junit",
        ),
        (
            ["--adapter", f"{__name__}:chat"],
            f"--adapter {__name__}:chat takes server, prompt; expected an adapter, or what makes one without arguments",
        ),
        (
            ["--program", "no-such-program-anywhere"],
            "no-such-program-anywhere cannot be started: No such file or directory",
        ),
    ],
)
def test_misuse_ends_with_2_and_the_way_out(arguments: list[str], told: str) -> None:
    answer = run("client", *arguments)
    assert answer.exit_code == 2
    assert told in answer.output


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("{", "is not JSON"),
        ("[]", 'has no answers; expected a counterexample, or {"answers": [...]}'),
        ('{"answers": []}', "has no answers"),
    ],
)
def test_nothing_but_answers_can_be_played(text: str, told: str) -> None:
    answer = run("play", "-", "--port", "0", "--seconds", "0", given=text)
    assert answer.exit_code == 2
    assert told in answer.output


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("{", "is not JSON"),
        ("{}", "this is no counterexample; expected an object with property and case"),
        ('{"format": 1, "property": "P0", "case": {}}', "expected one of P1 to P18 in format 1"),
        ('{"format": 2, "property": "P1", "case": {}}', "in format 2; expected one of P1 to P18 in format 1"),
        ('{"format": 1, "property": "P1", "case": {}}', "this is no case of the client kit"),
    ],
)
def test_nothing_but_a_counterexample_can_be_replayed(tmp_path: Path, text: str, told: str) -> None:
    (tmp_path / "one.json").write_text(text)
    answer = run("replay", str(tmp_path / "one.json"), "--adapter", f"{PLANTED}:Sound")
    assert answer.exit_code == 2
    assert told in answer.output


def test_a_program_is_a_client_too(tmp_path: Path) -> None:
    program = f"{sys.executable} {Path(__file__).parent.parent / 'verify' / 'adapters' / 'chatting.py'}"
    told = run("client", "--program", program, "--property=P14", "--examples=3", "--failures", str(tmp_path))
    assert told.exit_code == 0
    assert told.output.splitlines()[-1] == "chatting 1.0: 1 properties, 1 held"
