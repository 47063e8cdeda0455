"""Claude Code's shape of traffic is served: its headers, its first turn, its tool loop, its retry without a stream.

The shapes were captured from Claude Code 2.1.330 against this server, texts shortened; the program itself plays in
the last tests.
"""

import os
import platform
import shutil
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from mockclaude import MockClaude, Pace, message, text
from mockclaude.ready import folder
from mockclaude.wire.sse import decode
from mockclaude.wire.stream import message_of

from ..server.line import Answer, Line, request
from .test_official_sdks import CACHE

BETAS = (
    "claude-code-20250219,interleaved-thinking-2025-05-14,context-management-2025-06-27,per-turn-control-2026-07-01,"
    "mid-conversation-tool-changes-2026-07-01,thinking-token-count-2026-05-13,advanced-tool-use-2025-11-20,"
    "effort-2025-11-24"
)
HEADERS = {
    "accept": "application/json",
    "user-agent": "claude-cli/2.1.330 (external, sdk-cli)",
    "x-claude-code-session-id": "8ebd6cb8-540d-47ce-9c5a-44bf6a2f56e6",
    "x-stainless-arch": "x64",
    "x-stainless-lang": "js",
    "x-stainless-package-version": "0.128.0",
    "x-stainless-retry-count": "0",
    "x-stainless-runtime": "node",
    "x-stainless-timeout": "600",
    "anthropic-beta": BETAS,
    "anthropic-dangerous-direct-browser-access": "true",
    "anthropic-version": "2023-06-01",
    "x-app": "cli",
    "accept-encoding": "gzip, deflate, br, zstd",
}
EPHEMERAL = {"type": "ephemeral"}


def tool(name: str, *fields: str, **more: Any) -> dict[str, Any]:
    schema = {"type": "object", "properties": {field: {"type": "string"} for field in fields}, "required": [*fields]}
    return {"name": name, "description": f"The tool {name}", "input_schema": schema, **more}


OPENING: list[dict[str, Any]] = [
    {
        "role": "user",
        "content": [{"type": "text", "text": "<system-reminder>\nBe brief.\n"}, {"type": "text", "text": "look"}],
    },
    {
        "role": "system",
        "content": [{"type": "text", "text": "# Environment\nlinux", "cache_control": EPHEMERAL}],
        "output_config": {"effort": "medium"},
    },
]
SETTLED = [OPENING[0], {**OPENING[1], "content": "# Environment\nlinux"}]
"""How later requests repeat the opening."""

BODY: dict[str, Any] = {
    "model": "claude-opus-5-5",
    "messages": OPENING,
    "system": [
        {"type": "text", "text": "x-anthropic-billing-header: cc_version=2.1.330.d01; cc_entrypoint=sdk-cli;"},
        {"type": "text", "text": "You are an agent.", "cache_control": EPHEMERAL},
        {"type": "text", "text": "\nYou are working with the user.", "cache_control": EPHEMERAL},
    ],
    "tools": [
        tool("Bash", "command", "description"),
        tool("Read", "file_path"),
        tool("DeferredToolPlaceholder", defer_loading=True),
        tool("Write", "file_path", "content"),
    ],
    "metadata": {"user_id": '{"device_id":"4617","account_uuid":"","session_id":"8ebd6cb8"}'},
    "max_tokens": 128000,
    "thinking": {"type": "adaptive", "display": "omitted"},
    "context_management": {"edits": [{"type": "clear_thinking_20251015", "keep": "all"}]},
    "output_config": {"effort": "medium"},
    "stream": True,
}
UNSTREAMED = {**BODY, "stream": False, "max_tokens": 64000}
"""The same request as it is sent after a stream that failed."""


@pytest.fixture
def mock() -> Iterator[MockClaude]:
    with MockClaude(seed=1, strict_stubs=True) as running:
        yield running


def asked(body: dict[str, Any]) -> bytes:
    return request(body, path="/v1/messages?beta=true", headers=HEADERS)


def ask(mock: MockClaude, body: dict[str, Any]) -> Answer:
    with Line(mock.url) as line:
        answer = line.ask(asked(body))
    assert answer.status == 200, answer.body
    return answer


def told(answer: Answer) -> dict[str, Any]:
    """The message, whether it came as a stream or whole."""
    streamed = answer.headers["content-type"].startswith("text/event-stream")
    found: Any = message_of(decode(answer.body)) if streamed else answer.json()
    assert isinstance(found, dict)
    return found


def after(said: list[Any], result: str) -> list[dict[str, Any]]:
    """The turns that answer the tool calls of a message."""
    results = [
        {"tool_use_id": block["id"], "type": "tool_result", "content": result, "is_error": False, "cache_control": EPHEMERAL}
        for block in said
        if block["type"] == "tool_use"
    ]  # fmt: skip
    return [{"role": "assistant", "content": said}, {"role": "user", "content": results}]


def test_the_greeting_before_the_first_request_is_answered(mock: MockClaude) -> None:
    for path in ("/", "/api/hello"):
        with Line(mock.url) as line:
            answer = line.ask(b"HEAD %b HTTP/1.1\r\nhost: mock\r\n\r\n" % path.encode(), bodiless=True)
        assert answer.status == 200
    assert not mock.journal


