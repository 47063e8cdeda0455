"""`mockclaude healthcheck`: whether the server answers, for Docker and scripts."""

import sys
from typing import Final
from urllib.error import URLError
from urllib.request import ProxyHandler, build_opener

import click

from mockclaude.cli.options import host_option, option, port_option

EVERYWHERE: Final = {"0.0.0.0": "127.0.0.1", "::": "::1", "": "127.0.0.1"}  # noqa: S104 - where to ask, not to listen


@click.command("healthcheck")
@host_option()
@port_option()
@option("--timeout", type=float, default=3.0, show_default=True, help="Seconds to wait for an answer.")
def command(host: str, port: int, timeout: float) -> None:
    """Ask the server whether it is well; exit code 1 if it is not."""
    host = EVERYWHERE.get(host, host)
    url = f"http://{f'[{host}]' if ':' in host else host}:{port}/_mockclaude/health"
    try:
        with build_opener(ProxyHandler({})).open(url, timeout=timeout) as answer:
            click.echo(answer.read().decode())
    except (URLError, OSError, ValueError) as fault:
        click.echo(f"{url} does not answer: {getattr(fault, 'reason', fault)}", err=True)
        sys.exit(1)
