"""A batch passes through its states by the clock and by who looks, and every row ends exactly once."""

from datetime import datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mockclaude.clock import EPOCH
from mockclaude.engine import batches as module
from mockclaude.engine.batches import DAY, KEPT, OUTCOMES, Batch, Batches, Result, results_in
from mockclaude.wire.batch import MessageBatch, MessageBatchRow
from mockclaude.wire.encoding import dumps, loads
from mockclaude.wire.error import APIError

URL = "http://127.0.0.1/v1/messages/batches/msgbatch_1/results"
ERRORED = dumps(APIError("messages: Field required").result())
MOMENT = st.sampled_from([0, 1, 59, 60, 3600, 86_399, 86_400, 86_401, 29 * 86_400]) | st.integers(0, 40 * 86_400)
SECONDS = st.sampled_from([0, 0.5, 60, 86_400, 86_401]) | st.floats(0, 200_000)
STEPS = st.lists(st.tuples(st.sampled_from(["wait", "look", "list", "cancel"]), MOMENT), max_size=8)
ORDER = ("in_progress", "canceling", "ended")


def batch_of(rows: int = 2, *, seconds: float = 0, name: str = "msgbatch_1") -> Batch:
    results = [Result(f"row-{place}", "errored", ERRORED) for place in range(rows)]
    return Batch(name, EPOCH, seconds, tuple(results))


def names(batch: Batch, *, after: timedelta) -> list[str]:
    return [MessageBatchRow.model_validate(loads(line)).custom_id for line in batch.lines(EPOCH + after)]


def outcomes(batch: Batch) -> set[str]:
    return {one.outcome for one in batch.results}


class Watched:
    """A batch of which everything is done that can be, and after each step is looked at what must always hold."""

    def __init__(self, rows: int, seconds: float) -> None:
        self.rows, self.now, self.known = rows, EPOCH, Batches()
        self.known.add(batch_of(rows, seconds=seconds))
        self.last = self.known.find("msgbatch_1", self.now)

    def step(self, name: str, passed: int) -> None:
        if name == "wait":
            self.now += timedelta(seconds=passed)
        self.holds(
            {"wait": self.known.find, "look": self.known.look, "cancel": self.known.cancel, "list": self.listed}[name](
                "msgbatch_1", self.now
            )
        )

    def listed(self, _name: str, now: datetime) -> Batch:
        [batch] = self.known.newest_first(now)
        return batch

    def holds(self, batch: Batch) -> None:
        told = MessageBatch.model_validate(batch.data(self.now, url=URL))
        is_ended = told.processing_status == "ended"
        assert told.request_counts.total == self.rows
        assert told.request_counts.processing == (0 if is_ended else self.rows)
        assert ORDER.index(batch.status) >= ORDER.index(self.last.status)
        assert is_ended == (told.ended_at is not None)
        assert batch == self.last or not self.last.ended, "what has ended stays as it is"
        assert (told.results_url == URL) == (is_ended and self.now < EPOCH + KEPT)
        self.last = batch
        if told.results_url is None:
            with pytest.raises(APIError, match=r"^Message Batch msgbatch_1 has no available results\.$"):
                batch.lines(self.now)
            return
        ended = [MessageBatchRow.model_validate(loads(line)) for line in batch.lines(self.now)]
        assert sorted(row.custom_id for row in ended) == sorted(one.custom_id for one in batch.results)
        tally = {kind: sum(row.result.type == kind for row in ended) for kind in OUTCOMES}
        assert tally == {kind: getattr(told.request_counts, kind) for kind in OUTCOMES}

    def delete(self) -> None:
        if self.last.at(self.now).status != "ended":
            with pytest.raises(
                APIError, match=r"^In progress batches cannot be deleted\. Consider canceling the batch"
            ):
                self.known.delete("msgbatch_1", self.now)
            return
        self.known.delete("msgbatch_1", self.now)
        with pytest.raises(APIError, match=r"^Message Batch msgbatch_1 not found\.$"):
            self.known.delete("msgbatch_1", self.now)


