"""`mockclaude cassette`: looks into cassettes, proves them clean, and translates them from and to other tools."""

import json
import sys
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Final

import click

from mockclaude.calls import calls_of
from mockclaude.cli.cassette_scenario import scenario_text
from mockclaude.cli.redact import redact_options
from mockclaude.errors import CassetteError
from mockclaude.models import Models
from mockclaude.record.cassette import Cassette
from mockclaude.record.cassette_schema import cassette_schema
from mockclaude.record.entry import entry_of
from mockclaude.record.exporters.curl import curl_of
from mockclaude.record.exporters.har import har_of
from mockclaude.record.importers import FORMATS, read_recording
from mockclaude.record.recorder import Recorder
from mockclaude.record.redaction import redaction_of
from mockclaude.record.scan import cassettes_in, scan
from mockclaude.wire.interaction import Interaction

FILE: Final = click.Path(dir_okay=False, path_type=Path)
ANYWHERE: Final = click.Path(exists=True, path_type=Path)


@click.group("cassette")
def command() -> None:
    """Look into cassettes, prove them clean, import and export them."""


@command.command("show")
@click.argument("path", type=FILE)
@click.argument("number", type=int, required=False)
def show(path: Path, number: int | None) -> None:
    """Show what the cassette at PATH holds, or all of the interaction with this NUMBER (from 1)."""
    cassette = Cassette.load(path)
    if number is not None:
        if not 1 <= number <= len(cassette):
            raise CassetteError(f"{path} has no interaction {number}; it has {counted(len(cassette), 'interaction')}")
        click.echo(json.dumps(entry_of(cassette.interactions[number - 1]), indent=2, ensure_ascii=False))
        return
    metadata = cassette.metadata
    moment = "at an unknown time" if metadata.recorded is None else f"{metadata.recorded:%Y-%m-%d}"
    click.echo(
        f"{path}: {counted(len(cassette), 'interaction')}, recorded {moment} by mockclaude {metadata.mockclaude}"
    )
    for name, values in (
        ("clients", metadata.clients),
        ("models", metadata.models),
        ("versions", metadata.api_versions),
    ):
        if values:
            click.echo(f"{name}: {', '.join(values)}")
    models = Models.load()
    for place, interaction in enumerate(cassette, start=1):
        click.echo(line_of(place, interaction, models))


@command.command("scan")
@click.argument("paths", metavar="PATH...", nargs=-1, required=True, type=ANYWHERE)
@redact_options
def scan_all(*, paths: tuple[Path, ...], patterns: tuple[str, ...], names: tuple[str, ...]) -> None:
    """Prove cassettes clean: every secret with its place and its rule, never itself; exit code 1 if there is one.

    A PATH is a cassette or a folder of cassettes.
    """
    redaction = redaction_of(patterns=patterns, names=names)
    files = list(dict.fromkeys([file for path in paths for file in cassettes_in(path)]))
    dirt = [each for file in files for each in scan(file, redaction)]
    for each in dirt:
        click.echo(str(each))
    told = counted(len(files), "cassette")
    click.echo(f"{counted(len(dirt), 'secret')} in {told}" if dirt else f"no secret in {told}", err=bool(dirt))
    sys.exit(1 if dirt else 0)


@command.command("import")
@click.argument("source", type=click.Path(exists=True, dir_okay=False, path_type=Path))
@click.option("--to", "target", type=FILE, required=True, metavar="PATH", help="The cassette to write or to add to.")
@click.option("--format", "form", type=click.Choice(FORMATS), help="What SOURCE is; known by its content otherwise.")
@redact_options
def import_recording(
    *, source: Path, target: Path, form: str | None, patterns: tuple[str, ...], names: tuple[str, ...]
) -> None:
    """Add the recording SOURCE of another tool to a cassette, without its secrets."""
    redaction = redaction_of(patterns=patterns, names=names)
    found = read_recording(source, form=form)
    for entry in found.skipped:
        click.echo(f"left out {entry.where}: {entry.reason}", err=True)
    if not found.interactions:
        raise CassetteError(f"{source} holds no exchange with the Messages API; nothing was written")
    with Recorder(target, redaction=redaction) as recorder:
        recorder.extend(found.interactions)
    click.echo(f"{target}: {counted(len(found.interactions), 'interaction')} imported")


@command.command("export")
@click.argument("path", type=FILE)
@click.option("--to", "form", type=click.Choice(["har", "curl", "scenario"]), required=True, help="The form to write.")
def export(path: Path, form: str) -> None:
    """Print the cassette at PATH as an HTTP archive, as commands for curl, or as a scenario."""
    click.echo(EXPORTS[form](Cassette.load(path)), nl=False)


@command.command("schema")
def schema() -> None:
    """Print the JSON Schema of cassettes, for editors."""
    click.echo(json.dumps(cassette_schema(), indent=2))


def line_of(number: int, interaction: Interaction, models: Models) -> str:
    """One line for an interaction: the call as reports show it, else its request and status."""
    calls = calls_of([interaction], models=models)
    request, response = interaction.request, interaction.response
    if len(calls):
        return repr(calls[0]).replace("#1", f"#{number}", 1)
    status = "no answer" if response is None else str(response.status)
    return f"<request #{number} {request.method} {request.path} -> {status}>"


def counted(count: int, noun: str) -> str:
    """A number and what is counted."""
    return f"{count} {noun}{'s' * (count != 1)}"


def _har(cassette: Cassette) -> str:
    return json.dumps(har_of(cassette), indent=2, ensure_ascii=False) + "\n"


def _scenario(cassette: Cassette) -> str:
    script = scenario_text(cassette, models=Models.load())
    if script.left_out:
        click.echo(
            f"left out {counted(script.left_out, 'interaction')} without a conversation or a whole answer", err=True
        )
    if not script.text:
        raise CassetteError("the cassette has no conversation with a whole answer; nothing can be scripted from it")
    return script.text


EXPORTS: Final[Mapping[str, Callable[[Cassette], str]]] = {"har": _har, "curl": curl_of, "scenario": _scenario}
