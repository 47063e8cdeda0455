"""Ready clients of the official SDK: what is dear to build is built once, and every test has its own key.

Most of the 20 to 40 ms that a client takes are certificates, which a server on this machine does not need.
"""

import ssl
import sys
from functools import cache
from typing import Any

import anthropic

from mockclaude.handle import MockWorkspace


@cache
def no_certificates() -> ssl.SSLContext:
    """A context that trusts nobody: these clients only ever speak plain HTTP to this machine."""
    return ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)


@cache
def connections() -> anthropic.DefaultHttpxClient:
    """The connections that all blocking clients share; the plugin closes them at the end of the run."""
    return anthropic.DefaultHttpxClient(verify=no_certificates(), trust_env=False)


def close() -> None:
    """Closes what is shared."""
    if connections.cache_info().currsize:
        connections().close()
        connections.cache_clear()


def client(mock: MockWorkspace) -> anthropic.Anthropic:
    """A blocking client that speaks to a world."""
    return anthropic.Anthropic(base_url=mock.url, api_key=mock.api_key, http_client=connections())


def async_client(mock: MockWorkspace) -> anthropic.AsyncAnthropic:
    """An asynchronous client for whichever event loop uses it; no connection outlives its answer, so no loop owns one."""
    made = anthropic.DefaultAsyncHttpxClient(
        verify=no_certificates(), trust_env=False, limits=_limits(max_keepalive_connections=0)
    )
    return anthropic.AsyncAnthropic(base_url=mock.url, api_key=mock.api_key, http_client=made)


def _limits(**limits: int) -> Any:
    """Limits of the HTTP library that this version of the SDK uses."""
    library = anthropic.DefaultAsyncHttpxClient.__mro__[1].__module__.partition(".")[0]
    return sys.modules[library].Limits(**limits)
