"""Agents that talk plain HTTP: one that does all it must, and others that each do one thing wrong."""

import asyncio
import json
from http.client import HTTPConnection
from typing import Any
from urllib.parse import urlsplit

from mockclaude.strategies.requests import SEARCH, WEATHER

TOOLS = [WEATHER, SEARCH]
HEADERS = {"anthropic-version": "2023-06-01", "content-type": "application/json"}
RETRIED = {408, 409, 429, *range(500, 600)}


class Failed(Exception):
    """The server said no."""


class Agent:
    """Keeps its history over all tasks."""

    retries = 2

    def __init__(self, url: str, key: str) -> None:
        self.place = urlsplit(url).netloc
        self.key = key
        self.messages: list[Any] = []

    def run(self, task: str) -> None:
        kept = len(self.messages)
        self.messages.append({"role": "user", "content": task})
        try:
            self.loop()
        except Failed:
            del self.messages[kept:]
            raise

    def loop(self) -> None:
        while True:
            message = self.asked()
            self.messages.append({"role": "assistant", "content": message["content"]})
            if message["stop_reason"] == "tool_use":
                calls = [block for block in message["content"] if block["type"] == "tool_use"]
                self.messages.append({"role": "user", "content": self.results(calls)})
            elif message["stop_reason"] != "pause_turn":
                if not message["content"]:
                    self.messages.pop()
                    raise Failed("declined")
                return

    def results(self, calls: list[Any]) -> list[Any]:
        return [{"type": "tool_result", "tool_use_id": call["id"], "content": "18 °C"} for call in calls]

    def asked(self) -> Any:
        for attempt in range(self.retries + 1):
            status, answer = self.sent()
            if status == 200:
                return answer
            if not self.is_retried(status) or attempt == self.retries:
                break
        raise Failed(status)

    def is_retried(self, status: int) -> bool:
        return status in RETRIED

    def body(self) -> dict[str, Any]:
        return {"model": "claude-opus-5", "max_tokens": 100, "messages": self.messages, "tools": TOOLS}

    def sent(self) -> tuple[int, Any]:
        line = HTTPConnection(self.place, timeout=30)
        try:
            line.request("POST", "/v1/messages", json.dumps(self.body()), {**HEADERS, "x-api-key": self.key})
            response = line.getresponse()
            return response.status, json.loads(response.read())
        finally:
            line.close()


class GoesOn(Agent):
    """Lets a cut-off answer be finished."""

    def asked(self) -> Any:
        message = super().asked()
        while message["stop_reason"] == "max_tokens":
            self.messages.append({"role": "assistant", "content": message["content"]})
            self.messages.append({"role": "user", "content": "Go on."})
            message = super().asked()
        return message


class AsksForMore(Agent):
    """Asks again with more room when an answer is cut off."""

    room = 100

    def run(self, task: str) -> None:
        self.room = 100
        super().run(task)

    def body(self) -> dict[str, Any]:
        return {**super().body(), "max_tokens": self.room}

    def asked(self) -> Any:
        message = super().asked()
        while message["stop_reason"] == "max_tokens":
            self.room *= 2
            message = super().asked()
        return message


class StartsAnew(Agent):
    """Knows nothing of earlier tasks."""

    def run(self, task: str) -> None:
        self.messages = []
        super().run(task)


class LosesResult(Agent):
    """Answers only the first of parallel calls."""

    def results(self, calls: list[Any]) -> list[Any]:
        return super().results(calls)[:1]


class AnswersTwice(Agent):
    def results(self, calls: list[Any]) -> list[Any]:
        return super().results(calls) * 2


class ForgetsTurns(Agent):
    """Cuts its history down without looking what it cuts."""

    def body(self) -> dict[str, Any]:
        return {**super().body(), "messages": [self.messages[0], *self.messages[1:][-2:]]}


class ChangesCalls(Agent):
    """Sends an input back in other words."""

    def body(self) -> dict[str, Any]:
        body: dict[str, Any] = json.loads(json.dumps(super().body()))
        for turn in body["messages"]:
            for block in turn["content"] if isinstance(turn["content"], list) else []:
                if block["type"] == "tool_use":
                    block["input"] = {"city": block["input"]["city"].strip() or "?"}
        return body


class RetriesAll(Agent):
    def is_retried(self, status: int) -> bool:
        return status != 200


class GivesUp(Agent):
    retries = 0


class AddsOnRetry(Agent):
    """Appends its question once more when it tries again."""

    def sent(self) -> tuple[int, Any]:
        status, answer = super().sent()
        if status in RETRIED:
            self.messages.append({"role": "user", "content": "Again, please."})
        return status, answer


class StopsAtPause(Agent):
    def asked(self) -> Any:
        message = super().asked()
        return {**message, "stop_reason": "end_turn"} if message["stop_reason"] == "pause_turn" else message


class SaysBeforeResults(Agent):
    def results(self, calls: list[Any]) -> list[Any]:
        return [{"type": "text", "text": "Here you are."}, *super().results(calls)]


class AsyncAgent(Agent):
    """The same on an event loop; what is cancelled lets go of its connection."""

    async def work(self, task: str) -> None:
        kept = len(self.messages)
        self.messages.append({"role": "user", "content": task})
        try:
            await self.turns()
        except (Failed, asyncio.CancelledError):
            del self.messages[kept:]
            raise

    async def turns(self) -> None:
        while True:
            message = await self.answered()
            self.messages.append({"role": "assistant", "content": message["content"]})
            if message["stop_reason"] == "tool_use":
                calls = [block for block in message["content"] if block["type"] == "tool_use"]
                self.messages.append({"role": "user", "content": self.results(calls)})
            elif message["stop_reason"] != "pause_turn":
                if not message["content"]:
                    self.messages.pop()
                    raise Failed("declined")
                return

    async def answered(self) -> Any:
        for _ in range(self.retries + 1):
            status, answer = await self.exchanged()
            if status == 200:
                return answer
            if not self.is_retried(status):
                break
        raise Failed(status)

    async def exchanged(self) -> tuple[int, Any]:
        host, _, port = self.place.partition(":")
        body = json.dumps(self.body()).encode()
        lines = [f"{name}: {value}" for name, value in {**HEADERS, "x-api-key": self.key}.items()]
        head = "\r\n".join(["POST /v1/messages HTTP/1.0", f"content-length: {len(body)}", *lines, "", ""])
        reader, writer = await asyncio.open_connection(host, int(port))
        try:
            writer.write(head.encode() + body)
            answer = await reader.read()
        finally:
            writer.close()
        told, _, said = answer.partition(b"\r\n\r\n")
        return int(told.split()[1]), json.loads(said)


class HoldsOn(AsyncAgent):
    """Lets a request go on that nobody waits for any more."""

    async def exchanged(self) -> tuple[int, Any]:
        self.going = asyncio.ensure_future(super().exchanged())
        return await asyncio.shield(self.going)


class AsksOnceMore(AsyncAgent):
    """Says that it was interrupted, and wants to know what was left."""

    async def work(self, task: str) -> None:
        try:
            await super().work(task)
        except asyncio.CancelledError:
            self.messages.append({"role": "user", "content": "What did you want to say?"})
            await self.answered()


SHARED: list[Any] = []


class SharesHistory(Agent):
    """Keeps the history of all agents in one list."""

    def __init__(self, url: str, key: str) -> None:
        super().__init__(url, key)
        self.messages = SHARED
