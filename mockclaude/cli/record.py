"""`mockclaude record`: passes requests on to the real API, and keeps what it answers in a cassette."""

import asyncio
import os
import signal
import sys
from collections import Counter
from collections.abc import Callable, Iterable, Sequence
from pathlib import Path
from threading import Lock
from types import FrameType
from typing import Final

import click

from mockclaude.cli.options import (
    cassette_option,
    host_option,
    matching_options,
    mode_option,
    option,
    playing_options,
    port_option,
    upstream_option,
)
from mockclaude.cli.redact import redact_options
from mockclaude.engine.tape import Tape
from mockclaude.errors import ServerError
from mockclaude.settings import Mode, Repeat
from mockclaude.wire.interaction import Interaction

KEPT: Final = frozenset({"ANTHROPIC_BASE_URL", "NO_PROXY", "no_proxy"})
"""What the command's environment gets from us: where to ask; it keeps its own key."""
MARK: Final = "[redacted"
BODY: Final = 256 * 1024 * 1024
"""Bytes a request may have: the real API decides what is too large."""
PATIENCE: Final = 5.0
"""Seconds that answers still under way get when the recorder ends."""
NOT_FOUND, NOT_ALLOWED, BY_SIGNAL = 127, 126, 128
"""Exit codes as shells give them."""


@click.command("record", context_settings={"ignore_unknown_options": False})
@cassette_option(required=True)
@upstream_option()
@mode_option(default="new_episodes")
@matching_options()
@playing_options()
@redact_options
@host_option()
@port_option(default=0)
@option("--allow-remote", is_flag=True, help="Let other machines use the recorder: they will spend your key.")
@click.argument("command", nargs=-1, type=click.UNPROCESSED)
def command(
    *,
    cassette: Path,
    upstream: str,
    mode: Mode,
    match: Sequence[str],
    ignore: Sequence[str],
    repeat: Repeat,
    timing: str,
    patterns: Sequence[str],
    names: Sequence[str],
    host: str,
    port: int,
    allow_remote: bool,
    command: Sequence[str],
) -> None:
    """Record what the API answers, until SIGINT or SIGTERM, or until COMMAND ends.

    As in: mockclaude record --cassette weather.json -- pytest tests/
    """
    from mockclaude.server.control_guard import is_loopback

    tape = Tape(
        cassette,
        record=mode,
        match=match,
        ignore=ignore,
        repeat=repeat,
        timing=timing,
        upstream=upstream,
        redact=patterns,
        redact_names=names,
    )
    if not allow_remote and not is_loopback(host):
        raise ServerError(
            f"a recorder does not listen on {host}, where others could spend your key; say --allow-remote"
        )
    code = run(tape, host=host, port=port, command=command)
    if code:
        raise SystemExit(code)


def run(tape: Tape, *, host: str, port: int, command: Sequence[str]) -> int:
    """Records until the command or a signal ends it, and tells what was recorded; raises `MockClaudeError`."""
    from mockclaude.cli.serve import loop_factory, played
    from mockclaude.server.runner import Server, bind, url_of, workspaces_for
    from mockclaude.settings import Limits, Settings

    workspaces = workspaces_for(Settings(validation="live", limits=Limits(body_bytes=BODY)))
    tally = Tally(tape)

    async def record(server: Server, url: str) -> int:
        await server.start()
        try:
            if command:
                return await ended(command, url)
            ending = asyncio.Event()
            on_signals(lambda _number: ending.set())
            click.echo(greeting(url, tape))
            await ending.wait()
            return 0
        finally:
            await server.stop()

    with played(tape, workspaces, kept=tally.add) as player:
        assert player is not None, "there is a tape"
        sockets = bind(host, port)
        server = Server(workspaces, sockets, patience=PATIENCE)
        with asyncio.Runner(loop_factory=loop_factory()) as runner:
            code = runner.run(record(server, url_of(host, sockets)))
        player.close(whole=not code)
    click.echo(str(tally), err=True)
    if tape.record == "rewrite" and (code or player.lost):
        click.echo(f"mockclaude: the run was not whole, so {tape.file} keeps what it held before, too", err=True)
    if player.lost:
        click.echo(f"mockclaude: {counted(player.lost)} lost, as told above", err=True)
    return code or int(player.lost > 0)


async def ended(command: Sequence[str], url: str) -> int:
    """Runs the command against the recorder, passes signals on to it, and gives its exit code."""
    from mockclaude.environment import client_environment

    ours = {name: value for name, value in client_environment(url, "").items() if name in KEPT and value is not None}
    try:
        process = await asyncio.create_subprocess_exec(*command, env={**os.environ, **ours})
    except FileNotFoundError:
        click.echo(f"mockclaude: there is no command {command[0]!r}", err=True)
        return NOT_FOUND
    except PermissionError:
        click.echo(f"mockclaude: {command[0]!r} may not be run", err=True)
        return NOT_ALLOWED

    def pass_on(number: int) -> None:
        shared = number == signal.SIGINT and sys.stdin is not None and sys.stdin.isatty()
        if process.returncode is None and not shared:  # a terminal tells both
            process.send_signal(number)

    on_signals(pass_on)
    code = await process.wait()
    return code if code >= 0 else BY_SIGNAL - code


def on_signals(act: Callable[[int], None]) -> None:
    """Acts in the running loop on the signals that end a program."""
    loop = asyncio.get_running_loop()

    def ask(number: int, _frame: FrameType | None) -> None:
        loop.call_soon_threadsafe(act, number)

    for name in ("SIGINT", "SIGTERM", "SIGHUP"):
        number = getattr(signal, name, None)
        if number is not None:
            signal.signal(number, ask)


def greeting(url: str, tape: Tape) -> str:
    """What a client needs in order to be recorded."""
    return f"mockclaude records {tape.upstream} into {tape.file}\nexport ANTHROPIC_BASE_URL={url}"


class Tally:
    """How many interactions were recorded, and what was taken out of them."""

    def __init__(self, tape: Tape) -> None:
        self._tape = tape
        self._lock = Lock()
        self._count = 0
        self._redacted: Counter[str] = Counter()

    def add(self, interaction: Interaction) -> None:
        """Counts an interaction that was recorded."""
        with self._lock:
            self._count += 1
            self._redacted.update(redacted_in(interaction))

    def __str__(self) -> str:
        taken = ", ".join([f"{place} ({count})" for place, count in sorted(self._redacted.items())])
        return f"mockclaude: {counted(self._count)} recorded in {self._tape.file}; redacted: {taken or 'nothing'}"


def counted(count: int) -> str:
    """A number of interactions."""
    return "1 interaction" if count == 1 else f"{count} interactions"


def redacted_in(interaction: Interaction) -> Iterable[str]:
    """Where something was taken out of an interaction."""
    request, response = interaction.request, interaction.response
    yield from [name.lower() for name, value in request.headers.items() if MARK in value]
    if MARK in request.query or MARK in request.path:
        yield "URL"
    if MARK.encode() in request.body:
        yield "request body"
    if response is None:
        return
    yield from [name.lower() for name, value in response.headers if MARK in value]
    if MARK.encode() in response.body:
        yield "response body"
