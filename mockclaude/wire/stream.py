"""The grammar of a stream: which event may follow which, and message to events and back.

A stream is first a message: `events_of` cuts it into events, `message_of` folds events into the message again,
and both go through the same table. Source of the table: 3,540 well-formed recorded streams, 2024-02 to 2026-08.
"""

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from typing import Final, cast

from mockclaude.wire.body import Block, Delta, Event, JsonObject, MessageBody, UsageBody
from mockclaude.wire.encoding import JSONFault, dumps, loads

BLOCK_STATES: Final[Mapping[str, str]] = {
    "text": "text",
    "thinking": "thinking",
    "tool_use": "input",
    "server_tool_use": "input",
    "mcp_tool_use": "input",
    "compaction": "compaction",
}
"""The state that a block's start opens; blocks of every other type arrive whole."""

TRANSITIONS: Final[Mapping[str, Mapping[str, str]]] = {
    "start": {"message_start": "message"},
    "message": {
        "start text": "text",
        "start thinking": "thinking",
        "start input": "input",
        "start compaction": "compaction",
        "start whole": "whole",
        "message_delta": "ending",
    },
    "text": {"text_delta": "text", "citations_delta": "text", "content_block_stop": "message"},
    "thinking": {"thinking_delta": "thinking", "signature_delta": "signed"},
    "signed": {"content_block_stop": "message"},
    "input": {"input_json_delta": "input", "content_block_stop": "message"},
    "compaction": {"compaction_delta": "compacted"},
    "compacted": {"content_block_stop": "message"},
    "whole": {"content_block_stop": "message"},
    "ending": {"message_delta": "ending", "message_stop": "end"},
    "end": {},
    "failed": {},
}
"""State and symbol to the next state; a missing key is the fault. A `ping` keeps every state but the last two,
an `error` leads from every state but those to `failed`."""

MESSAGE_KEYS: Final = (
    "model", "id", "type", "role", "content", "container", "stop_reason", "stop_sequence", "stop_details", "usage",
    "diagnostics", "context_management", "input_transformations",
)  # fmt: skip
USAGE_KEYS: Final = (
    "input_tokens", "cache_creation_input_tokens", "cache_read_input_tokens", "cache_creation", "iterations",
    "output_tokens", "output_tokens_details", "service_tier", "inference_geo", "server_tool_use", "speed",
    "fallback_credit",
)  # fmt: skip
"""Today's key order of a reply; source: recordings since 2026-04, and SDK 2.14.0 for the last two."""
START_USAGE: Final = frozenset(
    {"input_tokens", "cache_creation_input_tokens", "cache_read_input_tokens", "cache_creation", "output_tokens",
     "service_tier", "inference_geo", "speed"}
)  # fmt: skip
RESTATED: Final = ("input_tokens", "cache_creation_input_tokens", "cache_read_input_tokens")
DELTA_USAGE: Final = (
    *RESTATED, "output_tokens", "output_tokens_details", "server_tool_use", "iterations", "fallback_credit",
)  # fmt: skip
"""Which counts stand in `message_start` and which in `message_delta`, there in their own order: recordings since 2026-06."""

Pieces = Callable[[str, str], Iterable[str]]
"""How a text is cut: kind of delta (`text`, `json`, `thinking`) and text to pieces that join to it."""


class StreamFault(ValueError):
    """The events are not a stream of the API; says which event came, where, and what could have come."""


def symbol_of(event: Event) -> str:
    """The word for an event in the table: its type, or what a block start opens, or the type of its delta."""
    kind = event["type"]
    if kind == "content_block_start":
        return "start " + BLOCK_STATES.get(event["content_block"]["type"], "whole")
    if kind == "content_block_delta":
        return event["delta"].get("type", kind)
    return kind


