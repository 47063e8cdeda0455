from typing import Any, get_args

import pytest
from pydantic import TypeAdapter, ValidationError

from mockclaude.wire.betas import TOOLS as LOCKED
from mockclaude.wire.tools import BrowserMember, ComputerMember, ToolChoiceParam, ToolParam
from tests.wire import beta_samples
from tests.wire.test_content import CACHED, Json, kinds_of

SCHEMA: Json = {"type": "object", "properties": {"a": {"type": "string"}}, "required": ["a"]}
COMMON: Json = {
    **CACHED,
    "allowed_callers": ["direct", "code_execution_20260521"],
    "defer_loading": True,
    "strict": True,
}
CLIENT: Json = {**COMMON, "input_examples": [{"a": "b"}]}
WEB: Json = {**COMMON, "allowed_domains": ["a.example"], "blocked_domains": None, "max_uses": 3}
SEARCH: Json = {
    **WEB,
    "name": "web_search",
    "user_location": {"type": "approximate", "city": "a", "country": None, "region": "b", "timezone": "c"},
}
FETCH: Json = {
    **WEB,
    "name": "web_fetch",
    "citations": {"enabled": True},
    "max_content_tokens": 100,
    "url_sources": {
        "client_tool_results": {"type": "only", "tools": [{"type": "tool_reference", "name": "a"}]},
        "server_tool_results": {"type": "none"},
        "user_input": {"type": "all"},
    },
}
BUILT_IN: dict[str, Json] = {
    "bash_20250124": {"name": "bash", **CLIENT},
    "text_editor_20250124": {"name": "str_replace_editor", **CLIENT},
    "text_editor_20250429": {"name": "str_replace_based_edit_tool", **CLIENT},
    "text_editor_20250728": {"name": "str_replace_based_edit_tool", **CLIENT, "max_characters": 10},
    "memory_20250818": {"name": "memory", **CLIENT},
    **{f"code_execution_{version}": {"name": "code_execution", **COMMON} for version in (20250522, 20250825, 20260120, 20260521)},
    "web_search_20250305": SEARCH,
    "web_search_20260209": SEARCH,
    "web_search_20260318": {**SEARCH, "response_inclusion": "excluded"},
    "web_fetch_20250910": FETCH,
    "web_fetch_20260209": FETCH,
    "web_fetch_20260309": {**FETCH, "use_cache": False},
    "web_fetch_20260318": {**FETCH, "use_cache": True, "response_inclusion": "full"},
    **{f"tool_search_tool_bm25{dated}": {"name": "tool_search_tool_bm25", **COMMON} for dated in ("", "_20251119")},
    **{f"tool_search_tool_regex{dated}": {"name": "tool_search_tool_regex", **COMMON} for dated in ("", "_20251119")},
    "computer_toolset_20260801": {
        **CACHED,
        "configs": {member: {"enabled": True, "defer_loading": None} for member in get_args(ComputerMember)},
    },
    "browser_toolset_20260801": {**CACHED, "configs": dict.fromkeys(get_args(BrowserMember))},
}  # fmt: skip
NAMES = {kind: {"name": tool["name"]} if "name" in tool else {} for kind, tool in BUILT_IN.items()}
CUSTOM: Json = {"name": "get_weather", "input_schema": SCHEMA}
TOOLS: list[Json] = [
    CUSTOM,
    {**CUSTOM, "type": None, "eager_input_streaming": None},
    {**CUSTOM, "type": "custom", **CLIENT, "description": "a", "eager_input_streaming": True},
    {"name": "a" * 128, "input_schema": {"$schema": "x", "additionalProperties": False, "type": "object"}},
    *({"type": kind, **tool} for kind, tool in BUILT_IN.items()),
    *({"type": kind, **name} for kind, name in NAMES.items()),
]
"""Tools as clients declare them: each type, bare and with all its keys."""

CHOICES: list[Json] = [
    {"type": "auto"},
    {"type": "auto", "disable_parallel_tool_use": True},
    {"type": "any"},
    {"type": "any", "disable_parallel_tool_use": False},
    {"type": "tool", "name": "get_weather"},
    {"type": "tool", "name": "get_weather", "disable_parallel_tool_use": True},
    {"type": "none"},
]

ADAPTER: TypeAdapter[Any] = TypeAdapter(ToolParam)
CHOICE: TypeAdapter[Any] = TypeAdapter(ToolChoiceParam)


def faults(adapter: TypeAdapter[Any], body: Any, *betas: str) -> list[tuple[str, tuple[int | str, ...]]]:
    with pytest.raises(ValidationError) as refused:
        adapter.validate_python(body, context={"betas": betas})
    return [(error["type"], error["loc"]) for error in refused.value.errors()]


def test_the_samples_show_every_kind() -> None:
    assert {choice["type"] for choice in CHOICES} == kinds_of(ToolChoiceParam)
    members = get_args(get_args(ToolParam)[0])
    tags = {tag for member in members for tag in get_args(member.model_fields["type"].annotation) if type(tag) is str}
    assert set(BUILT_IN) == tags - LOCKED.keys()
    assert tags >= LOCKED.keys()


