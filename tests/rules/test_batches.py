"""What a batch is refused for when it is made, what only its rows are refused for, and how both are told."""

import gzip
from dataclasses import replace
from random import Random
from typing import Any, cast

import pytest

from mockclaude.call import Intake
from mockclaude.rules.batch_fields import LONGEST
from mockclaude.rules.batch_rows import batch_of
from mockclaude.rules.batches import empty_batch
from mockclaude.rules.binding import displaced_thought, displaced_thought_without_controls
from mockclaude.rules.catalogue import audit, validate, validate_batch
from mockclaude.rules.occasion import PATHS, placed, plain_draft, refusal_of
from mockclaude.rules.rule import Draft
from mockclaude.settings import Limits, Settings
from mockclaude.wire.body import Json, JsonObject
from tests.rules.drafts import DEFAULTS, assistant, draft_of, intake_of, text, user

OFF = Settings(validation="off")
LONG_BATCHES = "output-300k-2026-03-24"


def batch(*rows: Any, **fields: Any) -> Draft:
    """A draft of a batch with these rows."""
    return Draft({"requests": list(rows), **fields}, path=PATHS["batches"])


def row(name: Json = "row-1", **params: Any) -> JsonObject:
    """A row that asks for a greeting, with fields changed."""
    return {"custom_id": name, "params": {**draft_of().body, **params}}


def refused(draft: Draft, settings: Settings = DEFAULTS) -> tuple[str | None, str] | None:
    error = refusal_of(draft, settings)
    return None if error is None else (error.rule, error.message)


@pytest.mark.parametrize("name", ["a", "A-1_b", "0" * LONGEST, "-"])
def test_a_name_may_have_letters_digits_dashes_and_underscores(name: str) -> None:
    assert refused(batch(row(name))) is None


@pytest.mark.parametrize(
    ("draft", "rule", "message"),
    [
        (Draft({}, path=PATHS["batches"]), "missing-field", "requests: Field required"),
        (Draft({"requests": None}, path=PATHS["batches"]), "not-an-array", "requests: Input should be a valid array"),
        (batch("x"), "not-an-object", "requests.0: Input should be an object"),
        (batch(row(), {"params": {}}), "missing-field", "requests.1.custom_id: Field required"),
        (batch({"custom_id": "a"}), "missing-field", "requests.0.params: Field required"),
        (batch({"custom_id": "a", "params": []}), "not-an-object", "requests.0.params: Input should be an object"),
        (batch(row(1)), "not-a-string", "requests.0.custom_id: Input should be a valid string"),
        (batch(row("a" * 65)), "overlong-custom-id", "requests.0.custom_id: String should have at most 64 characters"),
        (batch(row("ü" * 65)), "overlong-custom-id", "requests.0.custom_id: String should have at most 64 characters"),
        (batch(row(), row("a b")), "malformed-custom-id", "requests.1.custom_id: String should match pattern '^[a-zA-Z0-9_-]{1,64}$'"),
        (batch(row("")), "malformed-custom-id", "requests.0.custom_id: String should match pattern '^[a-zA-Z0-9_-]{1,64}$'"),
        (batch(), "empty-batch", "requests: List should have at least 1 item after validation, not 0"),
        (batch(row("a"), row("b"), row("b"), row("a")), "repeated-custom-id", "requests: custom_id's must be unique within a batch. Duplicate custom_id found: b"),
    ],
)  # fmt: skip
def test_a_batch_is_refused_in_the_api_s_words(draft: Draft, rule: str, message: str) -> None:
    assert refused(draft) == (rule, message)


def test_faults_of_names_come_before_faults_of_the_whole_and_those_before_faults_of_rows() -> None:
    few = Settings(limits=Limits(batch_requests=2))
    bad = row("a", max_tokens=0)
    assert refused(batch(bad, bad, row("a b")), few) == (
        "malformed-custom-id",
        "requests.2.custom_id: String should match pattern '^[a-zA-Z0-9_-]{1,64}$'",
    )
    assert refused(batch(bad, bad, bad), few) == (
        "overlong-batch",
        "requests: List should have at most 2 items after validation, not 3",
    )
    assert (refused(batch(bad, bad), few) or ("", ""))[0] == "repeated-custom-id"
    assert (refused(batch(bad, row("b")), few) or ("", ""))[0] == "max-tokens-below-one"
    assert refused(batch(row("a"), row("b")), few) is None


def test_other_keys_are_let_pass_since_no_refusal_of_them_is_known() -> None:
    assert refused(batch({**row(), "url": "/v1/messages"}, metadata={})) is None


def test_params_are_judged_when_their_turn_comes() -> None:
    rows = validate_batch(intake_of(batch(row(messages=None, model=1), {"custom_id": "b", "params": {}})))
    assert [(one.place, one.custom_id, one.intake.document) for one in rows] == [
        (0, "row-1", {**draft_of().body, "messages": None, "model": 1}),
        (1, "b", {}),
    ]


def test_off_lets_a_batch_pass_from_which_rows_can_be_made() -> None:
    intake = intake_of(batch(row("a b"), row("a b"), row("a" * 65)), OFF)
    assert [one.custom_id for one in validate_batch(intake)] == ["a b", "a b", "a" * 65]
    assert [finding.rule for finding in intake.findings] == [
        "malformed-custom-id", "malformed-custom-id", "overlong-custom-id", "repeated-custom-id",
    ]  # fmt: skip
    assert validate_batch(intake_of(batch(), OFF)) == []
    assert refused(batch({"params": {}}), OFF) == ("missing-field", "requests.0.custom_id: Field required")
    assert refused(batch({"custom_id": "a"}), OFF) == ("missing-field", "requests.0.params: Field required")


