"""One page of a list, as the API cuts it: behind `after_id`, before `before_id`, else the first.

The texts for bad queries are assumed from the API's wording elsewhere; no recording has one.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Final, Generic, Protocol, TypeVar

from mockclaude.wire.body import Json, JsonObject
from mockclaude.wire.error import APIError

PAGE: Final = 20
LARGEST_PAGE: Final = 1000


class Named(Protocol):
    """What a list can hold."""

    @property
    def id(self) -> str:
        """The name by which a page begins or ends."""


Item = TypeVar("Item", bound=Named)


@dataclass(frozen=True, slots=True)
class Page(Generic[Item]):
    """One page of a list, and whether more follows in the direction of reading."""

    items: Sequence[Item]
    has_more: bool

    def data(self, told: list[Json]) -> JsonObject:
        """The page with what is told of its items."""
        first, last = (self.items[0].id, self.items[-1].id) if self.items else (None, None)
        return {"data": told, "has_more": self.has_more, "first_id": first, "last_id": last}


def page_of(known: Sequence[Item], query: Mapping[str, str], *, noun: str) -> Page[Item]:
    """The page that a query asks for; `noun` says what is listed. Raises `APIError`."""
    limit = _limit(query.get("limit"))
    if "before_id" in query:
        rest = known[: _place(known, "before_id", query["before_id"], noun)]
        return Page(rest[-limit:], len(rest) > limit)
    start = _place(known, "after_id", query["after_id"], noun) + 1 if "after_id" in query else 0
    return Page(known[start : start + limit], len(known) > start + limit)


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


def _place(known: Sequence[Item], key: str, name: str, noun: str) -> int:
    for place, item in enumerate(known):
        if name == item.id:
            return place
    raise APIError(f"{key}: no {noun} of this list is called {name!r}")
