"""`mockclaude contracts`: the machine-readable contract."""

import json
from pathlib import Path
from typing import Final

import click

CONTROL: Final = "control.openapi.json"
"""The description of the control API; it belongs to the server, not to the rules."""


@click.group("contracts")
def command() -> None:
    """Write the machine-readable contract, or tell where it is."""


@command.command("export")
@click.argument("folder", type=click.Path(file_okay=False, path_type=Path), default="contracts")
def export(folder: Path) -> None:
    """Write every file of the contract to FOLDER (default: contracts)."""
    from mockclaude.rules.contract import export, files
    from mockclaude.server.control import control_openapi

    changed = export(folder)
    control, text = folder / CONTROL, json.dumps(control_openapi(), indent=2, ensure_ascii=False) + "\n"
    if not control.is_file() or control.read_text("utf-8") != text:
        control.write_text(text, "utf-8")
        changed.append(CONTROL)
    for name in changed:
        click.echo(f"{folder / name}")
    click.echo(f"{len(changed)} of {len(files()) + 1} files changed")


@command.command("path")
def path() -> None:
    """Print the folder that holds the contract of this version."""
    from mockclaude.rules.contract import folder

    click.echo(str(folder()))
