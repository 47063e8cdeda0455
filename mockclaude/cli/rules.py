"""`mockclaude rules`: the rules that are known."""

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any, Final, get_args

import click

from mockclaude.cli.models import table
from mockclaude.cli.options import models_option
from mockclaude.errors import ModelsError
from mockclaude.models import ModelProfile, Models
from mockclaude.rules.catalogue import ALL
from mockclaude.rules.contract import rule_file
from mockclaude.rules.rule import Rule, Stage
from mockclaude.wire.evidence import Grade

HEADINGS: Final = ("rule", "stage", "status", "evidence", "offence")


@click.command("rules")
@click.option("--stage", type=click.Choice(get_args(Stage)), help="Only rules that look at this.")
@click.option("--grade", type=click.Choice(get_args(Grade)), help="Only rules with evidence of this kind.")
@click.option("--model", help="Only rules that hold for this model.")
@click.option("--text", help="Only rules that say this in their id, message or offence.")
@models_option()
@click.option("--json", "as_json", is_flag=True, help="Print what contracts/catalogue.json says of them.")
def command(
    *,
    stage: str | None,
    grade: str | None,
    model: str | None,
    text: str | None,
    models_file: Path | None,
    as_json: bool,
) -> None:
    """List the rules that refuse requests, in the order in which the API reports faults."""
    profile = None if model is None else model_named(model, Models.load(*([models_file] if models_file else [])))
    chosen = [rule for rule in ALL if is_meant(rule, stage=stage, grade=grade, model=profile, text=text)]
    if as_json:
        click.echo(json.dumps([rule_file(rule) for rule in chosen], indent=2))
        return
    click.echo(table((HEADINGS, *rows_of(chosen))))
    click.echo(f"\n{len(chosen)} of {len(ALL)} rules; `mockclaude explain RULE` tells more of one")


def model_named(name: str, models: Models) -> ModelProfile:
    """The model of that id or alias; raises `ModelsError` with the nearest one."""
    profile = models.find(name)
    if profile is None:
        nearest = models.nearest(name)
        hint = f"; did you mean {nearest!r}?" if nearest else ""
        raise ModelsError(f"no model is called {name!r}{hint}; `mockclaude models` lists them all")
    return profile


def is_meant(
    rule: Rule[Any], *, stage: str | None, grade: str | None, model: ModelProfile | None, text: str | None
) -> bool:
    """Whether the filters let the rule through."""
    return (
        (stage is None or rule.stage == stage)
        and (grade is None or rule.source.grade == grade)
        and (model is None or rule.models.holds(model))
        and (text is None or any(text.lower() in said.lower() for said in (rule.id, rule.message, rule.summary)))
    )


def rows_of(rules: list[Rule[Any]]) -> Iterator[tuple[str, ...]]:
    """The lines of the table."""
    for rule in rules:
        yield rule.id, rule.stage, str(rule.status), rule.source.grade, rule.summary
