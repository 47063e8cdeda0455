"""Scripts over HTTP: what a world answers is declared, listed and taken back as the data that scenarios hold."""

import asyncio
from collections.abc import Iterator
from typing import Final, cast

from aiohttp import web

from mockclaude.engine.data import data_of_reply
from mockclaude.engine.match import any_call
from mockclaude.engine.matcher_data import data_of_matcher
from mockclaude.engine.reply import Reply
from mockclaude.engine.say import Dynamic
from mockclaude.engine.scenario import Scenario, read_scenario, scenario_of, stub_of
from mockclaude.engine.scenario_schema import record
from mockclaude.engine.stub import Stub, stub
from mockclaude.engine.stubs import Declared, Stubs
from mockclaude.errors import ScriptError
from mockclaude.server.control_answer import Refusal, answered, done
from mockclaude.server.control_request import ControlRequest
from mockclaude.server.control_route import TEXT, Parameter, Route, listed, schema
from mockclaude.wire.body import Json, JsonObject
from mockclaude.wire.encoding import JSONFault, loads
from mockclaude.workspace import Workspace


async def list_stubs(asked: ControlRequest) -> web.Response:
    """The stubs in the order in which they are asked, each with the number of its calls."""
    return answered({"stubs": [view_of(one) for one in asked.workspace.stubs]})


async def add_stubs(asked: ControlRequest) -> web.Response:
    """Declares one stub or several, all or none."""
    world, data = asked.workspace, await asked.document()
    entries = data if isinstance(data, list) else [data]
    new = [await asyncio.to_thread(_stub, asked, entry, place) for place, entry in enumerate(entries)]
    return _declared([world.stubs.add(one) for one in new], status=201)


async def clear_stubs(asked: ControlRequest) -> web.Response:
    """Takes all stubs out; calls and settings stay."""
    asked.workspace.stubs.clear()
    return done()


async def one_stub(asked: ControlRequest) -> web.Response:
    """One stub."""
    return answered(view_of(_named(asked)))


async def remove_stub(asked: ControlRequest) -> web.Response:
    """Takes one stub out."""
    _named(asked).remove()
    return done()


async def add_next(asked: ControlRequest) -> web.Response:
    """Answers the next calls with these replies, one each, before any stub is asked."""
    world, data = asked.workspace, await asked.fields("replies")
    replies = data.get("replies")
    if not isinstance(replies, list) or not replies:
        raise Refusal(400, "invalid_request", "has no list 'replies'")
    entries: list[JsonObject] = [{"replies": [reply]} for reply in replies]
    said = [await asyncio.to_thread(_stub, asked, entry, place) for place, entry in enumerate(entries)]
    return _declared(world.stubs.next(*[answer for one in said for answer in one.answers]), status=201)


async def play_scenario(asked: ControlRequest) -> web.Response:
    """Declares the stubs of a scenario, in place of those it had before, and takes over its settings."""
    world, text = asked.workspace, await asked.body()
    scenario = await asyncio.to_thread(_scenario, asked, text)
    declared = world.play(scenario)
    views: list[Json] = [view_of(one) for one in declared]
    return answered({"name": scenario.name, "settings": dict(scenario.settings), "stubs": views}, status=201)


def view_of(declared: Declared) -> JsonObject:
    """What is told about a stub; `when` is `null` for a matcher that only the server's own process can have."""
    one = declared.stub
    try:
        when: JsonObject | None = data_of_matcher(one.matcher)
    except ScriptError:
        when = None
    return {
        "id": declared.number,
        "label": declared.label,
        "name": one.name,
        "matcher": repr(one.matcher),
        "when": when,
        "replies": [_said(answer) for answer in one.answers],
        "times": one.times,
        "state": one.state,
        "then": one.then,
        "scenario": one.scenario,
        "call_count": declared.call_count,
        "is_exhausted": declared.is_exhausted,
    }


def _said(answer: Reply | Dynamic) -> JsonObject:
    """The reply as data; what is no data is told of in words."""
    try:
        return data_of_reply(answer)
    except ScriptError as fault:
        return {"not_data": str(fault)}


def _declared(stubs: list[Declared], *, status: int) -> web.Response:
    return answered({"stubs": [view_of(one) for one in stubs]}, status=status)


def _named(asked: ControlRequest) -> Declared:
    stubs: Stubs = asked.workspace.stubs
    name = asked.part("id")
    for one in stubs:
        if str(one.number) == name:
            return one
    known = ", ".join(str(one.number) for one in stubs) or "none"
    near = min((str(one.number) for one in stubs), key=lambda number: abs(len(number) - len(name)), default=None)
    raise Refusal(404, "not_found", f"there is no stub {name!r}; declared: {known}", nearest=near)
