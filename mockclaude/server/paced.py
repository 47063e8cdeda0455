"""A response on its way piece by piece: what is due leaves in one write, and never ahead of a slow reader.

An empty chunk ends a write: what stands behind it leaves in one of its own, however late it is.
"""

import asyncio
from time import monotonic
from typing import Final

from mockclaude.server.timer import SLACK, timer_of_loop
from mockclaude.wire.interaction import Chunk, Course, RawResponse

HIGH_WATER: Final = 1 << 16
"""Above this many unsent bytes a stream waits for its reader."""

END: Final = b"0\r\n\r\n"


class Paced:
    """The state of a paced response; woken by the timer, awaited by the task of its connection."""

    __slots__ = ("_began", "_chunked", "_chunks", "_course", "_end", "_pending", "_place", "_transport", "_waiter", "is_ended", "is_scheduled")  # fmt: skip

    def __init__(
        self, transport: asyncio.Transport, start: bytes, response: RawResponse, course: Course, *, chunked: bool
    ) -> None:
        self._transport = transport
        self._course = course
        self._chunks: tuple[Chunk, ...] = response.chunks
        self._chunked = chunked
        self._end = END if chunked and response.ending == "complete" else b""
        self._place = 0
        self._pending = start
        self._began = asyncio.get_running_loop().time()
        self._waiter: asyncio.Future[None] | None = None
        self.is_ended = False
        self.is_scheduled = False
        if response.streamed and self._chunks and self._chunks[0].at > 0:  # the head of a whole body waits for it
            transport.write(start)
            self._pending = b""

    @property
    def is_held_back(self) -> bool:
        """Whether the reader is too slow for more."""
        return self._transport.get_write_buffer_size() > HIGH_WATER

    async def proceed(self) -> None:
        """Writes what is due, when it is due, until all has left or the reader holds it back."""
        timer = timer_of_loop()
        loop = asyncio.get_running_loop()
        deadline = self._step(loop.time() + SLACK)
        if deadline is None:
            return
        self._waiter = loop.create_future()
        timer.add(self, deadline)
        try:
            await self._waiter
        finally:
            timer.remove(self)
            self._waiter = None

    def wake(self, horizon: float) -> float | None:
        """Writes what is due by the horizon and tells the next deadline."""
        waiter = self._waiter
        if waiter is None or waiter.done():
            return None
        try:
            deadline = self._step(horizon)
        except Exception as fault:  # noqa: BLE001 - it belongs to the task that waits
            waiter.set_exception(fault)
            return None
        if deadline is None:
            waiter.set_result(None)
        return deadline

    def _step(self, horizon: float) -> float | None:
        transport = self._transport
        if transport.is_closing():
            raise ConnectionResetError("the client is gone")
        elapsed = horizon - self._began
        chunks, place, last = self._chunks, self._place, len(self._chunks)
        while True:
            due: list[bytes] = []
            size = 0
            while place < last and chunks[place].at <= elapsed and size < HIGH_WATER:
                data = chunks[place].data
                place += 1
                if not data and due:  # an empty chunk ends a write
                    break
                due.append(data)
                size += len(data)
            self._place = place
            self._course.sent += size
            if place == last:
                self._course.ended = monotonic()
            self._write(b"".join(due), is_last=place == last)
            if place == last:
                self.is_ended = True
                return None
            if self.is_held_back:
                return None
            if chunks[place].at > elapsed:
                return self._began + chunks[place].at

    def _write(self, data: bytes, *, is_last: bool) -> None:
        if data:
            data = b"%b%x\r\n%b\r\n" % (self._pending, len(data), data) if self._chunked else self._pending + data
        elif is_last:
            data = self._pending
        if is_last:
            data += self._end
        if data:
            self._pending = b""
            self._transport.write(data)
