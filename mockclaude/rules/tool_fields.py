"""The tools of a request and how the model must choose among them, field by field.

Source: SDK 2.12.0, request types; names and texts: public reports 2025-04 to 2026-10.
"""

from collections.abc import Mapping
from types import MappingProxyType
from typing import Final

from mockclaude.rules.block_fields import CACHE_CONTROL, CACHEABLE, CITATIONS_CONFIG, MAYBE_INTEGER, MAYBE_STRING, TAG
from mockclaude.rules.grammar import (
    BOOLEAN,
    INTEGER,
    NOT_AN_OBJECT,
    OBJECT,
    STRING,
    Context,
    Flaw,
    Form,
    literal,
    needed,
    nullable,
    text,
)
from mockclaude.rules.structures import array, by_name, deferred, record, union
from mockclaude.wire.betas import TOOLS
from mockclaude.wire.body import Json

_TOOL: Final[Mapping[str, Form]] = {
    "allowed_callers": array(
        literal("direct", "code_execution_20250825", "code_execution_20260120", "code_execution_20260521")
    ),
    "defer_loading": BOOLEAN,
    "strict": BOOLEAN,
    **CACHEABLE,
}
_CLIENT_TOOL: Final[Mapping[str, Form]] = {"input_examples": array(OBJECT), **_TOOL}

CUSTOM: Final = record(
    {
        "type": nullable(STRING),
        "name": needed(text(shortest=1, longest=128, pattern="^[a-zA-Z0-9_-]{1,128}$")),
        "input_schema": needed(
            record({"type": needed(literal("object"))}, otherwise=NOT_AN_OBJECT, is_closed=False),
        ),
        "description": STRING,  # `null` is refused (public report 2026-08-28)
        "eager_input_streaming": nullable(BOOLEAN),
        **_CLIENT_TOOL,
    }
)


def _named(name: str, fields: Mapping[str, Form]) -> Form:
    return record({"type": TAG, "name": needed(literal(name)), **fields})


_WEB: Final[Mapping[str, Form]] = {
    "allowed_domains": nullable(array(STRING)),
    "blocked_domains": nullable(array(STRING)),
    "max_uses": MAYBE_INTEGER,
    **_TOOL,
}
_SEARCH: Final[Mapping[str, Form]] = {
    "user_location": nullable(
        record(
            {
                "type": needed(literal("approximate")),
                "city": MAYBE_STRING,
                "country": MAYBE_STRING,
                "region": MAYBE_STRING,
                "timezone": MAYBE_STRING,
            }
        )
    ),
    **_WEB,
}
_ALL_OR_NONE: Final = {"all": record({"type": TAG}), "none": record({"type": TAG})}
_SOME: Final = record(
    {
        "type": TAG,
        "tools": needed(array(record({"type": needed(literal("tool_reference")), "name": needed(STRING)}))),
    }
)
_URL_SOURCE: Final = union({**_ALL_OR_NONE, "only": _SOME, "except": _SOME})
_FETCH: Final[Mapping[str, Form]] = {
    "citations": nullable(CITATIONS_CONFIG),
    "max_content_tokens": MAYBE_INTEGER,
    "url_sources": nullable(
        record(
            {
                "client_tool_results": _URL_SOURCE,
                "server_tool_results": _URL_SOURCE,
                "user_input": union(_ALL_OR_NONE),
            }
        )
    ),
    **_WEB,
}
_CACHED: Final[Mapping[str, Form]] = {"use_cache": BOOLEAN, **_FETCH}
_INCLUSION: Final[Mapping[str, Form]] = {"response_inclusion": literal("full", "excluded")}

_POINTER: Final = (
    "double_click", "key", "hold_key", "left_click", "left_click_drag", "left_mouse_down", "left_mouse_up",
    "middle_click", "mouse_move", "right_click", "screenshot", "scroll", "triple_click", "type", "wait", "zoom",
)  # fmt: skip
_PAGES: Final = (
    "close_tab", "file_upload", "find", "form_input", "get_page_text", "hover", "javascript_exec", "list_tabs",
    "navigate", "new_tab", "read_console", "read_network", "read_page", "scroll_to", "switch_tab",
)  # fmt: skip


def _toolset(*members: str) -> Form:
    """A toolset; unlike other tools it may have no name, and says so in words of its own."""
    member = nullable(record({"defer_loading": nullable(BOOLEAN), "enabled": nullable(BOOLEAN)}))
    fields = record({"type": TAG, "configs": nullable(record(dict.fromkeys(members, member))), **CACHEABLE})

    def check(value: Json, context: Context) -> list[Flaw] | None:
        if isinstance(value, dict) and "name" in value:
            return [Flaw("named-toolset")]
        return fields.check(value, context)

    return Form(check)


