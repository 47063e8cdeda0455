"""Every request that was made is judged by all rules, whatever it was answered."""

from dataclasses import replace

import anthropic
import pytest

from mockclaude import MockClaude, Settings, SettingsError, message, tool_use
from mockclaude.record.journal import Journal
from mockclaude.verdicts.contract import breaches

from ..server.control_client import ControlClient
from . import bad_clients
from .bad_clients import HELLO, Failed

USER, BOT = {"role": "user", "content": "hello"}, {"role": "assistant", "content": "Hi"}
PREFILLED = {**HELLO, "messages": [USER, BOT]}
TWICE = {**HELLO, "messages": [USER, USER]}
COUNTED = {name: value for name, value in TWICE.items() if name != "max_tokens"}


def verdict(mock: MockClaude, **judged) -> str:
    """What the verdict says; empty where it finds nothing."""
    try:
        mock.assert_contract(**judged)
    except AssertionError as failure:
        return str(failure)
    return ""


def rules(mock: MockClaude, **judged) -> list[str]:
    """The rules that a verdict names."""
    lines = [line for line in verdict(mock, **judged).splitlines() if line.startswith("    ") and line[4] != " "]
    return [line.split()[0].rstrip(":") for line in lines]


def test_a_request_that_was_answered_is_judged_too() -> None:
    with MockClaude(validation="off") as mock:
        assert bad_clients.create(mock, PREFILLED)["type"] == "message"
        assert verdict(mock) == (
            "1 request broke the API's contract:\n"
            '  <call #1 claude-opus-5 "hello" -> end_turn>\n'
            "    assistant-prefill at messages.1: This model does not support assistant message prefill. The conversation"
            " must end with a user message.\n"
            "      End with the user's turn: ask for the form of the answer there, or use `output_config.format`."
            " (`mockclaude explain assistant-prefill`)"
        )


@pytest.mark.parametrize("validation", ["strict", "live", "off"])
def test_the_verdict_is_the_same_however_the_server_was_set(validation) -> None:
    with MockClaude(validation=validation) as mock:
        for body in (PREFILLED, TWICE, HELLO, {**HELLO, "max_tokens": 10**7}):
            try:
                bad_clients.create(mock, body)
            except Failed as failed:
                assert failed.status == 400  # noqa: PT017
        assert rules(mock) == ["assistant-prefill", "roles-not-alternating", "max-tokens-over-model"]
        assert rules(mock, validation="live") == ["assistant-prefill", "max-tokens-over-model"]
        assert rules(mock, ignore=("assistant-prefill", "max-tokens-over-model")) == ["roles-not-alternating"]


@pytest.mark.parametrize("made", [anthropic.Anthropic, anthropic.AsyncAnthropic])
async def test_the_official_sdk_keeps_the_contract(made) -> None:
    with MockClaude() as mock:
        mock.next(tool_use("weather"), "18 C")
        tools = [{"name": "weather", "input_schema": {"type": "object"}}]
        client = made(base_url=mock.url, api_key=mock.api_key)
        first = client.messages.create(**HELLO, tools=tools)
        first = await first if made is anthropic.AsyncAnthropic else first
        result = {"type": "tool_result", "tool_use_id": first.content[0].id, "content": "18 C"}
        turns = [USER, {"role": "assistant", "content": first.content}, {"role": "user", "content": [result]}]
        second = client.messages.create(**{**HELLO, "messages": turns}, tools=tools)
        counted = client.messages.count_tokens(model="claude-opus-5", messages=turns, tools=tools)
        if made is anthropic.AsyncAnthropic:
            await second, await counted
            await client.close()
        else:
            client.close()
        assert verdict(mock) == ""
        assert len(mock.journal) == 3
        mock.assert_resilient()


