"""The tools that a request declares: which there may be, under which names, and what refers to them."""

from collections.abc import Iterable, Iterator
from functools import lru_cache
from random import Random
from typing import Final, cast

from mockclaude.call import Call
from mockclaude.models import Models
from mockclaude.rules.edits import CALL, TOOL, declared, with_beta, with_tool, with_weather
from mockclaude.rules.opening import HELLO, HI, opened_with, turn_of
from mockclaude.rules.rule import Draft, Facts, Rule, Scope, lacking, rule
from mockclaude.rules.tool_fields import TOOL_TYPES
from mockclaude.wire.betas import TOOLS
from mockclaude.wire.body import Block, JsonObject, Tool
from mockclaude.wire.evidence import documented, observed, reported

_RETIRED: Final = frozenset({"bash_20241022", "text_editor_20241022", "computer_20241022"})
SUGGESTED: Final = tuple(sorted({*TOOL_TYPES, *TOOLS} - _RETIRED - {"custom"}))
"""Types that the API suggests instead of another, as a captured refusal lists them."""

CHOOSY: Final = Scope("models that refuse some types of tools", lambda model: bool(model.refused_tool_types))


@rule(
    message="'{model}' does not support tool types: {types}. Did you mean one of {others}?",
    models=CHOOSY,
    needs=("tools",),
    covers=("tool.type_model",),
    source=documented(
        "2026-11", "errors page; public captures of claude-opus-5-5, claude-haiku-4-5, claude-sonnet-4-6"
    ),
    fix="Declare one of the types that the message lists.",
)
def unsupported_tool_type(call: Call) -> Iterable[Facts]:
    """A tool of a type that this model does not know how to use."""
    refused = call.model.refused_tool_types
    found = sorted({kind for tool in call.body["tools"] if (kind := tool.get("type")) in refused and kind})
    if not found:
        return ()
    others = [kind for kind in SUGGESTED if kind not in refused]
    return ({"model": call.model.id, "types": ", ".join(found), "others": ", ".join(others), "path": "tools"},)


@lru_cache(maxsize=1)
def _shipped() -> Models:
    return Models.load()


@unsupported_tool_type.broken_by
def declare_a_tool_of_other_models(draft: Draft, random: Random) -> Draft:
    """A tool for the computer or the browser that works with other models only, with its beta."""
    model = _shipped().find(str(draft.body["model"]))
    kind = random.choice(sorted(model.refused_tool_types) if model else SUGGESTED)
    screen: JsonObject = {"name": "computer", "display_width_px": 1024, "display_height_px": 768}
    changed = with_tool(draft, {"type": kind} if "toolset" in kind else {"type": kind, **screen})
    return changed if kind not in TOOLS else with_beta(changed, min(TOOLS[kind]))


FILTERING: Final = ("web_search_2026", "web_fetch_2026")
"""How the types of tools begin that code calls unless they say otherwise."""


def _needs_code(tool: Tool) -> bool:
    callers = cast("JsonObject", tool).get("allowed_callers")
    if isinstance(callers, list):
        return bool(callers) and "direct" not in callers
    return (tool.get("type") or "").startswith(FILTERING)


@rule(
    message=(
        "'{model}' does not support programmatic tool calling. The following tools have `allowed_callers` that require "
        'it: {names}. Explicitly set `allowed_callers=["direct"]` on these tools, or use a model that supports '
        "programmatic tool calling."
    ),
    models=lacking("programmatic_tools"),
    needs=("tools",),
    covers=("tool.programmatic",),
    source=reported(
        "2026-09-08", "three public reports with claude-haiku-4-5, 2026-05 to 2026-09; docs: server tools page"
    ),
    fix='Set `allowed_callers: ["direct"]`, or use a version of the tool from 2025.',
)
def programmatic_tool(call: Call) -> Iterable[Facts]:
    """A tool that only code may call, for a model whose code cannot call tools."""
    names = sorted([str(tool.get("name")) for tool in call.body["tools"] if _needs_code(tool)])
    return ({"model": call.model.id, "names": ", ".join(names), "path": "tools"},) if names else ()


@programmatic_tool.broken_by
def declare_a_tool_that_code_calls(draft: Draft, random: Random) -> Draft:
    """A newer tool for the web as it is, or a tool of the caller's that code is to call."""
    tools: tuple[JsonObject, ...] = (
        {"type": "web_fetch_20260209", "name": "web_fetch"},
        {**TOOL, "name": "get_forecast", "allowed_callers": ["code_execution_20260120"]},
    )
    return with_tool(draft, random.choice(tools))


@rule(
    message="{path}: `allowed_domains` and `blocked_domains` cannot both be set",
    needs=("tools",),
    source=documented("2026-11", "web search and server tools pages: one or the other, both answer 400; text is ours"),
    fix="Name either the domains that may be read or those that may not.",
)
def conflicting_domains(call: Call) -> Iterable[Facts]:
    """A tool for the web that may read some domains only, and all but some."""
    return [
        {"path": f"tools.{place}.{tool['type']}"}
        for place, tool in enumerate(cast("list[JsonObject]", call.body["tools"]))
        if tool.get("type") and tool.get("allowed_domains") and tool.get("blocked_domains")
    ]


@conflicting_domains.broken_by
def allow_and_block_domains(draft: Draft, random: Random) -> Draft:
    """A search or a fetch with both lists."""
    kind, name = random.choice((("web_search_20250305", "web_search"), ("web_fetch_20250910", "web_fetch")))
    lists: JsonObject = {"allowed_domains": ["example.com"], "blocked_domains": ["example.org"]}
    return with_tool(draft, {"type": kind, "name": name, **lists})


