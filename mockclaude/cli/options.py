"""Options that more than one command has; each can also be given as an environment variable."""

from collections.abc import Callable
from pathlib import Path
from typing import Any, Final, TypeVar

import click

Decorated = TypeVar("Decorated", bound=Callable[..., Any])

DEFAULT_HOST: Final = "127.0.0.1"
DEFAULT_PORT: Final = 4242


def option(name: str, *more: str, **attributes: Any) -> Callable[[Decorated], Decorated]:
    """An option that `MOCKCLAUDE_NAME` sets too."""
    variable = name.partition("/")[0].removeprefix("--").replace("-", "_").upper()
    return click.option(name, *more, envvar=f"MOCKCLAUDE_{variable}", show_envvar=True, **attributes)


def host_option() -> Callable[[Decorated], Decorated]:
    """Where the server listens."""
    return option("--host", default=DEFAULT_HOST, show_default=True, help="Address to listen on.")


def port_option() -> Callable[[Decorated], Decorated]:
    """The port of the server."""
    kind = click.IntRange(0, 65535)
    return option("--port", type=kind, default=DEFAULT_PORT, show_default=True, help="Port; 0 takes a free one.")


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
