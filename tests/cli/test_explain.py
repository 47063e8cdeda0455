"""`mockclaude explain` tells all there is to know of one rule."""

import json
from typing import Any

import pytest
from click.testing import CliRunner, Result

from mockclaude.cli.explain import command
from mockclaude.errors import MockClaudeError
from mockclaude.rules.catalogue import NEEDED, RULES
from mockclaude.rules.contract import error_file, rule_file
from mockclaude.rules.occasion import is_of_rows
from mockclaude.rules.remarks import REMARKS


def run(*arguments: str) -> Result:
    return CliRunner().invoke(command, arguments)


def sections(name: str) -> dict[str, str]:
    """What stands under each heading."""
    result = run(name)
    assert result.exit_code == 0
    told: dict[str, list[str]] = {}
    heading = ""
    for line in result.output.splitlines():
        if line and not line.startswith(" "):
            heading = line
            told[heading] = []
        elif heading:
            told[heading].append(line[2:])
    return {heading: "\n".join(lines).strip() for heading, lines in told.items()}


@pytest.mark.parametrize("name", RULES)
def test_every_rule_is_explained_within_a_few_screens(name: str) -> None:
    told = sections(name)
    rule = RULES[name]
    assert told[name] == rule.summary
    assert told[f"The API answers {rule.status} {rule.kind}"] == rule.message
    assert told["Known since"] == f"{rule.source.date}, {rule.source.grade}: {rule.source.where}"
    assert told.get("What to do", "") == rule.fix
    answer = "HTTP 200, and in the results" if is_of_rows(rule) else f"HTTP {rule.status}"
    assert told["is answered with"].startswith(f"{answer}\n")
    assert len(run(name).output) < 6000


def test_the_example_is_the_one_of_the_contract() -> None:
    told = sections("assistant-prefill")
    file: Any = error_file(RULES["assistant-prefill"])
    head, body = told["For example (The first words of the answer.)"].split("\n\n")
    assert head.splitlines() == [
        "POST /v1/messages",
        "x-api-key: sk-ant-mock-draft",
        "content-type: application/json",
        "anthropic-version: 2023-06-01",
    ]
    assert json.loads(body) == file["request"]["json"]
    assert json.loads(told["is answered with"].partition("\n")[2]) == file["response"]["body"]


def test_a_rule_for_some_models_names_them() -> None:
    told = sections("prefill-trailing-whitespace")["It holds for"]
    assert told.startswith("models with prefill: ")
    assert "claude-haiku-4-5-20251001" in told
    assert "claude-opus-5" not in told
    assert sections("empty-text")["It holds for"] == "every model"
    assert sections("removed-sampling")["It holds for"] == "every model\nanthropic-version 2026-10-21"
    assert sections("max-tokens-over-model")["It holds for"] == "every model\nthe endpoint batch_rows or messages"


def switch(name: str) -> str:
    return sections(name)["To switch it off"]


def test_how_to_switch_a_rule_off_depends_on_the_rule() -> None:
    header = "the header `x-mockclaude-validation: "
    assert (
        switch("roles-not-alternating") == f"`--validation live`, or {header}live`: today's API accepts such requests."
    )
    assert switch("empty-text") == f"`--validation off`, or {header}off`, makes a finding of it."
    assert switch("missing-field") == (
        f"`--validation off`, or {header}off`, makes a finding of it, except where no request remains "
        "(max_tokens, messages, model, stream)."
    )
    assert switch("retired-model") == "It refuses only with `--retired refuse`."
    assert {switch(name) for name in NEEDED} == {"It cannot be switched off: without it no request can be read."}


@pytest.mark.parametrize(
    ("name", "cut"),
    [
        ("body-too-large", "... (33554433 characters)"),
        ("overweight-image", "... (10485764 characters)"),
        ("too-many-messages", "... (100001 items)"),
        ("overlong-pdf", "characters)"),
    ],
)
def test_a_heavy_example_is_cut(name: str, cut: str) -> None:
    assert cut in run(name).output


def test_json_is_what_the_contract_says() -> None:
    rule = RULES["mislabelled-image"]
    assert json.loads(run(rule.id, "--json").output) == {**rule_file(rule), "example": error_file(rule)}


def test_a_misspelt_rule_is_answered_with_the_nearest() -> None:
    error = run("asistant-prefil").exception
    assert isinstance(error, MockClaudeError)
    assert "did you mean 'assistant-prefill'?" in str(error)


@pytest.mark.parametrize("name", sorted(REMARKS))
def test_a_remark_is_explained_as_a_rule_is(name: str) -> None:
    shown = run(name)
    assert shown.exit_code == 0
    assert REMARKS[name].summary in shown.output
    assert REMARKS[name].fix in shown.output
