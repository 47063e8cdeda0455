"""Sampling parameters, by model and version of the API."""

from collections.abc import Callable
from random import Random

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mockclaude.call import Call
from mockclaude.models import ModelProfile
from mockclaude.rules.rule import Draft, Rule
from mockclaude.rules.sampling import SAMPLING
from mockclaude.wire.body import Json
from tests.rules.drafts import (
    ALL,
    QUICK,
    break_id,
    breaks_of,
    call_of,
    clean_drafts,
    clean_drafts_for,
    draft_of,
    facts_of,
    judged_by,
)

BOTH = "`temperature` and `top_p` cannot both be specified for this model. Please use only one."


def refusals(model: str, version: str = "2023-06-01", **fields: Json) -> list[tuple[int, str, str]]:
    draft = draft_of(model=model).with_body(**fields).with_header("anthropic-version", version)
    return [facts_of(error) for error in judged_by(SAMPLING, call_of(draft))]


def invalid(*messages: str) -> list[tuple[int, str, str]]:
    return [(400, "invalid_request_error", message) for message in messages]


def deprecated(*names: str) -> list[tuple[int, str, str]]:
    return invalid(*(f"`{name}` is deprecated for this model." for name in names))


@given(clean_drafts())
def test_a_clean_request_without_sampling_is_accepted(clean: Draft) -> None:
    assert judged_by(SAMPLING, call_of(clean)) == []


@pytest.mark.parametrize(("rule", "change"), breaks_of(*SAMPLING), ids=break_id)
@QUICK
@given(data=st.data(), seed=st.integers(0, 2**32))
def test_each_break_of_a_clean_request_is_refused_with_its_rule(
    rule: Rule[Call], change: Callable[[Draft, Random], Draft], data: st.DataObject, seed: int
) -> None:
    broken = change(data.draw(clean_drafts_for(rule)), Random(seed))
    assert [error.rule for error in judged_by(SAMPLING, call_of(broken))] == [rule.id]


@pytest.mark.parametrize("model", ALL, ids=lambda model: model.id)
def test_each_model_takes_all_sampling_or_a_temperature_of_one(model: ModelProfile) -> None:
    fixed = model.sampling == "defaults_only"
    assert refusals(model.id, temperature=1) == []
    assert refusals(model.id, temperature=1.0) == []
    for temperature in (0, 0.5, 0.99):
        assert refusals(model.id, temperature=temperature) == (deprecated("temperature") if fixed else [])
    for top_p in (0.5, 0.97, 0.99, 1):
        assert refusals(model.id, top_p=top_p) == (deprecated("top_p") if fixed else [])
    assert refusals(model.id, top_k=-1) == []
    for top_k in (-2, 0, 5):
        assert refusals(model.id, top_k=top_k) == (deprecated("top_k") if fixed else [])


@pytest.mark.parametrize("model", ALL, ids=lambda model: model.id)
def test_models_from_opus_4_1_to_4_6_take_temperature_or_top_p(model: ModelProfile) -> None:
    if model.sampling == "defaults_only":
        expected = deprecated("top_p")
    else:
        expected = invalid(BOTH) if model.refuses_temperature_with_top_p else []
    assert refusals(model.id, temperature=1, top_p=0.9) == expected


def test_of_several_parameters_the_temperature_is_reported_first() -> None:
    assert refusals("claude-sonnet-5", top_k=5, top_p=0.9, temperature=0.5) == deprecated(
        "temperature", "top_p", "top_k"
    )


@pytest.mark.parametrize("model", ["claude-sonnet-5", "claude-haiku-4-5"])
def test_under_the_version_without_sampling_other_rules_speak(model: str) -> None:
    assert refusals(model, "2026-10-21", temperature=0.5, top_p=0.9) == []


TEMPERATURE = (
    "`temperature` may only be set to 1 when thinking is enabled or in adaptive mode. Please consult our documentation "
    "at https://platform.claude.com/docs/en/build-with-claude/extended-thinking"
)
TOP_P = "`top_p` must be greater than or equal to 0.95 or unset when thinking is enabled or in adaptive mode."
TOP_K = "`top_k` must be unset when thinking is enabled."


@pytest.mark.parametrize("model", ["claude-haiku-4-5", "claude-opus-4-6"])
@pytest.mark.parametrize(
    ("name", "value", "expected"),
    [
        ("temperature", 1, []),
        ("temperature", 1.0, []),
        ("temperature", 0.99, [TEMPERATURE]),
        ("top_p", 0.95, []),
        ("top_p", 1, []),
        ("top_p", 0.94, [TOP_P]),
        ("top_k", 0, [TOP_K]),
    ],
)
def test_a_model_that_thinks_samples_by_default(model: str, name: str, value: Json, expected: list[str]) -> None:
    thinking: Json = {"type": "enabled", "budget_tokens": 1024}
    assert refusals(model, "2023-06-01", thinking=thinking, **{name: value}) == invalid(*expected)
    assert refusals(model, "2023-06-01", thinking={"type": "disabled"}, **{name: value}) == []


def test_adaptive_thinking_counts_as_thinking() -> None:
    assert refusals("claude-sonnet-4-6", thinking={"type": "adaptive"}, temperature=0) == invalid(TEMPERATURE)
