import json
from typing import Any

import anthropic.types as sdk
import anthropic.types.beta as sdk_beta
import jsonschema
import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import BaseModel, TypeAdapter, ValidationError

from mockclaude.wire import events as ours
from mockclaude.wire.events import (
    ContentBlockDeltaEvent,
    ContentBlockStartEvent,
    ErrorEvent,
    OtherDelta,
    OtherEvent,
    StreamError,
    event_of,
)
from mockclaude.wire.message import CompactionBlock, OtherBlock
from tests.wire.sdk_schemas import needs_schemas, schema_of
from tests.wire.test_content import CITATIONS, Json
from tests.wire.test_message import BLOCKS, OLD, REFUSED, REPLY

START: Json = {"type": "content_block_start", "index": 0, "content_block": {"type": "text", "text": ""}}
DELTAS: list[Json] = [
    {"type": "text_delta", "text": "Hi"},
    {"type": "input_json_delta", "partial_json": ""},
    {"type": "thinking_delta", "thinking": "hm"},
    {"type": "signature_delta", "signature": "c2ln"},
    *({"type": "citations_delta", "citation": citation} for citation in CITATIONS),
]
END: Json = {
    "type": "message_delta",
    "delta": {"stop_reason": "end_turn", "stop_sequence": None, "stop_details": None, "container": REPLY["container"]},
    "usage": {
        "input_tokens": 10,
        "cache_creation_input_tokens": 0,
        "cache_read_input_tokens": 0,
        "output_tokens": 5,
        "output_tokens_details": {"thinking_tokens": 2},
        "server_tool_use": {"web_search_requests": 1, "web_fetch_requests": 0},
    },
}
EVENTS: list[Json] = [
    {"type": "message_start", "message": {**REPLY, "content": [], "stop_reason": None}},
    {"type": "message_start", "message": {**OLD, "content": [], "stop_reason": None}},
    *({**START, "content_block": block} for block in BLOCKS),
    *({"type": "content_block_delta", "index": 0, "delta": delta} for delta in DELTAS),
    {"type": "content_block_stop", "index": 0},
    END,
    {"type": "message_delta", "delta": {"stop_reason": "max_tokens", "stop_sequence": None}, "usage": {"output_tokens": 5}},
    {**END, "delta": {"stop_reason": "refusal", "stop_sequence": None, "stop_details": REFUSED["stop_details"]}},
    {"type": "message_stop"},
]  # fmt: skip
"""The events of the GA stream."""

BEYOND: list[Json] = [
    {"type": "ping"},
    {"type": "error", "error": {"details": None, "type": "overloaded_error", "message": "Overloaded"}},
    {
        "type": "error",
        "error": {"details": {"error_visibility": "user_facing"}, "type": "api_error", "message": "Internal server error"},
        "request_id": "req_01",
    },
    {**START, "content_block": {"type": "compaction", "content": None, "encrypted_content": None}},
    {"type": "content_block_delta", "index": 0, "delta": {"type": "compaction_delta", "content": "so far"}},
    {"type": "content_block_delta", "index": 0, "delta": {"type": "thinking_delta", "thinking": "", "estimated_tokens": 50}},
    {"type": "content_block_delta", "index": 0, "delta": {"type": "later_delta", "free": [1]}},
    {**END, "context_management": {"applied_edits": []}},
    {"type": "later", "free": {"a": None}},
]  # fmt: skip
"""What else a stream may bring: signs of life, errors, betas, and what is yet unknown."""


@given(
    st.sampled_from([*EVENTS, *BEYOND]).flatmap(lambda event: st.permutations([*event.items(), ("new", 1)]).map(dict)),
)
def test_an_event_is_dumped_as_it_was_parsed(event: Json) -> None:
    assert json.dumps(event_of(event).model_dump()) == json.dumps(event)


def test_events_are_read_by_their_type() -> None:
    assert [type(event_of(event)).__name__ for event in (EVENTS[0], START, *EVENTS[-5:], *BEYOND[:2], BEYOND[-1])] == [
        "MessageStartEvent",
        "ContentBlockStartEvent",
        "ContentBlockStopEvent",
        "MessageDeltaEvent",
        "MessageDeltaEvent",
        "MessageDeltaEvent",
        "MessageStopEvent",
        "PingEvent",
        "ErrorEvent",
        "OtherEvent",
    ]


