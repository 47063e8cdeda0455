"""How many tokens a request and a reply take: what `usage` and token counting tell.

Every part has a price of its own and a request is their sum, rounded once. Texts are remembered, so a conversation
that grows costs only its new blocks. Constants are fitted to the input and output counts of recordings
2024-02 to 2026-08 unless said otherwise.
"""

import re
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from types import MappingProxyType
from typing import Final, cast

from mockclaude.meter import documents
from mockclaude.meter.images import source_tokens
from mockclaude.meter.text import JSON_COST, TEXT_COST, count_text
from mockclaude.models import ModelProfile, Tokenizer
from mockclaude.wire.body import Block, Json, JsonObject, OutputFormat, RequestBody, Tool
from mockclaude.wire.encoding import dumps


@dataclass(frozen=True, slots=True)
class Frame:
    """What a tokenizer family charges besides text: per request, per turn but the first, and so on."""

    request: float
    turn: float
    system: float
    thinking: float
    tool_block: float
    called: float
    argument: float


FRAMES: Final[Mapping[Tokenizer, Frame]] = MappingProxyType(
    {
        "A": Frame(7.46, 3.47, 0.0, 29.1, 23.0, 30.0, 12.0),
        "B": Frame(7.83, 3.05, 1.87, 0.0, 23.0, 19.4, 20.0),
        "B47": Frame(12.83, 8.05, 1.87, 0.0, 23.0, 19.4, 20.0),
    }
)
"""`tool_block` is half of what a tool call and its result cost in a prompt beyond text and turns; `called` and
`argument` are what a call and each of its arguments cost when they are generated."""

END_OF_TURN: Final = 3
"""Output tokens of a message that ends by itself; one cut by `max_tokens` lacks them."""
SIGNED: Final = 240
"""Characters of a signature that hides no thinking."""
SIGNED_PER_TOKEN: Final = 6
THOUGHTS: Final = frozenset({"thinking", "redacted_thinking"})
"""Blocks that leave the prompt with the next user turn that is no tool result; source: recordings of Sonnet 4.5."""
SCHEMA: Final = 92
SCHEMA_TEXT: Final = 1.23
"""An output schema costs its JSON and the prompt around it; source: recordings, 95 requests, within 10 tokens."""
SERVER_TOOLS: Final[Mapping[str, int]] = MappingProxyType(
    {
        "advisor": 600,
        "bash": 250,
        "code_execution": 1400,
        "code_execution_20260120": 4050,
        "code_execution_20260521": 4050,
        "computer": 735,
        "memory": 1077,
        "text_editor": 725,
        "tool_search": 190,
        "web_fetch": 520,
        "web_search": 1715,
    }
)
"""What the API's own tools add to the prompt, by type or type without its date; source: recordings, roughly."""
_DATE: Final = re.compile(r"(_toolset|_tool)?(_(bm25|regex))?(_\d+)?$")
OPAQUE: Final = frozenset({"type", "signature", "data", "encrypted_content", "encrypted_index", "cache_control"})
"""Keys whose texts are no words."""


def count_input(body: RequestBody, model: ModelProfile) -> int:
    """The input tokens of a request, at least one; cached ones are among them."""
    text, frame = TEXT_COST[model.tokenizer], FRAMES[model.tokenizer]
    messages = body["messages"]
    total = frame.request + frame.turn * max(0, len(messages) - 1)
    thoughts = 0.0
    if system := body.get("system"):
        total += frame.system + _content(system, model)
    for item in messages:
        content = item.get("content")
        is_answer = False
        if isinstance(content, str):
            total += text(content)
        else:
            for block in content or ():
                cost = block_tokens(block, model)
                is_answer = is_answer or block.get("type") == "tool_result"
                if block.get("type") in THOUGHTS:
                    thoughts += cost
                else:
                    total += cost
        if item.get("role") == "user" and not is_answer:
            thoughts = 0.0
    if body.get("tools"):
        total += tools_tokens(body, model)
    if (schema := output_schema(body)) is not None:
        total += SCHEMA + SCHEMA_TEXT * JSON_COST[model.tokenizer](dumps(schema))
    thinking = body.get("thinking")
    if thinking and thinking.get("type") == "enabled":
        total += frame.thinking
    return max(1, round(total + thoughts))


def output_schema(body: RequestBody) -> JsonObject | None:
    """The JSON Schema that the reply's text must follow; `output_format` is the field's name of 2025."""
    config = body.get("output_config")
    form = config.get("format") if config else cast("OutputFormat | None", body.get("output_format"))
    schema = form.get("schema") if form else None
    return schema if isinstance(schema, dict) else None


