"""A client without an SDK, by aiohttp: what others are measured against, and what a gateway is asked through."""

from collections.abc import Iterable, Iterator
from typing import Final, cast

import aiohttp

from mockclaude.engine.fault import EVENTS
from mockclaude.verify.adapter import Endpoint
from mockclaude.verify.outcome import ErrorInfo, Outcome, error_of_data
from mockclaude.wire.body import Event, Json, JsonObject
from mockclaude.wire.encoding import JSONFault, dumps, loads
from mockclaude.wire.sse import Decoder
from mockclaude.wire.stream import TRANSITIONS, StreamFault, message_of

VERSION: Final = "2023-06-01"
DELTAS: Final = frozenset([symbol for row in TRANSITIONS.values() for symbol in row if symbol.endswith("_delta")])
"""The kinds of deltas that it folds; it leaves out what a later API may add."""


class PlainClient:
    """Sends bodies as they are, never retries, and takes a stream for whole only when it ends as the API ends it."""

    client = "plain"

    def __init__(self, *, version: str = VERSION) -> None:
        self._version = version
        self._session: aiohttp.ClientSession | None = None

    async def send(self, server: Endpoint, request: JsonObject) -> Outcome:
        """Asks for the whole message."""
        async with self._asked(server, {**request, "stream": False}) as response:
            body = await response.read()
            return _refused(response, body) if response.status != 200 else Outcome(message=_object(body))

    async def stream(self, server: Endpoint, request: JsonObject) -> Outcome:
        """Asks for a stream and folds it."""
        async with self._asked(server, {**request, "stream": True}) as response:
            if response.status != 200:
                return _refused(response, await response.read())
            decoder = Decoder()
            events: list[Event] = []
            async for data in response.content.iter_any():
                events += decoder.feed(data)
        return _folded(events)

    async def close(self) -> None:
        """Closes its connections."""
        if self._session is not None:
            await self._session.close()
            self._session = None

    def address(self, server: Endpoint) -> str:
        """Where it sends its requests."""
        return server.url

    def _asked(self, server: Endpoint, body: JsonObject) -> "aiohttp.client._RequestContextManager":
        if self._session is None:
            self._session = aiohttp.ClientSession()
        headers = {
            "x-api-key": server.api_key,
            "anthropic-version": self._version,
            "content-type": "application/json",
        }
        return self._session.post(f"{self.address(server)}/v1/messages", data=dumps(body), headers=headers)

    def __repr__(self) -> str:
        return "<PlainClient>"


def _folded(events: list[Event]) -> Outcome:
    failed = next((event for event in events if event["type"] == "error"), None)
    if failed is not None:
        return Outcome(error=_told(failed.get("error") or {}, None, failed.get("request_id")))
    known = list(_known(events))
    message = cast("JsonObject", message_of(known))  # raises StreamFault for a stream that is not whole
    pieces = [event["delta"]["text"] for event in known if event.get("delta", {}).get("type") == "text_delta"]
    return Outcome(message=message, deltas=tuple(pieces))


def _known(events: Iterable[Event]) -> Iterator[Event]:
    for event in events:
        if event["type"] in EVENTS and (event["type"] != "content_block_delta" or event["delta"]["type"] in DELTAS):
            yield event


def _object(body: bytes) -> JsonObject:
    value = loads(body)
    if not isinstance(value, dict):
        raise StreamFault(f"the body is {value!r}; expected a message")
    return value


def _refused(response: aiohttp.ClientResponse, body: bytes) -> Outcome:
    try:
        value: Json = loads(body)
    except JSONFault:
        value = None
    error = value.get("error") if isinstance(value, dict) else None
    told: JsonObject = error if isinstance(error, dict) else {"message": body.decode("utf-8", "replace")}
    return Outcome(error=_told(told, response.status, response.headers.get("request-id")))


def _told(error: JsonObject, status: int | None, request_id: str | None) -> ErrorInfo:
    return error_of_data({**error, "kind": "ApiError", "status": status, "request_id": request_id})
