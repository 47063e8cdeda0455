"""A repeated request gets what it would have got anew, and costs only its ids."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mockclaude.call import Intake, Plans
from mockclaude.clock import EPOCH, FixedClock
from mockclaude.engine.engine import Engine
from mockclaude.engine.rendition import Rendition
from mockclaude.engine.reply import text_reply
from mockclaude.models import Models
from mockclaude.rules.catalogue import validate
from mockclaude.rules.rule import Draft
from mockclaude.settings import Settings
from mockclaude.wire.body import Json
from mockclaude.wire.dice import Dice
from mockclaude.wire.interaction import RawResponse

MODELS = Models.load()
TOOL: dict[str, Json] = {"name": "f", "input_schema": {"type": "object", "properties": {"a": {"type": "integer"}}}}
BODIES = st.fixed_dictionaries(
    {
        "model": st.sampled_from(["claude-sonnet-4-5", "claude-opus-5", "claude-3-haiku-20240307"]),
        "max_tokens": st.sampled_from([0, 5, 1000]),
        "messages": st.sampled_from(["hello", "tell me more"]).map(lambda text: [{"role": "user", "content": text}]),
    },
    optional={
        "stream": st.booleans(),
        "stop_sequences": st.just(["the"]),
        "tools": st.just([TOOL]),
        "tool_choice": st.sampled_from([{"type": "auto"}, {"type": "none"}]),
    },
)


def answer(
    body: dict[str, Json], ordinal: int, plans: Plans | None, *, settings: Settings, **headers: str
) -> RawResponse:
    draft = Draft(body=body)
    for name, value in headers.items():
        draft = draft.with_header(name.replace("_", "-"), value)
    intake = Intake(draft.request(), settings=settings, models=MODELS, today=EPOCH.date(), plans=plans)
    return Engine(clock=FixedClock()).respond(validate(intake), Dice(b"k", ordinal))


@given(bodies=st.lists(BODIES, min_size=1, max_size=4), padding=st.booleans())
def test_a_repeated_request_gets_the_bytes_it_would_get_anew(bodies: list[dict[str, Json]], padding: bool) -> None:
    plans, settings = Plans(), Settings(padding=padding)
    for ordinal, body in enumerate([*bodies, *bodies, *bodies]):
        if body.get("tools") or "tool_choice" not in body:
            assert answer(body, ordinal, plans, settings=settings) == answer(body, ordinal, None, settings=settings)


def planned(plans: Plans, **headers: str) -> Intake:
    draft = Draft(body={"model": "claude-sonnet-4-5", "max_tokens": 5, "messages": [{"role": "user", "content": "x"}]})
    for name, value in headers.items():
        draft = draft.with_header(name.replace("_", "-"), value)
    return Intake(draft.request(), settings=Settings(), models=MODELS, today=EPOCH.date(), plans=plans)


def test_a_rendition_is_kept_for_the_next_request_of_the_same_identity() -> None:
    plans = Plans()
    first, second = validate(planned(plans)), validate(planned(plans))
    assert first.plan is second.plan
    Engine(clock=FixedClock()).respond(first, Dice(b"k", 1))
    assert second.plan is not None
    assert isinstance(second.plan.kept, Rendition)


@pytest.mark.parametrize(
    "headers",
    [
        {"x_api_key": "sk-ant-mock-other"},
        {"anthropic_version": "2026-10-21"},
        {"anthropic_beta": "context-1m-2025-08-07"},
        {"content_type": "application/json; charset=utf-8"},
    ],
)
def test_a_request_with_another_head_has_a_plan_of_its_own(headers: dict[str, str]) -> None:
    plans = Plans()
    assert validate(planned(plans)).plan is not validate(planned(plans, **headers)).plan


def test_a_script_is_asked_even_for_a_repeated_request() -> None:
    plans = Plans()
    engine = Engine(clock=FixedClock())
    engine.respond(validate(planned(plans)), Dice(b"k", 1))
    engine.responders.append(lambda _: text_reply("scripted"))
    assert b'"scripted"' in engine.respond(validate(planned(plans)), Dice(b"k", 2)).body


def test_the_remarks_of_a_plan_are_made_of_every_request() -> None:
    plans, found = Plans(), []
    body: dict[str, Json] = {
        "model": "claude-3-haiku-20240307",
        "max_tokens": 5,
        "messages": [{"role": "user", "content": "x"}],
    }
    for _ in range(2):
        intake = Intake(Draft(body=body).request(), settings=Settings(), models=MODELS, today=EPOCH.date(), plans=plans)
        found.append([finding.rule for finding in validate(intake).findings])
    assert found == [["retired-model"], ["retired-model"]]


def test_only_so_many_plans_are_kept() -> None:
    plans = Plans(most=3)
    for number in range(10):
        validate(planned(plans, x_api_key=f"sk-ant-mock-{number}"))
    assert len(plans) == 3
