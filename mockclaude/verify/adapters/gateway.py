"""A gateway as a client: what stands between programs and the API is asked by a client that has no mistakes."""

from collections.abc import Callable

from mockclaude.verify.adapter import Endpoint
from mockclaude.verify.adapters.plain import PlainClient

Start = Callable[[str], str]
"""Starts a gateway in front of the API at that URL and returns the gateway's own."""


class GatewayClient(PlainClient):
    """Asks through a gateway, which is started once for each server."""

    client = "gateway"

    def __init__(self, start: Start) -> None:
        super().__init__()
        self._start = start
        self._started: dict[str, str] = {}

    def address(self, server: Endpoint) -> str:
        """The gateway in front of the server."""
        if server.url not in self._started:
            self._started[server.url] = self._start(server.url).rstrip("/")
        return self._started[server.url]

    def __repr__(self) -> str:
        return f"<GatewayClient {getattr(self._start, '__name__', self._start)}>"


def gateway_adapter(start: Start) -> GatewayClient:
    """A gateway as an adapter: `start(url)` starts it in front of the API at that URL and returns its own URL."""
    return GatewayClient(start)
