"""Faults as data: what can go wrong with an answer, each kind with its parameters, checked when it is made."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, fields
from typing import Final, Literal, TypeAlias, TypeGuard, get_args

from mockclaude.engine.landmarks import MARKS, Mark
from mockclaude.errors import ScriptError, nearest
from mockclaude.wire.body import Json, JsonObject
from mockclaude.wire.error import STATUS_OF_TYPE

CutEnding = Literal["end", "close", "reset"]
"""How a cut answer ends: HTTP says it is whole, the connection closes, or it is reset."""

Unforeseen = Literal["event", "delta", "block"]

LONGEST: Final = 86_400.0
"""Seconds that an answer may take; what stands still longer stands still for ever."""

SHORTEST: Final = 0.001
"""Seconds between two writes that must not become one; event loops round up to a millisecond."""


@dataclass(frozen=True, slots=True)
class HttpError:
    """The call fails before a message begins: an error of the API, or what a proxy before it says (`body`).

    `code` becomes `error.details.error_code`. `retry_after` is a number of seconds, or the header's text as it is: `date+30` stands for the HTTP date in 30
    seconds, the empty text for no header.
    """

    status: int = 529
    type: str = ""
    message: str = ""
    code: str = ""
    retry_after: float | str | None = None
    headers: Mapping[str, str] = field(default_factory=dict)
    body: str | None = None
    content_type: str = "application/json"

    def __post_init__(self) -> None:
        _whole("status", self.status)
        _within("status", self.status, 400, 599)
        _texts(
            type=self.type, message=self.message, code=self.code, content_type=self.content_type, body=self.body or ""
        )
        _texts(**{f"header {name}": value for name, value in self.headers.items()})
        if self.type:
            _one_of("type", self.type, STATUS_OF_TYPE)
        if isinstance(self.retry_after, int | float):
            _within("retry_after", self.retry_after, 0, LONGEST)


@dataclass(frozen=True, slots=True)
class ErrorEvent:
    """An `error` event ends a stream after so many events."""

    after_events: int = 3
    type: str = "overloaded_error"
    message: str = ""

    def __post_init__(self) -> None:
        _texts(message=self.message)
        _whole("after_events", self.after_events, least=0)
        _one_of("type", self.type, STATUS_OF_TYPE)


@dataclass(frozen=True, slots=True)
class Cut:
    """The answer ends at a landmark; at `head` nothing of it leaves."""

    at: Mark | Literal["head"] = "inside"
    ordinal: int = 3
    ending: CutEnding = "close"

    def __post_init__(self) -> None:
        _one_of("at", self.at, ("head", *MARKS))
        _whole("ordinal", self.ordinal)
        _one_of("ending", self.ending, get_args(CutEnding))
        if self.at == "head" and self.ending == "end":
            raise ScriptError("ending is 'end', but before its head no answer can be whole; expected close or reset")


@dataclass(frozen=True, slots=True)
class Missing:
    """Events of these types are left out of a stream."""

    events: tuple[str, ...] = ("message_stop",)

    def __post_init__(self) -> None:
        _given("events", self.events)
        for name in self.events:
            _one_of("events", name, EVENTS)


@dataclass(frozen=True, slots=True)
class Stall:
    """Nothing more leaves for so many seconds, except pings every `pings` seconds; at `head` for good."""

    at: Mark | Literal["head"] = "event"
    ordinal: int = 3
    seconds: float = LONGEST
    pings: float | None = None

    def __post_init__(self) -> None:
        _one_of("at", self.at, ("head", *MARKS))
        _whole("ordinal", self.ordinal)
        _within("seconds", self.seconds, 0, LONGEST)
        if self.pings is not None:
            _within("pings", self.pings, SHORTEST, LONGEST)
            if self.seconds / self.pings > MOST_PIECES:
                raise ScriptError(
                    f"pings is {self.pings}; expected at most {MOST_PIECES} pings in {self.seconds:g} seconds"
                )


@dataclass(frozen=True, slots=True)
class Trickle:
    """The body leaves in pieces of so many bytes, each `every` seconds after the one before it."""

    bytes: int = 5
    every: float = 0.01

    def __post_init__(self) -> None:
        _whole("bytes", self.bytes, least=1)
        _within("every", self.every, SHORTEST, LONGEST)


@dataclass(frozen=True, slots=True)
class Fragments:
    """The body leaves in writes that end at the given landmarks, each `every` seconds after the one before it."""

    cuts: tuple[tuple[Mark, int], ...]
    every: float = 0.002

    def __post_init__(self) -> None:
        _given("cuts", self.cuts)
        for cut in self.cuts:
            _pair(cut)
            _one_of("cuts", cut[0], MARKS)
        _within("every", self.every, SHORTEST, LONGEST)


@dataclass(frozen=True, slots=True)
class Pings:
    """More pings: one after every so many events."""

    every: int = 1

    def __post_init__(self) -> None:
        _whole("every", self.every, least=1)


@dataclass(frozen=True, slots=True)
class Unknown:
    """Something that no client of today knows: a future event, delta or content block."""

    what: Unforeseen = "event"
    after_events: int = 3

    def __post_init__(self) -> None:
        _one_of("what", self.what, get_args(Unforeseen))
        _whole("after_events", self.after_events, least=0)


@dataclass(frozen=True, slots=True)
class BadJson:
    """The data of one event, or the whole body, lacks its last brace."""

    event: int = 3

    def __post_init__(self) -> None:
        _whole("event", self.event)


@dataclass(frozen=True, slots=True)
class WrongLength:
    """`content-length` promises so many bytes more, or fewer, than leave."""

    by: int = 10

    def __post_init__(self) -> None:
        _whole("by", self.by)
        if self.by == 0:
            raise ScriptError("by is 0; expected bytes more or fewer than leave")


Fault: TypeAlias = (
    HttpError | ErrorEvent | Cut | Missing | Stall | Trickle | Fragments | Pings | Unknown | BadJson | WrongLength
)
"""What goes wrong with an answer."""

KINDS: Final[Mapping[str, type[Fault]]] = {
    "error": HttpError,
    "error_event": ErrorEvent,
    "cut": Cut,
    "missing": Missing,
    "stall": Stall,
    "trickle": Trickle,
    "fragments": Fragments,
    "pings": Pings,
    "unknown": Unknown,
    "bad_json": BadJson,
    "length": WrongLength,
}
"""The kinds of faults by the names that scripts give them."""

EVENTS: Final = (
    "message_start", "content_block_start", "ping", "content_block_delta", "content_block_stop", "message_delta",
    "message_stop",
)  # fmt: skip

MOST_PIECES: Final = 100_000


def kind_of(fault: Fault) -> str:
    """The name of a fault's kind."""
    return next(name for name, kind in KINDS.items() if kind is type(fault))


