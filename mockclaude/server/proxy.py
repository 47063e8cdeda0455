"""Passes a request on and its answer back, every byte as it comes, and records both with their times.

A record is safe before the client can know the end of a chunked answer, which every stream is. Only where an answer
tells of batches does the client hear something else than the record: the place of their results, as `results_url` says.
"""

import asyncio
from collections.abc import Iterable
from contextlib import suppress
from typing import Final

from aiohttp import ClientError, ClientResponse, hdrs

from mockclaude.engine.player import Player
from mockclaude.errors import CassetteError, UpstreamError
from mockclaude.record.uncoded import Unreadable, uncoded
from mockclaude.server.exchange import Exchange
from mockclaude.server.results_url import Held, here
from mockclaude.server.send import BODILESS, Passing, Sent, send
from mockclaude.server.upstream import NOT_PASSED_ON, asked, close_session, is_reset
from mockclaude.wire.finding import Finding
from mockclaude.wire.interaction import Chunk, Ending, Interaction, RawRequest, RawResponse
from mockclaude.workspace import LOST, UNANSWERED

LEFT: Final = "client-left"
"""The finding about an answer that its client did not want to the end; its record ends where the client left."""
LINGER: Final = 0.5
LINGER_SIZE: Final = 1 << 18
"""Seconds and bytes in which the end of an answer may still come when its client has left."""


async def forward(exchange: Exchange, request: RawRequest, player: Player) -> Sent:
    """Asks the upstream, passes its answer on and records it; raises `UpstreamError` where none comes."""
    exchange.workspaces.endings["upstream"] = close_session
    began = asyncio.get_running_loop().time()
    target, fields = exchange.request.raw_path, exchange.request.headers.items()
    with player.recording():
        try:
            response = await asked(player.tape.upstream, request, target=target, fields=fields)
        except UpstreamError as failure:
            exchange.findings.append(Finding(UNANSWERED, str(failure)))
            raise
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
        self._length = length_of(response)
        self._is_bodiless = response.status in BODILESS or request.method == "HEAD"

    async def run(self) -> Sent:
        """Passes the answer on and records it, also when the client leaves before its end."""
        self._exchange.has_begun = True
        if self._is_bodiless or self._length == 0:  # the head tells the end
            await self._record("complete")
            return await self._begin().end("complete")
        try:
            passing = self._begin()
            ending, last = await self._pass_on(passing)
        except (asyncio.CancelledError, OSError):
            await self._note_departure()
            raise
        await self._record(ending)
        if last:
            await passing.write(last)
        return await passing.end(ending)

    def _begin(self) -> Passing | Held:
        exchange = self._exchange
        if not self._is_bodiless and here(exchange, self._fields) is not None:
            return Held(exchange, self._head(), self._fields, length=self._length)
        return Passing(
            exchange.request, self._head(), course=exchange.course, length=self._length, is_bodiless=self._is_bodiless
        )

    async def _pass_on(self, passing: Passing | Held) -> tuple[Ending, bytes]:
        """Writes what comes, but for the last piece of an announced length, which ends the answer for its client."""
        content, passed = self._response.content, 0
        ending: Ending | None = None
        while ending is None:
            try:
                data = await content.readany()
            except ClientError as fault:
                ending = ending_of(fault)
                data = content._read_nowait(-1)  # noqa: SLF001 - what came before the break is told to nobody else
            if data:
                self._arrived(data)
            elif ending is None:
                ending = "complete"
            passed += len(data)
            if passed == self._length:
                return "complete", data
            if data:
                await passing.write(data)
        return ending, b""

    async def _note_departure(self) -> None:
        """Records what came, and what comes at once: many clients leave when they have heard the last event."""
        ending: Ending = "close"
        transport, room = self._exchange.request.transport, LINGER_SIZE
        if transport is None or transport.is_closing():  # else it is the server that ends
            with suppress(TimeoutError, ClientError, asyncio.CancelledError):
                async with asyncio.timeout(LINGER):
                    while room > 0 and (data := await self._response.content.readany()):
                        self._arrived(data)
                        room -= len(data)
                    ending = "complete" if room > 0 else "close"
        self._response.close()
        if ending != "complete":
            self._exchange.findings.append(Finding(LEFT, "the client left before the end of the answer", "remark"))
        recorded = self._recorded(ending)
        self._exchange.remember(recorded)
        _keep(self._exchange, self._request, recorded, self._player)

    async def _record(self, ending: Ending) -> None:
        await _record(self._exchange, self._request, self._recorded(ending), self._player)

    def _arrived(self, data: bytes) -> None:
        self._chunks.append(Chunk(data, asyncio.get_running_loop().time() - self._began))

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
        codings = ", ".join(self._response.headers.getall(hdrs.CONTENT_ENCODING, ()))
        plain = chunks
        with suppress(Unreadable):
            plain = uncoded(chunks, codings)
        if plain != chunks:
            headers = tuple([field for field in headers if field[0].lower() != "content-encoding"])
            chunks = tuple([chunk for chunk in plain if chunk.data])
        elif ending != "complete" and length is not None:
            headers += (("content-length", str(length)),)
        return RawResponse(self._response.status, headers, chunks, streamed=length is None, ending=ending)


def length_of(response: ClientResponse) -> int | None:
    """The length that the upstream announces."""
    chunked = "chunked" in response.headers.get(hdrs.TRANSFER_ENCODING, "").lower()
    length = response.headers.get(hdrs.CONTENT_LENGTH, "")
    return int(length) if length.isdigit() and not chunked else None


def _lasting(fields: Iterable[tuple[str, str]]) -> list[tuple[str, str]]:
    """The headers that are about the answer and not about its connection."""
    return [(name, value) for name, value in fields if name.lower() not in NOT_PASSED_ON]


def ending_of(fault: BaseException) -> Ending:
    """How the upstream ended an answer that is not whole."""
    return "reset" if is_reset(fault) or is_reset(fault.__cause__) else "close"


async def _record(exchange: Exchange, request: RawRequest, response: RawResponse, player: Player) -> None:
    exchange.remember(response)
    keeping = asyncio.to_thread(_keep, exchange, request, response, player)
    await asyncio.shield(keeping)


def _keep(exchange: Exchange, request: RawRequest, response: RawResponse, player: Player) -> None:
    given = Interaction(request, exchange.now, _request_id(response), response, findings=list(exchange.findings))
    try:
        player.keep(given)
    except CassetteError as failure:
        exchange.findings.append(Finding(LOST, str(failure)))
        raise


def _request_id(response: RawResponse) -> str:
    return next((value for name, value in response.headers if name.lower() == "request-id"), "")
