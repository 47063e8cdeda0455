"""Requests and responses as bytes, and the record of both."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Final, Literal, NamedTuple

from mockclaude.wire.finding import Finding
from mockclaude.wire.shown import REDACTED, SECRET_HEADERS, clipped, shown

LINE: Final = 60
"""Characters of a path that a `repr` shows."""


class Headers(Mapping[str, str]):
    """Header fields of which the names compare case-insensitively; the last of equal names wins."""

    __slots__ = ("_fields",)

    def __init__(self, fields: Mapping[str, str] | None = None) -> None:
        self._fields = {name.lower(): value for name, value in (fields or {}).items()}

    def __getitem__(self, name: str) -> str:
        return self._fields[name.lower()]

    def get(self, name: str, default: str | None = None) -> str | None:  # type: ignore[override]
        """The value of a header, or the default."""
        return self._fields.get(name.lower(), default)

    def __iter__(self) -> Iterator[str]:
        return iter(self._fields)

    def __len__(self) -> int:
        return len(self._fields)

    def __repr__(self) -> str:
        told = {name: REDACTED if name in SECRET_HEADERS else shown(value) for name, value in self.items()}
        return f"Headers({told!r})"


class RawRequest(NamedTuple):
    """A request as it came from the socket; `headers` compare case-insensitively."""

    method: str
    path: str
    headers: Mapping[str, str]
    body: bytes = b""
    query: str = ""

    def __repr__(self) -> str:
        return f"<RawRequest {self.method} {clipped(self.path, length=LINE)} {len(self.body)} bytes>"


class Chunk(NamedTuple):
    """Bytes of a body and when they leave, in seconds after the response began."""

    data: bytes
    at: float = 0.0


Ending = Literal["complete", "close", "reset"]
"""How a response ends: whole, by a clean end of the connection in the middle, or by a TCP reset."""


class RawResponse(NamedTuple):
    """A response as bytes, each chunk with its time; `streamed` bodies go out in HTTP chunks."""

    status: int
    headers: tuple[tuple[str, str], ...] = ()
    chunks: tuple[Chunk, ...] = ()
    streamed: bool = False
    ending: Ending = "complete"

    @property
    def body(self) -> bytes:
        """The whole body."""
        return b"".join([chunk.data for chunk in self.chunks])

    def __repr__(self) -> str:
        size, ending = sum([len(chunk.data) for chunk in self.chunks]), self.ending
        return f"<RawResponse {self.status} {size} bytes{'' if ending == 'complete' else f', then {ending}'}>"


@dataclass(slots=True)
class Course:
    """How an exchange went, in seconds of a clock that only runs forward; the same object while it goes on.

    `answered` is when the answer began to leave, `ended` when it was over, `sent` how many bytes of its body left.
    It `is_cut_short` when the connection ended before all of the answer had left, as when the client goes.
    """

    arrived: float
    answered: float | None = None
    ended: float | None = None
    sent: int = 0
    is_cut_short: bool = False


@dataclass(slots=True)
class Interaction:
    """One exchange: request, response, when, and what was found.

    Its course differs from run to run; neither journals nor cassettes write it down.
    """

    request: RawRequest
    began: datetime
    request_id: str = ""
    response: RawResponse | None = None
    stub: str | None = None
    findings: list[Finding] = field(default_factory=list)
    course: Course | None = field(default=None, compare=False)

    def __repr__(self) -> str:
        name, path = self.request_id or self.began.isoformat(), clipped(self.request.path, length=LINE)
        answer = "no answer" if self.response is None else self.response.status
        return f"<Interaction {name} {self.request.method} {path} -> {answer}>"
