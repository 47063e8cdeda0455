"""The events of a stream as types: tolerant like the message they build."""

from typing import Annotated, Final, Literal, TypeAlias

from pydantic import ConfigDict, JsonValue, TypeAdapter

from mockclaude.wire.beta_replies import ContextManagement, InputTransformation
from mockclaude.wire.message import (
    Citation,
    Container,
    ContentBlock,
    Message,
    OutputTokensDetails,
    ServerToolUsage,
    StopDetails,
    StopReason,
)
from mockclaude.wire.tolerant import ChosenBy, JsonObject, Tolerant


class TextDelta(Tolerant):
    """More text."""

    type: Literal["text_delta"]
    text: str


class InputJsonDelta(Tolerant):
    """More of the JSON text of a tool's input; the first piece is empty."""

    type: Literal["input_json_delta"]
    partial_json: str


class ThinkingDelta(Tolerant):
    """More thinking; `estimated_tokens` comes with its beta."""

    type: Literal["thinking_delta"]
    thinking: str
    estimated_tokens: int | None = None


class SignatureDelta(Tolerant):
    """The signature of a thinking block, just before its end."""

    type: Literal["signature_delta"]
    signature: str


class CitationsDelta(Tolerant):
    """One more citation of the text that follows."""

    type: Literal["citations_delta"]
    citation: Citation


class CompactionDelta(Tolerant):
    """The whole summary of a compaction block."""

    type: Literal["compaction_delta"]
    content: str | None = None
    encrypted_content: str | None = None


class OtherDelta(Tolerant):
    """A change of a type not modelled here."""

    type: str


Delta: TypeAlias = Annotated[
    TextDelta | InputJsonDelta | ThinkingDelta | SignatureDelta | CitationsDelta | CompactionDelta | OtherDelta,
    ChosenBy("type"),
]


class MessageStartEvent(Tolerant):
    """The message without its content."""

    type: Literal["message_start"]
    message: Message


class ContentBlockStartEvent(Tolerant):
    """A block begins; the results of server tools are whole already."""

    type: Literal["content_block_start"]
    index: int
    content_block: ContentBlock


class ContentBlockDeltaEvent(Tolerant):
    """A block grows."""

    type: Literal["content_block_delta"]
    index: int
    delta: Delta


class ContentBlockStopEvent(Tolerant):
    """A block is complete."""

    type: Literal["content_block_stop"]
    index: int


class MessageDelta(Tolerant):
    """How the message ended."""

    stop_reason: StopReason | None = None
    stop_sequence: str | None = None
    stop_details: StopDetails | None = None
    container: Container | None = None


class MessageDeltaUsage(Tolerant):
    """The final counters; they replace those of the start, and a counter left out keeps its value."""

    input_tokens: int | None = None
    cache_creation_input_tokens: int | None = None
    cache_read_input_tokens: int | None = None
    output_tokens: int
    output_tokens_details: OutputTokensDetails | None = None
    server_tool_use: ServerToolUsage | None = None
    iterations: list[JsonObject] | None = None


class MessageDeltaEvent(Tolerant):
    """The message's end and its cost."""

    type: Literal["message_delta"]
    delta: MessageDelta
    usage: MessageDeltaUsage
    context_management: ContextManagement | None = None
    input_transformations: list[InputTransformation] | None = None


class MessageStopEvent(Tolerant):
    """The stream is complete."""

    type: Literal["message_stop"]


class PingEvent(Tolerant):
    """A sign of life."""

    type: Literal["ping"]


class StreamError(Tolerant):
    """What broke the stream off."""

    type: str
    message: str
    details: JsonValue = None


class ErrorEvent(Tolerant):
    """The stream ends here, unfinished."""

    type: Literal["error"]
    error: StreamError
    request_id: str | None = None


class OtherEvent(Tolerant):
    """An event of a type not modelled here."""

    type: str


StreamEvent: TypeAlias = Annotated[
    MessageStartEvent
    | ContentBlockStartEvent
    | ContentBlockDeltaEvent
    | ContentBlockStopEvent
    | MessageDeltaEvent
    | MessageStopEvent
    | PingEvent
    | ErrorEvent
    | OtherEvent,
    ChosenBy("type"),
]

_EVENT: Final[TypeAdapter[StreamEvent]] = TypeAdapter(StreamEvent, config=ConfigDict(defer_build=True))


def event_of(data: object) -> StreamEvent:
    """Read one event's JSON object."""
    return _EVENT.validate_python(data)
