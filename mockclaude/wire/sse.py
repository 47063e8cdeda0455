"""Server-sent events as the API frames them, both ways.

Every event is `event: NAME`, one `data:` line of compact JSON and a blank line, LF only. A ping is always the
same bytes; every other event may carry 0 to 15 spaces before the last brace of its data. Source: 77,771 recorded
events, 2024-02 to 2026-08.
"""

import codecs
from collections.abc import Iterable, Iterator
from typing import Final, cast

from mockclaude.wire.body import Event
from mockclaude.wire.encoding import JSONFault, dumps, loads

PING: Final = b'event: ping\ndata: {"type": "ping"}\n\n'
CLOSE: Final = tuple(b" " * count + b"}\n\n" for count in range(16))
"""The end of an event by its padding: the last brace of the data and the blank line."""


def frame(event: Event, *, padding: int = 0) -> bytes:
    """The bytes of one event, `padding` spaces before the last brace."""
    if event["type"] == "ping":
        return PING
    return b"event: %b\ndata: %b%b" % (event["type"].encode(), dumps(event)[:-1], CLOSE[padding & 15])


def encode(events: Iterable[Event], *, paddings: Iterable[int] | None = None) -> bytes:
    """The bytes of a whole stream; `paddings` gives the spaces of each event that is not a ping."""
    if paddings is None:
        return b"".join([frame(event) for event in events])
    spaces = iter(paddings)
    return b"".join([frame(event, padding=0 if event["type"] == "ping" else next(spaces)) for event in events])


class Decoder:
    """An incremental reader of an event stream: bytes in at any cut, events out.

    Reads what the HTML standard allows (CR, LF and CRLF ends, comments, several data lines, a missing space), so
    that any client-visible stream can be read back. Raises `JSONFault` when the data of an event is not JSON.
    """

    def __init__(self) -> None:
        self._text = codecs.getincrementaldecoder("utf-8")(errors="replace")
        self._pending = ""
        self._name = ""
        self._data: list[str] = []
        self.comments: list[str] = []

    def feed(self, data: bytes) -> Iterator[Event]:
        """The events that these bytes complete."""
        self._pending += self._text.decode(data)
        while True:
            line, end, rest = _cut_line(self._pending)
            if not end:
                return
            self._pending = rest
            event = self._line(line)
            if event is not None:
                yield event

    @property
    def is_clean(self) -> bool:
        """Whether the bytes so far end between two events."""
        return not (self._pending.strip("\n") or self._data or self._name or self._text.getstate()[0])

    def _line(self, line: str) -> Event | None:
        if not line:
            return self._dispatch()
        name, _, value = line.partition(":")
        value = value.removeprefix(" ")
        if not name:
            self.comments.append(value)
        elif name == "event":
            self._name = value
        elif name == "data":
            self._data.append(value)
        return None

    def _dispatch(self) -> Event | None:
        name, data = self._name, "\n".join(self._data)
        self._name, self._data = "", []
        if not data:
            return None
        try:
            event = loads(data.encode("utf-8", "surrogatepass"))
        except JSONFault as fault:
            raise JSONFault(f"the data of event {name!r} is not JSON: {fault}; got {data[:80]!r}") from None
        if not isinstance(event, dict):
            raise JSONFault(f"the data of event {name!r} is not an object; got {data[:80]!r}")
        event.setdefault("type", name)
        return cast("Event", event)


def _cut_line(text: str) -> tuple[str, str, str]:
    """Line, its end and the rest; a CR at the very end waits for a possible LF."""
    at = min((place for place in (text.find("\n"), text.find("\r")) if place >= 0), default=-1)
    if at < 0 or (text[at] == "\r" and at + 1 == len(text)):
        return text, "", ""
    width = 2 if text.startswith("\r\n", at) else 1
    return text[:at], text[at : at + width], text[at + width :]


def decode(data: bytes) -> list[Event]:
    """All events of a whole stream."""
    return list(Decoder().feed(data))
