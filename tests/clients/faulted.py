"""What a program with the official Python SDK makes of each fault, told as JSON; runs with any version of the SDK.

Usage: `python faulted.py BASE_URL FAULTS`, the faults as a JSON object from names to what the header asks for.
"""

import json
import sys
import time
from collections.abc import Callable
from functools import partial
from typing import Any

import anthropic

time.sleep = lambda _seconds: None  # retries need not wait

ASKED: dict[str, Any] = {
    "model": "claude-sonnet-4-5",
    "max_tokens": 200,
    "messages": [{"role": "user", "content": "Hello"}],
}


def outcome(call: Callable[[], dict[str, Any]]) -> dict[str, Any]:
    try:
        return call()
    except Exception as error:  # noqa: BLE001 - whatever an SDK raises is what the table holds
        status = getattr(error, "status_code", None)
        return {"raises": type(error).__name__, **({} if status is None else {"status": status})}


def told(message: Any) -> dict[str, Any]:
    said = "".join(block.text for block in message.content if block.type == "text")
    return {"text": said, "stop_reason": message.stop_reason}


def created(client: Any, headers: dict[str, str]) -> dict[str, Any]:
    return told(client.messages.create(**ASKED, extra_headers=headers))


def streamed(client: Any, headers: dict[str, str]) -> dict[str, Any]:
    with client.messages.stream(**ASKED, extra_headers=headers) as stream:
        for _ in stream:
            pass
        return told(stream.get_final_message())


def main(url: str, faults: dict[str, str]) -> dict[str, Any]:
    client: Any = anthropic.Anthropic(base_url=url, api_key="sk-ant-mock-default", max_retries=1, timeout=0.8)
    found: dict[str, Any] = {}
    for name, fault in faults.items():
        headers = {"x-mockclaude-fault": fault}
        found[name] = {
            "create": outcome(partial(created, client, headers)),
            "stream": outcome(partial(streamed, client, headers)),
        }
    return {"version": anthropic.__version__, "faults": found}


if __name__ == "__main__":
    print(json.dumps(main(sys.argv[1], json.loads(sys.argv[2]))))