def forestalls(fault: Fault) -> TypeGuard[HttpError | Cut | Stall]:
    """Whether no message begins, so that a script keeps its reply for the next call."""
    return isinstance(fault, HttpError) or (isinstance(fault, Cut | Stall) and fault.at == "head")


def data_of_fault(fault: Fault) -> JsonObject:
    """A fault as a scenario writes it, without what goes without saying."""
    data: JsonObject = {"kind": kind_of(fault)}
    plain = Fragments((("byte", 0),)) if isinstance(fault, Fragments) else type(fault)()
    for one in fields(fault):
        value = getattr(fault, one.name)
        if value != getattr(plain, one.name) or one.name == "cuts":
            data[one.name] = _plain(value)
    return data


def _plain(value: object) -> Json:
    if isinstance(value, tuple):
        return [_plain(item) for item in value]
    if isinstance(value, Mapping):
        return {str(key): _plain(item) for key, item in value.items()}
    assert value is None or isinstance(value, str | int | float)
    return value


def _whole(name: str, value: object, *, least: int | None = None) -> None:
    if type(value) is not int or (least is not None and value < least):
        raise ScriptError(f"{name} is {value!r}; expected a whole number{'' if least is None else f' from {least} on'}")


def _texts(**given: object) -> None:
    for name, value in given.items():
        if not isinstance(value, str):
            raise ScriptError(f"{name} is {value!r}; expected text")


def _within(name: str, value: object, least: float, most: float) -> None:
    if not isinstance(value, int | float) or isinstance(value, bool) or not least <= value <= most:
        raise ScriptError(f"{name} is {value!r}; expected a number from {least:g} to {most:g}")


def _one_of(name: str, value: object, known: Iterable[str]) -> None:
    words = list(known)
    if value not in words:
        raise ScriptError(f"{name} is {value!r}{nearest(str(value), words)}; expected one of {', '.join(words)}")


def _pair(cut: object) -> None:
    if not isinstance(cut, tuple) or len(cut) != 2 or type(cut[1]) is not int:
        raise ScriptError(f"cuts holds {cut!r}; expected pairs of a landmark and a number, as in ('utf8', 0)")


def _given(name: str, values: object) -> None:
    if not isinstance(values, tuple) or not values:
        raise ScriptError(f"{name} is {values!r}; expected at least one")
