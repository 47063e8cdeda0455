"""Works a fault into an answer: bytes in and bytes out, each with its time; nothing here waits or writes."""

import re
from collections.abc import Callable, Iterable, Mapping, Sequence
from datetime import datetime, timedelta
from email.utils import format_datetime
from itertools import pairwise
from typing import Final

from mockclaude.call import Call
from mockclaude.engine.fault import (
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
from mockclaude.engine.landmarks import MARKS, OF_STREAMS, Mark, landmarks, place
from mockclaude.engine.reply import Reply
from mockclaude.engine.say_error import MESSAGES, error
from mockclaude.engine.template import filled
from mockclaude.errors import ScriptError
from mockclaude.wire.encoding import dumps
from mockclaude.wire.error import STATUS_OF_TYPE
from mockclaude.wire.interaction import Chunk, Ending, RawResponse
from mockclaude.wire.sse import CLOSE, PING

NOTHING: Final = 0
"""The status of an answer of which not even the head leaves."""

ENDINGS: Final[Mapping[str, Ending]] = {"end": "complete", "close": "close", "reset": "reset"}
DATE: Final = re.compile(r"date\+(\d{1,6})")
INDEX: Final = re.compile(rb'"index":(\d+)')
FUTURE_EVENT: Final = b'event: future_event\ndata: {"type":"future_event","note":"sent by a later API"}\n\n'
FUTURE_DELTA: Final = (
    b'event: content_block_delta\ndata: {"type":"content_block_delta","index":%d,'
    b'"delta":{"type":"future_delta","note":"sent by a later API"}}\n\n'
)
FUTURE_BLOCK: Final = (
    b'event: content_block_start\ndata: {"type":"content_block_start","index":%d,"content_block":{"type":"future_block"}}\n\n',
    b'event: content_block_stop\ndata: {"type":"content_block_stop","index":%d}\n\n',
)


def inflict(fault: Fault, response: RawResponse, *, request_id: str, padding: int = 0) -> RawResponse:
    """The response with the fault; what befalls the events of a stream leaves a whole body alone.

    Raises `ScriptError` where the body lacks the landmark.
    """
    if isinstance(fault, HttpError):
        raise ScriptError("an HTTP error takes the place of an answer; it cannot be worked into one")
    on_bytes = _ON_BYTES.get(type(fault))
    if on_bytes is not None:
        return on_bytes(fault, response)
    if not response.streamed:
        return _without_brace(response) if isinstance(fault, BadJson) and response.chunks else response
    frames = _frames(response.chunks)
    if not frames:
        return response
    if isinstance(fault, ErrorEvent):
        frames = _broken_off(fault, frames, error_frame(fault, request_id, padding=padding))
    else:
        frames = _ON_EVENTS[type(fault)](fault, frames)
    return response._replace(chunks=tuple(frames))


def in_one_piece(response: RawResponse) -> RawResponse:
    """The response as one chunk, if all of it leaves at once."""
    if len(response.chunks) < 2 or any(chunk.at > 0 for chunk in response.chunks):
        return response
    return response._replace(chunks=(Chunk(response.body),))


def absent(fault: Cut | Stall) -> RawResponse:
    """An answer of which nothing leaves: the connection ends, at once or after a silence."""
    if isinstance(fault, Cut):
        return RawResponse(NOTHING, ending=ENDINGS[fault.ending])
    return RawResponse(NOTHING, chunks=(Chunk(b"", fault.seconds),), ending="close")


def failed(fault: HttpError, call: Call, *, now: datetime) -> Reply:
    """The reply that an HTTP error is, its texts filled in for the call."""
    reply, retry_after = reply_of_error(fault), fault.retry_after
    if reply.templates:
        reply = filled(reply, call, now)
    if isinstance(retry_after, str):
        headers = {name: value for name, value in reply.headers.items() if name != "retry-after"}
        if retry_after:
            headers["retry-after"] = _retry_after(retry_after, now)
        reply = Reply(error=reply.error, headers=headers)
    return reply


def reply_of_error(fault: HttpError) -> Reply:
    """The reply that an HTTP error is; raises `ScriptError` when it has no text."""
    retry_after = fault.retry_after
    return error(
        fault.status,
        fault.message,
        kind=fault.type,
        details={"error_code": fault.code} if fault.code else None,
        headers=fault.headers,
        retry_after=retry_after if isinstance(retry_after, int | float) else None,
        body=None if fault.body is None else fault.body.encode("utf-8", "surrogatepass"),
        content_type=fault.content_type,
    )


def error_frame(fault: ErrorEvent, request_id: str, *, padding: int = 0) -> bytes:
    """The bytes of an error event; source: public captures 2026-03 to 2026-08, `details` first and always null."""
    message = fault.message or MESSAGES.get(STATUS_OF_TYPE[fault.type], fault.type)
    body = {
        "type": "error",
        "error": {"details": None, "type": fault.type, "message": message},
        "request_id": request_id,
    }
    return b"event: error\ndata: " + dumps(body)[:-1] + CLOSE[padding & 15]


def _retry_after(text: str, now: datetime) -> str:
    found = DATE.fullmatch(text)
    return format_datetime(now + timedelta(seconds=int(found[1])), usegmt=True) if found else text


def _frames(chunks: Iterable[Chunk]) -> list[Chunk]:
    """The events of a stream, each with the time of the bytes it came in."""
    return [Chunk(part + b"\n\n", at) for data, at in chunks for part in data.split(b"\n\n") if part]


def _cut(fault: Cut, response: RawResponse) -> RawResponse:
    if fault.at == "head":
        return absent(fault)
    before, _ = _split(response.chunks, _found(fault.at, fault.ordinal, response))
    return response._replace(chunks=tuple(before), ending=ENDINGS[fault.ending])


def _stalled(fault: Stall, response: RawResponse) -> RawResponse:
    if fault.at == "head":
        return absent(fault)
    before, after = _split(response.chunks, _found(fault.at, fault.ordinal, response))
    began = before[-1].at if before else 0.0
    pings: list[Chunk] = []
    if fault.pings is not None and response.streamed:
        count = int(fault.seconds / fault.pings)
        pings = [Chunk(PING, began + fault.pings * number) for number in range(1, count + 1)]
    late = [Chunk(data, max(moment, began) + fault.seconds) for data, moment in after]
    # a stall at the very end holds back the end itself
    late = late or [Chunk(b"", began + fault.seconds)]
    return response._replace(chunks=(*(before or [Chunk(b"")]), *pings, *late))


def _fragmented(fault: Fragments, response: RawResponse) -> RawResponse:
    places = [_found(mark, ordinal, response) for mark, ordinal in fault.cuts]
    pieces = _in_pieces(response, places, every=fault.every)
    apart = [part for piece in pieces.chunks for part in (Chunk(b"", piece.at), piece)]
    return pieces._replace(chunks=tuple(apart[1:]))


def _trickling(fault: Trickle, response: RawResponse) -> RawResponse:
    return _in_pieces(response, range(fault.bytes, len(response.body), fault.bytes), every=fault.every)


def _in_pieces(response: RawResponse, places: Iterable[int], *, every: float) -> RawResponse:
    """The same bytes in writes that end at the given places."""
    body = response.body
    ends = sorted({0, *places, len(body)})
    starts = _moments(response.chunks)
    pieces: list[Chunk] = []
    for start, end in pairwise(ends):
        due = next((at for reach, at in starts if end <= reach), 0.0)
        earliest = pieces[-1].at + every if pieces else 0.0
        pieces.append(Chunk(body[start:end], max(due, earliest)))
    return response._replace(chunks=tuple(pieces))


def _moments(chunks: Iterable[Chunk]) -> list[tuple[int, float]]:
    """How many bytes have left by when."""
    reach, moments = 0, []
    for data, at in chunks:
        reach += len(data)
        moments.append((reach, at))
    return moments


def _mismeasured(fault: WrongLength, response: RawResponse) -> RawResponse:
    promised = max(len(response.body) + fault.by, 0)
    return response._replace(headers=(*response.headers, ("content-length", str(promised))), ending="close")


def _without_brace(response: RawResponse) -> RawResponse:
    *rest, last = response.chunks
    return response._replace(chunks=(*rest, last._replace(data=last.data[:-1])))


def _broken_off(fault: ErrorEvent, frames: list[Chunk], frame: bytes) -> list[Chunk]:
    """The events before the error; a stream that is shorter breaks off before its last event."""
    after = min(fault.after_events, len(frames) - 1)
    kept = frames[:after]
    return [*kept, Chunk(frame, kept[-1].at if kept else frames[0].at)]


def _unbraced(fault: BadJson, frames: list[Chunk]) -> list[Chunk]:
    place = fault.event % len(frames)
    frame = frames[place]
    frames[place] = frame._replace(data=frame.data.removesuffix(b"}\n\n") + b"\n\n")
    return frames


def _missing(fault: Missing, frames: list[Chunk]) -> list[Chunk]:
    names = tuple([b"event: %b\n" % name.encode() for name in fault.events])
    return [frame for frame in frames if not frame.data.startswith(names)]


def _with_pings(fault: Pings, frames: list[Chunk]) -> list[Chunk]:
    """Pings stand between events: never first, never last."""
    told: list[Chunk] = []
    for number, frame in enumerate(frames, start=1):
        told.append(frame)
        if number % fault.every == 0 and number < len(frames):
            told.append(Chunk(PING, frame.at))
    return told


def _with_unknown(fault: Unknown, frames: list[Chunk]) -> list[Chunk]:
    after = min(fault.after_events, len(frames) - 1)
    if fault.what == "event":
        new = [FUTURE_EVENT]
    elif fault.what == "delta":
        after, index = _in_a_block(frames, after)
        new = [FUTURE_DELTA % index]
    else:
        after = _place_of(frames, b"event: message_delta\n")
        index = sum([frame.data.startswith(b"event: content_block_start\n") for frame in frames])
        new = [part % index for part in FUTURE_BLOCK]
    at = frames[after - 1].at if after else frames[0].at
    return [*frames[:after], *[Chunk(data, at) for data in new], *frames[after:]]


def _in_a_block(frames: Sequence[Chunk], after: int) -> tuple[int, int]:
    """A place at which a block is open, the first not before `after` if there is one, and the block's index."""
    open_at: list[tuple[int, int]] = []
    index: int | None = None
    for number, frame in enumerate(frames, start=1):
        if frame.data.startswith(b"event: content_block_start\n"):
            found = INDEX.search(frame.data)
            index = int(found[1]) if found else 0
        elif frame.data.startswith(b"event: content_block_stop\n"):
            index = None
        if index is not None:
            open_at.append((number, index))
    if not open_at:
        raise ScriptError("the stream has no content block to which an unknown delta could belong")
    return next((one for one in open_at if one[0] >= after), open_at[-1])


def _place_of(frames: Sequence[Chunk], start: bytes) -> int:
    return next((number for number, frame in enumerate(frames) if frame.data.startswith(start)), len(frames))


def _found(mark: Mark, ordinal: int, response: RawResponse) -> int:
    """The place of a cut; a body that is no stream is one event, which is cut in the middle."""
    body = response.body
    if not response.streamed and (mark in OF_STREAMS or not body):
        return len(body) // 2
    at = place(mark, ordinal, body)
    if at is None:
        known = [name for name in MARKS if name != "byte" and landmarks(name, body)]
        raise ScriptError(f"the answer cannot be cut at {mark!r}: its text has none; it has {', '.join(known)}, byte")
    return at


def _split(chunks: Iterable[Chunk], at: int) -> tuple[list[Chunk], list[Chunk]]:
    """The chunks up to that byte, and those behind it."""
    before: list[Chunk] = []
    after: list[Chunk] = []
    left = at
    for data, moment in chunks:
        if left > 0:
            before.append(Chunk(data[:left], moment))
        if len(data) > left:
            after.append(Chunk(data[max(left, 0) :], moment))
        left = max(left - len(data), 0)
    return before, after


_ON_BYTES: Final[Mapping[type, Callable[..., RawResponse]]] = {
    Cut: _cut,
    Stall: _stalled,
    Fragments: _fragmented,
    Trickle: _trickling,
    WrongLength: _mismeasured,
}
"""Faults of any body."""

_ON_EVENTS: Final[Mapping[type, Callable[..., list[Chunk]]]] = {
    BadJson: _unbraced,
    Missing: _missing,
    Pings: _with_pings,
    Unknown: _with_unknown,
}
"""Faults of streams."""
