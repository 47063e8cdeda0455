"""The paths under `/_mockclaude/`: what a test or an operator asks the server itself."""

from aiohttp import web

from mockclaude import __version__
from mockclaude.wire.encoding import dumps


async def health(_request: web.Request) -> web.Response:
    """Tells that the server answers, and which version it is."""
    return json_response({"status": "ok", "version": __version__})


async def unknown_control(request: web.Request) -> web.Response:
    """Tells which control paths there are."""
    message = f"no control path {request.path!r}; known: /_mockclaude/health"
    return json_response(
        {"error": {"type": "not_found", "message": message, "nearest": "/_mockclaude/health"}}, status=404
    )


def json_response(value: object, *, status: int = 200) -> web.Response:
    """A control answer; never cached, and marked as ours."""
    headers = {"x-mockclaude": __version__, "cache-control": "no-store"}
    return web.Response(body=dumps(value), status=status, content_type="application/json", headers=headers)
