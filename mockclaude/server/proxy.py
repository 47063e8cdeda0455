"""Passes a request on and its answer back, every byte as it comes, and records both with their times.

A record is safe before the client can know the end of a chunked answer, which every stream is.
"""

import asyncio
from collections.abc import Iterable
from typing import Final

from aiohttp import ClientError, ClientResponse, hdrs

from mockclaude.engine.player import Player
from mockclaude.server.exchange import Exchange
from mockclaude.server.send import BODILESS, Passing, Sent, send
from mockclaude.server.unfold import Unfolding
from mockclaude.server.upstream import NOT_PASSED_ON, asked, close_session
from mockclaude.wire.finding import Finding
from mockclaude.wire.interaction import Chunk, Ending, Interaction, RawRequest, RawResponse

LEFT: Final = "client-left"
"""The finding about an answer that its client did not want to the end; its record ends where the client left."""


async def forward(exchange: Exchange, request: RawRequest, player: Player) -> Sent:
    """Asks the upstream, passes its answer on and records it; raises `UpstreamError` where none comes."""
    exchange.workspaces.endings["upstream"] = close_session
    began = asyncio.get_running_loop().time()
    try:
        response = await asked(player.tape.upstream, request, exchange.request.headers.items())
    except (ClientError, OSError) as fault:
        broken = RawResponse(0, ending=ending_of(fault))
        await _record(exchange, request, broken, player)
        return await send(exchange.request, broken, head=b"", ids={}, course=exchange.course)
    async with response:
        return await _Passage(exchange, request, response, player, began).run()


class _Passage:
    """One answer on its way through."""

    def __init__(
        self, exchange: Exchange, request: RawRequest, response: ClientResponse, player: Player, began: float
    ) -> None:
        self._exchange = exchange
        self._request = request
        self._response = response
        self._player = player
        self._began = began
        self._fields = [(name.decode("latin-1"), value.decode("latin-1")) for name, value in response.raw_headers]
        self._chunks: list[Chunk] = []

    async def run(self) -> Sent:
        """Passes the answer on and records it, also when the client leaves before its end."""
        try:
            ending, last, passing = await self._pass_on()
        except (asyncio.CancelledError, OSError):
            self._exchange.findings.append(Finding(LEFT, "the client left before the end of the answer", "remark"))
            recorded = self._recorded("close")
            self._exchange.remember(recorded)
            _keep(self._exchange, self._request, recorded, self._player)
            raise
        await _record(self._exchange, self._request, self._recorded(ending), self._player)
        if last:
            await passing.write(last)
        return await passing.end(ending)

    async def _pass_on(self) -> tuple[Ending, bytes, Passing]:
        """Writes what comes, but for the last piece of an announced length, which ends the answer for its client."""
        content, length = self._response.content, self._length
        is_bodiless = self._response.status in BODILESS or self._request.method == "HEAD"
        self._exchange.has_begun = True
        passing = Passing(
            self._exchange.request, self._head(), course=self._exchange.course, length=length, is_bodiless=is_bodiless
        )
        passed = 0
        try:
            while data := await content.readany():
                self._arrived(data)
                passed += len(data)
                if passed == length:
                    return "complete", data, passing
                await passing.write(data)
        except ClientError as fault:
            rest = content._read_nowait(-1)  # noqa: SLF001 - what came before the break is told to nobody else
            if rest:
                self._arrived(rest)
                await passing.write(rest)
            return ending_of(fault), b"", passing
        return "complete", b"", passing

    def _arrived(self, data: bytes) -> None:
        self._chunks.append(Chunk(data, asyncio.get_running_loop().time() - self._began))

    @property
    def _length(self) -> int | None:
        """The length that the upstream announces."""
        chunked = "chunked" in self._response.headers.get(hdrs.TRANSFER_ENCODING, "").lower()
        length = self._response.headers.get(hdrs.CONTENT_LENGTH, "")
        return int(length) if length.isdigit() and not chunked else None

    def _head(self) -> bytes:
        response = self._response
        lines = [
            f"HTTP/1.1 {response.status} {response.reason or ''}",
            *[f"{n}: {v}" for n, v in _lasting(self._fields)],
        ]
        return "".join([f"{line}\r\n" for line in lines]).encode("latin-1")

    def _recorded(self, ending: Ending) -> RawResponse:
        """The answer as it is kept: with its coding undone where that can be."""
        headers, chunks, length = tuple(_lasting(self._fields)), tuple(self._chunks), self._length
        unfolding = Unfolding(self._response.headers.get(hdrs.CONTENT_ENCODING, ""))
        unfolded = tuple([Chunk(unfolding.feed(chunk.data), chunk.at) for chunk in chunks])
        if not unfolding.is_lost:
            headers = tuple([field for field in headers if field[0].lower() != "content-encoding"])
            chunks = tuple([chunk for chunk in unfolded if chunk.data])
        elif ending != "complete" and length is not None:
            headers += (("content-length", str(length)),)
        return RawResponse(self._response.status, headers, chunks, streamed=length is None, ending=ending)


def _lasting(fields: Iterable[tuple[str, str]]) -> list[tuple[str, str]]:
    """The headers that are about the answer and not about its connection."""
    return [(name, value) for name, value in fields if name.lower() not in NOT_PASSED_ON]


def ending_of(fault: BaseException) -> Ending:
    """How the upstream ended an answer that is not whole."""
    return "reset" if "ConnectionReset" in f"{fault!r} {fault.__cause__!r}" else "close"


async def _record(exchange: Exchange, request: RawRequest, response: RawResponse, player: Player) -> None:
    exchange.remember(response)
    keeping = asyncio.to_thread(_keep, exchange, request, response, player)
    await asyncio.shield(keeping)


def _keep(exchange: Exchange, request: RawRequest, response: RawResponse, player: Player) -> None:
    player.keep(Interaction(request, exchange.now, _request_id(response), response, findings=list(exchange.findings)))


def _request_id(response: RawResponse) -> str:
    return next((value for name, value in response.headers if name.lower() == "request-id"), "")
