"""Takes a request's head and body off its connection, the body within bounds."""

from collections.abc import Mapping

from aiohttp import HttpVersion11, hdrs, web

from mockclaude.wire.interaction import Headers


class BodyTooLarge(Exception):
    """The body is longer than the limit; the rest of it was not read."""


async def body_of(request: web.Request, *, limit: int) -> bytes:
    """The body as it was sent; raises `BodyTooLarge` as soon as that is known."""
    content = request.content
    if content.is_eof():  # a small body has arrived with the head
        body = content.read_nowait()
        if len(body) > limit:
            raise BodyTooLarge
        return body
    announced = request.headers.get(hdrs.CONTENT_LENGTH, "0")
    if int(announced) > limit:
        raise BodyTooLarge
    pieces, size = [], 0
    while piece := await content.readany():
        pieces.append(piece)
        size += len(piece)
        if size > limit:
            raise BodyTooLarge
    return b"".join(pieces)


def headers_of(request: web.Request) -> Mapping[str, str]:
    """The fields of the head, names in any case; equal names are joined, as the API's proxy does."""
    given = request.headers
    if len(set(given)) == len(given):
        return given
    return Headers({name: ", ".join(given.getall(name)) for name in given})


async def invite(request: web.Request) -> None:
    """Tells a client that waits for it to send its body; any other expectation is ignored."""
    if request.headers.get(hdrs.EXPECT, "").lower() == "100-continue" and request.version >= HttpVersion11:
        transport = request.transport
        if transport is not None:
            transport.write(b"HTTP/1.1 100 Continue\r\n\r\n")
