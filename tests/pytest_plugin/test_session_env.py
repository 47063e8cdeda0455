"""Clients that are built while modules are imported reach the mock of the test that runs."""

import os

import pytest

from .conftest import Suite

IMPORTED = """
import app
KEY, URL = os.environ["ANTHROPIC_API_KEY"], os.environ["ANTHROPIC_BASE_URL"]

def early(text="Hello"):
    return ask(text, key=KEY, url=URL)
"""
INI = "mock_claude_session_env = true"


def test_a_client_of_a_conftest_file_reaches_every_test_s_own_world(suite: Suite) -> None:
    suite(
        """
from conftest import early, KEY

@pytest.mark.parametrize("number", range(2))
def test_it(mock_claude, number):
    assert KEY == os.environ["ANTHROPIC_API_KEY"] == "sk-ant-mock-main"
    mock_claude.reply(str(number))
    assert early() == ask() == ask(key=mock_claude.api_key) == str(number)
    mock_claude.assert_called(times=3)
""",
        conftest=f"import os\nfrom app import ask\n{IMPORTED}",
        ini=f"{INI}\npythonpath = .",
    ).assert_outcomes(passed=2)


def test_examples_are_reached_as_well_and_the_world_around_them_again(suite: Suite) -> None:
    suite(
        f"""{IMPORTED}
def test_it(mock_claude_server, mock_claude):
    mock_claude.reply("outer")
    for number in range(3):
        with mock_claude_server.example() as mock:
            mock.reply(str(number))
            assert early() == str(number)
        assert early() == "outer"
""",
        ini=INI,
    ).assert_outcomes(passed=1)


def test_a_test_without_a_fixture_asks_a_world_of_the_worker_and_is_judged_too(suite: Suite) -> None:
    result = suite(
        f"""{IMPORTED}
def test_one():
    assert ask(messages=PREFILLED, key=KEY, url=URL).startswith("400 ")

def test_two():
    assert early()
""",
        ini=INI,
    )
    result.assert_outcomes(passed=2)
    result.stdout.fnmatch_lines(
        [
            "2 calls in 2 tests*",
            "assistant-prefill: 1 request in test_it.py::test_one",
        ]
    )


def test_it_can_be_asked_for_with_a_flag(suite: Suite) -> None:
    suite(f"{IMPORTED}\ndef test_it(mock_claude): assert early()", "--mock-claude-session-env").assert_outcomes(
        passed=1
    )


def test_the_environment_is_put_back_after_the_run(suite: Suite, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("ANTHROPIC_API_KEY", "sk-ant-mock-mine")
    suite(f"{IMPORTED}\ndef test_it(): pass", ini=INI).assert_outcomes(passed=1)
    assert os.environ["ANTHROPIC_API_KEY"] == "sk-ant-mock-mine"
    assert "ANTHROPIC_BASE_URL" not in os.environ


def test_without_it_nothing_is_set_while_modules_are_imported(suite: Suite) -> None:
    result = suite(f"{IMPORTED}\ndef test_it(mock_claude): pass")
    result.assert_outcomes(errors=1)
    result.stdout.fnmatch_lines(["*KeyError: 'ANTHROPIC_API_KEY'"])
