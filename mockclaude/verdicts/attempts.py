"""Which calls are attempts at the same thing: the same request again, after the one before it had failed."""

from collections.abc import Hashable, Iterable, Sequence
from dataclasses import dataclass
from hashlib import sha256
from typing import Final

from mockclaude.calls import RecordedCall
from mockclaude.errors import MockClaudeError
from mockclaude.verdicts.answered import Answered, answered
from mockclaude.wire.encoding import dumps

ASKING: Final = ("anthropic-version", "anthropic-beta")
"""Headers that change what is asked."""


@dataclass(frozen=True, slots=True, eq=False)
class Attempt:
    """A call, what it was answered, and when: it came at `arrived`, and from `known` on the client knew the answer."""

    call: RecordedCall
    answered: Answered
    arrived: float | None = None
    known: float | None = None

    @property
    def name(self) -> str:
        """What it is called in a verdict."""
        return f"call #{self.call.number}"

    @property
    def retries(self) -> int | None:
        """How many attempts the client says that it made before, if it does."""
        said = self.call.headers.get("x-stainless-retry-count", "")
        return int(said) if said.isdecimal() else None

    def follows(self, other: "Attempt") -> bool:
        """Whether it was made when the other's answer was known."""
        return self.arrived is None or other.known is None or self.arrived >= other.known


Chain = Sequence[Attempt]
"""Attempts at the same thing, in their order."""


def attempts_of(calls: Iterable[RecordedCall], *, dates: bool = True) -> list[Attempt]:
    """The calls as attempts, in the order in which they came."""
    found = [_attempt(call, dates=dates) for call in calls]
    if any(attempt.arrived is None for attempt in found):
        return found
    return sorted(found, key=lambda attempt: attempt.arrived or 0.0)


def chains_of(attempts: Iterable[Attempt]) -> list[Chain]:
    """The attempts with those that repeat one another put together.

    Where several could be repeated, the first that may be is: of two parallel calls each has its own retry.
    """
    chains: list[list[Attempt]] = []
    by_key: dict[Hashable, list[list[Attempt]]] = {}
    for attempt in attempts:
        alike = by_key.setdefault(_key(attempt), [])
        failed = [chain for chain in alike if chain[-1].answered.has_failed and attempt.follows(chain[-1])]
        if failed:
            min(failed, key=lambda chain: _distance(chain[-1], attempt)).append(attempt)
        else:
            chains.append([attempt])
            alike.append(chains[-1])
    return list(chains)


def _attempt(call: RecordedCall, *, dates: bool) -> Attempt:
    course = call.interaction.course
    seen = answered(call.interaction, dates=dates)
    if course is None:
        return Attempt(call, seen)
    return Attempt(call, seen, course.arrived, course.ended if course.answered is None else course.answered)


def _distance(last: Attempt, attempt: Attempt) -> tuple[bool, bool, float]:
    """How badly an attempt fits behind another; where two fit alike, the one that failed first is meant."""
    said = None not in {last.retries, attempt.retries}
    return said and (last.retries or 0) + 1 != attempt.retries, not last.answered.is_retryable, last.known or 0.0


def _key(attempt: Attempt) -> Hashable:
    """What is the same for all attempts: the client's own key, else what is asked but for how it is to be answered.

    A client that asks for less after a refusal, such as Claude Code by dropping a beta, asks for something else.
    """
    headers = attempt.call.headers
    if headers.get("idempotency-key"):
        return headers["idempotency-key"]
    try:
        body = dumps({key: value for key, value in attempt.call.body.items() if key != "stream"})
    except MockClaudeError:
        body = attempt.call.interaction.request.body
    return sha256(body).digest(), *[headers.get(name) for name in ASKING]
