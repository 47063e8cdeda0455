"""Fields that only some models take: each model takes exactly what its table says."""

from dataclasses import replace

import pytest

from mockclaude.models import EFFORTS, ModelProfile
from mockclaude.rules.rule import Draft
from mockclaude.rules.support import FAST, SUPPORT
from mockclaude.settings import Settings
from mockclaude.wire.body import Json, JsonObject
from tests.rules.drafts import ALL, call_of, draft_of, judged_by, user

EVERY = pytest.mark.parametrize("model", ALL, ids=lambda model: model.id)
FORMAT: JsonObject = {"type": "json_schema", "schema": {"type": "object", "additionalProperties": False}}


def refused(draft: Draft) -> list[str]:
    return [error.message for error in judged_by(SUPPORT, call_of(draft))]


def refusals(model: str, **fields: Json) -> list[str]:
    return refused(draft_of(model=model).with_body(**fields))


@EVERY
@pytest.mark.parametrize("effort", EFFORTS)
def test_a_model_has_the_efforts_of_its_table(model: ModelProfile, effort: str) -> None:
    found = refusals(model.id, output_config={"effort": effort})
    if not model.effort_levels:
        assert found == ["This model does not support the effort parameter."]
    elif effort not in model.effort_levels:
        levels = ", ".join(sorted(model.effort_levels))
        assert found == [f"This model does not support effort level '{effort}'. Supported levels: {levels}."]
    else:
        assert found == []
    assert refusals(model.id, output_config={"effort": None}) == []


def test_the_recorded_refusal_of_a_level_is_given_word_for_word() -> None:
    assert refusals("claude-opus-4-6", output_config={"effort": "xhigh"}) == [
        "This model does not support effort level 'xhigh'. Supported levels: high, low, max, medium."
    ]


@EVERY
def test_only_models_without_fast_mode_refuse_it(model: ModelProfile) -> None:
    expected = [f"'{model.id}' does not support the `speed` parameter."] if model.fast_mode == "no" else []
    fast = draft_of(model=model.id).with_body(speed="fast").with_header("anthropic-beta", FAST)
    assert refused(fast) == expected
    assert refusals(model.id, speed="standard") == refusals(model.id, speed=None) == []


@EVERY
def test_models_with_fast_mode_in_beta_ask_for_the_beta(model: ModelProfile) -> None:
    expected = ["speed: Extra inputs are not permitted"] if model.fast_mode == "beta" else []
    assert [message for message in refusals(model.id, speed="fast") if "Extra" in message] == expected


@EVERY
@pytest.mark.parametrize("geo", ["global", "us"])
def test_only_models_without_a_geography_refuse_one(model: ModelProfile, geo: str) -> None:
    expected = [f"'{model.id}' does not support inference_geo."] if model.inference_geo == "not_available" else []
    assert refusals(model.id, inference_geo=geo) == expected
    assert refusals(model.id, inference_geo=None) == []


@EVERY
@pytest.mark.parametrize("fields", [{"output_config": {"format": FORMAT}}, {"output_format": FORMAT}])
def test_only_models_without_structured_outputs_refuse_a_format(model: ModelProfile, fields: dict[str, Json]) -> None:
    expected = [] if model.structured_outputs else [f"'{model.id}' does not support output format."]
    assert refused(draft_of(model=model.id).with_body(**fields)) == expected


def cited(*, enabled: bool, model: str, **fields: Json) -> Draft:
    source: JsonObject = {"type": "text", "media_type": "text/plain", "data": "0"}
    return draft_of(
        user([{"type": "document", "source": source, "citations": {"enabled": enabled}}]), model=model
    ).with_body(**fields)


@EVERY
def test_only_models_without_citations_refuse_them(model: ModelProfile) -> None:
    expected = [] if model.citations else [f"'{model.id}' does not support citations."]
    assert refused(cited(enabled=True, model=model.id)) == expected
    assert refused(cited(enabled=False, model=model.id)) == []


def test_an_answer_in_a_format_cannot_cite() -> None:
    config: JsonObject = {"format": FORMAT}
    expected = ["citations are not supported with output_config.format"]
    assert refused(cited(enabled=True, model="claude-opus-5", output_config=config)) == expected
    assert refused(cited(enabled=False, model="claude-opus-5", output_config=config)) == []


def test_a_model_is_called_by_its_dated_id_and_an_unknown_one_by_its_own() -> None:
    assert refusals("claude-haiku-4-5", speed="fast") == [
        "'claude-haiku-4-5-20251001' does not support the `speed` parameter."
    ]
    unknown = draft_of(model="claude-next").with_body(speed="fast", inference_geo="us")
    assert judged_by(SUPPORT, call_of(unknown, Settings(unknown_models="accept"))) == []


@pytest.mark.parametrize("fields", [{"output_config": {"effort": "low"}}, {"speed": "fast"}, {"inference_geo": "us"}])
def test_counting_tokens_refuses_the_same(fields: dict[str, Json]) -> None:
    draft = draft_of(model="claude-haiku-4-5").with_body(**fields)
    assert refused(replace(draft, path="/v1/messages/count_tokens")) == refused(draft) != []
