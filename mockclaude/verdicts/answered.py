"""What a client got of an answer: all of it, an error, or the beginning of a stream that broke off."""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from email.utils import parsedate_to_datetime
from math import isfinite
from typing import Final, Literal, NamedTuple, cast

from mockclaude.engine.inflicted import INFLICTED
from mockclaude.wire.body import Block, Event, JsonObject
from mockclaude.wire.encoding import JSONFault, loads
from mockclaude.wire.error import STATUS_OF_TYPE, is_retryable
from mockclaude.wire.interaction import Headers, Interaction, RawResponse
from mockclaude.wire.sse import Decoder

State = Literal["whole", "refused", "broken", "unknown"]
"""Whole, an HTTP error, begun and not brought to its end, or nothing that could be judged."""

LONGEST_WAIT: Final = 60.0
"""Seconds above which a `retry-after` is not judged: SDKs before 1.0 take longer ones for nonsense (source: SDK 0.x)."""
COARSE: Final = 1.0
"""Seconds that a date may be wrong by, since it tells whole ones."""
PIECES: Final[Mapping[str, str]] = {
    "text_delta": "text",
    "thinking_delta": "thinking",
    "input_json_delta": "partial_json",
}
"""Where a delta has the piece that it adds."""


class Wait(NamedTuple):
    """How long an answer asks to wait before the next attempt, and how exactly it says so."""

    seconds: float
    slack: float = 0.0


@dataclass(frozen=True, slots=True)
class Answered:
    """An answer as the client saw it; `told` names it, `content` is as much of the message as came.

    `has_output` says whether a stream had delivered anything before it broke.
    """

    state: State
    told: str
    is_retryable: bool = False
    wait: Wait | None = None
    content: tuple[Block, ...] = ()
    has_output: bool = False

    @property
    def has_failed(self) -> bool:
        """Whether the same request again would be another attempt."""
        return self.state in {"refused", "broken"}

    @property
    def text(self) -> str:
        """The text that came, without what a client may strip."""
        return "".join([block.get("text", "") for block in self.content if block["type"] == "text"]).strip()

    @property
    def tool_ids(self) -> tuple[str, ...]:
        """The tool calls that came and that the client has to answer."""
        return tuple([block["id"] for block in self.content if block["type"] == "tool_use" and "id" in block])


UNKNOWN: Final = Answered("unknown", "answered with what is not known")
LEFT: Final = Answered("unknown", "left by the client")
NO_ANSWER: Final = Answered("broken", "not answered: the connection ended", is_retryable=True)


def answered(interaction: Interaction, *, dates: bool = True) -> Answered:
    """What the client got; with `dates` a `retry-after` that is a date is read by the mock's clock."""
    response, course = interaction.response, interaction.course
    if course is not None and course.ended is None:
        return UNKNOWN  # it is still on its way
    is_left = course is not None and course.is_cut_short and response is not None and response.ending == "complete"
    if is_left and not any(finding.rule == INFLICTED for finding in interaction.findings):
        return LEFT  # nothing was wrong with the answer, so that was the client's own will
    if response is None or not response.status:
        return NO_ANSWER
    if response.status != 200:
        return _refused(response, interaction.began if dates else None)
    if not response.chunks and not interaction.request.body:
        return UNKNOWN  # the journal had no room for it
    is_cut = response.ending != "complete" or (course is not None and course.is_cut_short)
    body = response.body if course is None or not course.is_cut_short else response.body[: course.sent]
    return _streamed(body) if response.streamed else _whole(body, is_cut=is_cut)


def wait_of(headers: Mapping[str, str], now: datetime | None) -> Wait | None:
    """The wait that headers ask for: `retry-after-ms` before `retry-after`, which is a number or a date."""
    milliseconds, given = headers.get("retry-after-ms"), headers.get("retry-after", "")
    seconds = _number(given) if milliseconds is None else _number(milliseconds) / 1000
    if isfinite(seconds):
        return Wait(seconds) if 0 < seconds <= LONGEST_WAIT else None
    if now is None:
        return None
    try:
        left = (parsedate_to_datetime(given) - now).total_seconds()
    except (TypeError, ValueError):
        return None
    return Wait(left, COARSE) if 0 < left <= LONGEST_WAIT else None


def _number(text: str) -> float:
    try:
        return float(text)
    except ValueError:
        return float("nan")


def _refused(response: RawResponse, now: datetime | None) -> Answered:
    headers = Headers(dict(response.headers))
    advice = headers.get("x-should-retry")
    retryable = is_retryable(response.status) if advice not in {"true", "false"} else advice == "true"
    kind = _kind(response.body)
    told = f"answered {response.status}{f' {kind}' if kind else ''}"
    if advice == "false" and is_retryable(response.status):
        told += " with x-should-retry: false"
    return Answered("refused", told, retryable, wait_of(headers, now))


def _kind(body: bytes) -> str:
    try:
        found = loads(body)
    except JSONFault:
        return ""
    error = found.get("error") if isinstance(found, dict) else None
    return str(error.get("type", "")) if isinstance(error, dict) else ""


def _whole(body: bytes, *, is_cut: bool) -> Answered:
    """A body in one piece; one that is cut may be tried again even where all of its JSON came."""
    try:
        found = loads(body)
    except JSONFault:
        return Answered("broken", "answered with a body that breaks off", is_retryable=True)
    if is_cut:
        return Answered("broken", "answered over a connection that broke", is_retryable=True)
    content = found.get("content") if isinstance(found, dict) else None
    return Answered(
        "whole", "answered", content=tuple(cast("list[Block]", content)) if isinstance(content, list) else ()
    )


def _streamed(body: bytes) -> Answered:
    """A stream, whole once its stop reason came: what can be missing then is no content."""
    decoder = Decoder()
    events: list[Event] = []
    try:
        events.extend(decoder.feed(body))
    except JSONFault:
        return Answered("broken", "answered with a stream that is no JSON", is_retryable=True, has_output=True)
    content = tuple(_content(events))
    has_output = any(map(_tells, events))
    error = next((event.get("error") or {} for event in events if event["type"] == "error"), None)
    if error is not None:
        kind = str(error.get("type", ""))
        again = is_retryable(STATUS_OF_TYPE.get(kind, 500))
        return Answered("broken", f"broken off by {kind} in its stream", again, content=content, has_output=has_output)
    if any(_stops(event) for event in events):
        return Answered("whole", "answered", content=content, has_output=has_output)
    told = "cut off before its stream told a stop_reason"
    return Answered("broken", told, is_retryable=True, content=content, has_output=has_output)


def _content(events: Iterable[Event]) -> Iterator[Block]:
    """The content blocks as far as the events tell them; the input of tools is left out."""
    block: Block | None = None
    for event in events:
        if event["type"] == "content_block_start":
            if block is not None:
                yield block
            block = event["content_block"].copy()
        elif event["type"] == "content_block_delta" and block is not None:
            delta = cast("JsonObject", event["delta"])
            key = PIECES.get(str(delta.get("type")))
            if key in {"text", "thinking"}:
                told = cast("dict[str, str]", block)
                told[key] = f"{told.get(key, '')}{delta[key]}"
    if block is not None:
        yield block


def _tells(event: Event) -> bool:
    """Whether an event delivers something that a user may have seen."""
    if event["type"] == "content_block_start":
        return event["content_block"]["type"] == "tool_use"
    delta = cast("JsonObject", event.get("delta") or {})
    return bool(delta.get(PIECES.get(str(delta.get("type")), "")))


def _stops(event: Event) -> bool:
    return event["type"] == "message_delta" and event["delta"].get("stop_reason") is not None
