"""`mockclaude models`: the models that are known."""

import json
from collections.abc import Mapping
from datetime import UTC, datetime
from pathlib import Path

import click

from mockclaude.cli.options import models_option
from mockclaude.model_info import model_info
from mockclaude.models import ModelProfile, Models
from mockclaude.rules.matrix import row_of


@click.command("models")
@models_option()
@click.option("--matrix", "as_matrix", is_flag=True, help="Print what requests to each model may ask for.")
@click.option("--json", "as_json", is_flag=True, help="Print what GET /v1/models would list, retired models too.")
def command(*, models_file: Path | None, as_matrix: bool, as_json: bool) -> None:
    """List the models that are known, newest first."""
    models = Models.load(*([models_file] if models_file else []))
    today = datetime.now(UTC).date()
    if as_matrix:
        rows = {model.id: row_of(model) for model in models if as_json or model.lifecycle(today) != "retired"}
        click.echo(json.dumps(rows, indent=2) if as_json else matrix(rows))
        return
    if as_json:
        click.echo(json.dumps([model_info(model, today) for model in models], indent=2))
        return
    click.echo(table((HEADINGS, *[line_of(model, model.lifecycle(today)) for model in models])))


HEADINGS = ("model", "lifecycle", "released", "context", "output", "prefill", "thinking", "aliases")


def line_of(model: ModelProfile, lifecycle: str) -> tuple[str, ...]:
    """One line of the table."""
    return (
        model.id,
        lifecycle,
        model.released.isoformat(),
        f"{model.context_window:,}",
        f"{model.max_output_tokens:,}",
        "yes" if model.prefill else "no",
        " ".join(sorted(model.thinking_types)) or "no",
        " ".join(model.aliases),
    )


def matrix(rows: Mapping[str, Mapping[str, bool]]) -> str:
    """A line for each ability, with a column for each model; `+` where it is accepted."""
    names = list(rows)
    numbers = [f"{number:>2}" for number in range(1, len(names) + 1)]
    legend = [f"{number}  {name}" for number, name in zip(numbers, names, strict=True)]
    abilities = next(iter(rows.values()), {})
    lines = [(ability, *[" +" if rows[name][ability] else " -" for name in names]) for ability in abilities]
    return "\n".join([*legend, "", table((("", *numbers), *lines))])


def table(rows: tuple[tuple[str, ...], ...]) -> str:
    """The rows with their columns aligned."""
    widths = [max(map(len, column)) for column in zip(*rows, strict=True)]
    return "\n".join(
        ["  ".join([cell.ljust(width) for cell, width in zip(row, widths, strict=True)]).rstrip() for row in rows]
    )
