"""A case as plain data: what a client is asked to do and what the server answers. It can be saved, shown and replayed."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from itertools import chain
from typing import Final, Literal, TypeAlias, cast

import pybase64

from mockclaude.engine.render import JSON_HEADERS, SSE_HEADERS
from mockclaude.errors import SettingsError
from mockclaude.wire.body import Json, JsonObject
from mockclaude.wire.encoding import dumps
from mockclaude.wire.interaction import Chunk, Ending, RawResponse

Form = Literal["send", "stream", "agent", "cancel"]

APART: Final = 0.001
"""Seconds between two writes that must not become one; event loops round up to a millisecond."""

MANY: Final = 16
"""Writes above which none waits for the one before it: the client may get several at once, but in time."""


@dataclass(frozen=True, slots=True)
class Exact:
    """A stream byte for byte, each chunk a write of its own; who asks for no stream gets the message."""

    chunks: tuple[bytes, ...]
    ending: Ending = "complete"
    message: JsonObject | None = None

    def response(self, *, streamed: bool) -> RawResponse:
        """What leaves."""
        if not streamed and self.message is not None:
            return RawResponse(200, JSON_HEADERS, (Chunk(dumps(self.message)),))
        every = APART if len(self.chunks) <= MANY else 0.0
        parts = [(Chunk(b"", every * place), Chunk(data, every * place)) for place, data in enumerate(self.chunks)]
        chunks = tuple(chain.from_iterable(parts))[1:]  # an empty chunk ends a write
        return RawResponse(200, SSE_HEADERS, chunks, streamed=True, ending=self.ending)


Answer: TypeAlias = Exact | JsonObject
"""What the server says to one request: exact bytes, or a reply as a scenario writes it."""


@dataclass(frozen=True, slots=True)
class Ask:
    """One call: the method of the adapter, and the body it is to send (for an agent, its task)."""

    form: Form
    request: JsonObject


@dataclass(frozen=True, slots=True)
class Case:
    """What is asked, and what is answered in turn; the last answer repeats.

    Calls that are made `together` are answered each with its own answer. `expected` is what the judge needs to know,
    `cuts` tells the places in words at which the bytes are cut.
    """

    calls: tuple[Ask, ...]
    answers: tuple[Answer, ...]
    expected: JsonObject = field(default_factory=dict)
    cuts: tuple[str, ...] = ()
    together: bool = False

    def data(self) -> JsonObject:
        """The case as JSON."""
        calls: list[Json] = [{"form": ask.form, "request": ask.request} for ask in self.calls]
        data: JsonObject = {"calls": calls, "answers": data_of_answers(self.answers)}
        if self.together:
            data["together"] = True
        if self.cuts:
            data["cuts"] = [*self.cuts]
        return {**data, "expected": self.expected}

    def __repr__(self) -> str:
        asked = " ".join([f"{ask.form} {_short(ask.request)}" for ask in self.calls])
        return f"<Case {asked} -> {'; '.join([_answer_shown(answer) for answer in self.answers])}>"


def case_of(data: Mapping[str, Json]) -> Case:
    """The case that JSON stands for; raises `SettingsError`."""
    try:
        calls = [
            Ask(cast("Form", one["form"]), one["request"]) for one in cast("list[dict[str, JsonObject]]", data["calls"])
        ]
        cuts = tuple(map(str, cast("list[Json]", data.get("cuts", []))))
        expected = cast("JsonObject", data.get("expected", {}))
        answers = answers_of(cast("list[JsonObject]", data["answers"]))
        return Case(tuple(calls), answers, expected, cuts, together=data.get("together") is True)
    except (KeyError, TypeError, ValueError) as fault:
        raise SettingsError(f"this is no case of the client kit: {fault!r}; expected calls and answers") from None


def answers_of(data: Sequence[Mapping[str, Json]]) -> tuple[Answer, ...]:
    """The answers that JSON stands for: `{"stream": [...]}` is exact, all else a reply as a scenario writes it."""
    return tuple([_answer_of(one) for one in data])


def data_of_answers(answers: Sequence[Answer]) -> list[Json]:
    """The answers as JSON."""
    return [_data_of_answer(answer) for answer in answers]


def _answer_of(data: Mapping[str, Json]) -> Answer:
    if "stream" not in data:
        return dict(data)
    chunks = [_bytes_of(chunk) for chunk in cast("list[Json]", data["stream"])]
    message = data.get("message")
    ending = cast("Ending", data.get("ending", "complete"))
    return Exact(tuple(chunks), ending, message if isinstance(message, dict) else None)


def _data_of_answer(answer: Answer) -> JsonObject:
    if not isinstance(answer, Exact):
        return answer
    data: JsonObject = {"stream": [_data_of_bytes(chunk) for chunk in answer.chunks]}
    if answer.ending != "complete":
        data["ending"] = answer.ending
    return data if answer.message is None else {**data, "message": answer.message}


def _bytes_of(chunk: Json) -> bytes:
    if isinstance(chunk, dict):
        return pybase64.b64decode(str(chunk["base64"]), validate=True)
    return str(chunk).encode()


def _data_of_bytes(data: bytes) -> Json:
    try:
        return data.decode()
    except UnicodeDecodeError:  # a character is cut
        return {"base64": pybase64.b64encode(data).decode()}


def _short(value: object, *, most: int = 160) -> str:
    text = repr(value)
    return text if len(text) <= most else f"{text[:most]}… ({len(text)} characters)"


def _answer_shown(answer: Answer) -> str:
    if not isinstance(answer, Exact):
        return _short(answer)
    size = sum(map(len, answer.chunks))
    return f"{size} bytes in {len(answer.chunks)} writes, {answer.ending}"
