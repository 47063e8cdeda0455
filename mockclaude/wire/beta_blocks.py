"""The content blocks that betas bring, closed as all of a request is. Source: SDK 2.12.0, beta request types."""

from collections.abc import Mapping
from typing import Annotated, Final, Literal, TypeAlias

from pydantic import Field, JsonValue

from mockclaude.wire.content import Cacheable, TextBlockParam
from mockclaude.wire.tolerant import ChosenBy, Closed, JsonObject, Omittable, OrText
from mockclaude.wire.tools import McpToolParam, ToolParam

CallId: TypeAlias = Annotated[str, Field(pattern=r"^[a-zA-Z0-9_-]+$")]
INLINE: Final[Mapping[str, frozenset[str]]] = {"tool_definition": frozenset({"inline-tools-2026-09-15"})}
"""Tools may be defined within a conversation with a beta of its own."""


class McpToolUseBlockParam(Cacheable):
    """A call of an MCP server's tool in an earlier reply."""

    type: Literal["mcp_tool_use"]
    id: CallId
    name: str
    input: JsonObject
    server_name: str


class McpToolResultBlockParam(Cacheable):
    """What an MCP server's tool said in an earlier reply."""

    type: Literal["mcp_tool_result"]
    tool_use_id: CallId
    content: Omittable[Annotated[str | list[TextBlockParam], OrText()]] = None
    is_error: bool = False


class McpToolListingBlockParam(Closed):
    """The tools that an MCP server had for an earlier reply."""

    type: Literal["mcp_tool_listing"]
    mcp_server_name: str
    tools: list[McpToolParam]


class AdvisorResultParam(Closed):
    """What the advisor said."""

    type: Literal["advisor_result"]
    text: str
    stop_reason: str | None = None


class AdvisorRedactedResultParam(Closed):
    """What the advisor said, for the API alone to read."""

    type: Literal["advisor_redacted_result"]
    encrypted_content: str
    stop_reason: str | None = None


class AdvisorErrorParam(Closed):
    """Why the advisor said nothing."""

    type: Literal["advisor_tool_result_error"]
    error_code: Literal[
        "max_uses_exceeded", "prompt_too_long", "too_many_requests", "overloaded", "unavailable",
        "execution_time_exceeded", "model_not_found",
    ]  # fmt: skip


class AdvisorToolResultBlockParam(Cacheable):
    """What the advisor said in an earlier reply."""

    type: Literal["advisor_tool_result"]
    tool_use_id: str
    content: Annotated[AdvisorResultParam | AdvisorRedactedResultParam | AdvisorErrorParam, ChosenBy("type")]


class NamedToolParam(Closed):
    """A tool by its name."""

    type: Literal["tool_reference"]
    name: str


class McpNamedToolParam(Closed):
    """A tool of an MCP server by its name."""

    type: Literal["mcp_tool_reference"]
    name: str
    server_name: str


class McpNamedToolsetParam(Closed):
    """All tools of an MCP server."""

    type: Literal["mcp_toolset_reference"]
    server_name: str


class ToolDefinitionParam(Closed):
    """A tool that is defined where it is added."""

    type: Literal["tool_definition"]
    definition: ToolParam


class ToolAdditionBlockParam(Cacheable):
    """From here on the model has a tool."""

    type: Literal["tool_addition"]
    tool: Annotated[
        NamedToolParam | McpNamedToolParam | McpNamedToolsetParam | ToolDefinitionParam,
        ChosenBy("type", unlocks=INLINE),
    ]


class ToolRemovalBlockParam(Cacheable):
    """From here on the model no longer has a tool."""

    type: Literal["tool_removal"]
    tool: Annotated[NamedToolParam | McpNamedToolParam | McpNamedToolsetParam, ChosenBy("type")]


class CompactionBlockParam(Cacheable):
    """A summary that replaces the conversation before it."""

    type: Literal["compaction"]
    content: str | None = None
    encrypted_content: str | None = None
    signature: str | None = None
    tool_changes: list[Annotated[ToolAdditionBlockParam | ToolRemovalBlockParam, ChosenBy("type")]] | None = None


class HopParam(Closed):
    """A model that declined or took over."""

    model: str


class FallbackBlockParam(Closed):
    """The place in an earlier reply where another model took over."""

    type: Literal["fallback"]
    from_: Annotated[HopParam, Field(alias="from")]
    to: HopParam
    trigger: JsonValue = None
