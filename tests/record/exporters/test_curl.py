"""A cassette is told as commands that a shell runs; the key is the environment's."""

import shutil
import subprocess

import pytest

from mockclaude import MockClaude
from mockclaude.clock import EPOCH
from mockclaude.record.exporters.curl import curl_of
from mockclaude.record.redaction import DEFAULT
from mockclaude.wire.encoding import dumps, loads
from mockclaude.wire.interaction import Headers, Interaction, RawRequest

from ...clients.test_official_sdks import environment

HOSTILE = 'it\'s `$HOME` $(id) \\ "quoted"\nEND\nGrüße'
ASKED = {"model": "claude-opus-5", "max_tokens": 9, "messages": [{"role": "user", "content": HOSTILE}]}


def interaction(body: bytes, **headers: str) -> Interaction:
    fields = {"anthropic-version": "2023-06-01", "content-type": "application/json", "x-api-key": "sk-ant-hunter2"}
    return Interaction(RawRequest("POST", "/v1/messages", Headers({**fields, **headers}), body, "beta=true"), EPOCH)


def test_what_a_person_reads() -> None:
    body = dumps({"model": "m"})
    clean = DEFAULT.interaction(interaction(body, host="x", **{"x-stainless-os": "Linux", "x-note": "it's"}))
    assert curl_of([clean]) == (
        "# 1: POST /v1/messages\n"
        "curl -sSN -X POST \"${ANTHROPIC_BASE_URL:-https://api.anthropic.com}\"'/v1/messages?beta=true' \\\n"
        '  -H "x-api-key: $ANTHROPIC_API_KEY" \\\n'
        "  -H 'anthropic-version: 2023-06-01' \\\n"
        "  -H 'content-type: application/json' \\\n"
        "  -H 'x-note: it'\"'\"'s' \\\n"
        "  --data-binary @- <<'END'\n"
        '{\n  "model": "m"\n}\n'
        "END\n"
    )


@pytest.mark.skipif(shutil.which("curl") is None, reason="curl is not installed")
def test_a_shell_sends_what_was_recorded() -> None:
    spaced = b'{"model": "claude-opus-5", "max_tokens": 9, "messages": [{"role": "user", "content": "END\\nEND"}]}'
    script = curl_of([interaction(dumps(ASKED)), interaction(spaced), interaction(b"\xff\x00")])
    with MockClaude() as mock:
        mock.reply("Hi")
        variables = {
            **environment(),
            "ANTHROPIC_BASE_URL": mock.url,
            "ANTHROPIC_API_KEY": mock.api_key,
            "NO_PROXY": "*",
        }
        run = subprocess.run(
            ["sh", "-e"], input=script, capture_output=True, text=True, check=False, timeout=60, env=variables
        )
        assert (run.returncode, run.stderr) == (0, "")
        first, second, third = list(mock.journal)
    assert loads(first.request.body) == ASKED
    assert second.request.body == spaced + b"\n"
    assert third.request.body == b"\xff\x00"
    assert first.request.query == "beta=true"
    assert "hunter2" not in script
