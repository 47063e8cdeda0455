"""A request of the Messages API as types: closed, strict, its fields in the order in which the API checks them.

Fields, blocks and tools of a beta are known when the request's betas are given as context:
`MessagesRequest.model_validate(body, context={"betas": {"mcp-client-2025-11-20"}})`.
"""

from typing import Annotated, Final, Literal, TypeAlias

from pydantic import AfterValidator, BeforeValidator, Field, JsonValue, ValidationInfo
from pydantic_core import PydanticKnownError

from mockclaude.wire.awaited import awaited
from mockclaude.wire.beta_blocks import (
    AdvisorToolResultBlockParam,
    CompactionBlockParam,
    FallbackBlockParam,
    McpToolListingBlockParam,
    McpToolResultBlockParam,
    McpToolUseBlockParam,
    ToolAdditionBlockParam,
    ToolRemovalBlockParam,
)
from mockclaude.wire.beta_params import (
    BillingPolicyParam,
    BlockBindingParam,
    CompactionConfigParam,
    ContextManagementParam,
    FallbackCreditTokenParam,
    McpServerParam,
    TaskBudgetParam,
    ThreadParam,
)
from mockclaude.wire.betas import (
    BLOCKS,
    MESSAGE_KEYS,
    OUTPUT_CONFIG_KEYS,
    THINKING_DISPLAYS,
    THINKING_KEYS,
    TOP_LEVEL,
)
from mockclaude.wire.content import (
    CacheControlParam,
    DocumentBlockParam,
    ImageBlockParam,
    RedactedThinkingBlockParam,
    SearchResultBlockParam,
    TextBlockParam,
    ThinkingBlockParam,
    ToolResultBlockParam,
    ToolUseBlockParam,
)
from mockclaude.wire.results import (
    BashToolResultBlockParam,
    CodeExecutionToolResultBlockParam,
    ContainerUploadBlockParam,
    EditorToolResultBlockParam,
    ServerToolUseBlockParam,
    ToolSearchToolResultBlockParam,
    WebFetchToolResultBlockParam,
    WebSearchToolResultBlockParam,
)
from mockclaude.wire.tolerant import (
    ChosenBy,
    Closed,
    JsonObject,
    Number,
    Omittable,
    OrText,
    betas_of,
    unlocked,
)
from mockclaude.wire.tools import ToolChoiceParam, ToolParam

Effort: TypeAlias = Literal["low", "medium", "high", "xhigh", "max"]
Share: TypeAlias = Annotated[Number, Field(ge=0, le=1)]
_LOCKED: Final = unlocked(TOP_LEVEL)


BlockParam: TypeAlias = Annotated[
    TextBlockParam
    | ImageBlockParam
    | DocumentBlockParam
    | SearchResultBlockParam
    | ThinkingBlockParam
    | RedactedThinkingBlockParam
    | ToolUseBlockParam
    | ToolResultBlockParam
    | ServerToolUseBlockParam
    | WebSearchToolResultBlockParam
    | WebFetchToolResultBlockParam
    | CodeExecutionToolResultBlockParam
    | BashToolResultBlockParam
    | EditorToolResultBlockParam
    | ToolSearchToolResultBlockParam
    | ContainerUploadBlockParam
    | McpToolUseBlockParam
    | McpToolResultBlockParam
    | McpToolListingBlockParam
    | AdvisorToolResultBlockParam
    | CompactionBlockParam
    | FallbackBlockParam
    | ToolAdditionBlockParam
    | ToolRemovalBlockParam,
    ChosenBy("type", unlocks=BLOCKS),
]
SystemBlockParam: TypeAlias = Annotated[
    TextBlockParam | ToolAdditionBlockParam | ToolRemovalBlockParam,
    ChosenBy("type", unlocks={kind: BLOCKS[kind] for kind in ("tool_addition", "tool_removal")}),
]


class UserMessageParam(Closed):
    """A turn of the user."""

    role: Literal["user"]
    content: Annotated[str | list[BlockParam], OrText()]


class AssistantMessageParam(Closed):
    """A turn of the model."""

    role: Literal["assistant"]
    content: Annotated[str | list[BlockParam], OrText()]


class MessageOutputConfigParam(Closed):
    """How hard the model tries from this message on."""

    effort: Effort | None = None


_ABSENT: Final[list[JsonValue]] = []


def _refuse_absent(value: object, info: ValidationInfo) -> object:
    if value is _ABSENT and info.data.get("output_config") is None:
        raise PydanticKnownError("missing")
    return value


class SystemMessageParam(Closed):
    """Instructions between turns; with an `output_config` their text may be missing."""

    role: Literal["system"]
    output_config: Annotated[MessageOutputConfigParam | None, unlocked(MESSAGE_KEYS)] = None
    clear_at: Annotated[Literal["next_user_message", "never"] | None, unlocked(MESSAGE_KEYS)] = None
    content: Annotated[
        str | list[SystemBlockParam],
        OrText(),
        BeforeValidator(_refuse_absent),
        Field(default_factory=lambda: _ABSENT, validate_default=True),
    ]


