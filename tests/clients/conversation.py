"""What a program with the official Python SDK does, told as JSON; runs with any version of the SDK.

Usage: `python conversation.py BASE_URL`; prints one JSON object, a key per step.
"""

import asyncio
import base64
import json
import sys
from collections.abc import Callable
from typing import Any

import anthropic

PNG = "iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAAAAAA6fptVAAAACklEQVR42mNoAAAAggCBd81ytgAAAABJRU5ErkJggg=="
TOOL = {
    "name": "get_weather",
    "description": "The weather of a city",
    "input_schema": {"type": "object", "properties": {"city": {"type": "string"}}, "required": ["city"]},
}
HELLO: list[Any] = [{"role": "user", "content": "Hello"}]
MODEL = "claude-sonnet-4-5"


def shown(message: Any) -> dict[str, Any]:
    return {
        "model": message.model,
        "types": [block.type for block in message.content],
        "text": "".join(block.text for block in message.content if block.type == "text"),
        "stop_reason": message.stop_reason,
        "stop_sequence": message.stop_sequence,
        "input_tokens": message.usage.input_tokens,
        "output_tokens": message.usage.output_tokens,
        "request_id": getattr(message, "_request_id", None),
    }


def refused(call: Callable[[], Any]) -> dict[str, Any]:
    try:
        call()
    except anthropic.APIStatusError as error:
        return {
            "class": type(error).__name__,
            "status": error.status_code,
            "request_id": error.request_id,
            "body": error.body,
        }
    return {"class": None}


def streamed(client: Any) -> dict[str, Any]:
    with client.messages.stream(model=MODEL, max_tokens=200, messages=HELLO) as stream:
        text = "".join(stream.text_stream)
        return {**shown(stream.get_final_message()), "joined": text}


def raw_events(client: Any) -> list[str]:
    return [event.type for event in client.messages.create(model=MODEL, max_tokens=50, messages=HELLO, stream=True)]


def tool_loop(client: Any, *, stream: bool) -> list[Any]:
    messages: list[Any] = [{"role": "user", "content": "How warm is it in Paris?"}]
    first_choice = {"type": "tool", "name": "get_weather"}
    told = []
    for choice in (first_choice, {"type": "auto"}):
        asked: dict[str, Any] = {
            "model": MODEL, "max_tokens": 500, "messages": messages, "tools": [TOOL], "tool_choice": choice,
        }  # fmt: skip
        if stream:
            with client.messages.stream(**asked) as running:
                message = running.get_final_message()
        else:
            message = client.messages.create(**asked)
        calls = [block for block in message.content if block.type == "tool_use"]
        told.append({"stop_reason": message.stop_reason, "inputs": [call.input for call in calls]})
        results = [{"type": "tool_result", "tool_use_id": call.id, "content": "18 degrees"} for call in calls]
        messages += [{"role": "assistant", "content": message.content}, {"role": "user", "content": results}]
    return told


async def asynchronously(url: str) -> dict[str, Any]:
    async with anthropic.AsyncAnthropic(base_url=url, api_key="sk-ant-mock-async") as client:
        whole = await client.messages.create(model=MODEL, max_tokens=200, messages=HELLO)
        async with client.messages.stream(model=MODEL, max_tokens=200, messages=HELLO) as stream:
            final = await stream.get_final_message()
        many = await asyncio.gather(
            *[client.messages.create(model=MODEL, max_tokens=20, messages=HELLO) for _ in range(20)]
        )
        return {"whole": shown(whole), "stream": shown(final), "ids": len({message.id for message in many})}


def main(url: str) -> dict[str, Any]:
    client: Any = anthropic.Anthropic(base_url=url, api_key="sk-ant-mock-sync", max_retries=0)
    stranger: Any = anthropic.Anthropic(base_url=url, api_key="sk-ant-invalid-key", max_retries=0)
    image = {"type": "image", "source": {"type": "base64", "media_type": "image/png", "data": PNG}}
    assert base64.b64decode(PNG)
    pictured: list[Any] = [{"role": "user", "content": [image, {"type": "text", "text": "What is this?"}]}]
    return {
        "version": anthropic.__version__,
        "create": shown(client.messages.create(model=MODEL, max_tokens=200, messages=HELLO)),
        "stream": streamed(client),
        "events": raw_events(client),
        "tool_loop": tool_loop(client, stream=False),
        "tool_loop_streamed": tool_loop(client, stream=True),
        "image": shown(client.messages.create(model=MODEL, max_tokens=200, messages=pictured)),
        "count": client.messages.count_tokens(model=MODEL, messages=HELLO).input_tokens,
        "models": [model.id for model in client.models.list(limit=5)],
        "model": client.models.retrieve("claude-haiku-4-5").id,
        "async": asyncio.run(asynchronously(url)),
        "unauthorized": refused(lambda: stranger.messages.create(model=MODEL, max_tokens=5, messages=HELLO)),
        "unknown_model": refused(lambda: client.messages.create(model="claude-0", max_tokens=5, messages=HELLO)),
        "prefill": refused(
            lambda: client.messages.create(
                model="claude-opus-5", max_tokens=5, messages=[*HELLO, {"role": "assistant", "content": "Hi"}]
            )
        ),
        "negative": refused(lambda: client.messages.create(model=MODEL, max_tokens=-1, messages=HELLO)),
        "unknown_model_info": refused(lambda: client.models.retrieve("claude-0")),
    }


if __name__ == "__main__":
    print(json.dumps(main(sys.argv[1])))
