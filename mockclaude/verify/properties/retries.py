"""P8, P10 and P11: only what may pass by itself is asked again, not too soon, and word for word."""

from collections.abc import Sequence
from itertools import pairwise
from typing import Final

from hypothesis import strategies as st

from mockclaude.verify.asked import asking
from mockclaude.verify.case import Answer, Case
from mockclaude.verify.property import MOST_ATTEMPTS, Broken, Client, NotJudged, Property, Run
from mockclaude.wire.body import JsonObject

LASTING: Final = (400, 401, 402, 403, 404, 405, 413, 422)
PASSING: Final = (408, 409, 429, 500, 502, 503, 504, 529)
"""Statuses that are not to be asked again, and those that may; source: SDK 2.12.0, `_should_retry`."""

GONE: Final[JsonObject] = {"text": "0", "fault": {"kind": "cut", "at": "head", "ending": "reset"}}
WELL: Final[JsonObject] = {"text": "0"}

LONGEST_WAIT: Final = 120.0
"""Seconds above which a client that obeys `retry-after` hangs for most of its users; worth a remark."""

CLOCK: Final = 1.0
"""Seconds that a date in a header may be off: it has no fractions."""

GARBAGE: Final = ("soon", "-5", "1e400", "nan", "Wed, 99 Nov 2026 99:99:99 GMT")
REAL: Final = ("0.5", "1")
"""What clients that really sleep are told: no more than these two."""


def _failed(status: int, *, retry_after: str | None = "0", should: str | None = None) -> JsonObject:
    headers: JsonObject = {} if retry_after is None else {"retry-after": retry_after}
    if should is not None:
        headers["x-should-retry"] = should
    return {"error": {"status": status, "message": "It failed.", "headers": headers}}


def fault_cases(client: Client) -> st.SearchStrategy[Case]:
    """Up to three failures before an answer, or the same failure for ever."""
    statuses = st.sampled_from((*LASTING, *PASSING))
    said = st.builds(
        lambda status, should: _failed(status, should=should), statuses, st.sampled_from((None, "false", "true"))
    )
    ends = st.sampled_from((True, False))

    def failing(faults: Sequence[JsonObject], ends: bool) -> Case:  # noqa: FBT001 - a strategy builds it
        return Case(asking(client.form), (*faults, WELL) if ends else tuple(faults))

    if client.skips_waits:
        return st.builds(failing, st.lists(said | st.just(GONE), min_size=1, max_size=3), ends)
    return st.builds(failing, st.lists(said, min_size=1, max_size=3), ends) | st.just(failing([GONE], ends=True))


def retries_what_may_pass(case: Case, run: Run) -> None:
    """P8."""
    for answer in _answered(case, run.attempts)[:-1]:
        reason = _why_final(answer)
        if reason:
            raise Broken(
                f"a request is sent again after {reason}",
                expected="no further request",
                got=f"{run.attempts} requests, and {run.outcome}",
            )
    if run.attempts > MOST_ATTEMPTS:
        raise Broken("requests are sent without end", expected=f"at most {MOST_ATTEMPTS}", got=run.attempts)


def _answered(case: Case, attempts: int) -> list[Answer]:
    return [case.answers[min(place, len(case.answers) - 1)] for place in range(attempts)]


def _why_final(answer: Answer) -> str:
    """Why nobody should ask again after this; empty where one may."""
    error = answer.get("error") if isinstance(answer, dict) else None
    if not isinstance(error, dict):
        return "" if isinstance(answer, dict) and "fault" in answer else "a good answer"
    headers, status = error.get("headers"), error["status"]
    should = headers.get("x-should-retry") if isinstance(headers, dict) else None
    if should is not None:
        return f"a {status} with x-should-retry: false" if should == "false" else ""
    return f"a {status}" if status in LASTING else ""


