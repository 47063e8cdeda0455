"""A failure tells its cause, what was expected, and how to see it again in Python and with curl."""

import asyncio
import shutil
import subprocess
import sys
from pathlib import Path

import pytest
from click.testing import CliRunner

from mockclaude.cli.verify import command
from mockclaude.verify.case import Ask, Case, Exact
from mockclaude.verify.failure import PLAYED, Failure
from mockclaude.verify.kit import Check, chosen
from mockclaude.verify.properties.truncation import TRUNCATION

from .planted import DropsTheSecondResult, RetriesEverything, TakesAnyEnd


def failure_of(adapter: object, property_id: str, folder: Path | None, name: str = "") -> Failure:
    with Check(adapter, max_examples=30, derandomize=True, failures=folder, name=name) as check:
        failure = check.judge(chosen([property_id])[0]).failure
    assert failure is not None
    return failure


def test_it_tells_all_that_is_needed_to_mend_it(tmp_path: Path) -> None:
    failure = failure_of(RetriesEverything(), "P8", tmp_path, "tests.verify.planted:RetriesEverything")
    assert (
        failure.text()
        == f"""\
P8 hopeless-retry: a request is sent again after a 400
  the property: Only 408, 409, 429, 5xx and broken connections are asked again, unless x-should-retry says otherwise.
  expected: no further request
  got:      2 requests, and a message with stop_reason 'end_turn' and the text '0'
  requests: 2
  in Python:
    import asyncio

    from tests.verify.planted import RetriesEverything as adapter
    from mockclaude.verify import playing

    request = {{'model': 'claude-opus-5', 'max_tokens': 1024, 'messages': [{{'role': 'user', 'content': 'Hello'}}]}}
    answers = [{{'error': {{'status': 400, 'message': 'It failed.', 'headers': {{'retry-after': '0'}}}}}}, {{'text': '0'}}]
    with playing(answers) as server:  # or point any client at server.url, with server.api_key
        print(asyncio.run(adapter.stream(server, request)))
  with curl:
    mockclaude verify play {failure.path} &
    curl -sSN http://127.0.0.1:4242/v1/messages -H 'x-api-key: mock' -H 'anthropic-version: 2023-06-01' -H 'content-type: application/json' \\
      -d '{{"model": "claude-opus-5", "max_tokens": 1024, "messages": [{{"role": "user", "content": "Hello"}}], "stream": true}}'
  again:    mockclaude verify replay {failure.path} --adapter tests.verify.planted:RetriesEverything"""
    )


def test_its_python_shows_the_failure_again(capsys: pytest.CaptureFixture[str]) -> None:
    adapter = TakesAnyEnd()
    failure = failure_of(adapter, "P6", None)
    script = failure.python().replace("asyncio.run(adapter.stream(server, request))", "asked(server, request)")

    def asked(server: object, request: object) -> object:
        async def once() -> object:
            try:
                return await adapter.stream(server, request)  # type: ignore[arg-type]
            finally:
                await adapter.close()

        return asyncio.run(once())

    exec(script, {"adapter": adapter, "asked": asked})
    assert capsys.readouterr().out == "the text '0'\n"


def test_an_agent_s_python_hands_it_the_tools() -> None:
    script = failure_of(DropsTheSecondResult(), "P13", None).python()
    assert "from mockclaude.verify import agent_tools, playing" in script
    assert "print(asyncio.run(adapter.agent(server, task, agent_tools())))" in script


@pytest.mark.skipif(shutil.which("curl") is None, reason="curl is not installed")
def test_its_curl_gets_the_bytes_that_were_cut(tmp_path: Path) -> None:
    failure = failure_of(TakesAnyEnd(), "P6", tmp_path)
    play, _, curl = failure.curl().partition("\n")
    assert play == f"mockclaude verify play {failure.path} &"
    served = [sys.executable, "-m", "mockclaude", *play.split()[1:-1], "--port", "0"]
    with subprocess.Popen(served, stdout=subprocess.PIPE, text=True) as server:
        assert server.stdout is not None
        url = server.stdout.readline().split()[-1]
        asked = subprocess.run(["sh", "-c", curl.replace(PLAYED, url)], capture_output=True, check=True, timeout=30)
        server.terminate()
    [answer] = failure.case.answers
    assert isinstance(answer, Exact)
    assert asked.stdout == b"".join(answer.chunks)


def test_the_answers_of_a_failure_that_was_not_saved_are_in_the_text() -> None:
    failure = failure_of(TakesAnyEnd(), "P6", None)
    play, _, rest = failure.curl().partition("\n")
    given, _, curl = rest.partition("\nJSON\n")
    assert play == "mockclaude verify play - <<'JSON' &"
    assert curl.startswith("curl -sSN http://127.0.0.1:4242/v1/messages ")
    run = CliRunner().invoke(command, ["play", "-", "--port", "0", "--seconds", "0"], input=given)
    assert run.output.startswith("mockclaude plays 1 answers on http://127.0.0.1:")
    assert run.exit_code == 0


def test_no_key_is_told() -> None:
    secret = "sk-ant-api03-" + "x" * 20
    case = Case((Ask("stream", {"messages": []}),), ({"text": secret},))
    failure = Failure(TRUNCATION, case, f"it leaks {secret}", secret, f"got {secret}")
    assert secret not in failure.text()
