"""The command line: one module for each command, imported when it is used."""

from collections.abc import Mapping
from importlib import import_module
from typing import Final

import click

from mockclaude import __version__
from mockclaude.errors import MockClaudeError, nearest
from mockclaude.wire.shown import without_keys

COMMANDS: Final[Mapping[str, str]] = {
    "serve": "mockclaude.cli.serve",
    "record": "mockclaude.cli.record",
    "scenario": "mockclaude.cli.scenario",
    "cassette": "mockclaude.cli.cassette",
    "check": "mockclaude.cli.check",
    "verify": "mockclaude.cli.verify",
    "rules": "mockclaude.cli.rules",
    "explain": "mockclaude.cli.explain",
    "models": "mockclaude.cli.models",
    "contracts": "mockclaude.cli.contracts",
    "healthcheck": "mockclaude.cli.healthcheck",
}
"""Command to the module that holds it as `command`."""

FALLBACK: Final = "serve"
OF_THE_GROUP: Final = frozenset({"--help", "-h", "--version"})


class Commands(click.Group):
    """The commands of the table above; without one, options belong to `serve`."""

    def list_commands(self, ctx: click.Context) -> list[str]:
        """Names all commands in the order of the table."""
        del ctx
        return list(COMMANDS)

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        """Loads a command."""
        del ctx
        module = COMMANDS.get(cmd_name)
        if module is None:
            return None
        command = import_module(module).command
        assert isinstance(command, click.Command)
        return command

    def resolve_command(
        self, ctx: click.Context, args: list[str]
    ) -> tuple[str | None, click.Command | None, list[str]]:
        """Finds the command, or names the nearest."""
        if args[0] not in COMMANDS and not ctx.resilient_parsing:
            ctx.fail(f"there is no command {args[0]!r}{nearest(args[0], COMMANDS)}; known: {', '.join(COMMANDS)}")
        return super().resolve_command(ctx, args)

    def parse_args(self, ctx: click.Context, args: list[str]) -> list[str]:
        """Puts `serve` before options that stand alone."""
        if not args or (args[0].startswith("-") and args[0] not in OF_THE_GROUP):
            args = [FALLBACK, *args]
        return super().parse_args(ctx, args)

    def invoke(self, ctx: click.Context) -> object:
        """Ends with one sentence and code 1 when mockclaude is misused."""
        try:
            return super().invoke(ctx)
        except MockClaudeError as error:
            raise click.ClickException(without_keys(str(error))) from error
        except click.ClickException as error:
            error.message = without_keys(error.message)  # type: ignore[misc] # a key may stand where a file belongs
            raise


@click.group(cls=Commands, context_settings={"help_option_names": ["-h", "--help"]})
@click.version_option(__version__, prog_name="mockclaude", message="%(prog)s %(version)s")
def main() -> None:
    """Offline mock server for the Messages API. Without a command it serves."""
