"""`mockclaude serve`: the server in the foreground, until SIGINT or SIGTERM."""

import asyncio
import gc
import logging
import signal
import ssl
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path
from types import FrameType
from typing import TYPE_CHECKING, Final, get_args

import click

from mockclaude.cli.options import (
    allow_host_option,
    cassette_option,
    host_option,
    matching_options,
    mode_option,
    models_option,
    option,
    playing_options,
    port_option,
    scenario_option,
    upstream_option,
)
from mockclaude.cli.redact import redact_options
from mockclaude.clock import Clock, FixedClock, real_clock
from mockclaude.errors import SettingsError
from mockclaude.settings import PRESETS, Mode, Policy, Repeat, ReplyMode, Settings, Validation, preset

if TYPE_CHECKING:  # nothing of this may load before it is used
    from mockclaude.cli.scripts import Scripts
    from mockclaude.engine.player import Player
    from mockclaude.engine.tape import Tape
    from mockclaude.server.runner import Server
    from mockclaude.wire.interaction import Interaction
    from mockclaude.workspace import Workspaces

LEVELS: Final = ("debug", "info", "warning", "error")
FREEZE_THRESHOLDS: Final = (50_000, 50, 100)
"""Generations of the garbage collector; with the default ones thousands of streams stall for 200 ms."""


@click.command("serve")
@host_option()
@port_option()
@option(
    "--reply",
    type=click.Choice(get_args(ReplyMode)),
    default="prose",
    show_default=True,
    help="What answers without a script.",
)
@option(
    "--validation",
    type=click.Choice(get_args(Validation)),
    default="strict",
    show_default=True,
    help="How strictly requests are judged.",
)
@option("--limits", type=click.Choice(list(PRESETS)), default="api", show_default=True, help="Preset of limits.")
@option("--limit", multiple=True, metavar="NAME=VALUE", help="One limit, as in image_bytes=1000000; may be repeated.")
@option(
    "--unknown-models",
    type=click.Choice(get_args(Policy)),
    default="refuse",
    show_default=True,
    help="Models that nobody knows.",
)
@option(
    "--retired",
    type=click.Choice(get_args(Policy)),
    default="accept",
    show_default=True,
    help="Models that are retired.",
)
@scenario_option()
@option("--watch", is_flag=True, help="Play a scenario anew when its file changes.")
@cassette_option()
@mode_option(default="none")
@matching_options()
@playing_options()
@redact_options
@upstream_option()
@allow_host_option()
@option("--strict-stubs", is_flag=True, help="Let nothing but scripts answer.")
@models_option()
@option("--seed", type=int, help="Makes every run repeat byte for byte; fixes the clock, too.")
@option("--clock", metavar="real|fixed|MOMENT", help="Where time comes from, as in 2026-11-23T12:00:00Z.")
@option(
    "--keys",
    type=click.Path(exists=True, dir_okay=False, path_type=Path),
    help="File with the accepted API keys, one a line.",
)
@option("--padding/--no-padding", default=True, show_default=True, help="Spaces that the API puts into its events.")
@option("--fault", help="What goes wrong with every answer: overloaded, truncated, 'cut at=utf8 ordinal=2', …")
@option("--chaos", metavar="NAME=SHARE,…", help="What goes wrong by chance, as in overloaded=0.1,reset=0.05.")
@option("--pace", help="When streams leave: sonnet, model, first=0.3,per_second=40, …; at once by default.")
@option(
    "--batch-seconds",
    type=click.FloatRange(min=0),
    default=0.0,
    metavar="SECONDS",
    help="How long a batch takes by the clock; by default it has ended when it is next looked at.",
)
@option(
    "--log-level",
    type=click.Choice(LEVELS),
    default="warning",
    show_default=True,
    help="What is said on standard error.",
)
def command(
    *,
    host: str,
    port: int,
    reply: ReplyMode,
    validation: Validation,
    limits: str,
    limit: Sequence[str],
    unknown_models: Policy,
    retired: Policy,
    scenarios: Sequence[str],
    watch: bool,
    cassette: Path | None,
    mode: Mode,
    match: Sequence[str],
    ignore: Sequence[str],
    repeat: Repeat,
    timing: str,
    patterns: Sequence[str],
    names: Sequence[str],
    upstream: str,
    allow_hosts: Sequence[str],
    strict_stubs: bool,
    models_file: Path | None,
    seed: int | None,
    clock: str | None,
    keys: Path | None,
    padding: bool,
    fault: str | None,
    chaos: str | None,
    pace: str | None,
    batch_seconds: float,
    log_level: str,
) -> None:
    """Serve the Messages API until SIGINT or SIGTERM."""
    settings = Settings(
        validation=validation,
        limits=preset(limits).override(limit),
        unknown_models=unknown_models,
        retired=retired,
        reply=reply,
        padding=padding,
        seed=seed,
        strict_stubs=strict_stubs,
        keys=None if keys is None else keys_in(keys),
        fault=fault,
        chaos=chaos,
        pace=pace,
        batch_seconds=batch_seconds,
    )
    check_disturbance(settings)
    tape = None
    if cassette is not None:
        from mockclaude.engine.tape import Tape

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
    logging.basicConfig(level=log_level.upper(), format="%(asctime)s %(levelname)s %(message)s")
    run(
        settings,
        host=host,
        port=port,
        clock=clock_named(clock),
        models_file=models_file,
        scenarios=scenarios,
        watch=watch,
        tape=tape,
        allow_hosts=allow_hosts,
    )


