"""`/v1/messages/batches`: made at once, ended when the clock says so, told row by row.

What a batch or its absence is answered with was captured 2026-09-02; headers of the results were recorded before.
"""

import asyncio
import logging
import re
from collections.abc import Awaitable, Callable, Mapping
from typing import Final

from mockclaude.call import Intake
from mockclaude.engine.batched import answered
from mockclaude.engine.batches import Batch, results_in
from mockclaude.rules.catalogue import validate_batch
from mockclaude.server.elsewhere import wrong_method
from mockclaude.server.exchange import Exchange
from mockclaude.server.paging import page_of
from mockclaude.server.results_url import reached
from mockclaude.server.send import Sent
from mockclaude.wire.body import JsonObject
from mockclaude.wire.encoding import dumps
from mockclaude.wire.error import APIError
from mockclaude.wire.ids import uuid_id
from mockclaude.wire.interaction import Chunk, RawResponse
from mockclaude.wire.shown import without_keys

logger = logging.getLogger("mockclaude.server")

PATH: Final = re.compile(r"/v1/messages/batches(?:/(?P<id>[^/]+)(?P<more>/cancel|/results)?)?")
JSON: Final = ("content-type", "application/json")
POLL: Final = ("retry-after", "10")
"""How long to wait before a batch in progress is looked at again."""
SMALL: Final = 32_768
"""Bytes of a batch that is answered at once; a larger one is in a thread, so that other requests need not wait."""


async def respond(exchange: Exchange) -> Sent:
    """Answers whatever is asked of batches."""
    found = PATH.fullmatch(exchange.request.path)
    if found is None:
        raise APIError("Not Found", status=404)
    handlers = HANDLERS[found["more"] or ("/id" if found["id"] else "")]
    handler = handlers.get(exchange.request.method)
    return await (wrong_method(exchange) if handler is None else handler(exchange, found["id"] or ""))


async def create(exchange: Exchange, _id: str) -> Sent:
    """Makes a batch; what is wrong with a row is told by its result, and noted now."""
    intake = await exchange.read()
    is_small = len(intake.raw.body) <= SMALL
    batch = made(exchange, intake) if is_small else await asyncio.to_thread(made, exchange, intake)
    exchange.workspace.batches.add(batch)
    return await exchange.send_json(told(batch, exchange))


def made(exchange: Exchange, intake: Intake) -> Batch:
    """The batch with all its results; raises what it is refused for, and what we say where a script cannot answer."""
    rows = validate_batch(intake)
    results = answered(rows, exchange.workspace.engine, exchange.dice, intake.findings)
    name = uuid_id("msgbatch", exchange.dice.bits(128))
    wrong = [one.custom_id for one in results if one.outcome == "errored"]
    if wrong:
        first = without_keys(wrong[0])
        logger.warning("%d of %d rows of %s end in an error, first %r", len(wrong), len(rows), name, first)
    return Batch(name, exchange.now, intake.settings.batch_seconds, results)


async def list_batches(exchange: Exchange, _id: str) -> Sent:
    """Lists one page of batches, newest first."""
    exchange.admit()
    batches = exchange.workspace.batches.newest_first(exchange.now)
    page = page_of(batches, exchange.request.query, noun="batch")
    return await exchange.send_json(page.data([told(batch, exchange) for batch in page.items]))


async def retrieve(exchange: Exchange, name: str) -> Sent:
    """Tells how far a batch is."""
    exchange.admit()
    batch = exchange.workspace.batches.look(name, exchange.now)
    headers = (JSON,) if batch.ended is not None else (JSON, POLL)
    return await exchange.send(RawResponse(200, headers, (Chunk(dumps(told(batch, exchange))),)))


async def cancel(exchange: Exchange, name: str) -> Sent:
    """Begins to cancel a batch."""
    exchange.admit()
    return await exchange.send_json(told(exchange.workspace.batches.cancel(name, exchange.now), exchange))


async def delete(exchange: Exchange, name: str) -> Sent:
    """Forgets a batch that has ended."""
    exchange.admit()
    exchange.workspace.batches.delete(name, exchange.now)
    return await exchange.send_json({"id": name, "type": "message_batch_deleted"})


async def results(exchange: Exchange, name: str) -> Sent:
    """Tells what became of the rows, one a line."""
    exchange.admit()
    body = results_in(exchange.workspace.batches.find(name, exchange.now).lines(exchange.now))
    headers = (
        ("content-type", "application/x-jsonl"),
        ("content-disposition", f"attachment; filename*=utf-8''{name}_results.jsonl"),
    )
    return await exchange.send(RawResponse(200, headers, (Chunk(body),)))


def told(batch: Batch, exchange: Exchange) -> JsonObject:
    """What is said of a batch; its results are where the client reached this server."""
    return batch.data(exchange.now, url=f"{reached(exchange)}/v1/messages/batches/{batch.id}/results")


HANDLERS: Final[Mapping[str, Mapping[str, Callable[[Exchange, str], Awaitable[Sent]]]]] = {
    "": {"POST": create, "GET": list_batches},
    "/id": {"GET": retrieve, "DELETE": delete},
    "/cancel": {"POST": cancel},
    "/results": {"GET": results},
}
"""What answers which method, by what follows the path of batches."""
