"""`mockclaude verify`: proofs that a client keeps to the contract, and what to do with a counterexample."""

import sys
from collections.abc import Callable, Sequence
from functools import wraps
from importlib import import_module
from inspect import Parameter, isclass, isroutine, signature
from pathlib import Path
from time import sleep
from typing import BinaryIO, Final, ParamSpec

import click

from mockclaude.cli.options import DEFAULT_PORT
from mockclaude.errors import MockClaudeError, SettingsError, nearest

MISUSE: Final = 2
"""The exit code where nothing was proven: 0 is for what holds, 1 for what does not."""

Arguments = ParamSpec("Arguments")


def _two_for_misuse(function: Callable[Arguments, None]) -> Callable[Arguments, None]:
    @wraps(function)
    def guarded(*args: Arguments.args, **kwargs: Arguments.kwargs) -> None:
        try:
            function(*args, **kwargs)
        except MockClaudeError as fault:
            raise click.UsageError(str(fault)) from fault
        except ModuleNotFoundError as fault:
            if fault.name != "hypothesis":
                raise
            raise click.UsageError("this needs Hypothesis: pip install 'mockclaude[hypothesis]'") from fault

    return guarded


@click.group("verify")
def command() -> None:
    """Prove clients by properties, and play counterexamples again."""


@command.command("client")
@click.option("--adapter", "named", metavar="MODULE:NAME", help="The adapter, or what makes it: a class or function.")
@click.option("--program", metavar="COMMAND", help="A program that speaks JSON lines, in place of an adapter.")
@click.option("--property", "properties", multiple=True, metavar="ID", help="P1 to P18 or a name; may be repeated.")
@click.option("--exclude", multiple=True, metavar="ID", help="A property to leave out; may be repeated.")
@click.option("--known", multiple=True, metavar="ID=REASON", help="A property that is known to fail; may be repeated.")
@click.option("--examples", type=click.IntRange(1), help="Examples of each property.  [default: 100]")
@click.option("--derandomize", is_flag=True, help="Try the same examples in every run.")
@click.option(
    "--report", "reports", multiple=True, metavar="KIND=FILE", help="Write json=FILE, junit=FILE or text=FILE."
)
@click.option("--failures", default=".mockclaude/failures", show_default=True, help="Folder for counterexamples.")
@_two_for_misuse
def client(
    *,
    named: str | None,
    program: str | None,
    properties: Sequence[str],
    exclude: Sequence[str],
    known: Sequence[str],
    examples: int | None,
    derandomize: bool,
    reports: Sequence[str],
    failures: str,
) -> None:
    """Examine a client: exit code 0 if all properties hold, 1 if one does not, 2 if none could be judged."""
    from mockclaude.verify.kit import Check, chosen
    from mockclaude.verify.report import kind_named

    wanted = chosen(properties or None, exclude=exclude)
    targets = [_pair(report, "KIND=FILE") for report in reports]
    for kind, _ in targets:
        kind_named(kind)  # before the proof, which would be lost
    reasons = dict([_pair(one, "ID=REASON") for one in known])
    adapter = adapter_named(named, program)
    with Check(
        adapter,
        max_examples=examples,
        derandomize=True if derandomize else None,
        known_failures=reasons,
        failures=failures,
        name=named or "",
    ) as check:
        results = []
        for one in wanted:
            results.append(check.judge(one))
            click.echo(results[-1].line())
        report = check.report(results)
    for result in report.failed:
        click.echo(f"\n{result.text()}")
    click.echo(f"\n{report.summary()}")
    for kind, path in targets:
        report.write(kind, path)
    sys.exit(1 if report.failed else MISUSE if all(one.status == "not applicable" for one in results) else 0)


