"""What an importer finds in a recording of another tool, and how it makes an interaction of it."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from typing import Final, NamedTuple
from urllib.parse import urlsplit

from mockclaude.record.pieces import pieces_of
from mockclaude.record.uncoded import Unreadable, uncoded
from mockclaude.wire.body import Json
from mockclaude.wire.interaction import Chunk, Headers, Interaction, RawRequest, RawResponse

HOST: Final = "api.anthropic.com"
PATHS: Final = ("/v1/messages", "/v1/models", "/v1/files", "/v1/complete")
"""What is the API, on its own host and behind gateways."""


class Skipped(NamedTuple):
    """An entry that is no exchange with the API, and why."""

    where: str
    reason: str


@dataclass(frozen=True, slots=True)
class Found:
    """The exchanges of a recording and the entries left out."""

    interactions: tuple[Interaction, ...]
    skipped: tuple[Skipped, ...] = ()


class Exchange(NamedTuple):
    """An exchange as other tools tell it: a whole URL, headers that may repeat, whole bodies."""

    method: str
    url: str
    asked: Iterable[tuple[str, str]]
    request: bytes
    status: int
    told: Iterable[tuple[str, str]]
    response: bytes
    at: float = 0.0
    began: datetime | None = None


def is_of_the_api(url: str) -> bool:
    """Whether a URL leads to the API or to something that speaks like it."""
    parts = urlsplit(url)
    return parts.hostname == HOST or parts.path.startswith(PATHS)


def interaction_of(exchange: Exchange, *, otherwise: datetime) -> Interaction:
    """The interaction of an exchange; a stream gets a chunk for each event, all of them at once.

    It began at the moment that is told, else at the date of the response, else at `otherwise`.
    """
    url = urlsplit(exchange.url)
    told = tuple(exchange.told)
    headers = Headers(dict(told))
    streamed = (headers.get("content-type") or "").startswith("text/event-stream")
    chunks: tuple[Chunk, ...] = (Chunk(exchange.response, exchange.at),) if exchange.response else ()
    if streamed:
        body = _plain(chunks, headers.get("content-encoding") or "")
        chunks = chunks if body is None else tuple([Chunk(piece.raw, exchange.at) for piece in pieces_of(body)])
    return Interaction(
        RawRequest(
            exchange.method.upper(), url.path or "/", Headers(dict(exchange.asked)), exchange.request, url.query
        ),
        exchange.began or date_of(headers) or otherwise,
        headers.get("request-id") or "",
        RawResponse(exchange.status, told, chunks, streamed),
    )


def _plain(chunks: tuple[Chunk, ...], codings: str) -> bytes | None:
    """A body without its coding; `None` where it cannot be undone."""
    try:
        return b"".join([chunk.data for chunk in uncoded(chunks, codings)])
    except Unreadable:
        return None


def date_of(headers: Mapping[str, str]) -> datetime | None:
    """The moment of a response, in UTC."""
    try:
        moment = parsedate_to_datetime(headers.get("date", ""))
    except ValueError:
        return None
    return moment.astimezone(UTC) if moment.tzinfo else moment.replace(tzinfo=UTC)


def pairs_of(headers: Json) -> list[tuple[str, str]]:
    """Header fields of which the values are texts or lists of texts."""
    if not isinstance(headers, dict):
        return []
    return [
        (name, str(value))
        for name, given in headers.items()
        for value in (given if isinstance(given, list) else [given])
    ]
