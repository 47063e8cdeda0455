"""The variables that lead a client to the mock: set for a while, and put back as they were."""

import os
from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager
from functools import cache
from typing import Final
from urllib.parse import urlsplit

ELSEWHERE: Final = (
    "ANTHROPIC_AUTH_TOKEN",
    "ANTHROPIC_CUSTOM_HEADERS",
    "ANTHROPIC_PROFILE",
    "ANTHROPIC_AWS_BASE_URL",
    "ANTHROPIC_BEDROCK_BASE_URL",
    "ANTHROPIC_BEDROCK_MANTLE_BASE_URL",
    "ANTHROPIC_FOUNDRY_BASE_URL",
    "ANTHROPIC_FOUNDRY_RESOURCE",
    "ANTHROPIC_GOOGLE_CLOUD_BASE_URL",
    "ANTHROPIC_VERTEX_BASE_URL",
    "CLAUDE_CODE_USE_BEDROCK",
    "CLAUDE_CODE_USE_FOUNDRY",
    "CLAUDE_CODE_USE_VERTEX",
)
"""What would lead a client to another place, or give it another key; source: the official SDK and Claude Code, 2026-11."""

UNSET: Final[Mapping[str, None]] = dict.fromkeys(ELSEWHERE)

LOCAL: Final = ("127.0.0.1", "localhost", "::1")
"""Names of this machine that no proxy may be asked for."""

NO_PROXY: Final = ("NO_PROXY", "no_proxy")
"""Clients read one or the other."""


def client_environment(url: str, api_key: str) -> Mapping[str, str | None]:
    """The variables that point a client at a server, on top of those there are; `None` means that it is unset."""
    direct = ",".join(_direct(_host(url)))
    return {"ANTHROPIC_BASE_URL": url, "ANTHROPIC_API_KEY": api_key, **UNSET, **dict.fromkeys(NO_PROXY, direct)}


@contextmanager
def applied(variables: Mapping[str, str | None]) -> Iterator[None]:
    """Sets and unsets variables of this process, and puts every one of them back."""
    before = {name: there for name, there in _there(variables) if there != variables[name]}
    try:
        _apply({name: variables[name] for name in before})
        yield
    finally:
        _apply(before)


def _apply(variables: Mapping[str, str | None]) -> None:
    for name, value in variables.items():
        if value is None:
            os.environ.pop(name, None)
        else:
            os.environ[name] = value


def _there(names: Iterable[str]) -> list[tuple[str, str | None]]:
    """The variables of these names as they are.

    To ask `os.environ` for one that is not set costs an exception, and of a dozen hardly any is: where CPython keeps
    them in a dict, that is asked first.
    """
    kept = getattr(os.environ, "_data", None)
    if not isinstance(kept, dict):
        return [(name, os.environ.get(name)) for name in names]
    return [(name, os.environ.get(name) if _encoded(name) in kept else None) for name in names]


@cache
def _encoded(name: str) -> object:
    """The name as `os.environ` keeps it."""
    return os.environ.encodekey(name)


@cache
def _host(url: str) -> str | None:
    return urlsplit(url).hostname


def _direct(host: str | None) -> list[str]:
    """The hosts that are reached without a proxy: those there are, this machine, and the server's."""
    there_are = [one.strip() for _, names in _there(NO_PROXY) for one in (names or "").split(",")]
    return list(dict.fromkeys(one for one in (*there_are, *LOCAL, host) if one))
