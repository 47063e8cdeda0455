"""The content blocks that betas bring, field by field; each is built when a request first has it.

Source: SDK 2.12.0, beta request types.
"""

from collections.abc import Mapping
from types import MappingProxyType
from typing import Final

from mockclaude.rules.block_fields import CACHEABLE, MAYBE_STRING, SYSTEM_TEXT, TAG
from mockclaude.rules.grammar import ANYTHING, BOOLEAN, OBJECT, STRING, Form, literal, needed, nullable, text
from mockclaude.rules.structures import array, deferred, record, text_or, union
from mockclaude.rules.tool_fields import MCP_TOOL, TOOL

_INLINE: Final = frozenset({"inline-tools-2026-09-15"})
_SERVER: Final = {"type": TAG, "server_name": needed(STRING)}
_ADVISOR_FAULTS: Final = (
    "max_uses_exceeded", "prompt_too_long", "too_many_requests", "overloaded", "unavailable",
    "execution_time_exceeded", "model_not_found",
)  # fmt: skip


def _mcp_tool_use() -> Form:
    return record(
        {
            **_SERVER,
            "id": needed(text(pattern="^[a-zA-Z0-9_-]+$")),
            "name": needed(STRING),
            "input": needed(OBJECT),
            **CACHEABLE,
        }
    )


def _mcp_tool_result() -> Form:
    return record(
        {
            "type": TAG,
            "tool_use_id": needed(text(pattern="^[a-zA-Z0-9_-]+$")),
            "content": text_or(array(SYSTEM_TEXT)),
            "is_error": BOOLEAN,
            **CACHEABLE,
        }
    )


def _mcp_tool_listing() -> Form:
    return record({"type": TAG, "mcp_server_name": needed(STRING), "tools": needed(array(MCP_TOOL))})


def _advisor_tool_result() -> Form:
    reason = {"type": TAG, "stop_reason": MAYBE_STRING}
    content = union(
        {
            "advisor_result": record({**reason, "text": needed(STRING)}),
            "advisor_redacted_result": record({**reason, "encrypted_content": needed(STRING)}),
            "advisor_tool_result_error": record({"type": TAG, "error_code": needed(literal(*_ADVISOR_FAULTS))}),
        }
    )
    return record({"type": TAG, "tool_use_id": needed(STRING), "content": needed(content), **CACHEABLE})


def _references() -> Mapping[str, Form]:
    return {
        "tool_reference": record({"type": TAG, "name": needed(STRING)}),
        "mcp_tool_reference": record({**_SERVER, "name": needed(STRING)}),
        "mcp_toolset_reference": record(_SERVER),
    }


def _tool_addition() -> Form:
    defined = {"tool_definition": record({"type": TAG, "definition": needed(TOOL)})}
    gates = {"tool_definition": _INLINE}
    return record({"type": TAG, "tool": needed(union(_references(), gates=gates, behind=defined)), **CACHEABLE})


def _tool_removal() -> Form:
    return record({"type": TAG, "tool": needed(union(_references())), **CACHEABLE})


def _compaction() -> Form:
    changes = union({"tool_addition": _tool_addition(), "tool_removal": _tool_removal()})
    return record(
        {
            "type": TAG,
            "content": MAYBE_STRING,
            "encrypted_content": MAYBE_STRING,
            "signature": MAYBE_STRING,
            "tool_changes": nullable(array(changes)),
            **CACHEABLE,
        }
    )


def _fallback() -> Form:
    hop = record({"model": needed(STRING)})
    return record({"type": TAG, "from": needed(hop), "to": needed(hop), "trigger": ANYTHING})


BETA_BLOCKS: Final[Mapping[str, Form]] = MappingProxyType(
    {
        "mcp_tool_use": deferred(_mcp_tool_use),
        "mcp_tool_result": deferred(_mcp_tool_result),
        "mcp_tool_listing": deferred(_mcp_tool_listing),
        "advisor_tool_result": deferred(_advisor_tool_result),
        "compaction": deferred(_compaction),
        "fallback": deferred(_fallback),
        "tool_addition": deferred(_tool_addition),
        "tool_removal": deferred(_tool_removal),
    }
)
