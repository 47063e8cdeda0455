"""Scripts over HTTP: what a world answers is declared, listed and taken back as the data that scenarios hold."""

import asyncio
from collections.abc import Iterable, Iterator
from typing import Final

from aiohttp import web

from mockclaude.engine.data import data_of_reply
from mockclaude.engine.matcher_data import data_of_matcher
from mockclaude.engine.reply import Reply
from mockclaude.engine.say import Dynamic
from mockclaude.engine.scenario import Scenario
from mockclaude.engine.scenario_reader import read_scenario, scenario_of, stub_of
from mockclaude.engine.scenario_yaml import read
from mockclaude.engine.stub import Stub
from mockclaude.engine.stubs import Declared
from mockclaude.errors import ScriptError
from mockclaude.server.control_answer import Refusal, answered, done
from mockclaude.server.control_request import ControlRequest
from mockclaude.server.control_route import TEXT, Parameter, Route, schema
from mockclaude.wire.body import Json, JsonObject
from mockclaude.wire.encoding import JSONFault, loads


async def list_stubs(asked: ControlRequest) -> web.Response:
    """Lists the stubs in the order in which they are asked, each with the number of its calls."""
    return answered({"stubs": [view_of(one) for one in asked.workspace.stubs]})


async def add_stubs(asked: ControlRequest) -> web.Response:
    """Declares one entry of a scenario's `stubs` or a list of them, behind those there are; all of them or none."""
    world, data = asked.workspace, await asked.document()
    entries = data if isinstance(data, list) else [data]
    new = await asyncio.to_thread(_stubs, asked, entries)
    return _declared(asked, [world.stubs.add(one) for one in new])


async def clear_stubs(asked: ControlRequest) -> web.Response:
    """Takes all stubs out; journal and settings stay."""
    asked.workspace.stubs.clear()
    return done()


async def one_stub(asked: ControlRequest) -> web.Response:
    """Shows one stub."""
    return answered(view_of(_named(asked)))


async def remove_stub(asked: ControlRequest) -> web.Response:
    """Takes one stub out."""
    _named(asked).remove()
    return done()


async def add_next(asked: ControlRequest) -> web.Response:
    """Answers the next calls with these replies, one each, before any stub is asked."""
    world, data = asked.workspace, await asked.fields("replies")
    replies = data.get("replies")
    if not isinstance(replies, list):
        raise Refusal(400, "invalid_request", "the body has no list 'replies'")
    said = await asyncio.to_thread(_stubs, asked, [{"replies": [reply]} for reply in replies])
    return _declared(asked, world.stubs.next(*[one.answers[0] for one in said]))


async def play_scenario(asked: ControlRequest) -> web.Response:
    """Declares the stubs of a scenario, in place of those it had before, and takes over its settings."""
    world, text = asked.workspace, await asked.body()
    scenario = await asyncio.to_thread(_scenario, asked, text)
    more: JsonObject = {"name": scenario.name, "settings": dict(scenario.settings)}
    return _declared(asked, world.play(scenario), more)


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
    """The reply as data, or why it is none."""
    try:
        return data_of_reply(answer)
    except ScriptError as fault:
        return {"not_data": str(fault)}


def _declared(asked: ControlRequest, stubs: Iterable[Declared], more: JsonObject | None = None) -> web.Response:
    views: list[Json] = [view_of(one) for one in stubs]
    return answered({**(more or {}), "stubs": views, "templates": asked.is_local}, status=201)


def _named(asked: ControlRequest) -> Declared:
    name, stubs = asked.part("id"), list(asked.workspace.stubs)
    for one in stubs:
        if str(one.number) == name:
            return one
    numbers = [str(one.number) for one in stubs]
    raise Refusal(404, "not_found", f"there is no stub {name!r}; declared: {', '.join(numbers) or 'none'}")


def _stubs(asked: ControlRequest, entries: Iterable[Json]) -> list[Stub]:
    """The stubs of entries, each checked; a list's faults name its place."""
    several = list(entries)
    _refuse_templates(asked, {"stubs": several})
    made = []
    for place, entry in enumerate(several):
        where = f"stubs[{place}]: " if len(several) > 1 else ""
        if not isinstance(entry, dict):
            raise Refusal(400, "invalid_request", f"{where}the stub is no object; expected one with 'replies'")
        try:
            made.append(stub_of(entry, templates=asked.is_local))
        except ScriptError as fault:
            raise ScriptError(f"{where}{fault}") from None
    return made


def _scenario(asked: ControlRequest, text: str) -> Scenario:
    name = asked.text("name") or "scenario"
    if not asked.is_json:
        if not asked.is_local:
            _refuse_templates(asked, read(text, name=name).data)
        return read_scenario(text, name=name, templates=asked.is_local)
    try:
        data = loads(text.encode())
    except JSONFault as fault:
        raise Refusal(400, "invalid_request", f"the body is not JSON: {fault}") from None
    if not isinstance(data, dict):
        raise Refusal(400, "invalid_request", "the body is no object; expected one with 'stubs'")
    _refuse_templates(asked, data)
    return scenario_of(data, name=name, templates=asked.is_local)


def _refuse_templates(asked: ControlRequest, data: Json) -> None:
    """Raises `Refusal` where templates are demanded that are not filled in for callers from elsewhere."""
    if not asked.is_local and any(part.get("templates") is True for part in _parts(data)):
        raise Refusal(
            403,
            "templates_off",
            "templates of callers beyond loopback are not filled in; leave `templates: true` out to send them as they are",
        )


def _parts(data: Json) -> Iterator[JsonObject]:
    """The scenario and its replies, as far as they are objects."""
    for inner in data if isinstance(data, list) else [data]:
        if isinstance(inner, dict):
            yield inner
            yield from _parts(inner.get("stubs"))
            yield from _parts(inner.get("replies"))


IDENTIFIED: Final = (Parameter("id", "The stub's number", {"type": "integer", "minimum": 1}, "path"),)
NAMED: Final = (Parameter("name", "What the scenario is called where it has no name, and in reports of faults", TEXT),)

ROUTES: Final[tuple[Route, ...]] = (
    Route("GET", "/stubs", list_stubs, answer=schema("stub_list")),
    Route("POST", "/stubs", add_stubs, body=schema("new_stubs"), answer=schema("declared_stubs"), status=201, refusals=(403,)),
    Route("DELETE", "/stubs", clear_stubs, status=204),
    Route("GET", "/stubs/{id}", one_stub, IDENTIFIED, answer=schema("declared_stub"), refusals=(404,)),
    Route("DELETE", "/stubs/{id}", remove_stub, IDENTIFIED, status=204, refusals=(404,)),
    Route("POST", "/next", add_next, body=schema("new_replies"), answer=schema("declared_stubs"), status=201, refusals=(403,)),
    Route("POST", "/scenario", play_scenario, NAMED, body=schema("scenario"), answer=schema("played_scenario"), status=201, refusals=(403,)),
)  # fmt: skip
