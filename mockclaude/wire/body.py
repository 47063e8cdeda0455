"""The JSON objects of the Messages API as typed plain dicts: what is parsed, checked and sent."""

from typing import Literal, Required, TypeAlias, TypedDict, cast

Json: TypeAlias = bool | int | float | str | list["Json"] | dict[str, "Json"] | None
JsonObject: TypeAlias = dict[str, "Json"]

Role = Literal["user", "assistant", "system"]


class CacheControl(TypedDict, total=False):
    """A cache breakpoint."""

    type: Required[str]
    ttl: str | None


class Source(TypedDict, total=False):
    """Where an image's or document's bytes come from."""

    type: Required[str]
    media_type: str
    data: str
    url: str
    file_id: str
    content: "str | list[Block]"


class Block(TypedDict, total=False):
    """One content block of a request or a message; which keys are present depends on `type`."""

    type: Required[str]
    text: str
    citations: list[JsonObject] | JsonObject | None
    source: Source
    title: str | None
    context: str | None
    transformations: JsonObject
    cache_control: CacheControl | None
    thinking: str
    signature: str
    data: str
    id: str
    name: str
    input: JsonObject
    caller: JsonObject
    tool_use_id: str
    content: "str | list[Block] | JsonObject | None"
    is_error: bool
    server_name: str
    file_id: str
    encrypted_content: str | None


class Turn(TypedDict, total=False):
    """One item of a request's `messages`."""

    role: Required[str]
    content: Required[str | list[Block]]
    output_config: JsonObject


class Tool(TypedDict, total=False):
    """One entry of a request's `tools`."""

    type: str | None
    name: str
    description: str
    input_schema: JsonObject
    cache_control: CacheControl | None
    strict: bool
    defer_loading: bool


class ToolChoice(TypedDict, total=False):
    """How the model must choose among the tools."""

    type: Required[str]
    name: str
    disable_parallel_tool_use: bool


class Thinking(TypedDict, total=False):
    """The `thinking` field of a request."""

    type: Required[str]
    budget_tokens: int
    display: str | None
    block_binding: JsonObject | None


class OutputFormat(TypedDict, total=False):
    """A schema that the reply's text must follow."""

    type: Required[str]
    schema: JsonObject


class OutputConfig(TypedDict, total=False):
    """The `output_config` field of a request."""

    effort: str | None
    format: OutputFormat | None
    task_budget: JsonObject


class RequestBody(TypedDict, total=False):
    """The body of `POST /v1/messages` or `/v1/messages/count_tokens` after its shape was checked."""

    model: Required[str]
    messages: Required[list[Turn]]
    max_tokens: int
    system: str | list[Block]
    stop_sequences: list[str] | None
    stream: bool
    temperature: float
    top_p: float
    top_k: int
    tools: list[Tool]
    tool_choice: ToolChoice
    thinking: Thinking
    output_config: OutputConfig
    cache_control: CacheControl | None
    metadata: JsonObject | None
    service_tier: str
    container: str | JsonObject | None
    inference_geo: str | None
    speed: str | None
    compaction: JsonObject | None
    thread: JsonObject | None
    context_management: JsonObject | None
    diagnostics: JsonObject | None


class CacheCreation(TypedDict):
    """Tokens written to the prompt cache, by time to live."""

    ephemeral_5m_input_tokens: int
    ephemeral_1h_input_tokens: int


class UsageBody(TypedDict, total=False):
    """Token counts of a message, in the order in which the API sends them."""

    input_tokens: int
    cache_creation_input_tokens: int
    cache_read_input_tokens: int
    cache_creation: CacheCreation
    iterations: list[JsonObject]
    output_tokens: int
    output_tokens_details: JsonObject
    service_tier: str
    inference_geo: str
    server_tool_use: JsonObject
    speed: str
    fallback_credit: JsonObject


class MessageBody(TypedDict, total=False):
    """A reply of the API, in the order in which the API sends its keys."""

    model: Required[str]
    id: Required[str]
    type: Required[str]
    role: Required[str]
    content: Required[list[Block]]
    container: JsonObject | None
    stop_reason: Required[str | None]
    stop_sequence: Required[str | None]
    stop_details: JsonObject | None
    usage: Required[UsageBody]
    diagnostics: JsonObject | None
    context_management: JsonObject | None
    input_transformations: list[JsonObject] | None


class Delta(TypedDict, total=False):
    """The change an event brings to a block or to the message."""

    type: str
    text: str
    partial_json: str
    thinking: str
    estimated_tokens: int | None
    signature: str
    citation: JsonObject
    content: str | None
    encrypted_content: str | None
    stop_reason: str | None
    stop_sequence: str | None
    stop_details: JsonObject | None
    container: JsonObject | None


class Event(TypedDict, total=False):
    """One event of a stream; which keys are present depends on `type`."""

    type: Required[str]
    message: MessageBody
    index: int
    content_block: Block
    delta: Delta
    usage: UsageBody
    context_management: JsonObject | None
    input_transformations: list[JsonObject] | None
    error: JsonObject
    request_id: str | None


def blocks_of(content: str | list[Block]) -> list[Block]:
    """The content as a list of blocks: a string is one text block."""
    return [{"type": "text", "text": content}] if isinstance(content, str) else content


def is_turn_scoped(item: Turn) -> bool:
    """Whether the item is read only until the user speaks again."""
    return cast("JsonObject", item).get("clear_at") == "next_user_message"
