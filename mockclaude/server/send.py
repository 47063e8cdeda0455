"""Puts a response on its connection: the only place that waits, writes and breaks off.

aiohttp reads requests and keeps connections; what leaves is written here, head and body in one write, because a
`web.Response` costs a quarter of the throughput and holds headers back until the first byte of the body.
"""

import asyncio
import struct
from http import HTTPStatus
from socket import SO_LINGER, SOL_SOCKET
from time import monotonic
from typing import Final

from aiohttp import HttpVersion11, web
from aiohttp.abc import AbstractStreamWriter

from mockclaude.server.paced import END, HIGH_WATER, Paced
from mockclaude.wire.interaction import Course, Ending, RawResponse

Ids = dict[bytes, bytes]
"""What a head wants besides its framing: `request`, `trace` and `ray`."""

BODILESS: Final = frozenset({HTTPStatus.NO_CONTENT, HTTPStatus.NOT_MODIFIED})
KEEP_ALIVE: Final = b"connection: keep-alive\r\n"
CLOSE: Final = b"connection: close\r\n"
RESET: Final = struct.pack("ii", 1, 0)


class Sent(web.StreamResponse):
    """Tells aiohttp that the answer has left, and whether the connection may serve another request."""

    def __init__(self, *, keeps: bool) -> None:
        super().__init__()
        self._keeps = keeps

    @property
    def keep_alive(self) -> bool:
        """Whether another request may follow."""
        return self._keeps

    async def prepare(self, request: web.BaseRequest) -> AbstractStreamWriter | None:
        """Does nothing: the head has left."""

    async def write_eof(self, data: bytes = b"") -> None:
        """Does nothing: the body has left."""


KEPT: Final = Sent(keeps=True)
CLOSED: Final = Sent(keeps=False)


async def send(
    request: web.Request, response: RawResponse, *, head: bytes, ids: Ids, course: Course, last: bool = False
) -> Sent:
    """Writes a response as its chunks say; `last` closes the connection after it. Without a status no head leaves.

    `head` is a template that wants framing and ids; `course` learns what left and when. Raises `ConnectionResetError`
    when the client is gone.
    """
    chunks, complete = response.chunks, response.ending == "complete"
    chunked = (response.streamed or not complete) and _may_chunk(request, response)
    keeps = request.keep_alive and not last and (chunked or not response.streamed)
    if chunked:
        framing = b"transfer-encoding: chunked\r\n"
    elif complete and len(chunks) == 1 and not response.streamed and response.status not in BODILESS:
        framing = b"content-length: %d\r\n" % len(chunks[0].data)
    else:
        framing = _framing(response)
    ids[b"framing"] = framing + (KEEP_ALIVE if keeps else CLOSE)
    start = head % ids if response.status else b""
    transport = _transport(request)
    course.answered = monotonic()  # the course is told before each write, which the client may know at once
    if request.method == "HEAD" or response.status in BODILESS:
        course.ended = course.answered
        transport.write(start)
    elif complete and (not chunks or chunks[-1].at <= 0):
        pieces = [chunk.data for chunk in chunks]
        size = sum(map(len, pieces))
        course.sent, course.ended = size, course.answered
        if chunked:
            pieces = [b"%x\r\n" % size, *pieces, b"\r\n", END] if size else [END]
        if size < HIGH_WATER:
            transport.write(b"".join([start, *pieces]))
        else:
            transport.write(start)
            transport.write(b"".join(pieces))
            await _drained(request, course)
    else:
        await _write_paced(request, Paced(transport, start, response, course, chunked=chunked))
    if response.ending == "reset":
        await _reset(request)
    return KEPT if keeps and complete else CLOSED


async def _drained(request: web.Request, course: Course) -> None:
    """Waits until a slow reader has taken the body; one that goes before that has not seen its end."""
    try:
        await request.writer.drain()
    except BaseException:
        course.is_cut_short = True
        raise


class Passing:
    """A response that leaves while it arrives: each piece at once, never ahead of a slow reader.

    A `length` frames the body that is announced; any other goes out in HTTP chunks, or to the connection's end.
    Raises `ConnectionResetError` when the client is gone.
    """

    def __init__(
        self, request: web.Request, head: bytes, *, course: Course, length: int | None, is_bodiless: bool
    ) -> None:
        self._request = request
        self._course = course
        self._transport = _transport(request)
        self._chunked = length is None and not is_bodiless and request.version >= HttpVersion11
        self._keeps = request.keep_alive and (self._chunked or is_bodiless or length is not None)
        framing = b"transfer-encoding: chunked\r\n" if self._chunked else b""
        if length is not None:
            framing = b"content-length: %d\r\n" % length
        course.answered = monotonic()
        self._transport.write(head + framing + (KEEP_ALIVE if self._keeps else CLOSE) + b"\r\n")

    async def write(self, data: bytes) -> None:
        """Writes a piece; waits while the reader is slow."""
        if self._transport.is_closing():
            raise ConnectionResetError("the client is gone")
        self._transport.write(_chunk(data) if self._chunked else data)
        self._course.sent += len(data)
        if self._transport.get_write_buffer_size() > HIGH_WATER:
            await self._request.writer.drain()

    async def end(self, ending: Ending) -> Sent:
        """Ends the response as it ended where it came from."""
        if ending == "reset":
            await _reset(self._request)
        elif ending == "complete" and self._chunked and not self._transport.is_closing():
            self._transport.write(END)
        self._course.ended = monotonic()
        return KEPT if self._keeps and ending == "complete" else CLOSED


async def _write_paced(request: web.Request, paced: Paced) -> None:
    """Writes each part at its time and waits for slow readers; lateness never shifts a later part."""
    while not paced.is_ended:
        await paced.proceed()
        if paced.is_held_back:
            await request.writer.drain()


async def _reset(request: web.Request) -> None:
    """Breaks the connection so that the client sees a TCP reset behind what was written."""
    transport = _transport(request)
    transport.set_write_buffer_limits(high=0)
    await request.writer.drain()
    connection = transport.get_extra_info("socket")
    if connection is not None:
        connection.setsockopt(SOL_SOCKET, SO_LINGER, RESET)
    transport.abort()


def _transport(request: web.Request) -> asyncio.Transport:
    transport = request.transport
    if transport is None or transport.is_closing():
        raise ConnectionResetError("the client is gone")
    return transport


def _may_chunk(request: web.Request, response: RawResponse) -> bool:
    """Whether HTTP chunks may carry the body; a broken body with an announced length shows its break by itself."""
    return request.version >= HttpVersion11 and not (response.ending != "complete" and _promised_length(response))


def _framing(response: RawResponse) -> bytes:
    """How the client tells where a body ends that is not chunked; empty where only the end of the connection does."""
    if response.status in BODILESS:
        return b""
    if response.ending != "complete":
        length = _promised_length(response)
        return b"content-length: %b\r\n" % length.encode("latin-1") if length else b""
    if response.streamed:
        return b""
    return b"content-length: %d\r\n" % sum([len(chunk.data) for chunk in response.chunks])


def _promised_length(response: RawResponse) -> str:
    """The length that the author of a broken body announces; that of a whole one is always counted."""
    return next((value for name, value in response.headers if name.lower() == "content-length"), "")


def _chunk(data: bytes) -> bytes:
    return b"%x\r\n%b\r\n" % (len(data), data)
