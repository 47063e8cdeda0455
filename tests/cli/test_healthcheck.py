"""`mockclaude healthcheck` says with its exit code whether a server answers."""

import json

import pytest
from click.testing import CliRunner, Result

from mockclaude import __version__
from mockclaude.cli import main
from mockclaude.mock import MockClaude


def check(*arguments: str, **environment: str) -> Result:
    return CliRunner().invoke(main, ["healthcheck", *arguments], env=environment)


@pytest.mark.parametrize("host", ["127.0.0.1", "0.0.0.0", "localhost"])
def test_a_server_that_answers_is_healthy(host: str) -> None:
    with MockClaude() as mock:
        port = mock.url.rpartition(":")[2]
        by_option = check("--host", host, "--port", port)
        by_environment = check(MOCKCLAUDE_HOST=host, MOCKCLAUDE_PORT=port)
        assert not mock.journal
    assert by_option.output == by_environment.output
    assert (by_option.exit_code, json.loads(by_option.output)) == (0, {"status": "ok", "version": __version__})


def test_a_proxy_of_the_environment_is_not_asked() -> None:
    with MockClaude() as mock:
        port = mock.url.rpartition(":")[2]
        assert check("--port", port, http_proxy="http://127.0.0.1:9").exit_code == 0


def test_silence_is_exit_code_1() -> None:
    with MockClaude() as mock:
        port = mock.url.rpartition(":")[2]
    answer = check("--port", port, "--timeout", "1")
    assert answer.exit_code == 1
    assert answer.output.startswith(f"http://127.0.0.1:{port}/_mockclaude/health does not answer: ")
