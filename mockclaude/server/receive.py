"""Takes a request's head and body off its connection, the body within bounds."""

from collections.abc import Mapping

from aiohttp import HttpVersion11, hdrs, web

from mockclaude.wire.interaction import Headers


class BodyTooLarge(Exception):
    """The body is longer than the limit; the rest of it was not read."""


def arrived(request: web.Request, *, limit: int) -> bytes:
    """The body of a request that is complete, as small ones are by the time they are noticed."""
    body = request.content.read_nowait()
    if len(body) > limit:
        raise BodyTooLarge
    return body


async def arriving(request: web.Request, *, limit: int) -> bytes:
    """The body of a request that is still on its way; raises `BodyTooLarge` as soon as that is known."""
    if int(request.headers.get(hdrs.CONTENT_LENGTH, "0")) > limit:
        raise BodyTooLarge
    pieces, size = [], 0
    while piece := await request.content.readany():
        pieces.append(piece)
        size += len(piece)
        if size > limit:
            raise BodyTooLarge
    return b"".join(pieces)


def headers_of(request: web.Request) -> Mapping[str, str]:
    """The fields of the head, names in any case; equal names are joined, as the API's proxy does."""
    given = request.headers
    if len(set(map(str.lower, given))) == len(given):
        return given
    return Headers({name: ", ".join(given.getall(name)) for name in given})


async def invite(request: web.Request) -> None:
    """Tells a client that waits for it to send its body; any other expectation is ignored."""
    if request.headers.get(hdrs.EXPECT, "").lower() == "100-continue" and request.version >= HttpVersion11:
        transport = request.transport
        if transport is not None:
            transport.write(b"HTTP/1.1 100 Continue\r\n\r\n")
