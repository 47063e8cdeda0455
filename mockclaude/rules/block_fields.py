"""The content blocks of a request, field by field.

Source: SDK 2.12.0, request types (which keys there are, which may be `null`); where the API was seen to be wider,
the recording is named. Paths and texts: public reports 2025-02 to 2026-09.
"""

from typing import Final

from mockclaude.rules.grammar import (
    BOOLEAN,
    INTEGER,
    OBJECT,
    STRING,
    Form,
    literal,
    needed,
    nullable,
    text,
    unlocked,
)
from mockclaude.rules.structures import array, record, text_or, union
from mockclaude.wire.betas import CACHE_CONTROL_KEYS, SERVER_TOOLS

TAG: Final = needed(STRING)
MAYBE_STRING: Final = nullable(STRING)
MAYBE_INTEGER: Final = nullable(INTEGER)

CACHE_CONTROL: Final = union(
    {
        "ephemeral": record(
            {
                "type": TAG,
                "ttl": literal("5m", "1h"),
                "scope": unlocked(MAYBE_STRING, CACHE_CONTROL_KEYS["scope"]),
                "evict_on_complete": unlocked(nullable(BOOLEAN), CACHE_CONTROL_KEYS["evict_on_complete"]),
            }
        )
    }
)
CACHEABLE: Final = {"cache_control": nullable(CACHE_CONTROL)}

_DOCUMENT_CITATION: Final = {
    "type": TAG,
    "cited_text": needed(STRING),
    "document_index": needed(INTEGER),
    "document_title": needed(MAYBE_STRING),
    "file_id": MAYBE_STRING,
}
CITATION: Final = union(
    {
        "char_location": record(
            {**_DOCUMENT_CITATION, "start_char_index": needed(INTEGER), "end_char_index": needed(INTEGER)}
        ),
        "page_location": record(
            {**_DOCUMENT_CITATION, "start_page_number": needed(INTEGER), "end_page_number": needed(INTEGER)}
        ),
        "content_block_location": record(
            {**_DOCUMENT_CITATION, "start_block_index": needed(INTEGER), "end_block_index": needed(INTEGER)}
        ),
        "web_search_result_location": record(
            {
                "type": TAG,
                "cited_text": needed(STRING),
                "encrypted_index": needed(STRING),
                "title": needed(MAYBE_STRING),
                "url": needed(STRING),
            }
        ),
        "search_result_location": record(
            {
                "type": TAG,
                "cited_text": needed(STRING),
                "search_result_index": needed(INTEGER),
                "source": needed(STRING),
                "title": needed(MAYBE_STRING),
                "start_block_index": needed(INTEGER),
                "end_block_index": needed(INTEGER),
            }
        ),
    }
)
CITATIONS_CONFIG: Final = record({"enabled": BOOLEAN})

_TEXT_FIELDS: Final = {"text": needed(STRING), **CACHEABLE, "citations": nullable(array(CITATION))}
TEXT: Final = record({"type": TAG, **_TEXT_FIELDS})
SYSTEM_TEXT: Final = record({"type": needed(literal("text")), **_TEXT_FIELDS})
"""A text block where no other type can stand: its type is a plain field and no segment of the path."""

_BY_URL: Final = record({"type": TAG, "url": needed(STRING)})
_BY_FILE: Final = record({"type": TAG, "file_id": needed(STRING)})


def _data(*media_types: str) -> Form:
    return record({"type": TAG, "media_type": needed(literal(*media_types)), "data": needed(STRING)})


IMAGE: Final = record(
    {
        "type": TAG,
        "source": needed(
            union(
                {
                    "base64": _data("image/jpeg", "image/png", "image/gif", "image/webp"),
                    "url": _BY_URL,
                    "file": _BY_FILE,
                }
            )
        ),
        "transformations": nullable(record({"oversized_image": literal("downsize", "error")})),
        **CACHEABLE,
    }
)
DOCUMENT: Final = record(
    {
        "type": TAG,
        "source": needed(
            union(
                {
                    "base64": _data("application/pdf"),
                    "text": _data("text/plain"),
                    "content": record(
                        {
                            "type": TAG,
                            "content": needed(text_or(array(union({"text": TEXT, "image": IMAGE})))),
                        }
                    ),
                    "url": _BY_URL,
                    "file": _BY_FILE,
                }
            )
        ),
        "title": MAYBE_STRING,
        "context": MAYBE_STRING,
        "citations": nullable(CITATIONS_CONFIG),
        **CACHEABLE,
    }
)
SEARCH_RESULT: Final = record(
    {
        "type": TAG,
        "source": needed(STRING),
        "title": needed(STRING),
        "content": needed(array(SYSTEM_TEXT)),
        "citations": CITATIONS_CONFIG,
        **CACHEABLE,
    }
)
TOOL_REFERENCE: Final = record({"type": TAG, "tool_name": needed(STRING), **CACHEABLE})

_DOWNLOAD: Final = {"type": TAG, "download_id": needed(STRING), "url": needed(STRING)}
BROWSER_STATE: Final = record(
    {
        "type": TAG,
        "tabs": needed(
            array(record({"tab_id": needed(STRING), "title": needed(STRING), "url": needed(STRING), "active": BOOLEAN}))
        ),
        "state_changes": nullable(
            array(
                union(
                    {
                        "tab_opened": record({"type": TAG, "tab_id": needed(STRING)}),
                        "download_started": record(_DOWNLOAD),
                        "download_completed": record({**_DOWNLOAD, "path": MAYBE_STRING, "size_bytes": MAYBE_INTEGER}),
                        "download_failed": record({**_DOWNLOAD, "error": MAYBE_STRING}),
                    }
                )
            )
        ),
        **CACHEABLE,
    }
)

_BY_CODE: Final = record({"type": TAG, "tool_id": needed(STRING)})
CALLER: Final = union(
    {
        "direct": record({"type": TAG}),
        "code_execution_20250825": _BY_CODE,
        "code_execution_20260120": _BY_CODE,
    }
)
_CALL_ID: Final = "^[a-zA-Z0-9_-]+$"

TOOL_USE: Final = record(
    {
        "type": TAG,
        "id": needed(text(pattern=_CALL_ID)),
        "name": needed(text(shortest=1, longest=200)),
        "input": needed(OBJECT),
        "caller": CALLER,
        "toolset_name": MAYBE_STRING,
        **CACHEABLE,
    }
)
TOOL_RESULT: Final = record(
    {
        "type": TAG,
        "tool_use_id": needed(text(pattern=_CALL_ID)),
        "content": text_or(
            array(
                union(
                    {
                        "text": TEXT,
                        "image": IMAGE,
                        "search_result": SEARCH_RESULT,
                        "document": DOCUMENT,
                        "tool_reference": TOOL_REFERENCE,
                        "browser_state": BROWSER_STATE,
                    }
                )
            )
        ),
        "is_error": BOOLEAN,
        "toolset_name": MAYBE_STRING,
        **CACHEABLE,
    }
)
SERVER_TOOL_USE: Final = record(
    {
        "type": TAG,
        "id": needed(text(pattern="^srvtoolu_[a-zA-Z0-9_]+$")),
        "name": needed(
            literal(
                "web_search",
                "web_fetch",
                "code_execution",
                "bash_code_execution",
                "text_editor_code_execution",
                "tool_search_tool_regex",
                "tool_search_tool_bm25",
                gated=SERVER_TOOLS,
            )
        ),
        "input": needed(OBJECT),
        "caller": CALLER,
        **CACHEABLE,
    }
)