@given(rows=st.integers(1, 5), seconds=SECONDS, steps=STEPS)
def test_whatever_is_done_counts_add_up_and_no_state_returns(
    rows: int, seconds: float, steps: list[tuple[str, int]]
) -> None:
    watched = Watched(rows, seconds)
    for name, passed in steps:
        watched.step(name, passed)
    watched.delete()


def test_a_batch_that_takes_no_time_ends_when_it_is_looked_at() -> None:
    known = Batches()
    known.add(batch_of())
    assert known.find("msgbatch_1", EPOCH + DAY / 2).status == "in_progress"
    assert known.look("msgbatch_1", EPOCH + DAY / 2).ended == EPOCH


def test_a_batch_that_takes_a_minute_ends_by_the_clock() -> None:
    batch = batch_of(seconds=60)
    assert batch.at(EPOCH + timedelta(seconds=59.9), seen=True) is batch
    assert batch.at(EPOCH + timedelta(hours=5)).ended == EPOCH + timedelta(seconds=60)


def test_what_is_not_answered_within_a_day_expires() -> None:
    batch = batch_of(seconds=90_000)
    assert batch.at(EPOCH + DAY - timedelta(microseconds=1), seen=True).status == "in_progress"
    ended = batch.at(EPOCH + DAY)
    assert (ended.ended, outcomes(ended)) == (EPOCH + DAY, {"expired"})
    assert outcomes(batch_of(seconds=86_400).at(EPOCH + DAY)) == {"errored"}, "that was just in time"


def test_a_canceled_batch_ends_when_it_is_looked_at_again() -> None:
    known, later = Batches(), EPOCH + timedelta(seconds=5)
    known.add(batch_of(seconds=60))
    assert known.cancel("msgbatch_1", later).status == "canceling"
    assert known.cancel("msgbatch_1", later + DAY).canceled == later, "a second time changes nothing"
    ended = known.look("msgbatch_1", later + DAY)
    assert (ended.ended, outcomes(ended)) == (later, {"canceled"})


def test_what_has_ended_is_not_canceled() -> None:
    known = Batches()
    known.add(batch_of(seconds=60))
    assert outcomes(known.cancel("msgbatch_1", EPOCH + timedelta(seconds=60))) == {"errored"}


def test_results_can_be_read_for_29_days_and_come_in_another_order() -> None:
    batch = batch_of(3).at(EPOCH, seen=True)
    assert names(batch, after=KEPT - timedelta(seconds=1)) == ["row-2", "row-1", "row-0"]
    with pytest.raises(APIError) as gone:
        batch.lines(EPOCH + KEPT)
    assert gone.value.status == 404
    told = batch.data(EPOCH + KEPT, url=URL)
    assert (told["archived_at"], told["results_url"]) == ("2026-12-22T12:00:00.000000+00:00", None)


def test_a_line_is_written_as_it_was_captured() -> None:
    assert results_in(batch_of(1).at(EPOCH, seen=True).lines(EPOCH)) == (
        b'{"custom_id":"row-0","result":{"type":"errored","error":{"type":"error","error":{"details":'
        b'{"error_visibility":"user_facing"},"type":"invalid_request_error","message":"messages: Field required"},'
        b'"request_id":null}}}\n'
    )


def test_old_batches_make_room_for_new_ones(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(module, "MOST_ROWS", 5)
    known = Batches()
    for number, rows in enumerate((2, 2, 1, 2, 9)):
        known.add(batch_of(rows, name=f"msgbatch_{number}"))
        held = [int(batch.id[-1]) for batch in known.newest_first(EPOCH)]
        assert held == {0: [0], 1: [1, 0], 2: [2, 1, 0], 3: [3, 2, 1], 4: [4]}[number]
    assert repr(known.look("msgbatch_4", EPOCH)) == "<Batch msgbatch_4 ended rows=9>"
    assert len(known) == 1
