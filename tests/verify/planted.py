"""Clients with one mistake each: what the kit must find. Every one of them is a mistake that somebody has made."""

import asyncio
import json
from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import Any

import aiohttp

from mockclaude.engine.fault import EVENTS
from mockclaude.verify import ErrorInfo, Outcome
from mockclaude.verify.adapter import Endpoint, Tools
from mockclaude.verify.adapters import plain
from mockclaude.verify.adapters.plain import PlainClient
from mockclaude.verify.asked import question
from mockclaude.wire.body import Event, JsonObject
from mockclaude.wire.sse import Decoder
from mockclaude.wire.stream import StreamFault

ENDLESS = 12
"""Attempts after which even a client that tries for ever is stopped here."""


class Sound(PlainClient):
    """No mistake; the others change one step of it."""

    skips_waits = True

    async def stream(self, server: Endpoint, request: JsonObject) -> Outcome:
        async with self._asked(server, {**request, "stream": True}) as response:
            if response.status != 200:
                return plain._refused(response, await response.read())
            chunks = [data async for data in response.content.iter_any()]
        return self.fold(self.events(chunks))

    def events(self, chunks: Sequence[bytes]) -> list[Event]:
        decoder = Decoder()
        return [event for chunk in chunks for event in decoder.feed(chunk)]

    def fold(self, events: list[Event]) -> Outcome:
        return plain._folded(events)


class DecodesEachChunk(Sound):
    def events(self, chunks: Sequence[bytes]) -> list[Event]:
        return super().events([chunk.decode("utf-8", "replace").encode() for chunk in chunks])


class TellsStreamsOtherwise(Sound):
    def fold(self, events: list[Event]) -> Outcome:
        outcome = super().fold(events)
        return outcome if outcome.message is None else Outcome(message={**outcome.message, "stop_reason": None})


class KnowsNoOtherEvent(Sound):
    def fold(self, events: list[Event]) -> Outcome:
        for event in events:
            if event["type"] not in {*EVENTS, "error"}:
                raise ValueError(f"unknown event {event['type']}")
        return super().fold(events)


class SplitsLines(Sound):
    def events(self, chunks: Sequence[bytes]) -> list[Event]:
        lines = b"".join(chunks).decode().splitlines()
        data = [line.removeprefix("data:").strip() for line in lines if line.startswith("data:")]
        found: list[Event] = [json.loads(text) for text in data]
        return found


class HidesRequestIds(Sound):
    async def stream(self, server: Endpoint, request: JsonObject) -> Outcome:
        outcome = await super().stream(server, request)
        error = outcome.error
        if error is None:
            return outcome
        return Outcome(
            error=ErrorInfo(error.kind, error.message, error.status, error.type, text=f"{error.kind}: {error.message}")
        )


class TakesAnyEnd(Sound):
    """Takes the end of the bytes for the end of the message."""

    def fold(self, events: list[Event]) -> Outcome:
        texts = [
            event["delta"].get("text", "") for event in plain._known(events) if event["type"] == "content_block_delta"
        ]
        return Outcome(text="".join(texts))


class Retrying(Sound):
    """Asks again after what it takes for a passing failure."""

    def again(self, outcome: Outcome) -> bool:
        error = outcome.error
        return error is not None and (error.kind == "Gone" or error.status in {408, 409, 429, *range(500, 600)})

    def wait(self, server: Endpoint, attempt: int) -> None:
        server.sleep(60.0 * 2**attempt)

    def changed(self, request: JsonObject) -> JsonObject:
        return request

    async def stream(self, server: Endpoint, request: JsonObject) -> Outcome:
        for attempt in range(ENDLESS):
            try:
                outcome = await super().stream(server, request)
            except (aiohttp.ClientError, StreamFault) as fault:
                outcome = Outcome(error=ErrorInfo("Gone", text=str(fault)))
            if not self.again(outcome) or attempt == self.most:
                return outcome
            self.wait(server, attempt)
            request = self.changed(request)
        return outcome

    most = 2


class RetriesEverything(Retrying):
    def again(self, outcome: Outcome) -> bool:
        return outcome.error is not None


class NeverGivesUp(Retrying):
    most = ENDLESS


class RetriesAtOnce(Retrying):
    def wait(self, server: Endpoint, _attempt: int) -> None:
        server.sleep(0.0)


class ChangesRetries(Retrying):
    def changed(self, request: JsonObject) -> JsonObject:
        return {**request, "metadata": {"user_id": "again"}}


