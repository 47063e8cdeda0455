"""What a test asked of the mock is judged when it ends: some of it fails the test, some is only told."""

import pytest

from .conftest import Suite

BREAKING = """
def test_it(mock_claude):
    assert ask(messages=PREFILLED).startswith("400 ")
"""
TOLD = [
    "a request breaks assistant-prefill at messages.1: This model does not support assistant message prefill. *",
    "  End with the user's turn: ask for the form of the answer there, or use `output_config.format`.",
]


def test_a_broken_rule_is_told_with_its_way_out(suite: Suite) -> None:
    result = suite(BREAKING, "-rA")
    result.assert_outcomes(passed=1)
    result.stdout.fnmatch_lines(
        ["*Captured mockclaude call*", *TOLD, "assistant-prefill: 1 request in test_it.py::test_it"]
    )


def test_a_broken_rule_fails_its_test_where_that_is_wanted(suite: Suite) -> None:
    result = suite(BREAKING, "--mock-claude-contract=error")
    result.assert_outcomes(failed=1)
    result.stdout.fnmatch_lines(["*___ test_it ___*", *TOLD])


def test_a_broken_rule_is_let_be_where_that_is_wanted(suite: Suite) -> None:
    result = suite(
        f"@pytest.mark.mock_claude(contract='off')\n{BREAKING.strip()}", "-rA", "--mock-claude-contract=error"
    )
    result.assert_outcomes(passed=1)
    assert "Captured mockclaude" not in result.stdout.str()


@pytest.mark.parametrize("validation", ["strict", "off"])
def test_a_request_that_was_answered_all_the_same_has_broken_the_rule_too(suite: Suite, validation: str) -> None:
    result = suite(
        f"@pytest.mark.mock_claude(validation={validation!r})\ndef test_it(mock_claude): ask(messages=PREFILLED)",
        "--mock-claude-contract=error",
    )
    result.assert_outcomes(failed=1)
    result.stdout.fnmatch_lines(TOLD)


def test_an_error_that_was_scripted_breaks_no_rule(suite: Suite) -> None:
    suite(
        """
from mockclaude import error
def test_it(mock_claude):
    mock_claude.reply(error(400, "Scripted."))
    assert ask().startswith("400 ")
""",
        "--mock-claude-contract=error",
    ).assert_outcomes(passed=1)


UNANSWERED = """
@pytest.mark.mock_claude(strict_stubs=True{})
def test_it(mock_claude):
    mock_claude.when("weather").reply("18 C")
    assert ask("How is the whether?").startswith("418 ")
"""


def test_a_call_that_the_script_cannot_answer_fails_the_test(suite: Suite) -> None:
    result = suite(UNANSWERED.format(""))
    result.assert_outcomes(failed=1)
    result.stdout.fnmatch_lines(
        [
            'the script could not answer a call (HTTP 418): no stub matches this call; nearest: stub #1 (text "weather") *',
            '  Script a reply for it, or let it pass with @pytest.mark.mock_claude(unanswered="allow").',
            "a call that the script could not answer: test_it.py::test_it",
        ]
    )


def test_a_call_that_the_script_cannot_answer_may_be_let_pass(suite: Suite) -> None:
    suite(UNANSWERED.format(", unanswered='allow'")).assert_outcomes(passed=1)


def test_a_reply_that_contradicts_its_request_fails_the_test(suite: Suite) -> None:
    result = suite("""
from mockclaude import tool_use
def test_it(mock_claude):
    mock_claude.reply(tool_use("get_weather", city="Paris"))
    assert ask().startswith("418 ")
""")
    result.assert_outcomes(failed=1)
    result.stdout.fnmatch_lines(["the script could not answer a call (HTTP 418): *get_weather*"])


def test_every_request_names_the_version_that_is_expected(suite: Suite) -> None:
    result = suite("""
@pytest.mark.mock_claude(api_version="2023-06-01")
def test_right(mock_claude): ask()

@pytest.mark.mock_claude(api_version="2026-10-21")
def test_wrong(mock_claude):
    ask(version="2026-10-21")
    ask()
    ask()
""")
    result.assert_outcomes(passed=1, failed=1)
    result.stdout.fnmatch_lines(
        ["anthropic-version 2026-10-21 was expected of every request, got /v1/messages with 2023-06-01"]
    )


