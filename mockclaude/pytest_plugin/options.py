"""What a user may set, in one table: flags, lines of the ini file, and arguments of the marker."""

from collections.abc import Iterable, Mapping
from datetime import date
from pathlib import Path
from typing import Any, Final, Literal, NamedTuple

import pytest

from mockclaude.errors import SettingsError, nearest

MARKER: Final = "mock_claude"
Verdict = Literal["off", "warn", "error"]

Value = str | bool | Path | date | None


DIFFERENCES: Final = "names such as model or dates"


class Option(NamedTuple):
    """A setting: where it may stand, and what it may be; the first choice is the default."""

    help: str
    choices: tuple[str, ...] = ()
    expected: str = ""
    kinds: tuple[type, ...] = (str,)
    in_marker: bool = True


OPTIONS: Final[Mapping[str, Option]] = {
    "validation": Option("How strictly requests are judged.", ("strict", "live", "off")),
    "strict_stubs": Option("Let nothing but scripts answer.", expected="true or false", kinds=(bool,)),
    "scenario": Option(
        "What every test begins with: a scenario file, or the name of a ready one.",
        expected="a scenario file or the name of a ready one",
        kinds=(str, Path),
    ),
    "api_version": Option(
        "The anthropic-version that every request has to name; another one fails the test.",
        expected="a version such as 2023-06-01",
    ),
    "contract": Option("What a request that breaks a rule of the API does to its test.", ("warn", "error", "off")),
    "unanswered": Option("What a call that the script cannot answer (HTTP 418) does to its test.", ("fail", "allow")),
    "egress": Option("What a connection to the paid API does to its test.", ("block", "allow")),
    "cassette": Option(
        "The recordings that answer: a file, or true for cassettes/MODULE/TEST.json beside the test.",
        expected="a file, or true",
        kinds=(str, Path, bool),
    ),
    "record": Option(
        "When the cassette is recorded, in vcrpy's words.", ("none", "once", "new_episodes", "all", "rewrite")
    ),
    "match": Option("Differences that count though recordings ignore them, with commas.", expected=DIFFERENCES),
    "ignore": Option(
        "Differences that do not count between requests and recordings, with commas.", expected=DIFFERENCES
    ),
    "redact": Option("What is secret in recordings besides the usual.", expected="a regular expression"),
    "redact_names": Option(
        "Headers, query parameters and JSON fields whose values are secret, too, with commas.",
        expected="names such as x-customer",
    ),
    "upstream": Option("Where requests are passed on to while they are recorded.", expected="a URL"),
    "session_env": Option(
        "Point the environment at the mock before conftest files are imported, for clients that are built there.",
        expected="true or false",
        kinds=(bool,),
        in_marker=False,
    ),
    "report": Option("File for the findings of the run, as JSON.", expected="a file", in_marker=False),
    "as_of": Option(
        "The day that retired models are judged by; today unless given.",
        expected="a day such as 2026-11-23",
        kinds=(date,),
        in_marker=False,
    ),
}
"""Every setting: `mock_claude_NAME` in the ini file, `--mock-claude-NAME`, and NAME in the marker."""

SPOKEN: Final = {**dict.fromkeys(("true", "yes", "on", "1"), True), **dict.fromkeys(("false", "no", "off", "0"), False)}
"""How an ini file says yes and no."""


def declare(parser: pytest.Parser) -> None:
    """Makes the flags and the lines of the ini file known."""
    group = parser.getgroup("mockclaude", "mockclaude, an offline mock of Anthropic's Messages API")
    for name, option in OPTIONS.items():
        flag, dest = f"--mock-claude-{name.replace('_', '-')}", f"mock_claude_{name}"
        if option.kinds == (bool,):
            group.addoption(flag, dest=dest, action="store_true", default=None, help=option.help)
        else:
            shown = f"{{{','.join(option.choices)}}}" if option.choices else name.upper()
            group.addoption(flag, dest=dest, default=None, metavar=shown, help=option.help)
        parser.addini(dest, option.help, default="")


def read(config: pytest.Config, name: str) -> Value:
    """What the run sets: a flag before the ini file; raises `SettingsError`."""
    dest = f"mock_claude_{name}"
    given = getattr(config.known_args_namespace, dest, None)
    if given is None:
        given = config.getoption(dest, None)
    if given is not None:
        return checked(name, given, where=f"--mock-claude-{name.replace('_', '-')}")
    text = config.getini(dest)
    return default_of(name) if text == "" else checked(name, text, where=f"the ini option {dest}")


def default_of(name: str) -> Value:
    """What holds when nobody says anything."""
    option = OPTIONS[name]
    return option.choices[0] if option.choices else False if option.kinds == (bool,) else None


def checked(name: str, value: object, *, where: str) -> Value:
    """The value as it is used; raises `SettingsError` for one that cannot be."""
    option = OPTIONS[name]
    found = _read_as(option, value.strip()) if isinstance(value, str) else value
    if isinstance(found, option.kinds) and (not option.choices or found in option.choices):
        return found  # type: ignore[return-value] # its kind was checked
    hint = nearest(str(value), option.choices)
    wanted = f"one of {', '.join(option.choices)}" if option.choices else option.expected
    raise SettingsError(f"{where} is {value!r}{hint}; expected {wanted}")


def check_names(names: Iterable[str]) -> None:
    """Raises `SettingsError` for a line of the ini file that would be ours but for its spelling."""
    for name in names:
        ours = name.removeprefix(f"{MARKER}_")
        if name.startswith(MARKER) and ours not in OPTIONS:
            hint = nearest(ours, OPTIONS)
            raise SettingsError(f"the ini option {name} is unknown{hint}; known: {MARKER}_ with {', '.join(OPTIONS)}")


def from_marker(markers: "list[pytest.Mark]") -> dict[str, Value]:
    """What a test's markers say, the nearest one last; raises `SettingsError` with the nearest argument."""
    known = [name for name, option in OPTIONS.items() if option.in_marker]
    found: dict[str, Value] = {}
    for mark in reversed(markers):
        if mark.args:
            raise SettingsError(
                f"@pytest.mark.{MARKER} takes no positional arguments, got {mark.args!r}; "
                f"name it, as in scenario={mark.args[0]!r}; known: {', '.join(known)}"
            )
        for name, value in mark.kwargs.items():
            if name in OPTIONS and name not in known:
                raise SettingsError(
                    f"@pytest.mark.{MARKER} has no argument {name!r}, since it holds for the whole run; "
                    f"write {MARKER}_{name} in the ini file, or --{MARKER.replace('_', '-')}-{name.replace('_', '-')}"
                )
            if name not in known:
                hint = nearest(name, known)
                raise SettingsError(f"@pytest.mark.{MARKER} has no argument {name!r}{hint}; known: {', '.join(known)}")
            found[name] = (
                default_of(name) if value is None else checked(name, value, where=f"{name} of @pytest.mark.{MARKER}")
            )
    return found


def _read_as(option: Option, text: str) -> Any:
    """The text of a flag or an ini file, or a marker's, as the kind that is wanted."""
    kind = option.kinds[0]
    if kind is bool:
        return SPOKEN.get(text.lower(), text)
    try:
        return date.fromisoformat(text) if kind is date else text
    except ValueError:
        return text