@pytest.mark.parametrize("failing", range(4), ids=["no step fails", "Read", "Bash", "text"])
def test_a_tool_loop_runs_to_its_end_whichever_step_is_asked_for_again(mock: MockClaude, failing: int) -> None:
    mock.scenario("agent_session")
    messages, heard = OPENING, []
    for step, result in enumerate(["# README", "3 passed", ""], start=1):
        said = told(ask(mock, {**BODY, "messages": messages}))
        if step == failing:
            again = told(ask(mock, {**UNSTREAMED, "messages": messages}))
            assert [kind(block) for block in again["content"]] == [kind(block) for block in said["content"]]
            said = again
        heard.append((said["stop_reason"], [kind(block) for block in said["content"]]))
        messages = [*SETTLED, *messages[2:], *after(said["content"], result)]
    assert heard == [
        ("tool_use", ["text", "Read"]),
        ("tool_use", ["text", "Bash"]),
        ("end_turn", ["text"]),
    ]
    assert mock.findings == []
    mock.assert_all_stubs_used()


def kind(block: dict[str, Any]) -> str:
    return str(block.get("name", block["type"]))


def test_a_stream_that_the_client_gives_up_is_followed_by_the_same_words_unstreamed(mock: MockClaude) -> None:
    words = "It is 18 C in Paris, and it will stay so for the rest of the week."
    mock.when(text("look")).reply(message(words, pace=Pace(first=0, per_second=0.1)))
    with Line(mock.url) as line:
        line.write(asked(BODY))
        status, fields = line.head()
        assert (status, dict(fields)["content-type"]) == (200, "text/event-stream; charset=utf-8")
        assert int(line._reader.readline(), 16) > 0, "it has begun"
    answer = ask(mock, UNSTREAMED)
    assert told(answer)["content"] == [{"type": "text", "text": words}]
    assert [call.is_streaming for call in mock.calls] == [True, False]
    assert [call.body["max_tokens"] for call in mock.calls] == [128000, 64000]


def test_a_stream_that_breaks_off_is_followed_by_the_next_reply(mock: MockClaude) -> None:
    mock.scenario("overloaded_mid_stream")
    broken = list(decode(ask(mock, BODY).body))
    assert [broken[0]["type"], broken[-1]["type"]] == ["message_start", "error"]
    assert told(ask(mock, UNSTREAMED))["content"] == [{"type": "text", "text": "That went through."}]


def test_what_the_session_is_asked_can_be_read(mock: MockClaude) -> None:
    mock.scenario("hello")
    ask(mock, BODY)
    call = mock.calls.last
    assert call.text == "<system-reminder>\nBe brief.\n\nlook"
    assert call.request.output_config is not None
    assert call.request.output_config.effort == "medium"
    assert [turn.role for turn in call.request.messages] == ["user", "system"]
    assert (call.interaction.request.path, call.interaction.request.query) == ("/v1/messages", "beta=true")
    assert call.message.text == "Hello! How can I help you today?"


def claude_code() -> str:
    """The program, installed on demand."""
    npm = shutil.which("npm")
    if npm is None or sys.platform != "linux" or platform.machine() != "x86_64":
        pytest.skip("Claude Code is installed here by npm, for Linux on x86_64")
    home = CACHE / "claude-code"
    program = home / "node_modules" / "@anthropic-ai" / "claude-code-linux-x64" / "claude"
    if not program.exists():
        home.mkdir(parents=True, exist_ok=True)
        (home / "package.json").write_text('{"private": true}\n')
        install = [npm, "install", "--no-audit", "--no-fund", "--silent", "@anthropic-ai/claude-code-linux-x64@2.1.330"]
        done = subprocess.run(install, capture_output=True, text=True, check=False, cwd=home)
        if done.returncode:
            pytest.skip(f"Claude Code cannot be installed here: {done.stderr[-200:]}")
    return str(program)


def session(mock: MockClaude, place: Path) -> str:
    """What Claude Code prints when it is asked to look, alone with this server."""
    for name in ("home", "project"):
        (place / name).mkdir()
    quiet = (
        "CLAUDE_CODE_DISABLE_NONESSENTIAL_TRAFFIC",
        "DISABLE_TELEMETRY",
        "DISABLE_ERROR_REPORTING",
        "DISABLE_AUTOUPDATER",
    )
    run = subprocess.run(
        [claude_code(), "-p", "look", "--allowedTools", "Read", "Bash"],
        cwd=place / "project",
        env={
            "PATH": os.environ["PATH"],
            "HOME": str(place / "home"),
            "ANTHROPIC_BASE_URL": mock.url,
            "ANTHROPIC_API_KEY": mock.api_key,
            **dict.fromkeys(quiet, "1"),
        },
        capture_output=True,
        text=True,
        check=False,
        timeout=90,
        stdin=subprocess.DEVNULL,
    )
    assert run.returncode == 0, run.stdout + run.stderr
    return run.stdout.strip()


@pytest.mark.sdk
def test_claude_code_itself_plays_a_session(mock: MockClaude, tmp_path: Path) -> None:
    readme = tmp_path / "README.md"
    readme.write_text("# A project\n")
    mock.scenario((folder() / "agent_session.yaml").read_text("utf-8").replace("/workspace/README.md", str(readme)))
    assert session(mock, tmp_path) == "The project has a README, and its tests pass."
    mock.assert_called(times=3)
    mock.assert_all_stubs_used()
    assert "# A project" in str(mock.calls[1].body["messages"][-1])
    assert "3 passed" in str(mock.calls[2].body["messages"][-1])
    assert mock.findings == []


@pytest.mark.sdk
def test_claude_code_itself_asks_again_without_a_stream(mock: MockClaude, tmp_path: Path) -> None:
    mock.scenario("overloaded_mid_stream")
    assert session(mock, tmp_path) == "That went through."
    assert [call.is_streaming for call in mock.calls] == [True, False]
