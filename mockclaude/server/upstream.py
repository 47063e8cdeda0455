"""The way to the real API: what of a request is passed on, and a connection for each.

Connections are not kept: one that the upstream has closed meanwhile would look like an answer that was cut.
"""

import asyncio
import errno
import os
import re
import ssl
from collections.abc import Iterable, Mapping
from functools import cache
from io import BytesIO
from typing import Final
from urllib.request import getproxies, proxy_bypass
from weakref import WeakKeyDictionary

from aiohttp import (
    ClientConnectorError,
    ClientError,
    ClientHttpProxyError,
    ClientPayloadError,
    ClientResponse,
    ClientResponseError,
    ClientSession,
    ClientTimeout,
    InvalidURL,
    ServerDisconnectedError,
    TCPConnector,
)
from yarl import URL

from mockclaude.errors import UpstreamError
from mockclaude.server.control_guard import is_loopback
from mockclaude.wire.interaction import RawRequest
from mockclaude.wire.shown import without_keys

MOCK_KEY: Final = "sk-ant-mock-"
KEYS: Final = ("MOCKCLAUDE_UPSTREAM_KEY", "ANTHROPIC_API_KEY")
"""Variables that may hold the key which takes the place of a mock key."""
OWN_PREFIX: Final = "x-mockclaude-"
NOT_PASSED_ON: Final = frozenset(
    {
        "connection", "content-length", "expect", "host", "keep-alive", "proxy-authenticate", "proxy-authorization",
        "proxy-connection", "te", "trailer", "transfer-encoding", "upgrade",
    }
)  # fmt: skip
"""Headers of one connection, which the next has for itself."""
AUTOMATIC: Final = ("accept", "accept-encoding", "content-type", "user-agent")
"""What the client library would add where the caller sent nothing."""
READABLE: Final = frozenset({"gzip", "x-gzip", "deflate", "identity"})
"""Codings that can be undone: what a record cannot look into, it cannot redact."""
RESETS: Final = frozenset({errno.ECONNRESET, errno.EPIPE, errno.ECONNABORTED})
TURNS_TO_CLOSE: Final = 3
"""Turns of the event loop until the sockets of a closed client are closed, too."""
TO_CONNECT: Final = 30.0
"""Seconds until a connection must stand; the answer itself may take its time."""


async def asked(
    upstream: str, request: RawRequest, *, target: str, fields: Iterable[tuple[str, str]]
) -> ClientResponse:
    """The beginning of the upstream's answer; raises `UpstreamError`, or `ClientError` where it breaks off before that.

    `target` is path and query as the client wrote them, `fields` are its headers.
    """
    url = URL(f"{upstream}{target if target.startswith('/') else URL(target, encoded=True).raw_path_qs}", encoded=True)
    headers = passed_on(fields, upstream, url, own_key(os.environ))
    try:
        response = await session_of_loop().request(
            request.method,
            url,
            headers=headers,
            data=BytesIO(request.body) if request.body else None,
            allow_redirects=False,
            proxy=proxy_for(url),
            ssl=certificates() if url.scheme == "https" else True,
            skip_auto_headers=AUTOMATIC,
        )
    except (ClientError, OSError, TimeoutError) as fault:
        if is_broken_off(fault):
            raise
        raise UpstreamError(reason_of(fault, upstream)) from None
    _end_with_connection(response)
    return response


def reason_of(fault: Exception, upstream: str) -> str:
    """Why the upstream gives no answer; a proxy's password is not told."""
    if isinstance(fault, ClientHttpProxyError):
        return f"{upstream} cannot be reached: the proxy answers {fault.status} {fault.message}; check HTTPS_PROXY"
    if isinstance(fault, InvalidURL):
        return f"{upstream} cannot be reached: the proxy is no URL such as http://proxy:8080; check HTTPS_PROXY"
    if isinstance(fault, ClientResponseError):
        said = without_keys(" ".join(fault.message.split()))
        return f"{upstream} answers what is no HTTP: {said}; check the address (--upstream)"
    told = USERINFO.sub("//", without_keys(str(fault))) or type(fault).__name__
    return f"{upstream} cannot be reached: {told}; check the address (--upstream), the network and HTTPS_PROXY"


