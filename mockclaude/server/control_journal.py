"""What was asked, over HTTP: the journal, one entry of it, what was noticed, and whether the expected calls came."""

import re
from collections.abc import Iterator
from typing import Final, cast, get_args

from aiohttp import web

from mockclaude.engine.match import any_call, model, text
from mockclaude.engine.matcher import Matcher
from mockclaude.engine.scenario_reader import matcher_of_fields
from mockclaude.engine.scenario_schema import first_fault
from mockclaude.engine.verdict import call_in, expected, judge
from mockclaude.record.entry import data_of_finding, entry_of, exact_entry_of
from mockclaude.server.control_answer import Refusal, answered, done
from mockclaude.server.control_request import ControlRequest
from mockclaude.server.control_route import FLAG, NUMBER, TEXT, Parameter, Route, listed, schema
from mockclaude.wire.body import Json, JsonObject
from mockclaude.wire.finding import Severity
from mockclaude.wire.interaction import Interaction

STATUS: Final = re.compile(r"[1-5](?:\d\d|xx)|none")
MOST: Final = 100
"""Entries that are shown when no number is asked for."""


async def list_journal(asked: ControlRequest) -> web.Response:
    """Lists the newest entries that pass every filter, oldest first."""
    found = list(_filtered(asked))
    limit = asked.number("limit", default=MOST)
    shown: list[Json] = [_shown(asked, entry) for entry in found[max(0, len(found) - limit) :]]
    return answered({"total": len(found), "entries": shown})


async def clear_journal(asked: ControlRequest) -> web.Response:
    """Forgets what was asked; stubs and settings stay."""
    asked.workspace.journal.clear()
    return done()


async def one_entry(asked: ControlRequest) -> web.Response:
    """Shows one entry."""
    return answered(_shown(asked, _entry(asked, asked.part("id"))))


async def list_findings(asked: ControlRequest) -> web.Response:
    """Lists what was noticed about the remembered requests: broken rules, remarks, failures of scripts."""
    rule, severity = asked.text("rule"), asked.text("severity")
    found: list[Json] = [
        {"request_id": request_id, **data_of_finding(finding)}
        for request_id, finding in asked.workspace.findings
        if rule in {None, finding.rule} and severity in {None, finding.severity}
    ]
    return answered({"findings": found})


async def verify(asked: ControlRequest) -> web.Response:
    """Counts the remembered calls that a stub with this `when` would mean; 409 when they are not as many as expected."""
    world = asked.workspace
    data = await asked.fields("when", "times", "at_least", "at_most")
    wanted = expected(times=_count(data, "times"), at_least=_count(data, "at_least"), at_most=_count(data, "at_most"))
    verdict = judge(
        _matcher(data), world.journal, expected=wanted, settings=world.settings, models=asked.workspaces.models
    )
    answer: JsonObject = {
        "holds": verdict.holds,
        "expected": str(verdict.expected),
        "count": verdict.count,
        "calls": [interaction.request_id for interaction in verdict.matching],
    }
    if verdict.holds:
        return answered(answer)
    near = verdict.nearest[0] if verdict.nearest else None
    error: JsonObject = {"type": "verification_failed", "message": str(verdict), "nearest": near}
    return answered({**answer, "error": error}, status=409)


def _shown(asked: ControlRequest, interaction: Interaction) -> JsonObject:
    return exact_entry_of(interaction) if asked.flag("exact") else entry_of(interaction, full=asked.flag("full"))


def _entry(asked: ControlRequest, request_id: str) -> Interaction:
    found = asked.workspace.journal.find(request_id)
    if found is None:
        raise Refusal(
            404, "not_found", f"the journal has no entry {request_id!r}; it may be of another workspace, or forgotten"
        )
    return found


