"""What the `anthropic-beta` header may name, and what each name unlocks in a request."""

import re
from collections.abc import Mapping
from datetime import date

_SDK = "SDK 2.12.0"
_SDK_2_14 = "SDK 2.14.0, read 2026-11-25"
_SDK_NO_EFFECT = "SDK 2.12.0; accepted, no effect any more (changelog 2.9.0)"
_RECORDED = "recordings 2024-02 to 2026-08"
_CLAUDE_CODE = "Claude Code 2.1.330, own capture 2026-11"
_CLAUDE_CODE_REPORTED = "public report 2026-09: names built into Claude Code 2.1.280"
_DOCUMENTED = "docs: release notes and feature pages 2025"
_REPORTED = "public report 2026-09: client libraries"

# `timing-2026-09-09` is built into Claude Code too, but the API was seen to refuse it
# (public report 2026-09-29), so it is not listed.
KNOWN_BETAS: Mapping[str, str] = {
    **dict.fromkeys(
        (
            "admin-user-sign-out-2026-10-08",
            "advisor-tool-2026-03-01",
            "agent-memory-2026-07-22",
            "analytics-usage-cost-2026-08-24",
            "ce-claude-code-managed-settings-2026-10-06",
            "ce-plugins-2026-09-01",
            "ce-user-management-2026-07-13",
            "code-execution-2025-05-22",
            "compact-2026-01-12",
            "compact-2026-09-04",
            "computer-use-2024-10-22",
            "computer-use-2025-01-24",
            "computer-use-2025-11-24",
            "context-1m-2025-08-07",
            "context-management-2025-06-27",
            "dev-full-thinking-2025-05-14",
            "dreaming-2026-04-21",
            "experimental-claude-tag-2026-10-21",
            "fallback-credit-2026-06-01",
            "fallback-credit-2026-07-01",
            "fast-mode-2026-02-01",
            "files-api-2025-04-14",
            "inline-tools-2026-09-15",
            "interleaved-thinking-2025-05-14",
            "managed-agents-2026-04-01",
            "mcp-client-2025-04-04",
            "mcp-client-2025-11-20",
            "mcp-client-2026-09-15",
            "mcp-tunnels-2026-06-22",
            "message-threads-2026-08-12",
            "mid-conversation-output-config-2026-07-01",
            "mid-conversation-system-clear-at-2026-08-21",
            "mid-conversation-tool-changes-2026-07-01",
            "model-context-window-exceeded-2025-08-26",
            "output-128k-2025-02-19",
            "output-300k-2026-03-24",
            "server-side-fallback-2026-06-01",
            "server-side-fallback-2026-07-01",
            "skills-2025-10-02",
            "spend-limit-reads-2026-09-26",
            "structured-outputs-2025-11-13",
            "task-budgets-2026-03-13",
            "telemetry-destinations-2026-08-11",
            "thinking-binding-controls-2026-08-01",
            "thinking-display-updates-2026-08-18",
            "thinking-token-count-2026-05-13",
            "user-profiles-2026-03-24",
            "user-profiles-2026-08-18",
            "user-profiles-2026-09-04",
            "user-profiles-billing-2026-10-01",
            "webhooks-2026-10-07",
        ),
        _SDK,
    ),
    **dict.fromkeys(("efs-2026-10-01", "google-managed-data-controls-2026-09-01"), _SDK_2_14),
    **dict.fromkeys(
        (
            "cache-diagnosis-2026-04-07",
            "extended-cache-ttl-2025-04-11",
            "message-batches-2024-09-24",
            "pdfs-2024-09-25",
            "prompt-caching-2024-07-31",
            "token-counting-2024-11-01",
            "token-efficient-tools-2025-02-19",
        ),
        _SDK_NO_EFFECT,
    ),
    **dict.fromkeys(
        (
            "fine-grained-tool-streaming-2025-05-14",
            "oauth-2025-04-20",
            "prompt-caching-scope-2026-01-05",
            "structured-outputs-2025-12-15",
            "tools-2024-04-04",
            "tools-2024-05-16",
            "web-fetch-2025-09-10",
        ),
        _RECORDED,
    ),
    **dict.fromkeys(
        (
            "advanced-tool-use-2025-11-20",
            "claude-code-20250219",
            "effort-2025-11-24",
            "mid-conversation-system-2026-04-07",
            "per-turn-control-2026-07-01",
        ),
        _CLAUDE_CODE,
    ),
    **dict.fromkeys(
        (
            "afk-mode-2026-01-31",
            "auto-mode-classifier-2026-07-16",
            "ccr-byoc-2025-07-29",
            "context-hint-2026-04-09",
            "dangerous-tool-use-2026-09-03",
            "environments-2025-11-01",
            "mcp-servers-2025-12-04",
            "prompt-caching-evict-2026-05-12",
            "redact-thinking-2026-02-12",
            "thinking-resumption-2026-07-17",
            "tool-search-tool-2025-10-19",
            "web-search-2025-03-05",
        ),
        _CLAUDE_CODE_REPORTED,
    ),
    **dict.fromkeys(
        (
            "code-execution-2025-08-25",
            "search-results-2025-06-09",
            "tool-examples-2025-10-29",
        ),
        _DOCUMENTED,
    ),
    **dict.fromkeys(("mid-conversation-effort-2026-08-01",), _REPORTED),
}

