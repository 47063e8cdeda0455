"""A journal remembers the latest, within bounds, and gives no key away."""

from concurrent.futures import ThreadPoolExecutor

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mockclaude.clock import EPOCH
from mockclaude.record.journal import Journal, weight_of
from mockclaude.record.redact import redacted_request
from mockclaude.wire.interaction import Chunk, Headers, Interaction, RawRequest, RawResponse
from mockclaude.wire.shown import REDACTED

SECRET = "sk-ant-api03-abcDEF_123-456"


def interaction(name: str = "", *, body: bytes = b"", reply: bytes = b"") -> Interaction:
    request = RawRequest("POST", "/v1/messages", Headers({"x-name": name}), body)
    return Interaction(request, EPOCH, name, RawResponse(200, (), (Chunk(reply),)))


def names(journal: Journal) -> list[str]:
    return [entry.request_id for entry in journal]


@given(st.integers(0, 30), st.integers(1, 10))
def test_the_latest_entries_stay(count: int, room: int) -> None:
    journal = Journal(entries=room)
    for place in range(count):
        journal.add(interaction(str(place)))
    assert names(journal) == [str(place) for place in range(count)][-room:]
    assert len(journal) == min(count, room)


@given(st.lists(st.tuples(st.integers(0, 50), st.integers(0, 50)), max_size=30), st.integers(1, 8), st.integers(0, 200))
def test_bodies_never_outgrow_their_room_but_for_the_newest(
    sizes: list[tuple[int, int]], entries: int, room: int
) -> None:
    journal = Journal(entries=entries, size=room)
    for place, (asked, answered) in enumerate(sizes):
        journal.add(interaction(str(place), body=b"a" * asked, reply=b"b" * answered))
        assert journal.size == sum(weight_of(entry) for entry in journal)
        assert journal.size <= max(room, asked + answered)
    assert len(journal) == min(len(sizes), entries), "an entry without its bodies still counts"
    kept = [weight_of(entry) > 0 for entry in journal if sum(sizes[int(entry.request_id)]) > 0]
    assert kept == sorted(kept), "the oldest lose theirs first"


def test_who_holds_an_entry_keeps_its_bodies() -> None:
    journal = Journal(size=10)
    journal.add(interaction("old", body=b"12345678"))
    held = journal[0]
    journal.add(interaction("new", body=b"12345678"))
    assert (held.request.body, journal[0].request.body, journal[0].request_id) == (b"12345678", b"", "old")


def test_entries_are_reached_like_those_of_a_list() -> None:
    journal = Journal()
    for place in range(5):
        journal.add(interaction(str(place)))
    assert (journal[0].request_id, journal[-1].request_id) == ("0", "4")
    assert [entry.request_id for entry in journal[1:3]] == ["1", "2"]
    assert journal[2] is journal[2]
    with pytest.raises(IndexError):
        journal[5]


def test_an_entry_is_found_by_its_request_id() -> None:
    journal = Journal()
    for place in range(3):
        journal.add(interaction(str(place)))
    assert journal.find("1") is journal[1]
    assert journal.find("3") is None


def test_a_cleared_journal_is_empty() -> None:
    journal = Journal()
    journal.add(interaction(body=b"abc"))
    journal.clear()
    journal.add(interaction("new", body=b"ab"))
    assert (names(journal), journal.size) == (["new"], 2)


@pytest.mark.parametrize(
    "headers",
    [
        {"X-Api-Key": SECRET},
        {"Authorization": f"Bearer {SECRET}"},
        {"cookie": f"session={SECRET}"},
        {"x-api-key": "hunter2-sk-ant-api03-abcDEF_123-456"},
        {"x-something-else": f"my key is {SECRET}, keep it"},
    ],
)
def test_no_key_comes_out_of_a_journal(headers: dict[str, str]) -> None:
    journal = Journal()
    body = f'{{"text":"{SECRET}"}}'.encode()
    request = RawRequest("GET", f"/{SECRET}", Headers(headers), body, f"key={SECRET}&a=b")
    journal.add(Interaction(request, EPOCH, response=RawResponse(200, (("x-a", SECRET),), (Chunk(body),))))
    for shown in (repr(list(journal)), repr(journal[0]), repr(journal[:]), repr(journal)):
        assert SECRET not in shown
        assert "hunter2" not in shown
    assert journal[0].request.query == f"key={REDACTED}&a=b"


def test_what_is_no_secret_is_kept() -> None:
    request = RawRequest(
        "POST", "/v1/messages", Headers({"x-api-key": "k", "user-agent": "Anthropic/Python"}), b"body", "beta=true"
    )
    assert redacted_request(request) == RawRequest(
        "POST", "/v1/messages", Headers({"x-api-key": REDACTED, "user-agent": "Anthropic/Python"}), b"body", "beta=true"
    )


def test_it_is_read_while_others_add() -> None:
    journal = Journal(entries=50)

    def add(name: str) -> None:
        for _ in range(300):
            journal.add(interaction(name, body=b"abc"))

    with ThreadPoolExecutor(4) as pool:
        adding = [pool.submit(add, str(number)) for number in range(3)]
        while not all(job.done() for job in adding):
            assert len(list(journal)) <= 50
        for job in adding:
            job.result()
    assert (len(journal), journal.size) == (50, 150)


def test_its_repr_tells_its_size() -> None:
    journal = Journal()
    journal.add(interaction(body=b"abc", reply=b"de"))
    assert repr(journal) == "<Journal interactions=1 bytes=5>"
