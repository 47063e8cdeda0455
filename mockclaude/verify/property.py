"""A property of a client: how its cases are drawn, and how what the client did is judged."""

import math
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Final, TypeGuard

from hypothesis import strategies as st

from mockclaude.settings import Validation
from mockclaude.verify.adapter import methods_of
from mockclaude.verify.caller import is_async
from mockclaude.verify.case import Case, Form
from mockclaude.verify.outcome import Outcome
from mockclaude.wire.body import JsonObject
from mockclaude.wire.interaction import Interaction

MOST_ATTEMPTS: Final = 10
"""Requests that one call may cost; a client that makes more tries for ever. SDKs make 3, Claude Code up to 7."""


@dataclass(frozen=True, slots=True)
class Client:
    """What the kit knows of an adapter before it asks anything of it."""

    methods: frozenset[str]
    skips_waits: bool = False
    only_prompts: bool = False

    @property
    def form(self) -> Form:
        """The way to ask one question: as a stream where the client can."""
        return "stream" if "stream" in self.methods else "send"


def client_shown(adapter: object) -> Client:
    """The client behind an adapter; raises `AdapterError`."""
    methods = methods_of(adapter)
    if "stream" in methods and is_async(adapter.stream):  # type: ignore[attr-defined]
        methods |= {"cancel"}  # its task is cancelled
    return Client(
        methods,
        getattr(adapter, "skips_waits", False) is True,
        getattr(adapter, "only_prompts", False) is True,
    )


@dataclass(frozen=True, slots=True)
class Run:
    """What the client did in one case: an outcome for each call, and what the server saw."""

    outcomes: tuple[Outcome, ...]
    exchanges: tuple[Interaction, ...]
    waits: tuple[float, ...] = ()
    tools: tuple[tuple[str, JsonObject], ...] = ()
    left_after: float | None = None
    """Seconds after which the connection of a cancelled call was closed; `None` while it is open."""
    key: str = field(default="", repr=False)
    logs: str = field(default="", repr=False)

    @property
    def outcome(self) -> Outcome:
        """What came of the only call."""
        return self.outcomes[0]

    @property
    def has_streamed(self) -> bool:
        """Whether a stream was asked for."""
        return any(one.response is not None and one.response.streamed for one in self.exchanges)

    @property
    def attempts(self) -> int:
        """How many requests arrived."""
        return len(self.exchanges)


class Broken(AssertionError):
    """The property does not hold: the cause in one line, and what was expected and got."""

    def __init__(self, cause: str, *, expected: object = None, got: object = None) -> None:
        super().__init__(cause)
        self.cause, self.expected, self.got = cause, expected, got


class NotJudged(Exception):
    """The client does not show what the property is about; says what is missing."""


Judge = Callable[[Case, Run], str | None]
"""Raises `Broken` or `NotJudged`; what it returns is worth a remark."""


@dataclass(frozen=True, slots=True)
class Property:
    """One of the eighteen: its number, a name, and the sentence that must be true of every client.

    `needs` are methods of which the adapter must have one, or all. `most` bounds the examples where each takes time.
    """

    id: str
    name: str
    sentence: str
    cases: Callable[[Client], st.SearchStrategy[Case]] = field(repr=False)
    judge: Judge = field(repr=False)
    needs: tuple[Form, ...] = ("stream", "send")
    needs_all: bool = False
    validation: Validation = "off"
    most: Callable[[Client], int | None] = field(default=lambda _client: None, repr=False)
    keeps_logs: bool = False
    of_streams: bool = False
    """Whether it says something of streams only, so that a client which asks for none cannot be judged."""

    @property
    def title(self) -> str:
        """Number and name."""
        return f"{self.id} {self.name}"

    def why_not(self, client: Client) -> str:
        """Why the client cannot be judged; empty where it can."""
        missing = [name for name in self.needs if name not in client.methods]
        if not missing or (len(missing) < len(self.needs) and not self.needs_all):
            return ""
        return f"the adapter has no method {' or '.join(missing)}"


def difference(expected: object, got: object, *, path: str = "message") -> str:
    """The first place at which a client's value is not the expected one; more than expected may be `null` only.

    Numbers are the same when they are the same double: that is all that most languages read.
    """
    if isinstance(expected, Mapping) and isinstance(got, Mapping):
        return _between_objects(expected, got, path)
    if isinstance(expected, list) and isinstance(got, list):
        if len(expected) != len(got):
            return f"{path} has {len(got)} items; expected {len(expected)}"
        found = [
            difference(one, other, path=f"{path}[{place}]")
            for place, (one, other) in enumerate(zip(expected, got, strict=True))
        ]
        return next(filter(None, found), "")
    if _is_number(expected) and _is_number(got):
        equal = _double(expected) == _double(got)
    else:
        equal = type(expected) is type(got) and expected == got
    if equal:
        return ""
    return f"{path} is {got!r}; expected {expected!r}"


def _is_number(value: object) -> TypeGuard[float]:
    return isinstance(value, int | float) and not isinstance(value, bool)


def _double(value: float) -> float:
    """The number as most languages read it; source: RFC 8259, section 6."""
    try:
        return float(value)
    except OverflowError:
        return math.inf if value > 0 else -math.inf


def _between_objects(expected: Mapping[str, object], got: Mapping[str, object], path: str) -> str:
    for key, value in expected.items():
        if key not in got and value is not None:
            return f"{path} has no {key}; expected {value!r}"
        found = difference(value, got.get(key), path=f"{path}.{key}")
        if found:
            return found
    return next(
        (
            f"{path} has {key}={got[key]!r}; expected none"
            for key in got
            if key not in expected and got[key] is not None
        ),
        "",
    )
