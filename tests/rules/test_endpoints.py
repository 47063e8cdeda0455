"""Counting tokens refuses what a message is refused for, except for what only a message has."""

from dataclasses import replace
from random import Random
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings

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
    "top-k-with-thinking", "max-tokens-over-model", "overlong-answer", "overlarge-thinking-budget",
}  # fmt: skip
"""Rules about what is written, not about what is read."""
OF_ROWS = {"stream-in-batch", "speed-in-batch", "fallbacks-in-batch"}
"""Rules about what only a request of its own may ask for."""


def test_only_what_is_written_is_left_to_messages() -> None:
    assert {rule.id for rule in CALL if rule.endpoints == frozenset(WRITING)} == OF_MESSAGES
    assert {rule.id for rule in CALL if rule.endpoints not in (None, frozenset(WRITING))} == OF_ROWS


@pytest.mark.parametrize("rule", [pytest.param(rule, id=rule.id) for rule in SHARED])
def test_the_plainest_offence_is_refused_where_tokens_are_counted(rule: Rule[Any]) -> None:
    occasion = occasion_of(rule)
    assert occasion is not None
    counted = replace(occasion.draft, path=COUNTING).without("max_tokens")
    error = refusal_of(counted, occasion.settings)
    assert error is not None
    assert (error.rule, error.status, error.message) == (rule.id, occasion.error.status, occasion.error.message)


@settings(deadline=None, suppress_health_check=list(HealthCheck), max_examples=150)
@given(violations(rules=[rule.id for rule in SHARED if rule.id not in LEFT_OUT]))
def test_any_offence_is_refused_where_tokens_are_counted(violation: Violation) -> None:
    draft = violation.draft.without("temperature", "top_p", "top_k", "max_tokens")
    error = refusal_of(replace(draft, path=COUNTING), violation.settings)
    assert error is not None
    assert (error.rule, error.message) == (violation.rule, violation.error.message)


@pytest.mark.parametrize("name", sorted(OF_MESSAGES))
def test_what_is_written_does_not_matter_where_tokens_are_counted(name: str) -> None:
    rule = RULES[name]
    for change in rule.breaks:
        broken = change(plain_draft(rule), Random(0))
        assert refusal_of(replace(broken, path=COUNTING), Settings()) is None
