"""Tools that come and go within a conversation."""

import pytest

from mockclaude.rules.tool_changes import TOOL_CHANGES
from mockclaude.wire.body import Json, JsonObject
from tests.rules.drafts import assistant, call_of, draft_of, judged_by, system, user

LOOK: JsonObject = {"name": "look", "input_schema": {"type": "object"}}
BASH: JsonObject = {"type": "bash_20250124", "name": "bash"}
NAMED: JsonObject = {"type": "tool_reference", "name": "look"}
SERVED: JsonObject = {"type": "mcp_tool_reference", "name": "look", "server_name": "s"}
SERVER: JsonObject = {"type": "mcp_toolset_reference", "server_name": "s"}
TOOLSET: JsonObject = {"type": "mcp_toolset", "mcp_server_name": "s"}


def added(*tools: JsonObject) -> JsonObject:
    return system([{"type": "tool_addition", "tool": tool} for tool in tools])


def removed(tool: JsonObject) -> JsonObject:
    return system([{"type": "tool_removal", "tool": tool}])


def defined(tool: JsonObject) -> JsonObject:
    return {"type": "tool_definition", "definition": tool}


def refusals(*items: JsonObject, tools: Json = None) -> list[tuple[str, Json]]:
    turns = [turn for item in items for turn in (user("Hi"), item, assistant("Hello."))]
    draft = draft_of(*turns, user("Go on."))
    errors = judged_by(TOOL_CHANGES, call_of(draft if tools is None else draft.with_body(tools=tools)))
    return [(error.message, (error.details or {}).get("error_code")) for error in errors]


def unresolved(name: str) -> list[tuple[str, Json]]:
    return [(f"Tool reference '{name}' not found in available tools", "tool_reference_unresolved")]


@pytest.mark.parametrize("item", [added(NAMED), removed(NAMED)], ids=["added", "removed"])
def test_a_change_names_a_tool_that_is_declared(item: JsonObject) -> None:
    assert refusals(item) == refusals(item, tools=[BASH]) == unresolved("look")
    assert refusals(item, tools=[{**LOOK, "defer_loading": True}]) == []
    assert refusals(item, tools=[{"type": "computer_toolset_20260801"}]) == []


@pytest.mark.parametrize(("reference", "name"), [(SERVED, "look"), (SERVER, "s")])
def test_a_change_names_a_server_whose_tools_are_declared(reference: JsonObject, name: str) -> None:
    assert refusals(added(reference), tools=[LOOK]) == unresolved(name)
    assert refusals(added(reference), tools=[TOOLSET]) == []


def test_a_tool_may_be_named_once_it_was_defined() -> None:
    assert refusals(added(defined(LOOK)), removed(NAMED), added(NAMED)) == []
    assert refusals(removed(NAMED), added(defined(LOOK))) == unresolved("look")
    assert refusals(added(defined(TOOLSET)), removed(SERVER)) == []


def test_a_definition_may_follow_another_of_the_same_type() -> None:
    newer: JsonObject = {"type": "web_search_20260318", "name": "web_search"}
    assert refusals(added(defined(LOOK)), added(defined({**LOOK, "description": "Looks."})), tools=[LOOK]) == []
    assert refusals(added(defined(newer)), tools=[{**newer, "type": "web_search_20250305"}]) == []


def test_a_name_belongs_to_one_type_of_tools() -> None:
    conflict = [("tools: Tool name 'bash' is already taken by a tool of another type", "tool_name_conflict")]
    assert refusals(added(defined({**LOOK, "name": "bash"})), tools=[BASH]) == conflict
    assert refusals(added(defined(BASH)), added(defined({**LOOK, "name": "bash"}))) == conflict


SEARCH: JsonObject = {"type": "server_tool_use", "id": "srvtoolu_1", "name": "web_search", "input": {}}
FOUND: JsonObject = {"type": "web_search_tool_result", "tool_use_id": "srvtoolu_1", "content": []}
PAUSED = assistant([SEARCH, FOUND])


@pytest.mark.parametrize("item", [added(NAMED), removed(NAMED)], ids=["added", "removed"])
def test_no_tool_comes_or_goes_in_a_pause(item: JsonObject) -> None:
    def said(*turns: JsonObject) -> list[tuple[str, str | None]]:
        call = call_of(draft_of(*turns, tools=[LOOK]))
        return [(error.message, error.path) for error in judged_by(TOOL_CHANGES, call)]

    refusal = (
        "messages.2: tool_addition and tool_removal blocks are not accepted after an 'assistant' message ending in a "
        "server tool result"
    )
    assert said(user("Hi"), PAUSED, item) == [(refusal, "messages.2")]
    assert said(user("Hi"), PAUSED, system("Be brief.")) == []
    assert said(user("Hi"), PAUSED, assistant("Found."), user("Go on."), item) == []
