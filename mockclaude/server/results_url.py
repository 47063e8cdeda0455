"""Tells a client of recorded batches that their results are here, and leaves the record what the API said.

Official SDKs fetch results from the `results_url` of a batch. Told as the API says it, that leads a client with its key
past a recorder, and past a cassette that plays. So the URL is told as that of the server the client talks to, whatever
host it names: a gateway hands on the API's own. Only what is behind it stays, and must be the path that the API has.
"""

import logging
import re
from collections.abc import Iterable
from typing import Final

from mockclaude.record.uncoded import Unreadable, uncoded
from mockclaude.server.exchange import Exchange
from mockclaude.server.send import Passing, Sent
from mockclaude.wire.encoding import dumps
from mockclaude.wire.finding import Finding
from mockclaude.wire.interaction import Chunk, Ending, RawResponse
from mockclaude.wire.shown import clipped

logger = logging.getLogger("mockclaude.server")

ELSEWHERE: Final = "results-elsewhere"
"""The finding about a batch of which the results are fetched past this server."""
BATCHES: Final = re.compile(r"(?P<before>.*)/v1/messages/batches(?:/[^/]+(?:/cancel)?)?")
"""Paths that tell of batches, behind whatever the client's base URL has."""
STRINGS: Final = re.compile(
    rb'"results_url"[ \t\r\n]*+:[ \t\r\n]*+"(?P<url>[^"\\]*+(?:\\.[^"\\]*+)*+)"|"[^"\\]*+(?:\\.[^"\\]*+)*+"', re.DOTALL
)
"""The strings of a JSON document one after the other, so that nothing within one is taken for a key."""
RESULTS: Final = re.compile(
    rb"(?i:https?):\\?/\\?/(?:[^\\?#]|\\/)*?"
    rb"(?P<rest>\\?/v1\\?/messages\\?/batches\\?/[^\\/?#]+\\?/results(?:[?#].*)?)",
    re.DOTALL,
)
"""A URL of results as JSON has it, with slashes escaped or not."""
UNSHOWN: Final = re.compile(r"[?#].*|(?<=//)[^/]*@", re.DOTALL)
"""What may hold a secret in a URL."""
CODING: Final = re.compile(rb"(?im)^content-encoding:.*\r\n")
LENGTH: Final = 200
"""Characters of a URL that a finding shows."""
LEFT: Final = (
    "the results of this batch are at {url}, and clients fetch them there, past this server; expected a URL that ends in"
    " /v1/messages/batches/ID/results: let the client ask for that path, or the upstream name it"
)


def reached(exchange: Exchange) -> str:
    """Scheme and host by which the client reached this server."""
    return f"{exchange.headers.get('x-forwarded-proto', exchange.request.scheme)}://{exchange.request.host}"


def here(exchange: Exchange, fields: Iterable[tuple[str, str]]) -> str | None:
    """What URLs of results begin with for this client, where an answer with these headers may tell of batches."""
    asked = BATCHES.fullmatch(exchange.request.rel_url.raw_path)
    if asked is None:
        return None
    kinds = [value.partition(";")[0].strip().lower() for name, value in fields if name.lower() == "content-type"]
    return f"{reached(exchange)}{asked['before']}" if kinds == ["application/json"] else None


def told_here(response: RawResponse, exchange: Exchange) -> RawResponse:
    """The response as the client is told it: with results where it reached this server, and all else as it was."""
    place = here(exchange, response.headers)
    if place is None or response.ending != "complete":
        return response
    codings = ", ".join([value for name, value in response.headers if name.lower() == "content-encoding"])
    try:
        body = b"".join([chunk.data for chunk in uncoded(response.chunks, codings)])
    except Unreadable as fault:
        _note(
            exchange, f"where the results of this batch are cannot be seen, and the client is told as it came: {fault}"
        )
        return response
    told, left = retold(body, place)
    for url in left:
        _note(exchange, LEFT.format(url=clipped(url, length=LENGTH)))
    if told == body:
        return response
    headers = tuple([field for field in response.headers if field[0].lower() != "content-encoding"])
    return response._replace(headers=headers, chunks=(Chunk(told, response.chunks[-1].at),))


def retold(body: bytes, place: str) -> tuple[bytes, list[str]]:
    """A JSON document in which every URL of results begins with `place`, and the URLs that are of no form we know."""
    start = dumps(place)[1:-1]
    left: list[str] = []

    def replaced(found: re.Match[bytes]) -> bytes:
        url = found["url"]
        if url is None:
            return found[0]
        known = RESULTS.fullmatch(url)
        if known is None:
            if b":" in url:  # else it is relative, and leads here
                left.append(UNSHOWN.sub("", url.decode(errors="replace")))
            return found[0]
        return b'%b%b%b"' % (found[0][: -len(url) - 1], start, known["rest"])

    return (STRINGS.sub(replaced, body) if b'"results_url"' in body else body), left


class Held:
    """An answer that waits until it is whole, since it may leave with another length than it came with.

    `head` are the lines that it came with, `fields` the headers in them.
    """

    def __init__(
        self, exchange: Exchange, head: bytes, fields: Iterable[tuple[str, str]], *, length: int | None
    ) -> None:
        self._exchange = exchange
        self._head = head
        self._headers = tuple(fields)
        self._length = length
        self._pieces: list[bytes] = []

    async def write(self, data: bytes) -> None:
        """Keeps a piece."""
        self._pieces.append(data)

    async def end(self, ending: Ending) -> Sent:
        """Writes the answer and ends it as it ended where it came from; one that broke off leaves as it came."""
        came = RawResponse(0, self._headers, (Chunk(b"".join(self._pieces)),), ending=ending)
        told = told_here(came, self._exchange)
        head, length = self._head, self._length
        if told is not came:
            head, length = CODING.sub(b"", head), None if length is None else len(told.body)
        passing = Passing(self._exchange.request, head, course=self._exchange.course, length=length, is_bodiless=False)
        if told.body:
            await passing.write(told.body)
        return await passing.end(ending)


def _note(exchange: Exchange, message: str) -> None:
    exchange.findings.append(Finding(ELSEWHERE, message, "remark"))
    logger.warning("%s %r: %s", exchange.request.method, exchange.request.path, message)
