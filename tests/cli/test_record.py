"""`mockclaude record` passes on what a program asks, keeps the answers, and ends as the program does."""

import os
import signal
import subprocess
import sys
from collections.abc import Iterator, Mapping
from pathlib import Path

import pytest
from click.testing import CliRunner

from mockclaude.cli import main
from mockclaude.cli.options import COUNTING, IGNORED
from mockclaude.mock import MockClaude
from mockclaude.record.cassette import Cassette
from mockclaude.record.essence import ALL

from ..server.line import Line, request
from .test_serve import PROGRAM, Served, clean, served

KEY = "sk-ant-api03-of-the-user"
HELLO = {"model": "claude-opus-5", "max_tokens": 50, "messages": [{"role": "user", "content": "Hello"}]}
REDACTED = "anthropic-organization-id (1), anthropic-workspace-id (1), x-api-key (1)"
ASK = """
import json, os, sys, urllib.request
opener = urllib.request.build_opener()  # it would ask a proxy
body = {"model": "claude-opus-5", "max_tokens": 50, "messages": [{"role": "user", "content": "Hello"}]}
headers = {"x-api-key": os.environ["ANTHROPIC_API_KEY"], "anthropic-version": "2023-06-01", "content-type": "application/json"}
asked = urllib.request.Request(os.environ["ANTHROPIC_BASE_URL"] + "/v1/messages", json.dumps(body).encode(), headers)
print(json.load(opener.open(asked, timeout=30))["content"][0]["text"])
"""


@pytest.fixture
def upstream() -> Iterator[MockClaude]:
    with MockClaude() as mock:
        mock.reply("It was said upstream.")
        yield mock


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "weather.json"


def recorded(*arguments: str, **environment: str) -> "subprocess.CompletedProcess[str]":
    variables = clean({"ANTHROPIC_API_KEY": KEY, "HTTP_PROXY": "http://127.0.0.1:9", "NO_PROXY": "", **environment})
    return subprocess.run(
        [*PROGRAM, "record", *arguments], capture_output=True, text=True, check=False, timeout=60, env=variables
    )


def program(code: str) -> tuple[str, ...]:
    return "--", sys.executable, "-c", code


def test_a_command_is_recorded_with_its_own_key_and_its_exit_code_passed_on(upstream: MockClaude, path: Path) -> None:
    where = ("--cassette", str(path), "--upstream", upstream.url)
    ended = recorded(*where, *program(ASK + "sys.exit(7)"), no_proxy="127.0.0.1")
    assert (ended.returncode, ended.stdout) == (7, "It was said upstream.\n")
    assert ended.stderr == f"mockclaude: 1 interaction recorded in {path}; redacted: {REDACTED}\n"
    assert len(upstream.calls) == 1
    again = recorded(*where, *program(ASK), no_proxy="127.0.0.1")
    assert (again.returncode, again.stdout) == (0, "It was said upstream.\n"), again.stderr
    assert len(upstream.calls) == 1, "what is recorded is not asked again"
    assert len(Cassette.load(path)) == 1
    assert KEY not in path.read_text() + ended.stderr + again.stderr


def test_what_else_is_secret_is_taken_out_and_replayed(upstream: MockClaude, path: Path) -> None:
    where = ("--cassette", str(path), "--redact", "H.llo", "--redact-name", "User-Agent")
    recorded(*where, "--upstream", upstream.url, *program(ASK))
    assert "Hello" not in path.read_text()
    assert "Python-urllib" not in path.read_text()
    with served("--port", "0", *where) as server, Line(server.url) as line:
        assert line.ask(request(HELLO, headers={"x-api-key": KEY})).status == 200


def test_a_command_that_fails_rewrites_nothing(upstream: MockClaude, path: Path) -> None:
    where = ("--cassette", str(path), "--upstream", upstream.url)
    recorded(*where, *program(ASK))
    failed = recorded(*where, "--mode", "rewrite", *program(ASK + "sys.exit(3)"))
    assert failed.returncode == 3
    assert failed.stderr.endswith(f"mockclaude: the run was not whole, so {path} keeps what it held before, too\n")
    assert len(Cassette.load(path)) == 2
    assert recorded(*where, "--mode", "rewrite", *program(ASK)).returncode == 0
    assert len(Cassette.load(path)) == 1


@pytest.mark.skipif(os.name != "posix", reason="limits are those of POSIX")
def test_a_disk_without_room_fails_the_command(upstream: MockClaude, path: Path) -> None:
    full = f"import os, resource\nresource.setrlimit(resource.RLIMIT_FSIZE, (500, 500))\nos.execv({PROGRAM[0]!r}, "
    where = ["record", "--cassette", str(path), "--upstream", upstream.url]
    asking = [*program("try:\n" + "\n".join([f"  {line}" for line in ASK.splitlines()]) + "\nexcept OSError: pass")]
    ended = subprocess.run(
        [sys.executable, "-c", f"{full}{[*PROGRAM, *where, *asking]!r})"],
        capture_output=True,
        text=True,
        check=False,
        timeout=60,
        env=clean({"ANTHROPIC_API_KEY": KEY}),
    )
    assert ended.returncode == 1, ended.stderr
    assert "cannot be written: File too large; the interaction is lost" in ended.stderr
    assert ended.stderr.endswith("mockclaude: 1 interaction lost, as told above\n")


