"""Counting tokens refuses what a message is refused for, except for what only a message has."""

from dataclasses import replace
from random import Random
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings

from mockclaude.rules.body_fields import UNCOUNTED
from mockclaude.rules.catalogue import CALL, RULES
from mockclaude.rules.occasion import occasion_of, plain_draft, refusal_of
from mockclaude.rules.rule import WRITING, Rule
from mockclaude.settings import Settings
from mockclaude.strategies import Violation, violations

COUNTING = "/v1/messages/count_tokens"
SHARED = [rule for rule in CALL if rule.endpoints is None]
LEFT_OUT = {"too-many-messages", "overlong-prompt", "overweight-image", "retired-model"}
"""Heavy ones, and the one that sleeps under the usual settings."""
OF_MESSAGES = {
    "deprecated-sampling", "temperature-with-top-p", "temperature-with-thinking", "low-top-p-with-thinking",
    "top-k-with-thinking", "max-tokens-over-model", "overlong-answer", "overlarge-thinking-budget", "address-as-user-id",
}  # fmt: skip
"""Rules about what is written, not about what is read."""
OF_ROWS = {"stream-in-batch", "speed-in-batch", "fallbacks-in-batch"}
"""Rules about what only a request of its own may ask for."""


OF_COUNTS = {"uncountable-file"}


def test_only_what_is_written_is_left_to_messages() -> None:
    assert {rule.id for rule in CALL if rule.endpoints == frozenset(WRITING)} == OF_MESSAGES
    assert {rule.id for rule in CALL if rule.endpoints == frozenset({"count_tokens"})} == OF_COUNTS
    assert {rule.id for rule in CALL if rule.endpoints not in (None, frozenset(WRITING))} == OF_ROWS | OF_COUNTS


@pytest.mark.parametrize("rule", [pytest.param(rule, id=rule.id) for rule in SHARED])
def test_the_plainest_offence_is_refused_where_tokens_are_counted(rule: Rule[Any]) -> None:
    occasion = occasion_of(rule)
    assert occasion is not None
    counted = replace(occasion.draft, path=COUNTING).without(*UNCOUNTED)
    error = refusal_of(counted, occasion.settings)
    assert error is not None
    assert (error.rule, error.status, error.message) == (rule.id, occasion.error.status, occasion.error.message)


@settings(deadline=None, suppress_health_check=list(HealthCheck), max_examples=150)
@given(violations(rules=[rule.id for rule in SHARED if rule.id not in LEFT_OUT]))
def test_any_offence_is_refused_where_tokens_are_counted(violation: Violation) -> None:
    draft = violation.draft.without(*UNCOUNTED)
    error = refusal_of(replace(draft, path=COUNTING), violation.settings)
    assert error is not None
    assert (error.rule, error.message) == (violation.rule, violation.error.message)


@pytest.mark.parametrize("name", sorted(OF_MESSAGES))
def test_what_is_written_is_no_part_of_a_count(name: str) -> None:
    rule = RULES[name]
    for change in rule.breaks:
        counted = replace(change(plain_draft(rule), Random(0)), path=COUNTING)
        error = refusal_of(counted, Settings())
        assert error is not None
        assert error.rule == "extra-input"
        assert refusal_of(counted.without(*UNCOUNTED), Settings()) is None


@pytest.mark.parametrize("name", sorted(OF_COUNTS))
def test_what_cannot_be_counted_may_be_sent(name: str) -> None:
    rule = RULES[name]
    for change in rule.breaks:
        broken = change(plain_draft(rule), Random(0))
        assert refusal_of(replace(broken, path="/v1/messages").with_body(max_tokens=64), Settings()) is None
