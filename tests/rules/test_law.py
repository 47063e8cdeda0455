"""What holds for every rule: its breaks are refused with it, accepted requests with nothing, and nothing ever raises."""

from functools import cache
from random import Random
from typing import Any

import pytest
from hypothesis import HealthCheck, Phase, assume, find, given, settings
from hypothesis import strategies as st

from mockclaude.call import VERSIONS, Intake
from mockclaude.clock import EPOCH
from mockclaude.rules.catalogue import RULES, audit
from mockclaude.rules.occasion import PATHS, occasion_of, path_for, placed, plain_draft, refusal_of, shipped, within
from mockclaude.rules.rule import Draft, Rule
from mockclaude.settings import Settings, Validation
from mockclaude.strategies import NearMiss, near_misses, requests, violations
from mockclaude.strategies.near_misses import NEAR
from mockclaude.wire.body import Json, JsonObject
from tests.rules.uncovered import UNLISTED

CLEAN = 1300
"""Accepted requests of one kind; there are four kinds."""

HEAVIEST = {"too-many-messages", "overweight-image"}
QUIET = settings(deadline=None, suppress_health_check=list(HealthCheck))
BREAKS = [
    pytest.param(rule, change, id=f"{rule.id}-{change.__name__}") for rule in RULES.values() for change in rule.breaks
]
SHADOWS = [
    pytest.param(rule, RULES[shadow], id=f"{rule.id}-{shadow}")
    for rule in RULES.values()
    for shadow in rule.shadowed_by
]
EVERY = [pytest.param(rule, id=rule.id) for rule in RULES.values()]


@cache
def bases(rule: Rule[Any]) -> st.SearchStrategy[Draft]:
    """Accepted requests to any model and under any version for which the rule holds."""

    def under(version: str) -> st.SearchStrategy[Draft]:
        bodies = st.one_of(*[requests(model=model.id, version=version) for model in within(rule)])
        return bodies.map(lambda body: placed(Draft(body), rule).with_header("anthropic-version", version))

    return st.one_of(*[under(version) for version in sorted(rule.versions or VERSIONS, reverse=True)])


@cache
def is_heavy(rule: Rule[Any]) -> bool:
    return len(rule.breaks[0](plain_draft(rule), Random(0)).request().body) > 100_000


def settings_of(rule: Rule[Any]) -> Settings:
    occasion = occasion_of(rule)
    assert occasion is not None, f"no break of {rule.id} leads to it"
    return occasion.settings


@pytest.mark.parametrize(("rule", "change"), BREAKS)
def test_a_break_of_any_accepted_request_is_refused_with_its_rule(rule: Rule[Any], change: Any) -> None:
    judged = settings_of(rule)

    @settings(QUIET, max_examples=3 if is_heavy(rule) else 25, phases=(Phase.explicit, Phase.generate, Phase.shrink))
    @given(draft=bases(rule), chance=st.randoms(use_true_random=False))
    def law(draft: Draft, chance: Random) -> None:
        error = refusal_of(change(draft, chance), judged)
        assert error is not None, "nothing refuses it"
        assert error.rule in (rule.id, *rule.shadowed_by), error.message

    law()


@pytest.mark.parametrize(("rule", "shadow"), SHADOWS)
def test_a_declared_shadow_falls_on_some_request(rule: Rule[Any], shadow: Rule[Any]) -> None:
    def falls(near: NearMiss) -> bool:
        errors = [refusal_of(change(near.draft, Random(0)), settings_of(rule)) for change in rule.breaks]
        return any(error is not None and error.rule == shadow.id for error in errors)

    find(near_misses(rules=[shadow.id]), falls, settings=settings(QUIET, database=None, phases=(Phase.generate,)))


@pytest.mark.parametrize("rule", EVERY)
def test_a_rule_tells_what_it_is_and_who_says_so(rule: Rule[Any]) -> None:
    assert rule.breaks
    assert rule.summary.endswith(".")
    assert rule.source.date
    assert rule.source.where
    assert bool(rule.covers) != (rule.id in UNLISTED), "either it covers a known error, or a reason stands in UNLISTED"
    assert all(change.__doc__ for change in rule.breaks)
    assert set(rule.shadowed_by) <= set(RULES)


@pytest.mark.parametrize("version", ["2023-06-01", "2026-10-21"])
@pytest.mark.parametrize("validation", ["strict", "live"])
def test_an_accepted_request_breaks_no_rule(validation: Validation, version: str) -> None:
    judged = Settings(validation=validation)

    @settings(QUIET, max_examples=CLEAN, phases=(Phase.explicit, Phase.generate, Phase.shrink))
    @given(requests(version=version, alternating=validation == "strict"))
    def accepted(body: JsonObject) -> None:
        assert refusal_of(Draft(body).with_header("anthropic-version", version), judged) is None

    accepted()