def test_the_bytes_of_a_batch_have_a_limit_of_their_own() -> None:
    limits = Settings(limits=Limits(body_bytes=10, batch_bytes=300))
    assert refused(batch(row()), limits) is None
    assert refused(batch(row(system="x" * 300)), limits) == ("body-too-large", "Request exceeds the maximum size")
    assert Limits().batch_bytes == 256 * 1024 * 1024


def judged(draft: Draft, **headers: str) -> str | None:
    """The rule that refuses the first row."""
    for name, value in headers.items():
        draft = draft.with_header(name.replace("_", "-"), value)
    error = refusal_of(draft, DEFAULTS)
    return None if error is None else error.rule


DOCUMENT = {"type": "document", "source": {"type": "text", "media_type": "text/plain", "data": "Green."}}
CITED = {**text("Green."), "citations": [{"type": "char_location", "cited_text": "Green.", "document_index": 0,
    "document_title": None, "start_char_index": 0, "end_char_index": 5}]}  # fmt: skip


@pytest.mark.parametrize(
    ("params", "rule"),
    [
        ({"temperature": 1.0, "model": "claude-sonnet-4-6"}, "removed-sampling"),
        ({"top_k": 1, "model": "claude-sonnet-4-6"}, "removed-sampling"),
        ({"messages": [user("Hi"), assistant([DOCUMENT]), user("Well?")]}, "document-in-assistant-turn"),
        ({"messages": [user([CITED])]}, "citations-in-user-turn"),
    ],
)
def test_the_version_of_the_batch_holds_for_every_row(params: dict[str, Any], rule: str) -> None:
    draft = batch(row("a"), row("b", **params))
    assert judged(draft, anthropic_version="2023-06-01") is None
    assert judged(draft, anthropic_version="2026-10-21") == rule


def test_the_betas_of_the_batch_hold_for_every_row() -> None:
    managed = batch(row(context_management={"edits": []}))
    assert judged(managed) == "extra-input"
    assert judged(managed, anthropic_beta="context-management-2025-06-27") is None


@pytest.mark.parametrize(("model", "most"), [("claude-opus-4-8", 300_000), ("claude-haiku-4-5", 64_000)])
def test_some_models_write_more_in_batches_with_a_beta(model: str, most: int) -> None:
    for tokens, rule in ((most, None), (most + 1, "max-tokens-over-model")):
        asked = batch(row(model=model, max_tokens=tokens))
        assert judged(asked, anthropic_beta=LONG_BATCHES) == rule
    assert judged(batch(row(max_tokens=200_000))) == "max-tokens-over-model"
    single = draft_of(model=model, max_tokens=200_000)
    assert judged(single, anthropic_beta=LONG_BATCHES) == "max-tokens-over-model", "not where one asks for it alone"


def test_a_thought_out_of_place_is_dropped_in_batches_unless_the_request_wants_to_hear_of_it() -> None:
    unasked, asked = [
        change(plain_draft(rule), Random(0))
        for rule in (displaced_thought_without_controls, displaced_thought)
        for change in rule.breaks
    ]
    assert (refused(unasked) or ("", ""))[0] == "displaced-thought-without-controls"
    assert refused(placed(unasked, empty_batch)) is None
    assert (refused(placed(asked, empty_batch)) or ("", ""))[0] == "displaced-thought"


def test_an_encoding_of_the_batch_is_none_of_its_rows() -> None:
    plain = batch(row())
    packed = replace(plain, raw=gzip.compress(plain.request().body)).with_header("content-encoding", "gzip")
    [only] = validate_batch(intake_of(packed))
    assert validate(only.intake).text == "Hello"


def test_an_audit_tells_where_every_row_is_wrong_and_how_it_is_called() -> None:
    draft = batch(row("a", max_tokens=0, top_k="x"), row("b"), row("c", model="claude-nobody"))
    found = audit(intake_of(draft))
    assert [(one.rule, one.path, one.message) for one in found] == [
        ("max-tokens-below-one", "requests.0.params.max_tokens", "max_tokens: must be greater than or equal to 1 (custom_id 'a')"),
        ("not-an-integer", "requests.0.params.top_k", "top_k: Input should be a valid integer (custom_id 'a')"),
        ("unknown-model", "requests.2.params.model", "model: claude-nobody (custom_id 'c')"),
    ]  # fmt: skip


def test_an_audit_of_a_batch_tells_what_its_head_lacks_once() -> None:
    draft = batch(row("a"), row("a")).with_header("anthropic-version", None)
    assert [one.rule for one in audit(intake_of(draft))] == ["missing-version", "repeated-custom-id"]


def test_a_key_for_a_name_is_not_told() -> None:
    [finding] = audit(intake_of(batch(row("sk-ant-api03-secret", max_tokens=0))))
    assert "secret" not in finding.message


def test_a_request_becomes_a_row_without_what_only_it_may_ask_for() -> None:
    body = {**draft_of().body, "stream": True, "speed": "fast", "fallbacks": "default", "max_tokens": 0}
    [only] = cast("Any", batch_of(body)["requests"])
    assert only["params"] == {**draft_of().body, "max_tokens": 1}


def test_a_batch_is_known_by_its_path() -> None:
    def endpoint(path: str) -> str:
        return Intake(
            Draft({}, path=path).request(), settings=DEFAULTS, models=cast("Any", None), today=cast("Any", None)
        ).endpoint

    assert [endpoint(path) for path in ("/v1/messages", "/v1/messages/count_tokens", "/v1/messages/batches")] == [
        "messages", "count_tokens", "batches",
    ]  # fmt: skip
