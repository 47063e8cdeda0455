"""A program with the official SDK, and its tests: they pass with every version of it, and with another language's.

`application.mjs` is the same program in TypeScript. `APPLICATION_HTTP=aiohttp` lets the SDK use its other HTTP library.
"""

import asyncio
import json
import os
import subprocess
from pathlib import Path
from typing import Any

import anthropic
import pytest

NODE = os.environ.get("APPLICATION_NODE")
"""The folder of the program in TypeScript, where Node is to be tested."""

TOOL: Any = {
    "name": "get_weather",
    "description": "The weather of a city",
    "input_schema": {"type": "object", "properties": {"city": {"type": "string"}}, "required": ["city"]},
}
MODEL = "claude-sonnet-4-5"


def answer(question: str) -> str:
    """The answer to a question about the weather, after as many tool calls as it takes."""
    client = anthropic.Anthropic()
    messages: list[Any] = [{"role": "user", "content": question}]
    while True:
        message = client.messages.create(model=MODEL, max_tokens=200, tools=[TOOL], messages=messages)
        calls = [block for block in message.content if block.type == "tool_use"]
        if not calls:
            return "".join(block.text for block in message.content if block.type == "text")
        results = [{"type": "tool_result", "tool_use_id": call.id, "content": "18"} for call in calls]
        messages += [{"role": "assistant", "content": message.content}, {"role": "user", "content": results}]


async def answer_in_a_stream(question: str) -> str:
    """The same without tools, asynchronous and in pieces."""
    chosen: Any = {}
    if os.environ.get("APPLICATION_HTTP") == "aiohttp":
        chosen = {"http_client": anthropic.DefaultAioHttpClient()}
    async with anthropic.AsyncAnthropic(**chosen) as client:
        messages: Any = [{"role": "user", "content": question}]
        async with client.messages.stream(model=MODEL, max_tokens=200, messages=messages) as stream:
            return "".join([text async for text in stream.text_stream])


def answer_in_another_language(question: str) -> str:
    """The same in TypeScript."""
    program = ["node", "application.mjs", question]
    run = subprocess.run(program, capture_output=True, text=True, check=True, cwd=NODE, timeout=60)
    return str(json.loads(run.stdout))


def test_a_tool_is_called(mock_claude: Any) -> None:
    mock_claude.scenario(str(Path(__file__).with_name("application.yaml")))
    assert answer("How is the weather in Paris?") == "It is 18 °C in Paris."
    mock_claude.assert_called(times=2)
    assert mock_claude.calls[0].request.tools[0].name == "get_weather"


def test_a_refusal_is_the_api_s_own(mock_claude: Any) -> None:
    with pytest.raises(anthropic.NotFoundError, match="model: claude-0"):
        anthropic.Anthropic().messages.create(
            model="claude-0", max_tokens=10, messages=[{"role": "user", "content": "Hello"}]
        )
    [finding] = mock_claude.findings
    assert finding.rule == "unknown-model"


def test_a_stream_is_read(mock_claude: Any) -> None:
    mock_claude.reply("Grüße, 世界")
    assert asyncio.run(answer_in_a_stream("Greet me.")) == "Grüße, 世界"
    assert mock_claude.calls.last.text == "Greet me."


def test_a_ready_client_speaks_to_the_same_mock(mock_claude: Any, mock_claude_client: anthropic.Anthropic) -> None:
    mock_claude.reply("Ready.")
    message = mock_claude_client.messages.create(
        model=MODEL, max_tokens=10, messages=[{"role": "user", "content": "Hello"}]
    )
    assert [block.text for block in message.content if block.type == "text"] == ["Ready."]


def test_an_asynchronous_ready_client_does_too(
    mock_claude: Any, mock_claude_async_client: anthropic.AsyncAnthropic
) -> None:
    mock_claude.reply("Ready.")

    async def ask() -> Any:
        return await mock_claude_async_client.messages.create(
            model=MODEL, max_tokens=10, messages=[{"role": "user", "content": "Hello"}]
        )

    assert asyncio.run(ask()).content[0].text == "Ready."


def test_the_paid_api_is_out_of_reach(mock_claude: Any) -> None:
    with pytest.raises(anthropic.APIConnectionError):
        anthropic.Anthropic(base_url="https://api.anthropic.com", max_retries=0).messages.create(
            model=MODEL, max_tokens=10, messages=[{"role": "user", "content": "Hello"}]
        )


@pytest.mark.skipif(NODE is None, reason="Node is tested apart")
def test_another_language_is_answered_too(mock_claude: Any) -> None:
    mock_claude.reply("From Python.")
    assert answer_in_another_language("Hello?") == "From Python."
    assert mock_claude.calls.last.text == "Hello?"
