"""One whole value for every field, block and tool that a beta brings."""

from typing import Any, Final

Sample = dict[str, Any]

MARK: Final[Sample] = {"type": "ephemeral"}
MCP_TOOL: Final[Sample] = {"name": "look", "description": "Looks.", "input_schema": {"type": "object"}}
ADDED: Final[Sample] = {"type": "tool_addition", "tool": {"type": "tool_reference", "name": "look"}}
REMOVED: Final[Sample] = {"type": "tool_removal", "tool": {"type": "mcp_toolset_reference", "server_name": "s"}}
SCREEN: Final[Sample] = {"name": "computer", "display_width_px": 1024, "display_height_px": 768, "display_number": 1}
CLIENT: Final[Sample] = {"allowed_callers": ["direct"], "input_examples": [{}], "cache_control": MARK}

FIELDS: Final[Sample] = {
    "context_management": {
        "edits": [
            {
                "type": "clear_tool_uses_20250919",
                "trigger": {"type": "input_tokens", "value": 50_000},
                "keep": {"type": "tool_uses", "value": 3},
                "clear_at_least": {"type": "input_tokens", "value": 5_000},
                "clear_tool_inputs": ["look"],
                "exclude_tools": ["web_search"],
            },
            {"type": "clear_thinking_20251015", "keep": {"type": "thinking_turns", "value": 2}},
            {"type": "clear_thinking_20251015", "keep": "all"},
            {
                "type": "compact_20260112",
                "trigger": {"type": "input_tokens", "value": 150_000},
                "instructions": "Be brief.",
                "pause_after_compaction": True,
            },
        ]
    },
    "mcp_servers": [
        {
            "type": "url",
            "name": "s",
            "url": "https://example.com/mcp",
            "authorization_token": "t",
            "tool_configuration": {"allowed_tools": ["look"], "enabled": True},
        }
    ],
    "compaction": {"type": "summarize", "instructions": "Be brief."},
    "fallbacks": [
        {
            "model": "claude-opus-4-8",
            "max_tokens": 100,
            "thinking": {"type": "adaptive"},
            "output_config": {"effort": "low"},
            "speed": "standard",
        }
    ],
    "fallback_credit_token": {"token": "t", "mode": "strict"},
    "thread": {"type": "continue", "previous_message_id": "msg_1"},
    "billing_policy": {"type": "billing_policy", "bill_to": "self"},
    "output_format": {"type": "json_schema", "schema": {"type": "object"}},
    "safeguards": {"free": 1},
    "context_hint": {"free": 1},
}
BLOCKS: Final[Sample] = {
    "mcp_tool_use": {
        "type": "mcp_tool_use", "id": "mcptoolu_1", "name": "look", "input": {}, "server_name": "s",
        "cache_control": MARK,
    },
    "mcp_tool_result": {
        "type": "mcp_tool_result", "tool_use_id": "mcptoolu_1", "is_error": False,
        "content": [{"type": "text", "text": "15"}], "cache_control": MARK,
    },
    "mcp_tool_listing": {"type": "mcp_tool_listing", "mcp_server_name": "s", "tools": [MCP_TOOL]},
    "advisor_tool_result": {
        "type": "advisor_tool_result", "tool_use_id": "srvtoolu_1", "cache_control": MARK,
        "content": {"type": "advisor_result", "text": "Ship it.", "stop_reason": "end_turn"},
    },
    "compaction": {
        "type": "compaction", "content": "They greeted.", "encrypted_content": "Zg==", "signature": "Zg==",
        "tool_changes": [ADDED, REMOVED], "cache_control": MARK,
    },
    "fallback": {
        "type": "fallback", "from": {"model": "claude-opus-5"}, "to": {"model": "claude-opus-4-8"},
        "trigger": {"type": "refusal", "free": 1},
    },
    "tool_addition": {**ADDED, "cache_control": MARK},
    "tool_removal": {**REMOVED, "cache_control": MARK},
}  # fmt: skip
TOOLS: Final[Sample] = {
    "bash_20241022": {"type": "bash_20241022", "name": "bash", "defer_loading": True, "strict": False, **CLIENT},
    "text_editor_20241022": {"type": "text_editor_20241022", "name": "str_replace_editor", **CLIENT},
    "computer_20241022": {"type": "computer_20241022", **SCREEN, **CLIENT},
    "computer_20250124": {"type": "computer_20250124", **SCREEN, **CLIENT},
    "computer_20251124": {"type": "computer_20251124", **SCREEN, "enable_zoom": True, **CLIENT},
    "advisor_20260301": {
        "type": "advisor_20260301", "name": "advisor", "model": "claude-opus-5", "caching": MARK, "max_tokens": 1024,
        "max_uses": 3,
    },
    "mcp_toolset": {
        "type": "mcp_toolset", "mcp_server_name": "s", "default_config": {"defer_loading": True, "enabled": False},
        "configs": {"look": {"enabled": True}}, "tools": [MCP_TOOL], "cache_control": MARK,
    },
}  # fmt: skip
