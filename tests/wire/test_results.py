from typing import Annotated, Any, get_args

import pytest
from pydantic import TypeAdapter, ValidationError

from mockclaude.wire.results import (
    BashToolResultBlockParam,
    CodeExecutionToolResultBlockParam,
    ContainerUploadBlockParam,
    EditorToolResultBlockParam,
    OtherResult,
    ServerToolError,
    ServerToolResultBlock,
    ServerToolUseBlockParam,
    ToolSearchToolResultBlockParam,
    WebFetchToolResultBlockParam,
    WebSearchResult,
    WebSearchToolResultBlockParam,
)
from mockclaude.wire.tolerant import ChosenBy
from tests.wire.test_content import CACHED, DOCUMENTS, Json

BY_CODE: Json = {"type": "code_execution_20260120", "tool_id": "srvtoolu_01"}
FILE: Json = {"file_id": "file_01"}
PRINTED: Json = {"return_code": 0, "stdout": "a", "stderr": ""}

USES: list[Json] = [
    {"type": "server_tool_use", "id": "srvtoolu_01", "name": name, "input": {"query": "a"}}
    for name in (
        "web_search",
        "web_fetch",
        "code_execution",
        "bash_code_execution",
        "text_editor_code_execution",
        "tool_search_tool_regex",
        "tool_search_tool_bm25",
    )
]
CONTENTS: dict[str, list[Any]] = {
    "web_search_tool_result": [
        [],
        [
            {"type": "web_search_result", "encrypted_content": "a", "title": "b", "url": "c", "page_age": None},
            {"type": "web_search_result", "encrypted_content": "a", "title": "b", "url": "c"},
        ],
        {"type": "web_search_tool_result_error", "error_code": "max_uses_exceeded"},
    ],
    "web_fetch_tool_result": [
        {"type": "web_fetch_result", "url": "a", "content": DOCUMENTS[1], "retrieved_at": "2026-08-02T00:00:00Z"},
        {"type": "web_fetch_result", "url": "a", "content": DOCUMENTS[0]},
        {"type": "web_fetch_tool_result_error", "error_code": "content_too_large"},
    ],
    "code_execution_tool_result": [
        {"type": "code_execution_result", "content": [{"type": "code_execution_output", **FILE}], **PRINTED},
        {"type": "code_execution_result", "content": [], **PRINTED, "abort_reason": None},
        {
            "type": "encrypted_code_execution_result",
            "content": [],
            "return_code": 0,
            "encrypted_stdout": "a",
            "stderr": "",
        },
        {"type": "code_execution_tool_result_error", "error_code": "unavailable"},
    ],
    "bash_code_execution_tool_result": [
        {"type": "bash_code_execution_result", "content": [{"type": "bash_code_execution_output", **FILE}], **PRINTED},
        {"type": "bash_code_execution_tool_result_error", "error_code": "output_file_too_large"},
    ],
    "text_editor_code_execution_tool_result": [
        {
            "type": "text_editor_code_execution_view_result",
            "content": "a",
            "file_type": "text",
            "num_lines": 1,
            "start_line": 1,
            "total_lines": None,
        },
        {"type": "text_editor_code_execution_create_result", "is_file_update": False},
        {
            "type": "text_editor_code_execution_str_replace_result",
            "lines": ["-a", "+b"],
            "new_lines": 1,
            "new_start": 1,
            "old_lines": 1,
            "old_start": 1,
        },
        {
            "type": "text_editor_code_execution_tool_result_error",
            "error_code": "file_not_found",
            "error_message": "no such file",
        },
    ],
    "tool_search_tool_result": [
        {
            "type": "tool_search_tool_search_result",
            "tool_references": [{"type": "tool_reference", "tool_name": "a"}],
        },
        {"type": "tool_search_tool_result_error", "error_code": "too_many_requests", "error_message": None},
    ],
}
RESULTS: list[Json] = [
    {"type": kind, "tool_use_id": "srvtoolu_01", "content": content}
    for kind, contents in CONTENTS.items()
    for content in contents
]
BLOCKS: list[Json] = [
    *USES,
    {**USES[0], "caller": BY_CODE, **CACHED},
    *RESULTS,
    *({**RESULTS[0], "type": kind, "content": CONTENTS[kind][0], **CACHED} for kind in CONTENTS),
    {**RESULTS[0], "caller": {"type": "direct"}},
    {"type": "container_upload", **FILE, **CACHED},
]
"""What requests send back of server tools: each kind of block, each kind of result, each optional key."""