USERINFO: Final = re.compile(r"//[^/\s]*@")
"""What may hold a password in a URL."""


def _end_with_connection(response: ClientResponse) -> None:
    """Lets an answer end with its connection: after broken chunks aiohttp closes it and tells nobody who reads."""
    connection, content = response.connection, response.content
    protocol = None if connection is None else connection.protocol
    closed: asyncio.Future[None] | None = getattr(protocol, "closed", None)

    def end(_closed: object) -> None:
        if not content.is_eof() and content.exception() is None:
            content.set_exception(ClientPayloadError("the answer breaks HTTP"))

    if closed is not None:
        closed.add_done_callback(end)


@cache
def certificates() -> ssl.SSLContext:
    """Whom an upstream's certificate must be signed by: those whom the system trusts, read with the first need."""
    return ssl.create_default_context()


def is_broken_off(fault: BaseException) -> bool:
    """Whether the upstream took the request and then ended the connection."""
    if isinstance(fault, ClientConnectorError):
        return False
    return isinstance(fault, ServerDisconnectedError) or is_reset(fault)


def is_reset(fault: BaseException | None) -> bool:
    """Whether a connection was reset, whatever tells of it."""
    number = fault.errno if isinstance(fault, OSError) else None
    return number in RESETS or "ConnectionResetError" in repr(fault)


def passed_on(fields: Iterable[tuple[str, str]], upstream: str, url: URL, key: str | None) -> list[tuple[str, str]]:
    """The headers that the upstream gets; a mock key never leaves: the key takes its place, or `UpstreamError`."""
    kept = [
        (name, readable(value) if name.lower() == "accept-encoding" else value)
        for name, value in fields
        if name.lower() not in NOT_PASSED_ON and not name.lower().startswith(OWN_PREFIX)
    ]
    if MOCK_KEY in str(url):
        raise UpstreamError(f"a mock key stands in the URL, and {upstream} is not asked with it; leave it out")
    honest = [(name, value) for name, value in kept if MOCK_KEY not in value]
    if len(honest) == len(kept):
        return kept
    if key is None:
        raise UpstreamError(
            f"{upstream} is not asked with a mock key; give the client a real key, or set {KEYS[0]} (or {KEYS[1]}) in"
            " the environment of the recorder, whose key then takes its place"
        )
    return [*honest, ("x-api-key", key)]


def own_key(environment: Mapping[str, str]) -> str | None:
    """The key that takes the place of a mock key, if there is one."""
    found = [environment[name] for name in KEYS if environment.get(name)]
    return next((key for key in found if MOCK_KEY not in key), None)


def readable(accepted: str) -> str:
    """The codings that the caller accepts and a record can look into."""
    names = [name for name in accepted.split(",") if name.partition(";")[0].strip().lower() in READABLE]
    return ",".join(names).strip() or "identity"


def proxy_for(url: URL) -> str | None:
    """The proxy that the environment names for an address; what runs here is asked without."""
    host = url.host or ""
    return None if is_loopback(host) or proxy_bypass(host) else getproxies().get(url.scheme)


def session_of_loop() -> ClientSession:
    """The client of the running event loop, made when it is first asked for."""
    loop = asyncio.get_running_loop()
    session = _SESSIONS.get(loop)
    if session is None or session.closed:
        session = _SESSIONS[loop] = ClientSession(
            connector=TCPConnector(limit=0, force_close=True),
            timeout=ClientTimeout(total=None, sock_connect=TO_CONNECT),
            auto_decompress=False,
            cookie_jar=None,
            max_line_size=1 << 16,
            max_field_size=1 << 16,
        )
    return session


async def close_session() -> None:
    """Closes the client of the running event loop."""
    session = _SESSIONS.pop(asyncio.get_running_loop(), None)
    if session is not None:
        await session.close()
        for _ in range(TURNS_TO_CLOSE):
            await asyncio.sleep(0)


_SESSIONS: Final[WeakKeyDictionary[asyncio.AbstractEventLoop, ClientSession]] = WeakKeyDictionary()
