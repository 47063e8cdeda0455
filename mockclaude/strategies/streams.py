"""Streams: a message and one legal sequence of events that tells it.

The events are derived from the message, so folding them is an oracle. What is drawn is how texts are cut into deltas,
where pings stand, and what of it no client of today knows.
"""

import builtins
import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from itertools import groupby, pairwise
from typing import Final, Literal, cast, get_args

from hypothesis import strategies as st

from mockclaude.call import Call
from mockclaude.engine.pieces import cut
from mockclaude.engine.render import JSON_HEADERS, SSE_HEADERS
from mockclaude.strategies.messages import messages
from mockclaude.strategies.printing import Printer, clipped
from mockclaude.wire.body import Event, MessageBody
from mockclaude.wire.encoding import dumps
from mockclaude.wire.interaction import Chunk, RawResponse
from mockclaude.wire.sse import frame
from mockclaude.wire.stream import TRANSITIONS, Pieces, events_of, symbol_of, whole

Newline = Literal["\n", "\r\n", "\r"]
Deltas = Literal["arbitrary", "typical", "single"]
"""How texts are cut: anywhere, as recorded streams are, or not at all."""

PLACES: Final = st.binary(max_size=3)
"""Up to three places by number; the simplest has none."""
ESCAPES: Final = st.booleans()
KNOWN: Final = frozenset({symbol for table in TRANSITIONS.values() for symbol in table}) | {"ping", "error"}
PING: Final[Event] = {"type": "ping"}
NOTE: Final = "sent by a later API"
UNKNOWN: Final = ("field", "event", "delta")
UNKNOWNS: Final = st.lists(st.tuples(st.sampled_from(UNKNOWN), st.integers(0, 255)), max_size=2)


@dataclass(frozen=True, slots=True)
class Stream:
    """A message and the events that tell it; as an answer of a mock it serves the stream and the whole message."""

    message: MessageBody
    events: tuple[Event, ...]

    @property
    def known(self) -> tuple[Event, ...]:
        """The events without those that no client of today knows."""
        return tuple([event for event in self.events if symbol_of(event) in KNOWN])

    def response(self) -> RawResponse:
        """The stream as one response."""
        return RawResponse(200, SSE_HEADERS, (Chunk(self.bytes()),), streamed=True)

    def whole(self) -> RawResponse:
        """The message as a response that is no stream."""
        return RawResponse(200, JSON_HEADERS, (Chunk(dumps(self.message)),))

    def __call__(self, call: Call) -> RawResponse:
        """Answers a call in the form that it asks for."""
        return self.response() if call.is_streaming else self.whole()

    def __repr__(self) -> str:
        told = groupby([symbol_of(event) for event in self.events])
        symbols = [f"{symbol} x{count}" if count > 1 else symbol for symbol, count in _counted(told)]
        content = clipped(dumps(self.message["content"]))
        return f"Stream({content} -> {self.message['stop_reason']}: {', '.join(symbols)})"

    def _repr_pretty_(self, printer: Printer, _cycle: bool) -> None:  # noqa: FBT001 - Hypothesis calls it
        printer.text(repr(self))

    def bytes(
        self,
        *,
        newline: Newline = "\n",
        space: bool = True,
        ascii: bool = False,  # noqa: A002 - as in `json`
        padding: int = 0,
    ) -> builtins.bytes:
        """The stream as the API writes it, or in another form that the HTML standard allows.

        `space` stands behind the colon, `ascii` escapes all other characters, `padding` is up to 15 spaces before the
        last brace of each event.
        """
        if newline == "\n" and space and not ascii:
            return b"".join([frame(event, padding=padding) for event in self.events])
        gap = ": " if space else ":"
        return "".join(
            [
                f"event{gap}{event['type']}{newline}data{gap}{_data(event, ascii=ascii, padding=padding)}{newline * 2}"
                for event in self.events
            ]
        ).encode()


def streams(
    *,
    base: st.SearchStrategy[MessageBody] | None = None,
    deltas: Deltas = "arbitrary",
    pings: bool = True,
    unknown: bool = False,
) -> st.SearchStrategy[Stream]:
    """Legal streams of messages, `messages()` unless others are given as `base`.

    With `unknown`, some hold fields, events and deltas of a later API, which a client has to pass over.
    """
    if deltas not in get_args(Deltas):
        raise ValueError(f"deltas is {deltas!r}; expected one of {', '.join(get_args(Deltas))}")
    told = messages() if base is None else base

    @st.composite
    def drawn(draw: st.DrawFn) -> Stream:
        message = draw(told)
        pieces = _anywhere(draw(PLACES), escapes=draw(ESCAPES)) if deltas == "arbitrary" else _PIECES[deltas]
        events = list(events_of(message, pieces=pieces, ping=False))
        if pings:
            for place in draw(PLACES):
                events.insert(1 + place % (len(events) - 1), PING)
        if unknown:
            for what, place in draw(UNKNOWNS):
                _add(what, place, events)
        return Stream(message, tuple(events))

    return drawn()


def _anywhere(places: builtins.bytes, *, escapes: bool) -> Pieces:
    """Pieces that end anywhere, at the same places in every text, so that they stay where they are when others go.

    Those of JSON are never empty, and its characters may be escaped.
    """

    def pieces(kind: str, text: str) -> list[str]:
        if escapes and kind == "json" and not text.isascii():
            text = json.dumps(json.loads(text), separators=(",", ":"))
        length = len(text)
        if length < 2:
            return [text] if text else []
        reach = [place if length <= 256 else place * length // 256 for place in places]
        ends = sorted([1 + place % (length - 1) for place in reach])
        cut_off = [text[start:end] for start, end in pairwise([0, *ends, length])]
        return [piece for piece in cut_off if piece] if kind == "json" else cut_off

    return pieces


def _typical(kind: str, text: str) -> list[str]:
    return cut(kind, text, "coarse")


_PIECES: Final[Mapping[str, Pieces]] = {"typical": _typical, "single": whole}


def _add(what: str, place: int, events: list[Event]) -> None:
    """Puts something of a later API where it may stand."""
    if what == "field":
        spoken = [number for number, event in enumerate(events) if event["type"] != "ping"]  # pings have no room
        at = spoken[place % len(spoken)]
        events[at] = cast("Event", {**events[at], "future_field": {"note": NOTE}})
    elif what == "event":
        events.insert(1 + place % (len(events) - 1), cast("Event", {"type": "future_event", "note": NOTE}))
    else:
        inside = [number for number, event in enumerate(events) if event["type"].startswith("content_block_s")]
        starts = inside[::2]
        if starts:
            number = place % len(starts)
            delta = {"type": "future_delta", "note": NOTE}
            new = {"type": "content_block_delta", "index": number, "delta": delta}
            events.insert(starts[number] + 1, cast("Event", new))


def _counted(groups: "groupby[str, str]") -> Iterator[tuple[str, int]]:
    for symbol, equal in groups:
        yield symbol, len(list(equal))


def _data(event: Event, *, ascii: bool, padding: int) -> str:  # noqa: A002 - as in `json`
    if event["type"] == "ping":
        return json.dumps(event)
    text = json.dumps(event, separators=(",", ":")) if ascii else dumps(event).decode()
    return f"{text[:-1]}{' ' * (padding & 15)}}}"
