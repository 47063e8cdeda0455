"""How many items a conversation may have, which models answer, and how much they write."""

from collections.abc import Callable
from dataclasses import replace
from datetime import date
from random import Random

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mockclaude.call import Call
from mockclaude.meter.text import TEXT_COST
from mockclaude.meter.tokens import count_input
from mockclaude.models import ModelProfile
from mockclaude.rules.limits import COUNT, MODEL, MOST_PER_BYTE, OUTPUT, OVERHEAD
from mockclaude.rules.rule import Draft, Rule
from mockclaude.settings import Limits, Settings
from mockclaude.wire.body import JsonObject
from mockclaude.wire.finding import Finding
from tests.rules.drafts import (
    ALL,
    MODELS,
    PATHS,
    QUICK,
    REFUSING,
    TODAY,
    assistant,
    break_id,
    breaks_of,
    call_of,
    clean_drafts,
    clean_drafts_for,
    draft_of,
    facts_of,
    judged_by,
    user,
)

RULES = (*COUNT, *MODEL, *OUTPUT)


def refusals(draft: Draft, settings: Settings | None = None) -> list[tuple[int, str, str]]:
    return [facts_of(error) for error in judged_by(RULES, call_of(draft, settings or Settings()))]


@given(clean_drafts())
def test_a_clean_request_is_within_every_limit(clean: Draft) -> None:
    call = call_of(clean, REFUSING)
    assert judged_by(RULES, call) == []
    assert call.findings == []


@pytest.mark.parametrize(("rule", "change"), breaks_of(*COUNT, *MODEL, *OUTPUT[:2]), ids=break_id)
@QUICK
@given(data=st.data(), seed=st.integers(0, 2**32))
def test_each_break_of_a_clean_request_is_refused_with_its_rule(
    rule: Rule[Call], change: Callable[[Draft, Random], Draft], data: st.DataObject, seed: int
) -> None:
    broken = change(data.draw(clean_drafts_for(rule)), Random(seed))
    assert [error.rule for error in judged_by(RULES, call_of(broken, REFUSING))][:1] == [rule.id]


def test_a_conversation_may_have_as_many_items_as_the_limit() -> None:
    few = Settings(limits=Limits(messages=3))
    three = [user("a"), assistant("b"), user("c")]
    assert refusals(draft_of(*three), few) == []
    assert refusals(draft_of(*three, assistant("d")), few) == [
        (400, "invalid_request_error", "too many messages: 4 > 3")
    ]


@pytest.mark.parametrize("name", ["claude-4-5-haiku", "claude-haiku-4-5-latest", "claude-fable-5-20260609", " ", "x"])
def test_an_unknown_model_is_not_found_unless_unknown_models_are_accepted(name: str) -> None:
    assert refusals(draft_of(model=name)) == [(404, "not_found_error", f"model: {name}")]
    assert refusals(draft_of(model=name), Settings(unknown_models="accept")) == []


@pytest.mark.parametrize("model", ALL, ids=lambda model: model.id)
def test_every_known_model_is_served_under_each_of_its_names(model: ModelProfile) -> None:
    assert [refusals(draft_of(model=name)) for name in (model.id, *model.aliases)] == [[]] * (1 + len(model.aliases))


def test_a_retired_model_is_served_with_one_remark() -> None:
    call = call_of(draft_of(model="claude-3-opus-latest"))
    assert judged_by(RULES, call) == []
    assert judged_by(RULES, call) == []
    assert call.findings == [
        Finding(
            "retired-model",
            "claude-3-opus-20240229 was retired on 2026-01-05; the API answers 404",
            severity="remark",
            path="model",
        )
    ]


def test_a_retired_model_is_not_found_where_retired_models_are_refused() -> None:
    assert refusals(draft_of(model="claude-3-opus-latest"), REFUSING) == [
        (404, "not_found_error", "model: claude-3-opus-latest")
    ]


@pytest.mark.parametrize(
    ("today", "expected"),
    [
        (date(2026, 11, 29), []),
        (date(2026, 11, 30), [(404, "not_found_error", "model: claude-sonnet-4-5")]),
    ],
)
def test_retirement_is_judged_by_the_day_of_the_call(today: date, expected: list[tuple[int, str, str]]) -> None:
    call = call_of(draft_of(model="claude-sonnet-4-5"), REFUSING, today=today)
    assert [facts_of(error) for error in judged_by(RULES, call)] == expected


