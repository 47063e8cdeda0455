"""Turns a message into bytes: one JSON body, or the frames of a stream with the times at which they leave.

A text delta is a ready prefix, the JSON of its piece and a padded end; what a text is cut into depends on the
text alone and is remembered, so a repeated reply costs only its ids and padding.
"""

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from functools import lru_cache, partial
from hashlib import shake_128
from typing import Final

from mockclaude.call import Call
from mockclaude.engine.pace import pace_for, paced
from mockclaude.engine.pieces import cut as cut_text
from mockclaude.engine.reply import ErrorReply, Reply
from mockclaude.engine.spent import later_inputs
from mockclaude.meter.tokens import count_input
from mockclaude.wire.body import Block, Delta, MessageBody, UsageBody
from mockclaude.wire.dice import Dice
from mockclaude.wire.encoding import dumps
from mockclaude.wire.error import APIError
from mockclaude.wire.interaction import Chunk, RawResponse
from mockclaude.wire.sse import CLOSE, PING
from mockclaude.wire.stream import closing, opening
from mockclaude.wire.stream import cut as cut_block

JSON_HEADERS: Final = (("content-type", "application/json"),)
SSE_HEADERS: Final = (("content-type", "text/event-stream; charset=utf-8"), ("cache-control", "no-cache"))
ENDS: Final = tuple(CLOSE[number & 15] for number in range(256))
BARE_END: Final = CLOSE[0]
DELTA: Final = (
    b'event: content_block_delta\ndata: {"type":"content_block_delta","index":%d,"delta":{"type":"%b","%b":%b}'
)
STOP: Final = b'event: content_block_stop\ndata: {"type":"content_block_stop","index":%d'
END: Final = b'event: message_stop\ndata: {"type":"message_stop"'
PLAIN_TEXT: Final = ["type", "text"]
COUNTED: Final = "thinking-token-count-2026-05-13"
"""The beta that wants tokens of thinking counted while it goes on."""
QUANTUM: Final = 50
"""Tokens that one delta counts."""
REMEMBERED: Final = 32_768
"""Texts longer than this are cut anew each time."""


def render(message: MessageBody, reply: Reply, *, call: Call, dice: Dice) -> RawResponse:
    """The response that carries the message as the request asked for it."""
    extra = tuple(reply.headers.items())
    pace = reply.pace if reply.pace is not None else pace_for(call)
    if not call.is_streaming:
        at = pace.first if pace else 0.0
        return RawResponse(200, JSON_HEADERS + extra, (Chunk(dumps(message), at),))
    frames = with_ends(list(events(message, call)), call, dice)
    chunks = paced(frames, pace, dice) if pace else (Chunk(frames[0]), Chunk(b"".join(frames[1:])))
    return RawResponse(200, SSE_HEADERS + extra, chunks, streamed=True)


def with_ends(bodies: Sequence[bytes], call: Call, dice: Dice) -> list[bytes]:
    """The events with their last brace, padded as the settings want it."""
    ends = padded(len(bodies), dice) if call.settings.padding else [BARE_END] * len(bodies)
    return [body if body is PING else body + end for body, end in zip(bodies, ends, strict=True)]


def padded(count: int, dice: Dice) -> list[bytes]:
    """The padded ends of that many events."""
    return [ENDS[number] for number in rolls(pattern_of(dice), count)]


PATTERNS: Final = 8
"""In how many ways a stream is padded: few, so that a stream which is padded in one of them can be kept."""


def pattern_of(dice: Dice) -> int:
    """The way in which these dice pad a stream."""
    return dice.bytes(1)[0] % PATTERNS


def rolls(pattern: int, count: int) -> bytes:
    """What decides on the padding of that many events."""
    return shake_128(b"%d" % pattern).digest(count)


def spoken_error(error: ErrorReply, headers: Mapping[str, str]) -> RawResponse:
    """The author's own bytes for an error; raises `APIError` when the API's envelope is wanted."""
    if error.body is None:
        raise APIError(
            error.message, status=error.status, kind=error.kind, details=error.details, headers=dict(headers)
        )
    fields = (("content-type", error.content_type), *headers.items())
    return RawResponse(error.status, fields, (Chunk(error.body),))


def events(message: MessageBody, call: Call) -> Iterator[bytes]:
    """The events of a message as bytes without their last brace (a ping is whole)."""
    output, family, counts = message["usage"].get("output_tokens", 0), call.model.chunks, COUNTED in call.intake.betas
    first = 1 + output % 8 if output else 0
    start = opening(message, first_output=first, first_input=first_input(message, call))
    yield b"event: message_start\ndata: " + dumps({"type": "message_start", "message": start})[:-1]
    for index, block in enumerate(message["content"]):
        if counts and block["type"] == "thinking":
            yield from _events_of_block(index, block, family, partial(_counted, usage=message["usage"]))
        else:
            yield from _block(index, block, family)
    yield b"event: message_delta\ndata: " + dumps(closing(message))[:-1]
    yield END


def first_input(message: MessageBody, call: Call) -> int | None:
    """The input tokens that a stream begins with, where results of the API's own tools let them grow."""
    usage, content = message["usage"], message["content"]
    if "server_tool_use" not in usage or "input_tokens" not in usage:
        return None
    first = usage["input_tokens"] - sum(later_inputs(call, content, count_input(call.body, call.model)))
    return first if first > 0 else None


def _block(index: int, block: Block, family: str) -> Iterable[bytes]:
    if list(block) == PLAIN_TEXT and len(block["text"]) <= REMEMBERED:
        return _text_events(block["text"], index, family)
    return _events_of_block(index, block, family)


@lru_cache(maxsize=512)
def _text_events(text: str, index: int, family: str) -> tuple[bytes, ...]:
    return tuple(_events_of_block(index, {"type": "text", "text": text}, family))


def _counted(deltas: Sequence[Delta], usage: UsageBody) -> Sequence[Delta]:
    """The deltas of thinking with a rough count of its tokens where none of it is shown, else with none.

    Source: SDK 2.14.0, and recordings of Claude Code, 2026-06 to 2026-08.
    """
    told: list[Delta] = [
        {**delta, "estimated_tokens": None} if delta["type"] == "thinking_delta" else delta for delta in deltas
    ]
    if any(delta["type"] == "thinking_delta" for delta in told):
        return told
    tokens = usage.get("output_tokens_details", {}).get("thinking_tokens")
    steps = [QUANTUM] * (tokens // QUANTUM if isinstance(tokens, int) else 0)
    hidden: list[Delta] = [
        {"type": "thinking_delta", "thinking": "", "estimated_tokens": step} for step in (*steps, None)
    ]
    return [*hidden, *told]


def _events_of_block(
    index: int, block: Block, family: str, told: Callable[[Sequence[Delta]], Sequence[Delta]] | None = None
) -> Iterator[bytes]:
    start, cut = cut_block(block, pieces=partial(_pieces, family=family))
    deltas = cut if told is None else told(cut)
    yield (
        b"event: content_block_start\ndata: "
        + dumps({"type": "content_block_start", "index": index, "content_block": start})[:-1]
    )
    if index == 0:
        yield PING
    for delta in deltas:
        kind, (key, value) = delta["type"], list(delta.items())[-1]
        if type(value) is str and len(delta) == 2:
            yield DELTA % (index, kind.encode(), key.encode(), dumps(value))
        else:
            yield (
                b"event: content_block_delta\ndata: "
                + dumps({"type": "content_block_delta", "index": index, "delta": delta})[:-1]
            )
    yield STOP % index


def _pieces(kind: str, text: str, family: str) -> list[str]:
    return cut_text(kind, text, family)
