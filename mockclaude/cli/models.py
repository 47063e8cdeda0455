"""`mockclaude models`: the models that are known."""

import json
from datetime import UTC, datetime
from pathlib import Path

import click

from mockclaude.cli.options import models_option
from mockclaude.model_info import model_info
from mockclaude.models import ModelProfile, Models


@click.command("models")
@models_option()
@click.option("--json", "as_json", is_flag=True, help="Print what GET /v1/models would list, retired models too.")
def command(*, models_file: Path | None, as_json: bool) -> None:
    """List the models that are known, newest first."""
    models = Models.load(*([models_file] if models_file else []))
    today = datetime.now(UTC).date()
    if as_json:
        click.echo(json.dumps([model_info(model, today) for model in models], indent=2))
        return
    rows = [row_of(model, model.lifecycle(today)) for model in models]
    click.echo(table((HEADINGS, *rows)))


HEADINGS = ("model", "lifecycle", "released", "context", "output", "prefill", "thinking", "aliases")


def row_of(model: ModelProfile, lifecycle: str) -> tuple[str, ...]:
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


def table(rows: tuple[tuple[str, ...], ...]) -> str:
    """The rows with their columns aligned."""
    widths = [max(map(len, column)) for column in zip(*rows, strict=True)]
    return "\n".join(
        ["  ".join([cell.ljust(width) for cell, width in zip(row, widths, strict=True)]).rstrip() for row in rows]
    )
