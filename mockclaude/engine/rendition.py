"""A message that is rendered but for its id and its padding: what a repeated request needs no second time."""

from collections.abc import Sequence
from datetime import datetime
from operator import itemgetter
from typing import Final

from mockclaude.call import Call
from mockclaude.engine.pace import paced
from mockclaude.engine.render import BARE_END, ENDS, JSON_HEADERS, SSE_HEADERS, events, with_ends
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


class Rendition:
    """The bytes around the id of a message, for the form in which the request asked for it."""

    __slots__ = ("_after", "_before", "_count", "_ping", "_rest", "_streamed", "_whole")

    def __init__(self, call: Call, message: MessageBody) -> None:
        self._streamed = call.is_streaming
        frames = list(events(message, call)) if self._streamed else [dumps(message)]
        self._before, _, self._after = frames[0].partition(message["id"].encode())
        self._rest: Sequence[bytes] = frames[1:]
        # a ping has no padded end of its own: joined to the event behind it, every part has one
        self._count = len(frames)
        self._ping = self._rest.index(PING) if PING in self._rest else None
        parts = list(self._rest)
        if self._ping is not None:
            parts[self._ping : self._ping + 2] = [PING + parts[self._ping + 1]]
        self._whole = [b"", BARE_END]  # every part and its end: only the first one and the padding are still open
        for part in parts:
            self._whole += part, BARE_END

    def response(self, call: Call, *, dice: Dice, now: datetime, pace: Pace | None = None) -> RawResponse:
        """The response with an id of its own."""
        identifier = timed_id("msg", int(now.timestamp() * 1000), dice.bits(80)).encode()
        first = self._before + identifier + self._after
        if not self._streamed:
            return RawResponse(200, JSON_HEADERS, (Chunk(first, 0.0 if pace is None else pace.first),))
        if pace is None:
            return RawResponse(200, SSE_HEADERS, (Chunk(self._joined(first, call, dice)),), streamed=True)
        frames = with_ends([first, *self._rest], call, dice)
        return RawResponse(200, SSE_HEADERS, paced(frames, pace, dice), streamed=True)

    def _joined(self, first: bytes, call: Call, dice: Dice) -> bytes:
        """The whole stream; the ends are looked up and put between the parts without a step of Python for each."""
        whole = self._whole.copy()
        whole[0] = first
        if call.settings.padding:
            rolls = dice.bytes(self._count)
            if self._ping is not None:
                rolls = rolls[: self._ping + 1] + rolls[self._ping + 2 :]
            whole[1::2] = itemgetter(*rolls)(ENDS)
        return b"".join(whole)


def rendition_of(call: Call, reply: Reply, message: MessageBody) -> Rendition | None:
    """The rendition of a default reply that is the same for every request of this identity, if it is."""
    plan = call.plan
    if plan is None or len(call.findings) > len(plan.remarks) or not OWN.isdisjoint(call.features):
        return None
    if any(block["type"] in CALLS for block in reply.content):
        return None
    return Rendition(call, message)
