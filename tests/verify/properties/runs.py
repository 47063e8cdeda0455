"""Runs made by hand: what a judge is shown."""

from collections.abc import Iterable, Sequence
from datetime import timedelta
from itertools import accumulate

from mockclaude.clock import EPOCH
from mockclaude.verify import ErrorInfo, Outcome
from mockclaude.verify.property import Run
from mockclaude.wire.interaction import Headers, Interaction, RawRequest, RawResponse

WELL = Outcome(text="0")
FAILED = Outcome(error=ErrorInfo("Failed", "It failed."))


def exchange(body: bytes = b"{}", *, at: float = 0.0, **headers: str) -> Interaction:
    """A request of a client so many seconds after the first."""
    fields = Headers({name.replace("_", "-"): value for name, value in headers.items()})
    return Interaction(
        RawRequest("POST", "/v1/messages", fields, body), EPOCH + timedelta(seconds=at), "req_0", RawResponse(200)
    )


def attempts(count: int, outcome: Outcome = WELL) -> Run:
    """A call that cost so many requests."""
    return Run((outcome,), (exchange(),) * count)


def spaced(gaps: Sequence[float], *, waits: Iterable[float] = ()) -> Run:
    """Requests with these seconds between them, and what the client noted besides."""
    moments = [0.0, *accumulate(gaps)]
    return Run((WELL,), tuple([exchange(at=moment) for moment in moments]), tuple(waits))
