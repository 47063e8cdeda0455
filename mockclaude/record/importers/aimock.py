"""Fixtures of aimock: what they match becomes the request, what they answer the API's own message.

Source: npm @copilotkit/aimock 1.43.0, its fixture types and loader.
"""

import hashlib
from collections.abc import Iterator
from datetime import datetime
from itertools import accumulate
from typing import Any, Final, cast

from mockclaude.meter.tokens import count_input, count_output
from mockclaude.models import Models
from mockclaude.record.importers.found import Exchange, Found, Skipped, interaction_of
from mockclaude.record.importers.sse import ASKED, MOST, TOLD, URL
from mockclaude.wire.body import Block, JsonObject, MessageBody, RequestBody
from mockclaude.wire.encoding import JSONFault, dumps, loads
from mockclaude.wire.error import TYPE_OF_STATUS
from mockclaude.wire.ids import random_id
from mockclaude.wire.interaction import Chunk, Interaction
from mockclaude.wire.sse import frame
from mockclaude.wire.stream import events_of

MODEL: Final = "claude-sonnet-4-5"
"""The model of a fixture that names none."""
JSON: Final = (("content-type", "application/json"),)
REASONS: Final = {
    "stop": "end_turn",
    "tool_calls": "tool_use",
    "length": "max_tokens",
    "content_filter": "refusal",
}
"""Their stop reasons that have other names in the API."""
SAID: Final = frozenset({"content", "toolCalls", "blocks", "reasoning", "redactedThinking"})


def is_aimock(data: Any) -> bool:
    """Whether the data are fixtures of aimock."""
    entries = data.get("fixtures") if isinstance(data, dict) else None
    return isinstance(entries, list) and all("match" in entry and "response" in entry for entry in entries)


def of_aimock(data: Any, *, otherwise: datetime) -> Found:
    """The exchanges that fixtures stand for; those of other kinds than messages are left out."""
    made, skipped = [], []
    models = Models.load()
    for number, fixture in enumerate(data["fixtures"]):
        match, response = fixture["match"], fixture["response"]
        if match.get("endpoint", "chat") != "chat" or not ((SAID | {"error", "json"}) & response.keys()):
            skipped.append(Skipped(f"fixtures[{number}]", "it answers no message"))
        else:
            made.append(_interaction(fixture, models, otherwise))
    return Found(tuple(made), tuple(skipped))


def _interaction(fixture: Any, models: Models, otherwise: datetime) -> Interaction:
    response = fixture["response"]
    timings = fixture.get("recordedTimings") if SAID & response.keys() else None
    asked = request_of(fixture["match"], response, streamed=timings is not None)
    exchange = Exchange("POST", URL, ASKED, dumps(asked), 200, JSON, b"")
    if "error" in response:
        exchange = _refused(exchange, response)
    elif "json" in response:
        exchange = exchange._replace(status=response.get("status", 200), response=dumps(response["json"]))
    else:
        message = message_of(response, asked, models)
        if timings is not None:
            return _streamed(message, asked, timings, otherwise)
        exchange = exchange._replace(response=dumps(message))
    return interaction_of(exchange, otherwise=otherwise)


def request_of(match: Any, response: Any, *, streamed: bool) -> RequestBody:
    """The smallest request that a fixture matches."""
    body: RequestBody = {
        "model": match.get("model") or response.get("model") or MODEL,
        "max_tokens": MOST,
        "messages": [],
    }
    system = match.get("systemMessage")
    if system:
        body["system"] = "\n".join(system) if isinstance(system, list) else system
    if match.get("toolName"):
        body["tools"] = [{"name": match["toolName"], "input_schema": {"type": "object"}}]
    said = match.get("userMessage") or match.get("inputText") or "Hello"
    body["messages"].append({"role": "user", "content": said})
    call = match.get("toolCallId")
    if call or match.get("toolResultContains"):
        name = match.get("toolName") or "tool"
        use: Block = {"type": "tool_use", "id": call or "toolu_1", "name": name, "input": {}}
        result: Block = {
            "type": "tool_result",
            "tool_use_id": use["id"],
            "content": match.get("toolResultContains") or "",
        }
        body["messages"] += [{"role": "assistant", "content": [use]}, {"role": "user", "content": [result]}]
    if streamed:
        body["stream"] = True
    return body