def test_a_request_without_a_key_is_told_so_and_one_with_a_key_is_not() -> None:
    with MockClaude(Settings(keys=frozenset({"sk-ant-mock-default"}))) as mock:
        control = ControlClient(mock.url)
        for headers in ({}, {"authorization": "Bearer sk-ant-other"}, {"authorization": "Bearer sk-ant-mock-default"}):
            control.ask("POST", "/v1/messages", HELLO, headers={"anthropic-version": "2023-06-01", **headers}, root="")
        assert rules(mock) == ["missing-key", "invalid-key"]


def test_requests_to_count_tokens_are_judged_and_others_are_not() -> None:
    with MockClaude() as mock:
        control = ControlClient(mock.url)
        headers = {"x-api-key": mock.api_key, "anthropic-version": "2023-06-01"}
        control.ask("POST", "/v1/messages/count_tokens", COUNTED, headers=headers, root="")
        control.ask("POST", "/v1/elsewhere", TWICE, headers=headers, root="")
        control.ask("GET", "/v1/models", headers=headers, root="")
        assert rules(mock) == ["roles-not-alternating"]
        assert "POST /v1/messages/count_tokens -> 400>" in verdict(mock)


def test_a_body_that_is_forgotten_is_not_judged() -> None:
    with MockClaude(validation="off") as mock:
        bad_clients.create(mock, PREFILLED)
        small = Journal(size=1)
        for entry in [*mock.journal, *mock.journal]:
            small.add(replace(entry, findings=[]))
        assert [entry.request.body == b"" for entry in small] == [True, False]
        found = breaches(small, settings=mock.settings, models=mock.workspaces.models)
        assert [breach.finding.rule for breach in found] == ["assistant-prefill"]


def test_no_verdict_is_given_on_what_the_journal_has_forgotten() -> None:
    with MockClaude() as mock:
        mock.world.journal = Journal(entries=2)
        for _ in range(5):
            bad_clients.create(mock, HELLO)
        remote = MockClaude.connect(mock.url)
        for ask in (mock.assert_contract, mock.assert_resilient, remote.assert_contract, remote.assert_resilient):
            with pytest.raises(
                AssertionError, match="no verdict: the journal has forgotten the oldest 3 requests, and"
            ):
                ask()
        mock.reset()
        bad_clients.create(mock, HELLO)
        mock.assert_contract()
        mock.assert_resilient()


def test_failures_of_scripts_are_not_the_clients() -> None:
    with MockClaude(strict_stubs=True) as mock:
        with pytest.raises(Failed):
            bad_clients.create(mock, HELLO)
        assert [finding.rule for finding in mock.findings] == ["unmatched-call"]
        assert verdict(mock) == ""


def test_many_breaches_are_counted_and_the_first_are_told() -> None:
    with MockClaude(validation="off") as mock:
        for _ in range(12):
            bad_clients.create(mock, PREFILLED)
        told = verdict(mock)
        assert told.startswith("12 requests broke the API's contract:")
        assert told.endswith("\n  … and 2 more")
        assert len(rules(mock)) == 10


def test_a_rule_to_ignore_that_nobody_knows_is_refused() -> None:
    with MockClaude() as mock:
        with pytest.raises(
            SettingsError, match="no rule is called 'assistant-prefil'; did you mean 'assistant-prefill'"
        ):
            mock.assert_contract(ignore=("assistant-prefil",))
        with pytest.raises(SettingsError, match=r"expected several names, as in ignore=\('assistant-prefill',\)"):
            mock.assert_contract(ignore="assistant-prefill")


def test_a_dropped_tool_result_is_named_by_one_verdict_at_least() -> None:
    with MockClaude(validation="off") as mock:
        mock.next(message(tool_use("weather"), tool_use("time")))
        tools = [{"name": name, "input_schema": {"type": "object"}} for name in ("weather", "time")]
        bad_clients.without_the_result(mock, {**HELLO, "tools": tools})
        with pytest.raises(AssertionError, match="dropped-tool-result: call #1 asked for toolu_"):
            mock.assert_resilient()
        assert set(rules(mock)) <= {"unanswered-tool-use"}, "where the rules know of pairs, they name it as well"
