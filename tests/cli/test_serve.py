"""`mockclaude serve` tells where it answers, listens to its environment, and ends when it is asked to."""

import os
import re
import signal
import subprocess
import sys
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path

import pytest

from mockclaude.cli.serve import clock_named, keys_in
from mockclaude.clock import EPOCH, real_clock
from mockclaude.errors import SettingsError
from mockclaude.mock import MockClaude

from ..server.line import HELLO, Line, request

PROGRAM = (sys.executable, "-c", "from mockclaude.cli import main; main()")


class Served:
    """A server in a process of its own, and what it printed."""

    def __init__(self, process: "subprocess.Popen[str]") -> None:
        self.process = process
        assert process.stdout is not None
        self.greeting = "".join([process.stdout.readline() for _ in range(3)])
        found = re.search(r"export ANTHROPIC_BASE_URL=(\S+)", self.greeting)
        assert found, self.greeting
        self.url = found[1]

    def ask(self, **headers: str) -> int:
        with Line(self.url) as line:
            return line.ask(request(headers={name.replace("_", "-"): value for name, value in headers.items()})).status


@contextmanager
def served(*arguments: str, **environment: str) -> Iterator[Served]:
    process = subprocess.Popen(
        [*PROGRAM, *arguments],
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        env=clean(environment),
    )
    try:
        yield Served(process)
    finally:
        process.kill()
        process.communicate()


def clean(environment: Mapping[str, str]) -> dict[str, str]:
    inherited = {name: value for name, value in os.environ.items() if not name.startswith("MOCKCLAUDE_")}
    return {**inherited, **environment}


def test_it_greets_answers_and_ends_on_sigterm() -> None:
    with served("--port", "0") as server:
        assert server.greeting == (
            f"mockclaude listens on {server.url}\n"
            f"export ANTHROPIC_BASE_URL={server.url}\n"
            "export ANTHROPIC_API_KEY=sk-ant-mock-default\n"
        )
        assert server.ask() == 200
        server.process.send_signal(signal.SIGTERM)
        assert server.process.communicate(timeout=10) == ("", "")
        assert server.process.returncode == 0


def test_it_ends_on_sigint_while_a_client_is_connected() -> None:
    with served("serve", "--port", "0") as server, Line(server.url) as line:
        assert line.ask(request()).status == 200
        server.process.send_signal(signal.SIGINT)
        assert server.process.communicate(timeout=10) == ("", "")
        assert server.process.returncode == 0
        assert line.rest() == b""


def test_everything_can_be_said_in_the_environment(tmp_path: Path) -> None:
    keys = tmp_path / "keys"
    keys.write_text("# the only one\nsk-ant-one\n")
    environment = {
        "MOCKCLAUDE_PORT": "0",
        "MOCKCLAUDE_HOST": "127.0.0.1",
        "MOCKCLAUDE_VALIDATION": "off",
        "MOCKCLAUDE_REPLY": "echo",
        "MOCKCLAUDE_UNKNOWN_MODELS": "accept",
        "MOCKCLAUDE_LIMIT": "body_bytes=1000 messages=3",
        "MOCKCLAUDE_KEYS": str(keys),
        "MOCKCLAUDE_SEED": "5",
        "MOCKCLAUDE_PADDING": "false",
        "MOCKCLAUDE_BATCH_SECONDS": "60",
        "MOCKCLAUDE_LOG_LEVEL": "error",
    }
    with served(**environment) as server:
        with Line(server.url) as line:
            answer = line.ask(request({**HELLO, "model": "claude-nobody"}, headers={"x-api-key": "sk-ant-one"}))
            assert (answer.status, answer.headers["date"]) == (200, "Mon, 23 Nov 2026 12:00:00 GMT")
            assert "hello" in answer.json()["content"][0]["text"], "an echo"
            settings = line.ask(request(b"", method="GET", path="/_mockclaude/settings", headers={"host": "127.0.0.1"}))
            assert settings.json()["batch_seconds"] == 60
            assert line.ask(request(b" " * 1001, headers={"x-api-key": "sk-ant-one"})).status == 413
        assert server.ask(x_api_key="sk-ant-two") == 401


def test_a_refusal_is_told_on_standard_error_without_the_key() -> None:
    with served("--port", "0") as server:
        assert server.ask(x_api_key="sk-ant-invalid-secret") == 401
        server.process.terminate()
        _, told = server.process.communicate(timeout=10)
    assert "POST '/v1/messages' refused: 401 invalid-key: 'API key is invalid.'" in told
    assert "secret" not in told


def test_a_busy_port_is_one_sentence_and_exit_code_1() -> None:
    with MockClaude() as mock:
        port = mock.url.rpartition(":")[2]
        ended = subprocess.run([*PROGRAM, "--port", port], capture_output=True, text=True, env=clean({}), check=False)
    assert (ended.returncode, ended.stdout) == (1, "")
    assert ended.stderr == (
        f"Error: port {port} on 127.0.0.1 is in use; stop the other server, or choose another port (0 takes a free one)\n"
    )


@pytest.mark.parametrize(
    ("name", "moment"),
    [
        ("fixed", EPOCH),
        ("2026-12-24T18:00:00Z", datetime(2026, 12, 24, 18, tzinfo=UTC)),
        ("2026-12-24T18:00:00+01:00", datetime(2026, 12, 24, 17, tzinfo=UTC)),
        ("2026-12-24", datetime(2026, 12, 24, tzinfo=UTC)),
    ],
)
def test_a_clock_may_stand_at_a_moment(name: str, moment: datetime) -> None:
    clock = clock_named(name)
    assert clock is not None
    assert clock() == moment


def test_a_clock_is_real_or_left_to_the_seed() -> None:
    assert clock_named("real") is real_clock
    assert clock_named(None) is None
    with pytest.raises(
        SettingsError, match="clock is 'now'; expected real, fixed or a moment such as 2026-11-23T12:00:00Z"
    ):
        clock_named("now")


def test_keys_stand_one_a_line(tmp_path: Path) -> None:
    file = tmp_path / "keys"
    file.write_text("\n# comment\n sk-ant-one \nsk-ant-two\n")
    assert keys_in(file) == {"sk-ant-one", "sk-ant-two"}
    file.write_text("# nothing else\n")
    with pytest.raises(SettingsError, match="holds no key; expected one a line"):
        keys_in(file)
