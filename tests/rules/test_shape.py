import json
from random import Random
from typing import Any, cast

import pytest
from hypothesis import HealthCheck, assume, given, settings
from hypothesis import strategies as st
from pydantic import ValidationError

from mockclaude.call import Call
from mockclaude.rules import shape
from mockclaude.rules.body_fields import UNCOUNTED
from mockclaude.rules.field_offences import extra_input
from mockclaude.rules.flaws import flaws_of
from mockclaude.rules.grammar import Flaw
from mockclaude.rules.rule import Break, Draft, Rule
from mockclaude.wire import betas
from mockclaude.wire.body import JsonObject, RequestBody
from mockclaude.wire.request import MessagesRequest
from tests.rules.shapes import (
    MODELS,
    SMALLEST,
    TEXT,
    TOOL,
    USER,
    body,
    draft_of,
    intake_of,
    messages_of,
    saying,
    tools,
    turns,
)
from tests.rules.test_grammar import JSON
from tests.rules.uncovered import UNLISTED
from tests.wire import beta_samples
from tests.wire.test_request import BLOCKS, OPTIONAL, bodies, replaced, spots
from tests.wire.test_tools import TOOLS


@pytest.mark.parametrize(
    ("request_body", "fatal"),
    [
        ({}, {"model", "messages", "max_tokens"}),
        (body(model=1, messages={}, max_tokens=1.5, stream=1), {"model", "messages", "max_tokens", "stream"}),
        (body(model="", messages=[], max_tokens=-1), set()),
        (body(messages=["hi", {"role": "user", "content": 7}], temperature=2, unknown=1), set()),
    ],
)
def test_only_what_cannot_become_a_call_is_fatal(request_body: Any, fatal: set[str]) -> None:
    assert {fault.facts["path"] for fault in shape.faults(intake_of(draft_of(request_body))) if fault.is_fatal} == fatal


@pytest.mark.parametrize("raw", [b"", b"[]", b'"hi"', b"{"])
def test_a_body_that_is_no_object_is_left_to_the_rules_of_transport(raw: bytes) -> None:
    assert shape.faults(intake_of(Draft({}, raw=raw))) == []


@st.composite
def mutants(draw: st.DrawFn) -> Any:
    """Clean bodies in which a few places hold another value, or have lost or gained a key."""
    request: Any = draw(bodies())
    for _ in range(draw(st.integers(0, 2))):
        path, node = draw(st.sampled_from(list(spots(request))))
        changes = [JSON]
        if isinstance(node, dict) and node:
            lost = draw(st.sampled_from(list(node)))
            changes.append(st.just({key: value for key, value in node.items() if key != lost}))
            changes.append(st.just({**node, "surprise": 1}))
        request = replaced(request, path, draw(st.one_of(changes)))
    return request


HEADERS = st.lists(st.sampled_from([*betas.KNOWN_BETAS, "time-travel-2027-01-01"]), max_size=3, unique=True)
QUIET = settings(suppress_health_check=[HealthCheck.too_slow], deadline=None)


@given(mutants(), HEADERS, st.sampled_from(["2023-06-01", "2026-10-21"]))
@QUIET
def test_no_body_is_too_strange_to_be_judged(request_body: Any, names: list[str], version: str) -> None:
    intake = intake_of(draft_of(request_body, *names, version=version))
    for fault in shape.faults(intake):
        error = fault.rule.error(fault.facts)
        assert (error.status, error.kind, error.rule) == (400, "invalid_request_error", fault.rule.id)
        assert error.path is not None
        assert "{" not in error.message.replace("{1,128}", "") or "{" in json.dumps(request_body)


@given(mutants(), HEADERS)
@QUIET
def test_a_rule_of_shape_finds_the_faults_of_its_own_kind(request_body: Any, names: list[str]) -> None:
    intake = intake_of(draft_of(request_body, *names))
    found = [(rule.id, dict(facts)) for rule in shape.RULES for facts in rule.check(intake)]
    every = [(fault.rule.id, fault.facts) for fault in shape.faults(intake)]
    assert sorted(map(str, found)) == sorted(map(str, every))


