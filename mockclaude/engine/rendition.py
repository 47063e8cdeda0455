"""A message that is rendered but for its id and its padding: what a repeated request needs no second time."""

from collections.abc import Sequence
from datetime import datetime
from itertools import chain
from typing import Final

from mockclaude.call import Call
from mockclaude.engine.pace import paced
from mockclaude.engine.render import (
    BARE_END,
    ENDS,
    JSON_HEADERS,
    SSE_HEADERS,
    events,
    pattern_of,
    rolls,
    with_ends,
)
from mockclaude.engine.reply import Pace, Reply
from mockclaude.engine.spent import CACHING
from mockclaude.wire.body import MessageBody
from mockclaude.wire.dice import Dice
from mockclaude.wire.encoding import dumps
from mockclaude.wire.ids import timed_id
from mockclaude.wire.interaction import Chunk, RawResponse
from mockclaude.wire.sse import PING

OWN: Final = CACHING | {"diagnostics"}
"""What shows that an answer depends on the requests before it."""
CALLS: Final = frozenset({"tool_use", "server_tool_use", "mcp_tool_use"})
"""Blocks with ids of their own."""


ROOM: Final = 1 << 17
"""Bytes that one rendition keeps of streams it has padded."""


class Rendition:
    """The bytes around the id of a message, for the form in which the request asked for it."""

    __slots__ = ("_after", "_before", "_padded", "_ping", "_rest", "_streamed")

    def __init__(self, call: Call, message: MessageBody) -> None:
        self._streamed = call.is_streaming
        frames = list(events(message, call)) if self._streamed else [dumps(message)]
        self._before, _, self._after = frames[0].partition(message["id"].encode())
        self._rest: Sequence[bytes] = frames[1:]
        self._ping = self._rest.index(PING) if PING in self._rest else None
        self._padded: dict[int | None, tuple[bytes, Chunk]] = {}

    def response(self, call: Call, *, dice: Dice, now: datetime, pace: Pace | None = None) -> RawResponse:
        """The response with an id of its own."""
        identifier = timed_id("msg", int(now.timestamp() * 1000), dice.bits(80)).encode()
        first = self._before + identifier + self._after
        if not self._streamed:
            return RawResponse(200, JSON_HEADERS, (Chunk(first, 0.0 if pace is None else pace.first),))
        if pace is None:
            end, rest = self._behind(pattern_of(dice) if call.settings.padding else None)
            return RawResponse(200, SSE_HEADERS, (Chunk(first + end), rest), streamed=True)
        frames = with_ends([first, *self._rest], call, dice)
        return RawResponse(200, SSE_HEADERS, paced(frames, pace, dice), streamed=True)

    def _behind(self, pattern: int | None) -> tuple[bytes, Chunk]:
        """The end of the first event and all other events: the same bytes for every request that is padded alike."""
        known = self._padded.get(pattern)
        if known is None:
            known = self._made(pattern)
            if sum([len(rest.data) for _, rest in self._padded.values()], len(known[1].data)) <= ROOM:
                self._padded[pattern] = known
        return known

    def _made(self, pattern: int | None) -> tuple[bytes, Chunk]:
        count = len(self._rest) + 1
        ends = [BARE_END] * count if pattern is None else [ENDS[number] for number in rolls(pattern, count)]
        if self._ping is not None:
            ends[self._ping + 1] = b""  # a ping is whole
        rest = chain.from_iterable(zip(self._rest, ends[1:], strict=True))
        return ends[0], Chunk(b"".join(rest))


def rendition_of(call: Call, reply: Reply, message: MessageBody) -> Rendition | None:
    """The rendition of a default reply that is the same for every request of this identity, if it is."""
    plan = call.plan
    if plan is None or len(call.findings) > len(plan.remarks) or not OWN.isdisjoint(call.features):
        return None
    if any(block["type"] in CALLS for block in reply.content):
        return None
    return Rendition(call, message)
