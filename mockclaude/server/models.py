"""`GET /v1/models`: the models that are known, newest first.

The texts for bad queries are assumed from the API's wording elsewhere; no recording has one.
"""

from typing import Final, get_args

from multidict import MultiMapping

from mockclaude.model_info import model_info
from mockclaude.models import Lifecycle
from mockclaude.server.exchange import Exchange
from mockclaude.server.paging import page_of
from mockclaude.server.send import Sent
from mockclaude.wire.error import APIError

STAGES: Final[tuple[str, ...]] = get_args(Lifecycle)
LISTED: Final = frozenset({"active", "deprecated"})
"""What a list holds unless it is asked otherwise; source: SDK 2.12.0."""


async def list_models(exchange: Exchange) -> Sent:
    """Lists one page of models."""
    exchange.admit()
    query = exchange.request.query
    today, stages = exchange.now.date(), stages_of(query)
    known = [model for model in exchange.workspaces.models if model.lifecycle(today) in stages]
    page = page_of(known, query, noun="model")
    return await exchange.send_json(page.data([model_info(model, today) for model in page.items]))


async def one_model(exchange: Exchange) -> Sent:
    """Describes one model, by id or alias."""
    exchange.admit()
    name = exchange.request.match_info["model"]
    model = exchange.workspaces.models.find(name)
    if model is None:
        raise APIError(f"model: {name}", status=404)
    return await exchange.send_json(model_info(model, exchange.now.date()))


def stages_of(query: MultiMapping[str]) -> frozenset[str]:
    """The stages of life that are asked for; raises `APIError`."""
    wanted = [*query.getall("lifecycle[]", []), *query.getall("lifecycle", [])]
    for place, stage in enumerate(wanted):
        if stage not in STAGES:
            raise APIError(f"lifecycle.{place}: Input should be 'active', 'deprecated' or 'retired'")
    return frozenset(wanted) or LISTED
