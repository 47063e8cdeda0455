"""The official Python SDK, blocking and asynchronous. It is measured as a user meets it; only its sleep is taken out."""

import json
from collections.abc import Mapping
from typing import Any, Final, cast

import anthropic
from anthropic.types import Message, MessageParam, ToolParam

from mockclaude.verify.adapter import Endpoint, Tools
from mockclaude.verify.asked import MODEL
from mockclaude.verify.outcome import Outcome, outcome_of
from mockclaude.wire.body import JsonObject

TIMEOUT: Final = 10.0
FIELDS: Final = ("model", "max_tokens", "messages")
"""What `create` demands; the rest of a body is handed over as it is."""

TURNS: Final = 20
"""Turns after which an agent gives up."""


class _Wakeful(anthropic.Anthropic):
    """A client that notes its waits instead of sleeping."""

    server: Endpoint | None = None

    def _sleep_for_retry(self, *, retries_taken: int, max_retries: int, options: Any, response: Any) -> None:
        headers = None if response is None else response.headers
        seconds = self._calculate_retry_timeout(max_retries - retries_taken, options, headers)
        assert self.server is not None
        self.server.sleep(seconds)


class _AsyncWakeful(anthropic.AsyncAnthropic):
    """The same for the asynchronous client."""

    server: Endpoint | None = None

    async def _sleep_for_retry(self, *, retries_taken: int, max_retries: int, options: Any, response: Any) -> None:
        headers = None if response is None else response.headers
        seconds = self._calculate_retry_timeout(max_retries - retries_taken, options, headers)
        assert self.server is not None
        await self.server.asleep(seconds)


class AnthropicClient:
    """`anthropic.Anthropic`; its agent is the plainest loop around `messages.create`."""

    client: Final = "anthropic"
    version: Final = anthropic.__version__
    skips_waits: Final = True

    def __init__(self) -> None:
        self._shared: _Wakeful | None = None

    def send(self, server: Endpoint, request: JsonObject) -> Outcome:
        """`messages.create`."""
        return outcome_of(self._at(server).messages.create(**_arguments(request)))

    def stream(self, server: Endpoint, request: JsonObject) -> Outcome:
        """`messages.stream`."""
        with self._at(server).messages.stream(**_arguments(request)) as stream:
            deltas = tuple(stream.text_stream)
            return _streamed(stream.get_final_message(), deltas)

    def cancel(self, server: Endpoint, request: JsonObject) -> None:
        """Reads the first event of a stream and leaves its block."""
        with self._at(server).messages.stream(**_arguments(request)) as stream:
            next(iter(stream))

    def agent(self, server: Endpoint, task: str, tools: Tools) -> Outcome:
        """Runs tools until the model has enough."""
        client, messages = self._at(server), [_user(task)]
        for _ in range(TURNS):
            message = client.messages.create(messages=messages, **_agent(tools))
            messages += _following(message, tools)
            if messages[-1]["role"] == "assistant" and message.stop_reason != "pause_turn":
                return outcome_of(message)
        raise RuntimeError(f"the agent came to no end in {TURNS} turns")

    def close(self) -> None:
        """Closes its connections."""
        if self._shared is not None:
            self._shared.close()
            self._shared = None

    def _at(self, server: Endpoint) -> anthropic.Anthropic:
        if self._shared is None:
            self._shared = _Wakeful(api_key="unused", base_url=server.url, timeout=TIMEOUT)
        client = self._shared.with_options(api_key=server.api_key, base_url=server.url)
        client.server = server
        return client

    def __repr__(self) -> str:
        return f"<AnthropicClient {self.version}>"


class AsyncAnthropicClient:
    """`anthropic.AsyncAnthropic`."""

    client: Final = "anthropic"
    version: Final = anthropic.__version__
    skips_waits: Final = True

    def __init__(self) -> None:
        self._shared: _AsyncWakeful | None = None

    async def send(self, server: Endpoint, request: JsonObject) -> Outcome:
        """`messages.create`."""
        return outcome_of(await self._at(server).messages.create(**_arguments(request)))

    async def stream(self, server: Endpoint, request: JsonObject) -> Outcome:
        """`messages.stream`."""
        async with self._at(server).messages.stream(**_arguments(request)) as stream:
            deltas = tuple([text async for text in stream.text_stream])
            return _streamed(await stream.get_final_message(), deltas)

    async def agent(self, server: Endpoint, task: str, tools: Tools) -> Outcome:
        """Runs tools until the model has enough."""
        client, messages = self._at(server), [_user(task)]
        for _ in range(TURNS):
            message = await client.messages.create(messages=messages, **_agent(tools))
            messages += _following(message, tools)
            if messages[-1]["role"] == "assistant" and message.stop_reason != "pause_turn":
                return outcome_of(message)
        raise RuntimeError(f"the agent came to no end in {TURNS} turns")

    async def close(self) -> None:
        """Closes its connections."""
        if self._shared is not None:
            await self._shared.close()
            self._shared = None

    def _at(self, server: Endpoint) -> anthropic.AsyncAnthropic:
        if self._shared is None:
            self._shared = _AsyncWakeful(api_key="unused", base_url=server.url, timeout=TIMEOUT)
        client = self._shared.with_options(api_key=server.api_key, base_url=server.url)
        client.server = server
        return client

    def __repr__(self) -> str:
        return f"<AsyncAnthropicClient {self.version}>"


def _arguments(request: JsonObject) -> dict[str, Any]:
    """The body as arguments; what is no argument of every version goes into the extra body."""
    named = {name: request.get(name) for name in FIELDS}
    rest = {name: value for name, value in request.items() if name not in (*FIELDS, "stream")}
    return {**named, "extra_body": rest} if rest else named


def _agent(tools: Tools) -> dict[str, Any]:
    return {
        "model": MODEL,
        "max_tokens": 1024,
        "tools": [cast("ToolParam", tool.definition) for tool in tools.values()],
    }


def _user(task: str) -> MessageParam:
    return {"role": "user", "content": task}


def _following(message: Message, tools: Tools) -> list[MessageParam]:
    """What the history gains: the answer, and the results of the tools that it asks for."""
    said: MessageParam = {"role": "assistant", "content": cast("Any", message.content)}
    if message.stop_reason != "tool_use":
        return [said]
    results = [
        _result(block.id, block.name, block.input, tools) for block in message.content if block.type == "tool_use"
    ]
    return [said, {"role": "user", "content": cast("Any", results)}]


def _result(tool_use_id: str, name: str, given: Mapping[str, Any], tools: Tools) -> JsonObject:
    result: JsonObject = {"type": "tool_result", "tool_use_id": tool_use_id}
    try:
        return {**result, "content": tools[name](**given)}
    except Exception as error:  # noqa: BLE001 - the model is told, whatever it is
        return {**result, "content": json.dumps(f"{type(error).__name__}: {error}"), "is_error": True}


def _streamed(message: object, deltas: tuple[str, ...]) -> Outcome:
    whole = outcome_of(message)
    return Outcome(message=whole.message, deltas=deltas)
