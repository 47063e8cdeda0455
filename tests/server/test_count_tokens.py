"""Counting answers with one number, under the same rules as a message."""

from typing import Any

from mockclaude.mock import MockClaude

from .line import HELLO, Line, request

PATH = "/v1/messages/count_tokens"
COUNTABLE: dict[str, Any] = {key: value for key, value in HELLO.items() if key != "max_tokens"}


def test_a_count_is_what_the_message_reports(line: Line) -> None:
    counted = line.ask(request(COUNTABLE, path=PATH))
    message = line.ask(request())
    assert (counted.status, counted.json()) == (200, {"input_tokens": message.json()["usage"]["input_tokens"]})


def test_a_count_has_no_rate_limits_and_no_trace(line: Line) -> None:
    headers = line.ask(request(COUNTABLE, path=PATH)).headers
    assert not [name for name in headers if name.startswith("anthropic-ratelimit-") or name == "traceresponse"]


def test_context_management_reports_the_original_count(line: Line) -> None:
    body = {**COUNTABLE, "context_management": {"edits": [{"type": "clear_tool_uses_20250919"}]}}
    beta = {"anthropic-beta": "context-management-2025-06-27"}
    counted = line.ask(request(body, path=PATH, headers=beta)).json()
    assert counted["context_management"] == {"original_input_tokens": counted["input_tokens"]}


def test_an_unknown_model_is_refused_as_for_a_message(mock: MockClaude, line: Line) -> None:
    answer = line.ask(request({**COUNTABLE, "model": "claude-nonsense"}, path=PATH))
    assert (answer.status, answer.json()["error"]["message"]) == (404, "model: claude-nonsense")
    assert mock.journal[-1].request.path == PATH
