"""The catalogue as a whole: its order, its settings, and how it is asked."""

import re
from random import Random
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings

from mockclaude.call import Intake
from mockclaude.clock import EPOCH
from mockclaude.errors import MockClaudeError
from mockclaude.rules import shape
from mockclaude.rules.catalogue import (
    ALL,
    ALWAYS_REFUSED,
    BATCH,
    CALL,
    NEEDED,
    RULES,
    TRANSPORT,
    applicable,
    audit,
    rule_named,
    validate,
)
from mockclaude.rules.occasion import occasion_of, placed, refusal_of, shipped
from mockclaude.rules.rule import Draft, Rule
from mockclaude.rules.server_pairing import RESULTS
from mockclaude.rules.tool_changes import CHANGES
from mockclaude.settings import Settings
from mockclaude.strategies import FEATURES, Violation, requests, violations
from mockclaude.wire.body import JsonObject
from mockclaude.wire.error import STATUS_OF_TYPE

QUIET = settings(deadline=None, suppress_health_check=list(HealthCheck))
EVERY = [pytest.param(rule, id=rule.id) for rule in RULES.values()]
OFF = Settings(validation="off")
LIVE = Settings(validation="live")


def intake_of(draft: Draft, judged: Settings) -> Intake:
    return Intake(draft.request(), settings=judged, models=shipped(), today=EPOCH.date())


def test_strict_differs_from_live_by_exactly_two_rules() -> None:
    assert {rule.id for rule in ALL if rule.strict_only} == {"assistant-first", "roles-not-alternating"}


def test_every_rule_stands_once_in_its_stage() -> None:
    assert len(RULES) == len(ALL)
    assert {rule.stage for rule in TRANSPORT} == {"transport"}
    assert {rule.stage for rule in shape.RULES} == {"shape"}
    assert {rule.stage for rule in BATCH} == {"batch"}
    assert {rule.stage for rule in CALL} == {"call"}


@pytest.mark.parametrize("rule", EVERY)
def test_a_rule_is_named_for_the_offence(rule: Rule[Any]) -> None:
    assert re.fullmatch(r"[a-z0-9]+(-[a-z0-9]+)+", rule.id)
    assert not re.match(r"(check|validate|no-roles|must|should|require)-", rule.id)


@pytest.mark.parametrize("rule", EVERY)
def test_the_status_of_a_rule_is_that_of_its_type(rule: Rule[Any]) -> None:
    odd = {"body-too-large", "body-too-large-after-decoding"}
    assert rule.status == STATUS_OF_TYPE[rule.kind] or rule.id in odd


def test_only_the_answer_of_the_proxy_is_bare() -> None:
    assert [rule.id for rule in ALL if rule.bare] == ["body-too-large"]


@pytest.mark.parametrize("rule", EVERY)
def test_every_rule_has_a_plainest_occasion_by_its_first_break(rule: Rule[Any]) -> None:
    occasion = occasion_of(rule)
    assert occasion is not None
    assert occasion.change is rule.breaks[0]
    assert occasion.settings == (Settings(retired="refuse") if rule.id == "retired-model" else Settings())


@QUIET
@given(violations(exclude=["too-many-messages"]))
def test_off_refuses_only_what_cannot_become_a_call(violation: Violation) -> None:
    intake = intake_of(violation.draft, OFF)
    error = refusal_of(violation.draft, OFF)
    if violation.rule in NEEDED:
        assert error is not None
        assert error.rule == violation.rule
    elif error is None:
        call = validate(intake)
        assert violation.rule in {finding.rule for finding in call.findings}
    else:
        assert error.path in ALWAYS_REFUSED


@QUIET
@given(violations(settings=LIVE, exclude=["too-many-messages"]))
def test_what_live_refuses_strict_refuses_too(violation: Violation) -> None:
    assert refusal_of(violation.draft, Settings()) is not None


@QUIET
@given(violations(rules=["assistant-first", "roles-not-alternating"]))
def test_what_only_strict_refuses_says_so(violation: Violation) -> None:
    found = audit(intake_of(violation.draft, Settings()))
    assert found[0].rule == violation.rule
    assert found[0].message == violation.error.message + " (strict only: today's API merges; `--validation live`)"
    assert refusal_of(violation.draft, LIVE) is None


@QUIET
@given(requests())
def test_an_accepted_request_becomes_the_call_it_says(body: JsonObject) -> None:
    call = validate(intake_of(Draft(body), Settings()))
    assert (call.body, call.version, call.endpoint) == (body, "2023-06-01", "messages")
    assert call.model is shipped().find(str(body["model"]))
    assert call.findings == []


def test_a_remark_is_found_and_refuses_nothing() -> None:
    draft = occasion_of(RULES["retired-model"])
    assert draft is not None
    found = audit(intake_of(draft.draft, Settings()))
    assert [(finding.rule, finding.severity) for finding in found] == [("retired-model", "remark")]
    assert refusal_of(draft.draft, Settings()) is None


def test_an_audit_finds_everything_in_the_order_of_the_rules() -> None:
    body: JsonObject = {
        "model": "claude-opus-4-6",
        "max_tokens": 200_000,
        "messages": [{"role": "assistant", "content": "a"}, {"role": "assistant", "content": "b"}],
    }
    found = audit(intake_of(Draft(body).with_header("anthropic-beta", "no-such-beta"), Settings()))
    assert [finding.rule for finding in found] == [
        "unknown-beta", "assistant-first", "roles-not-alternating", "assistant-prefill", "max-tokens-over-model",
    ]  # fmt: skip


def test_a_request_pays_only_for_the_rules_that_can_fit_it() -> None:
    model = shipped().find("claude-sonnet-5-5")
    assert model is not None
    plain = frozenset({"model", "messages", "max_tokens", "text"})
    few = applicable(model, "2023-06-01", "strict", "messages", plain)
    more = applicable(model, "2023-06-01", "strict", "messages", plain | {"image", "document", "temperature"})
    assert set(few) < set(more) < set(CALL)
    assert not any(rule.needs for rule in few if rule.needs.isdisjoint(plain))
    assert applicable(model, "2023-06-01", "strict", "messages", plain) is few


@pytest.mark.parametrize("rule", EVERY)
def test_what_a_rule_needs_has_a_name_that_requests_can_have(rule: Rule[Any]) -> None:
    rarely_sent = {
        *CHANGES,
        "container",
        "container_upload",
        "tool_reference",
        *RESULTS,
        "redacted_thinking",
        "web_search_tool_result",
        "tool_result",
        "text",
        "output_format",
        "strict",
        "cached",
        "search_result",
        "billing_policy",
        "context_management",
        "mcp_servers",
        "thread",
        "compaction",
        "stream",
        "speed",
        "fallbacks",
    }
    assert rule.needs <= FEATURES.keys() | rarely_sent


def test_a_misspelt_rule_is_answered_with_the_nearest() -> None:
    with pytest.raises(MockClaudeError, match="did you mean 'assistant-prefill'"):
        rule_named("asistant-prefil")


def test_breaks_leave_the_draft_they_were_given_alone() -> None:
    body: JsonObject = {"model": "claude-haiku-4-5", "max_tokens": 1, "messages": [{"role": "user", "content": "Hi"}]}
    for rule in ALL:
        for change in rule.breaks:
            draft = placed(Draft({**body, "messages": [{"role": "user", "content": "Hi"}]}), rule)
            change(draft, Random(0))
            assert draft == placed(Draft(body), rule), change
