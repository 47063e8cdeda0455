"""The way to the control API, which is loaded when somebody first takes it: most servers are never asked."""

from collections.abc import Awaitable, Callable

from aiohttp import web

from mockclaude.server.control_guard import Guard
from mockclaude.workspace import Workspaces


def control_door(workspaces: Workspaces, guard: Guard) -> Callable[[web.Request], Awaitable[web.StreamResponse]]:
    """A handler for every path of the control API."""
    router: web.UrlDispatcher | None = None

    async def enter(request: web.Request) -> web.StreamResponse:
        nonlocal router
        if router is None:
            from mockclaude.server.control import control_handlers

            router = web.UrlDispatcher()
            for method, path, handler in control_handlers(workspaces, guard):
                router.add_route(method, path, handler)
        found = await router.resolve(request)
        request._match_info = found  # noqa: SLF001 - as aiohttp's own application does
        return await found.handler(request)

    return enter
