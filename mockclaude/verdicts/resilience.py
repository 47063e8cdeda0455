"""Whether a client copes with what goes wrong: a table of lapses, each with what shows it and how to mend it.

A server sees requests, not intentions. It is decidable that a request came again, when, after which answer, and what
it tells of earlier answers. Not decidable, and never claimed: whether two equal requests were one call or two that
somebody meant (the second after a failure counts as a retry), what a client did with an answer that no later request
mentions (hand in what it returned as `outcome`), and waits that a date names while the mock's clock is not the real one.
"""

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from itertools import pairwise
from typing import Final, NamedTuple

from mockclaude.calls import RecordedCall
from mockclaude.errors import SettingsError
from mockclaude.verdicts.answered import NO_ANSWER
from mockclaude.verdicts.attempts import Attempt, Chain, attempts_of, chains_of
from mockclaude.verdicts.history import are_called_off, goes_on, kept, unanswered
from mockclaude.verdicts.left_out import left_out
from mockclaude.verdicts.returned import Returned
from mockclaude.wire.shown import clipped

SHOWN: Final = 60
"""Characters of a text that a lapse quotes."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Allowed:
    """What a client may do: so many attempts at one thing, the last begun within so many seconds of the first.

    `tolerance` is how many seconds a wait may fall short. A client that `restarts` throws partial output away and
    begins anew, one that `resumes` asks in words of its own for the rest; Claude Code does both (measured 2026-11-23).
    """

    attempts: int = 10
    within: float = 600.0
    tolerance: float = 0.05
    restarts: bool = False
    resumes: bool = False

    def __post_init__(self) -> None:
        for name, least in (("attempts", 1), ("within", 0), ("tolerance", 0)):
            value = getattr(self, name)
            if not value >= least:
                raise SettingsError(f"{name} is {value!r}; expected a number from {least} on")


class Seen(NamedTuple):
    """What there is to judge by."""

    attempts: Sequence[Attempt]
    chains: Sequence[Chain]
    returned: Returned | None

    @property
    def retries(self) -> Iterator[tuple[Attempt, Attempt]]:
        """Every attempt that failed, with the one after it."""
        return (pair for chain in self.chains for pair in pairwise(chain))


@dataclass(frozen=True, slots=True)
class Lapse:
    """Something that a client should not have done: which, in words, and by which of its calls."""

    id: str
    message: str
    calls: tuple[int, ...]
    fix: str

    def __str__(self) -> str:
        return f"{self.id}: {self.message}"


Found = Iterator[tuple[str, tuple[Attempt, ...]]]


@dataclass(frozen=True, slots=True)
class Check:
    """One kind of lapse: its id and summary are the function's name and docstring."""

    id: str
    summary: str
    fix: str
    find: Callable[[Seen, Allowed], Found] = field(repr=False)


def check(fix: str) -> Callable[[Callable[[Seen, Allowed], Found]], Check]:
    """Makes a check of a function that finds lapses."""

    def decorate(find: Callable[[Seen, Allowed], Found]) -> Check:
        return Check(find.__name__.replace("_", "-"), " ".join((find.__doc__ or "").split()), fix, find)

    return decorate


@check("Retry 408, 409, 429, 5xx and broken connections only, and let x-should-retry decide where it is sent.")
def retried_final_error(seen: Seen, _allowed: Allowed) -> Found:
    """A request is sent again though its answer was final."""
    for failed, again in seen.retries:
        if not failed.answered.is_retryable:
            yield f"{again.name} repeats {failed.name}, which was {failed.answered.told}", (failed, again)


@check("Wait as long as retry-after (seconds or a date) or retry-after-ms says before the next attempt.")
def hasty_retry(seen: Seen, allowed: Allowed) -> Found:
    """A request is sent again before its answer's `retry-after` has passed."""
    for failed, again in seen.retries:
        wait = failed.answered.wait
        if wait is None or failed.known is None or again.arrived is None:
            continue
        waited = again.arrived - failed.known
        if waited < wait.seconds - wait.slack - allowed.tolerance:
            asked = f"{failed.name} was {failed.answered.told}, to be tried again after {wait.seconds:.3g} s"
            yield f"{asked}; {again.name} came after {waited:.3g} s", (failed, again)


@check("Go on from the partial text, fall back to stream: false, or say restarts=True if it is thrown away.")
def blind_retry(seen: Seen, allowed: Allowed) -> Found:
    """A stream is asked for again from its beginning though a part of it was delivered."""
    for failed, again in seen.retries:
        if failed.answered.has_output and again.call.is_streaming and not allowed.restarts:
            part = failed.answered.text
            said = f"after it had delivered {_quoted(part)}" if part else "after it had begun to deliver"
            yield f"{failed.name} was {failed.answered.told} {said}; {again.name} begins anew", (failed, again)