class Automaton:
    """Follows a stream event by event and refuses the first that may not come."""

    def __init__(self) -> None:
        self.state = "start"
        self.index = -1
        self.count = 0

    @property
    def is_complete(self) -> bool:
        """Whether the stream has come to a legal end."""
        return self.state in {"end", "failed"}

    def feed(self, event: Event) -> None:
        """Takes the next event; raises `StreamFault`."""
        try:
            symbol = symbol_of(event)
            if symbol in {"ping", "error"} and self.state not in {"end", "failed"}:
                self.state = self.state if symbol == "ping" else "failed"
            else:
                self._step(symbol, event)
        except (KeyError, TypeError, AttributeError) as missing:
            raise StreamFault(f"event {self.count} has not the shape of its type: {missing!r} in {event!r}") from None
        self.count += 1

    def finish(self) -> None:
        """The events are over; raises `StreamFault` when the stream is not."""
        if not self.is_complete:
            raise StreamFault(f"the stream ended after {self.count} events; expected {self._expected()}")

    def _step(self, symbol: str, event: Event) -> None:
        following = TRANSITIONS[self.state].get(symbol)
        if following is None:
            raise StreamFault(f"event {self.count} is {symbol!r}; expected {self._expected()}")
        if symbol.startswith("start "):
            self.index += 1
        if "index" in event and event["index"] != self.index:
            raise StreamFault(f"event {self.count} ({symbol}) has index {event['index']}; expected {self.index}")
        if event["type"].startswith("content_block") and "index" not in event:
            raise StreamFault(f"event {self.count} ({symbol}) has no index; expected {self.index}")
        if symbol == "message_delta" and event["delta"]["stop_reason"] is None:
            raise StreamFault(f"event {self.count} (message_delta) has no stop_reason")
        self.state = following

    def _expected(self) -> str:
        return " or ".join(map(repr, TRANSITIONS[self.state])) or "nothing more"


def check(events: Iterable[Event]) -> None:
    """The events are one whole legal stream; raises `StreamFault`."""
    automaton = Automaton()
    for event in events:
        automaton.feed(event)
    automaton.finish()


def whole(_kind: str, text: str) -> Iterable[str]:
    """The plainest cut: one piece."""
    return (text,) if text else ()


def events_of(
    message: MessageBody,
    *,
    pieces: Pieces = whole,
    ping: bool = True,
    first_output: int = 1,
    first_input: int | None = None,
) -> Iterator[Event]:
    """The stream of a message: the same content, one `ping` after the first block start.

    `first_output` is the provisional number of output tokens in `message_start`, `first_input` that of input tokens
    where it grows.
    """
    yield {
        "type": "message_start",
        "message": opening(message, first_output=first_output, first_input=first_input),
    }
    for index, block in enumerate(message["content"]):
        start, deltas = cut(block, pieces=pieces)
        yield {"type": "content_block_start", "index": index, "content_block": start}
        if ping and index == 0:
            yield {"type": "ping"}
        for delta in deltas:
            yield {"type": "content_block_delta", "index": index, "delta": delta}
        yield {"type": "content_block_stop", "index": index}
    yield closing(message)
    yield {"type": "message_stop"}


def opening(message: MessageBody, *, first_output: int = 1, first_input: int | None = None) -> MessageBody:
    """The message as `message_start` shows it: no content, no end, provisional output."""
    start = cast("dict[str, object]", {key: value for key, value in message.items() if key not in LATE_KEYS})
    start["content"] = []
    start["stop_reason"] = start["stop_sequence"] = None
    if "stop_details" in message:
        start["stop_details"] = None
    usage = {key: value for key, value in message["usage"].items() if key in START_USAGE}
    usage["output_tokens"] = min(first_output, message["usage"].get("output_tokens", 0))
    if first_input is not None:
        usage["input_tokens"] = first_input
    steps = message["usage"].get("iterations")
    if steps and steps[0].get("type") == "compaction":  # the stream began before its prompt was summarised
        usage |= {key: steps[0][key] for key in RESTATED if key in steps[0]}
    start["usage"] = usage
    return cast("MessageBody", start)


LATE_KEYS: Final = frozenset({"container", "context_management"})
"""Keys of a message that a stream only tells at its end."""


LATE_NOTES: Final = frozenset({"context_management", "input_transformations"})
"""Keys of a message that its `message_delta` may tell beside the delta; the second only after a fallback."""


def closing(message: MessageBody) -> Event:
    """The `message_delta` of a message: how it stopped and the cumulative usage."""
    delta: Delta = {"stop_reason": message["stop_reason"], "stop_sequence": message["stop_sequence"]}
    if "stop_details" in message:
        delta["stop_details"] = message["stop_details"]
    if "container" in message:
        delta["container"] = message["container"]
    spent = cast("dict[str, object]", message["usage"])
    usage = {key: spent[key] for key in DELTA_USAGE if key in spent}
    event: Event = {"type": "message_delta", "delta": delta, "usage": cast("UsageBody", usage)}
    if "context_management" in message:
        event["context_management"] = message["context_management"]
    return event


