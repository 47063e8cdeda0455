"""P6 and P7: a stream that breaks off is never a whole answer, and one that lacks its last bytes is no reason to despair."""

from typing import Final

from hypothesis import strategies as st

from mockclaude.engine.landmarks import Mark, landmarks
from mockclaude.strategies import Stream, streams
from mockclaude.verify.asked import asking
from mockclaude.verify.case import Case
from mockclaude.verify.properties.folding import exact, told
from mockclaude.verify.property import MOST_ATTEMPTS, Broken, Client, Property, Run
from mockclaude.wire.interaction import Ending

LAST: Final = b"event: message_stop\n"
"""Once this line is there, nothing that follows says more."""

MARKS: Final[tuple[Mark, ...]] = ("event", "inside", "field", "byte")
ENDINGS: Final[tuple[Ending, ...]] = ("complete", "close", "reset")
"""How the connection ends: HTTP says that all is there, it closes in the middle, or it is reset."""

WORDS: Final = {"complete": "ends well", "close": "closes", "reset": "is reset"}
PLACES: Final = st.integers(0, 255)


def _cut(stream: Stream, mark: Mark, number: int, ending: Ending, *, late: bool) -> Case:
    body = stream.bytes()
    least, most = (body.rindex(LAST) + len(LAST), len(body) - 1) if late else (1, body.rindex(LAST) + len(LAST) - 1)
    places = [place for place in landmarks(mark, body) if least <= place <= most] or [most]
    place = places[-1 - number % len(places)]  # the later, the harder to notice: the simplest cut is the last
    cuts = (
        f"after {place} of {len(body)} bytes: {body[max(place - 24, 0) : place]!r} | and the connection {WORDS[ending]}"
    )
    return Case(asking("stream"), (exact(stream.message, [body[:place]], ending=ending),), cuts=(cuts,))


def break_cases(client: Client) -> st.SearchStrategy[Case]:
    """Streams that end before the line that announces their last event."""

    def cut(stream: Stream, mark: Mark, number: int, ending: Ending) -> Case:
        return _cut(stream, mark, number, ending, late=False)

    return st.builds(cut, _streams(client), st.sampled_from(MARKS), PLACES, st.sampled_from(ENDINGS))


def tail_cases(client: Client) -> st.SearchStrategy[Case]:
    """Streams that lack bytes of their last event only."""

    def cut(stream: Stream, number: int, ending: Ending) -> Case:
        return _cut(stream, "byte", number, ending, late=True)

    return st.builds(cut, _streams(client), PLACES, st.sampled_from(ENDINGS))


def _streams(client: Client) -> st.SearchStrategy[Stream]:
    return streams(base=told(client), deltas="typical")


def notices_the_break(case: Case, run: Run) -> None:
    """P6."""
    del case
    if run.attempts == 1 and not run.outcome.is_flagged:
        raise Broken(
            "a stream that broke off is taken for a whole answer",
            expected="an error, or a message whose stop_reason is null",
            got=run.outcome,
        )


def does_not_despair(case: Case, run: Run) -> None:
    """P7."""
    del case
    error = run.outcome.error
    if run.attempts > MOST_ATTEMPTS or (error is not None and error.kind == "Hangs"):
        raise Broken(
            "a stream that lacks only its last bytes is asked for without end",
            expected=f"at most {MOST_ATTEMPTS} requests",
            got=f"{run.attempts} requests, and {run.outcome}",
        )


TRUNCATION: Final = Property(
    "P6",
    "accepted-truncation",
    "A stream that breaks off is an error or an unfinished message, never a whole answer.",
    break_cases,
    notices_the_break,
    needs=("stream",),
    of_streams=True,
)
TAIL: Final = Property(
    "P7",
    "endless-retry",
    "A stream that lacks only bytes of its last event is not asked for without end.",
    tail_cases,
    does_not_despair,
    needs=("stream",),
    of_streams=True,
)
