import json
from typing import Any

import anthropic.types as sdk
import anthropic.types.beta as sdk_beta
import jsonschema
import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import BaseModel, ValidationError

from mockclaude.wire import beta_replies as replies
from mockclaude.wire import message as ours
from mockclaude.wire import results
from mockclaude.wire.message import CompactionBlock, Message, OtherBlock, OtherCitation, TextBlock, ToolUseBlock
from mockclaude.wire.results import ServerToolResultBlock
from tests.wire import test_results
from tests.wire.sdk_schemas import needs_schemas, schema_of
from tests.wire.test_content import CITATIONS, Json

BLOCKS: list[Json] = [
    {"type": "text", "text": "Hello"},
    {"citations": CITATIONS, "type": "text", "text": " world"},
    {"type": "thinking", "thinking": "hm", "signature": "c2ln"},
    {"type": "redacted_thinking", "data": "ZGF0YQ=="},
    {"type": "tool_use", "id": "toolu_01", "name": "a", "input": {"b": [1]}, "caller": {"type": "direct"}},
    {"type": "tool_use", "id": "toolu_02", "name": "b", "input": {}},
    *test_results.USES,
    *test_results.RESULTS,
    {"type": "container_upload", "file_id": "file_01"},
]
"""The GA content of replies."""

BETA_BLOCKS: list[Json] = [
    {"type": "compaction", "content": "so far"},
    {"type": "mcp_tool_use", "id": "mcptoolu_01", "name": "a", "input": {}, "server_name": "b"},
    {"type": "advisor_tool_result", "tool_use_id": "srvtoolu_01", "content": {"type": "advisor_result", "text": "a"}},
    {
        "type": "mcp_tool_result",
        "tool_use_id": "mcptoolu_01",
        "is_error": False,
        "content": [{"type": "text", "text": "a"}],
    },
    {"type": "mcp_tool_listing", "mcp_server_name": "b", "tools": [{"name": "a", "input_schema": {"type": "object"}}]},
    {
        "type": "fallback",
        "from": {"model": "a"},
        "to": {"model": "b"},
        "trigger": {"type": "refusal", "category": None},
    },
]
REPLY: Json = {
    "model": "claude-opus-5-5",
    "id": "msg_01",
    "type": "message",
    "role": "assistant",
    "content": BLOCKS,
    "container": {"id": "container_01", "expires_at": "2026-06-25T17:16:14.434245Z"},
    "stop_reason": "end_turn",
    "stop_sequence": None,
    "stop_details": None,
    "usage": {
        "input_tokens": 10,
        "cache_creation_input_tokens": 0,
        "cache_read_input_tokens": 0,
        "cache_creation": {"ephemeral_5m_input_tokens": 0, "ephemeral_1h_input_tokens": 0},
        "output_tokens": 5,
        "output_tokens_details": {"thinking_tokens": 2},
        "service_tier": "standard",
        "inference_geo": "global",
        "server_tool_use": {"web_search_requests": 1, "web_fetch_requests": 0},
    },
}
"""A reply with the keys and the order of today."""

OLD: Json = {
    "id": "msg_01",
    "type": "message",
    "role": "assistant",
    "model": "claude-3-opus-20240229",
    "content": [{"type": "text", "text": "Hi"}],
    "stop_reason": "end_turn",
    "stop_sequence": None,
    "usage": {"input_tokens": 8, "output_tokens": 4},
}
"""A reply with the keys and the order of 2024."""

REFUSED: Json = {
    **REPLY,
    "content": [],
    "stop_reason": "refusal",
    "stop_details": {"type": "refusal", "category": "cyber", "explanation": None},
}
REPLIES = [
    REPLY,
    OLD,
    REFUSED,
    {**REPLY, "stop_reason": None},
    {**REPLY, "content": BETA_BLOCKS, "stop_reason": "compaction", "context_management": {"applied_edits": []}},
    {**REPLY, "stop_reason": "bored", "input_transformations": [], "diagnostics": {"cache_miss_reason": {"type": "unavailable"}}},
]  # fmt: skip