def _filtered(asked: ControlRequest) -> Iterator[Interaction]:
    """The entries that pass every filter that is given."""
    entries = list(asked.workspace.journal)
    since = asked.text("since")
    if since is not None:
        ids = [entry.request_id for entry in entries]
        if since not in ids:
            _entry(asked, since)
        entries = entries[ids.index(since) + 1 :]
    status, rule, stub = asked.text("status"), asked.text("rule"), asked.text("stub")
    if status is not None and not STATUS.fullmatch(status):
        raise Refusal(400, "invalid_request", f"status is {status!r}; expected one such as 429, 4xx or none")
    matcher = _asked_for(asked)
    for entry in entries:
        if (
            (status is None or _has_status(entry, status))
            and (rule is None or any(finding.rule == rule for finding in entry.findings))
            and (stub is None or _is_of(entry, stub))
            and (matcher is None or _is_meant(asked, entry, matcher))
        ):
            yield entry


def _asked_for(asked: ControlRequest) -> Matcher | None:
    """The matcher that the filters `model` and `text` make together."""
    words, pattern = asked.text("text"), asked.text("model")
    if words is None and pattern is None:
        return None
    return (any_call() if words is None else text(words)) & (any_call() if pattern is None else model(pattern))


def _is_meant(asked: ControlRequest, entry: Interaction, matcher: Matcher) -> bool:
    call = call_in(entry, settings=asked.workspace.settings, models=asked.workspaces.models)
    return call is not None and matcher.matches(call)


def _has_status(entry: Interaction, wanted: str) -> bool:
    """Whether the answer has a status such as `429`, `4xx`, or `none` where there was no answer."""
    status = "none" if entry.response is None else str(entry.response.status)
    return status == wanted or (wanted.endswith("xx") and status[0] == wanted[0])


def _is_of(entry: Interaction, stub: str) -> bool:
    """Whether a stub of that number, or with that in its label, answered."""
    label = entry.stub or ""
    return label.startswith(f"stub #{stub} (") if stub.isdigit() else bool(label) and stub in label


def _matcher(data: JsonObject) -> Matcher:
    when = data.get("when", {})
    fault = first_fault("when", when)
    if fault is not None:
        place = ".".join(["when", *map(str, fault.path)])
        raise Refusal(400, "script_error", f"{place}: {fault.message}")
    return matcher_of_fields(cast("JsonObject", when))


def _count(data: JsonObject, name: str) -> int | None:
    value = data.get(name)
    if value is not None and type(value) is not int:
        raise Refusal(400, "invalid_request", f"{name} is {value!r}; expected a whole number")
    return value


FORM: Final = (
    Parameter("full", "Shows base64 data whole", FLAG),
    Parameter("exact", "Shows both bodies as base64 of their bytes instead of parsed", FLAG),
)
FILTERS: Final = (
    Parameter("limit", f"At most so many entries, the newest; {MOST} when it is left out", NUMBER),
    Parameter("since", "Only entries after the one of this request id", TEXT),
    Parameter("status", "Only answers of this status: `429`, `4xx`, or `none` where there was no answer", {"type": "string", "pattern": STATUS.pattern}),
    Parameter("model", "Only calls to these models (a glob)", TEXT),
    Parameter("text", "Only calls of which the last user turn with text contains this", TEXT),
    Parameter("rule", "Only requests with a finding of this rule", TEXT),
    Parameter("stub", "Only calls that the stub of this number answered, or one with this in its label", TEXT),
)  # fmt: skip
FOUND: Final = (
    Parameter("rule", "Only findings of this rule", TEXT),
    Parameter("severity", "Only findings of this severity", {"type": "string", "enum": list(get_args(Severity))}),
)
IDENTIFIED: Final = (Parameter("id", "The request id", TEXT, "path"),)

ROUTES: Final[tuple[Route, ...]] = (
    Route("GET", "/journal", list_journal, (*FILTERS, *FORM), answer=schema("journal"), refusals=(404,)),
    Route("DELETE", "/journal", clear_journal, status=204),
    Route("GET", "/journal/{id}", one_entry, (*IDENTIFIED, *FORM), answer=schema("entry"), refusals=(404,)),
    Route("POST", "/verify", verify, body=schema("expectation"), answer=schema("verdict"), refusals=(409,)),
    Route("GET", "/findings", list_findings, FOUND, answer=listed("findings", "noticed")),
)
