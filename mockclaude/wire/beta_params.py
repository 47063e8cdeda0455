"""The fields of a request that betas bring, closed as all of a request is. Source: SDK 2.12.0, beta request types."""

from typing import Annotated, Literal, TypeAlias

from pydantic import Field

from mockclaude.wire.tolerant import ChosenBy, Closed, Omittable


class TokensParam(Closed):
    """So many input tokens."""

    type: Literal["input_tokens"]
    value: int


class ManyTokensParam(Closed):
    """So many input tokens, and never few."""

    type: Literal["input_tokens"]
    value: Annotated[int, Field(ge=50_000)]


class ToolUsesParam(Closed):
    """So many calls of tools."""

    type: Literal["tool_uses"]
    value: int


class ThinkingTurnsParam(Closed):
    """So many turns with thinking."""

    type: Literal["thinking_turns"]
    value: int


class AllThinkingTurnsParam(Closed):
    """All turns with thinking."""

    type: Literal["all"]


class ClearToolUsesParam(Closed):
    """Old results of tools are forgotten."""

    type: Literal["clear_tool_uses_20250919"]
    clear_at_least: TokensParam | None = None
    clear_tool_inputs: bool | list[str] | None = None
    exclude_tools: list[str] | None = None
    keep: Omittable[ToolUsesParam] = None
    trigger: Omittable[Annotated[TokensParam | ToolUsesParam, ChosenBy("type")]] = None


class ClearThinkingParam(Closed):
    """Old thinking is forgotten."""

    type: Literal["clear_thinking_20251015"]
    keep: Omittable[Annotated[ThinkingTurnsParam | AllThinkingTurnsParam, ChosenBy("type")] | Literal["all"]] = None


class CompactParam(Closed):
    """A long conversation is replaced by its summary."""

    type: Literal["compact_20260112"]
    instructions: str | None = None
    pause_after_compaction: bool = False
    trigger: ManyTokensParam | None = None


EditParam: TypeAlias = Annotated[ClearToolUsesParam | ClearThinkingParam | CompactParam, ChosenBy("type")]


class ContextManagementParam(Closed):
    """What is forgotten when the context fills."""

    edits: Omittable[list[EditParam]] = None


class BlockBindingParam(Closed):
    """What becomes of thinking that belongs to another conversation."""

    prefix_mismatch_behavior: Literal["error", "drop_block"] | None = None


class TaskBudgetParam(Closed):
    """How many tokens a whole task may take."""

    type: Literal["tokens"]
    total: Annotated[int, Field(ge=20_000)]
    remaining: int | None = None


class McpConfigurationParam(Closed):
    """Which tools of an MCP server are offered, in the beta of 2025-04."""

    allowed_tools: list[str] | None = None
    enabled: bool | None = None


class McpServerParam(Closed):
    """An MCP server that the API asks for its tools."""

    type: Literal["url"]
    name: str
    url: str
    authorization_token: str | None = None
    tool_configuration: McpConfigurationParam | None = None


class CompactionConfigParam(Closed):
    """The reply is to be a summary of the conversation."""

    type: Literal["summarize"]
    instructions: str | None = None


class FallbackCreditTokenParam(Closed):
    """The credit that a refusal gave."""

    token: str
    mode: Literal["strict", "best_effort"] = "strict"


class ThreadCreateParam(Closed):
    """A conversation that the API keeps."""

    type: Literal["create"]


class ThreadContinueParam(Closed):
    """The next turn of a conversation that the API keeps."""

    type: Literal["continue"]
    previous_message_id: str


ThreadParam: TypeAlias = Annotated[ThreadCreateParam | ThreadContinueParam, ChosenBy("type")]


class BillingPolicyParam(Closed):
    """Who pays."""

    type: Literal["billing_policy"]
    bill_to: Literal["self", "user_profile"] = "self"
