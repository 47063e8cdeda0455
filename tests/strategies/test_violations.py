"""Violations carry the refusal that the catalogue gives of them, whatever was drawn and however it shrank."""

from collections import Counter
from dataclasses import replace
from random import Random
from typing import Any

import pytest
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st

from mockclaude.errors import MockClaudeError
from mockclaude.rules.catalogue import RULES
from mockclaude.rules.occasion import PATHS, path_for, refusal_of, shipped
from mockclaude.rules.rule import Draft, Rule
from mockclaude.rules.rule import rule as rule_of
from mockclaude.settings import Settings
from mockclaude.strategies import Refusal, Violation, requests, violations
from mockclaude.strategies.violations import Refusal as Label
from mockclaude.wire.body import JsonObject
from mockclaude.wire.evidence import assumed
from tests.strategies.simplest import simplest

QUIET = settings(deadline=None, suppress_health_check=list(HealthCheck))
HEAVY = [
    "body-too-large", "body-too-large-after-decoding", "too-many-messages", "overlong-prompt", "overlong-answer",
    "overweight-image",
]  # fmt: skip
CONFIGURED = ["retired-model"]
"""Rules that refuse only under settings of their own."""
OF_BATCHES = [name for name, rule in RULES.items() if path_for(rule) == PATHS["batches"]]
"""Rules that are broken only where they are asked for."""


@settings(QUIET, max_examples=300)
@given(violations(exclude=["too-many-messages"]))
def test_the_label_is_what_the_catalogue_says_of_the_final_value(violation: Violation) -> None:
    error = refusal_of(violation.draft, violation.settings)
    assert error is not None
    assert (violation.rule, violation.error) == (error.rule, Refusal.of(error))


@pytest.mark.parametrize("name", [name for name in RULES if name not in CONFIGURED])
def test_every_rule_can_be_asked_for(name: str) -> None:
    assert simplest(violations(rules=[name])).rule == name


def test_all_rules_come_up_unasked() -> None:
    seen: Counter[str] = Counter()

    @settings(QUIET, max_examples=6000, derandomize=True, database=None, phases=(Phase.generate,))
    @given(violations(exclude=HEAVY))
    def look(violation: Violation) -> None:
        seen[violation.rule] += 1

    look()
    assert set(RULES) - set(seen) == {*HEAVY, *CONFIGURED, *OF_BATCHES}


def test_a_violation_shrinks_to_a_greeting_with_the_offence() -> None:
    greeting = {"role": "user", "content": "0"}
    assert simplest(violations(rules=["assistant-prefill"])).draft.body == {
        "model": "claude-sonnet-5-5",
        "max_tokens": 1,
        "messages": [greeting, {"role": "assistant", "content": "{"}],
    }
    other = simplest(violations(), lambda violation: violation.rule == "prefill-trailing-whitespace")
    assert other.draft.body == {
        "model": "claude-sonnet-4-5-20250929",
        "max_tokens": 1,
        "messages": [greeting, {"role": "assistant", "content": "The answer is "}],
    }
    assert simplest(violations()).rule == "body-too-large"


def test_the_mildest_refusal_has_this_label() -> None:
    violation = simplest(violations(rules=["oversized-image-among-many"]))
    assert violation.error == Label(
        400,
        "invalid_request_error",
        "messages.0.content.1.image.source.base64.data: At least one of the image dimensions exceed max allowed size "
        "for many-image requests: 2000 pixels",
        {
            "error_code": "image_dimensions_too_large",
            "max_side_length_pixels": 2000,
            "paths": ["messages.0.content.1"],
        },
    )


@QUIET
@given(violations(rules=["unknown-model", "not-a-string"]))
def test_with_rules_given_no_other_one_wins(violation: Violation) -> None:
    assert violation.rule in {"unknown-model", "not-a-string"}


@QUIET
@given(violations(exclude=[name for name in RULES if name not in {"empty-text", "blank-text"}]))
def test_excluded_rules_are_not_broken(violation: Violation) -> None:
    assert violation.rule in {"empty-text", "blank-text"}


@QUIET
@given(violations(base=requests(model="claude-haiku-4-5", features=["tools"]), exclude=HEAVY))
def test_a_base_of_ones_own_is_changed_by_rules_that_hold_for_its_model(violation: Violation) -> None:
    assert violation.rule not in {"assistant-prefill", "deprecated-sampling", "overlong-pdf"}
    takes_the_tools_away = {"choose_among_nothing", "name_a_container", "bring_a_skill"}
    assert "tools" in violation.draft.body or violation.change in takes_the_tools_away


@settings(QUIET, max_examples=30)
@given(violations(rules=["retired-model"], settings=Settings(retired="refuse")))
def test_the_settings_of_the_server_decide(violation: Violation) -> None:
    model = shipped().find(str(violation.draft.body["model"]))
    assert model is not None
    assert model.retired_on is not None
    assert violation.error.status == 404


def test_what_is_broken_besides_is_told() -> None:
    body: JsonObject = {
        "model": "claude-opus-4-6",
        "max_tokens": 200_000,
        "messages": [{"role": "assistant", "content": "a"}],
    }
    violation = Violation("assistant-first", Refusal(400, "", ""), Draft(body), "")
    assert violation.also == ("assistant-prefill", "max-tokens-over-model")


@pytest.fixture
def toothless(monkeypatch: pytest.MonkeyPatch) -> Rule[Any]:
    """A rule of which the break breaks nothing."""

    @rule_of(message="never", source=assumed("a test"))
    def toothless(call: Any) -> Any:
        """Nothing."""
        return ()

    @toothless.broken_by
    def change_nothing(draft: Draft, _random: Random) -> Draft:
        return replace(draft)

    monkeypatch.setitem(RULES, toothless.id, toothless)
    return toothless


def test_a_break_that_breaks_nothing_is_a_fault_of_the_catalogue(toothless: Rule[Any]) -> None:
    others = [name for name in RULES if name != toothless.id]

    @settings(QUIET, max_examples=5, database=None)
    @given(violations(exclude=others))
    def look(violation: Violation) -> None:
        raise NotImplementedError

    with pytest.raises(AssertionError, match="change_nothing broke nothing: toothless and every other rule accept"):
        look()


@pytest.mark.parametrize(
    ("options", "complaint"),
    [
        ({"rules": []}, "no rule is left"),
        ({"rules": ["empty-text"], "exclude": ["empty-text"]}, "no rule is left"),
        ({"rules": ["retired-model"]}, "retired-model refuses nothing under these settings"),
        ({"rules": ["assistant-first"], "settings": Settings(validation="live")}, "assistant-first refuses nothing"),
        ({"settings": Settings(validation="off")}, "expected 'strict' or 'live'"),
    ],
)
def test_the_impossible_is_refused_at_once(options: dict[str, Any], complaint: str) -> None:
    with pytest.raises(ValueError, match=complaint):
        violations(**options)


def test_a_misspelt_rule_is_answered_with_the_nearest() -> None:
    with pytest.raises(MockClaudeError, match="did you mean 'empty-text'"):
        violations(rules=["emty-text"])


def test_a_failing_test_prints_a_heavy_request_in_short() -> None:
    violation = simplest(violations(rules=["body-too-large"]))
    assert len(violation.request.body) > 32_000_000
    assert len(repr(violation)) < 1000


@given(st.data())
@settings(QUIET, max_examples=50)
def test_live_violations_are_refused_without_the_strict_rules(data: st.DataObject) -> None:
    violation = data.draw(violations(settings=Settings(validation="live"), exclude=HEAVY))
    assert not RULES[violation.rule].strict_only
