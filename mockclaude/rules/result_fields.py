"""The blocks by which a request sends back what server tools did in earlier replies, and the union of all blocks.

Source: SDK 2.12.0, request types; no text of the API about their inner fields was ever seen.
"""

from typing import Final

from mockclaude.rules.beta_block_fields import BETA_BLOCKS
from mockclaude.rules.block_fields import (
    CACHEABLE,
    CALLER,
    DOCUMENT,
    IMAGE,
    MAYBE_INTEGER,
    MAYBE_STRING,
    SEARCH_RESULT,
    SERVER_TOOL_USE,
    TAG,
    TEXT,
    TOOL_REFERENCE,
    TOOL_RESULT,
    TOOL_USE,
)
from mockclaude.rules.grammar import BOOLEAN, INTEGER, STRING, Form, literal, needed, nullable
from mockclaude.rules.structures import array, object_or, record, union
from mockclaude.wire.betas import BLOCKS

_EXECUTION_FAULTS: Final = ("invalid_tool_input", "unavailable", "too_many_requests", "execution_time_exceeded")


def _fault(*codes: str, has_message: bool = False) -> Form:
    message = {"error_message": MAYBE_STRING} if has_message else {}
    return record({"type": TAG, "error_code": needed(literal(*codes)), **message})


def _result(content: Form) -> Form:
    return record({"type": TAG, "tool_use_id": needed(STRING), "content": needed(content), **CACHEABLE})


def _called_result(content: Form) -> Form:
    return record(
        {"type": TAG, "tool_use_id": needed(STRING), "content": needed(content), "caller": CALLER, **CACHEABLE}
    )


def _output(kind: str) -> Form:
    return array(record({"type": needed(literal(kind)), "file_id": needed(STRING)}))


WEB_SEARCH_RESULT: Final = _called_result(
    object_or(
        array(
            record(
                {
                    "type": needed(literal("web_search_result")),
                    "encrypted_content": needed(STRING),
                    "title": needed(STRING),
                    "url": needed(STRING),
                    "page_age": MAYBE_STRING,
                }
            )
        ),
        record(
            {
                "type": needed(literal("web_search_tool_result_error")),
                "error_code": needed(
                    literal(
                        "invalid_tool_input",
                        "unavailable",
                        "max_uses_exceeded",
                        "too_many_requests",
                        "query_too_long",
                        "request_too_large",
                    )
                ),
            }
        ),
    )
)
WEB_FETCH_RESULT: Final = _called_result(
    union(
        {
            "web_fetch_result": record(
                {
                    "type": TAG,
                    "url": needed(STRING),
                    "content": needed(union({"document": DOCUMENT})),
                    "retrieved_at": MAYBE_STRING,
                }
            ),
            "web_fetch_tool_result_error": _fault(
                "invalid_tool_input",
                "url_too_long",
                "url_not_allowed",
                "url_not_in_prior_context",
                "url_not_accessible",
                "unsupported_content_type",
                "too_many_requests",
                "max_uses_exceeded",
                "unavailable",
                "content_too_large",
            ),
        }
    )
)
_EXECUTED: Final = {
    "type": TAG,
    "content": needed(_output("code_execution_output")),
    "return_code": needed(INTEGER),
    "stderr": needed(STRING),
    "abort_reason": MAYBE_STRING,  # sent back with a reply's block and accepted (recording 2026-04)
}
CODE_EXECUTION_RESULT: Final = _result(
    union(
        {
            "code_execution_result": record({**_EXECUTED, "stdout": needed(STRING)}),
            "encrypted_code_execution_result": record({**_EXECUTED, "encrypted_stdout": needed(STRING)}),
            "code_execution_tool_result_error": _fault(*_EXECUTION_FAULTS),
        }
    )
)
BASH_RESULT: Final = _result(
    union(
        {
            "bash_code_execution_result": record(
                {
                    "type": TAG,
                    "content": needed(_output("bash_code_execution_output")),
                    "return_code": needed(INTEGER),
                    "stdout": needed(STRING),
                    "stderr": needed(STRING),
                }
            ),
            "bash_code_execution_tool_result_error": _fault(*_EXECUTION_FAULTS, "output_file_too_large"),
        }
    )
)
EDITOR_RESULT: Final = _result(
    union(
        {
            "text_editor_code_execution_view_result": record(
                {
                    "type": TAG,
                    "content": needed(STRING),
                    "file_type": needed(literal("text", "image", "pdf")),
                    "num_lines": MAYBE_INTEGER,
                    "start_line": MAYBE_INTEGER,
                    "total_lines": MAYBE_INTEGER,
                }
            ),
            "text_editor_code_execution_create_result": record({"type": TAG, "is_file_update": needed(BOOLEAN)}),
            "text_editor_code_execution_str_replace_result": record(
                {
                    "type": TAG,
                    "lines": nullable(array(STRING)),
                    "new_lines": MAYBE_INTEGER,
                    "new_start": MAYBE_INTEGER,
                    "old_lines": MAYBE_INTEGER,
                    "old_start": MAYBE_INTEGER,
                }
            ),
            "text_editor_code_execution_tool_result_error": _fault(
                *_EXECUTION_FAULTS, "file_not_found", has_message=True
            ),
        }
    )
)
TOOL_SEARCH_RESULT: Final = _result(
    union(
        {
            "tool_search_tool_search_result": record(
                {"type": TAG, "tool_references": needed(array(union({"tool_reference": TOOL_REFERENCE})))}
            ),
            "tool_search_tool_result_error": _fault(*_EXECUTION_FAULTS, has_message=True),
        }
    )
)

BLOCK: Final = union(
    {
        "text": TEXT,
        "image": IMAGE,
        "document": DOCUMENT,
        "search_result": SEARCH_RESULT,
        "thinking": record({"type": TAG, "thinking": needed(STRING), "signature": needed(STRING)}),
        "redacted_thinking": record({"type": TAG, "data": needed(STRING)}),
        "tool_use": TOOL_USE,
        "tool_result": TOOL_RESULT,
        "server_tool_use": SERVER_TOOL_USE,
        "web_search_tool_result": WEB_SEARCH_RESULT,
        "web_fetch_tool_result": WEB_FETCH_RESULT,
        "code_execution_tool_result": CODE_EXECUTION_RESULT,
        "bash_code_execution_tool_result": BASH_RESULT,
        "text_editor_code_execution_tool_result": EDITOR_RESULT,
        "tool_search_tool_result": TOOL_SEARCH_RESULT,
        "container_upload": record({"type": TAG, "file_id": needed(STRING), **CACHEABLE}),
    },
    gates=BLOCKS,
    behind=BETA_BLOCKS,
)
"""Any content block of a turn; which role may hold it is for other rules to say."""
