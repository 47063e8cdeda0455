"""A client that copes badly is caught and told what it did; one that copes well is left in peace."""

from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from dataclasses import replace
from datetime import timedelta
from email.utils import format_datetime

import anthropic
import pytest
from hypothesis import given
from hypothesis import strategies as st

from mockclaude import MockClaude, SettingsError, error, message, overloaded, rate_limited, tool_use
from mockclaude.verdicts.resilience import CHECKS, IDS, lapses
from mockclaude.verdicts.told import told_lapses

from . import bad_clients
from .bad_clients import HELLO, Failed
from .recorded import NOON, asked, calls, refused, whole

TOOLS = {**HELLO, "tools": [{"name": name, "input_schema": {"type": "object"}} for name in ("weather", "time")]}


def verdict(mock: MockClaude, **allowed) -> str:
    """What the verdict says; empty where it finds nothing."""
    try:
        mock.assert_resilient(**allowed)
    except AssertionError as failure:
        return str(failure)
    return ""


def told(mock: MockClaude, **allowed) -> list[str]:
    """The lapses of a verdict, in a line each."""
    return [line.strip() for line in verdict(mock, **allowed).splitlines() if line.strip().split(":")[0] in IDS]


@pytest.fixture
def mock():
    with MockClaude() as running:
        yield running


def test_a_client_that_retries_a_400_is_caught(mock) -> None:
    mock.reply(error(400, "max_tokens: too many"))
    assert bad_clients.again_whatever_happens(mock) is None
    assert verdict(mock) == (
        "the client did 2 things that it should not:\n"
        "  retried-final-error: call #2 repeats call #1, which was answered 400 invalid_request_error\n"
        "    Retry 408, 409, 429, 5xx and broken connections only, and let x-should-retry decide where it is sent.\n"
        "  retried-final-error: call #3 repeats call #2, which was answered 400 invalid_request_error\n"
        "    Retry 408, 409, 429, 5xx and broken connections only, and let x-should-retry decide where it is sent.\n"
        "the calls:\n"
        '  <call #1 claude-opus-5 "hello" -> 400 invalid_request_error>\n'
        '  <call #2 claude-opus-5 "hello" -> 400 invalid_request_error>\n'
        '  <call #3 claude-opus-5 "hello" -> 400 invalid_request_error>'
    )


@pytest.mark.parametrize("status", [400, 401, 403, 404, 413])
def test_final_errors_are_not_to_be_retried(mock, status) -> None:
    mock.reply(error(status, "no"), "yes")
    bad_clients.again_whatever_happens(mock)
    assert [line.split(":")[0] for line in told(mock)] == ["retried-final-error"]


@pytest.mark.parametrize("status", [408, 409, 429, 500, 503, 529])
def test_passing_errors_may_be_retried(mock, status) -> None:
    mock.reply(error(status, "later"), "yes")
    bad_clients.again_whatever_happens(mock)
    assert told(mock) == []


@pytest.mark.parametrize(("status", "advice", "lapses"), [(500, "false", 1), (400, "true", 0)])
def test_what_the_answer_advises_goes_before_its_status(mock, status, advice, lapses) -> None:
    mock.reply(error(status, "no", headers={"x-should-retry": advice}), "yes")
    bad_clients.again_whatever_happens(mock)
    assert len(told(mock)) == lapses


def test_a_client_that_does_not_wait_is_caught(mock) -> None:
    mock.reply(rate_limited(retry_after=30), "yes")
    bad_clients.at_once(mock)
    [lapse] = told(mock)
    asked, waited = lapse.split("; ")
    assert asked == "hasty-retry: call #1 was answered 429 rate_limit_error, to be tried again after 30 s"
    assert waited.startswith("call #2 came after 0")


def test_a_client_that_waits_is_not(mock) -> None:
    mock.reply(rate_limited(retry_after=0.2), "yes")
    client = anthropic.Anthropic(base_url=mock.url, api_key=mock.api_key, max_retries=1)
    with client:
        client.messages.create(**HELLO)
    assert mock.calls.call_count == 2
    assert told(mock) == []


def test_a_client_that_returns_what_came_of_a_broken_stream_is_caught(mock) -> None:
    mock.reply(message("It will rain tomorrow.", fault="truncated"))
    outcome = bad_clients.whatever_came(mock)
    assert told(mock) == [], "no later request tells what became of it"
    cut = f'call #1 was cut off before its stream told a stop_reason after "{outcome.strip()}"'
    assert told(mock, outcome=outcome) == [f"truncation-taken-for-whole: {cut}; the client returned that as its answer"]
    assert told(mock, outcome=Failed(0)) == []
    assert told(mock, outcome="I could not reach the forecast.") == []
    assert told(mock, outcome={"content": [{"type": "text", "text": outcome}], "stop_reason": None}) == []


