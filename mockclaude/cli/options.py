"""Options that more than one command has; each can also be given as an environment variable."""

from collections.abc import Callable
from pathlib import Path
from typing import Any, Final, TypeVar, get_args

import click

from mockclaude.settings import API, Mode, Repeat

Decorated = TypeVar("Decorated", bound=Callable[..., Any])

DEFAULT_HOST: Final = "127.0.0.1"
DEFAULT_PORT: Final = 4242
IGNORED: Final = ("headers", "key-order", "defaults", "volatile", "cache-markers", "minted-ids")
COUNTING: Final = (
    "added-tools", "betas", "dates", "max-tokens", "metadata", "model", "query", "sampling", "system", "tools", "version",
)  # fmt: skip
"""The differences of `record.essence`, which only cassettes load."""


def option(name: str, *more: str, **attributes: Any) -> Callable[[Decorated], Decorated]:
    """An option that `MOCKCLAUDE_NAME` sets too."""
    variable = name.partition("/")[0].removeprefix("--").replace("-", "_").upper()
    return click.option(name, *more, envvar=f"MOCKCLAUDE_{variable}", show_envvar=True, **attributes)


def host_option() -> Callable[[Decorated], Decorated]:
    """Where the server listens."""
    return option("--host", default=DEFAULT_HOST, show_default=True, help="Address to listen on.")


def port_option(*, default: int = DEFAULT_PORT) -> Callable[[Decorated], Decorated]:
    """The port of the server."""
    kind = click.IntRange(0, 65535)
    return option("--port", type=kind, default=default, show_default=True, help="Port; 0 takes a free one.")


def models_option() -> Callable[[Decorated], Decorated]:
    """A file of models."""
    kind = click.Path(exists=True, dir_okay=False, path_type=Path)
    return option("--models", "models_file", type=kind, help="TOML file whose models are added or replaced.")


def allow_host_option() -> Callable[[Decorated], Decorated]:
    """Names under which the control API may be asked."""
    text = "Further name under which the control API may be asked, or a glob; may be repeated."
    return option("--allow-host", "allow_hosts", multiple=True, metavar="NAME", help=text)


def scenario_option() -> Callable[[Decorated], Decorated]:
    """Scenarios to play."""
    text = "Scenario that every workspace plays: a YAML or JSON file, or a ready one's name; may be repeated."
    return option("--scenario", "scenarios", multiple=True, metavar="FILE", help=text)


def cassette_option(*, required: bool = False) -> Callable[[Decorated], Decorated]:
    """The file of a cassette."""
    kind = click.Path(dir_okay=False, path_type=Path)
    text = "Cassette: a JSON file of recorded interactions."
    return option("--cassette", type=kind, required=required, metavar="PATH", help=text)


def upstream_option() -> Callable[[Decorated], Decorated]:
    """Where the real API is."""
    return option("--upstream", default=API, show_default=True, metavar="URL", help="Where requests are passed on to.")


def mode_option(*, default: Mode) -> Callable[[Decorated], Decorated]:
    """When a cassette is recorded."""
    text = (
        "When the upstream is asked: never, once (while there is no cassette), for what is missing, always, or always "
        "into an empty cassette."
    )
    return option("--mode", type=click.Choice(get_args(Mode)), default=default, show_default=True, help=text)


def matching_options() -> Callable[[Decorated], Decorated]:
    """Which differences between a request and a recorded one count."""

    def decorate(function: Decorated) -> Decorated:
        counts = f"Difference that counts; ignored by default: {', '.join(IGNORED)}. May be repeated."
        ignored = f"Difference that is ignored: {', '.join(COUNTING)}. May be repeated."
        function = option("--ignore", multiple=True, metavar="NAME", help=ignored)(function)
        return option("--match", multiple=True, metavar="NAME", help=counts)(function)

    return decorate


def playing_options() -> Callable[[Decorated], Decorated]:
    """How a cassette is played."""

    def decorate(function: Decorated) -> Decorated:
        again = "What answers a request that comes more often than it was recorded."
        times = "When recorded answers leave: at once (none), as recorded, or scaled, as in x0.5."
        repeats = click.Choice(get_args(Repeat))
        function = option("--timing", default="none", show_default=True, metavar="none|recorded|xN", help=times)(
            function
        )
        return option("--repeat", type=repeats, default="never", show_default=True, help=again)(function)

    return decorate
