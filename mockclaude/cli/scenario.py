"""`mockclaude scenario`: what may be said about scenarios without a server."""

import json
import sys
from pathlib import Path

import click

from mockclaude.errors import ScriptError


@click.group("scenario")
def command() -> None:
    """Check scenarios, tell their form, or list the ready ones."""


@command.command("check")
@click.argument("files", metavar="FILE...", nargs=-1, required=True)
def check(files: tuple[str, ...]) -> None:
    """Check scenarios: every mistake with its file, line and column; exit code 1 if there is one.

    Instead of a FILE the name of a ready scenario may stand.
    """
    from mockclaude.ready import scenario_at

    wrong = 0
    for file in files:
        try:
            scenario_at(Path(file))
        except ScriptError as fault:
            wrong += 1
            click.echo(str(fault))
    told = f"{len(files)} scenario{'s' * (len(files) != 1)}"
    click.echo(f"mistakes in {wrong} of {told}" if wrong else f"nothing wrong with {told}", err=bool(wrong))
    sys.exit(1 if wrong else 0)


@command.command("schema")
def schema() -> None:
    """Print the JSON Schema of scenarios, for editors."""
    from mockclaude.engine.scenario_schema import scenario_schema

    click.echo(json.dumps(scenario_schema(), indent=2))


@command.command("list")
def ready() -> None:
    """List the ready scenarios, which `serve --scenario` knows by name."""
    from mockclaude.ready import ready

    for name, path in ready().items():
        lines = path.read_text("utf-8").splitlines()
        comment = " ".join([line.removeprefix("# ") for line in lines if line.startswith("# ")])
        click.echo(f"{name:<24}{comment.partition('. ')[0].rstrip('.')}")