CACHED = """
import functools

@functools.cache
def key():
    return os.environ["ANTHROPIC_API_KEY"]

@pytest.mark.parametrize("number", range(2))
def test_it(mock_claude, number):
    ask(key=key())
"""


def test_a_client_that_outlives_its_test_is_noticed(suite: Suite) -> None:
    result = suite(CACHED, "-rA")
    result.assert_outcomes(passed=2)
    result.stdout.fnmatch_lines(
        [
            "a call came with the key of test_it.py::test_it?0?, whose test is over: the application keeps a client from there.",
            "  Build clients anew in each test, or set mock_claude_session_env = true in the ini file.",
            "a call with the key of a test that was over: test_it.py::test_it?1?",
        ]
    )


def test_a_test_that_fails_itself_is_told_what_else_was_wrong(suite: Suite) -> None:
    result = suite("""
def test_it(mock_claude):
    ask(messages=PREFILLED)
    assert not "my own"
""")
    result.assert_outcomes(failed=1)
    result.stdout.fnmatch_lines(["*assert not*", "*Captured mockclaude call*", *TOLD])


def test_what_comes_to_light_after_the_test_fails_its_end(suite: Suite) -> None:
    result = suite(
        """
@pytest.fixture
def late(mock_claude):
    yield
    ask(messages=PREFILLED)

def test_it(late): ask()
""",
        "--mock-claude-contract=error",
    )
    result.assert_outcomes(passed=1, errors=1)
    result.stdout.fnmatch_lines(["*ERROR at teardown of test_it*", *TOLD])


def test_what_was_told_once_is_not_told_at_the_end_again(suite: Suite) -> None:
    result = suite(BREAKING, "--mock-claude-contract=error")
    assert len([line for line in result.outlines if line.startswith("a request breaks assistant-prefill")]) == 1


@pytest.mark.parametrize(("marker", "outcome"), [("skip", "skipped"), ("xfail", "xfailed")])
def test_tests_that_are_skipped_or_expected_to_fail_stay_so(suite: Suite, marker: str, outcome: str) -> None:
    text = f"@pytest.mark.{marker}\ndef test_it(mock_claude): ask(messages=PREFILLED)"
    suite(text, "--mock-claude-contract=error").assert_outcomes(**{outcome: 1})


def test_no_key_stands_in_what_a_test_is_told(suite: Suite) -> None:
    result = suite(
        "def test_it(mock_claude): ask(model='sk-ant-api03-secret-of-mine')",
        "--mock-claude-contract=error",
        "-rA",
        "-v",
    )
    result.assert_outcomes(failed=1)
    result.stdout.fnmatch_lines(["a request breaks *: *"])
    assert "secret-of-mine" not in "\n".join(
        line for line in result.outlines if not line.startswith((">", "def test_it", "WARNING"))
    )


@pytest.mark.parametrize(("contract", "outcome"), [("warn", "passed"), ("error", "failed"), ("off", "passed")])
def test_no_verdict_is_passed_on_requests_that_the_journal_forgot(suite: Suite, contract: str, outcome: str) -> None:
    result = suite(
        """
def test_it(mock_claude):
    for _ in range(3):
        ask()
    journal = mock_claude.journal
    for entry in [journal[0]] * 1000:
        journal.add(entry)
""",
        f"--mock-claude-contract={contract}",
        "-rA",
    )
    result.assert_outcomes(**{outcome: 1})
    told = "no verdict on the oldest 3 requests of this test: the journal has let go of them." in result.stdout.str()
    assert told == (contract != "off")


def test_a_long_message_is_cut(suite: Suite) -> None:
    result = suite("def test_it(mock_claude): ask(model='x' * 10_000)", "-rA")
    [line] = [line for line in result.outlines if line.startswith("a request breaks ")]
    assert len(line) < 500
