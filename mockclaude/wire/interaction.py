"""Requests and responses as bytes, and the record of both."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Literal, NamedTuple

from mockclaude.wire.finding import Finding


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
        return f"Headers({self._fields!r})"


class RawRequest(NamedTuple):
    """A request as it came from the socket; `headers` compare case-insensitively."""

    method: str
    path: str
    headers: Mapping[str, str]
    body: bytes = b""
    query: str = ""


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


@dataclass(slots=True)
class Interaction:
    """One exchange: request, response, when, and what was found."""

    request: RawRequest
    began: datetime
    request_id: str = ""
    response: RawResponse | None = None
    stub: str | None = None
    findings: list[Finding] = field(default_factory=list)
