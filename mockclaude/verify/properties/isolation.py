"""P16, P17 and P18: a call that is given up is closed, calls do not mix, and keys stay where they belong."""

from typing import Final

from hypothesis import strategies as st

from mockclaude.strategies import Wire, streams, wires
from mockclaude.strategies.texts import texts
from mockclaude.verify.asked import asking, question
from mockclaude.verify.case import Ask, Case
from mockclaude.verify.properties.errors import broken_stream_cases, error_cases
from mockclaude.verify.properties.folding import exact, saying
from mockclaude.verify.properties.truncation import break_cases
from mockclaude.verify.property import Broken, Client, NotJudged, Property, Run
from mockclaude.verify.stage import PROMPTNESS, SECRET, marker
from mockclaude.wire.body import Json
from mockclaude.wire.sse import PING, frame
from mockclaude.wire.stream import events_of

TOGETHER: Final = 4
"""Calls that are made at the same time."""

FEW: Final = 3


def cancel_cases(client: Client) -> st.SearchStrategy[Case]:
    """Streams that begin and come to no end."""
    del client
    begun = b"".join([frame(event) for event in events_of(saying("Hello"))][:-3])
    parts = st.integers(0, FEW - 1).map(lambda count: begun + PING * count)
    return parts.map(lambda part: Case(asking("cancel"), (exact(saying("Hello"), [part]),)))


def leaves_promptly(case: Case, run: Run) -> None:
    """P16."""
    del case
    if run.left_after is None:
        raise Broken(
            "a stream that was given up stays open",
            expected=f"its connection closed within {PROMPTNESS:g} s",
            got=f"open after {PROMPTNESS:g} s",
        )


def crowd_cases(client: Client) -> st.SearchStrategy[Case]:
    """Calls made at the same time, each with an answer of its own in several writes."""
    answers = wires(base=streams(base=texts(max_size=8).map(saying)))
    form = client.form

    def crowd(told: list[Wire]) -> Case:
        calls = tuple([Ask(form, question(marker(number))) for number in range(len(told))])
        exacts = tuple([exact(wire.stream.message, wire.chunks) for wire in told])
        said: list[Json] = [wire.stream.message["content"][0]["text"] for wire in told]
        return Case(calls, exacts, {"texts": said}, together=True)

    return st.lists(answers, min_size=TOGETHER, max_size=TOGETHER).map(crowd)


def keeps_calls_apart(case: Case, run: Run) -> None:
    """P17."""
    said, expected = [outcome.said for outcome in run.outcomes], case.expected["texts"]
    for number, outcome in enumerate(run.outcomes):
        if outcome.error is not None:
            raise Broken(f"call {number} of {len(said)} made together fails", expected=expected, got=outcome)
    if not any(text is not None for text in said):
        raise NotJudged("the client shows neither a message nor a text")
    if said != expected:
        raise Broken("calls made together get each other's answers", expected=expected, got=said)


def secret_cases(client: Client) -> st.SearchStrategy[Case]:
    """Answers and failures of all kinds."""
    kinds = [error_cases(client), st.just(Case(asking(client.form), ({"text": "0"},)))]
    if "stream" in client.methods:
        kinds += [broken_stream_cases(client), break_cases(client)]
    return st.one_of(kinds)


def keeps_the_key(case: Case, run: Run) -> None:
    """P18."""
    del case
    for outcome in run.outcomes:
        shown = {"its error": outcome.error and f"{outcome.error!r} {outcome.error.text}", "its outcome": repr(outcome)}
        for place, text in {**shown, "its log": run.logs}.items():
            if text and SECRET in text:
                raise Broken(f"the client shows its key in {place}", expected="no key", got=_around(text))


def _around(text: str) -> str:
    at = text.index(SECRET)
    return f"…{text[max(at - 60, 0) : at]}[the key]"


CANCEL: Final = Property(
    "P16",
    "abandoned-stream",
    f"A stream that is given up is closed within {PROMPTNESS:g} second.",
    cancel_cases,
    leaves_promptly,
    needs=("cancel",),
    most=lambda _client: FEW,
)
CROWD: Final = Property(
    "P17",
    "mixed-calls",
    "Calls made at the same time do not mix.",
    crowd_cases,
    keeps_calls_apart,
)
SECRETS: Final = Property(
    "P18",
    "leaked-key",
    "The key appears in no exception, no log and no result.",
    secret_cases,
    keeps_the_key,
    keeps_logs=True,
)
