from typing import Annotated, Any, get_args

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import TypeAdapter, ValidationError

from mockclaude.wire.content import (
    CitationParam,
    DocumentBlockParam,
    ImageBlockParam,
    RedactedThinkingBlockParam,
    SearchResultBlockParam,
    TextBlockParam,
    ThinkingBlockParam,
    ToolResultBlockParam,
    ToolResultContent,
    ToolUseBlockParam,
)
from mockclaude.wire.tolerant import ChosenBy

Json = dict[str, Any]

CACHED: Json = {"cache_control": {"type": "ephemeral", "ttl": "1h"}}
DOCUMENT_CITATION: Json = {"cited_text": "a", "document_index": 0, "document_title": None}
CITATIONS: list[Json] = [
    {"type": "char_location", **DOCUMENT_CITATION, "start_char_index": 0, "end_char_index": 1, "file_id": None},
    {"type": "page_location", **DOCUMENT_CITATION, "start_page_number": 1, "end_page_number": 2},
    {"type": "content_block_location", **DOCUMENT_CITATION, "start_block_index": 0, "end_block_index": 1},
    {"type": "web_search_result_location", "cited_text": "a", "encrypted_index": "b", "title": None, "url": "c"},
    {
        "type": "search_result_location",
        "cited_text": "a",
        "search_result_index": 0,
        "source": "b",
        "title": None,
        "start_block_index": 0,
        "end_block_index": 1,
    },
]
TEXT: Json = {"type": "text", "text": "hi"}
IMAGES: list[Json] = [
    {"type": "image", "source": {"type": "base64", "media_type": "image/png", "data": "iVBORw=="}},
    {"type": "image", "source": {"type": "url", "url": "https://example.com/a.png"}, **CACHED},
    {
        "type": "image",
        "source": {"type": "file", "file_id": "file_01"},
        "transformations": {"oversized_image": "error"},
    },
]
DOCUMENTS: list[Json] = [
    {"type": "document", "source": {"type": "base64", "media_type": "application/pdf", "data": "JVBERi0="}, **CACHED},
    {"type": "document", "source": {"type": "text", "media_type": "text/plain", "data": "a"}, "title": "t"},
    {"type": "document", "source": {"type": "content", "content": "a"}, "context": None, "citations": None},
    {"type": "document", "source": {"type": "content", "content": [TEXT, IMAGES[0]]}, "citations": {"enabled": True}},
    {"type": "document", "source": {"type": "url", "url": "https://example.com/a.pdf"}, "context": "c"},
    {"type": "document", "source": {"type": "file", "file_id": "file_01"}, "title": None},
]
SEARCH_RESULTS: list[Json] = [
    {"type": "search_result", "source": "a", "title": "b", "content": [TEXT], "citations": {"enabled": False}},
    {"type": "search_result", "source": "a", "title": "b", "content": [], **CACHED},
]
IN_RESULTS: list[Json] = [
    TEXT,
    *IMAGES,
    *DOCUMENTS,
    *SEARCH_RESULTS,
    {"type": "tool_reference", "tool_name": "a"},
    {
        "type": "browser_state",
        "tabs": [{"tab_id": "1", "title": "a", "url": "b", "active": True}, {"tab_id": "2", "title": "", "url": ""}],
        "state_changes": [
            {"type": "tab_opened", "tab_id": "1"},
            {"type": "download_started", "download_id": "1", "url": "a"},
            {"type": "download_completed", "download_id": "1", "url": "a", "path": "b", "size_bytes": 3},
            {"type": "download_failed", "download_id": "1", "url": "a", "error": "b"},
        ],
        **CACHED,
    },
    {"type": "browser_state", "tabs": [], "state_changes": None},
]
BLOCKS: list[Json] = [
    TEXT,
    {**TEXT, **CACHED, "citations": CITATIONS},
    {**TEXT, "cache_control": None, "citations": None},
    *IMAGES,
    *DOCUMENTS,
    *SEARCH_RESULTS,
    {"type": "thinking", "thinking": "hm", "signature": "c2ln"},
    {"type": "redacted_thinking", "data": "ZGF0YQ=="},
    {"type": "tool_use", "id": "toolu_01", "name": "a", "input": {"b": [1, None]}},
    {"type": "tool_use", "id": "a-_1", "name": "a", "input": {}, "caller": {"type": "direct"}, "toolset_name": None},
    {
        "type": "tool_use",
        "id": "toolu_01",
        "name": "left_click",
        "input": {},
        "caller": {"type": "code_execution_20260120", "tool_id": "srvtoolu_01"},
        "toolset_name": "computer",
        **CACHED,
    },
    {"type": "tool_result", "tool_use_id": "toolu_01"},
    {"type": "tool_result", "tool_use_id": "toolu_01", "content": "", "is_error": True, "toolset_name": "browser"},
    {"type": "tool_result", "tool_use_id": "toolu_01", "content": IN_RESULTS, **CACHED},
]
"""Content blocks as clients send them, server tools aside: each type, each source, each optional key."""

