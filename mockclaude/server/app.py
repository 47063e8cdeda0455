"""The server as one aiohttp application: every endpoint and what surrounds it, in two lists."""

import logging
from collections.abc import Awaitable, Callable, Mapping
from typing import Any, Final, NamedTuple, cast

from aiohttp import hdrs, web

from mockclaude.server.control_door import control_door
from mockclaude.server.control_guard import Guard
from mockclaude.server.count_tokens import count_tokens
from mockclaude.server.elsewhere import preflight, present, unknown_path, wrong_method
from mockclaude.server.exchange import Exchange, Handler, Limit
from mockclaude.server.headers import Speaker
from mockclaude.server.messages import messages
from mockclaude.server.middlewares.cassette import cassette
from mockclaude.server.middlewares.errors import errors
from mockclaude.server.middlewares.journal import journal
from mockclaude.server.models import list_models, one_model
from mockclaude.server.receive import invite
from mockclaude.server.send import Sent
from mockclaude.workspace import Workspaces

AiohttpHandler = Callable[[web.Request], Awaitable[web.StreamResponse]]
ConnectionHandler = Callable[[web.BaseRequest], Awaitable[web.StreamResponse]]


class Endpoint(NamedTuple):
    """A method and path of the API, what answers it, and in whose name."""

    method: str
    path: str
    handler: Handler
    speaker: Speaker = "api"


ENDPOINTS: Final = (
    Endpoint("POST", "/v1/messages", messages, "messages"),
    Endpoint("POST", "/v1/messages/count_tokens", count_tokens),
    Endpoint("GET", "/v1/models", list_models),
    Endpoint("GET", "/v1/models/{model}", one_model),
)

MIDDLEWARES: Final = (journal, errors, cassette)
"""Outermost first."""

BESIDES: Final[tuple[tuple[str, str, AiohttpHandler], ...]] = (
    ("HEAD", "/", present),
    ("HEAD", "/api/hello", present),
    ("OPTIONS", "/{path:.*}", preflight),
)
"""Paths that no API key is needed for and no journal keeps."""

CONTROL: Final = "/_mockclaude{path:(/.*)?}"
"""Where the control API is."""

BATCHES: Final = "/v1/messages/batches{path:(/.*)?}"
"""Where batches are; their endpoints load with the first one."""

LONGEST_LINE: Final = 1 << 16
"""Bytes of a request line or header field; lists of betas outgrow aiohttp's 8 KB."""

CONNECTION: Final[Mapping[str, Any]] = {
    "access_log": None,
    "auto_decompress": False,  # the rules judge encoded bodies themselves
    "logger": logging.getLogger("mockclaude.http"),
    "max_line_size": LONGEST_LINE,
    "max_field_size": LONGEST_LINE,
}
"""How aiohttp's connections are set up."""


def make_app(workspaces: Workspaces, *, guard: Guard | None = None) -> web.Application:
    """The application that speaks for these workspaces; the guard of its control API is the environment's unless given."""
    # a client that leaves ends its stream: that is what `handler_cancellation` means
    app = web.Application(handler_args={**CONNECTION, "handler_cancellation": True})
    for endpoint in ENDPOINTS:
        add(app, endpoint, workspaces)
        app.router.add_route("*", endpoint.path, whatever(wrong_method, workspaces), expect_handler=invite)
    app.router.add_route("*", BATCHES, whatever(batches, workspaces, limit="batch_bytes"), expect_handler=invite)
    app.router.add_route("*", CONTROL, control_door(workspaces, guard or Guard.of_environment()))
    for method, path, handler in BESIDES:
        app.router.add_route(method, path, handler)
    add(app, Endpoint("*", "/{path:.*}", unknown_path), workspaces)
    return app


def add(app: web.Application, endpoint: Endpoint, workspaces: Workspaces) -> None:
    """Puts an endpoint behind the middlewares and into the application."""
    answer = surrounded(endpoint.handler)

    async def handle(request: web.Request) -> web.StreamResponse:
        return await answer(Exchange(request, workspaces, speaker=endpoint.speaker))

    app.router.add_route(endpoint.method, endpoint.path, handle, expect_handler=invite)


async def batches(exchange: Exchange) -> Sent:
    """Answers whatever is asked of batches."""
    from mockclaude.server.batches import respond  # most servers never see one

    return await respond(exchange)


def whatever(handler: Handler, workspaces: Workspaces, *, limit: Limit = "body_bytes") -> AiohttpHandler:
    """Answers any method of a path, preflights included: one route instead of several, since a server starts in a millisecond."""
    answer = surrounded(handler)

    async def handle(request: web.Request) -> web.StreamResponse:
        if request.method == hdrs.METH_OPTIONS:
            return await preflight(request)
        return await answer(Exchange(request, workspaces, limit=limit))

    return handle


def surrounded(handler: Handler) -> Handler:
    """A handler within the middlewares."""
    for middleware in reversed(MIDDLEWARES):
        handler = middleware(handler)
    return handler


def shortcut(routed: ConnectionHandler, workspaces: Workspaces) -> ConnectionHandler:
    """Answers the endpoint that nearly every request wants without asking the router, and leaves the rest to it."""
    method, path, handler, speaker = ENDPOINTS[0]
    answer = surrounded(handler)

    def handle(request: web.BaseRequest) -> Awaitable[web.StreamResponse]:
        if request.path == path and request.method == method and hdrs.EXPECT not in request.headers:
            return answer(Exchange(cast("web.Request", request), workspaces, speaker=speaker))
        return routed(request)

    return handle