def tools_tokens(body: RequestBody, model: ModelProfile) -> float:
    """The unrounded tokens of a request's tools with the prompt that introduces them."""
    choice = body.get("tool_choice") or {"type": "auto"}
    prompt = model.tool_tokens_forced if choice.get("type") in {"any", "tool"} else model.tool_tokens_auto
    return prompt + sum([tool_tokens(tool, model.tokenizer) for tool in body.get("tools") or ()])


def block_tokens(block: Block, model: ModelProfile) -> float:
    """The unrounded tokens of a block in a prompt."""
    return _PRICED.get(block.get("type", ""), _unknown)(block, model)


def count_output(blocks: Iterable[Block], model: ModelProfile) -> int:
    """The output tokens of generated blocks, the sum of what each takes; `END_OF_TURN` comes on top."""
    return sum([_generated(block, model) for block in blocks])


def tool_tokens(tool: Tool, family: Tokenizer) -> float:
    """The unrounded tokens of a tool's definition."""
    kind = tool.get("type") or "custom"
    if kind == "custom":
        known = {key: tool[key] for key in ("name", "description", "input_schema") if key in tool}
        return JSON_COST[family](dumps(known))
    return SERVER_TOOLS.get(kind) or SERVER_TOOLS.get(_DATE.sub("", kind), 0)


def _content(content: object, model: ModelProfile) -> float:
    if isinstance(content, str):
        return TEXT_COST[model.tokenizer](content)
    return sum([block_tokens(block, model) for block in content]) if isinstance(content, list) else 0.0


def _text(block: Block, model: ModelProfile) -> float:
    return _content(block.get("text"), model)


def _thinking(block: Block, model: ModelProfile) -> float:
    return TEXT_COST[model.tokenizer](text) if (text := block.get("thinking")) else _hidden(block.get("signature", ""))


def _redacted(block: Block, _: ModelProfile) -> float:
    return _hidden(block.get("data", ""))


def _hidden(sealed: str) -> float:
    """The tokens of thinking that only its signature holds."""
    return max(1.0, (len(sealed) - SIGNED) / SIGNED_PER_TOKEN)


def _image(block: Block, model: ModelProfile) -> float:
    return source_tokens(block.get("source") or {"type": ""}, model)


def _call(block: Block, model: ModelProfile) -> float:
    text = TEXT_COST[model.tokenizer]
    return FRAMES[model.tokenizer].tool_block + text(block.get("name", "")) + text(dumps(block.get("input")).decode())


def _result(block: Block, model: ModelProfile) -> float:
    return FRAMES[model.tokenizer].tool_block + _content(block.get("content"), model)


def _document(block: Block, model: ModelProfile) -> float:
    source = block.get("source") or {"type": ""}
    beside = documents.FRAME + _content(block.get("title"), model) + _content(block.get("context"), model)
    match source.get("type"):
        case "text":
            return beside + _content(source.get("data"), model)
        case "content":
            return beside + _content(source.get("content"), model)
        case "base64":
            return beside + documents.PAGE * documents.pages(source.get("data", ""))
    return beside + documents.PAGE


def _generated(block: Block, model: ModelProfile) -> int:
    """The output tokens of one block; results of the API's own tools are input."""
    family = model.tokenizer
    match block["type"]:
        case "text":
            return count_text(block["text"], family)
        case "thinking" | "redacted_thinking":
            return max(1, round(block_tokens(block, model)))
        case "tool_use" | "server_tool_use" | "mcp_tool_use":
            frame, arguments = FRAMES[family], block.get("input") or {}
            names = [block.get("name", ""), *arguments]
            written = _words(cast("Json", names), family) + _written(arguments, family)
            return round(frame.called + frame.argument * len(arguments) + written)
    return 0


def _written(value: Json, family: Tokenizer) -> float:
    """The tokens of the values in a tool's input."""
    if isinstance(value, dict):
        return sum([_written(inner, family) for inner in value.values()])
    if isinstance(value, list):
        return sum([_written(inner, family) for inner in value])
    return TEXT_COST[family](value if isinstance(value, str) else dumps(value).decode())


def _unknown(block: Block, model: ModelProfile) -> float:
    return _words(cast("Json", block), model.tokenizer)


def _words(value: Json, family: Tokenizer) -> float:
    """The tokens of all texts in a value, but for sealed ones."""
    if isinstance(value, str):
        return TEXT_COST[family](value)
    if isinstance(value, dict):
        return sum([_words(inner, family) for key, inner in value.items() if key not in OPAQUE])
    return sum([_words(inner, family) for inner in value]) if isinstance(value, list) else 0.0


_PRICED: Final[Mapping[str, Callable[[Block, ModelProfile], float]]] = {
    "text": _text,
    "thinking": _thinking,
    "redacted_thinking": _redacted,
    "image": _image,
    "document": _document,
    "tool_use": _call,
    "tool_result": _result,
    "server_tool_use": _call,
    "mcp_tool_use": _call,
    "mcp_tool_result": _result,
}
