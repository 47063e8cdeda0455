"""Whatever fails, its text suffices to act, holds no key and no more of long data than helps."""

import json
import logging
import re
from http.client import HTTPConnection, IncompleteRead
from typing import Any
from urllib.parse import urlsplit

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from mockclaude import MockClaude, MockClaudeError, header, message, model, overloaded, system, text, tool_result

KEY = "sk-ant-api03-Tr0ub4dor_and-3-horses"
SECRET = "Tr0ub4dor"
DATA = "iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk" * 40
RUN = re.compile(r"[A-Za-z0-9+/]{64}")
PLANTS = st.lists(
    st.sampled_from([KEY, DATA, "weather", " ", "\n", "{", f'"{KEY}"', f"data:image/png;base64,{DATA}"]),
    min_size=1,
    max_size=6,
).map("".join)


def body(words: str, *, stream: bool = False) -> dict[str, Any]:
    """A conversation that has the words wherever a program may put them."""
    return {
        "model": "claude-opus-5", "max_tokens": 9, "stream": stream, "metadata": {"user_id": words[:100]},
        "system": words,
        "tools": [{"name": "f", "description": words, "input_schema": {"type": "object"}}],
        "messages": [
            {"role": "user", "content": [{"type": "text", "text": words}]},
            {"role": "assistant", "content": [{"type": "tool_use", "id": "toolu_1", "name": "f", "input": {"a": words}}]},
            {"role": "user", "content": [
                {"type": "tool_result", "tool_use_id": "toolu_1", "content": words},
                {"type": "image", "source": {"type": "base64", "media_type": words, "data": DATA}},
                {"type": "text", "text": words},
            ]},
        ],
    }  # fmt: skip


def post(mock: MockClaude, said: dict[str, Any]) -> bytes:
    connection = HTTPConnection(urlsplit(mock.url).netloc, timeout=10)
    headers = {"x-api-key": KEY, "authorization": f"Bearer {KEY}", "anthropic-version": "2023-06-01", "x-note": KEY}
    try:
        connection.request("POST", f"/v1/messages?api_key={KEY}", json.dumps(said), headers)
        response = connection.getresponse()
        return str(response.headers).encode() + response.read()
    except IncompleteRead as cut:
        return cut.partial
    finally:
        connection.close()


def failures(mock: MockClaude, words: str) -> list[str]:
    """Every text that a failing test may print."""
    wanted = text(f"{words} in Rome") & model("claude-*") & system("pirate") & tool_result("18") & header("x-note", "x")
    asserted = [
        lambda: mock.assert_called(wanted),
        lambda: mock.assert_called(header("x-api-key", f"{KEY}x")),
        lambda: mock.assert_called(at_least=99),
        mock.assert_all_stubs_used,
        mock.assert_contract,
        lambda: mock.assert_resilient(outcome=words),
        lambda: mock.assert_resilient(attempts=1),
    ]
    told = [f"{value!r}" for value in (mock, mock.calls, mock.journal, mock.stubs, mock.usage)]
    for entry in mock.journal:
        told += [f"{part!r}" for part in (entry, entry.request, entry.response, entry.request.headers, entry.findings)]
    for call in mock.calls:
        told += [repr(call), repr(call.call), call.explain(wanted)]
    for one in asserted:
        with pytest.raises((AssertionError, MockClaudeError)) as failure:
            one()
        told.append(str(failure.value))
    return told


@settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(words=PLANTS)
def test_no_failure_tells_a_key_or_long_data(strict: MockClaude, caplog: pytest.LogCaptureFixture, words: str) -> None:
    strict.reset()
    caplog.clear()
    caplog.set_level(logging.DEBUG)
    strict.when(text(f"{words} in Rome")).reply("18")
    strict.next(message("half of it", fault="truncated"), overloaded())
    said = body(words)
    heard = [post(strict, {**said, "stream": True}), post(strict, said), post(strict, said), post(strict, said)]
    assert b"mockclaude_error" in heard[-1]
    for told in [*failures(strict, words), *map(bytes.decode, heard[2:]), caplog.text]:
        assert SECRET not in told
        assert not RUN.search(told)


PLACES: dict[str, dict[str, Any]] = {
    "model": {"model": KEY},
    "field": {KEY: 1},
    "role": {"messages": [{"role": KEY, "content": "hello"}]},
    "block": {"messages": [{"role": "user", "content": [{"type": KEY}]}]},
    "tool": {"tools": [{"name": KEY + "!", "input_schema": {"type": "object"}}]},
    "choice": {"tool_choice": {"type": KEY}},
    "media": {"messages": [{"role": "user", "content": [{"type": "image", "source": {"type": "base64", "media_type": KEY, "data": ""}}]}]},
    "stop": {"stop_sequences": KEY},
    "tier": {"service_tier": KEY},
}  # fmt: skip


@pytest.mark.parametrize("place", PLACES)
@pytest.mark.parametrize("validation", ["strict", "off"])
def test_no_rule_tells_a_key_that_stands_where_none_belongs(caplog, place, validation) -> None:
    caplog.set_level(logging.DEBUG)
    with MockClaude(validation=validation) as mock:
        post(mock, {**body("hello"), "messages": [{"role": "user", "content": "hello"}], **PLACES[place]})
        told = [caplog.text, repr(mock.findings), repr(mock.journal[-1].findings)]
        for one in (mock.assert_contract, lambda: mock.assert_called("hullo")):
            with pytest.raises(AssertionError) as failure:
                one()
            told.append(str(failure.value))
    assert not [text for text in told if SECRET in text]


@pytest.fixture(scope="module")
def strict():
    with MockClaude(strict_stubs=True, validation="off") as running:
        yield running


def test_a_miss_is_told_part_by_part() -> None:
    with MockClaude() as mock:
        post(
            mock,
            {
                **body("weather in Paris"),
                "max_tokens": 99,
                "metadata": {},
                "messages": [{"role": "user", "content": "weather in Paris"}],
            },
        )
        with pytest.raises(AssertionError) as failure:
            mock.assert_called(text("weather in Rome") & model("claude-opus-*") & tool_result("18"), times=1)
    assert str(failure.value) == (
        'expected exactly 1 call matching text("weather in Rome") & model("claude-opus-*") & tool_result("18"), got 0;'
        ' nearest: call #1 failed on text: got "weather in Paris"\n'
        '  - text("weather in Rome")\n'
        '  + text: "weather in Paris"\n'
        '    model("claude-opus-*")\n'
        '  - tool_result("18")\n'
        '  + tool_result: ""\n'
        "the calls:\n"
        '  <call #1 claude-opus-5 "weather in Paris" -> end_turn>'
    )


def test_a_text_that_differs_far_behind_is_quoted_there() -> None:
    prompt = "You are a helpful assistant. " * 40
    with MockClaude() as mock:
        mock.when(text("the weather in Rome")).reply("18 C")
        said = {
            "model": "claude-opus-5",
            "max_tokens": 9,
            "messages": [{"role": "user", "content": f"{prompt}the weather in Paris? {prompt}"}],
        }
        post(mock, said)
        with pytest.raises(AssertionError) as failure:
            mock.assert_all_stubs_used()
    assert 'got "…ful assistant. the weather in Paris? You are a helpful assis…"' in str(failure.value)
