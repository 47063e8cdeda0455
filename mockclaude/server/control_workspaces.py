"""The worlds of a server over HTTP: listed, made, reset and forgotten."""

from difflib import get_close_matches
from typing import Final

from aiohttp import web

from mockclaude.errors import SettingsError
from mockclaude.server.control_answer import Refusal, answered, done
from mockclaude.server.control_request import ControlRequest
from mockclaude.server.control_route import FLAG, TEXT, Parameter, Route, listed, schema
from mockclaude.wire.body import JsonObject
from mockclaude.workspace import DEFAULT, Workspace


async def list_workspaces(asked: ControlRequest) -> web.Response:
    """Lists the workspaces."""
    return answered({"workspaces": [_view_of(asked, world) for world in asked.workspaces]})


async def make_workspace(asked: ControlRequest) -> web.Response:
    """Makes a workspace, or shows the one of that name; any request that names one makes it, too."""
    name = (await asked.fields("name")).get("name")
    if not isinstance(name, str):
        raise Refusal(400, "invalid_request", f"name is {name!r}; expected text")
    return answered(_view_of(asked, asked.workspaces.named(name)), status=201)


async def one_workspace(asked: ControlRequest) -> web.Response:
    """Shows one workspace."""
    return answered(_view_of(asked, _named(asked)))


async def remove_workspace(asked: ControlRequest) -> web.Response:
    """Forgets a workspace and all that is in it; `default` stays."""
    name = _named(asked).name
    try:
        asked.workspaces.remove(name)
    except SettingsError as fault:
        raise Refusal(409, "conflict", str(fault)) from None
    return done()


async def reset(asked: ControlRequest) -> web.Response:
    """Begins anew: without stubs and calls, with the settings and scenarios the server was started with."""
    for world in asked.workspaces if asked.flag("all") else [asked.workspace]:
        world.reset()
    return done()


def _view_of(asked: ControlRequest, world: Workspace) -> JsonObject:
    return {
        "name": world.name,
        "id": world.id,
        "api_key": f"sk-ant-mock-{world.name}",
        "calls": world.calls,
        "stubs": len(world.stubs),
        "journal_entries": len(world.journal),
        "journal_bytes": world.journal.size,
        "idle_seconds": round(asked.workspaces.idle(world), 3),
    }


def _named(asked: ControlRequest) -> Workspace:
    name = asked.part("name")
    found = asked.workspaces.find(name)
    if found is None:
        known = [world.name for world in asked.workspaces]
        close = get_close_matches(name, known, n=1) or [DEFAULT]
        raise Refusal(404, "not_found", f"there is no workspace {name!r}; there are {len(known)}", nearest=close[0])
    return found


NAMED: Final = (Parameter("name", "The workspace's name", TEXT, "path"),)
ALL: Final = (Parameter("all", "Resets every workspace", FLAG),)

ROUTES: Final[tuple[Route, ...]] = (
    Route("GET", "/workspaces", list_workspaces, answer=listed("workspaces", "workspace"), of_world=False),
    Route("POST", "/workspaces", make_workspace, body=schema("new_workspace"), answer=schema("workspace"), status=201, of_world=False),
    Route("GET", "/workspaces/{name}", one_workspace, NAMED, answer=schema("workspace"), refusals=(404,), of_world=False),
    Route("DELETE", "/workspaces/{name}", remove_workspace, NAMED, status=204, refusals=(404, 409), of_world=False),
    Route("POST", "/reset", reset, ALL, status=204),
)  # fmt: skip
