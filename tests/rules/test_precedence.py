"""Which of several faults is reported: each ladder starts with all of them and mends one after the other."""

import gzip
from dataclasses import replace

from mockclaude.rules.catalogue import validate
from mockclaude.rules.rule import Draft
from mockclaude.settings import Limits, Settings
from mockclaude.wire.body import Json, JsonObject
from mockclaude.wire.error import APIError
from tests.rules.drafts import DEFAULTS, LIVE, assistant, draft_of, intake_of, system, text, user

USE: JsonObject = {"type": "tool_use", "id": "toolu_1", "name": "look", "input": {}}


def refusal(draft: Draft, settings: Settings = DEFAULTS) -> str | None:
    """The rule that the whole catalogue refuses a request with."""
    try:
        validate(intake_of(draft, settings))
    except APIError as error:
        return error.rule
    return None


def test_transport_faults_are_reported_from_the_outside_in() -> None:
    small = Settings(limits=Limits(body_bytes=200))
    draft = replace(draft_of(), raw=b"plain".ljust(201))
    for name, value in {
        "x-api-key": "sk-ant-invalid",
        "anthropic-version": None,
        "anthropic-beta": "no-such-beta",
        "content-type": "application/json; charset=utf-16",
        "content-encoding": "br",
    }.items():
        draft = draft.with_header(name, value)
    assert refusal(draft, small) == "body-too-large"
    draft = replace(draft, raw=b"plain")
    assert refusal(draft, small) == "invalid-key"
    draft = draft.with_header("x-api-key", None)
    assert refusal(draft, small) == "missing-key"
    draft = draft.with_header("authorization", "Bearer sk-ant-oat01-invalid")
    assert refusal(draft, small) == "invalid-access-token"
    draft = draft.with_header("authorization", "Bearer sk-ant-api03-a")
    assert refusal(draft, small) == "missing-version"
    draft = draft.with_header("anthropic-version", "2023-06-02")
    assert refusal(draft, small) == "invalid-version"
    draft = draft.with_header("anthropic-version", "2026-10-21")
    assert refusal(draft, small) == "unknown-beta"
    draft = draft.with_header("anthropic-beta", None)
    assert refusal(draft, small) == "unsupported-charset"
    draft = draft.with_header("content-type", None)
    assert refusal(draft, small) == "unsupported-encoding"
    draft = draft.with_header("content-encoding", "gzip")
    assert refusal(draft, small) == "malformed-encoding"
    draft = replace(draft, raw=gzip.compress(b"plain".ljust(201)))
    assert refusal(draft, small) == "body-too-large-after-decoding"
    draft = replace(draft, raw=gzip.compress(b"plain"))
    assert refusal(draft, small) == "malformed-json"
    draft = replace(draft, raw=gzip.compress(b"[]"))
    assert refusal(draft, small) == "body-not-an-object"
    draft = replace(draft, raw=gzip.compress(b"{}"))
    assert refusal(draft, small) == "missing-field"
    assert refusal(replace(draft, raw=None).with_header("content-encoding", None), small) is None


def test_conversation_faults_are_reported_before_the_model_and_what_it_supports() -> None:
    few = Settings(limits=Limits(messages=9))
    fields = {"temperature": 0.5, "max_tokens": 10**6, "system": [text("")]}
    rest = [user("a"), user([text("b"), USE]), assistant([text("")]), user("c"), assistant("The answer is")]
    broken = [system([]), assistant("Hello."), user([]), *rest, user("d"), assistant("e")]

    def refused(*turns: JsonObject, model: str = "claude-unknown", **changed: object) -> str | None:
        kept = {name: value for name, value in (fields | changed).items() if value is not None}
        return refusal(draft_of(*turns, model=model, **kept), few)

    assert refused(*broken) == "too-many-messages"
    assert refused(*broken[:9]) == "empty-system-turn"
    assert refused(system("Be brief."), *broken[1:9]) == "system-turn-first"
    assert refused(*broken[1:3], assistant("Hello."), *rest) == "empty-user-turn"
    assert refused(assistant("Hello."), *rest) == "assistant-first"
    assert refused(*rest) == "roles-not-alternating"
    assert refused(*rest[1:]) == "assistant-block-in-user-turn"
    assert refused(user("b"), *rest[2:]) == "empty-text"
    assert refused(user("c"), rest[4]) == "empty-system-text"
    assert refused(user("c"), rest[4], system=None) == "unknown-model"
    assert refused(user("c"), rest[4], system=None, model="claude-opus-5") == "assistant-prefill"
    assert refused(user("c"), system=None, model="claude-opus-5") == "deprecated-sampling"
    assert refused(user("c"), system=None, model="claude-opus-5", temperature=1) == "max-tokens-over-model"
    assert refused(user("c"), system=None, model="claude-opus-5", temperature=1, max_tokens=1) is None


