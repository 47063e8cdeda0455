"""At its end a run tells what was asked and what was wrong, on the terminal, as JSON and for JUnit."""

import json
from datetime import date
from pathlib import Path
from xml.etree import ElementTree as ET

import pytest

from mockclaude import __version__
from mockclaude.models import Models
from mockclaude.pytest_plugin.report import write
from mockclaude.pytest_plugin.summary import Summary
from mockclaude.pytest_plugin.told import Offence, Told, joined

from .conftest import Suite

TODAY = date(2026, 11, 25)
PREFILL = Offence(rule="assistant-prefill", message="No prefill.", path=None, fix="End with the user.", count=2)

SEVERAL = """
def test_good(mock_claude):
    mock_claude.reply("Hi!")
    ask()
    ask(model="claude-haiku-4-5")

def test_bad(mock_claude):
    mock_claude.when("never").reply("x")
    ask(messages=PREFILLED)

def test_stopped(mock_claude):
    mock_claude.when("never").reply("x")
    mock_claude.next("Hi!")
    assert not ask(model="claude-3-haiku-20240307")

def test_other():
    pass
"""


def summary(**tests: Told) -> Summary:
    return Summary(tests, Models.load(), TODAY)


def test_the_run_ends_with_a_summary(suite: Suite) -> None:
    result = suite(SEVERAL, "--mock-claude-as-of=2026-11-25")
    result.assert_outcomes(passed=3, failed=1)
    lines = result.outlines
    begin = next(place for place, line in enumerate(lines) if " mockclaude " in line and line.startswith("==="))
    assert lines[begin + 1 : begin + 7] == [
        "4 calls in 3 tests, 25 tokens in, 15 out; models: claude-3-haiku-20240307 (1), claude-haiku-4-5 (1), claude-opus-5 (2)",
        "assistant-prefill: 1 request in test_it.py::test_bad",
        "  End with the user's turn: ask for the form of the answer there, or use `output_config.format`.",
        "claude-3-haiku-20240307 is retired since 2026-04-20: test_it.py::test_stopped",
        'stub #1 (text "never") answered no call: test_it.py::test_bad',
        "=========================== short test summary info ============================",
    ]


def test_a_quiet_run_tells_only_what_is_to_be_mended(suite: Suite) -> None:
    assert "mockclaude" not in suite("def test_it(mock_claude): ask()", "-q").stdout.str()
    suite("def test_it(mock_claude): ask(messages=PREFILLED)", "-q").stdout.fnmatch_lines(
        ["assistant-prefill: 1 request*"]
    )


def test_a_run_without_the_mock_tells_nothing(suite: Suite) -> None:
    told = suite("def test_it(): pass").stdout.str()
    assert "= mockclaude =" not in told


@pytest.mark.parametrize(
    ("model", "today", "line"),
    [
        ("claude-3-haiku-20240307", TODAY, "claude-3-haiku-20240307 is retired since 2026-04-20: one"),
        ("claude-3-haiku-20240307", date(2026, 4, 13), "claude-3-haiku-20240307 retires on 2026-04-20, in 7 days: one"),
        ("claude-3-haiku-20240307", date(2026, 4, 19), "claude-3-haiku-20240307 retires on 2026-04-20, in 1 day: one"),
    ],
)
def test_a_model_that_ages_is_named_with_its_day(model: str, today: date, line: str) -> None:
    told = Summary({"one": Told(calls=1, models={model: 1})}, Models.load(), today)
    assert told.lines(is_brief=True) == [line]


@pytest.mark.parametrize("profile", list(Models.load()), ids=lambda profile: profile.id)
def test_every_model_is_named_from_its_deprecation_on_and_never_before(profile) -> None:
    told = {"one": Told(calls=1, models={profile.id: 1})}
    end = profile.retired_on or profile.retires_at
    assert not Summary(told, Models.load(), profile.released).lines(is_brief=True) or profile.deprecated_at or end
    if end is not None:
        [line] = Summary(told, Models.load(), end).lines(is_brief=True)
        assert line == f"{profile.id} is retired since {end}: one"
    if profile.deprecated_at is not None:
        assert len(Summary(told, Models.load(), profile.deprecated_at).lines(is_brief=True)) == 1


def test_many_tests_are_counted_and_the_first_are_named() -> None:
    tests = {f"test_{number}": Told(calls=1, offences=[PREFILL]) for number in range(5)}
    assert summary(**tests).lines(is_brief=True) == [
        "assistant-prefill: 10 requests in test_0, test_1, test_2 and 2 more",
        "  End with the user.",
    ]


def test_parts_are_joined_without_telling_anything_twice() -> None:
    one = Told(calls=2, models={"a": 2}, tokens={"input_tokens": 3}, offences=[PREFILL], late=["x"])
    other = Told(calls=1, models={"a": 1, "b": 1}, tokens={"input_tokens": 4}, offences=[PREFILL], late=["x", "y"])
    assert joined([one, other]) == Told(
        calls=3,
        models={"a": 3, "b": 1},
        tokens={"input_tokens": 7},
        offences=[{**PREFILL, "count": 4}],
        late=["x", "y"],
    )
    assert joined([]) == Told()
    assert joined([one]) == one