def test_an_empty_answer_is_only_taken_for_one_where_a_stream_had_begun(mock) -> None:
    mock.reply(message("hi", fault="cut at=event ordinal=0 ending=close"), message("hi", fault="hung_up"))
    assert bad_clients.whatever_came(mock) == ""
    [lapse] = told(mock, outcome="")
    assert lapse.endswith("stop_reason after nothing; the client returned that as its answer")
    assert bad_clients.whatever_came(mock) == ""
    assert told(mock, outcome="") == [], "that it kept silent about a connection that broke is another matter"


def test_a_client_that_chats_on_over_a_broken_stream_is_caught(mock) -> None:
    mock.next(message("It will rain tomorrow.", fault="truncated"))
    bad_clients.chatting_on(mock)
    [lapse] = told(mock)
    assert lapse.startswith("truncation-taken-for-whole: call #1 was cut off before its stream told a stop_reason")
    assert lapse.endswith("; call #2 goes on as if that were all")
    assert told(mock, resumes=True) == []
    assert told(mock, ignore=("truncation-taken-for-whole",)) == []


def test_a_client_that_prints_a_stream_twice_is_caught(mock) -> None:
    mock.reply(message("It will rain tomorrow.", fault="overloaded_mid_stream"), "It will rain tomorrow.")
    bad_clients.anew_over_its_output(mock)
    [lapse] = told(mock)
    assert lapse.startswith(
        "blind-retry: call #1 was broken off by overloaded_error in its stream after it had deliver"
    )
    assert lapse.endswith("; call #2 begins anew")
    assert told(mock, restarts=True) == []


def test_a_client_that_drops_a_tool_result_is_caught(mock) -> None:
    mock.next(message(tool_use("weather"), tool_use("time")))
    with suppress(Failed):  # the rules about pairs refuse it
        bad_clients.without_the_result(mock, TOOLS)
    second = mock.calls[0].answer["content"][1]["id"]
    assert told(mock) == [f"dropped-tool-result: call #1 asked for {second}; call #2 carries it on without the result"]


def test_a_client_that_does_not_give_up_is_caught(mock) -> None:
    mock.reply(overloaded())
    bad_clients.again_whatever_happens(mock, most=5)
    assert told(mock) == []
    assert told(mock, attempts=4) == ["endless-retry: call #1 was tried 5 times; expected at most 4 attempts"]
    [lapse] = told(mock, within=0)
    assert lapse.startswith("endless-retry: call #1 was tried again for 0.")


@pytest.mark.parametrize(
    "answers",
    [
        ["fine"],
        [overloaded(), "fine"],
        [rate_limited(retry_after=0), overloaded(), "fine"],
        [message("half of it", fault="truncated"), "fine"],
        [message("half of it", fault="reset"), "fine"],
        [message("half of it", fault="overloaded_mid_stream"), "fine"],
        [message("fine", fault="no_message_stop")],
        [message("fine", fault="hung_up"), "fine"],
        [error(400, "no")],
    ],
    ids=repr,
)
def test_a_careful_client_passes(mock, answers) -> None:
    mock.reply(*answers)
    outcome: object
    try:
        outcome = bad_clients.careful(mock)
    except Failed as failed:
        outcome = failed
    assert verdict(mock, outcome=outcome) == ""
    assert outcome == "fine" or isinstance(outcome, Failed)


@pytest.mark.parametrize("fault", ["overloaded", "rate_limited", "hung_up"])
def test_the_official_sdk_passes(mock, fault) -> None:
    mock.reply(message("yes", fault=f"{fault}{' retry_after=0.05' if fault == 'rate_limited' else ''}"), "yes")
    with anthropic.Anthropic(base_url=mock.url, api_key=mock.api_key, max_retries=2) as client:
        heard = client.messages.create(**HELLO)
    assert mock.calls.call_count == 2
    assert verdict(mock, outcome=heard) == ""
    assert [finding.rule for finding in mock.calls[0].findings] == ["inflicted-fault"]