@pytest.mark.parametrize("tool", TOOLS, ids=lambda tool: str(tool.get("type")))
def test_a_tool_is_dumped_as_it_was_parsed(tool: Json) -> None:
    assert list(ADAPTER.validate_python(tool).model_dump().items()) == list(tool.items())


@pytest.mark.parametrize("choice", CHOICES, ids=lambda choice: choice["type"])
def test_a_choice_is_dumped_as_it_was_parsed(choice: Json) -> None:
    assert list(CHOICE.validate_python(choice).model_dump().items()) == list(choice.items())


@pytest.mark.parametrize("kind", sorted(NAMES))
def test_a_built_in_tool_has_one_name(kind: str) -> None:
    expected = "literal_error" if NAMES[kind] else "extra_forbidden"
    assert faults(ADAPTER, {"type": kind, "name": "mine"}) == [(expected, (kind, "name"))]


@pytest.mark.parametrize(
    ("tool", "fault"),
    [
        ({"type": "function"}, ("union_tag_invalid", ())),
        ({"type": "web_search"}, ("union_tag_invalid", ())),
        ({}, ("missing", ("custom", "name"))),
        ("bash", ("union_tag_not_found", ())),
        ({**CUSTOM, "name": ""}, ("string_too_short", ("custom", "name"))),
        ({**CUSTOM, "name": "a" * 129}, ("string_too_long", ("custom", "name"))),
        ({**CUSTOM, "name": "a b"}, ("string_pattern_mismatch", ("custom", "name"))),
        ({**CUSTOM, "name": "a\n"}, ("string_pattern_mismatch", ("custom", "name"))),
        ({"name": "a"}, ("missing", ("custom", "input_schema"))),
        ({"name": "a", "input_schema": {}}, ("missing", ("custom", "input_schema", "type"))),
        ({"name": "a", "input_schema": {"type": "string"}}, ("literal_error", ("custom", "input_schema", "type"))),
        ({"name": "a", "input_schema": None}, ("model_type", ("custom", "input_schema"))),
        ({**CUSTOM, "description": None}, ("null_forbidden", ("custom", "description"))),
        ({**CUSTOM, "strict": None}, ("bool_type", ("custom", "strict"))),
        ({**CUSTOM, "parameters": {}}, ("extra_forbidden", ("custom", "parameters"))),
        ({**CUSTOM, "allowed_callers": ["me"]}, ("literal_error", ("custom", "allowed_callers", 0))),
        ({"type": "bash_20250124"}, ("missing", ("bash_20250124", "name"))),
        (
            {"type": "web_search_20250305", "name": "web_search", "max_uses": 1.0},
            ("int_type", ("web_search_20250305", "max_uses")),
        ),
        (
            {"type": "web_search_20260209", "name": "web_search", "response_inclusion": "full"},
            ("extra_forbidden", ("web_search_20260209", "response_inclusion")),
        ),
    ],
)
def test_a_tool_that_differs_is_refused_where_it_differs(tool: Json, fault: Any) -> None:
    first, *_ = faults(ADAPTER, tool)
    assert first == fault


def test_a_toolset_has_no_members_but_its_own() -> None:
    assert [kind for kind, _ in faults(ADAPTER, {"type": "computer_toolset_20260801", "configs": {"close_tab": {}}})] == ["literal_error"]  # fmt: skip


@pytest.mark.parametrize(
    ("choice", "fault"),
    [
        ({"type": "required"}, ("union_tag_invalid", ())),
        ({}, ("union_tag_not_found", ())),
        ({"type": "tool"}, ("missing", ("tool", "name"))),
        ({"type": "none", "disable_parallel_tool_use": True}, ("extra_forbidden", ("none", "disable_parallel_tool_use"))),
        ({"type": "auto", "name": "a"}, ("extra_forbidden", ("auto", "name"))),
        ({"type": "auto", "disable_parallel_tool_use": None}, ("bool_type", ("auto", "disable_parallel_tool_use"))),
    ],
)  # fmt: skip
def test_a_choice_that_differs_is_refused_where_it_differs(choice: Json, fault: Any) -> None:
    assert faults(CHOICE, choice) == [fault]


@pytest.mark.parametrize(("kind", "beta"), sorted((kind, beta) for kind, by in LOCKED.items() for beta in by))
def test_a_locked_tool_is_known_with_its_beta_only(kind: str, beta: str) -> None:
    tool = beta_samples.TOOLS[kind]
    assert faults(ADAPTER, tool, "context-1m-2025-08-07") == [("union_tag_invalid", ())]
    parsed = ADAPTER.validate_python(tool, context={"betas": [beta]})
    assert list(parsed.model_dump().items()) == list(tool.items())
    assert faults(ADAPTER, {**tool, "free": 1}, beta) == [("extra_forbidden", (kind, "free"))]