def wait_cases(client: Client) -> st.SearchStrategy[Case]:
    """Failures that say when to ask again, in every form; and two that do not, to see the waits grow."""

    def told(value: str) -> Case:
        limited: JsonObject = {
            "text": "0",
            "fault": {"kind": "error", "status": 429, "message": "Slow down.", "retry_after": value},
        }
        return Case(asking(client.form), (limited, WELL), {"retry_after": value})

    if not client.skips_waits:
        return st.sampled_from(REAL).map(told)
    whole = st.integers(1, 60).map(str)
    dates = st.integers(2, 60).map(lambda seconds: f"date+{seconds}")
    silent = Case(asking(client.form), (*[_failed(529, retry_after=None)] * 2, WELL), {"retry_after": None})
    others = st.sampled_from(("0.25", *GARBAGE, "86400"))
    return whole.map(told) | dates.map(told) | others.map(told) | st.just(silent)


def waits_as_told(case: Case, run: Run) -> str | None:
    """P10."""
    if run.attempts < 2:
        raise NotJudged("the client never asks again")
    gaps, told = _gaps(run), case.expected["retry_after"]
    if told is None:
        if any(later < earlier for earlier, later in pairwise(gaps)):
            raise Broken("the waits between attempts do not grow", expected="growing waits", got=_shown(gaps))
        return None
    least = _seconds(str(told))
    if least is None:
        return None  # it came back, which is all one can ask of it
    if least > LONGEST_WAIT:
        return (
            f"retry-after {told} is obeyed: the client waits {gaps[0]:.0f} seconds" if gaps[0] > LONGEST_WAIT else None
        )
    if gaps[0] < least:
        raise Broken(f"retry-after {told} is not waited for", expected=f"at least {least:g} seconds", got=_shown(gaps))
    return None


def _seconds(told: str) -> float | None:
    """The least wait that a header asks for; nothing where it is nonsense."""
    if told in GARBAGE:
        return None
    return float(told.removeprefix("date+")) - CLOCK if told.startswith("date+") else float(told)


def _gaps(run: Run) -> list[float]:
    """The seconds between attempts, those included that were noted and not waited."""
    real = [(later.began - earlier.began).total_seconds() for earlier, later in pairwise(run.exchanges)]
    noted = [*run.waits, *[0.0] * len(real)]
    return [gap + wait for gap, wait in zip(real, noted, strict=False)]


def _shown(gaps: Sequence[float]) -> str:
    return ", ".join([f"{gap:.2f} s" for gap in gaps])


def repeat_cases(client: Client) -> st.SearchStrategy[Case]:
    """Failures that may pass, so that the same is asked again."""
    said = st.sampled_from(PASSING).map(_failed)
    one = said | st.just(GONE) if client.skips_waits else said
    return st.lists(one, min_size=1, max_size=2).map(lambda faults: Case(asking(client.form), (*faults, WELL)))


def repeats_word_for_word(case: Case, run: Run) -> None:
    """P11."""
    del case
    if run.attempts < 2:
        raise NotJudged("the client never asks again")
    first, *others = [one.request for one in run.exchanges]
    for number, other in enumerate(others, 2):
        if other.body != first.body:
            raise Broken(f"attempt {number} sends another body", expected=first.body, got=other.body)
        if other.headers.get("idempotency-key") != first.headers.get("idempotency-key"):
            raise Broken(
                f"attempt {number} has another idempotency key",
                expected=first.headers.get("idempotency-key"),
                got=other.headers.get("idempotency-key"),
            )


def _few(client: Client) -> int | None:
    """Clients that really sleep get few chances to."""
    return None if client.skips_waits else 2


def _some(client: Client) -> int | None:
    return None if client.skips_waits else 10


RETRIES: Final = Property(
    "P8",
    "hopeless-retry",
    "Only 408, 409, 429, 5xx and broken connections are asked again, unless x-should-retry says otherwise.",
    fault_cases,
    retries_what_may_pass,
    most=_some,
)
WAITS: Final = Property(
    "P10",
    "hasty-retry",
    "A retry waits as long as retry-after says, nonsense in it harms nobody, and waits grow.",
    wait_cases,
    waits_as_told,
    most=_few,
)
REPEATS: Final = Property(
    "P11",
    "altered-retry",
    "A retry sends the identical body, and the same idempotency key if there is one.",
    repeat_cases,
    repeats_word_for_word,
    most=_some,
)