_UNION = (
    ServerToolUseBlockParam
    | WebSearchToolResultBlockParam
    | WebFetchToolResultBlockParam
    | CodeExecutionToolResultBlockParam
    | BashToolResultBlockParam
    | EditorToolResultBlockParam
    | ToolSearchToolResultBlockParam
    | ContainerUploadBlockParam
)
ADAPTER: TypeAdapter[Any] = TypeAdapter(Annotated[_UNION, ChosenBy("type")])


def test_the_samples_show_every_kind() -> None:
    assert {block["type"] for block in BLOCKS} == {
        tag for member in get_args(_UNION) for tag in get_args(member.model_fields["type"].annotation)
    }


@pytest.mark.parametrize("block", BLOCKS, ids=lambda block: block["type"])
def test_a_block_is_dumped_as_it_was_parsed(block: Json) -> None:
    assert list(ADAPTER.validate_python(block).model_dump().items()) == list(block.items())


@pytest.mark.parametrize("block", RESULTS, ids=lambda block: block["type"])
def test_a_result_reads_the_same_in_a_reply(block: Json) -> None:
    strange = {**block, "unknown": [1]}
    assert list(ServerToolResultBlock.model_validate(strange).model_dump().items()) == list(strange.items())


def test_a_reply_may_bring_results_of_a_kind_that_is_not_modelled() -> None:
    block = ServerToolResultBlock.model_validate({**RESULTS[0], "content": {"type": "later", "free": 1}})
    assert block.content == OtherResult.model_validate({"type": "later", "free": 1})


def test_a_reply_tells_results_from_errors() -> None:
    found = ServerToolResultBlock.model_validate({**RESULTS[0], "content": CONTENTS["web_search_tool_result"][1]})
    failed = ServerToolResultBlock.model_validate({**RESULTS[0], "content": CONTENTS["web_search_tool_result"][2]})
    assert isinstance(found.content, list)
    assert [type(item) for item in found.content] == [WebSearchResult, WebSearchResult]
    assert failed.content == ServerToolError(type="web_search_tool_result_error", error_code="max_uses_exceeded")


@pytest.mark.parametrize(
    ("block", "kind", "where"),
    [
        ({**USES[0], "id": "toolu_01"}, "string_pattern_mismatch", ("id",)),
        ({**USES[0], "name": "advisor"}, "literal_error", ("name",)),
        ({**USES[0], "name": "x"}, "literal_error", ("name",)),
        ({**USES[0], "input": None}, "dict_type", ("input",)),
        ({**RESULTS[0], "tool_use_id": 1}, "string_type", ("tool_use_id",)),
        ({**RESULTS[3], "content": []}, "model_attributes_type", ("content",)),
        ({**RESULTS[3], "content": {"type": "x"}}, "union_tag_invalid", ("content",)),
        ({**RESULTS[6], "caller": {"type": "direct"}}, "extra_forbidden", ("caller",)),
        ({"type": "container_upload"}, "missing", ("file_id",)),
    ],
)
def test_a_block_that_differs_is_refused_where_it_differs(block: Json, kind: str, where: tuple[str, ...]) -> None:
    with pytest.raises(ValidationError) as refused:
        ADAPTER.validate_python(block)
    assert [(error["type"], error["loc"]) for error in refused.value.errors()] == [(kind, (block["type"], *where))]


def test_the_adviser_needs_its_beta() -> None:
    call = {**USES[0], "name": "advisor"}
    assert ADAPTER.validate_python(call, context={"betas": ["advisor-tool-2026-03-01"]}).model_dump() == call