@given(st.sampled_from(REPLIES).flatmap(lambda reply: st.permutations(list(reply.items())).map(dict)))
def test_a_reply_is_dumped_as_it_was_parsed(reply: Json) -> None:
    assert json.dumps(Message.model_validate(reply).model_dump()) == json.dumps(reply)
    assert json.dumps(json.loads(Message.model_validate(reply).model_dump_json())) == json.dumps(reply)


@pytest.mark.parametrize("block", [*BLOCKS, *BETA_BLOCKS], ids=lambda block: block["type"])
def test_a_block_may_carry_what_is_not_declared(block: Json) -> None:
    reply = {**OLD, "content": [{"first": None, **block, "later": {"a": [1]}}]}
    assert json.dumps(Message.model_validate(reply).model_dump()) == json.dumps(reply)


def test_blocks_are_read_by_their_type_and_strangers_kept() -> None:
    content = Message.model_validate({**REPLY, "content": [*BLOCKS, *BETA_BLOCKS, {"type": "later", "a": 1}]}).content
    assert {type(block).__name__ for block in content[: len(BLOCKS)]} == {
        "ContainerUploadBlock",
        "RedactedThinkingBlock",
        "ServerToolResultBlock",
        "ServerToolUseBlock",
        "TextBlock",
        "ThinkingBlock",
        "ToolUseBlock",
    }
    assert content[len(BLOCKS)] == CompactionBlock(type="compaction", content="so far")
    assert [type(block) for block in content[len(BLOCKS) + 1 :]] == [
        replies.McpToolUseBlock,
        replies.AdvisorToolResultBlock,
        replies.McpToolResultBlock,
        replies.McpToolListingBlock,
        replies.FallbackBlock,
        OtherBlock,
    ]


def test_citations_are_read_by_their_type_and_strangers_kept() -> None:
    block = TextBlock.model_validate({"type": "text", "text": "", "citations": [*CITATIONS, {"type": "later", "a": 1}]})
    assert [type(citation).__name__ for citation in block.citations or []] == [
        "CharLocation",
        "PageLocation",
        "ContentBlockLocation",
        "WebSearchResultLocation",
        "SearchResultLocation",
        "OtherCitation",
    ]
    assert (block.citations or [])[-1] == OtherCitation.model_validate({"a": 1, "type": "later"})


def test_the_text_of_a_message_is_that_of_its_text_blocks() -> None:
    assert Message.model_validate(REPLY).text == "Hello world"
    assert Message.model_validate(REFUSED).text == ""


def test_the_tool_uses_of_a_message_are_the_calls_of_client_tools() -> None:
    assert Message.model_validate(REPLY).tool_uses == [
        ToolUseBlock.model_validate(BLOCKS[4]),
        ToolUseBlock.model_validate(BLOCKS[5]),
    ]


@pytest.mark.parametrize(
    ("change", "where"),
    [
        ({"id": None}, ("id",)),
        ({"type": "completion"}, ("type",)),
        ({"role": "user"}, ("role",)),
        ({"content": "Hi"}, ("content",)),
        ({"content": [{"text": "Hi"}]}, ("content", 0)),
        ({"content": [{"type": "text", "text": None}]}, ("content", 0, "text", "text")),
        ({"content": [{"type": "tool_use", "id": "a", "name": "b", "input": []}]}, ("content", 0, "tool_use", "input")),
        ({"usage": {"input_tokens": 1}}, ("usage", "output_tokens")),
        ({"usage": {"input_tokens": 1, "output_tokens": 1.0}}, ("usage", "output_tokens")),
    ],
)
def test_a_declared_key_still_has_its_type(change: Json, where: Any) -> None:
    with pytest.raises(ValidationError) as refused:
        Message.model_validate({**OLD, **change})
    assert [error["loc"] for error in refused.value.errors()] == [where]


@needs_schemas
@pytest.mark.parametrize("reply", [REPLY, OLD, REFUSED], ids=["today", "2024", "refused"])
def test_a_reply_of_ours_fits_the_schema_of_the_sdk(reply: Json) -> None:
    validator = jsonschema.Draft202012Validator(schema_of("message.response.ga"))
    assert not list(validator.iter_errors(Message.model_validate(reply).model_dump()))