def test_the_official_sdk_flags_a_stream_that_ends_too_soon_unless_only_its_text_is_asked_for(mock) -> None:
    mock.reply(message("It will rain tomorrow.", fault="cut at=event ordinal=4 ending=end"))
    with anthropic.Anthropic(base_url=mock.url, api_key=mock.api_key, max_retries=0) as client:
        with client.messages.stream(**HELLO) as running:
            whole = running.get_final_message()
        assert told(mock, outcome=whole) == []
        with client.messages.stream(**HELLO) as running:
            text = running.get_final_text()
    assert [line.split(":")[0] for line in told(mock, outcome=text, restarts=True)] == ["truncation-taken-for-whole"]


def test_every_lapse_says_what_it_is_and_how_to_mend_it() -> None:
    assert all(check.summary.endswith(".") and check.fix.endswith(".") for check in CHECKS)
    assert len(set(IDS)) == len(CHECKS)


def test_what_cannot_be_allowed_or_ignored_is_refused(mock) -> None:
    with pytest.raises(SettingsError, match="no lapse is called 'blind-retri'; did you mean 'blind-retry'"):
        mock.assert_resilient(ignore=("blind-retri",))
    with pytest.raises(SettingsError, match=r"ignore is the text 'blind-retry'; .* ignore=\('blind-retry',\)"):
        mock.assert_resilient(ignore="blind-retry")
    with pytest.raises(SettingsError, match="attempts is 0; expected a number from 1 on"):
        mock.assert_resilient(attempts=0)
    with pytest.raises(SettingsError, match="outcome is 3; expected what the client returned"):
        mock.assert_resilient(outcome=3)


def test_parallel_calls_of_the_official_sdk_pass_though_all_ask_the_same(mock) -> None:
    mock.settings = replace(mock.settings, chaos="rate_limited retry_after=0.03=0.5")

    def ask(client: anthropic.Anthropic) -> str:
        return str(client.messages.create(**HELLO).stop_reason)

    with (
        anthropic.Anthropic(base_url=mock.url, api_key=mock.api_key, max_retries=50) as client,
        ThreadPoolExecutor(6) as pool,
    ):
        assert set(pool.map(ask, [client] * 30)) == {"end_turn"}
    assert len(mock.calls) > 30
    assert verdict(mock, attempts=51) == ""


def test_a_client_that_is_out_of_patience_with_a_stalled_stream_must_not_print_it_twice(mock) -> None:
    mock.next(message("It will rain tomorrow.", fault="stalled"))
    with pytest.raises(Failed):
        bad_clients.stream(mock, HELLO, [], patience=0.2)
    bad_clients.stream(mock, HELLO, [])
    [lapse] = told(mock)
    assert lapse.startswith(
        "blind-retry: call #1 was cut off before its stream told a stop_reason after it had delivered"
    )


def test_a_client_may_leave_a_sound_stream_and_ask_again(mock) -> None:
    mock.settings = replace(mock.settings, pace="first=0,per_second=5")
    with pytest.raises(Failed):
        bad_clients.stream(mock, HELLO, [], patience=0.1)
    mock.settings = replace(mock.settings, pace=None)
    bad_clients.stream(mock, HELLO, [])
    assert told(mock) == []


@given(seconds=st.integers(2, 60), waited=st.floats(0, 70))
def test_a_date_is_waited_for_where_the_clock_is_the_clients(seconds, waited) -> None:
    date = format_datetime(NOON + timedelta(seconds=seconds), usegmt=True)
    made = calls(asked(refused(429, retry_after=date)), asked(whole(), at=waited))
    hasty = ["hasty-retry"] if waited < seconds - 1 - 0.05 else []
    assert [lapse.id for lapse in lapses(made)] == hasty
    assert lapses(made, dates=False) == []


def test_another_body_under_the_same_idempotency_key_is_named() -> None:
    key = {"idempotency-key": "one"}
    first = asked(refused(500), headers=key, stream=True)
    [lapse] = lapses(calls(first, asked(whole(), at=1.0, headers=key, max_tokens=8)))
    assert str(lapse) == "changed-retry: call #2 has the idempotency-key of call #1 and another body"
    assert lapses(calls(first, asked(whole(), at=1.0, headers=key, stream=False))) == []
    assert lapses(calls(first, asked(whole(), at=1.0, headers=key, stream=True))) == []


def test_many_lapses_are_counted_and_the_first_are_told() -> None:
    made = calls(*[asked(refused(400), at=float(place)) for place in range(14)])
    found = lapses(made)
    assert len(found) == 14, "13 retries of what was final, and no end of them"
    text = told_lapses(found, made)
    assert text.startswith("the client did 14 things that it should not:\n")
    assert text.count("retried-final-error") == 10
    assert text.count("\n  … and 4 more") == 2, "lapses and calls"