ADAPTER: TypeAdapter[Any] = TypeAdapter(
    Annotated[
        TextBlockParam
        | ImageBlockParam
        | DocumentBlockParam
        | SearchResultBlockParam
        | ThinkingBlockParam
        | RedactedThinkingBlockParam
        | ToolUseBlockParam
        | ToolResultBlockParam,
        ChosenBy("type"),
    ]
)


def faults(body: Json) -> list[tuple[str, tuple[int | str, ...]]]:
    with pytest.raises(ValidationError) as refused:
        ADAPTER.validate_python(body)
    return [(error["type"], error["loc"]) for error in refused.value.errors()]


def kinds_of(union: Any) -> set[str]:
    """The types that a union of closed blocks knows."""
    members = get_args(get_args(union)[0])
    return {tag for member in members for tag in get_args(member.model_fields["type"].annotation)}


def test_the_samples_show_every_kind() -> None:
    assert {sample["type"] for sample in CITATIONS} == kinds_of(CitationParam)
    assert {sample["type"] for sample in IN_RESULTS} == kinds_of(ToolResultContent)


@given(st.sampled_from(BLOCKS).flatmap(lambda block: st.permutations(list(block.items())).map(dict)))
def test_a_block_is_dumped_as_it_was_parsed(block: Json) -> None:
    dumped = ADAPTER.validate_python(block).model_dump()
    assert list(dumped.items()) == list(block.items())


@pytest.mark.parametrize(
    ("block", "fault"),
    [
        ({"text": "hi"}, ("union_tag_not_found", ())),
        ({"type": "audio"}, ("union_tag_invalid", ())),
        ({"type": "text"}, ("missing", ("text", "text"))),
        ({**TEXT, "text": None}, ("string_type", ("text", "text"))),
        ({**TEXT, "citations": [{"type": "x"}]}, ("union_tag_invalid", ("text", "citations", 0))),
        ({**TEXT, "cache_control": {}}, ("missing", ("text", "cache_control", "type"))),
        ({**TEXT, "cache_control": {"type": "x"}}, ("literal_error", ("text", "cache_control", "type"))),
        ({**TEXT, "cache_control": {**CACHED["cache_control"], "ttl": "2h"}}, ("literal_error", ("text", "cache_control", "ttl"))),
        ({**TEXT, "cache_control": {"type": "ephemeral", "ttl": None}}, ("literal_error", ("text", "cache_control", "ttl"))),
        ({**TEXT, "cache_control": {"type": "ephemeral", "scope": "global"}}, ("extra_forbidden", ("text", "cache_control", "scope"))),
        ({"type": "image"}, ("missing", ("image", "source"))),
        ({"type": "image", "source": {"type": "path"}}, ("union_tag_invalid", ("image", "source"))),
        ({"type": "image", "source": {"type": "base64", "media_type": "image/png"}}, ("missing", ("image", "source", "base64", "data"))),
        ({"type": "image", "source": {"type": "base64", "media_type": "image/bmp", "data": ""}}, ("literal_error", ("image", "source", "base64", "media_type"))),
        ({"type": "document", "source": {"type": "base64", "media_type": "text/plain", "data": ""}}, ("literal_error", ("document", "source", "base64", "media_type"))),
        ({"type": "document", "source": {"type": "content", "content": [{"type": "thinking"}]}}, ("union_tag_invalid", ("document", "source", "content", "content", 0))),
        ({"type": "thinking", "thinking": ""}, ("missing", ("thinking", "signature"))),
        ({"type": "thinking", "thinking": "", "signature": "", **CACHED}, ("extra_forbidden", ("thinking", "cache_control"))),
        ({"type": "tool_use", "id": "a b", "name": "a", "input": {}}, ("string_pattern_mismatch", ("tool_use", "id"))),
        ({"type": "tool_use", "id": "a", "name": "a", "input": "{}"}, ("dict_type", ("tool_use", "input"))),
        ({"type": "tool_use", "id": "a", "name": "a", "input": {}, "caller": None}, ("null_forbidden", ("tool_use", "caller"))),
        ({"type": "tool_use", "id": "a", "name": "a", "input": {}, "text": ""}, ("extra_forbidden", ("tool_use", "text"))),
        ({"type": "tool_result"}, ("missing", ("tool_result", "tool_use_id"))),
        ({"type": "tool_result", "tool_use_id": "a", "content": None}, ("null_forbidden", ("tool_result", "content"))),
        ({"type": "tool_result", "tool_use_id": "a", "content": {}}, ("list_type", ("tool_result", "content"))),
        ({"type": "tool_result", "tool_use_id": "a", "is_error": "false"}, ("bool_type", ("tool_result", "is_error"))),
        ({"type": "tool_result", "tool_use_id": "a", "content": [BLOCKS[0], {"type": "tool_use"}]}, ("union_tag_invalid", ("tool_result", "content", 1))),
    ],
)  # fmt: skip
def test_a_block_that_differs_is_refused_where_it_differs(block: Json, fault: Any) -> None:
    assert faults(block) == [fault]
