"""Batches and their results are read with all they hold, and given back as they were."""

from typing import Any

import pytest
from pydantic import TypeAdapter, ValidationError

from mockclaude import wire
from mockclaude.wire.batch import MessageBatch, MessageBatchRow
from mockclaude.wire.body import JsonObject
from mockclaude.wire.error import APIError
from tests.wire.sdk_schemas import fields, needs_schemas, schema_of

MESSAGE: JsonObject = {
    "model": "claude-opus-5",
    "id": "msg_1",
    "type": "message",
    "role": "assistant",
    "content": [{"type": "text", "text": "Hello."}],
    "stop_reason": "end_turn",
    "stop_sequence": None,
    "usage": {"input_tokens": 1, "output_tokens": 1, "service_tier": "batch"},
}
BATCH: JsonObject = {
    "id": "msgbatch_1",
    "type": "message_batch",
    "processing_status": "in_progress",
    "request_counts": {"processing": 2, "succeeded": 0, "errored": 0, "canceled": 0, "expired": 0},
    "ended_at": None,
    "created_at": "2026-01-01T00:05:23.250396+00:00",
    "expires_at": "2026-01-02T00:05:23.250396+00:00",
    "archived_at": None,
    "cancel_initiated_at": None,
    "results_url": None,
    "a_field_of_tomorrow": 1,
}
RESULTS: list[Any] = [
    {"type": "succeeded", "message": MESSAGE},
    APIError("max_tokens: Field required").result(),
    {"type": "canceled"},
    {"type": "expired"},
]


def test_a_batch_is_given_back_as_it_was() -> None:
    batch = MessageBatch.model_validate(BATCH)
    assert batch.model_dump() == BATCH
    assert list(batch.model_dump()) == list(BATCH)
    assert batch.request_counts.total == 2


@pytest.mark.parametrize("result", RESULTS, ids=lambda result: result["type"])
def test_a_row_is_given_back_as_it_was(result: JsonObject) -> None:
    row: JsonObject = {"custom_id": "row-1", "result": result}
    assert MessageBatchRow.model_validate(row).model_dump() == row


def test_the_row_of_an_answer_holds_its_message() -> None:
    row = MessageBatchRow.model_validate({"custom_id": "row-1", "result": RESULTS[0]})
    assert row.result.type == "succeeded"
    assert row.result.message.text == "Hello."


def test_a_state_that_there_is_not_is_refused() -> None:
    with pytest.raises(ValidationError):
        MessageBatch.model_validate({**BATCH, "processing_status": "done"})
    with pytest.raises(ValidationError):
        MessageBatchRow.model_validate({"custom_id": "row-1", "result": {"type": "failed"}})


def test_both_types_are_public() -> None:
    assert (wire.MessageBatch, wire.MessageBatchRow) == (MessageBatch, MessageBatchRow)


@needs_schemas
def test_a_batch_has_the_fields_that_the_sdk_reads() -> None:
    ours = {field.rstrip("*") for field in fields(TypeAdapter(MessageBatch).json_schema())}
    theirs = {field.replace("*", "") for field in fields(schema_of("message_batch.ga"))}
    assert theirs <= {field.replace("*", "") for field in ours}
