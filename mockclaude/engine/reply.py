"""What the author of a test wants said, before ids, usage and bytes are added."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field

from mockclaude.engine.fault import Fault
from mockclaude.wire.body import Block, Json, JsonObject, UsageBody
from mockclaude.wire.interaction import RawResponse


@dataclass(frozen=True, slots=True)
class ErrorReply:
    """An error of the API instead of a message; `body` replaces the envelope with other bytes."""

    status: int
    kind: str = ""
    message: str = ""
    details: Mapping[str, Json] | None = None
    body: bytes | None = None
    content_type: str = "application/json"


@dataclass(frozen=True, slots=True)
class Pace:
    """When the parts of a stream leave: seconds before the first, then events or tokens per second.

    `jitter` moves each event by up to that share of a step, the same in every run; no event is late for another's
    sake, and none overtakes.
    """

    first: float = 0.0
    per_second: float | None = None
    tokens_per_second: float | None = None
    jitter: float = 0.0


@dataclass(frozen=True, slots=True)
class Reply:
    """What is to be said; `stop_reason` and usage are worked out where they are not given.

    `fit` lets the request's `max_tokens` and `stop_sequences` cut the text (default replies do, scripted ones
    are sent as written). `force` sends what contradicts the request or the API. `templates` fills values of the
    request into the texts. `raw` is the answer byte for byte, and everything but a fault is left alone.
    """

    content: tuple[Block, ...] = ()
    stop_reason: str | None = None
    stop_sequence: str | None = None
    stop_details: JsonObject | None = None
    container: JsonObject | None = None
    usage: UsageBody | None = None
    error: ErrorReply | None = None
    raw: RawResponse | None = None
    headers: Mapping[str, str] = field(default_factory=dict)
    pace: Pace | None = None
    fault: Fault | None = None
    fit: bool = False
    force: bool = False
    templates: bool = False
    label: str = ""


def text_reply(text: str, *, fit: bool = False, label: str = "") -> Reply:
    """A reply of one text block."""
    return Reply(content=({"type": "text", "text": text},), fit=fit, label=label)


def natural_stop(content: Iterable[Block]) -> str:
    """Why a message of these blocks ends when its author did not say."""
    kinds = {block["type"] for block in content}
    return "tool_use" if "tool_use" in kinds else "compaction" if kinds == {"compaction"} else "end_turn"
