"""What is asked outside the endpoints: other paths and methods, preflights, and whether anybody is there."""

from typing import Final

from aiohttp import hdrs, web

from mockclaude import __version__
from mockclaude.server.exchange import Exchange
from mockclaude.server.send import Sent
from mockclaude.wire.error import APIError

SERVED: Final = (
    "POST /v1/messages, POST /v1/messages/count_tokens, GET /v1/models, GET /v1/models/{id} and /v1/messages/batches"
)

NOT_IMITATED: Final = (
    "/v1/files", "/v1/skills", "/v1/complete", "/v1/chat/completions", "/v1/agents",
    "/v1/sessions", "/v1/environments", "/v1/deployments", "/v1/vaults", "/v1/memory_stores", "/v1/dreams",
    "/v1/tunnels", "/v1/user_profiles", "/v1/organizations",
)  # fmt: skip
"""Endpoints of the API that are not imitated; source: SDK 2.12.0, list of resources."""

ALLOWED_METHODS: Final = "GET, POST, PUT, PATCH, DELETE, OPTIONS, HEAD"


async def wrong_method(_exchange: Exchange) -> Sent:
    """Refuses a method the endpoint does not have; no credential is asked for.

    Source: body observed 2026-10 with `GET /v1/messages` from a browser.
    """
    raise APIError("Method Not Allowed", status=405, kind="invalid_request_error")


async def unknown_path(exchange: Exchange) -> Sent:
    """Refuses a path that leads nowhere and says why, where the reason is known."""
    path = exchange.request.path
    reason = reason_of(path, exchange.request.method)
    headers = {"x-mockclaude-error": "not imitated" if is_not_imitated(path) else "base URL"} if reason else None
    raise APIError(reason or "Not Found", status=404, headers=headers)


def reason_of(path: str, method: str) -> str:
    """Why a path is unknown, as far as a person could fix it."""
    if path.startswith("/v1/v1/"):
        return f"Not Found: {path!r} has /v1 twice; this client adds it itself, so its base URL must not end in /v1"
    if is_not_imitated(path):
        return f"mockclaude does not imitate {method} {path}; it serves {SERVED}"
    if path.startswith(("/messages", "/models")):
        return f"Not Found: {path!r} lacks /v1; this client adds nothing itself, so its base URL must end in /v1"
    return ""


def is_not_imitated(path: str) -> bool:
    """Whether the API has this endpoint and we do not."""
    return any(path == known or path.startswith(f"{known}/") for known in NOT_IMITATED)


async def preflight(request: web.Request) -> web.Response:
    """Lets a page in a browser call the API; assumed, no recording was made by a browser."""
    headers = {
        "access-control-allow-origin": "*",
        "access-control-allow-methods": ALLOWED_METHODS,
        "access-control-allow-headers": request.headers.get(hdrs.ACCESS_CONTROL_REQUEST_HEADERS, "*"),
        "access-control-max-age": "600",
        "vary": "Access-Control-Request-Headers",
        "x-mockclaude": __version__,
    }
    return web.Response(status=204, headers=headers)


async def present(_request: web.Request) -> web.Response:
    """Answers a client that only looks whether the server is there; source: Claude Code 2.1.197 and 2.1.330."""
    return web.Response(headers={"x-mockclaude": __version__})