@rule(
    message="tools: Tool names must be unique.",
    needs=("tools",),
    covers=("tool.unique",),
    source=reported("2026-09", "three public reports of the refusal"),
    fix="Declare each tool once, and give the caller's own other names than those of Anthropic's tools.",
)
def duplicate_tool_name(call: Call) -> Iterable[Facts]:
    """Two tools of one name."""
    names = [tool["name"] for tool in call.body["tools"] if "name" in tool]
    if len(set(names)) == len(names):
        return ()
    double = next(name for place, name in enumerate(names) if name in names[:place])
    return ({"path": "tools", "hint": f"{double!r} is declared twice."},)


@duplicate_tool_name.broken_by
def declare_a_tool_twice(draft: Draft, random: Random) -> Draft:
    """The same tool twice, or one of Anthropic's and another under its name."""
    twins: tuple[tuple[JsonObject, JsonObject], ...] = (
        ({**TOOL, "name": "get_forecast"}, {**TOOL, "name": "get_forecast", "description": "For tomorrow"}),
        ({"type": "bash_20250124", "name": "bash"}, {**TOOL, "name": "bash"}),
    )
    first, second = random.choice(twins)
    return with_tool(with_tool(draft, first), second)


@rule(
    message=(
        "Tool '{name}' cannot have both defer_loading=true and cache_control set. Tools with defer_loading cannot use "
        "prompt caching."
    ),
    needs=("tools",),
    covers=("tool.deferred_cached",),
    source=observed("2026-08-12", "captured body with a datable request id; probes of two more models, 2026-10"),
    fix="Put `cache_control` on a tool that is loaded at once.",
)
def cached_deferred_tool(call: Call) -> Iterable[Facts]:
    """A tool that is loaded on demand and marked for the prompt cache."""
    return [
        {"name": tool["name"], "path": f"tools.{place}.cache_control"}
        for place, tool in enumerate(call.body["tools"])
        if tool.get("defer_loading") is True and tool.get("cache_control") and "name" in tool
    ]


@cached_deferred_tool.broken_by
def cache_a_deferred_tool(draft: Draft, _random: Random) -> Draft:
    """A mark for the cache on a tool that is loaded on demand."""
    marked: JsonObject = {"defer_loading": True, "cache_control": {"type": "ephemeral"}}
    return with_tool(draft, {**TOOL, "name": "get_forecast", **marked})


@rule(
    message="At least one tool must have defer_loading=false. All tools cannot be deferred.",
    needs=("tools",),
    covers=("tool.all_deferred",),
    source=documented("2026-10", "tool search page; probes of two models, 2026-10"),
    fix="Declare a tool that searches, such as `tool_search_tool_regex_20251119`, or load one tool at once.",
)
def only_deferred_tools(call: Call) -> Iterable[Facts]:
    """Tools of which none is loaded before the model asks for it."""
    tools = call.body["tools"]
    return ({"path": "tools"},) if tools and all(tool.get("defer_loading") is True for tool in tools) else ()


@only_deferred_tools.broken_by
def defer_every_tool(draft: Draft, _random: Random) -> Draft:
    """Tools that are all loaded on demand."""
    tools = [tool for tool in declared(draft) if isinstance(tool, dict)] or [TOOL]
    return draft.with_body(tools=[{**tool, "defer_loading": True, "cache_control": None} for tool in tools])


def _references(call: Call) -> Iterator[tuple[str, str]]:
    """The tools that results name, each with its place."""
    for turn in call.turns:
        for place, block in enumerate(turn.blocks):
            content = block.get("content")
            if block["type"] == "tool_search_tool_result" and isinstance(content, dict):
                content = cast("list[Block] | None", content.get("tool_references"))
            if isinstance(content, list):
                for found in content:
                    if found.get("type") == "tool_reference":
                        yield f"messages.{turn.place}.content.{place}", str(found.get("tool_name"))


@rule(
    message="Tool reference '{name}' not found in available tools",
    needs=("tool_reference", "tool_search_tool_result"),
    covers=("tool.reference_undefined",),
    source=documented("2026-10", "tool search page; probes of two models, 2026-10"),
    fix="Declare every tool that a result names, with `defer_loading: true`.",
)
def undefined_tool_reference(call: Call) -> Iterable[Facts]:
    """A result that names a tool which the request does not declare; toolsets and changes of tools may bring any."""
    tools = call.body.get("tools")
    if not tools or "tool_addition" in call.features or any("name" not in tool for tool in tools):
        return ()
    names = {tool["name"] for tool in tools}
    return [{"name": name, "path": path} for path, name in _references(call) if name not in names]


@undefined_tool_reference.broken_by
def find_a_tool_that_is_not_declared(draft: Draft, _random: Random) -> Draft:
    """A tool of the caller's finds one that the request does not declare."""
    found: JsonObject = {"type": "tool_reference", "tool_name": "no_such_tool"}
    result: JsonObject = {"type": "tool_result", "tool_use_id": CALL["id"], "content": [found]}
    return opened_with(with_weather(draft), HI, turn_of("assistant", CALL), turn_of("user", result), HELLO)


TOOL_RULES: Final[tuple[Rule[Call], ...]] = (
    unsupported_tool_type,
    programmatic_tool,
    conflicting_domains,
    duplicate_tool_name,
    cached_deferred_tool,
    only_deferred_tools,
    undefined_tool_reference,
)
