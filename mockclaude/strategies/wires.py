"""Wires: a stream as bytes in pieces, cut where it hurts.

A cut is a landmark and an ordinal, never a number of bytes, so it stays where it is while the stream around it
shrinks. What is remembered are the cuts that took effect, found anew for the final bytes.
"""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from itertools import pairwise
from typing import Final, Literal, NamedTuple

from hypothesis import strategies as st

from mockclaude.call import Call
from mockclaude.engine.landmarks import MARKS, Mark, place
from mockclaude.engine.render import SSE_HEADERS
from mockclaude.strategies.blocks import known
from mockclaude.strategies.printing import Printer
from mockclaude.strategies.streams import Newline, Stream, streams
from mockclaude.wire.interaction import Chunk, RawResponse

At = Mark | Literal["bytewise"]
AT: Final[tuple[At, ...]] = (*MARKS, "bytewise")
"""Where a wire is cut: at a landmark, or, as the last and least simple, between all bytes."""

NEXT: Final = 1e-7
"""Seconds between pieces that leave in writes of their own without a wait."""

CONTEXT: Final = 8
"""Bytes on both sides of a cut that are printed."""

ORDINALS: Final = st.integers(0, 2047)
NEWLINES: Final[tuple[Newline, ...]] = ("\n", "\r\n", "\r")


class Cut(NamedTuple):
    """Where a piece ends: at which of the landmarks of that kind."""

    at: At
    ordinal: int


@dataclass(frozen=True, slots=True)
class Wire:
    """A stream in pieces of bytes; as an answer of a mock each piece leaves in a write of its own."""

    stream: Stream
    chunks: tuple[bytes, ...]
    cuts: tuple[Cut, ...] = ()

    @property
    def body(self) -> bytes:
        """All bytes."""
        return b"".join(self.chunks)

    def response(self, *, every: float = 0.0) -> RawResponse:
        """The pieces as one response, so many seconds apart.

        Without a wait every piece is a write and an HTTP chunk; the kernel may hand several to the client at once.
        """
        chunks: list[Chunk] = []
        for number, data in enumerate(self.chunks):
            at = number * (every or NEXT)
            chunks += [Chunk(b"", at), Chunk(data, at)] if chunks else [Chunk(data, at)]  # an empty chunk ends a write
        return RawResponse(200, SSE_HEADERS, tuple(chunks), streamed=True)

    def __call__(self, call: Call) -> RawResponse:
        """Answers a call in the form that it asks for."""
        return self.response() if call.is_streaming else self.stream.whole()

    def __repr__(self) -> str:
        return f"Wire({self.stream!r}, {', '.join(self._told()) or 'in one piece'})"

    def _repr_pretty_(self, printer: Printer, _cycle: bool) -> None:  # noqa: FBT001 - Hypothesis calls it
        printer.text(repr(self))

    def _told(self) -> Iterator[str]:
        """The cuts, each with what stands around it."""
        body = self.body
        for at, ordinal in self.cuts:
            found = None if at == "bytewise" else place(at, ordinal, body)
            if found is None:
                yield f"in {len(self.chunks)} single bytes"
            else:
                yield f"{at}[{ordinal}] {body[max(found - CONTEXT, 0) : found]!r} | {body[found : found + CONTEXT]!r}"


def wires(
    *,
    base: st.SearchStrategy[Stream] | None = None,
    at: Iterable[At] | None = None,
    most: int = 4,
    standard: bool = False,
) -> st.SearchStrategy[Wire]:
    """Streams, `streams()` unless others are given as `base`, in pieces that end at landmarks; up to `most` cuts.

    `at` names the landmarks, in `standard` streams take forms that the HTML standard allows and the API never sends.
    """
    if most < 0:
        raise ValueError(f"most is {most}; expected a number of cuts from 0 on")
    told = streams() if base is None else base
    kinds = known(at, _TABLE, what="place of a cut")
    wanted = st.lists(st.tuples(st.sampled_from(kinds), ORDINALS), max_size=most)

    @st.composite
    def drawn(draw: st.DrawFn) -> Wire:
        stream = draw(told)
        padding = draw(_PADDINGS)
        if standard:
            newline, space, ascii_ = draw(_FORMS)
            body = stream.bytes(newline=newline, space=space, ascii=ascii_, padding=padding)
        else:
            body = stream.bytes(padding=padding)
        return wire_of(stream, body, [Cut(_TABLE[kind], ordinal) for kind, ordinal in draw(wanted)])

    return drawn()


_TABLE: Final[Mapping[str, At]] = {kind: kind for kind in AT}
_PADDINGS: Final = st.integers(0, 15)
_FORMS: Final = st.tuples(st.sampled_from(NEWLINES), st.sampled_from((True, False)), st.booleans())


def wire_of(stream: Stream, body: bytes, cuts: Iterable[Cut]) -> Wire:
    """The stream's bytes in pieces that end at the cuts.

    Those that find no place are left out, and so is `bytewise` beside others: it is slow to play.
    """
    wanted = list(cuts)
    if [cut.at for cut in wanted] == ["bytewise"]:
        return Wire(stream, tuple([body[at : at + 1] for at in range(len(body))]), (Cut("bytewise", 0),))
    places: dict[int, Cut] = {}
    for cut in wanted:
        found = None if cut.at == "bytewise" else place(cut.at, cut.ordinal, body)
        if found is not None and 0 < found < len(body):
            places.setdefault(found, cut)
    ends = sorted(places)
    chunks = [body[start:end] for start, end in pairwise([0, *ends, len(body)])]
    return Wire(stream, tuple(chunks), tuple([places[end] for end in ends]))