class TakesErrorsForTheEnd(Sound):
    def fold(self, events: list[Event]) -> Outcome:
        if any(event["type"] == "error" for event in events):
            return Outcome(
                text="".join([event["delta"]["text"] for event in events if event["type"] == "content_block_delta"])
            )
        return super().fold(events)


class AddsAnEmptyTurn(Sound):
    async def stream(self, server: Endpoint, request: JsonObject) -> Outcome:
        messages = request["messages"]
        assert isinstance(messages, list)
        return await super().stream(server, {**request, "messages": [*messages, {"role": "user", "content": ""}]})


class KnowsNoOtherStop(Sound):
    def fold(self, events: list[Event]) -> Outcome:
        outcome = super().fold(events)
        stop = None if outcome.message is None else outcome.message["stop_reason"]
        if stop not in {None, "end_turn", "tool_use", "max_tokens", "stop_sequence"}:
            raise KeyError("stop")
        return outcome


class StaysOpen(Sound):
    async def stream(self, server: Endpoint, request: JsonObject) -> Outcome:
        asked = asyncio.ensure_future(super().stream(server, request))
        asked.add_done_callback(asyncio.Future.exception)  # nobody waits for it any more
        return await asyncio.shield(asked)


class SharesABuffer(Sound):
    def __init__(self) -> None:
        super().__init__()
        self.last: list[Event] = []

    async def stream(self, server: Endpoint, request: JsonObject) -> Outcome:
        async with self._asked(server, {**request, "stream": True}) as response:
            self.last = self.events([await response.read()])
            await asyncio.sleep(0.01)
            return self.fold(self.last)


class ShowsItsKey(Sound):
    async def stream(self, server: Endpoint, request: JsonObject) -> Outcome:
        outcome = await super().stream(server, request)
        if outcome.error is not None:
            raise RuntimeError(f"the request with the headers {{'x-api-key': {server.api_key!r}}} failed")
        return outcome


class Agent(Sound):
    """A sound agent."""

    methods = frozenset({"agent"})
    more: Sequence[Mapping[str, str]] = ()

    async def agent(self, server: Endpoint, task: str, tools: Tools) -> str:
        messages: list[Any] = [{"role": "user", "content": task}]
        while True:
            offered: list[Any] = [*[tool.definition for tool in tools.values()], *self.more]
            body: JsonObject = {**question(), "messages": messages, "tools": offered}
            outcome = await super().send(server, body)
            assert outcome.message is not None, outcome.error
            content: Any = outcome.message["content"]
            messages = [*messages, {"role": "assistant", "content": self.remembered(content)}]
            stop = outcome.message["stop_reason"]
            if not self.goes_on(stop):
                return outcome.said or ""
            results = [self.result(block, tools) for block in content if block["type"] == "tool_use"]
            if results:
                messages = [*messages, {"role": "user", "content": self.kept(results)}]

    def remembered(self, content: list[dict[str, Any]]) -> list[dict[str, Any]]:
        return content

    def goes_on(self, stop: object) -> bool:
        return stop in {"tool_use", "pause_turn"}

    def result(self, block: Mapping[str, Any], tools: Tools) -> dict[str, Any]:
        try:
            content = tools[block["name"]](**block["input"])
        except Exception as fault:  # noqa: BLE001 - the model is told
            return {"type": "tool_result", "tool_use_id": block["id"], "content": str(fault), "is_error": True}
        return {"type": "tool_result", "tool_use_id": block["id"], "content": content}

    def kept(self, results: list[dict[str, Any]]) -> Iterable[dict[str, Any]]:
        return results


class DropsTheSecondResult(Agent):
    def kept(self, results: list[dict[str, Any]]) -> Iterable[dict[str, Any]]:
        return results[:1]


class RunsHalfACall(Agent):
    def goes_on(self, stop: object) -> bool:
        return stop in {"tool_use", "pause_turn", "max_tokens"}


MISTAKES: Mapping[str, Callable[[], Sound]] = {
    "P1": DecodesEachChunk,
    "P2": TellsStreamsOtherwise,
    "P3": KnowsNoOtherEvent,
    "P4": SplitsLines,
    "P5": HidesRequestIds,
    "P6": TakesAnyEnd,
    "P7": NeverGivesUp,
    "P8": RetriesEverything,
    "P9": TakesErrorsForTheEnd,
    "P10": RetriesAtOnce,
    "P11": ChangesRetries,
    "P12": AddsAnEmptyTurn,
    "P13": DropsTheSecondResult,
    "P14": KnowsNoOtherStop,
    "P15": RunsHalfACall,
    "P16": StaysOpen,
    "P17": SharesABuffer,
    "P18": ShowsItsKey,
}
"""The property that each of them breaks."""
