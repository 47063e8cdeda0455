"""Keeps tests from the paid API: a connection to it is refused before its name is asked for, and remembered.

Python's audit events tell of every name that is resolved and every socket that connects, whoever holds the function
and in whichever thread. What they miss is caught where a TLS session names its host (behind a proxy, or with an
address that was resolved before) and on uvloop, which resolves names itself. Every other host passes untouched.
"""

import asyncio
import re
import socket
import ssl
import sys
from collections import Counter
from collections.abc import Callable
from functools import wraps
from pathlib import Path
from typing import Any, Final, NamedTuple, Self

from mockclaude.errors import MockClaudeError
from mockclaude.pytest_plugin.caller import caller

HOSTS: Final = re.compile(
    r"""
      (.+\.)?anthropic\.com
    | bedrock-(runtime|mantle)(-fips)?\.[a-z0-9-]+\.(amazonaws\.com|api\.aws)
    | aws-external-anthropic\.[a-z0-9-]+\.api\.aws
    | ([a-z0-9-]+-)?aiplatform\.googleapis\.com
    | aiplatform\.[a-z0-9-]+\.rep\.googleapis\.com
    | claude\.googleapis\.com
    | [a-z0-9-]+\.services\.ai\.azure\.com
    """,
    re.VERBOSE,
)
"""Where a request for Claude costs money; source: the official SDK's clients for every platform, 2.14, 2026-11."""

PLACES: Final = {"socket.getaddrinfo": 0, "socket.gethostbyname": 0, "socket.connect": 1}
"""Audit events, and which of their arguments holds the host."""

NAMING: Final[tuple[tuple[type, str, str, int], ...]] = (
    (socket.socket, "connect", "address", 0),  # asks for the name before the audit event
    (socket.socket, "connect_ex", "address", 0),
    (ssl.SSLContext, "wrap_bio", "server_hostname", 3),
    (ssl.SSLContext, "wrap_socket", "server_hostname", 4),
    (asyncio.BaseEventLoop, "getaddrinfo", "host", 0),  # the caller is on this stack, but not on the executor's
)
"""Methods that are told a host, and where."""


class EgressError(MockClaudeError, ConnectionRefusedError):
    """A connection to the paid API that a test must not open."""


class Attempt(NamedTuple):
    """Whom a test wanted to reach, and the line that did."""

    host: str
    caller: str


class Guard:
    """Refuses connections to the paid API, from `with` to the end of its block, and counts them."""

    def __init__(self, root: Path) -> None:
        self._root = root
        self.attempts: Counter[Attempt] = Counter()

    def refuse(self, host: str) -> EgressError:
        """Remembers an attempt; what to raise."""
        attempt = Attempt(host, caller(self._root))
        self.attempts[attempt] += 1
        return EgressError(f"mockclaude blocked a connection to {host}, opened by {attempt.caller}")

    def __enter__(self) -> Self:
        _watch()
        _active.append(self)
        return self

    def __exit__(self, *_: object) -> None:
        _active.remove(self)


def told(attempts: "Counter[Attempt]") -> str:
    """The attempts in words, with the way out."""
    lines = [
        f"  {attempt.host}, {'once' if count == 1 else f'{count} times'}, by {attempt.caller}"
        for attempt, count in attempts.items()
    ]
    return "\n".join(
        [
            "this test tried to reach the paid API, and was kept from it:",
            *lines,
            "  Let the client take its base URL from ANTHROPIC_BASE_URL, which leads to the mock;",
            "  for one that is built before its test, set mock_claude_session_env = true in the ini file;",
            '  or let this test through with @pytest.mark.mock_claude(egress="allow").',
        ]
    )


def check(host: object) -> None:
    """Raises `EgressError` for a host, or an address with a host, that costs money, while a guard stands."""
    if isinstance(host, tuple):
        host = host[0] if host else None
    if not _active or not isinstance(host, str | bytes):
        return
    name = host.decode("ascii", "replace") if isinstance(host, bytes) else host
    name = name.rstrip(".").lower()
    if HOSTS.fullmatch(name):
        raise _active[-1].refuse(name)


def _hook(event: str, arguments: tuple[Any, ...]) -> None:
    if _active and event in PLACES:
        check(arguments[PLACES[event]])


def release() -> None:
    """Puts back what was changed in the standard library, unless a guard stands."""
    if not _active:
        _patched.undo()


class _Patches:
    """Functions that stand in for others for a while."""

    def __init__(self) -> None:
        self._before: dict[tuple[type, str], object] = {}

    def __len__(self) -> int:
        return len(self._before)

    def put(self, owner: type, name: str, *, keyword: str, place: int) -> None:
        """Lets a method check the host it is given, by keyword or place."""
        if (owner, name) in self._before:
            return
        self._before[owner, name] = owner.__dict__.get(name)
        setattr(owner, name, _checking(getattr(owner, name), keyword=keyword, place=place))

    def undo(self) -> None:
        """Puts everything back."""
        for (owner, name), before in self._before.items():
            if before is None:
                delattr(owner, name)
            else:
                setattr(owner, name, before)
        self._before.clear()


_active: list[Guard] = []
_patched = _Patches()
_hooked: list[bool] = []


def _watch() -> None:
    """Begins to look; the hook itself can never be taken away, and does nothing while no guard stands."""
    if not _hooked:
        _hooked.append(True)
        sys.addaudithook(_hook)
    uvloop = sys.modules.get("uvloop")
    loops = [(uvloop.Loop, "getaddrinfo", "host", 0), (uvloop.Loop, "create_connection", "host", 1)] if uvloop else []
    if len(_patched) < len(NAMING) + len(loops):
        for owner, name, keyword, place in (*NAMING, *loops):
            _patched.put(owner, name, keyword=keyword, place=place)


def _checking(method: Callable[..., Any], *, keyword: str, place: int) -> Callable[..., Any]:
    """The method, asked only after the host that it is given was checked."""

    @wraps(method)
    def wrapped(self: object, *arguments: Any, **options: Any) -> Any:
        check(arguments[place] if len(arguments) > place else options.get(keyword))
        return method(self, *arguments, **options)

    return wrapped
