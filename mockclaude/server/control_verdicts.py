"""The verdicts over HTTP: whether the requests kept the API's contract, and whether the client coped with what went wrong."""

import asyncio
from collections.abc import Mapping
from typing import Final, cast

from aiohttp import web

from mockclaude.calls import calls_of
from mockclaude.clock import real_clock
from mockclaude.record.entry import data_of_finding
from mockclaude.server.control_answer import Refusal, answered
from mockclaude.server.control_request import ControlRequest
from mockclaude.server.control_route import Route, schema
from mockclaude.settings import validation_named
from mockclaude.verdicts.contract import Breach, breaches
from mockclaude.verdicts.resilience import Allowed, Lapse, lapses
from mockclaude.verdicts.returned import returned
from mockclaude.verdicts.told import told_breaches, told_forgotten, told_lapses
from mockclaude.wire.body import Json, JsonObject

FORMS: Final[Mapping[str, tuple[tuple[type, ...], str]]] = {
    "attempts": ((int,), "a whole number"),
    "within": ((int, float), "a number of seconds"),
    "tolerance": ((int, float), "a number of seconds"),
    "restarts": ((bool,), "true or false"),
    "resumes": ((bool,), "true or false"),
}
"""What a client may be allowed, and how it is written."""


async def verify_contract(asked: ControlRequest) -> web.Response:
    """Judges every remembered request by all rules; 409 when one is broken."""
    data = await asked.fields("validation", "ignore")
    named, world = data.get("validation", "strict"), asked.workspace
    found = await asyncio.to_thread(
        breaches,
        world.journal,
        settings=world.settings,
        models=asked.workspaces.models,
        validation=validation_named(named if isinstance(named, str) else repr(named)),
        ignore=_names(data),
    )
    told = told_breaches(found) if found else told_forgotten(world.journal.forgotten)
    return _verdict("breaches", [_breach(one) for one in found], told)


async def verify_resilience(asked: ControlRequest) -> web.Response:
    """Judges what the client did when something went wrong; 409 when it should not have."""
    data = await asked.fields(*FORMS, "ignore", "outcome")
    outcome = data.get("outcome")
    calls = calls_of(asked.workspace.journal, models=asked.workspaces.models)
    found = lapses(
        calls,
        allowed=_allowed(data),
        returned=None if outcome is None else returned(outcome),
        dates=asked.workspaces.clock is real_clock,
        ignore=_names(data),
    )
    told = told_lapses(found, calls) if found else told_forgotten(asked.workspace.journal.forgotten)
    return _verdict("lapses", [_lapse(one) for one in found], told)


def _verdict(key: str, found: list[Json], told: str) -> web.Response:
    answer: JsonObject = {"holds": not told, key: found}
    if not told:
        return answered(answer)
    return answered({**answer, "error": {"type": "verification_failed", "message": told, "nearest": None}}, status=409)


def _breach(breach: Breach) -> JsonObject:
    return {"request": breach.request, "call": breach.number, **data_of_finding(breach.finding), "fix": breach.fix}


def _lapse(lapse: Lapse) -> JsonObject:
    return {"id": lapse.id, "message": lapse.message, "calls": list(lapse.calls), "fix": lapse.fix}


def _allowed(data: JsonObject) -> Allowed:
    given = {name: data[name] for name in FORMS if data.get(name) is not None}
    for name, value in given.items():
        kinds, words = FORMS[name]
        if type(value) not in kinds:
            raise Refusal(400, "invalid_request", f"{name} is {value!r}; expected {words}")
    return Allowed(**given)  # type: ignore[arg-type]  # the loop has looked at their types


def _names(data: JsonObject) -> list[str]:
    names = data.get("ignore", [])
    if not isinstance(names, list) or not all(isinstance(name, str) for name in names):
        raise Refusal(400, "invalid_request", f"ignore is {names!r}; expected a list of names")
    return cast("list[str]", names)


ROUTES: Final[tuple[Route, ...]] = (
    Route("POST", "/verify/contract", verify_contract, body=schema("contract_expectation"), answer=schema("contract_verdict"), refusals=(409,)),
    Route("POST", "/verify/resilience", verify_resilience, body=schema("resilience_expectation"), answer=schema("resilience_verdict"), refusals=(409,)),
)  # fmt: skip
