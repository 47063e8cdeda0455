"""Who may use the control API: callers that name this machine, no pages of other origins, and holders of the token.

A page in a browser can be led to any address; the name it believes to talk to (`Host`) and where it comes from
(`Origin`) give it away.
"""

import os
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from fnmatch import fnmatchcase
from hmac import compare_digest
from ipaddress import ip_address
from typing import Final, Self
from urllib.parse import urlsplit

from aiohttp import hdrs, web

from mockclaude.server.control_answer import Refusal

TOKEN: Final = "MOCKCLAUDE_CONTROL_TOKEN"  # noqa: S105 - the name of a variable
HOSTS: Final = "MOCKCLAUDE_ALLOW_HOST"
TOKEN_HEADER: Final = "x-mockclaude-token"  # noqa: S105 - the name of a header
ELSEWHERE: Final = frozenset({"cross-site", "same-site"})


@dataclass(frozen=True, slots=True)
class Guard:
    """Judges control requests; `allow_hosts` are names or globs beside the loopback's own, `token` is asked for when given."""

    allow_hosts: tuple[str, ...] = ()
    token: str | None = field(default=None, repr=False)

    @classmethod
    def of_environment(cls, environment: Mapping[str, str] = os.environ, *, allow_hosts: Iterable[str] = ()) -> Self:
        """The guard that the environment asks for, with further hosts."""
        named = environment.get(HOSTS, "").replace(",", " ").split()
        return cls((*named, *allow_hosts), environment.get(TOKEN) or None)

    def admit(self, request: web.BaseRequest) -> None:
        """Raises `Refusal` for a request that may not pass."""
        host = request.headers.get(hdrs.HOST, "")
        if not self._knows(host) and name_of(host) != _own_address(request):
            raise Refusal(
                403,
                "unknown_host",
                f"the host {host!r} is not known here; ask for localhost, or start the server with --allow-host"
                f" {name_of(host) or 'NAME'} (or {HOSTS})",
            )
        origin = request.headers.get(hdrs.ORIGIN)
        if origin is not None and origin.partition("://")[2].lower() != host.lower():
            raise Refusal(403, "cross_origin", f"pages of {origin!r} may not use the control API of {host!r}")
        if request.headers.get("sec-fetch-site") in ELSEWHERE:
            raise Refusal(403, "cross_origin", f"pages of another origin may not use the control API of {host!r}")
        if self.token is not None and not compare_digest(_token_in(request.headers), self.token.encode()):
            refusal = Refusal(
                401,
                "unauthorized",
                f"this server asks for its control token, as `Authorization: Bearer` or {TOKEN_HEADER}",
            )
            refusal.headers = {"www-authenticate": "Bearer"}
            raise refusal

    def _knows(self, host: str) -> bool:
        name = name_of(host)
        return is_loopback(name) or any(fnmatchcase(name, known.lower()) for known in self.allow_hosts if name)


def name_of(host: str) -> str:
    """The name in a `Host` header, without its port; empty where there is none."""
    try:
        return (urlsplit(f"//{host}").hostname or "").rstrip(".")
    except ValueError:
        return ""


def is_loopback(name: str) -> bool:
    """Whether a name or address leads to the machine it is asked on."""
    if name == "localhost" or name.endswith(".localhost"):
        return True
    try:
        address = ip_address(name)
    except ValueError:
        return False
    mapped = getattr(address, "ipv4_mapped", None)
    return (mapped or address).is_loopback


def is_local(request: web.BaseRequest) -> bool:
    """Whether the request comes from the machine the server runs on."""
    return is_loopback(_address(request, "peername"))


def _own_address(request: web.BaseRequest) -> str | None:
    """The address that the request came to: who names it was led there by nobody's name server."""
    return _address(request, "sockname") or None


def _address(request: web.BaseRequest, end: str) -> str:
    transport = request.transport
    place = None if transport is None else transport.get_extra_info(end)
    return str(place[0]) if isinstance(place, tuple) else ""


def _token_in(headers: Mapping[str, str]) -> bytes:
    given = headers.get(TOKEN_HEADER)
    if given is None:
        kind, _, token = headers.get(hdrs.AUTHORIZATION, "").partition(" ")
        given = token if kind.lower() == "bearer" else ""
    return given.strip().encode("utf-8", "surrogateescape")