def cut(block: Block, *, pieces: Pieces = whole) -> tuple[Block, list[Delta]]:
    """What a block's start shows and the deltas that complete it."""
    state = BLOCK_STATES.get(block["type"], "whole")
    start = block.copy()
    if state == "text":
        deltas: list[Delta] = [{"type": "text_delta", "text": piece} for piece in pieces("text", block["text"])]
        start["text"] = ""
        citations = block.get("citations")
        if isinstance(citations, list):
            start["citations"] = []
            cited: list[Delta] = [{"type": "citations_delta", "citation": citation} for citation in citations]
            deltas = cited + deltas
        return start, deltas
    if state == "thinking":
        start["thinking"] = start["signature"] = ""
        thoughts = pieces("thinking", block["thinking"])
        deltas = [{"type": "thinking_delta", "thinking": piece} for piece in thoughts]
        return start, [*deltas, {"type": "signature_delta", "signature": block["signature"]}]
    if state == "input" and is_streamed_input(block):
        start["input"] = {}
        text = dumps(block["input"]).decode() if block["input"] else ""
        parts = ["", *pieces("json", text)]
        return start, [{"type": "input_json_delta", "partial_json": part} for part in parts]
    if state == "compaction":
        start["content"] = None
        delta: Delta = {"type": "compaction_delta", "content": cast("str | None", block.get("content"))}
        if "encrypted_content" in block:
            cast("dict[str, object]", start)["encrypted_content"] = None
            delta["encrypted_content"] = block["encrypted_content"]
        return start, [delta]
    return start, []


def is_streamed_input(block: Block) -> bool:
    """Whether a tool call's input comes in deltas; calls made from code execution arrive whole."""
    caller = block.get("caller")
    return not (isinstance(caller, dict) and str(caller.get("type", "")).startswith("code_execution"))


def message_of(events: Iterable[Event]) -> MessageBody:
    """The message that a whole stream tells; raises `StreamFault`, also when the stream ends in an `error`."""
    automaton = Automaton()
    message: MessageBody | None = None
    parts: list[str] = []
    for event in events:
        automaton.feed(event)
        kind = event["type"]
        if kind == "error":
            raise StreamFault(f"the stream ends in an error: {event.get('error')!r}")
        if kind == "message_start":
            message = cast("MessageBody", {**event["message"], "content": [], "usage": {**event["message"]["usage"]}})
        elif message is None:
            continue
        elif kind == "content_block_start":
            message["content"].append(event["content_block"].copy())
            parts = []
        elif kind == "content_block_delta":
            _apply(message["content"][-1], event["delta"], parts)
        elif kind == "content_block_stop" and any(parts):
            message["content"][-1]["input"] = _input("".join(parts))
        elif kind == "message_delta":
            _finish(message, event)
    automaton.finish()
    assert message is not None  # the automaton lets no stream end without its start
    return _ordered(message)


def _apply(block: Block, delta: Delta, parts: list[str]) -> None:
    kind = delta["type"]
    if kind == "text_delta":
        block["text"] += delta["text"]
    elif kind == "input_json_delta":
        parts.append(delta["partial_json"])
    elif kind == "thinking_delta":
        block["thinking"] += delta["thinking"]
    elif kind == "signature_delta":
        block["signature"] = delta["signature"]
    elif kind == "citations_delta":
        known = cast("list[JsonObject] | None", block.get("citations"))
        block["citations"] = [*(known or []), delta["citation"]]
    elif kind == "compaction_delta":
        block["content"] = delta["content"]
        if "encrypted_content" in delta:
            block["encrypted_content"] = delta["encrypted_content"]


def _input(text: str) -> JsonObject:
    """The input that the fragments join to; a call cut off by a limit keeps what is readable."""
    try:
        value = loads(text.encode("utf-8", "surrogatepass"))
    except JSONFault as fault:
        from pydantic_core import from_json  # only cut-off inputs need the partial parser

        try:
            value = from_json(text, allow_partial=True)
        except ValueError:
            raise StreamFault(f"the fragments of a tool input do not join to JSON: {fault}; got {text!r}") from None
    if not isinstance(value, dict):
        raise StreamFault(f"the fragments of a tool input join to {text!r}; expected an object")
    return value


def _finish(message: MessageBody, event: Event) -> None:
    whole_message = cast("dict[str, object]", message)
    whole_message.update(cast("dict[str, object]", event["delta"]))
    for key in LATE_NOTES & event.keys():
        whole_message[key] = event[key]  # type: ignore[literal-required]
    usage = {**message["usage"], **{key: value for key, value in event.get("usage", {}).items() if value is not None}}
    message["usage"] = cast("UsageBody", usage)


def _ordered(message: MessageBody) -> MessageBody:
    usage = cast("UsageBody", in_order(message["usage"], USAGE_KEYS))
    return cast("MessageBody", in_order({**message, "usage": usage}, MESSAGE_KEYS))


def in_order(value: Mapping[str, object], keys: Sequence[str]) -> dict[str, object]:
    """The same mapping with the known keys first, in their order."""
    return {key: value[key] for key in keys if key in value} | dict(value)
