"""How the model must choose among the tools of a request."""

from collections.abc import Iterable
from random import Random
from typing import Final

from mockclaude.call import Call
from mockclaude.rules.edits import with_weather
from mockclaude.rules.rule import Draft, Facts, Rule, lacking, rule
from mockclaude.wire.body import Json, JsonObject
from mockclaude.wire.evidence import documented, reported

CHOOSING: Final = frozenset({"auto", "any"})
FORCED: Final = frozenset({"any", "tool"})


def _brings_others(call: Call) -> bool:
    """Whether tools may come from elsewhere than the list: an MCP server, a change, or a thread."""
    return not call.features.isdisjoint({"mcp_servers", "tool_addition", "compaction", "thread"})


@rule(
    message="tool_choice.{kind} may only be specified while providing tools",
    needs=("tool_choice",),
    covers=("tool.choice_any_no_tools",),
    source=reported("2026-09", "live probes of claude-sonnet-5 for any; `auto` alike, `none` was never probed"),
    fix="Declare tools, or leave `tool_choice` out.",
)
def tool_choice_without_tools(call: Call) -> Iterable[Facts]:
    """A choice among tools in a request that declares none."""
    kind = call.body["tool_choice"]["type"]
    if kind not in CHOOSING or call.body.get("tools") or _brings_others(call):
        return ()
    return ({"kind": kind, "path": "tool_choice"},)


@tool_choice_without_tools.broken_by
def choose_among_nothing(draft: Draft, random: Random) -> Draft:
    """Any tool, of none or of an empty list."""
    nothing: tuple[JsonObject, ...] = ({}, {"tools": []})
    bare = draft.without("tools", "thinking", "container").with_body(**random.choice(nothing))
    return bare.with_body(tool_choice={"type": random.choice(("any", "auto"))})


@rule(
    message="Tool '{name}' not found in provided tools",
    needs=("tool_choice",),
    covers=("tool.choice_unknown",),
    source=reported("2026-09", "live probes of claude-sonnet-5, with other tools and without any"),
    fix="Name a tool of `tools`.",
)
def unknown_tool_choice(call: Call) -> Iterable[Facts]:
    """A tool that must be called and is not declared; toolsets may bring any."""
    name = call.body["tool_choice"].get("name")
    tools = call.body.get("tools", [])
    if name is None or _brings_others(call) or any(tool.get("name", name) == name for tool in tools):
        return ()
    return ({"name": name, "path": "tool_choice.name"},)


@unknown_tool_choice.broken_by
def choose_an_undeclared_tool(draft: Draft, random: Random) -> Draft:
    """The name of a tool that is not there."""
    name = random.choice(("get_forecast", "get-weather", " "))
    return draft.without("thinking").with_body(tool_choice={"type": "tool", "name": name})


@rule(
    message='tool_choice: type "tool" and "any" are not supported for this model.',
    models=lacking("forced_tool_choice"),
    needs=("tool_choice",),
    covers=("tool.choice_forced",),
    source=documented("2026-11", "errors page; live probes of four models 2026-09 to 2026-10, on both endpoints"),
    fix='Use `{"type": "auto"}` and ask for the tool in the prompt.',
)
def forced_tool_choice(call: Call) -> Iterable[Facts]:
    """A tool that must be called, by a model that cannot be forced."""
    return ({"path": "tool_choice"},) if call.body["tool_choice"]["type"] in FORCED else ()


@forced_tool_choice.broken_by
def force_a_tool(draft: Draft, random: Random) -> Draft:
    """Any tool, or one by its name."""
    choices: tuple[Json, ...] = ({"type": "any"}, {"type": "tool", "name": "get_weather"})
    return with_weather(draft).without("thinking").with_body(tool_choice=random.choice(choices))


TOOL_CHOICE: Final[tuple[Rule[Call], ...]] = (tool_choice_without_tools, unknown_tool_choice, forced_tool_choice)
