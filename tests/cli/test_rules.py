"""`mockclaude rules` lists what refuses requests, and only what was asked for."""

import json
from typing import Any

import pytest
from click.testing import CliRunner, Result

from mockclaude.cli.rules import command
from mockclaude.errors import ModelsError
from mockclaude.rules.catalogue import ALL
from mockclaude.rules.contract import rule_file


def run(*arguments: str) -> Result:
    return CliRunner().invoke(command, arguments)


def listed(*arguments: str) -> list[str]:
    """The ids in the table, which must be those of the JSON too."""
    lines = run(*arguments).output.splitlines()
    assert lines[0].split() == ["rule", "stage", "status", "evidence", "offence"]
    ids = [line.split()[0] for line in lines[1:-2]]
    assert lines[-1] == f"{len(ids)} of {len(ALL)} rules; `mockclaude explain RULE` tells more of one"
    assert [rule["id"] for rule in json.loads(run(*arguments, "--json").output)] == ids
    return ids


def test_all_rules_are_listed_in_the_order_of_the_api() -> None:
    assert listed() == [rule.id for rule in ALL]


@pytest.mark.parametrize("stage", ["transport", "shape", "call", "stream"])
def test_a_stage_has_its_rules(stage: str) -> None:
    assert listed("--stage", stage) == [rule.id for rule in ALL if rule.stage == stage]


@pytest.mark.parametrize("grade", ["observed", "documented", "reported", "assumed"])
def test_a_grade_has_its_rules(grade: str) -> None:
    assert listed("--grade", grade) == [rule.id for rule in ALL if rule.source.grade == grade]


def test_a_model_has_the_rules_that_hold_for_it() -> None:
    older, newer = set(listed("--model", "claude-haiku-4-5")), set(listed("--model", "claude-opus-5"))
    assert "prefill-trailing-whitespace" in older - newer
    assert "assistant-prefill" in newer - older


def test_a_text_is_looked_for_in_id_message_and_offence() -> None:
    assert listed("--text", "TRAILING whitespace") == ["prefill-trailing-whitespace"]
    assert "mislabelled-image" in listed("--text", "mislabelled")
    assert listed("--text", "no rule says this") == []


def test_filters_add_up() -> None:
    both = listed("--stage", "call", "--grade", "observed")
    assert set(both) == set(listed("--stage", "call")) & set(listed("--grade", "observed"))


def test_json_is_what_the_contract_says() -> None:
    rules: Any = json.loads(run("--json").output)
    assert rules == [rule_file(rule) for rule in ALL]


def test_a_misspelt_model_is_answered_with_the_nearest() -> None:
    error = run("--model", "claude-opus-5-6").exception
    assert isinstance(error, ModelsError)
    assert "did you mean 'claude-opus-5-5'?" in str(error)
