"""The settings of a world over HTTP."""

from typing import Final

from aiohttp import web

from mockclaude.engine.settings_data import KINDS, changed_settings, data_of_settings
from mockclaude.server.control_answer import answered
from mockclaude.server.control_request import ControlRequest
from mockclaude.server.control_route import Route, schema


async def show_settings(asked: ControlRequest) -> web.Response:
    """Shows the settings, without the accepted keys."""
    return answered(data_of_settings(asked.workspace.settings))


async def change_settings(asked: ControlRequest) -> web.Response:
    """Changes the settings that are given; the others stay."""
    world, data = asked.workspace, await asked.fields(*KINDS, "limits")
    world.settings = changed_settings(world.settings, data)
    return answered(data_of_settings(world.settings))


ROUTES: Final[tuple[Route, ...]] = (
    Route("GET", "/settings", show_settings, answer=schema("settings")),
    Route("PATCH", "/settings", change_settings, body=schema("settings_changes"), answer=schema("settings")),
)