@check("Give up after a few attempts, and raise the last error; attempts= and within= say what is allowed.")
def endless_retry(seen: Seen, allowed: Allowed) -> Found:
    """A client does not give up within the allowed attempts or time."""
    for chain in seen.chains:
        first, last = chain[0], chain[-1]
        took = 0.0 if first.arrived is None or last.arrived is None else last.arrived - first.arrived
        if len(chain) > allowed.attempts:
            told = f"{first.name} was tried {len(chain)} times; expected at most {allowed.attempts} attempts"
            yield told, tuple(chain)
        elif took > allowed.within:
            yield f"{first.name} was tried again for {took:.3g} s; expected at most {allowed.within:g} s", tuple(chain)


@check("Send the same body with the same idempotency-key, or take a new key.")
def changed_retry(seen: Seen, _allowed: Allowed) -> Found:
    """A request says by its idempotency key that it is the same, and is another."""
    for failed, again in seen.retries:
        if not _is_same(failed.call, again.call):
            told = f"{again.name} has the idempotency-key of {failed.name} and another body"
            yield told, (failed, again)


@check("Take a stream for whole only when message_stop came; before that raise, go on from it or say it is partial.")
def truncation_taken_for_whole(seen: Seen, allowed: Allowed) -> Found:
    """What came of a broken stream is treated as a whole answer."""
    for place, broken in enumerate(seen.attempts):
        if broken.answered.state != "broken":
            continue
        later = next((one for one in seen.attempts[place + 1 :] if kept(broken, one) is not None), None)
        if later is not None and not _came_whole(broken, seen.attempts) and _is_kept(broken, later, allowed):
            yield _taken(broken, f"{later.name} goes on as if that were all"), (broken, later)
    last = seen.attempts[-1] if seen.attempts else None
    if last is not None and last.answered.state == "broken" and _is_returned(last, seen.returned):
        yield _taken(last, "the client returned that as its answer"), (last,)


@check("Answer every tool_use with a tool_result of its id in the very next user turn.")
def dropped_tool_result(seen: Seen, _allowed: Allowed) -> Found:
    """A conversation goes on with a tool call that was served, without its result."""
    waiting: dict[str, Attempt] = {}
    for later in seen.attempts:
        missing = unanswered(waiting, later) if waiting else ()
        for served in dict.fromkeys([waiting[name] for name in missing]):
            names = [name for name in missing if waiting[name] is served]
            told = f"{served.name} asked for {', '.join(names)}; {later.name} carries it on without the result"
            yield told, (served, later)
        waiting = {name: served for name, served in waiting.items() if name not in missing}
        waiting |= dict.fromkeys(later.answered.tool_ids, later)


CHECKS: Final = (
    retried_final_error,
    hasty_retry,
    blind_retry,
    endless_retry,
    changed_retry,
    truncation_taken_for_whole,
    dropped_tool_result,
)
"""Every lapse that is looked for."""

IDS: Final = tuple([check.id for check in CHECKS])


def lapses(
    calls: Iterable[RecordedCall],
    *,
    allowed: Allowed | None = None,
    returned: Returned | None = None,
    dates: bool = True,
    ignore: Iterable[str] = (),
) -> list[Lapse]:
    """The lapses that the calls show; raises `SettingsError` for one to ignore that nobody knows.

    `dates` says that the mock's clock is the client's too, so that dates in `retry-after` can be judged.
    """
    ignored = left_out(ignore, IDS, kind="lapse", way_out=f"known: {', '.join(IDS)}")
    attempts = attempts_of(calls, dates=dates)
    seen = Seen(attempts, chains_of(attempts), returned)
    return [
        Lapse(one.id, message, tuple([attempt.call.number for attempt in concerned]), one.fix)
        for one in CHECKS
        if one.id not in ignored
        for message, concerned in one.find(seen, allowed or Allowed())
    ]


def _is_same(one: RecordedCall, other: RecordedCall) -> bool:
    """Whether two requests ask the same, be it as a stream or not."""
    if one.interaction.request.body == other.interaction.request.body:
        return True
    bodies = [dict(call.body) if call.call is not None else {} for call in (one, other)]
    for body in bodies:
        body.pop("stream", None)
    return bodies[0] == bodies[1]


def _came_whole(broken: Attempt, attempts: Iterable[Attempt]) -> bool:
    """Whether another attempt was answered with just what came of the broken one, so that nobody can tell them apart."""
    return any(one.answered.state == "whole" and one.answered.text == broken.answered.text for one in attempts)


def _is_kept(broken: Attempt, later: Attempt, allowed: Allowed) -> bool:
    after = kept(broken, later) or ()
    if broken.answered.tool_ids:
        return not are_called_off(broken, after)
    return not allowed.resumes and not goes_on(broken, after)


def _is_returned(broken: Attempt, outcome: Returned | None) -> bool:
    """Whether the client returned what came of a stream, be it nothing, as if it had been all."""
    if outcome is None or outcome.is_flagged or not broken.call.is_streaming or broken.answered == NO_ANSWER:
        return False
    return outcome.text.strip() == broken.answered.text


def _taken(broken: Attempt, what: str) -> str:
    text, ids = broken.answered.text, ", ".join(broken.answered.tool_ids)
    came = " and ".join([part for part in (_quoted(text) if text else "", ids) if part]) or "nothing"
    return f"{broken.name} was {broken.answered.told} after {came}; {what}"


def _quoted(text: str) -> str:
    return f'"{clipped(text, length=SHOWN)}"'