_DATED = re.compile(r"[a-z0-9][a-z0-9-]*-(\d{4}-\d{2}-\d{2})")


def _date_of(name: str) -> date | None:
    dated = _DATED.fullmatch(name)
    if dated is None:
        return None
    try:
        return date.fromisoformat(dated[1])
    except ValueError:
        return None


NEWEST: date = max(day for name in KNOWN_BETAS if (day := _date_of(name)))


def is_future(name: str) -> bool:
    """Tell whether the name has the form name-YYYY-MM-DD and is dated later than every name known here."""
    day = _date_of(name)
    return day is not None and day > NEWEST


_MCP = frozenset({"mcp-client-2025-04-04", "mcp-client-2025-11-20", "mcp-client-2026-09-15"})
_ADVISOR = frozenset({"advisor-tool-2026-03-01"})
_COMPACT = frozenset({"compact-2026-01-12", "compact-2026-09-04"})
_FALLBACK = frozenset({"server-side-fallback-2026-06-01", "server-side-fallback-2026-07-01"})
_TOOL_CHANGES = frozenset({"mid-conversation-tool-changes-2026-07-01", "inline-tools-2026-09-15"})
_COMPUTER_2024 = frozenset({"computer-use-2024-10-22"})

TOP_LEVEL: Mapping[str, frozenset[str]] = {
    "context_management": frozenset({"context-management-2025-06-27", "compact-2026-01-12"}),
    "mcp_servers": _MCP,
    "compaction": frozenset({"compact-2026-09-04"}),
    "fallbacks": _FALLBACK,
    "fallback_credit_token": frozenset(
        {"fallback-credit-2026-06-01", "fallback-credit-2026-07-01"},
    ),
    "thread": frozenset({"message-threads-2026-08-12"}),
    "billing_policy": frozenset({"user-profiles-billing-2026-10-01"}),
    "output_format": frozenset({"structured-outputs-2025-11-13", "structured-outputs-2025-12-15"}),
    "safeguards": frozenset({"dangerous-tool-use-2026-09-03"}),
    "context_hint": frozenset({"context-hint-2026-04-09"}),
}
BLOCKS: Mapping[str, frozenset[str]] = {
    "mcp_tool_use": _MCP,
    "mcp_tool_result": _MCP,
    "mcp_tool_listing": frozenset({"mcp-client-2026-09-15"}),
    "advisor_tool_result": _ADVISOR,
    "compaction": _COMPACT,
    "fallback": _FALLBACK,
    "tool_addition": _TOOL_CHANGES,
    "tool_removal": _TOOL_CHANGES,
}
TOOLS: Mapping[str, frozenset[str]] = {
    "bash_20241022": _COMPUTER_2024,
    "text_editor_20241022": _COMPUTER_2024,
    "computer_20241022": _COMPUTER_2024,
    "computer_20250124": frozenset({"computer-use-2025-01-24"}),
    "computer_20251124": frozenset({"computer-use-2025-11-24"}),
    "advisor_20260301": _ADVISOR,
    "mcp_toolset": _MCP - {"mcp-client-2025-04-04"},
}
SERVER_TOOLS: Mapping[str, frozenset[str]] = {"advisor": _ADVISOR}
MESSAGE_KEYS: Mapping[str, frozenset[str]] = {
    "output_config": frozenset(
        {
            "mid-conversation-output-config-2026-07-01",
            "mid-conversation-effort-2026-08-01",
            "per-turn-control-2026-07-01",
        },
    ),
    "clear_at": frozenset({"mid-conversation-system-clear-at-2026-08-21"}),
}
OUTPUT_CONFIG_KEYS: Mapping[str, frozenset[str]] = {
    "task_budget": frozenset({"task-budgets-2026-03-13"}),
}
THINKING_KEYS: Mapping[str, frozenset[str]] = {
    "block_binding": frozenset({"thinking-binding-controls-2026-08-01"}),
}
THINKING_DISPLAYS: Mapping[str, frozenset[str]] = {
    "updates": frozenset({"thinking-display-updates-2026-08-18"}),
}
CACHE_CONTROL_KEYS: Mapping[str, frozenset[str]] = {
    "scope": frozenset({"prompt-caching-scope-2026-01-05"}),
    "evict_on_complete": frozenset({"prompt-caching-evict-2026-05-12"}),
}