def test_deltas_are_read_by_their_type() -> None:
    read = [event_of({"type": "content_block_delta", "index": 0, "delta": delta}) for delta in DELTAS[:5]]
    assert [type(event.delta).__name__ for event in read if isinstance(event, ContentBlockDeltaEvent)] == [
        "TextDelta",
        "InputJsonDelta",
        "ThinkingDelta",
        "SignatureDelta",
        "CitationsDelta",
    ]


def test_unknown_events_blocks_and_deltas_are_kept_as_they_are() -> None:
    assert event_of(BEYOND[-1]) == OtherEvent.model_validate({"free": {"a": None}, "type": "later"})
    assert event_of(BEYOND[6]) == ContentBlockDeltaEvent(
        type="content_block_delta", index=0, delta=OtherDelta.model_validate({"type": "later_delta", "free": [1]})
    )
    assert event_of({**START, "content_block": {"type": "later"}}) == ContentBlockStartEvent(
        type="content_block_start", index=0, content_block=OtherBlock(type="later")
    )


def test_a_compaction_starts_without_its_content() -> None:
    assert event_of(BEYOND[3]) == ContentBlockStartEvent(
        type="content_block_start", index=0, content_block=CompactionBlock(type="compaction")
    )


def test_an_error_tells_its_type_and_its_text() -> None:
    assert event_of(BEYOND[1]) == ErrorEvent(
        type="error", error=StreamError(type="overloaded_error", message="Overloaded", details=None)
    )


@pytest.mark.parametrize(
    "event",
    [
        None,
        "ping",
        {},
        {"type": None},
        {"type": "content_block_stop"},
        {"type": "content_block_stop", "index": "0"},
        {**START, "content_block": {}},
        {"type": "message_delta", "delta": {}, "usage": {}},
        {"type": "error", "error": {"type": "api_error"}},
    ],
)
def test_what_a_client_could_not_read_is_refused(event: Any) -> None:
    with pytest.raises(ValidationError):
        event_of(event)


@needs_schemas
@pytest.mark.parametrize("event", EVENTS, ids=lambda event: event["type"])
def test_an_event_of_ours_fits_the_schema_of_the_sdk(event: Json) -> None:
    validator = jsonschema.Draft202012Validator(schema_of("stream_event.ga"))
    assert not list(validator.iter_errors(event_of(event).model_dump()))


@pytest.mark.parametrize("event", EVENTS, ids=lambda event: event["type"])
def test_the_sdk_reads_an_event_of_ours(event: Json) -> None:
    adapter: TypeAdapter[Any] = TypeAdapter(sdk.RawMessageStreamEvent)
    assert adapter.validate_python(event_of(event).model_dump()).type == event["type"]


@pytest.mark.parametrize(
    ("kind", "of_the_sdk"),
    [
        (ours.MessageStartEvent, sdk.RawMessageStartEvent),
        (ours.MessageDeltaEvent, sdk.RawMessageDeltaEvent),
        (ours.MessageDelta, sdk.raw_message_delta_event.Delta),
        (ours.MessageDeltaUsage, sdk.MessageDeltaUsage),
        (ours.MessageStopEvent, sdk.RawMessageStopEvent),
        (ours.ContentBlockStartEvent, sdk.RawContentBlockStartEvent),
        (ours.ContentBlockDeltaEvent, sdk.RawContentBlockDeltaEvent),
        (ours.ContentBlockStopEvent, sdk.RawContentBlockStopEvent),
        (ours.TextDelta, sdk.TextDelta),
        (ours.InputJsonDelta, sdk.InputJSONDelta),
        (ours.ThinkingDelta, sdk_beta.BetaThinkingDelta),
        (ours.SignatureDelta, sdk.SignatureDelta),
        (ours.CitationsDelta, sdk.CitationsDelta),
        (ours.CompactionDelta, sdk_beta.BetaCompactionContentBlockDelta),
    ],
)
def test_every_field_of_the_sdk_is_declared(kind: type[BaseModel], of_the_sdk: type[BaseModel]) -> None:
    assert of_the_sdk.model_fields.keys() - kind.model_fields.keys() == set()