@pytest.mark.skipif(os.name != "posix", reason="signals are those of POSIX")
def test_a_signal_reaches_the_command_and_its_end_is_passed_on(upstream: MockClaude, path: Path) -> None:
    waiting = "import signal, sys, time\nprint('ready', flush=True)\nsignal.pause()"
    process = subprocess.Popen(
        [*PROGRAM, "record", "--cassette", str(path), "--upstream", upstream.url, *program(waiting)],
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        env=clean({}),
    )
    with process:
        assert process.stdout is not None
        assert process.stdout.readline() == "ready\n"
        process.send_signal(signal.SIGTERM)
        _, told = process.communicate(timeout=20)
    assert process.returncode == 128 + signal.SIGTERM
    assert told == f"mockclaude: 0 interactions recorded in {path}; redacted: nothing\n"


def test_a_command_that_there_is_not_is_told(path: Path) -> None:
    ended = recorded("--cassette", str(path), "--", "no-such-command")
    assert ended.returncode == 127
    assert "mockclaude: there is no command 'no-such-command'" in ended.stderr
    assert not path.exists()


def test_without_a_command_it_records_until_it_is_stopped(upstream: MockClaude, path: Path) -> None:
    process = subprocess.Popen(
        [*PROGRAM, "record", "--cassette", str(path), "--upstream", upstream.url],
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        env=clean({}),
    )
    with process:
        assert process.stdout is not None
        assert process.stdout.readline() == f"mockclaude records {upstream.url} into {path}\n"
        url = process.stdout.readline().strip().removeprefix("export ANTHROPIC_BASE_URL=")
        with Line(url) as line:
            assert line.ask(request(headers={"x-api-key": KEY})).status == 200
            assert line.ask(request(headers={"x-api-key": "sk-ant-mock-default"})).status == 418
        process.send_signal(signal.SIGINT)
        _, told = process.communicate(timeout=20)
    assert process.returncode == 0
    assert told.splitlines()[-1] == f"mockclaude: 1 interaction recorded in {path}; redacted: {REDACTED}"
    assert KEY not in told
    with served("serve", "--port", "0", "--cassette", str(path)) as server:
        assert [server.ask(), server.ask()] == [200, 418]
    with served("serve", "--port", "0", "--cassette", str(path), "--repeat", "last") as server:
        assert [server.ask() for _ in range(3)] == [200, 200, 200]


@pytest.mark.parametrize("host", ["0.0.0.0", "192.0.2.1"])
def test_it_does_not_listen_beyond_this_machine_unless_told(path: Path, host: str) -> None:
    ended = CliRunner().invoke(main, ["record", "--cassette", str(path), "--host", host])
    assert (ended.exit_code, ended.output) == (
        1,
        f"Error: a recorder does not listen on {host}, where others could spend your key; say --allow-remote\n",
    )


MISTAKES: Mapping[tuple[str, ...], str] = {
    ("--ignore", "modle"): "no difference is called 'modle'; did you mean 'model'?",
    ("--timing", "fast"): "timing is 'fast'; expected none, recorded, or a factor such as x0.5",
    ("--upstream", "api"): "upstream is 'api'; expected a URL such as https://api.anthropic.com",
    ("--mode", "none"): "there is no cassette",
}


@pytest.mark.parametrize("options", MISTAKES, ids=" ".join)
def test_a_mistake_is_one_sentence(path: Path, options: tuple[str, ...]) -> None:
    ended = CliRunner().invoke(main, ["record", "--cassette", str(path), *options])
    assert ended.exit_code == 1
    assert MISTAKES[options] in ended.output
    assert len(ended.output.splitlines()) == 1


def test_a_served_cassette_may_record_what_is_missing(upstream: MockClaude, path: Path) -> None:
    options = ("--cassette", str(path), "--mode", "once", "--upstream", upstream.url)
    with served("serve", "--port", "0", *options) as server:
        assert isinstance(server, Served)
        assert server.ask(x_api_key=KEY) == 200
        server.process.send_signal(signal.SIGTERM)
        assert server.process.wait(20) == 0
    assert len(Cassette.load(path)) == 1


def test_the_help_names_every_difference() -> None:
    assert [one.name for one in ALL if one.is_ignored] == list(IGNORED)
    assert [one.name for one in ALL if not one.is_ignored] == list(COUNTING)
