"""`mockclaude check` says of every request in a file what the API would say, and on which line."""

import json
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner, Result
from hypothesis import HealthCheck, given, settings

from mockclaude.cli.check import command
from mockclaude.strategies import requests
from mockclaude.wire.body import JsonObject

GOOD: JsonObject = {"model": "claude-haiku-4-5", "max_tokens": 1, "messages": [{"role": "user", "content": "Hi"}]}
PREFILLED: Any = {**GOOD, "messages": [{"role": "user", "content": "Hi"}, {"role": "assistant", "content": "{"}]}
PREFILL = "assistant-prefill: This model does not support assistant message prefill. The conversation must end with a user message."
PRETTY = """{
  "model": "claude-opus-4-6",
  "max_tokens": 200000,
  "messages": [
    {"role": "user", "content": [
      {"type": "text", "text": "Look:"},
      {"type": "image", "source": {
        "type": "base64", "media_type": "image/png",
        "data": "data:image/png;base64,AAAA"}}]}
  ]
}
"""


def run(text: str | bytes, *options: str) -> Result:
    return CliRunner().invoke(command, ["-", *options], input=text)


def told(text: str | bytes, *options: str) -> list[tuple[int, int, str]]:
    """Request, line and rule of every finding."""
    result = run(text, *options, "--json")
    found = json.loads(result.stdout)
    assert result.exit_code == (1 if found else 0)
    return [(row["request"], row["line"], row["rule"]) for row in found]


@settings(deadline=None, suppress_health_check=list(HealthCheck), max_examples=50)
@given(requests())
def test_nothing_is_wrong_with_an_accepted_request(body: JsonObject) -> None:
    result = run(json.dumps(body))
    assert (result.exit_code, result.output) == (0, "nothing wrong with 1 request\n")


def test_every_finding_stands_on_its_line() -> None:
    assert told(PRETTY) == [(1, 7, "malformed-image-base64"), (1, 3, "max-tokens-over-model")]


BATCH: Any = {
    "requests": [
        {"custom_id": "a", "params": GOOD},
        {"custom_id": "b", "params": {**PREFILLED, "model": "claude-opus-5"}},
    ]
}


def test_the_rows_of_a_batch_are_checked_each_on_its_line() -> None:
    text = json.dumps(BATCH, indent=1)
    [role] = [number for number, words in enumerate(text.splitlines(), 1) if '"assistant"' in words]
    assert told(text) == [(1, role - 1, "assistant-prefill")]
    assert told(json.dumps({"requests": []})) == [(1, 1, "empty-batch")]


def test_every_row_may_be_judged_as_one_to_another_model() -> None:
    assert told(json.dumps(BATCH), "--model", "claude-haiku-4-5") == []
    assert told(json.dumps({"requests": ["x"]}), "--model", "claude-haiku-4-5") == [(1, 1, "not-an-object")]


def test_findings_are_printed_for_people_and_editors(tmp_path: Path) -> None:
    path = tmp_path / "request.json"
    path.write_text(json.dumps({**PREFILLED, "model": "claude-opus-5"}))
    result = CliRunner().invoke(command, [str(path)])
    assert result.exit_code == 1
    assert result.stdout == f"{path}:1: {PREFILL}\n"
    assert result.stderr == "1 finding in 1 of 1 requests\n"


def test_an_array_holds_many_requests() -> None:
    text = json.dumps([GOOD, {**GOOD, "max_tokens": -1}, GOOD, {}], indent=1)
    lines = text.splitlines()
    wrong = lines.index('  "max_tokens": -1,') + 1
    assert told(text) == [(2, wrong, "negative-max-tokens"), *[(4, len(lines) - 1, "missing-field")] * 3]


def test_lines_of_json_are_requests_each() -> None:
    text = "\n".join([json.dumps(GOOD), "", json.dumps({**GOOD, "model": "gpt-4o"}), '{"model":', json.dumps(GOOD)])
    assert told(text) == [(2, 3, "unknown-model"), (3, 4, "malformed-json")]


def test_what_is_no_json_is_one_broken_request() -> None:
    assert told('{"model": \n "x"') == [(1, 1, "malformed-json")]
    assert told(b"\xff") == [(1, 1, "malformed-json")]
    assert told("") == [(1, 1, "malformed-json")]
    assert told("7") == [(1, 1, "body-not-an-object")]