_MEMBERS: Final[Mapping[str, Form]] = MappingProxyType(
    {
        "custom": CUSTOM,
        "bash_20250124": _named("bash", _CLIENT_TOOL),
        "text_editor_20250124": _named("str_replace_editor", _CLIENT_TOOL),
        "text_editor_20250429": _named("str_replace_based_edit_tool", _CLIENT_TOOL),
        "text_editor_20250728": _named(
            "str_replace_based_edit_tool", {"max_characters": MAYBE_INTEGER, **_CLIENT_TOOL}
        ),
        "memory_20250818": _named("memory", _CLIENT_TOOL),
        "code_execution_20250522": _named("code_execution", _TOOL),
        "code_execution_20250825": _named("code_execution", _TOOL),
        "code_execution_20260120": _named("code_execution", _TOOL),
        "code_execution_20260521": _named("code_execution", _TOOL),
        "web_search_20250305": _named("web_search", _SEARCH),
        "web_search_20260209": _named("web_search", _SEARCH),
        "web_search_20260318": _named("web_search", {**_INCLUSION, **_SEARCH}),
        "web_fetch_20250910": _named("web_fetch", _FETCH),
        "web_fetch_20260209": _named("web_fetch", _FETCH),
        "web_fetch_20260309": _named("web_fetch", _CACHED),
        "web_fetch_20260318": _named("web_fetch", {**_INCLUSION, **_CACHED}),
        "tool_search_tool_bm25": _named("tool_search_tool_bm25", _TOOL),
        "tool_search_tool_bm25_20251119": _named("tool_search_tool_bm25", _TOOL),
        "tool_search_tool_regex": _named("tool_search_tool_regex", _TOOL),
        "tool_search_tool_regex_20251119": _named("tool_search_tool_regex", _TOOL),
        "computer_toolset_20260801": _toolset("cursor_position", *_POINTER),
        "browser_toolset_20260801": _toolset(*_POINTER, *_PAGES),
    }
)
TOOL_TYPES: Final = tuple(_MEMBERS)
"""The types of tools that need no beta."""


def _screen(**more: Form) -> Form:
    sides = {"display_width_px": needed(INTEGER), "display_height_px": needed(INTEGER)}
    return _named("computer", {**sides, "display_number": MAYBE_INTEGER, **more, **_CLIENT_TOOL})


def _advisor() -> Form:
    return _named(
        "advisor",
        {
            "model": needed(STRING),
            "caching": nullable(CACHE_CONTROL),
            "max_tokens": MAYBE_INTEGER,
            "max_uses": MAYBE_INTEGER,
            **_TOOL,
        },
    )


def _mcp_toolset() -> Form:
    config = record({"defer_loading": BOOLEAN, "enabled": BOOLEAN})
    return record(
        {
            "type": TAG,
            "mcp_server_name": needed(STRING),
            "default_config": config,
            "configs": nullable(by_name(config)),
            "tools": nullable(array(MCP_TOOL)),
            **CACHEABLE,
        }
    )


MCP_TOOL: Final = deferred(
    lambda: record({"name": needed(STRING), "description": MAYBE_STRING, "input_schema": needed(OBJECT)})
)
"""A tool as an MCP server lists it."""
_BETA_TOOLS: Final[Mapping[str, Form]] = MappingProxyType(
    {
        "bash_20241022": deferred(lambda: _named("bash", _CLIENT_TOOL)),
        "text_editor_20241022": deferred(lambda: _named("str_replace_editor", _CLIENT_TOOL)),
        "computer_20241022": deferred(_screen),
        "computer_20250124": deferred(_screen),
        "computer_20251124": deferred(lambda: _screen(enable_zoom=BOOLEAN)),
        "advisor_20260301": deferred(_advisor),
        "mcp_toolset": deferred(_mcp_toolset),
    }
)
TOOL: Final = union(_MEMBERS, gates=TOOLS, behind=_BETA_TOOLS, untagged="custom")

_CHOICE: Final[Mapping[str, Form]] = {"type": TAG, "disable_parallel_tool_use": BOOLEAN}
TOOL_CHOICE: Final = union(
    {
        "auto": record(_CHOICE),
        "any": record(_CHOICE),
        "tool": record({**_CHOICE, "name": needed(STRING)}),
        "none": record({"type": TAG}),
    },
    is_sorted=False,
)
"""Its tags are listed in this order, others alphabetically (public report 2026-08-28)."""
