"""The same request again after a failure is another attempt, and nothing else is."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mockclaude.verdicts.attempts import attempts_of, chains_of

from .recorded import asked, calls, refused, streamed, user, whole


def numbers(*interactions) -> list[list[int]]:
    """The chains of calls, each by the numbers of its calls."""
    return [[attempt.call.number for attempt in chain] for chain in chains_of(attempts_of(calls(*interactions)))]


@pytest.mark.parametrize("timed", [True, False])
def test_a_request_that_failed_is_repeated_by_the_same_one(timed) -> None:
    moments = [float(moment) if timed else None for moment in range(5)]
    told = [refused(500), None, refused(429), whole(), whole()]
    assert numbers(*[asked(said, at=at) for said, at in zip(told, moments, strict=True)]) == [[1, 2, 3, 4], [5]]


@pytest.mark.parametrize(
    "change",
    [
        {"messages": [user("other")]},
        {"max_tokens": 10},
        {"headers": {"idempotency-key": "other"}},
        {"headers": {"anthropic-beta": "fewer-2026-01-01"}},
    ],
)
def test_another_request_is_no_attempt_at_it(change) -> None:
    assert numbers(asked(refused(500)), asked(whole(), at=1.0, **change)) == [[1], [2]]


def test_whether_it_is_streamed_does_not_matter() -> None:
    assert numbers(asked(refused(500), stream=True), asked(whole(), at=1.0, stream=False)) == [[1, 2]]


def test_the_clients_own_key_decides() -> None:
    key = {"idempotency-key": "one"}
    first, second = asked(refused(500), headers=key), asked(whole(), at=1.0, headers=key, max_tokens=10)
    assert numbers(first, second) == [[1, 2]]


def test_what_came_before_the_failure_was_known_is_no_retry_of_it() -> None:
    assert numbers(asked(refused(400), at=0.0, took=2.0), asked(refused(400), at=1.0)) == [[1], [2]]
    assert numbers(asked(refused(400), at=0.0, took=1.0), asked(refused(400), at=1.0)) == [[1, 2]]


def test_bodies_that_are_no_json_repeat_one_another_byte_for_byte() -> None:
    broken = [asked(refused(400), at=float(place)) for place in range(3)]
    for one, body in zip(broken, (b"{", b"{", b"["), strict=True):
        one.request = one.request._replace(body=body)
    assert numbers(*broken) == [[1, 2], [3]]


@given(order=st.permutations(range(6)))
def test_of_parallel_calls_each_has_its_own_retry(order) -> None:
    """However the journal got them: three calls at once fail one after the other, and each is retried a second later."""
    first = [asked(refused(429), at=0.0, took=0.1 + 0.1 * place, headers=counted(0)) for place in range(3)]
    again = [asked(whole(), at=1.1 + 0.1 * place, headers=counted(1)) for place in range(3)]
    made = [*first, *again]
    shuffled = [made[place] for place in order]
    chains = chains_of(attempts_of(calls(*shuffled)))
    waits = [round((chain[1].arrived or 0) - (chain[0].known or 0), 3) for chain in chains]
    assert waits == [1.0, 1.0, 1.0]


def test_a_count_of_retries_tells_whose_attempt_it_is() -> None:
    made = [
        asked(refused(429), at=0.0, took=0.8, headers=counted(0)),
        asked(refused(429), at=1.0, headers=counted(1)),
        asked(streamed([]), at=0.5, took=3.0, headers=counted(0)),
        asked(whole(), at=4.0, headers=counted(2)),
        asked(whole(), at=5.0, headers=counted(1)),
    ]
    assert sorted(numbers(*made)) == [[1, 2, 4], [3, 5]]


def counted(retries: int) -> dict[str, str]:
    return {"x-stainless-retry-count": str(retries)}
