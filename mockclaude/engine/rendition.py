"""A message that is rendered but for its id and its padding: what a repeated request needs no second time."""

from collections.abc import Sequence
from datetime import datetime
from typing import Final

from mockclaude.call import Call
from mockclaude.engine.pace import paced
from mockclaude.engine.render import JSON_HEADERS, SSE_HEADERS, events, with_ends
from mockclaude.engine.reply import Pace, Reply
from mockclaude.wire.body import MessageBody
from mockclaude.wire.dice import Dice
from mockclaude.wire.encoding import dumps
from mockclaude.wire.ids import timed_id
from mockclaude.wire.interaction import Chunk, RawResponse

CALLS: Final = frozenset({"tool_use", "server_tool_use", "mcp_tool_use"})
"""Blocks with ids of their own."""


class Rendition:
    """The bytes around the id of a message, for the form in which the request asked for it."""

    __slots__ = ("_after", "_before", "_rest", "_streamed")

    def __init__(self, call: Call, message: MessageBody) -> None:
        self._streamed = call.is_streaming
        frames = list(events(message, family=call.model.chunks)) if self._streamed else [dumps(message)]
        self._before, _, self._after = frames[0].partition(message["id"].encode())
        self._rest: Sequence[bytes] = frames[1:]

    def response(self, call: Call, *, dice: Dice, now: datetime, pace: Pace | None = None) -> RawResponse:
        """The response with an id of its own."""
        identifier = timed_id("msg", int(now.timestamp() * 1000), dice.bits(80)).encode()
        first = self._before + identifier + self._after
        if not self._streamed:
            return RawResponse(200, JSON_HEADERS, (Chunk(first, 0.0 if pace is None else pace.first),))
        frames = with_ends([first, *self._rest], call, dice)
        chunks = (Chunk(b"".join(frames)),) if pace is None else paced(frames, pace, dice)
        return RawResponse(200, SSE_HEADERS, chunks, streamed=True)


def rendition_of(call: Call, reply: Reply, message: MessageBody) -> Rendition | None:
    """The rendition of a default reply that is the same for every request of this identity, if it is."""
    plan = call.plan
    if plan is None or len(call.findings) > len(plan.remarks) or any(block["type"] in CALLS for block in reply.content):
        return None
    return Rendition(call, message)