def run(
    settings: Settings,
    *,
    host: str,
    port: int,
    clock: Clock | None,
    models_file: Path | None,
    scenarios: Sequence[str] = (),
    watch: bool = False,
    tape: "Tape | None" = None,
    allow_hosts: Sequence[str] = (),
) -> None:
    """Serves until a signal ends it; raises `ServerError` when it cannot listen, `ScriptError` for a bad scenario."""
    gc.disable()  # nothing of what starts a server is garbage
    from mockclaude.models import Models

    with without_certificates():
        from mockclaude.server.control_guard import Guard
        from mockclaude.server.runner import Server, bind, url_of, workspaces_for

    models = None if models_file is None else Models.load(models_file)
    workspaces = workspaces_for(settings, clock=clock, models=models)
    scripts = None if not scenarios else scripts_of(scenarios, workspaces)

    async def serve(server: "Server", url: str) -> None:
        ending = asyncio.Event()
        end_on_signals(asyncio.get_running_loop(), ending.set)
        await server.start()
        gc.collect()
        gc.freeze()
        gc.set_threshold(*FREEZE_THRESHOLDS)
        gc.enable()
        click.echo(greeting(url))
        watching = asyncio.create_task(scripts.watch()) if watch and scripts is not None else None
        await ending.wait()
        if watching is not None:
            watching.cancel()
        await server.stop()

    with played(tape, workspaces):
        sockets = bind(host, port)
        server = Server(workspaces, sockets, guard=Guard.of_environment(allow_hosts=allow_hosts))
        with asyncio.Runner(loop_factory=loop_factory()) as runner:
            runner.run(serve(server, url_of(host, sockets)))


@contextmanager
def without_certificates() -> Iterator[None]:
    """Lets aiohttp be imported without reading the system's certificates, which takes as long as 40 of our own modules.

    It does so for clients that bring no context of their own; an upstream is asked with one (`upstream.certificates`).
    """
    load = ssl.SSLContext.load_default_certs
    ssl.SSLContext.load_default_certs = _read_none  # type: ignore[assignment,method-assign]
    try:
        yield
    finally:
        ssl.SSLContext.load_default_certs = load  # type: ignore[method-assign]


def _read_none(_context: ssl.SSLContext, _purpose: ssl.Purpose = ssl.Purpose.SERVER_AUTH) -> None:
    """Nobody is trusted."""


def scripts_of(scenarios: Sequence[str], workspaces: "Workspaces") -> "Scripts":
    """The scenarios, played in every world; raises `ScriptError`."""
    from mockclaude.cli.scripts import Scripts  # only scripts pay for its import

    return Scripts(scenarios, workspaces.begin_with)


@contextmanager
def played(
    tape: "Tape | None", workspaces: "Workspaces", *, kept: "Callable[[Interaction], None] | None" = None
) -> "Iterator[Player | None]":
    """Lets every world play the cassette, if there is one, and closes its record; raises `CassetteError`."""
    if tape is None:
        yield None
        return
    from mockclaude.engine.deck import opened  # only cassettes pay for its import

    player = opened(tape, kept=kept)
    try:
        workspaces.insert(player)
        yield player
    except BaseException:
        player.close(whole=False)
        raise
    player.close()


def greeting(url: str) -> str:
    """What a client needs in order to find the server."""
    return f"mockclaude listens on {url}\nexport ANTHROPIC_BASE_URL={url}\nexport ANTHROPIC_API_KEY=sk-ant-mock-default"


def end_on_signals(loop: asyncio.AbstractEventLoop, end: Callable[[], None]) -> None:
    """Lets SIGINT and SIGTERM end the server on every platform: not every loop has `add_signal_handler`."""

    def ask(_number: int, _frame: FrameType | None) -> None:
        loop.call_soon_threadsafe(end)

    for number in (signal.SIGINT, signal.SIGTERM):
        signal.signal(number, ask)


def loop_factory() -> Callable[[], asyncio.AbstractEventLoop] | None:
    """The faster event loop where it is installed."""
    try:
        from uvloop import new_event_loop
    except ImportError:
        return None
    factory: Callable[[], asyncio.AbstractEventLoop] = new_event_loop
    return factory


def clock_named(name: str | None) -> Clock | None:
    """The clock that an option names; raises `SettingsError`."""
    if name is None:
        return None
    if name in {"real", "fixed"}:
        return real_clock if name == "real" else FixedClock()
    try:
        moment = datetime.fromisoformat(name)
    except ValueError:
        raise SettingsError(
            f"clock is {name!r}; expected real, fixed or a moment such as 2026-11-23T12:00:00Z"
        ) from None
    return FixedClock(moment.astimezone(UTC) if moment.tzinfo else moment.replace(tzinfo=UTC))


def check_disturbance(settings: Settings) -> None:
    """Raises `ScriptError` for a fault, chaos or pace that nobody knows."""
    given = {"fault": settings.fault, "chaos": settings.chaos, "pace": settings.pace}
    for name, text in given.items():
        if text is not None:
            from mockclaude.engine.chaos import READERS

            READERS[name](text)


def keys_in(path: Path) -> frozenset[str]:
    """The keys of a file, one a line; empty lines and those that start with # are left out. Raises `SettingsError`."""
    lines = [line.strip() for line in path.read_text("utf-8").splitlines()]
    keys = frozenset([line for line in lines if line and not line.startswith("#")])
    if not keys:
        raise SettingsError(f"{path} holds no key; expected one a line")
    return keys
