"""What a row of a batch becomes: a message, or an error that stands in its place."""

from collections.abc import Iterable
from dataclasses import replace
from typing import Final, cast

from mockclaude.call import Call
from mockclaude.engine.batches import Outcome, Result
from mockclaude.engine.engine import Engine
from mockclaude.engine.fault import HttpError
from mockclaude.engine.imposed import imposed
from mockclaude.engine.reply import Reply
from mockclaude.errors import MockClaudeError
from mockclaude.rules.batch_rows import Row
from mockclaude.rules.catalogue import RULES, validate
from mockclaude.wire.body import Json, JsonObject
from mockclaude.wire.dice import Dice
from mockclaude.wire.encoding import JSONFault, dumps, loads
from mockclaude.wire.error import APIError
from mockclaude.wire.finding import Finding
from mockclaude.wire.ids import timed_id
from mockclaude.wire.interaction import RawResponse
from mockclaude.wire.sse import decode
from mockclaude.wire.stream import StreamFault, message_of

MOST_FINDINGS: Final = 100
"""Findings about rows that the journal keeps of one batch; the verdict on the contract judges every row anew."""
OK: Final = 200


def answered(rows: Iterable[Row], engine: Engine, dice: Dice, findings: list[Finding]) -> tuple[Result, ...]:
    """The results of the rows in their order; what is noticed about them goes to the findings.

    Raises what we say where a script cannot answer a row.
    """
    results = []
    for row in rows:
        noticed = row.intake.findings
        try:
            result = _result(row, engine, dice)
        except MockClaudeError as failure:
            raise type(failure)(f"requests.{row.place} (custom_id {row.custom_id!r}): {failure}") from failure
        finally:
            findings.extend(row.told(noticed)[: max(0, MOST_FINDINGS - len(findings))])
        outcome: Outcome = "errored" if result["type"] == "errored" else "succeeded"
        results.append(Result(row.custom_id, outcome, dumps(result)))
    return tuple(results)


def _result(row: Row, engine: Engine, dice: Dice) -> JsonObject:
    try:
        call = validate(row.intake)
    except APIError as refusal:
        if refusal.rule is not None:
            row.intake.findings.append(RULES[refusal.rule].finding_of(refusal))
        return refusal.result()
    now = engine.clock()
    try:
        return {"type": "succeeded", "message": _message(_response(call, engine, dice))}
    except APIError as failure:
        return failure.result(timed_id("workerreq", int(now.timestamp() * 1000), dice.bits(80)))


def _response(call: Call, engine: Engine, dice: Dice) -> RawResponse:
    """What answers the row; of faults only errors befall it, since it has no connection of its own."""
    fault = imposed(call, dice)
    fault = fault if isinstance(fault, HttpError) else None
    answer = engine.scripted(call, fault=fault)
    if isinstance(answer, Reply) and not isinstance(answer.fault, HttpError):
        answer = replace(answer, fault=None)
    return engine.spoken(answer, call, dice, fault=fault)


def _message(response: RawResponse) -> JsonObject:
    """The message in a response, at the price of batches; raises the error that it carries instead."""
    found = _document(response)
    if response.status != OK:
        raise _error(found, response.status)
    if not isinstance(found, dict):
        raise APIError("Internal server error", status=500)
    usage = found.get("usage")
    return {**found, "usage": {**usage, "service_tier": "batch"}} if isinstance(usage, dict) else found


def _document(response: RawResponse) -> Json:
    try:
        if response.streamed:
            return cast("JsonObject", message_of(decode(response.body)))
        return loads(response.body)
    except (StreamFault, JSONFault):
        return None


def _error(found: Json, status: int) -> APIError:
    """The error in an author's own body, as far as there is one."""
    error = found.get("error") if isinstance(found, dict) else None
    told = error if isinstance(error, dict) else {}
    return APIError(str(told.get("message", "")), status=status, kind=str(told.get("type", "")))
