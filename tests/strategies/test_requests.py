"""Requests are accepted, hold exactly what was asked for, and shrink to a greeting."""

from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from mockclaude.call import VERSIONS, Intake
from mockclaude.clock import EPOCH
from mockclaude.rules.catalogue import audit, validate
from mockclaude.rules.occasion import served, shipped
from mockclaude.rules.rule import Draft
from mockclaude.settings import Settings
from mockclaude.strategies import FEATURES, requests
from mockclaude.strategies.requests import TOOL_FEATURES
from mockclaude.strategies.served import compatible, possible
from mockclaude.wire.body import JsonObject
from tests.strategies.simplest import simplest

QUIET = settings(deadline=None, suppress_health_check=list(HealthCheck))
GREETING = [{"role": "user", "content": "0"}]


def intake_of(body: JsonObject, version: str = "2023-06-01") -> Intake:
    draft = Draft(body).with_header("anthropic-version", version)
    return Intake(draft.request(), settings=Settings(), models=shipped(), today=EPOCH.date())


@pytest.mark.parametrize("model", served(), ids=lambda model: model.id)
def test_a_request_to_any_model_is_accepted(model: Any) -> None:
    @settings(QUIET, max_examples=60)
    @given(body=requests(model=model.id), data=st.data())
    def accepted(body: JsonObject, data: st.DataObject) -> None:
        assert audit(intake_of(body)) == []
        assert body["model"] == model.id
        version = data.draw(st.sampled_from(VERSIONS))
        newer = data.draw(requests(model=model.id, version=version))
        assert audit(intake_of(newer, version)) == []

    accepted()


@settings(QUIET, max_examples=300)
@given(data=st.data())
def test_a_request_holds_exactly_the_features_asked_for(data: st.DataObject) -> None:
    model = data.draw(st.sampled_from(served()))
    words = data.draw(st.lists(st.sampled_from(possible(model, "2023-06-01")), unique=True))
    features = compatible(words, model)
    call = validate(intake_of(data.draw(requests(model=model.id, features=features))))
    held = (call.features | call.body.keys()) & FEATURES.keys()
    if call.body["messages"][-1]["role"] == "assistant":
        held |= {"prefill"}
    assert held == (features | {"tools"} if features & TOOL_FEATURES else features)


@pytest.mark.parametrize("feature", FEATURES)
def test_every_feature_comes_up_by_itself(feature: str) -> None:
    def shows(body: JsonObject) -> bool:
        call = validate(intake_of(body))
        if feature == "prefill":
            return call.body["messages"][-1]["role"] == "assistant"
        return feature in call.features

    simplest(requests(), shows)


@pytest.mark.parametrize("stream", [None, False, True])
def test_a_stream_is_asked_for_only_when_wanted(stream: bool | None) -> None:
    @QUIET
    @given(requests(stream=stream))
    def agrees(body: JsonObject) -> None:
        assert body.get("stream") in ((None, False, True) if stream is None else (stream,))

    agrees()


def test_requests_shrink_to_a_greeting() -> None:
    assert simplest(requests()) == {"model": "claude-sonnet-5-5", "max_tokens": 1, "messages": GREETING}
    assert simplest(requests(model="claude-haiku-4-5")) == {
        "model": "claude-haiku-4-5",
        "max_tokens": 1,
        "messages": GREETING,
    }


def test_a_feature_shrinks_to_itself() -> None:
    assert simplest(requests(), lambda body: "top_k" in body) == {
        "model": "claude-sonnet-4-6",
        "max_tokens": 1,
        "messages": GREETING,
        "top_k": 0,
    }
    assert simplest(requests(), lambda body: "thinking" in body) == {
        "model": "claude-sonnet-5-5",
        "max_tokens": 1,
        "messages": GREETING,
        "thinking": {"type": "adaptive"},
    }


def test_a_budget_for_thinking_leaves_room_for_the_answer() -> None:
    body = simplest(requests(), lambda body: "budget_tokens" in str(body))
    assert body["thinking"] == {"type": "enabled", "budget_tokens": 1024}
    assert body["max_tokens"] == 1025


@pytest.mark.parametrize(
    ("options", "complaint"),
    [
        ({"model": "gpt-4o"}, "no model is called 'gpt-4o'"),
        ({"version": "2026-10-22"}, "expected one of 2023-01-01, 2023-06-01, 2026-10-21"),
        ({"features": ["temprature"]}, "did you mean 'temperature'"),
        ({"features": ["temperature"], "version": "2026-10-21"}, "cannot hold 'temperature'"),
        ({"features": ["top_k"], "model": "claude-opus-5"}, "cannot hold 'top_k' under version 2023-06-01"),
        ({"features": ["temperature", "top_p"]}, "cannot hold 'top_p', nor to any of"),
        ({"features": ["top_p", "temperature"], "model": "claude-haiku-4-5"}, "cannot hold 'top_p' and 'temperature'"),
    ],
)
def test_the_impossible_is_refused_at_once(options: dict[str, Any], complaint: str) -> None:
    with pytest.raises(ValueError, match=complaint):
        requests(**options)
