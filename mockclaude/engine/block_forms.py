"""What stands inside the blocks of replies: citations, and what each server tool may say.

Source: SDK 2.12.0, response types; every recorded reply agrees.
"""

from collections.abc import Callable, Iterator, Mapping
from typing import Final, TypeAlias, cast

from mockclaude.engine.template import Path
from mockclaude.errors import nearest
from mockclaude.wire.body import Block

KINDS: Final[Mapping[str, Callable[[object], bool]]] = {
    "a string": lambda value: isinstance(value, str),
    "a string or null": lambda value: value is None or isinstance(value, str),
    "a whole number": lambda value: type(value) is int,
    "a whole number or null": lambda value: value is None or type(value) is int,
    "an object": lambda value: isinstance(value, dict),
    "an object or null": lambda value: value is None or isinstance(value, dict),
    "a list": lambda value: isinstance(value, list),
    "a list or null": lambda value: value is None or isinstance(value, list),
    "a string or a list": lambda value: isinstance(value, str | list),
    "a list or an object": lambda value: isinstance(value, list | dict),
    "true or false": lambda value: isinstance(value, bool),
}
"""What a key may hold, in the words of messages."""

Fields: TypeAlias = Mapping[str, str]

_DOCUMENT: Final[Fields] = {
    "cited_text": "a string",
    "document_index": "a whole number",
    "document_title": "?a string or null",
    "file_id": "?a string or null",
}
CITATIONS: Final[Mapping[str, Fields]] = {
    "char_location": {**_DOCUMENT, "start_char_index": "a whole number", "end_char_index": "a whole number"},
    "page_location": {**_DOCUMENT, "start_page_number": "a whole number", "end_page_number": "a whole number"},
    "content_block_location": {**_DOCUMENT, "start_block_index": "a whole number", "end_block_index": "a whole number"},
    "web_search_result_location": {
        "cited_text": "a string", "url": "a string", "title": "?a string or null", "encrypted_index": "a string",
    },
    "search_result_location": {
        "cited_text": "a string", "search_result_index": "a whole number", "source": "a string",
        "title": "?a string or null", "start_block_index": "a whole number", "end_block_index": "a whole number",
    },
}  # fmt: skip
"""The kinds of citations; `?` marks what may be missing."""

_RAN: Final[Fields] = {"stderr": "a string", "return_code": "a whole number", "content": "a list"}
_LINES: Final[Fields] = dict.fromkeys(("num_lines", "start_line", "total_lines"), "?a whole number or null")
_HUNK: Final[Fields] = dict.fromkeys(("new_lines", "new_start", "old_lines", "old_start"), "?a whole number or null")
RESULTS: Final[Mapping[str, Mapping[str, Fields]]] = {
    "web_search_tool_result": {
        "web_search_result": {
            "title": "a string", "url": "a string", "encrypted_content": "a string", "page_age": "?a string or null",
        },
    },
    "web_fetch_tool_result": {
        "web_fetch_result": {"url": "a string", "content": "an object", "retrieved_at": "?a string or null"},
    },
    "code_execution_tool_result": {
        "code_execution_result": {"stdout": "a string", **_RAN},
        "encrypted_code_execution_result": {"encrypted_stdout": "a string", **_RAN},
    },
    "bash_code_execution_tool_result": {"bash_code_execution_result": {"stdout": "a string", **_RAN}},
    "text_editor_code_execution_tool_result": {
        "text_editor_code_execution_view_result": {"content": "a string", "file_type": "a string", **_LINES},
        "text_editor_code_execution_create_result": {"is_file_update": "true or false"},
        "text_editor_code_execution_str_replace_result": {"lines": "?a list or null", **_HUNK},
    },
    "tool_search_tool_result": {"tool_search_tool_search_result": {"tool_references": "a list"}},
    "advisor_tool_result": {
        "advisor_result": {"text": "a string", "stop_reason": "?a string or null"},
        "advisor_redacted_result": {"encrypted_content": "a string", "stop_reason": "?a string or null"},
    },
}  # fmt: skip
"""What each server tool says when it succeeds; web search says a list."""

_EXECUTION: Final = ("invalid_tool_input", "unavailable", "too_many_requests", "execution_time_exceeded")
ERROR_CODES: Final[Mapping[str, tuple[str, ...]]] = {
    "web_search_tool_result": (
        "invalid_tool_input", "unavailable", "max_uses_exceeded", "too_many_requests", "query_too_long",
        "request_too_large",
    ),
    "web_fetch_tool_result": (
        "invalid_tool_input", "url_too_long", "url_not_allowed", "url_not_in_prior_context", "url_not_accessible",
        "unsupported_content_type", "too_many_requests", "max_uses_exceeded", "unavailable", "content_too_large",
    ),
    "code_execution_tool_result": _EXECUTION,
    "bash_code_execution_tool_result": (*_EXECUTION, "output_file_too_large"),
    "text_editor_code_execution_tool_result": (*_EXECUTION, "file_not_found"),
    "tool_search_tool_result": _EXECUTION,
    "advisor_tool_result": (
        "max_uses_exceeded", "prompt_too_long", "too_many_requests", "overloaded", "unavailable",
        "execution_time_exceeded", "model_not_found",
    ),
}  # fmt: skip
"""Why each server tool may fail; the reply itself is a 200."""


def faults_inside(block: Block, path: Path) -> Iterator[tuple[Path, str]]:
    """What is wrong inside a block whose own keys are sound."""
    citations = block.get("citations")
    if block["type"] == "text" and isinstance(citations, list):
        for place, citation in enumerate(citations):
            yield from _typed(citation, (*path, "citations", place), CITATIONS, "citation")
    if block["type"] in RESULTS:
        content = cast("object", block.get("content"))
        if isinstance(content, list):
            for place, item in enumerate(content):
                yield from _result(item, (*path, "content", place), block["type"])
        elif isinstance(content, dict):
            yield from _result(content, (*path, "content"), block["type"])


def _result(content: object, path: Path, kind: str) -> Iterator[tuple[Path, str]]:
    if isinstance(content, dict) and content.get("type") == f"{kind}_error":
        code = content.get("error_code")
        if code not in ERROR_CODES[kind]:
            known = ERROR_CODES[kind]
            hint = nearest(str(code), known) or f"; known: {', '.join(known)}"
            yield (*path, "error_code"), f"unknown error code {code!r}{hint}"
    else:
        yield from _typed(content, path, RESULTS[kind], f"result of a {kind} block")


def _typed(value: object, path: Path, forms: Mapping[str, Fields], what: str) -> Iterator[tuple[Path, str]]:
    """What is wrong with an object whose type chooses its keys."""
    kind = value.get("type") if isinstance(value, dict) else None
    if not isinstance(value, dict) or kind not in forms:
        hint = nearest(str(kind), forms) or f"; known: {', '.join(forms)}"
        yield path, f"is no {what}: unknown type {kind!r}{hint}"
        return
    for key, expected in forms[str(kind)].items():
        wanted = expected.removeprefix("?")
        if key not in value:
            if wanted == expected:
                yield path, f"{kind} has no {key!r}; expected {wanted}"
        elif not KINDS[wanted](value[key]):
            yield (*path, key), f"is {value[key]!r}; expected {wanted}"