@pytest.mark.parametrize("reply", REPLIES[:4])
def test_the_sdk_reads_a_reply_of_ours(reply: Json) -> None:
    read = sdk.Message.model_validate(Message.model_validate(reply).model_dump())
    assert [block.type for block in read.content] == [block["type"] for block in reply["content"]]
    assert read.usage.output_tokens == reply["usage"]["output_tokens"]


@pytest.mark.parametrize(
    ("kind", "of_the_sdk"),
    [
        (ours.Message, sdk.Message),
        (ours.Usage, sdk.Usage),
        (ours.CacheCreation, sdk.CacheCreation),
        (ours.OutputTokensDetails, sdk.OutputTokensDetails),
        (ours.ServerToolUsage, sdk.ServerToolUsage),
        (ours.Container, sdk.Container),
        (ours.StopDetails, sdk_beta.BetaRefusalStopDetails),
        (ours.Diagnostics, sdk.Diagnostics),
        (ours.TextBlock, sdk.TextBlock),
        (ours.ThinkingBlock, sdk.ThinkingBlock),
        (ours.RedactedThinkingBlock, sdk.RedactedThinkingBlock),
        (ours.ToolUseBlock, sdk.ToolUseBlock),
        (ours.ContainerUploadBlock, sdk.ContainerUploadBlock),
        (ours.CompactionBlock, sdk_beta.BetaCompactionBlock),
        (ours.Message, sdk_beta.BetaMessage),
        (ours.Usage, sdk_beta.BetaUsage),
        (replies.McpToolUseBlock, sdk_beta.BetaMCPToolUseBlock),
        (replies.McpToolResultBlock, sdk_beta.BetaMCPToolResultBlock),
        (replies.McpToolListingBlock, sdk_beta.BetaMCPToolListingBlock),
        (replies.AdvisorToolResultBlock, sdk_beta.BetaAdvisorToolResultBlock),
        (replies.AdvisorResult, sdk_beta.BetaAdvisorResultBlock),
        (replies.AdvisorRedactedResult, sdk_beta.BetaAdvisorRedactedResultBlock),
        (replies.FallbackBlock, sdk_beta.BetaFallbackBlock),
        (replies.ContextManagement, sdk_beta.BetaContextManagementResponse),
        (replies.ClearedToolUses, sdk_beta.BetaClearToolUses20250919EditResponse),
        (replies.ClearedThinking, sdk_beta.BetaClearThinking20251015EditResponse),
        (ours.CharLocation, sdk.CitationCharLocation),
        (ours.PageLocation, sdk.CitationPageLocation),
        (ours.ContentBlockLocation, sdk.CitationContentBlockLocation),
        (ours.WebSearchResultLocation, sdk.CitationsWebSearchResultLocation),
        (ours.SearchResultLocation, sdk.CitationsSearchResultLocation),
        (ours.ServerToolUseBlock, sdk.ServerToolUseBlock),
        (results.ServerToolResultBlock, sdk.WebSearchToolResultBlock),
        (results.WebSearchResult, sdk.WebSearchResultBlock),
        (results.WebFetchResult, sdk.WebFetchBlock),
        (results.ExecutionResult, sdk.CodeExecutionResultBlock),
        (results.ExecutionResult, sdk.EncryptedCodeExecutionResultBlock),
        (results.EditorViewResult, sdk.TextEditorCodeExecutionViewResultBlock),
        (results.EditorCreateResult, sdk.TextEditorCodeExecutionCreateResultBlock),
        (results.EditorReplaceResult, sdk.TextEditorCodeExecutionStrReplaceResultBlock),
        (results.ToolSearchResult, sdk.ToolSearchToolSearchResultBlock),
        (results.ServerToolError, sdk.ToolSearchToolResultErrorObject),
    ],
)
def test_every_field_of_the_sdk_is_declared(kind: type[BaseModel], of_the_sdk: type[BaseModel]) -> None:
    assert of_the_sdk.model_fields.keys() - kind.model_fields.keys() == set()


def test_a_result_block_stands_for_every_server_tool() -> None:
    kinds = {block["type"] for block in test_results.RESULTS}
    assert {
        ServerToolResultBlock.model_validate({**test_results.RESULTS[0], "type": kind}).type for kind in kinds
    } == kinds
