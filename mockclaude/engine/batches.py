"""The batches of one world: a state that follows from the clock and from who looked, and the results of the rows.

Rows are answered when their batch is made, in their order, by whatever answers any other call; the results are kept
until the batch has ended. So the script is asked once and in a known order, and what it cannot say is told at once.
"""

from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Final, Literal, NamedTuple

from mockclaude.wire.body import Json, JsonObject
from mockclaude.wire.encoding import dumps
from mockclaude.wire.error import APIError

Status = Literal["in_progress", "canceling", "ended"]
Outcome = Literal["succeeded", "errored", "canceled", "expired"]
OUTCOMES: Final[tuple[Outcome, ...]] = ("succeeded", "errored", "canceled", "expired")

DAY: Final = timedelta(hours=24)
"""When a batch expires that has not ended; to the microsecond in captures of 2026-01 and 2026-09."""
KEPT: Final = timedelta(days=29)
"""How long results can be read after a batch was made; source: batch processing page, 2026-11."""
MOST_ROWS: Final = 200_000
"""Rows that one world remembers; the oldest batches make room, the newest always stays."""


class Result(NamedTuple):
    """What a row became, and that as JSON."""

    custom_id: str
    outcome: Outcome
    data: bytes

    def line(self) -> bytes:
        """The line of the results."""
        return b'{"custom_id":%b,"result":%b}' % (dumps(self.custom_id), self.data)


@dataclass(frozen=True, slots=True)
class Batch:
    """A batch as it was when it was last looked at; `results` are those of rows that are answered in time.

    It takes `seconds`; one that takes none is in progress until it is looked at.
    """

    id: str
    created: datetime
    seconds: float
    results: tuple[Result, ...]
    canceled: datetime | None = None
    ended: datetime | None = None

    @property
    def expires(self) -> datetime:
        """When whatever was not answered expires."""
        return self.created + DAY

    @property
    def status(self) -> Status:
        """What the API calls the state."""
        return "ended" if self.ended is not None else "in_progress" if self.canceled is None else "canceling"

    def at(self, now: datetime, *, seen: bool = False) -> "Batch":
        """The batch at a later moment; `seen` ends one that takes no time, or that is being canceled."""
        if self.ended is not None:
            return self
        if self.canceled is not None:
            return self.ending(self.canceled, "canceled") if seen else self
        due = self.created + timedelta(seconds=min(self.seconds, DAY.total_seconds()))
        if now < due or not (seen or self.seconds):
            return self
        return self.ending(due, "expired") if self.seconds > DAY.total_seconds() else replace(self, ended=due)

    def ending(self, moment: datetime, outcome: Literal["canceled", "expired"]) -> "Batch":
        """The batch ended without an answer to any row."""
        data = dumps({"type": outcome})
        return replace(
            self, ended=moment, results=tuple([Result(one.custom_id, outcome, data) for one in self.results])
        )

    def archived(self, now: datetime) -> datetime | None:
        """Since when the results are gone; `None` while they can be read."""
        gone = self.created + KEPT
        return gone if now >= gone else None

    def counts(self) -> JsonObject:
        """How many rows are what."""
        ended = self.ended is not None
        counted = Counter([one.outcome for one in self.results]) if ended else Counter[Outcome]()
        tally: JsonObject = {outcome: counted[outcome] for outcome in OUTCOMES}
        return {"processing": 0 if ended else len(self.results), **tally}

    def data(self, now: datetime, *, url: str) -> JsonObject:
        """What the API says of the batch, keys in the recorded order; `url` is where results are."""
        archived = self.archived(now)
        has_results = self.ended is not None and archived is None
        return {
            "id": self.id,
            "type": "message_batch",
            "processing_status": self.status,
            "request_counts": self.counts(),
            "ended_at": _written(self.ended),
            "created_at": _written(self.created),
            "expires_at": _written(self.expires),
            "archived_at": _written(archived),
            "cancel_initiated_at": _written(self.canceled),
            "results_url": url if has_results else None,
        }

    def lines(self, now: datetime) -> Iterator[bytes]:
        """The lines of the results, last row first: their order means nothing, and a client must not rely on it.

        Raises the API's 404 where there are none.
        """
        if self.ended is None or self.archived(now) is not None:
            raise APIError(f"Message Batch {self.id} has no available results.", status=404)
        return (one.line() for one in reversed(self.results))

    def __repr__(self) -> str:
        return f"<Batch {self.id} {self.status} rows={len(self.results)}>"


class Batches:
    """The batches that a world remembers, by their ids; what there is not, and what may not be done, is the API's error."""

    def __init__(self) -> None:
        self._known: dict[str, Batch] = {}

    def add(self, batch: Batch) -> None:
        """Remembers a new batch; old ones make room."""
        self._known[batch.id] = batch
        rows = sum([len(one.results) for one in self._known.values()])
        for one in list(self._known.values())[:-1]:
            if rows <= MOST_ROWS:
                break
            rows -= len(one.results)
            del self._known[one.id]

    def newest_first(self, now: datetime) -> list[Batch]:
        """All of them, looked at."""
        return [self.look(name, now) for name in reversed(list(self._known))]

    def look(self, name: str, now: datetime) -> Batch:
        """One of them, which may have ended by now."""
        return self._put(self.find(name, now).at(now, seen=True))

    def find(self, name: str, now: datetime) -> Batch:
        """One of them as time has left it."""
        if name not in self._known:
            raise APIError(f"Message Batch {name} not found.", status=404)
        return self._put(self._known[name].at(now))

    def cancel(self, name: str, now: datetime) -> Batch:
        """Begins to cancel one; one that has ended stays as it is, since no refusal of that is known."""
        batch = self.find(name, now)
        return batch if batch.status != "in_progress" else self._put(replace(batch, canceled=now))

    def delete(self, name: str, now: datetime) -> None:
        """Forgets one that has ended."""
        if self.find(name, now).ended is None:
            raise APIError("In progress batches cannot be deleted. Consider canceling the batch instead.")
        del self._known[name]

    def __len__(self) -> int:
        return len(self._known)

    def _put(self, batch: Batch) -> Batch:
        self._known[batch.id] = batch
        return batch


def results_in(lines: Iterable[bytes]) -> bytes:
    """The body that carries the results."""
    return b"".join([line + b"\n" for line in lines])


def _written(moment: datetime | None) -> Json:
    return None if moment is None else moment.isoformat(timespec="microseconds")
