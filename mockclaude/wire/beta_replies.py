"""What betas bring into replies: blocks, counters and notes. Source: SDK 2.12.0, beta response types."""

from typing import Annotated, Literal, TypeAlias

from pydantic import Field, JsonValue

from mockclaude.wire.tolerant import ChosenBy, JsonObject, Tolerant


class McpToolUseBlock(Tolerant):
    """A call of an MCP server's tool."""

    type: Literal["mcp_tool_use"]
    id: str
    name: str
    input: JsonObject
    server_name: str


class McpToolResultBlock(Tolerant):
    """What an MCP server's tool said."""

    type: Literal["mcp_tool_result"]
    tool_use_id: str
    is_error: bool
    content: str | list[JsonObject]


class McpTool(Tolerant):
    """A tool as an MCP server lists it."""

    name: str
    description: str | None = None
    input_schema: JsonObject


class McpToolListingBlock(Tolerant):
    """The tools that an MCP server has."""

    type: Literal["mcp_tool_listing"]
    mcp_server_name: str
    tools: list[McpTool]


class AdvisorResult(Tolerant):
    """What the advisor said."""

    type: Literal["advisor_result"]
    text: str
    stop_reason: str | None = None


class AdvisorRedactedResult(Tolerant):
    """What the advisor said, for the API alone to read."""

    type: Literal["advisor_redacted_result"]
    encrypted_content: str
    stop_reason: str | None = None


class AdvisorError(Tolerant):
    """Why the advisor said nothing."""

    type: Literal["advisor_tool_result_error"]
    error_code: str


class AdvisorToolResultBlock(Tolerant):
    """The advisor's answer."""

    type: Literal["advisor_tool_result"]
    tool_use_id: str
    content: Annotated[AdvisorResult | AdvisorRedactedResult | AdvisorError, ChosenBy("type")]


class Hop(Tolerant):
    """A model that declined or took over."""

    model: str


class FallbackBlock(Tolerant):
    """The place where another model took over."""

    type: Literal["fallback"]
    from_: Annotated[Hop, Field(alias="from")]
    to: Hop
    trigger: JsonValue = None


class ClearedToolUses(Tolerant):
    """Results of tools that were forgotten."""

    type: Literal["clear_tool_uses_20250919"]
    cleared_tool_uses: int
    cleared_input_tokens: int


class ClearedThinking(Tolerant):
    """Thinking that was forgotten."""

    type: Literal["clear_thinking_20251015"]
    cleared_thinking_turns: int
    cleared_input_tokens: int


class OtherEdit(Tolerant):
    """An edit of a type not modelled here."""

    type: str


AppliedEdit: TypeAlias = Annotated[ClearedToolUses | ClearedThinking | OtherEdit, ChosenBy("type")]


class ContextManagement(Tolerant):
    """What was forgotten to make room."""

    applied_edits: list[AppliedEdit]


class InputTransformation(Tolerant):
    """Thinking of the request that the model was not shown, or was shown although it belongs elsewhere."""

    type: str
    path: str
    reason: str
