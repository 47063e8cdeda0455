"""A reply of the Messages API as types: tolerant, because a recording must replay with all it holds."""

from typing import Annotated, Literal, TypeAlias

from mockclaude.wire.awaited import awaited
from mockclaude.wire.beta_replies import (
    AdvisorToolResultBlock,
    ContextManagement,
    FallbackBlock,
    InputTransformation,
    McpToolListingBlock,
    McpToolResultBlock,
    McpToolUseBlock,
)
from mockclaude.wire.results import Caller, ServerToolResultBlock
from mockclaude.wire.tolerant import ChosenBy, JsonObject, Tolerant

KnownStopReason: TypeAlias = Literal[
    "end_turn",
    "max_tokens",
    "stop_sequence",
    "tool_use",
    "pause_turn",
    "refusal",
    "model_context_window_exceeded",
    "compaction",
]
StopReason: TypeAlias = KnownStopReason | str


class _DocumentCitation(Tolerant):
    cited_text: str
    document_index: int
    document_title: str | None = None
    file_id: str | None = None


class CharLocation(_DocumentCitation):
    """A citation by characters of a plain-text document."""

    type: Literal["char_location"]
    start_char_index: int
    end_char_index: int


class PageLocation(_DocumentCitation):
    """A citation by pages of a PDF."""

    type: Literal["page_location"]
    start_page_number: int
    end_page_number: int


class ContentBlockLocation(_DocumentCitation):
    """A citation by blocks of a document made of content blocks."""

    type: Literal["content_block_location"]
    start_block_index: int
    end_block_index: int


class WebSearchResultLocation(Tolerant):
    """A citation of a page found by web search."""

    type: Literal["web_search_result_location"]
    cited_text: str
    url: str
    title: str | None = None
    encrypted_index: str


class SearchResultLocation(Tolerant):
    """A citation of a `search_result` block of the request."""

    type: Literal["search_result_location"]
    cited_text: str
    search_result_index: int
    source: str
    title: str | None = None
    start_block_index: int
    end_block_index: int


class OtherCitation(Tolerant):
    """A citation of a type not modelled here."""

    type: str


Citation: TypeAlias = Annotated[
    CharLocation | PageLocation | ContentBlockLocation | WebSearchResultLocation | SearchResultLocation | OtherCitation,
    ChosenBy("type"),
]


class TextBlock(Tolerant):
    """Text."""

    type: Literal["text"]
    text: str
    citations: list[Citation] | None = None


class ThinkingBlock(Tolerant):
    """Thinking; the signature proves it when it is sent back."""

    type: Literal["thinking"]
    thinking: str
    signature: str = ""
    """Left out of the start of a block in streams of early 2025."""


class RedactedThinkingBlock(Tolerant):
    """Thinking that only the API can read."""

    type: Literal["redacted_thinking"]
    data: str


class ToolUseBlock(Tolerant):
    """A call of a client tool."""

    type: Literal["tool_use"]
    id: str
    name: str
    input: JsonObject
    caller: Caller | None = None
    toolset_name: str | None = None


class ServerToolUseBlock(Tolerant):
    """A call of a server tool."""

    type: Literal["server_tool_use"]
    id: str
    name: str
    input: JsonObject
    caller: Caller | None = None


class ContainerUploadBlock(Tolerant):
    """A file put into the sandbox."""

    type: Literal["container_upload"]
    file_id: str


class CompactionBlock(Tolerant):
    """A summary that replaces the conversation before it."""

    type: Literal["compaction"]
    content: str | None = None
    encrypted_content: str | None = None
    signature: str | None = None
    tool_changes: list[JsonObject] | None = None


class OtherBlock(Tolerant):
    """A block of a type not modelled here."""

    type: str


ContentBlock: TypeAlias = Annotated[
    TextBlock
    | ThinkingBlock
    | RedactedThinkingBlock
    | ToolUseBlock
    | ServerToolUseBlock
    | ServerToolResultBlock
    | ContainerUploadBlock
    | CompactionBlock
    | McpToolUseBlock
    | McpToolResultBlock
    | McpToolListingBlock
    | AdvisorToolResultBlock
    | FallbackBlock
    | OtherBlock,
    ChosenBy("type"),
]


class CacheCreation(Tolerant):
    """Tokens written to the prompt cache, by time to live."""

    ephemeral_5m_input_tokens: int
    ephemeral_1h_input_tokens: int


class OutputTokensDetails(Tolerant):
    """What the output tokens were spent on."""

    thinking_tokens: int


class ServerToolUsage(Tolerant):
    """How often server tools were asked."""

    web_search_requests: int | None = None
    web_fetch_requests: int | None = None


class Usage(Tolerant):
    """What a reply cost; all input is the sum of the three input counters."""

    input_tokens: int
    cache_creation_input_tokens: int | None = None
    cache_read_input_tokens: int | None = None
    cache_creation: CacheCreation | None = None
    iterations: list[JsonObject] | None = None
    output_tokens: int
    output_tokens_details: OutputTokensDetails | None = None
    service_tier: str | None = None
    inference_geo: str | None = None
    server_tool_use: ServerToolUsage | None = None
    speed: str | None = None
    fallback_credit: JsonObject | None = None


class Container(Tolerant):
    """The sandbox that code ran in."""

    id: str
    expires_at: str
    skills: list[JsonObject] | None = None


class StopDetails(Tolerant):
    """Why the model declined."""

    type: str
    category: str | None = None
    explanation: str | None = None
    recommended_model: str | None = None
    fallback_credit_token: str | None = None
    fallback_has_prefill_claim: bool | None = None


class CacheMissReason(Tolerant):
    """What changed since the message that the request compared itself with."""

    type: str
    cache_missed_input_tokens: int | None = None


class Diagnostics(Tolerant):
    """The answer to a request's `diagnostics`."""

    cache_miss_reason: CacheMissReason | None = None


@awaited
class Message(Tolerant):
    """A reply."""

    model: str
    id: str
    type: Literal["message"]
    role: Literal["assistant"]
    content: list[ContentBlock]
    container: Container | None = None
    stop_reason: StopReason | None = None
    stop_sequence: str | None = None
    stop_details: StopDetails | None = None
    usage: Usage
    diagnostics: Diagnostics | None = None
    context_management: ContextManagement | None = None
    input_transformations: list[InputTransformation] | None = None

    @property
    def text(self) -> str:
        """The text blocks, joined."""
        return "".join(block.text for block in self.content if isinstance(block, TextBlock))

    @property
    def tool_uses(self) -> list[ToolUseBlock]:
        """The calls of client tools, in their order."""
        return [block for block in self.content if isinstance(block, ToolUseBlock)]