@pytest.mark.parametrize("model", ALL, ids=lambda model: model.id)
def test_max_tokens_may_be_what_the_model_writes_and_no_more(model: ModelProfile) -> None:
    most = model.max_output_tokens
    name = model.aliases[0] if model.aliases else model.id
    assert refusals(draft_of(model=name).with_body(max_tokens=most)) == []
    assert refusals(draft_of(model=name).with_body(max_tokens=most + 1)) == [
        (
            400,
            "invalid_request_error",
            f"max_tokens: {most + 1} > {most}, which is the maximum allowed number of output tokens for {model.id}",
        )
    ]


def test_max_tokens_of_an_unknown_model_are_refused_under_its_own_name() -> None:
    most = MODELS.default.max_output_tokens
    accepting = Settings(unknown_models="accept")
    assert refusals(draft_of(model="claude-next").with_body(max_tokens=most + 1), accepting) == [
        (
            400,
            "invalid_request_error",
            f"max_tokens: {most + 1} > {most}, which is the maximum allowed number of output tokens for claude-next",
        )
    ]


def test_max_tokens_may_be_zero_and_are_not_asked_for_when_tokens_are_counted() -> None:
    assert refusals(draft_of().with_body(max_tokens=0)) == []
    assert refusals(replace(draft_of(), path="/v1/messages/count_tokens").without("max_tokens")) == []


def long(tokens: int, model: ModelProfile) -> str:
    """A text of about so many tokens."""
    return "a " * round(tokens / TEXT_COST[model.tokenizer]("a "))


@pytest.mark.parametrize("name", ["claude-haiku-4-5", "claude-opus-5"])
@pytest.mark.parametrize("path", PATHS)
def test_a_prompt_is_too_long_once_the_estimate_cannot_be_wrong(name: str, path: str) -> None:
    model = MODELS.find(name)
    assert model is not None
    for share, is_refused in ((0.9, False), (1.15, False), (1.25, True)):
        draft = replace(draft_of(user(long(round(model.context_window * share), model)), model=name), path=path)
        count = count_input(call_of(draft).body, model)
        words = f"prompt is too long: {count} tokens > {model.context_window} maximum"
        assert refusals(draft) == ([(400, "invalid_request_error", words)] if is_refused else [])


def test_a_window_that_is_set_is_taken_exactly() -> None:
    draft = draft_of(user("a b c d e f"), model="claude-haiku-4-5")
    count = count_input(call_of(draft).body, call_of(draft).model)
    words = f"prompt is too long: {count} tokens > {count - 1} maximum"
    assert refusals(draft, Settings(limits=Limits(prompt_tokens=count))) == []
    assert refusals(draft, Settings(limits=Limits(prompt_tokens=count - 1))) == [(400, "invalid_request_error", words)]


def test_pictures_count_for_the_window() -> None:
    picture = {"type": "image", "source": {"type": "url", "url": "https://example.com/a.png"}}
    draft = draft_of(user([picture] * 50), model="claude-haiku-4-5")
    [(_, _, words)] = refusals(draft, Settings(limits=Limits(prompt_tokens=10_000)))
    assert words.startswith("prompt is too long: ")


def test_an_older_model_needs_room_for_the_answer() -> None:
    model = MODELS.find("claude-sonnet-4-0")
    assert model is not None
    draft = draft_of(user(long(185_000, model)), model="claude-sonnet-4-0").with_body(max_tokens=64_000)
    count = count_input(call_of(draft).body, model)
    words = (
        f"input length and `max_tokens` exceed context limit: {count} + 64000 > 200000, decrease input length or "
        "`max_tokens` and try again"
    )
    assert refusals(draft) == [(400, "invalid_request_error", words)]
    assert refusals(draft.with_body(max_tokens=40_000)) == []
    assert refusals(draft.with_body(model="claude-sonnet-4-5")) == []
    assert refusals(draft.with_header("anthropic-beta", "model-context-window-exceeded-2025-08-26")) == []


@QUICK
@given(st.text(max_size=60), st.sampled_from(ALL))
def test_no_text_is_rated_above_the_bound_by_which_small_prompts_pass(words: str, model: ModelProfile) -> None:
    tool: JsonObject = {"name": "a", "description": words, "input_schema": {}}
    draft = draft_of(user(words), assistant(words), user(words), model=model.id).with_body(tools=[tool], system=words)
    call = call_of(draft)
    assert count_input(call.body, call.model) <= len(call.intake.body) * MOST_PER_BYTE + OVERHEAD


def test_an_unknown_model_is_reported_before_its_tokens() -> None:
    errors = judged_by(RULES, call_of(draft_of(model="x").with_body(max_tokens=10**6)))
    assert [error.rule for error in errors] == ["unknown-model", "max-tokens-over-model"]


def test_the_models_that_are_served_today_are_not_retired() -> None:
    assert [model.id for model in MODELS if model.lifecycle(TODAY) == "active"][:1] == ["claude-fable-5-2"]