def is_left_to_values(flaw: Flaw) -> bool:
    """The typed view does not look at what only a value decides."""
    return flaw.offence in {"blank-stop-sequence", "unknown-geo"}


def has_odd_system_item(request: Any) -> bool:
    """The typed view lets system items hold text and tool changes only; the API refuses others after all shape."""
    items = request.get("messages") if isinstance(request, dict) else None
    for item in items if isinstance(items, list) else []:
        if isinstance(item, dict) and item.get("role") == "system" and isinstance(item.get("content"), list):
            return True
    return False


def disagreement(request_body: Any, *names: str) -> str | None:
    """How the shape and the typed view of a body differ about whether it is sound."""
    intake = intake_of(draft_of(request_body, *names))
    flaws = flaws_of(intake) or []
    try:
        MessagesRequest.model_validate(intake.document, context={"betas": frozenset(names)})
    except ValidationError as refusal:
        return None if flaws else f"only the typed view refuses: {refusal}"
    flaws = [flaw for flaw in flaws if not is_left_to_values(flaw)]
    return f"only the shape refuses: {flaws}" if flaws else None


@given(mutants(), st.lists(st.sampled_from(list(betas.KNOWN_BETAS)), max_size=3, unique=True))
@settings(parent=QUIET, max_examples=300)
def test_the_typed_view_accepts_exactly_the_bodies_of_sound_shape(request_body: Any, names: list[str]) -> None:
    assume(isinstance(request_body, dict) and not has_odd_system_item(request_body))
    assert disagreement(request_body, *names) is None


STRANGERS: tuple[Any, ...] = (None, True, 1, 1.0, "x", [], {}, [None], {"type": "text"})
SAMPLES: dict[str, Any] = {
    **{f"block-{place}-{block['type']}": saying(block) for place, block in enumerate(BLOCKS)},
    **{f"tool-{place}-{tool.get('type')}": tools(tool) for place, tool in enumerate(TOOLS)},
    **{f"{name}-{place}": body(**{name: it}) for name, every in OPTIONAL.items() for place, it in enumerate(every)},
}


@pytest.mark.parametrize("sample", SAMPLES)
def test_the_typed_view_agrees_about_every_place_of_every_sample(sample: str) -> None:
    request = SAMPLES[sample]
    for path, node in spots(request):
        changed = [*STRANGERS]
        if isinstance(node, dict):
            changed += [{**node, "surprise": 1}]
            changed += [{key: value for key, value in node.items() if key != lost} for lost in node]
        for value in changed:
            mutant = replaced(request, path, value)
            assert not isinstance(mutant, dict) or disagreement(mutant) is None, (path, value)


BETA_SAMPLES: dict[str, Any] = {
    **{name: body(**{name: value}) for name, value in beta_samples.FIELDS.items()},
    **{kind: saying(block) for kind, block in beta_samples.BLOCKS.items()},
    **{kind: tools(tool) for kind, tool in beta_samples.TOOLS.items()},
}


@pytest.mark.parametrize("names", [(), tuple(betas.KNOWN_BETAS)], ids=["without", "with"])
@pytest.mark.parametrize("sample", BETA_SAMPLES)
def test_the_typed_view_agrees_about_every_place_of_what_betas_bring(sample: str, names: tuple[str, ...]) -> None:
    request = BETA_SAMPLES[sample]
    for path, node in spots(request):
        changed = [*STRANGERS]
        if isinstance(node, dict):
            changed += [{**node, "surprise": 1}]
            changed += [{key: value for key, value in node.items() if key != lost} for lost in node]
        for value in changed if len(path) > 1 or path[:1] == (sample,) else ():
            assert disagreement(replaced(request, path, value), *names) is None, (path, value)


