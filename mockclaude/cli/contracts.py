"""`mockclaude contracts`: the machine-readable contract."""

from pathlib import Path

import click


@click.group("contracts")
def command() -> None:
    """Write the machine-readable contract, or tell where it is."""


@command.command("export")
@click.argument("folder", type=click.Path(file_okay=False, path_type=Path), default="contracts")
def export(folder: Path) -> None:
    """Write every file of the contract to FOLDER (default: contracts)."""
    from mockclaude.rules.contract import export, files

    changed = export(folder)
    for name in changed:
        click.echo(f"{folder / name}")
    click.echo(f"{len(changed)} of {len(files())} files changed")


@command.command("path")
def path() -> None:
    """Print the folder that holds the contract of this version."""
    from mockclaude.rules.contract import folder

    click.echo(str(folder()))