@command.command("replay")
@click.argument("file", type=click.Path(exists=True, dir_okay=False, path_type=Path))
@click.option("--adapter", "named", metavar="MODULE:NAME", help="The adapter, or what makes it: a class or function.")
@click.option("--program", metavar="COMMAND", help="A program that speaks JSON lines, in place of an adapter.")
@_two_for_misuse
def replay(*, file: Path, named: str | None, program: str | None) -> None:
    """Play a counterexample again: exit code 0 if the property holds now, 1 if it still does not."""
    from mockclaude.verify.counterexample import counterexample_of, json_in
    from mockclaude.verify.kit import replay as played

    example = counterexample_of(json_in(file))
    result = played(example, adapter_named(named, program), name=named or "")
    click.echo(result.text() or f"{example.about.title}: {result.status} {result.reason}".rstrip())
    sys.exit({"held": 0, "mended": 0, "not applicable": MISUSE}.get(result.status, 1))


@command.command("play")
@click.argument("file", type=click.File("rb"))
@click.option(
    "--port", type=click.IntRange(0, 65535), default=DEFAULT_PORT, show_default=True, help="0 takes a free one."
)
@click.option("--seconds", type=click.FloatRange(0), help="How long; until it is interrupted unless given.")
@_two_for_misuse
def play(*, file: BinaryIO, port: int, seconds: float | None) -> None:
    """Serve the answers of a counterexample ('-' reads standard input) to any client, in any language."""
    from mockclaude.verify.counterexample import playing
    from mockclaude.wire.encoding import JSONFault, loads

    name = getattr(file, "name", "<stdin>")
    try:
        data = loads(file.read())
    except JSONFault as fault:
        raise SettingsError(f"{name} is not JSON: {fault}") from None
    case = data.get("case", data) if isinstance(data, dict) else None
    answers = case.get("answers") if isinstance(case, dict) else None
    if not isinstance(case, dict) or not isinstance(answers, list) or not answers:
        raise SettingsError(f'{name} has no answers; expected a counterexample, or {{"answers": [...]}}')
    with playing(answers, port=port, together=case.get("together") is True) as server:
        click.echo(f"mockclaude plays {len(answers)} answers on {server.url}")
        try:
            while seconds is None:
                sleep(3600)
            sleep(seconds)
        except KeyboardInterrupt:
            pass


def adapter_named(named: str | None, program: str | None) -> object:
    """The adapter that the options name; raises `SettingsError`."""
    if (named is None) == (program is None):
        raise SettingsError(
            "no client is named; expected --adapter MODULE:NAME or --program COMMAND, and only one of them"
        )
    if program is not None:
        import shlex

        from mockclaude.verify.adapters.program import ProgramClient

        return ProgramClient(*shlex.split(program))
    assert named is not None
    module, sign, name = named.partition(":")
    if not sign or not name:
        raise SettingsError(f"--adapter is {named!r}; expected MODULE:NAME, as in tests.my_client:adapter")
    if "" not in sys.path:
        sys.path.insert(0, "")  # modules of the folder one stands in, as `python -m` finds them
    try:
        found = import_module(module)
    except ImportError as fault:
        raise SettingsError(f"--adapter {named}: {fault}") from None
    adapter = getattr(found, name, None)
    if adapter is None:
        known = [word for word in vars(found) if not word.startswith("_")]
        raise SettingsError(f"--adapter {named}: {module} has no {name!r}{nearest(name, known)}")
    return _made(adapter, f"--adapter {named}") if isclass(adapter) or isroutine(adapter) else adapter


def _made(make: Callable[..., object], where: str) -> object:
    """What a class or function makes when it is called with nothing; raises `SettingsError`."""
    optional = {Parameter.VAR_POSITIONAL, Parameter.VAR_KEYWORD}
    parameters = signature(make).parameters.values()
    needed = [one.name for one in parameters if one.default is one.empty and one.kind not in optional]
    if needed:
        raise SettingsError(
            f"{where} takes {', '.join(needed)}; expected an adapter, or what makes one without arguments: "
            "a function of (server, prompt) becomes one by chat_adapter(...), of (server, task, tools) by agent_adapter(...)"
        )
    return make()


def _pair(text: str, form: str) -> tuple[str, str]:
    key, sign, value = text.partition("=")
    if not sign or not key or not value:
        raise SettingsError(f"{text!r} is not of the form {form}")
    return key, value