def test_what_a_model_supports_is_reported_before_what_a_conversation_says() -> None:
    cached: JsonObject = {**text("a"), "cache_control": {"type": "ephemeral"}}
    schema: JsonObject = {"type": "object"}
    steps: list[tuple[str, dict[str, Json]]] = [
        ("unsupported-adaptive-thinking", {"thinking": {"type": "adaptive"}}),
        ("overlarge-thinking-budget", {"thinking": {"type": "enabled", "budget_tokens": 1024}}),
        ("forced-tool-with-manual-thinking", {"max_tokens": 10**6}),
        ("unsupported-effort", {"tool_choice": {"type": "auto"}}),
        ("unsupported-speed", {"output_config": {"format": {"type": "json_schema", "schema": schema}}}),
        ("unsupported-geo", {"speed": "standard"}),
        ("temperature-with-thinking", {"inference_geo": None}),
        ("open-object", {"temperature": 1}),
        ("unanswered-tool-use", {"output_config": {}}),
    ]
    body: dict[str, Json] = {
        "max_tokens": 5,
        "tools": [{"name": "look", "input_schema": {"type": "object"}}],
        "tool_choice": {"type": "any"},
        "output_config": {"effort": "low"},
        "speed": "fast",
        "inference_geo": "us",
        "temperature": 0.5,
        "system": [cached] * 5,
    }
    turns = [user("a"), assistant([USE]), user("b")]
    for rule, change in steps:
        body |= change
        assert refusal(draft_of(*turns, model="claude-haiku-4-5").with_body(**body)) == rule
    result: JsonObject = {"type": "tool_result", "tool_use_id": USE["id"], "content": "0"}
    turns[2] = user([result])
    assert refusal(draft_of(*turns, model="claude-haiku-4-5").with_body(**body)) == "forgotten-thought"
    body["thinking"] = {"type": "disabled"}
    assert refusal(draft_of(*turns, model="claude-haiku-4-5").with_body(**body)) == "too-many-breakpoints"
    body["system"] = "a"
    assert refusal(draft_of(*turns, model="claude-haiku-4-5").with_body(**body)) == "max-tokens-over-model"


def test_faults_of_shape_are_reported_before_the_conversation() -> None:
    assert refusal(draft_of(user([]), temperature=2)) == "out-of-range"
    assert refusal(draft_of(user([]), no_such_field=1)) == "extra-input"
    assert refusal(draft_of(user([]))) == "empty-user-turn"


def test_a_temperature_out_of_range_is_reported_before_one_that_the_model_refuses() -> None:
    assert refusal(draft_of(model="claude-opus-5", temperature=2)) == "out-of-range"
    assert refusal(draft_of(model="claude-opus-5", temperature=0.5)) == "deprecated-sampling"


def test_under_the_newest_version_sampling_is_an_unknown_field_whatever_the_model() -> None:
    for model in ("claude-opus-5", "claude-haiku-4-5"):
        draft = draft_of(model=model, temperature=1).with_header("anthropic-version", "2026-10-21")
        assert refusal(draft) == "removed-sampling"


def test_live_merges_what_strict_refuses() -> None:
    turns = [assistant("Hello."), user("a"), user("b")]
    assert refusal(draft_of(*turns)) == "assistant-first"
    assert refusal(draft_of(*turns), LIVE) is None


def test_a_system_item_that_only_gives_a_directive_needs_no_content() -> None:
    items: list[Json] = [{"role": "user", "content": "Hello"}, {"role": "system", "output_config": {"effort": "low"}}]
    draft = Draft(body={"model": "claude-opus-5-5", "max_tokens": 5, "messages": items})
    sent = draft.with_header("anthropic-beta", "per-turn-control-2026-07-01")
    for _ in range(2):
        assert validate(intake_of(sent)).turns[-1].blocks == []