def test_the_report_holds_every_test(suite: Suite, pytester: pytest.Pytester) -> None:
    suite(SEVERAL, "--mock-claude-report=build/mock.json", "--mock-claude-as-of=2026-11-25")
    text = (pytester.path / "build" / "mock.json").read_text()
    report = json.loads(text)
    assert text.startswith('{\n  "format": 1,\n')
    assert text.endswith("}\n")
    tests = report.pop("tests")
    assert list(tests) == ["test_it.py::test_good", "test_it.py::test_bad", "test_it.py::test_stopped"]
    assert tests["test_it.py::test_bad"]["offences"] == [
        {
            "rule": "assistant-prefill",
            "message": "This model does not support assistant message prefill. The conversation must end with a user message.",
            "path": "messages.1",
            "fix": "End with the user's turn: ask for the form of the answer there, or use `output_config.format`.",
            "count": 1,
        }
    ]
    assert report == {
        "format": 1,
        "mockclaude": __version__,
        "as_of": "2026-11-25",
        "calls": 4,
        "tokens": {
            "input_tokens": 25,
            "output_tokens": 15,
            "cache_creation_input_tokens": 0,
            "cache_read_input_tokens": 0,
        },
        "models": {"claude-opus-5": 2, "claude-haiku-4-5": 1, "claude-3-haiku-20240307": 1},
        "ageing_models": [{"model": "claude-3-haiku-20240307", "state": "is retired", "day": "2026-04-20"}],
        "violations": [
            {
                "rule": "assistant-prefill",
                "tests": ["test_it.py::test_bad"],
                "count": 1,
                "fix": "End with the user's turn: ask for the form of the answer there, or use `output_config.format`.",
            }
        ],
    }


def test_the_report_of_a_run_without_calls_is_written_too(suite: Suite, pytester: pytest.Pytester) -> None:
    suite("def test_it(): pass", ini="mock_claude_report = mock.json")
    report = json.loads((pytester.path / "mock.json").read_text())
    assert (report["calls"], report["tests"]) == (0, {})


def test_a_report_that_cannot_be_written_is_told_and_leaves_the_outcome(
    suite: Suite, pytester: pytest.Pytester
) -> None:
    (pytester.path / "taken").write_text("a file")
    result = suite("def test_it(): pass", "--mock-claude-report=taken/mock.json")
    assert result.ret == pytest.ExitCode.OK
    result.stdout.fnmatch_lines(["the report *taken?mock.json could not be written: *"])


def test_a_report_replaces_the_one_before_and_leaves_nothing_beside_it(tmp_path: Path) -> None:
    for count in (1, 2):
        assert write(tmp_path / "mock.json", summary(one=Told(calls=count))) == ""
    assert json.loads((tmp_path / "mock.json").read_text())["calls"] == 2
    assert [path.name for path in tmp_path.iterdir()] == ["mock.json"]


def test_junit_has_what_a_test_asked(suite: Suite, pytester: pytest.Pytester) -> None:
    suite(SEVERAL, "--junitxml=junit.xml")
    cases = ET.parse(pytester.path / "junit.xml").getroot().iter("testcase")
    found = {case.get("name"): {one.get("name"): one.get("value") for one in case.iter("property")} for case in cases}
    assert found == {
        "test_good": {
            "mockclaude.calls": "2",
            "mockclaude.models": "claude-haiku-4-5, claude-opus-5",
            "mockclaude.input_tokens": "17",
            "mockclaude.output_tokens": "10",
        },
        "test_bad": {
            "mockclaude.calls": "1",
            "mockclaude.models": "claude-opus-5",
            "mockclaude.violations": "assistant-prefill",
        },
        "test_stopped": {
            "mockclaude.calls": "1",
            "mockclaude.models": "claude-3-haiku-20240307",
            "mockclaude.input_tokens": "8",
            "mockclaude.output_tokens": "5",
        },
        "test_other": {},
    }


def test_streams_count_their_last_usage_once(suite: Suite) -> None:
    result = suite(
        """
def test_it(mock_claude, mock_claude_client):
    mock_claude.reply("Hi!")
    hello = {"model": "claude-opus-5", "max_tokens": 100, "messages": [{"role": "user", "content": "Hello"}]}
    whole = mock_claude_client.messages.create(**hello).usage
    with mock_claude_client.messages.stream(**hello) as stream:
        assert stream.get_final_message().usage.output_tokens == whole.output_tokens
    print("whole:", whole.input_tokens, whole.output_tokens)
""",
        "-s",
    )
    [line] = [line for line in result.outlines if "whole:" in line]
    one_in, one_out = [int(word) for word in line.partition("whole:")[2].split()[:2]]
    result.stdout.fnmatch_lines(
        [f"2 calls in 1 test, {2 * one_in} tokens in, {2 * one_out} out; models: claude-opus-5 (2)"]
    )
