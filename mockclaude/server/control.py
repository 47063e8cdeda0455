"""The paths under `/_mockclaude/`: what a test or an operator asks the server itself."""

import logging
from collections.abc import Awaitable, Callable, Iterator
from difflib import get_close_matches
from typing import Final

from aiohttp import web

from mockclaude import __version__
from mockclaude.errors import MockClaudeError
from mockclaude.server import (
    control_cassette,
    control_clock,
    control_journal,
    control_metrics,
    control_settings,
    control_stubs,
    control_verdicts,
    control_workspaces,
)
from mockclaude.server.control_answer import Refusal, answered, refusal_of
from mockclaude.server.control_guard import Guard
from mockclaude.server.control_request import ControlRequest
from mockclaude.server.control_route import ROOT, Route, schema
from mockclaude.server.openapi import described
from mockclaude.wire.body import JsonObject
from mockclaude.workspace import Workspaces

AiohttpHandler = Callable[[web.Request], Awaitable[web.StreamResponse]]

logger = logging.getLogger("mockclaude.control")


async def health(_asked: ControlRequest) -> web.Response:
    """Tells that the server answers, and which version it is."""
    return answered({"status": "ok", "version": __version__})


async def description(_asked: ControlRequest) -> web.Response:
    """Describes the control API in OpenAPI."""
    return answered(control_openapi())


ROUTES: Final[tuple[Route, ...]] = (
    Route("GET", "/health", health, answer=schema("health"), of_world=False, is_open=True),
    Route("GET", "/openapi.json", description, answer={"type": "object"}, of_world=False),
    *control_stubs.ROUTES,
    *control_journal.ROUTES,
    *control_verdicts.ROUTES,
    *control_settings.ROUTES,
    *control_clock.ROUTES,
    *control_cassette.ROUTES,
    *control_workspaces.ROUTES,
    *control_metrics.ROUTES,
)
"""Every route of the control API."""

PATHS: Final = tuple(dict.fromkeys([f"{ROOT}{route.path}" for route in ROUTES]))


def control_openapi() -> JsonObject:
    """The description of the control API in OpenAPI 3.1."""
    return described(ROUTES)


def control_handlers(workspaces: Workspaces, guard: Guard) -> Iterator[tuple[str, str, AiohttpHandler]]:
    """Methods, paths and handlers of the control API, in the order in which they are to be tried."""
    for route in ROUTES:
        yield route.method, f"{ROOT}{route.path}", answering(route, workspaces, guard)
    for path in PATHS:
        yield "*", path, wrong_method
    yield "*", f"{ROOT}{{path:(/.*)?}}", unknown_path


def answering(route: Route, workspaces: Workspaces, guard: Guard) -> AiohttpHandler:
    """What aiohttp calls for a route: its handler behind the guard, and refusals as answers."""

    async def handle(request: web.Request) -> web.StreamResponse:
        try:
            if not route.is_open:
                guard.admit(request)
            return await route.handler(ControlRequest(request, workspaces, known=route.known))
        except Refusal as refusal:
            return refusal.response()
        except MockClaudeError as fault:
            return refusal_of(fault).response()
        except Exception:
            logger.exception("%s %s failed inside mockclaude", route.method, route.path)
            return Refusal(500, "internal", "failed inside mockclaude; see the server's log").response()

    return handle


async def wrong_method(request: web.Request) -> web.Response:
    """Tells which methods a path has."""
    resource = request.match_info.route.resource
    path = "" if resource is None else resource.canonical
    methods = [route.method for route in ROUTES if f"{ROOT}{route.path}" == path]
    refusal = Refusal(
        405, "method_not_allowed", f"{path} has no {request.method}; it has {', '.join(methods)}", nearest=methods[0]
    )
    refusal.headers = {"allow": ", ".join(methods)}
    return refusal.response()


async def unknown_path(request: web.Request) -> web.Response:
    """Tells which control paths there are."""
    close = get_close_matches(request.path, PATHS, n=1) or [f"{ROOT}/health"]
    message = f"no control path {request.path!r}; known: {', '.join(PATHS)}"
    return Refusal(404, "not_found", message, nearest=close[0]).response()
