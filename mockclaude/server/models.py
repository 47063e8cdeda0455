"""`GET /v1/models`: the models that are known, newest first.

The texts for bad queries are assumed from the API's wording elsewhere; no recording has one.
"""

from collections.abc import Mapping
from typing import Final, NamedTuple, get_args

from multidict import MultiMapping

from mockclaude.model_info import model_info
from mockclaude.models import Lifecycle, ModelProfile
from mockclaude.server.exchange import Exchange
from mockclaude.server.send import Sent
from mockclaude.wire.body import Json
from mockclaude.wire.error import APIError

STAGES: Final[tuple[str, ...]] = get_args(Lifecycle)
LISTED: Final = frozenset({"active", "deprecated"})
"""What a list holds unless it is asked otherwise; source: SDK 2.12.0."""
PAGE: Final = 20
LARGEST_PAGE: Final = 1000


async def list_models(exchange: Exchange) -> Sent:
    """Lists one page of models."""
    exchange.admit()
    query = exchange.request.query
    today, stages = exchange.now.date(), stages_of(query)
    known = [model for model in exchange.workspaces.models if model.lifecycle(today) in stages]
    page = page_of(known, query)
    infos: list[Json] = [model_info(model, today) for model in page.models]
    first, last = (page.models[0].id, page.models[-1].id) if page.models else (None, None)
    return await exchange.send_json({"data": infos, "has_more": page.has_more, "first_id": first, "last_id": last})


async def one_model(exchange: Exchange) -> Sent:
    """Describes one model, by id or alias."""
    exchange.admit()
    name = exchange.request.match_info["model"]
    model = exchange.workspaces.models.find(name)
    if model is None:
        raise APIError(f"model: {name}", status=404)
    return await exchange.send_json(model_info(model, exchange.now.date()))


class Page(NamedTuple):
    """One page of a list, and whether more follows in the direction of reading."""

    models: list[ModelProfile]
    has_more: bool


def page_of(known: list[ModelProfile], query: Mapping[str, str]) -> Page:
    """The page behind `after_id` or before `before_id`, else the first one; raises `APIError`."""
    limit = _limit(query.get("limit"))
    if "before_id" in query:
        rest = known[: _place(known, "before_id", query["before_id"])]
        return Page(rest[-limit:], len(rest) > limit)
    start = _place(known, "after_id", query["after_id"]) + 1 if "after_id" in query else 0
    return Page(known[start : start + limit], len(known) > start + limit)


def stages_of(query: MultiMapping[str]) -> frozenset[str]:
    """The stages of life that are asked for; raises `APIError`."""
    wanted = [*query.getall("lifecycle[]", []), *query.getall("lifecycle", [])]
    for place, stage in enumerate(wanted):
        if stage not in STAGES:
            raise APIError(f"lifecycle.{place}: Input should be 'active', 'deprecated' or 'retired'")
    return frozenset(wanted) or LISTED


def _limit(text: str | None) -> int:
    if text is None:
        return PAGE
    if not (text.isascii() and text.isdigit()) or len(text) > 9:
        raise APIError("limit: Input should be a valid integer")
    limit = int(text)
    if limit < 1:
        raise APIError("limit: Input should be greater than or equal to 1")
    if limit > LARGEST_PAGE:
        raise APIError("limit: Input should be less than or equal to 1000")
    return limit


def _place(known: list[ModelProfile], key: str, name: str) -> int:
    for place, model in enumerate(known):
        if name == model.id:
            return place
    raise APIError(f"{key}: no model of this list is called {name!r}")
