"""MCP servers and toolsets name one another."""

import pytest

from mockclaude.rules.occasion import refusal_of
from mockclaude.settings import Settings
from mockclaude.wire.body import Json, JsonObject
from tests.rules.drafts import draft_of, system, user

NEW = "mcp-client-2025-11-20"
OLD = "mcp-client-2025-04-04"
UNREFERENCED = "MCP server '{}' is defined but not referenced by any mcp_toolset in tools"
UNKNOWN = "mcp_toolset references [{}] but no matching entry in mcp_servers"


def server(name: str) -> JsonObject:
    return {"type": "url", "name": name, "url": "https://example.com/mcp"}


def toolset(name: str) -> JsonObject:
    return {"type": "mcp_toolset", "mcp_server_name": name}


def refusal(
    *betas: str, model: str = "claude-opus-5-5", turns: tuple[JsonObject, ...] = (), **fields: Json
) -> str | None:
    draft = draft_of(*turns, model=model, **fields).with_header("anthropic-beta", ",".join(betas))
    error = refusal_of(draft, Settings())
    return error.message if error else None


@pytest.mark.parametrize("beta", [NEW, "mcp-client-2026-09-15"])
def test_a_server_needs_a_toolset(beta: str) -> None:
    assert refusal(beta, mcp_servers=[server("a")]) == UNREFERENCED.format("a")
    assert refusal(beta, mcp_servers=[server("a"), server("b")], tools=[toolset("a")]) == UNREFERENCED.format("b")
    assert refusal(beta, mcp_servers=[server("a"), server("b")], tools=[toolset("b"), toolset("a")]) is None
    assert refusal(beta, mcp_servers=[]) is None
    assert refusal(beta, mcp_servers=None) is None


def test_with_the_first_beta_a_server_needs_none() -> None:
    assert refusal(OLD, mcp_servers=[server("a")]) is None
    assert refusal(OLD, NEW, mcp_servers=[server("a")]) is None


def test_a_toolset_needs_a_server() -> None:
    assert refusal(NEW, tools=[toolset("a")]) == UNKNOWN.format("a")
    assert refusal(NEW, mcp_servers=[server("a")], tools=[toolset("a"), toolset("b")]) == UNKNOWN.format("b")


def test_a_conversation_may_bring_the_toolset() -> None:
    added: JsonObject = {"type": "tool_addition", "tool": {"type": "tool_definition", "definition": toolset("a")}}
    turns = (user("Hi"), system([added]))
    assert refusal(NEW, "inline-tools-2026-09-15", turns=turns, mcp_servers=[server("a")]) is None
