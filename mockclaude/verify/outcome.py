"""What a client made of one call, as far as it shows it: a message, a text, an error."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Final, TypeAlias, cast

from mockclaude.errors import MockClaudeError
from mockclaude.wire.body import Json, JsonObject

STATUS_NAMES: Final = ("status_code", "status", "code")
CHAIN: Final = 8
"""Exceptions behind an exception that are looked at."""


class AdapterError(MockClaudeError, TypeError):
    """An adapter that is none, or returns what no outcome can be made of."""


@dataclass(frozen=True, slots=True)
class ErrorInfo:
    """What an error shows to the program that catches it; `text` is all that it prints, with its causes."""

    kind: str
    message: str = ""
    status: int | None = None
    type: str | None = None
    request_id: str | None = None
    text: str = field(default="", repr=False)

    def shows(self, value: object) -> bool:
        """Whether the value is in one of the fields or in what the error prints."""
        return value in (self.status, self.type, self.message, self.request_id) or str(value) in self.text


@dataclass(frozen=True, slots=True)
class Outcome:
    """What came of a call. What a client does not show is `None` and cannot be judged.

    `deltas` are the pieces of text in the order in which a stream gave them; `logs` is what the client printed.
    """

    message: JsonObject | None = None
    text: str | None = None
    error: ErrorInfo | None = None
    deltas: tuple[str, ...] | None = None
    logs: str = field(default="", repr=False)

    @property
    def said(self) -> str | None:
        """The text that came, of a message or by itself."""
        if self.text is not None or self.message is None:
            return self.text
        blocks = cast("list[JsonObject]", self.message.get("content") or [])
        return "".join([str(block.get("text", "")) for block in blocks if block.get("type") == "text"])

    @property
    def is_flagged(self) -> bool:
        """Whether it says itself that the answer is not whole: by an error, or by a message without a stop reason."""
        return self.error is not None or (self.message is not None and self.message.get("stop_reason") is None)

    def __str__(self) -> str:
        if self.error is not None:
            fields = [f"{self.error.kind}({self.error.message!r}"]
            fields += [f"{name}={value!r}" for name, value in self._details() if value is not None]
            return ", ".join(fields) + ")"
        if self.message is not None:
            return f"a message with stop_reason {self.message.get('stop_reason')!r} and the text {self.said!r}"
        return "nothing" if self.text is None else f"the text {self.text!r}"

    def _details(self) -> Iterator[tuple[str, object]]:
        assert self.error is not None
        yield "status", self.error.status
        yield "type", self.error.type


Said: TypeAlias = Outcome | Mapping[str, object] | str | object
"""What an adapter may return: an outcome, the API's message as a dict or as an SDK's object, or a text."""


def outcome_of(value: Said) -> Outcome:
    """The outcome that a value stands for; raises `AdapterError`."""
    if isinstance(value, Outcome):
        return value
    if value is None or isinstance(value, str):
        return Outcome(text=value)
    if isinstance(value, Mapping):
        return Outcome(message=cast("JsonObject", dict(value)))
    dump = getattr(value, "model_dump", None)
    if callable(dump):
        return Outcome(message=cast("JsonObject", dump(mode="json", exclude_unset=True, warnings=False)))
    raise AdapterError(
        f"the adapter returned {value!r}; expected an Outcome, a message as a dict or an SDK's object, or a text"
    )


def error_of(exception: BaseException) -> ErrorInfo:
    """What an exception shows, with what the ones behind it show where it shows nothing."""
    chain = list(_chain(exception))
    bodies = [body for one in chain if isinstance(body := getattr(one, "body", None), Mapping)]
    inner: Mapping[str, object] = next((body["error"] for body in bodies if isinstance(body.get("error"), Mapping)), {})
    status = next((value for one in chain for name in STATUS_NAMES if _is_status(value := _own(one, name))), None)
    kind = next((value for one in chain if isinstance(value := _own(one, "type"), str)), inner.get("type"))
    request_id = next((value for one in chain if isinstance(value := _own(one, "request_id"), str)), None)
    message = inner.get("message")
    return ErrorInfo(
        type(exception).__name__,
        message if isinstance(message, str) else str(exception),
        cast("int | None", status),
        kind if isinstance(kind, str) else None,
        request_id,
        "\n".join([f"{type(one).__name__}: {one}" for one in chain]),
    )


def error_of_data(data: Mapping[str, Json]) -> ErrorInfo:
    """The error that a program of another language tells as JSON."""
    status = data.get("status")
    told = {name: value if isinstance(value := data.get(name), str) else None for name in ("type", "request_id")}
    message, kind = str(data.get("message") or ""), str(data.get("kind") or "Error")
    text = str(data.get("text") or f"{kind}: {message}")
    return ErrorInfo(kind, message, status if isinstance(status, int) else None, told["type"], told["request_id"], text)


def _chain(exception: BaseException) -> Iterator[BaseException]:
    one: BaseException | None = exception
    for _ in range(CHAIN):
        if one is None:
            return
        yield one
        if isinstance(one, BaseExceptionGroup):
            yield from one.exceptions
        one = one.__cause__ or (None if one.__suppress_context__ else one.__context__)


def _own(exception: BaseException, name: str) -> object:
    return getattr(exception, name, None)


def _is_status(value: object) -> bool:
    return isinstance(value, int) and not isinstance(value, bool) and 100 <= value <= 599