MessageParam: TypeAlias = Annotated[UserMessageParam | AssistantMessageParam | SystemMessageParam, ChosenBy("role")]

Display: TypeAlias = Literal["summarized", "omitted", "updates"]


def _refuse_locked_display(display: Display | None, info: ValidationInfo) -> Display | None:
    by = THINKING_DISPLAYS.get(display or "")
    if by is not None and by.isdisjoint(betas_of(info)):
        raise PydanticKnownError("literal_error", {"expected": "'summarized' or 'omitted'"})
    return display


class _Thinking(Closed):
    display: Annotated[Display | None, AfterValidator(_refuse_locked_display)] = None
    block_binding: Annotated[BlockBindingParam | None, unlocked(THINKING_KEYS)] = None


class ThinkingEnabledParam(_Thinking):
    """Thinking up to a budget."""

    type: Literal["enabled"]
    budget_tokens: Annotated[int, Field(ge=1024)]


class ThinkingAdaptiveParam(_Thinking):
    """Thinking as the model sees fit."""

    type: Literal["adaptive"]


class ThinkingOffParam(Closed):
    """No thinking, or only between calls of tools."""

    type: Literal["disabled", "between_tools"]


ThinkingParam: TypeAlias = Annotated[ThinkingEnabledParam | ThinkingAdaptiveParam | ThinkingOffParam, ChosenBy("type")]


class OutputFormatParam(Closed):
    """A schema that the reply's text must follow."""

    type: Literal["json_schema"]
    json_schema: Annotated[JsonObject, Field(alias="schema")]


class OutputConfigParam(Closed):
    """How hard the model tries and what its text must look like."""

    effort: Effort | None = None
    format: OutputFormatParam | None = None
    task_budget: Annotated[TaskBudgetParam | None, unlocked(OUTPUT_CONFIG_KEYS)] = None


class FallbackParam(Closed):
    """A model that may take over, and how it is to be asked."""

    model: str
    max_tokens: int | None = None
    thinking: ThinkingParam | None = None
    output_config: OutputConfigParam | None = None
    speed: Literal["standard", "fast"] | None = None


class MetadataParam(Closed):
    """On whose behalf the request is made."""

    user_id: str | None = None


class SkillParam(Closed):
    """A skill to load into the container."""

    type: Literal["anthropic", "custom"]
    skill_id: str
    version: Omittable[str] = None


class ContainerParam(Closed):
    """The sandbox that code runs in."""

    id: str | None = None
    skills: list[SkillParam] | None = None


class DiagnosticsParam(Closed):
    """The reply against which a missed prompt cache is explained."""

    previous_message_id: str | None = None


class _Prompt(Closed):
    model: Annotated[str, Field(min_length=1, max_length=256)]
    tool_choice: Omittable[ToolChoiceParam] = None
    tools: Omittable[list[ToolParam]] = None
    messages: Annotated[list[MessageParam], Field(min_length=1)]
    system: Omittable[Annotated[str | list[TextBlockParam], OrText()]] = None
    thinking: Omittable[ThinkingParam] = None
    output_config: Omittable[OutputConfigParam] = None
    cache_control: CacheControlParam | None = None


@awaited
class MessagesRequest(_Prompt):
    """The body of `POST /v1/messages`."""

    max_tokens: Annotated[int, Field(ge=0)]
    metadata: MetadataParam | None = None
    stop_sequences: list[str] | None = None
    temperature: Omittable[Share] = None
    service_tier: Literal["auto", "standard_only"] = "auto"
    top_k: Omittable[int] = None
    top_p: Omittable[Share] = None
    stream: bool = False
    container: Annotated[str | ContainerParam, OrText()] | None = None
    inference_geo: str | None = None
    speed: Literal["standard", "fast"] | None = None
    diagnostics: DiagnosticsParam | None = None
    context_management: Annotated[ContextManagementParam | None, _LOCKED] = None
    mcp_servers: Annotated[list[McpServerParam] | None, _LOCKED] = None
    compaction: Annotated[CompactionConfigParam | None, _LOCKED] = None
    fallbacks: Annotated[list[FallbackParam] | Literal["default"] | None, _LOCKED] = None
    fallback_credit_token: Annotated[Annotated[str | FallbackCreditTokenParam, OrText()] | None, _LOCKED] = None
    thread: Annotated[ThreadParam | None, _LOCKED] = None
    billing_policy: Annotated[BillingPolicyParam | None, _LOCKED] = None
    output_format: Annotated[OutputFormatParam | None, _LOCKED] = None
    safeguards: Annotated[JsonValue, _LOCKED] = None
    context_hint: Annotated[JsonValue, _LOCKED] = None


class CountTokensRequest(_Prompt):
    """The body of `POST /v1/messages/count_tokens`."""

    speed: Literal["standard", "fast"] | None = None
    context_management: Annotated[ContextManagementParam | None, _LOCKED] = None
    mcp_servers: Annotated[list[McpServerParam] | None, _LOCKED] = None
    compaction: Annotated[CompactionConfigParam | None, _LOCKED] = None
    billing_policy: Annotated[BillingPolicyParam | None, _LOCKED] = None
