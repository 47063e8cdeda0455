"""Which tools may be declared, and what may refer to them."""

from collections.abc import Callable

import pytest

from mockclaude.models import ModelProfile
from mockclaude.rules.tools import SUGGESTED, TOOL_RULES
from mockclaude.wire.body import Json, JsonObject
from tests.rules.drafts import ALL, assistant, call_of, draft_of, judged_by, user

WEATHER: JsonObject = {"name": "get_weather", "input_schema": {"type": "object"}}
TIME: JsonObject = {"name": "get_time", "input_schema": {"type": "object"}}
USE: JsonObject = {"type": "tool_use", "id": "toolu_1", "name": "get_weather", "input": {}}
SEARCHED: JsonObject = {"type": "server_tool_use", "id": "srvtoolu_1", "name": "tool_search_tool_regex", "input": {}}
REFERENCE: JsonObject = {"type": "tool_reference", "tool_name": "get_time"}


def refusals(*turns: JsonObject, model: str = "claude-opus-4-8", **fields: Json) -> list[str]:
    call = call_of(draft_of(*turns, model=model, **fields))
    return [error.message for error in judged_by(TOOL_RULES, call)]


def found_by_a_tool(*references: Json) -> list[JsonObject]:
    result: JsonObject = {"type": "tool_result", "tool_use_id": "toolu_1", "content": [*references]}
    return [user("Hi"), assistant([USE]), user([result])]


def found_by_a_search(*references: Json) -> list[JsonObject]:
    content: JsonObject = {"type": "tool_search_tool_search_result", "tool_references": [*references]}
    result: JsonObject = {"type": "tool_search_tool_result", "tool_use_id": "srvtoolu_1", "content": content}
    return [user("Hi"), assistant([SEARCHED, result]), user("Go on")]


@pytest.mark.parametrize("model", [model for model in ALL if model.refused_tool_types], ids=lambda model: model.id)
def test_a_type_the_model_refuses_is_answered_with_those_it_takes(model: ModelProfile) -> None:
    refused = sorted(model.refused_tool_types)
    taken = ", ".join([kind for kind in SUGGESTED if kind not in refused])
    assert refusals(model=model.id, tools=[{"type": kind, "name": kind} for kind in refused]) == [
        f"'{model.id}' does not support tool types: {', '.join(refused)}. Did you mean one of {taken}?"
    ]
    offered: list[Json] = [{"type": kind, "name": kind, "allowed_callers": ["direct"]} for kind in taken.split(", ")]
    assert refusals(model=model.id, tools=offered) == []


def test_the_suggestions_begin_as_a_captured_refusal_does() -> None:
    assert SUGGESTED[:3] == ("advisor_20260301", "bash_20250124", "browser_toolset_20260801")


@pytest.mark.parametrize("model", ALL, ids=lambda model: model.id)
def test_a_tool_that_only_code_calls_needs_a_model_whose_code_can(model: ModelProfile) -> None:
    search: JsonObject = {"type": "web_search_20260209", "name": "web_search"}
    fetch: JsonObject = {"type": "web_fetch_20260318", "name": "web_fetch"}
    direct: list[Json] = [{**tool, "allowed_callers": ["direct"]} for tool in (search, fetch)]
    either: JsonObject = {**WEATHER, "allowed_callers": ["direct", "code_execution_20260120"]}
    refused = [
        (
            f"'{model.id}' does not support programmatic tool calling. The following tools have `allowed_callers` that "
            'require it: web_fetch, web_search. Explicitly set `allowed_callers=["direct"]` on these tools, or use a '
            "model that supports programmatic tool calling."
        )
    ]
    found = [message for message in refusals(model=model.id, tools=[search, fetch]) if "programmatic" in message]
    assert found == ([] if model.programmatic_tools else refused)
    assert refusals(model=model.id, tools=[*direct, either]) == []


def test_names_are_unique_among_all_kinds_of_tools() -> None:
    bash: JsonObject = {"type": "bash_20250124", "name": "bash"}
    assert refusals(tools=[WEATHER, WEATHER]) == ["tools: Tool names must be unique."]
    assert refusals(tools=[bash, TIME, {**WEATHER, "name": "bash"}]) == ["tools: Tool names must be unique."]
    nameless: JsonObject = {"type": "mcp_toolset", "mcp_server_name": "a"}
    assert refusals(tools=[WEATHER, TIME, bash, nameless, nameless]) == []


def test_a_double_name_is_told_in_the_log() -> None:
    call = call_of(draft_of(tools=[TIME, WEATHER, TIME]))
    assert [error.hint for error in judged_by(TOOL_RULES, call)] == ["'get_time' is declared twice."]


def test_a_deferred_tool_carries_no_mark_for_the_cache() -> None:
    marked: JsonObject = {**TIME, "defer_loading": True, "cache_control": {"type": "ephemeral"}}
    assert refusals(tools=[WEATHER, marked]) == [
        (
            "Tool 'get_time' cannot have both defer_loading=true and cache_control set. Tools with defer_loading cannot "
            "use prompt caching."
        )
    ]


def test_one_tool_is_loaded_at_once() -> None:
    deferred: list[Json] = [{**WEATHER, "defer_loading": True}, {**TIME, "defer_loading": True}]
    search: JsonObject = {"type": "tool_search_tool_regex_20251119", "name": "tool_search_tool_regex"}
    assert refusals(tools=deferred) == [
        "At least one tool must have defer_loading=false. All tools cannot be deferred."
    ]
    assert refusals(tools=[*deferred, search]) == []


@pytest.mark.parametrize("found", [found_by_a_tool, found_by_a_search])
def test_what_a_search_finds_must_be_declared(found: Callable[[Json], list[JsonObject]]) -> None:
    turns = found(REFERENCE)
    assert refusals(*turns, tools=[WEATHER]) == ["Tool reference 'get_time' not found in available tools"]
    assert refusals(*turns, tools=[WEATHER, {**TIME, "defer_loading": True}]) == []
    assert refusals(*turns, tools=[WEATHER, {"type": "browser_toolset_20260801"}]) == []
    assert refusals(*turns) == []


@pytest.mark.parametrize("kind", ["web_search_20250305", "web_fetch_20260318"])
def test_a_tool_for_the_web_has_one_list_of_domains(kind: str) -> None:
    tool: JsonObject = {"type": kind, "name": kind[:-9], "allowed_domains": ["a.com"]}
    assert refusals(tools=[tool]) == refusals(tools=[{**tool, "blocked_domains": []}]) == []
    assert refusals(tools=[WEATHER, {**tool, "blocked_domains": ["b.com"]}]) == [
        f"tools.1.{kind}: `allowed_domains` and `blocked_domains` cannot both be set"
    ]
