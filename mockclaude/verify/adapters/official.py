"""The official Python SDK, blocking and asynchronous. It is measured as a user meets it; only its sleep is taken out."""

from collections.abc import Callable, Coroutine
from typing import Any, Final, cast

import anthropic
from anthropic import beta_async_tool, beta_tool

from mockclaude.verify.adapter import AgentTool, Endpoint, Tools
from mockclaude.verify.asked import MODEL
from mockclaude.verify.outcome import Outcome, outcome_of
from mockclaude.wire.body import JsonObject

TIMEOUT: Final = 10.0
FIELDS: Final = ("model", "max_tokens", "messages")
"""What `create` demands; the rest of a body is handed over as it is."""

TURNS: Final = 20
"""Turns after which an agent gives up."""


SKIPS: Final = hasattr(anthropic.Anthropic, "_sleep_for_retry")
"""Whether this version sleeps where it can be told not to."""


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
    """`anthropic.Anthropic`; its agent is the SDK's own runner of tools, which notes in its log what failed."""

    client: Final = "anthropic"
    version: Final = anthropic.__version__
    skips_waits: Final = SKIPS

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
        """`beta.messages.tool_runner`, until it is done."""
        offered = [beta_tool(_called(tool), **_told(tool)) for tool in tools.values()]
        return outcome_of(self._at(server).beta.messages.tool_runner(tools=offered, **_tasked(task)).until_done())

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
    skips_waits: Final = SKIPS

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
        """`beta.messages.tool_runner`, until it is done."""
        offered = [beta_async_tool(_awaited(tool), **_told(tool)) for tool in tools.values()]
        runner = self._at(server).beta.messages.tool_runner(tools=offered, **_tasked(task))
        return outcome_of(await runner.until_done())

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


def _tasked(task: str) -> dict[str, Any]:
    messages = [{"role": "user", "content": task}]
    return {"model": MODEL, "max_tokens": 1024, "max_iterations": TURNS, "messages": messages}


def _told(tool: AgentTool) -> dict[str, Any]:
    """A tool's name, description and schema."""
    return cast("dict[str, Any]", tool.definition)


def _called(tool: AgentTool) -> Callable[..., str]:
    def run(**given: object) -> str:
        return tool(**given)

    return run


def _awaited(tool: AgentTool) -> Callable[..., Coroutine[Any, Any, str]]:
    async def run(**given: object) -> str:
        return tool(**given)

    return run


def _streamed(message: object, deltas: tuple[str, ...]) -> Outcome:
    whole = outcome_of(message)
    return Outcome(message=whole.message, deltas=deltas)
