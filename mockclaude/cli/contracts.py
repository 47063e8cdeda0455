"""`mockclaude contracts`: the machine-readable contract."""

import json
from pathlib import Path
from typing import Final

import click

CONTROL: Final = "control.openapi.json"
CASSETTE: Final = "cassette.schema.json"
"""The description of the control API and the form of cassettes; they belong to the server and to recording, not to
the rules."""


@click.group("contracts")
def command() -> None:
    """Write the machine-readable contract, or tell where it is."""


@command.command("export")
@click.argument("folder", type=click.Path(file_okay=False, path_type=Path), default="contracts")
def export(folder: Path) -> None:
    """Write every file of the contract to FOLDER (default: contracts)."""
    from mockclaude.record.cassette_schema import cassette_schema
    from mockclaude.rules.contract import export, files
    from mockclaude.server.control import control_openapi

    changed = export(folder)
    more = {CONTROL: control_openapi(), CASSETTE: cassette_schema()}
    for name, value in more.items():
        path, text = folder / name, json.dumps(value, indent=2, ensure_ascii=False) + "\n"
        if not path.is_file() or path.read_text("utf-8") != text:
            path.write_text(text, "utf-8")
            changed.append(name)
    for name in changed:
        click.echo(f"{folder / name}")
    click.echo(f"{len(changed)} of {len(files()) + len(more)} files changed")


@command.command("path")
def path() -> None:
    """Print the folder that holds the contract of this version."""
    from mockclaude.rules.contract import folder

    click.echo(str(folder()))