def message_of(response: Any, asked: RequestBody, models: Models) -> MessageBody:
    """The API's message that says what a fixture does."""
    blocks = list(_blocks(response))
    uses = any(block["type"] == "tool_use" for block in blocks)
    reason = response.get("finishReason")
    profile = models.find(response.get("model") or asked["model"]) or models.default
    usage = response.get("usage", {})
    return {
        "model": response.get("model") or asked["model"],
        "id": response.get("id") or random_id("msg", _bits(response)),
        "type": "message",
        "role": "assistant",
        "content": blocks,
        "stop_reason": REASONS.get(reason, reason) or ("tool_use" if uses else "end_turn"),
        "stop_sequence": None,
        "usage": {
            "input_tokens": usage.get("input_tokens", usage.get("prompt_tokens", count_input(asked, profile))),
            "output_tokens": usage.get(
                "output_tokens", usage.get("completion_tokens", count_output(blocks, profile) + 1)
            ),
        },
    }


def _blocks(response: Any) -> Iterator[Block]:
    for data in response.get("redactedThinking") or ():
        yield {"type": "redacted_thinking", "data": data}
    if response.get("reasoning"):
        signature = response.get("reasoningSignature", "")
        yield {"type": "thinking", "thinking": response["reasoning"], "signature": signature}
    if response.get("blocks"):
        for number, block in enumerate(response["blocks"]):
            yield {"type": "text", "text": block["text"]} if block["type"] == "text" else _use(block, number)
        return
    content = response.get("content")
    if content:
        yield {"type": "text", "text": content if isinstance(content, str) else dumps(content).decode()}
    for number, call in enumerate(response.get("toolCalls") or ()):
        yield _use(call, number)


def _use(call: Any, number: int) -> Block:
    given = call.get("arguments") or {}
    try:
        value = loads(given.encode()) if isinstance(given, str) else given
    except JSONFault:
        value = {}
    return {
        "type": "tool_use",
        "id": call.get("id") or random_id("toolu", _bits([call, number])),
        "name": call["name"],
        "input": cast("JsonObject", value if isinstance(value, dict) else {}),
    }


def _refused(exchange: Exchange, response: Any) -> Exchange:
    status, error = response.get("status", 500), response["error"]
    kind = error.get("type") or TYPE_OF_STATUS.get(status, "api_error")
    wait = (("retry-after", str(response["retryAfter"])),) if "retryAfter" in response else ()
    body = dumps({"type": "error", "error": {"type": kind, "message": error["message"]}})
    return exchange._replace(status=status, told=(*JSON, *wait), response=body)


def _streamed(message: MessageBody, asked: RequestBody, timings: Any, otherwise: datetime) -> Interaction:
    """The message as a stream, its events at the recorded times; the last delay holds for what comes after."""
    frames = [frame(event) for event in events_of(message)]
    delays = [delay / 1000 for delay in timings.get("interChunkDelaysMs", [])]
    steps = [timings.get("ttftMs", 0) / 1000, *delays, *[0.0] * len(frames)][: len(frames)]
    made = interaction_of(Exchange("POST", URL, ASKED, dumps(asked), 200, TOLD, b""), otherwise=otherwise)
    assert made.response is not None
    chunks = tuple([Chunk(data, round(at, 6)) for data, at in zip(frames, accumulate(steps), strict=True)])
    made.response = made.response._replace(chunks=chunks, streamed=True)
    return made


def _bits(value: object) -> int:
    """128 bits that the same value always gives."""
    return int.from_bytes(hashlib.sha256(dumps(value)).digest()[:16], "big")