@given(mutants())
@QUIET
def test_what_is_salvaged_has_the_shape_of_a_call(request_body: Any) -> None:
    intake = intake_of(draft_of(request_body))
    assume(isinstance(intake.document, dict) and not any(fault.is_fatal for fault in shape.faults(intake)))
    saved = shape.salvage(intake.document)
    assert {"model", "messages", "max_tokens"} <= set(saved)
    assert messages_of(draft_of(saved, "time-travel-2027-01-01")) in (
        [],
        ["model: String should have at least 1 character"],
    )
    call = Call(intake, cast("RequestBody", saved), MODELS.default)
    assert [item for turn in call.turns for item in turn.items] == list(range(len(call.body["messages"])))


@given(bodies())
@QUIET
def test_nothing_but_null_is_lost_when_a_sound_body_is_salvaged(request_body: Any) -> None:
    intake = intake_of(draft_of(request_body))
    assume(not shape.faults(intake))
    document = cast("JsonObject", intake.document)
    assert shape.salvage(document) == {name: value for name, value in document.items() if value is not None}


@pytest.mark.parametrize(
    ("request_body", "saved"),
    [
        (body(temperature="hot", unknown=1), SMALLEST),
        (body(max_tokens=-5), body(max_tokens=0)),
        (body(messages=[]), body(messages=[{"role": "user", "content": ""}])),
        (body(messages=[7, {"role": "tool", "content": "a"}]), body(messages=[{"role": "user", "content": ""}])),
        (turns(USER, {**USER, "name": "Ann"}), turns(USER, {**USER, "name": "Ann"})),
        (turns({"role": "system", "output_config": {}}), turns({"role": "system", "output_config": {}, "content": []})),
        (saying(7, TEXT, {"type": "image"}), saying(TEXT)),
        (tools(TOOL, {"name": "a"}), tools(TOOL)),
        (body(system=["a", TEXT]), body(system=[TEXT])),
        (body(model=""), body(model="")),
    ],
)
def test_salvage_keeps_what_is_sound(request_body: Any, saved: Any) -> None:
    assert shape.salvage(request_body) == saved


COUNTING = "/v1/messages/count_tokens"
BREAKS = [(rule, change) for rule in shape.RULES if rule.endpoints is None for change in rule.breaks]
"""Those of conversations; batches are broken in `test_law`."""


@st.composite
def drafts(draw: st.DrawFn) -> Draft:
    """Drafts of both endpoints and versions whose shape is sound."""
    draft = draft_of(
        draw(bodies()),
        *draw(st.sampled_from([(), ("files-api-2025-04-14",), ("files-api-2025-04-14", "time-travel-2027-01-01")])),
        version=draw(st.sampled_from(["2023-06-01", "2026-10-21"])),
        path=draw(st.sampled_from(["/v1/messages", COUNTING])),
    )
    draft = draft.without(*UNCOUNTED) if draft.path == COUNTING else draft
    assume(not shape.faults(intake_of(draft)))
    return draft


@pytest.mark.parametrize(("rule", "change"), BREAKS, ids=[f"{r.id}-{c.__name__}" for r, c in BREAKS])
@given(drafts(), st.integers(0, 10**6))
@settings(parent=QUIET, max_examples=25)
def test_a_break_of_a_sound_request_is_refused_with_its_rule(
    rule: Rule[Any], change: Break, draft: Draft, seed: int
) -> None:
    broken = change(draft, Random(seed))
    is_extra = draft.path == COUNTING and not UNCOUNTED.isdisjoint(broken.body)
    assert shape.faults(intake_of(broken))[0].rule in ({rule, extra_input} if is_extra else {rule})


def test_every_rule_has_a_break_a_summary_and_an_entry_it_stands_for() -> None:
    assert len({rule.id for rule in shape.RULES}) == len(shape.RULES)
    for rule in shape.RULES:
        assert rule.stage == "shape"
        assert rule.breaks
        assert rule.summary
        assert rule.covers or rule.id in UNLISTED
        assert all(change.__doc__ for change in rule.breaks)
