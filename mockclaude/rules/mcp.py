"""MCP servers and the toolsets that bring their tools: each names the other."""

from collections.abc import Iterable, Sequence
from random import Random
from typing import Final, cast

from mockclaude.call import Call
from mockclaude.rules.edits import with_beta, with_tool
from mockclaude.rules.rule import Draft, Facts, Rule, rule
from mockclaude.wire.betas import TOOLS
from mockclaude.wire.body import JsonObject
from mockclaude.wire.evidence import documented, reported

FIRST: Final = "mcp-client-2025-04-04"
"""With this beta a server is its own toolset."""


def _servers(call: Call) -> Sequence[JsonObject]:
    return cast("Sequence[JsonObject]", call.body.get("mcp_servers") or ())


def _toolsets(call: Call) -> Sequence[JsonObject]:
    tools = cast("Sequence[JsonObject]", call.body.get("tools") or ())
    return [tool for tool in tools if tool.get("type") == "mcp_toolset"]


def _brings_toolsets(call: Call) -> bool:
    """Whether toolsets or servers may stand elsewhere than in their lists: in a change of tools, or in a thread."""
    return not call.features.isdisjoint({"tool_addition", "compaction", "thread"})


@rule(
    message="MCP server '{name}' is defined but not referenced by any mcp_toolset in tools",
    needs=("mcp_servers",),
    source=reported("2026-08", "two public reports, one verified live; docs: MCP connector page, since 2025-11-20"),
    fix='Add `{"type": "mcp_toolset", "mcp_server_name": …}` to `tools` for each server.',
)
def unreferenced_mcp_server(call: Call) -> Iterable[Facts]:
    """An MCP server of which no toolset takes the tools; with the first beta it needs none."""
    if FIRST in call.betas or call.betas.isdisjoint(TOOLS["mcp_toolset"]) or _brings_toolsets(call):
        return ()
    named = {toolset.get("mcp_server_name") for toolset in _toolsets(call)}
    return [
        {"path": f"mcp_servers.{place}", "name": server["name"]}
        for place, server in enumerate(_servers(call))
        if server["name"] not in named
    ]


def _connected(draft: Draft, *names: str) -> Draft:
    """The draft with these MCP servers."""
    servers: list[JsonObject] = [{"type": "url", "name": name, "url": f"https://{name}.example.com"} for name in names]
    return with_beta(draft, max(TOOLS["mcp_toolset"])).with_body(mcp_servers=[*servers])


@unreferenced_mcp_server.broken_by
def name_a_server_only(draft: Draft, random: Random) -> Draft:
    """A server without its toolset, alone or beside one that has it."""
    if random.random() < 1 / 2:
        return _connected(draft, "weather")
    return with_tool(_connected(draft, "weather", "maps"), {"type": "mcp_toolset", "mcp_server_name": "weather"})


@rule(
    message="mcp_toolset references [{name}] but no matching entry in mcp_servers",
    needs=("tools",),
    source=documented(
        "2026-11", "MCP connector page: the name must be that of a server; the text is that of another endpoint"
    ),
    fix="Name a server of `mcp_servers`.",
)
def unknown_mcp_server(call: Call) -> Iterable[Facts]:
    """A toolset of an MCP server that the request does not define."""
    if _brings_toolsets(call):
        return ()
    known = {server["name"] for server in _servers(call)}
    return [
        {"path": "tools", "name": toolset["mcp_server_name"]}
        for toolset in _toolsets(call)
        if toolset["mcp_server_name"] not in known
    ]


@unknown_mcp_server.broken_by
def name_a_toolset_only(draft: Draft, _random: Random) -> Draft:
    """A toolset without its server."""
    return with_tool(with_beta(draft, max(TOOLS["mcp_toolset"])), {"type": "mcp_toolset", "mcp_server_name": "weather"})


MCP: Final[tuple[Rule[Call], ...]] = (unreferenced_mcp_server, unknown_mcp_server)