def test_a_recording_is_judged_with_its_own_headers() -> None:
    sampled = {**GOOD, "temperature": 0.5}
    newer = {"request_body": sampled, "request_headers": {"Anthropic-Version": "2026-10-21", "x-api-key": "REDACTED"}}
    older = {
        "request_body": sampled,
        "request_headers": {"anthropic-beta": "no-such-beta"},
        "path": "/v1/messages?beta=true",
    }
    counted = {
        "request_body": {"model": "claude-haiku-4-5", "messages": GOOD["messages"]},
        "path": "/v1/messages/count_tokens",
    }
    text = "\n".join(map(json.dumps, [newer, older, counted]))
    assert told(text) == [(1, 1, "removed-sampling"), (2, 2, "unknown-beta")]


def test_a_recorded_body_may_be_a_text() -> None:
    assert told(json.dumps({"request_body": '{"model":'})) == [(1, 1, "malformed-json")]


def test_a_pretty_recording_has_lines_too() -> None:
    text = json.dumps([{"path": "/v1/messages", "request_body": {**GOOD, "max_tokens": -1}}], indent=2)
    assert told(text) == [(1, text.splitlines().index('      "max_tokens": -1,') + 1, "negative-max-tokens")]


def test_recordings_of_something_else_are_left_out() -> None:
    others = [{"request_body": None, "path": "/v1/messages"}, {"request_body": {}, "path": "/v1/files"}]
    result = run(json.dumps([{"request_body": GOOD}, *others]))
    assert (result.exit_code, result.output) == (
        0,
        "nothing wrong with 1 request; left out 2 without a body or to another endpoint\n",
    )


def test_validation_is_as_strict_as_asked() -> None:
    text = json.dumps({**GOOD, "messages": [{"role": "user", "content": "Hi"}] * 2})
    assert told(text) == [(1, 1, "roles-not-alternating")]
    assert told(text, "--validation", "live") == []


def test_a_model_can_be_tried_out() -> None:
    text = json.dumps([PREFILLED, GOOD])
    assert told(text) == []
    assert told(text, "--model", "claude-opus-5") == [(1, 1, "assistant-prefill")]


def test_a_version_and_betas_can_be_tried_out() -> None:
    text = json.dumps({**GOOD, "top_k": 5})
    assert told(text) == []
    assert told(text, "--version", "2026-10-21") == [(1, 1, "removed-sampling")]
    managed = json.dumps({**GOOD, "context_management": {"edits": []}})
    assert told(managed) == [(1, 1, "extra-input")]
    assert told(managed, "--beta", "context-management-2025-06-27") == []
    assert told(managed, "--beta", "context-management-2025-06-27", "--beta", "x") == [(1, 1, "unknown-beta")]


def test_models_of_ones_own_are_known(tmp_path: Path) -> None:
    path = tmp_path / "models.toml"
    path.write_text('["claude-mine-1"]\nlike = "claude-haiku-4-5-20251001"\n')
    text = json.dumps({**GOOD, "model": "claude-mine-1"})
    assert told(text) == [(1, 1, "unknown-model")]
    assert told(text, "--models", str(path)) == []


def test_a_remark_is_a_finding_too() -> None:
    result = run(json.dumps({**GOOD, "model": "claude-3-opus-20240229"}))
    assert result.exit_code == 1
    assert "retired-model: claude-3-opus-20240229 was retired on" in result.stdout
    assert result.stdout.endswith("(remark)\n")


def test_json_tells_everything_about_a_finding() -> None:
    assert json.loads(run(json.dumps({**GOOD, "max_tokens": "1"}), "--json").stdout) == [
        {
            "file": "<stdin>",
            "line": 1,
            "request": 1,
            "rule": "not-an-integer",
            "severity": "violation",
            "message": "max_tokens: Input should be a valid integer",
            "path": "max_tokens",
        }
    ]


@pytest.mark.parametrize("option", [["--validation", "strikt"], ["--models", "no-such-file"]])
def test_misuse_is_told_apart_from_findings(option: list[str]) -> None:
    assert run("{}", *option).exit_code == 2
