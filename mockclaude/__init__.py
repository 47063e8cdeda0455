"""An offline mock server and contract-testing toolkit for Anthropic's Messages API."""

from importlib import import_module

__version__ = "0.1.0"

_NAMES = {
    "mockclaude.calls": ("Calls", "NoCallError", "RecordedCall"),
    "mockclaude.call": ("Call",),
    "mockclaude.clock": ("FixedClock",),
    "mockclaude.engine.match": (
        "after_tool", "any_call", "header", "images", "model", "offers", "paused", "regex", "streaming", "system",
        "text", "tool_result", "turns", "where",
    ),
    "mockclaude.engine.matcher": ("Matcher",),
    "mockclaude.engine.reply": ("Pace", "Reply"),
    "mockclaude.engine.say": (
        "context_window_exceeded", "max_tokens", "message", "pause_turn", "redacted_thinking", "refusal",
        "server_tool_result", "server_tool_use", "stop_sequence", "thinking", "tool_use",
    ),
    "mockclaude.engine.say_cited": (
        "char_location", "cited", "content_block_location", "page_location", "search_result_location",
        "web_search_result_location",
    ),
    "mockclaude.engine.say_error": ("api_error", "error", "overloaded", "rate_limited"),
    "mockclaude.engine.say_tools": (
        "bash_code_execution", "code_execution", "compaction", "fallback", "tool_search", "web_fetch", "web_page",
        "web_search",
    ),
    "mockclaude.engine.tape": ("Tape",),
    "mockclaude.errors": (
        "CassetteError", "MockClaudeError", "NoRecordingError", "NoReplyError", "ScriptError", "ServerError", "SettingsError",
    ),
    "mockclaude.handle": ("MockWorkspace",),
    "mockclaude.mock": ("MockClaude",),
    "mockclaude.mock_server": ("MockServer",),
    "mockclaude.record.cassette": ("Cassette",),
    "mockclaude.record.recorder": ("Recorder",),
    "mockclaude.record.redaction": ("Redaction",),
    "mockclaude.remote": ("RemoteMock",),
    "mockclaude.settings": ("Limits", "Settings"),
    "mockclaude.usage": ("Usage",),
    "mockclaude.wire.error": ("APIError",),
}  # fmt: skip
"""Public names by the module they live in; `text` matches calls and says text."""

_HOMES = {name: module for module, names in _NAMES.items() for name in names}

__all__ = ["__version__", *_HOMES]  # noqa: PLE0604 - they are names


def __getattr__(name: str) -> object:
    """Public names load with their first use, so that importing the package costs nothing."""
    if name not in _HOMES:
        raise AttributeError(f"module 'mockclaude' has no attribute {name!r}")
    return getattr(import_module(_HOMES[name]), name)


def __dir__() -> list[str]:
    return sorted(__all__)
