"""Every recorded reply, event and accepted request passes through the typed view unchanged."""

import json
from collections import Counter
from collections.abc import Iterator, Mapping
from typing import Any

import pytest

from mockclaude.wire import betas
from mockclaude.wire.events import ContentBlockStartEvent, OtherEvent, event_of
from mockclaude.wire.message import Message, OtherBlock
from mockclaude.wire.request import CountTokensRequest, MessagesRequest
from tests import corpus

pytestmark = corpus.needs_corpus

MINIMUM = {"replies": 1590, "streams": 375, "events": 7700, "requests": 1970, "counted": 26}
"""What the corpus of 2026-11 holds, rounded down, so that an empty run fails."""

Row = dict[str, Any]


def unwrapped(body: Any) -> Any:
    """Some recorders keep a body as its kind and its content."""
    if isinstance(body, dict) and set(body) == {"type", "content"} and body["type"] in {"json", "text"}:
        return body["content"]
    return body


ROWS: list[Row] = [
    {
        **row,
        "path": row["path"].partition("?")[0],
        "request_body": unwrapped(row["request_body"]),
        "response_body": unwrapped(row["response_body"]),
    }
    for row in corpus.rows()
    if row["request_body"] is not None and not row.get("synthetic_suspect")
]
"""The exchanges that were really recorded; those without a request are hand-made samples."""


def events(stream: str) -> Iterator[Any]:
    for line in stream.split("\n"):
        if line.startswith("data:"):
            yield json.loads(line.removeprefix("data:"))


MESSAGES = [row for row in ROWS if row["path"] == "/v1/messages" and row["status"] == 200]
REPLIES = [row for row in MESSAGES if isinstance(row["response_body"], dict)]
STREAMS = [row for row in MESSAGES if isinstance(row["response_body"], str)]
REQUESTS = [row for row in MESSAGES if isinstance(row["request_body"], dict)]
COUNTED = [row for row in ROWS if row["path"] == "/v1/messages/count_tokens" and row["status"] == 200]


def by_recorder(rows: list[Row]) -> list[Any]:
    """The rows of each recording project as one test, its number in the name."""
    projects: dict[str, list[Row]] = {}
    for row in rows:
        projects.setdefault(row["source"].partition(":")[0], []).append(row)
    return [pytest.param(rows, id=f"{project}-{len(rows)}") for project, rows in sorted(projects.items())]


def betas_needed(node: Any, *, key: str = "") -> set[str]:
    """One beta for every part of a body that is locked without one."""
    if isinstance(node, list):
        return set().union(*(betas_needed(item, key=key) for item in node))
    if not isinstance(node, dict):
        return set()
    tables: list[Mapping[str, frozenset[str]]] = {
        "": [betas.TOP_LEVEL],
        "messages": [betas.MESSAGE_KEYS],
        "thinking": [betas.THINKING_KEYS],
        "output_config": [betas.OUTPUT_CONFIG_KEYS],
        "cache_control": [betas.CACHE_CONTROL_KEYS],
    }.get(key, [])
    kind = node.get("type")
    found = {min(table[part]) for table in tables for part in node if part in table}
    found |= {min(table[kind]) for table in (betas.BLOCKS, betas.TOOLS) if isinstance(kind, str) and kind in table}
    if kind == "server_tool_use" and node.get("name") in betas.SERVER_TOOLS:
        found |= {min(betas.SERVER_TOOLS[node["name"]])}
    if key == "thinking" and node.get("display") in betas.THINKING_DISPLAYS:
        found |= {min(betas.THINKING_DISPLAYS[node["display"]])}
    return found.union(*(betas_needed(part, key=name) for name, part in node.items() if name != "input_schema"))


def betas_sent(row: Row) -> set[str]:
    """The betas of the header; where a recorder dropped the headers, those the body needs."""
    headers = {name.lower(): value for name, value in (row["request_headers"] or {}).items()}
    if "anthropic-version" not in headers:
        return betas_needed(row["request_body"])
    return {name.strip() for name in headers.get("anthropic-beta", "").split(",") if name.strip()}


def assert_same(dumped: Any, given: Any, where: str) -> None:
    """Equal, of the same types, and with the same keys in the same order at every depth."""
    assert json.dumps(dumped) == json.dumps(given), where


@pytest.mark.parametrize("rows", by_recorder(REPLIES))
def test_a_recorded_reply_is_dumped_as_it_was_parsed(rows: list[Row]) -> None:
    for row in rows:
        assert_same(Message.model_validate(row["response_body"]).model_dump(), row["response_body"], row["source"])


@pytest.mark.parametrize("rows", by_recorder(STREAMS))
def test_an_event_of_a_recorded_stream_is_dumped_as_it_was_parsed(rows: list[Row]) -> None:
    for row in rows:
        for event in events(row["response_body"]):
            assert_same(event_of(event).model_dump(), event, row["source"])


@pytest.mark.parametrize("rows", by_recorder(REQUESTS))
def test_a_request_that_the_api_answered_has_the_declared_shape(rows: list[Row]) -> None:
    for row in rows:
        request = MessagesRequest.model_validate(row["request_body"], context={"betas": betas_sent(row)})
        assert_same(request.model_dump(), row["request_body"], row["source"])


@pytest.mark.parametrize("rows", by_recorder(COUNTED))
def test_a_count_that_the_api_answered_has_the_declared_shape(rows: list[Row]) -> None:
    for row in rows:
        request = CountTokensRequest.model_validate(row["request_body"], context={"betas": betas_sent(row)})
        assert_same(request.model_dump(), row["request_body"], row["source"])


def test_the_corpus_is_as_large_as_it_was() -> None:
    counts = {
        "replies": len(REPLIES),
        "streams": len(STREAMS),
        "events": sum(len(list(events(row["response_body"]))) for row in STREAMS),
        "requests": len(REQUESTS),
        "counted": len(COUNTED),
    }
    assert {name: counts[name] for name, least in MINIMUM.items() if counts[name] < least} == {}


def test_every_block_and_event_of_the_recordings_is_modelled() -> None:
    starts = [
        {"type": "content_block_start", "index": 0, "content_block": block}
        for row in REPLIES
        for block in row["response_body"]["content"]
    ]
    strangers: Counter[str] = Counter()
    for data in [*starts, *(event for row in STREAMS for event in events(row["response_body"]))]:
        event = event_of(data)
        if isinstance(event, OtherEvent):
            strangers[event.type] += 1
        if isinstance(event, ContentBlockStartEvent) and isinstance(event.content_block, OtherBlock):
            strangers[event.content_block.type] += 1
    assert strangers == {}
