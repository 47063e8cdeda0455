"""The server's clock over HTTP: what time it is, and forward where it is a fixed one."""

from typing import Final

from aiohttp import web

from mockclaude.clock import SteeredClock
from mockclaude.server.control_answer import Refusal, answered
from mockclaude.server.control_request import ControlRequest
from mockclaude.server.control_route import Route, schema


async def tell_time(asked: ControlRequest) -> web.Response:
    """Tells the present moment of the server's clock."""
    return _told(SteeredClock(asked.workspaces.clock))


async def move_clock(asked: ControlRequest) -> web.Response:
    """Moves the server's clock forward, for all its workspaces; refused where it is not a fixed one."""
    data = await asked.fields("seconds")
    seconds = data.get("seconds")
    if not isinstance(seconds, int | float) or isinstance(seconds, bool):
        raise Refusal(400, "invalid_request", f"seconds is {seconds!r}; expected a number")
    clock = SteeredClock(asked.workspaces.clock)
    clock.tick(seconds)
    return _told(clock)


def _told(clock: SteeredClock) -> web.Response:
    return answered({"now": clock.now.isoformat()})


ROUTES: Final[tuple[Route, ...]] = (
    Route("GET", "/clock", tell_time, answer=schema("moment")),
    Route("POST", "/clock", move_clock, body=schema("clock_move"), answer=schema("moment")),
)
