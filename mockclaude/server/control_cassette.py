"""The cassette of a world over HTTP: handed over as data, told of, and taken out.

A caller names no file of the server's: what is played comes in the request.
"""

from collections.abc import Mapping
from pathlib import Path
from typing import Final, cast

from aiohttp import web

from mockclaude.engine.deck import playing
from mockclaude.engine.player import Player
from mockclaude.engine.tape import Tape
from mockclaude.record.portable import interactions_in
from mockclaude.server.control_answer import answered, done
from mockclaude.server.control_request import ControlRequest
from mockclaude.server.control_route import TEXT, Parameter, Route, schema
from mockclaude.settings import Repeat
from mockclaude.wire.body import JsonObject

UNNAMED: Final = "uploaded.json"


async def show_cassette(asked: ControlRequest) -> web.Response:
    """Tells which cassette is played, and what of it was not asked for yet."""
    return answered({"cassette": _view_of(asked.workspace.player)})


async def play_cassette(asked: ControlRequest) -> web.Response:
    """Plays the recordings of a cassette until it is taken out or the workspace is reset; it is never recorded."""
    world, name = asked.workspace, Path(asked.text("name") or UNNAMED).name
    tape = Tape(
        name,
        match=_names_in(asked.text("match")),
        ignore=_names_in(asked.text("ignore")),
        repeat=cast("Repeat", asked.text("repeat") or "never"),
        timing=asked.text("timing") or "none",
        redact=[line for line in (asked.text("redact") or "").split("\n") if line],
        redact_names=_names_in(asked.text("redact_names")),
    )
    interactions = interactions_in((await asked.body()).encode(), name=name)
    world.insert(playing(interactions, tape))
    return answered({"cassette": _view_of(world.player)})


async def eject_cassette(asked: ControlRequest) -> web.Response:
    """Takes the cassette out; does nothing without one."""
    asked.workspace.insert(None)
    return done()


def _view_of(player: Player | None) -> JsonObject | None:
    if player is None:
        return None
    tape, unplayed = player.tape, player.unplayed
    return {
        "name": tape.file.name,
        "record": tape.record,
        "interactions": len(player),
        "unplayed": list(unplayed),
    }


def _names_in(text: str | None) -> tuple[str, ...]:
    return tuple([name.strip() for name in (text or "").split(",") if name.strip()])


HOW: Final[Mapping[str, str]] = {
    "name": "What the cassette is called in texts",
    "match": "Differences that count, with commas",
    "ignore": "Differences that do not count, with commas",
    "repeat": "never, or last: what answers a request that comes once more",
    "timing": "none, recorded, or a factor such as x0.5",
    "redact": "Regular expressions of what was taken out besides the usual, one a line",
    "redact_names": "Headers, query parameters and JSON fields that were emptied besides the usual, with commas",
}

ROUTES: Final[tuple[Route, ...]] = (
    Route("GET", "/cassette", show_cassette, answer=schema("playing")),
    Route(
        "POST",
        "/cassette",
        play_cassette,
        tuple([Parameter(name, text, TEXT) for name, text in HOW.items()]),
        body=schema("cassette"),
        answer=schema("playing"),
    ),
    Route("DELETE", "/cassette", eject_cassette, status=204),
)