@pytest.mark.parametrize("name", NEAR)
def test_a_near_miss_is_accepted(name: str) -> None:
    @settings(QUIET, max_examples=2 if name in HEAVIEST else 20)
    @given(near_misses(rules=[name]))
    def accepted(near: NearMiss) -> None:
        assert refusal_of(near.draft, Settings()) is None

    accepted()


@settings(QUIET, max_examples=300)
@given(near=near_misses(rules=NEAR.keys() - HEAVIEST), data=st.data(), chance=st.randoms(use_true_random=False))
def test_a_break_of_a_near_miss_is_refused_with_its_rule_too(
    near: NearMiss, data: st.DataObject, chance: Random
) -> None:
    model = shipped().find(str(near.body["model"]))
    assert model is not None
    rule = data.draw(st.sampled_from([rule for rule in RULES.values() if model in within(rule) and not is_heavy(rule)]))
    base = placed(near.draft, rule)
    assume(refusal_of(base, Settings()) is None)
    error = refusal_of(data.draw(st.sampled_from(rule.breaks))(base, chance), settings_of(rule))
    assert error is not None, "nothing refuses it"
    assert error.rule in (rule.id, *rule.shadowed_by), error.message


PLAIN: JsonObject = {"max_tokens": 64, "messages": [{"role": "user", "content": "0"}]}
LIGHT = [rule for rule in RULES.values() if not is_heavy(rule)]


@pytest.mark.parametrize("name", sorted(NEAR.keys() - HEAVIEST - {"too-many-media", "overlong-pdf"}))
def test_every_break_of_the_plainest_near_misses_is_refused_with_its_rule(name: str) -> None:
    model = next(model for model in within(RULES[name]) if NEAR[name](model))
    for edit in NEAR[name](model):
        near = edit(Draft({"model": model.id, **PLAIN}))
        for rule in LIGHT:
            base = placed(near, rule)
            if model in within(rule) and refusal_of(base, Settings()) is None:
                for change in rule.breaks:
                    error = refusal_of(change(base, Random(0)), settings_of(rule))
                    assert error is not None, (change, "nothing refuses it")
                    assert error.rule in (rule.id, *rule.shadowed_by), (change, error.message)


SCALARS = (
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False, allow_infinity=False) | st.text(max_size=8)
)
VALUES: st.SearchStrategy[Json] = st.recursive(
    SCALARS,
    lambda inner: (
        st.lists(inner, max_size=3)
        | st.dictionaries(st.sampled_from(["type", "text", "content", "source", "data", "role"]), inner, max_size=3)
    ),
    max_leaves=6,
)


@st.composite
def mutants(draw: st.DrawFn) -> JsonObject:
    """An accepted body in which something somewhere was replaced or taken away."""
    body: Any = draw(requests())
    place: Any = body
    while isinstance(place, dict | list) and place:
        key: Any = draw(st.sampled_from(sorted(place) if isinstance(place, dict) else range(len(place))))
        if not isinstance(place[key], dict | list) or not place[key] or draw(st.booleans()):
            if draw(st.booleans()):
                place[key] = draw(VALUES)
            else:
                del place[key]
            break
        place[key] = place[key].copy()
        place = place[key]
    assert isinstance(body, dict)
    return body


@pytest.mark.parametrize("validation", ["strict", "live", "off"])
@settings(QUIET, max_examples=500)
@given(body=mutants() | VALUES, version=st.sampled_from(VERSIONS))
def test_no_body_makes_a_check_raise(validation: Validation, body: Any, version: str) -> None:
    request = Draft(body).with_header("anthropic-version", version).request()
    intake = Intake(request, settings=Settings(validation=validation), models=shipped(), today=EPOCH.date())
    found = {finding.rule for finding in audit(intake)}
    error = refusal_of(Draft(body).with_header("anthropic-version", version), intake.settings)
    assert error is None or error.rule in found


@settings(QUIET, max_examples=500)
@given(headers=st.dictionaries(st.sampled_from(["x-api-key", "authorization", "anthropic-version", "anthropic-beta",
    "content-type", "content-encoding"]), st.text(max_size=20)), raw=st.binary(max_size=40))  # fmt: skip
def test_no_bytes_make_a_check_raise(headers: dict[str, str], raw: bytes) -> None:
    draft = Draft({}, headers=headers, raw=raw)
    audit(Intake(draft.request(), settings=Settings(), models=shipped(), today=EPOCH.date()))
    refusal_of(draft, Settings())


OF_BATCHES = [name for name, rule in RULES.items() if path_for(rule) == PATHS["batches"] and name != "overlong-batch"]


@settings(QUIET, max_examples=300)
@given(violations(exclude=["too-many-messages"]) | violations(rules=OF_BATCHES))
def test_what_refuses_a_request_is_the_first_thing_an_audit_finds(violation: Any) -> None:
    intake = Intake(violation.request, settings=violation.settings, models=shipped(), today=EPOCH.date())
    assert next(finding.rule for finding in audit(intake) if finding.severity == "violation") == violation.rule
