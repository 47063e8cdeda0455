"""Tools that come and go within a conversation. Source: documentation, mid-conversation system messages, 2026-11."""

import re
from collections.abc import Iterable, Iterator
from itertools import pairwise
from random import Random
from typing import Final, cast

from mockclaude.call import Call
from mockclaude.rules.edits import SCHEMA, turns_of, with_beta, with_weather
from mockclaude.rules.opening import HELLO, HI, opened_with, turn_of
from mockclaude.rules.rule import Draft, Facts, Rule, having, rule
from mockclaude.wire.body import JsonObject
from mockclaude.wire.evidence import documented

CHANGES: Final = ("tool_addition", "tool_removal")
INLINE: Final = "inline-tools-2026-09-15"
UNDATED: Final = re.compile(r"_\d{8}$")


def _changes(call: Call) -> Iterator[tuple[str, JsonObject]]:
    """The tools that the conversation names or defines, each with its place."""
    for turn in call.turns:
        for place, block in enumerate(turn.blocks):
            tool = cast("JsonObject", block).get("tool")
            if block["type"] in CHANGES and isinstance(tool, dict):
                yield f"messages.{turn.place}.content.{place}", tool


def _definition(change: JsonObject) -> JsonObject:
    definition = change.get("definition")
    return definition if isinstance(definition, dict) else {}


def _servers(call: Call) -> set[object]:
    declared = cast("list[JsonObject]", call.body.get("tools", []))
    return {tool.get("mcp_server_name") for tool in declared}


def _kind(tool: JsonObject) -> str:
    """The type of a tool, whatever its version."""
    return UNDATED.sub("", str(tool.get("type") or "custom"))


@rule(
    message="Tool reference '{name}' not found in available tools",
    models=having("system_role"),
    needs=CHANGES,
    code="tool_reference_unresolved",
    covers=("tool.reference_unresolved",),
    source=documented(
        "2026-11", "mid-conversation system messages; SDK 2.12.0 has the code; the text is that of results"
    ),
    fix="Declare the tool in `tools`, with `defer_loading: true` if it is to come later.",
)
def unresolved_tool_change(call: Call) -> Iterable[Facts]:
    """A change of tools that names one which is neither declared nor defined before; toolsets may bring any."""
    tools = call.body.get("tools", [])
    names: set[object] = {tool.get("name") for tool in tools}
    servers = _servers(call)
    has_toolset = "thread" in call.features or any("_toolset_" in (tool.get("type") or "") for tool in tools)
    found: list[Facts] = []
    for path, change in _changes(call):
        definition = _definition(change)
        names.add(definition.get("name"))
        servers.add(definition.get("mcp_server_name"))
        by_name = change["type"] == "tool_reference"
        is_known = change.get("name") in names or has_toolset if by_name else change.get("server_name") in servers
        if not definition and not is_known:
            found.append({"path": path, "name": change.get("name") or change.get("server_name")})
    return found


def _changed(draft: Draft, *changes: JsonObject) -> Draft:
    """The draft with changes of tools after a greeting, where a system item may stand."""
    blocks: list[JsonObject] = [{"type": "tool_addition", "tool": change} for change in changes]
    return with_beta(opened_with(with_weather(draft), HI, turn_of("system", *blocks), HELLO), INLINE)


@unresolved_tool_change.broken_by
def add_a_tool_that_is_not_declared(draft: Draft, random: Random) -> Draft:
    """A tool or the tools of a server of which nothing else is known."""
    references: tuple[JsonObject, ...] = (
        {"type": "tool_reference", "name": "no_such_tool"},
        {"type": "mcp_toolset_reference", "server_name": "no_such_server"},
    )
    return _changed(draft, random.choice(references))


@rule(
    message="tools: Tool name '{name}' is already taken by a tool of another type",
    models=having("system_role"),
    needs=("tool_addition",),
    code="tool_name_conflict",
    covers=("tool.name_conflict",),
    source=documented("2026-11", "mid-conversation system messages; SDK 2.12.0 has the code; the text is ours"),
    fix="Give the tool that the conversation defines a name of its own.",
)
def conflicting_tool_definition(call: Call) -> Iterable[Facts]:
    """A tool defined in the conversation under the name of a tool of another type; newer versions are the same type."""
    kinds = {tool["name"]: _kind(cast("JsonObject", tool)) for tool in call.body.get("tools", []) if "name" in tool}
    found: list[Facts] = []
    for path, change in _changes(call):
        definition = _definition(change)
        name = definition.get("name")
        if isinstance(name, str) and kinds.setdefault(name, _kind(definition)) != _kind(definition):
            found.append({"path": path, "name": name})
    return found


@conflicting_tool_definition.broken_by
def define_a_tool_under_another_s_name(draft: Draft, random: Random) -> Draft:
    """The caller's own tool and one of Anthropic's, both called alike, in either order."""
    own: JsonObject = {"name": "bash", "input_schema": SCHEMA}
    bash: JsonObject = {"type": "bash_20250124", "name": "bash"}
    first, second = random.choice([(own, bash), (bash, own)])
    definitions: list[JsonObject] = [{"type": "tool_definition", "definition": tool} for tool in (first, second)]
    return _changed(draft, *definitions)


@rule(
    message=(
        "{path}: tool_addition and tool_removal blocks are not accepted after an 'assistant' message ending in a server "
        "tool result"
    ),
    models=having("system_role"),
    needs=CHANGES,
    source=documented("2026-11", "mid-conversation system messages, limitations; the text is ours"),
    fix="Let the paused turn go on first, and change the tools in the next system item.",
)
def tool_change_in_a_pause(call: Call) -> Iterable[Facts]:
    """A change of tools right after a paused turn, where a system item may hold text only."""
    found: list[Facts] = []
    for before, turn in pairwise(call.turns):
        is_paused = before.role == "assistant" and bool(before.blocks)
        if turn.role == "system" and is_paused and before.blocks[-1]["type"].endswith("_tool_result"):
            found += [{"path": f"messages.{turn.place}"} for block in turn.blocks if block["type"] in CHANGES][:1]
    return found


@tool_change_in_a_pause.broken_by
def change_the_tools_in_a_pause(draft: Draft, random: Random) -> Draft:
    """A tool that comes or goes while a search of the API's own has paused."""
    search: JsonObject = {"type": "server_tool_use", "id": "srvtoolu_98", "name": "web_search", "input": {}}
    found: JsonObject = {"type": "web_search_tool_result", "tool_use_id": "srvtoolu_98", "content": []}
    change: JsonObject = {"type": random.choice(CHANGES), "tool": {"type": "tool_reference", "name": "get_weather"}}
    turns = turns_of(draft)
    while turns and turns[-1]["role"] != "user":
        turns.pop()
    paused = turn_of("assistant", search, found)
    changed = with_beta(with_weather(draft), INLINE)
    return changed.with_body(messages=[*(turns or [HI]), paused, turn_of("system", change)])


TOOL_CHANGES: Final[tuple[Rule[Call], ...]] = (
    unresolved_tool_change,
    conflicting_tool_definition,
    tool_change_in_a_pause,
)
