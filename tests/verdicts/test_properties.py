"""Over any request at all: every broken one is named by its rule, no clean one is, and no verdict fails to be given."""

import json
from typing import Any

from hypothesis import given, settings
from hypothesis import strategies as st

from mockclaude.calls import calls_of
from mockclaude.clock import EPOCH
from mockclaude.record.journal import Journal
from mockclaude.settings import Settings
from mockclaude.strategies import requests, violations
from mockclaude.strategies.violations import Violation
from mockclaude.verdicts.contract import breaches
from mockclaude.verdicts.resilience import Allowed, lapses
from mockclaude.verdicts.returned import Returned
from mockclaude.verdicts.told import told_breaches, told_lapses
from mockclaude.wire.interaction import Chunk, Course, Headers, Interaction, RawRequest, RawResponse

from .recorded import MODELS, refused, whole
from .test_answered import BYTES

UNREMEMBERED = {"invalid-key", "missing-key", "invalid-access-token", "body-too-large", "body-too-large-after-decoding"}
"""Rules that ask for what a journal does not keep; the server notes them when they refuse."""


def remembered(*interactions: Interaction) -> Journal:
    journal = Journal()
    for interaction in interactions:
        journal.add(interaction)
    return journal


def judged(*interactions: Interaction) -> list[str]:
    found = breaches(remembered(*interactions), settings=Settings(), models=MODELS)
    assert bool(found) == (told_breaches(found) != "0 requests broke the API's contract:")
    return [breach.finding.rule for breach in found]


@settings(max_examples=30, deadline=None)
@given(broken=violations(exclude=UNREMEMBERED))
def test_the_rule_that_a_request_broke_is_named(broken: Violation) -> None:
    named = judged(Interaction(broken.request, EPOCH, response=whole()))
    assert next(name for name in named if name != "retired-model") == broken.rule, "a retired model is told besides"


@settings(max_examples=60, deadline=None)
@given(body=requests(), key=st.sampled_from(["x-api-key", "authorization"]))
def test_a_clean_request_broke_none(body, key) -> None:
    fields = {
        key: f"{'Bearer ' if key == 'authorization' else ''}sk-ant-api03-secret",
        "anthropic-version": "2023-06-01",
    }
    request = RawRequest("POST", "/v1/messages", Headers(fields), json.dumps(body).encode())
    assert judged(Interaction(request, EPOCH, response=whole())) == []


JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(max_size=5),
    lambda inner: (
        st.lists(inner, max_size=3)
        | st.dictionaries(
            st.sampled_from(["type", "role", "content", "messages", "model", "id", "text", "stream"]), inner, max_size=4
        )
    ),
    max_leaves=12,
)
BODIES = (
    st.binary(max_size=9)
    | (JSON | requests()).map(lambda body: json.dumps(body).encode())
    | violations().map(lambda broken: broken.request.body[:100_000])
)
RESPONSES: st.SearchStrategy[Any] = st.none() | st.sampled_from([400, 429, 500, 0, 200]).map(refused) | st.just(whole()) | st.builds(
    lambda size, ending: RawResponse(200, (), (Chunk(BYTES[:size]),), streamed=True, ending=ending),
    st.integers(0, len(BYTES)),
    st.sampled_from(["complete", "close", "reset"]),
)  # fmt: skip
MOMENT = st.floats(0, 1e6)
COURSES = st.none() | st.builds(
    Course, MOMENT, st.none() | MOMENT, st.none() | MOMENT, st.integers(0, len(BYTES)), st.booleans()
)
INTERACTIONS = st.builds(
    lambda body, response, course: Interaction(
        RawRequest("POST", "/v1/messages", Headers({"anthropic-version": "2023-06-01"}), body),
        EPOCH,
        "",
        response,
        course=course,
    ),
    BODIES,
    RESPONSES,
    COURSES,
)


@settings(max_examples=60, deadline=None)
@given(made=st.lists(INTERACTIONS, max_size=4), repeat=st.integers(1, 3), text=st.none() | st.text(max_size=5))
def test_a_verdict_is_given_whatever_was_asked_and_answered(made, repeat, text) -> None:
    journal = remembered(*[entry for entry in made for _ in range(repeat)])
    calls = calls_of(journal, models=MODELS)
    found = lapses(calls, allowed=Allowed(attempts=2), returned=None if text is None else Returned(text))
    if found:
        told = told_lapses(found, calls)
        assert told.startswith(f"the client did {len(found)} thing")
        assert all(0 < number <= len(calls) for lapse in found for number in lapse.calls)
    judged(*journal)
