"""Faults: what can go wrong with an answer, none of it slower than a moment."""

from collections.abc import Iterable, Mapping
from dataclasses import replace
from typing import Final

from hypothesis import strategies as st

from mockclaude.engine.fault import (
    EVENTS,
    KINDS,
    BadJson,
    Cut,
    ErrorEvent,
    Fault,
    Fragments,
    HttpError,
    Missing,
    Pings,
    Stall,
    Trickle,
    Unknown,
    WrongLength,
)
from mockclaude.engine.landmarks import MARKS, Mark
from mockclaude.engine.presets import HTML, UPSTREAM
from mockclaude.engine.say_error import MESSAGES
from mockclaude.strategies.blocks import known
from mockclaude.wire.error import STATUS_OF_TYPE

ERRORS: Final[tuple[HttpError, ...]] = (
    HttpError(529),
    HttpError(500),
    HttpError(429),
    HttpError(504),
    HttpError(503, body=UPSTREAM, content_type="text/plain"),
    HttpError(502, body=HTML, content_type="text/html"),
    HttpError(500, body=""),
    HttpError(500, body='{"type":"error"'),
    HttpError(408, message="Request timeout"),
    HttpError(409, message="Conflict"),
    HttpError(400, message="Your credit balance is too low to access the Anthropic API."),
    HttpError(401),
    HttpError(402),
    HttpError(403),
    HttpError(404),
    HttpError(413),
)
"""Errors of the API and of what stands before it. Sources: recordings; errors page 2026-10; `engine.presets`."""

RETRIED: Final = frozenset({408, 409, 429, *range(500, 600)})
"""The statuses that official SDKs try again. Source: SDK 2.12.0, `_should_retry`."""

RETRY_AFTER: Final[tuple[float | str | None, ...]] = (None, 0, "0", 0.001, "date+0", "-1", "soon", "")
"""What `retry-after` may say: nothing, a number, a date, and what no client can use; none of it makes one wait."""

SHOULD_RETRY: Final[tuple[str, ...]] = ("", "true", "false")
"""What `x-should-retry` may say; it wins over the status."""

SOON: Final = 0.001
"""The shortest wait that a client is told; for 0 the official SDKs wait half a second of their own."""

MOMENT: Final = 0.05
"""Seconds that a fault may hold an answer up, unless more is asked for."""

ORDINALS: Final = st.integers(-1, 12)
MARK: Final[st.SearchStrategy[Mark]] = st.sampled_from([mark for mark in MARKS if mark not in {"utf8", "escape"}])
"""Landmarks that every stream has."""
TYPES: Final = st.sampled_from([kind for kind, status in STATUS_OF_TYPE.items() if status in MESSAGES])


def faults(
    *,
    kinds: Iterable[str] | None = None,
    statuses: Iterable[int] | None = None,
    retry_after: Iterable[float | str | None] = RETRY_AFTER,
    longest: float = MOMENT,
) -> st.SearchStrategy[Fault]:
    """Faults of every kind, or of those given; errors may be bounded by status and by what `retry-after` says.

    `longest` are the seconds for which a fault may hold an answer up.
    """
    if not 0.01 <= longest <= 3600:
        raise ValueError(f"longest is {longest}; expected 0.01 to 3600 seconds")
    table = _table(errors(statuses=statuses, retry_after=retry_after), longest)
    return st.one_of([table[kind] for kind in known(kinds, table, what="kind of fault")])


def errors(
    *, statuses: Iterable[int] | None = None, retry_after: Iterable[float | str | None] = RETRY_AFTER
) -> st.SearchStrategy[HttpError]:
    """Errors instead of an answer."""
    wanted = None if statuses is None else set(statuses)
    chosen = [error for error in ERRORS if wanted is None or error.status in wanted]
    missing = sorted((wanted or set()) - {error.status for error in ERRORS})
    if missing or not chosen:
        have = ", ".join(map(str, sorted({error.status for error in ERRORS})))
        raise ValueError(f"statuses is {missing}; expected some of {have}")
    return _errors(st.sampled_from(chosen), st.sampled_from([*retry_after]), st.sampled_from(SHOULD_RETRY))


def fault_sequences(
    *, most: int = 3, eventually_ok: bool = True, retry_after: Iterable[float | str | None] = (SOON,)
) -> st.SearchStrategy[tuple[Fault, ...]]:
    """What befalls the attempts of one call, in turn, before any of an answer has left.

    Every attempt but the last fails so that trying again is right. `eventually_ok`: so does the last, and the next
    attempt goes through; else the last fault is final and nothing may follow it.
    """
    if most < 1:
        raise ValueError(f"most is {most}; expected a number of faults from 1 on")
    passing: st.SearchStrategy[Fault] = st.one_of(
        _errors(
            st.sampled_from([error for error in ERRORS if error.status in RETRIED]),
            st.sampled_from([*retry_after]),
            st.just(""),
        ),
        st.sampled_from((Cut("head", 0, "close"), Cut("head", 0, "reset"))),
    )
    if eventually_ok:
        return st.lists(passing, max_size=most).map(tuple)
    final = st.sampled_from([error for error in ERRORS if error.status not in RETRIED])

    @st.composite
    def drawn(draw: st.DrawFn) -> tuple[Fault, ...]:
        last = draw(final)
        return (*draw(st.lists(passing, max_size=most - 1)), last)

    return drawn()


@st.composite
def _errors(
    draw: st.DrawFn,
    errors: st.SearchStrategy[HttpError],
    retry_after: st.SearchStrategy[float | str | None],
    should_retry: st.SearchStrategy[str],
) -> HttpError:
    error, again = draw(errors), draw(should_retry)
    return replace(error, retry_after=draw(retry_after), headers={"x-should-retry": again} if again else {})


def _table(errors: st.SearchStrategy[HttpError], longest: float) -> Mapping[str, st.SearchStrategy[Fault]]:
    """The kinds by the names that scripts give them."""
    seconds = st.floats(0, longest)
    table: dict[str, st.SearchStrategy[Fault]] = {
        "error": errors,
        "error_event": st.builds(ErrorEvent, after_events=st.integers(0, 12), type=TYPES),
        "cut": st.builds(Cut, st.sampled_from(("head",)) | MARK, ORDINALS, st.sampled_from(("close", "reset")))
        | st.builds(Cut, MARK, ORDINALS, st.just("end")),
        "missing": st.builds(Missing, st.lists(st.sampled_from(EVENTS), min_size=1, max_size=2).map(tuple)),
        "stall": st.builds(Stall, MARK, ORDINALS, seconds, st.none() | st.floats(0.002, longest)),
        "trickle": st.builds(Trickle, st.integers(64, 4096), st.floats(0.001, min(longest, 0.005))),
        "fragments": st.builds(Fragments, st.lists(st.tuples(MARK, ORDINALS), min_size=1, max_size=4).map(tuple)),
        "pings": st.builds(Pings, st.integers(1, 4)),
        "unknown": st.builds(Unknown, st.sampled_from(("event", "delta", "block")), st.integers(0, 12)),
        "bad_json": st.builds(BadJson, ORDINALS),
        "length": st.builds(WrongLength, st.integers(1, 20) | st.integers(-20, -1)),
    }
    assert set(table) == set(KINDS)
    return table
