"""The head of a response: the API's own fields in their recorded order, everything constant built once.

A head is a `bytes` template in which only framing and ids are open. One is made for every combination of status,
own fields, speaker, workspace and second, so a response costs one formatting.
"""

import re
from collections.abc import Iterable, Iterator, Mapping
from functools import lru_cache
from http import HTTPStatus
from time import gmtime, strftime
from typing import Final, Literal, NamedTuple

from mockclaude import __version__
from mockclaude.engine.say_error import ORGANIZATION
from mockclaude.errors import ScriptError
from mockclaude.wire.error import is_retryable

Speaker = Literal["messages", "api", "gateway", "proxy", "recording"]
"""Who answers: the Messages endpoint, another one, the gateway before them that knows no request id yet, the
proxy before everything, or a recording, which has its own fields and no others."""

Trait = Literal["hosted", "identified", "known", "traced", "metered", "final", "retryable"]
"""What decides which fields a response has: the API's host sent it, it has a request id, its organization is known,
it has a trace, it counts against rate limits, it is an error that is final or worth a retry."""


class Field(NamedTuple):
    """One field of the API's responses, and the traits a response needs to carry it."""

    name: str
    value: str
    needs: frozenset[Trait] = frozenset()


HOSTED: Final[frozenset[Trait]] = frozenset({"hosted"})
IDENTIFIED: Final[frozenset[Trait]] = frozenset({"identified"})
KNOWN: Final[frozenset[Trait]] = frozenset({"known"})
TRACED: Final[frozenset[Trait]] = frozenset({"traced"})
METERED: Final[frozenset[Trait]] = frozenset({"metered"})
FRAMING: Final = "(framing and connection)"
OWN: Final = "(own fields)"
"""Where the fields stand that the API does not know."""

FIELDS: Final = (
    Field("date", "%(date)b"),
    Field("content-type", "application/json"),
    Field(FRAMING, "%(framing)b"),
    Field("cache-control", ""),
    Field("anthropic-ratelimit-requests-limit", "4000", METERED),
    Field("anthropic-ratelimit-requests-remaining", "3999", METERED),
    Field("anthropic-ratelimit-requests-reset", "%(reset)b", METERED),
    Field("anthropic-ratelimit-input-tokens-limit", "2000000", METERED),
    Field("anthropic-ratelimit-input-tokens-remaining", "2000000", METERED),
    Field("anthropic-ratelimit-input-tokens-reset", "%(reset)b", METERED),
    Field("anthropic-ratelimit-output-tokens-limit", "400000", METERED),
    Field("anthropic-ratelimit-output-tokens-remaining", "400000", METERED),
    Field("anthropic-ratelimit-output-tokens-reset", "%(reset)b", METERED),
    Field("anthropic-ratelimit-tokens-limit", "2400000", METERED),
    Field("anthropic-ratelimit-tokens-remaining", "2400000", METERED),
    Field("anthropic-ratelimit-tokens-reset", "%(reset)b", METERED),
    Field("retry-after", ""),
    Field("x-should-retry", "false", frozenset({"final"})),
    Field("x-should-retry", "true", frozenset({"retryable"})),
    Field("request-id", "%(request)b", IDENTIFIED),
    Field("strict-transport-security", "max-age=31536000; includeSubDomains; preload", HOSTED),
    Field("anthropic-organization-id", ORGANIZATION, KNOWN),
    Field("anthropic-workspace-id", "%(workspace)b", KNOWN),
    Field("traceresponse", "00-%(trace)b-01", TRACED),
    Field("server", "cloudflare"),
    Field("vary", "Accept-Encoding", HOSTED),
    Field("cf-cache-status", "DYNAMIC", HOSTED),
    Field("x-robots-tag", "none", HOSTED),
    Field("content-security-policy", "default-src 'none'; frame-ancestors 'none'", HOSTED),
    Field("cf-ray", "%(ray)b-EWR"),
    Field(OWN, ""),
    Field("x-mockclaude", __version__),
)
"""Names, order and constant values: recordings, 2026-05 to 2026-08 (10,700 responses); the limits are those of the
second usage tier with idle buckets (rate limits page, 2026-10). The last field is ours and marks every answer."""

NAMES: Final = frozenset({field.name for field in FIELDS})
DAYS: Final = ("Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun")
MONTHS: Final = ("Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec")
HOP_BY_HOP: Final = frozenset({"connection", "keep-alive", "transfer-encoding", "content-length"})
PRINTABLE: Final = re.compile(r"[\t\x20-\x7e\x80-\xff]*")
TOKEN: Final = re.compile(r"[!#$%&'*+.^_`|~0-9A-Za-z-]+")


@lru_cache(maxsize=1024)
def head(status: int, own: tuple[tuple[str, str], ...], speaker: Speaker, second: int, workspace: str) -> bytes:
    """The template of a head in which `framing`, `request`, `trace` and `ray` are open.

    `second` is the moment in Unix time. Raises `ScriptError` for fields that HTTP cannot carry.
    """
    if speaker == "recording":
        return "".join([*verbatim(status, own), "\r\n"]).encode("latin-1")
    date, reset = stamps(second)
    known = {"%(date)b": date, "%(reset)b": reset, "%(workspace)b": workspace}
    return "".join([*layout(status, own, traits_of(status, speaker), known), "\r\n"]).encode("latin-1")


def verbatim(status: int, own: Iterable[tuple[str, str]]) -> Iterator[str]:
    """The lines of a head that was recorded, in its order, and our mark."""
    yield f"HTTP/1.1 {status} {_phrase(status)}\r\n"
    for name, value in own:
        if not TOKEN.fullmatch(name) or not PRINTABLE.fullmatch(value):
            raise ScriptError(f"the recorded header {name!r}: {value!r} cannot be sent; mend the cassette")
        if name.lower() not in HOP_BY_HOP:
            yield f"{name}: {value.replace('%', '%%')}\r\n"
    yield f"x-mockclaude: {__version__}\r\n%(framing)b"


def layout(
    status: int, own: Iterable[tuple[str, str]], traits: frozenset[Trait], known: Mapping[str, str]
) -> Iterator[str]:
    """The lines of a head; `known` gives the values of what is open in the table and certain by now."""
    mine: dict[str, list[str]] = {}
    for name, value in own:
        if not TOKEN.fullmatch(name) or not PRINTABLE.fullmatch(value):
            raise ScriptError(f"{name!r}: {value!r} cannot be a response header; expected a name and one line of text")
        if name.lower() not in HOP_BY_HOP:
            mine.setdefault(name.lower(), []).append(value.replace("%", "%%"))
    yield f"HTTP/1.1 {status} {_phrase(status)}\r\n"
    for field in FIELDS:
        if field.name == FRAMING:
            yield field.value
        elif field.name == OWN:
            yield from [f"{name}: {value}\r\n" for name in mine if name not in NAMES for value in mine[name]]
        elif field.name in mine:
            yield from [f"{field.name}: {value}\r\n" for value in mine[field.name]]
            mine[field.name] = []
        elif field.value and field.needs <= traits:
            yield f"{field.name}: {known.get(field.value, field.value)}\r\n"


def traits_of(status: int, speaker: Speaker) -> frozenset[Trait]:
    """The traits that follow from a status and from who answers."""
    if speaker == "proxy":
        return frozenset()
    traits: set[Trait] = {"hosted"}
    if status >= 400:
        traits.add("retryable" if is_retryable(status) else "final")
    if speaker == "gateway":
        return frozenset(traits)
    traits.add("identified")
    if status != HTTPStatus.UNAUTHORIZED:
        traits.add("known")
    if speaker == "messages":
        traits.add("traced")
        if status in {HTTPStatus.OK, HTTPStatus.TOO_MANY_REQUESTS}:
            traits.add("metered")
    return frozenset(traits)


def stamps(second: int) -> tuple[str, str]:
    """A moment in Unix time as `date` writes it, and as the rate limits do."""
    at = gmtime(second)
    date = f"{DAYS[at.tm_wday]}, {at.tm_mday:02} {MONTHS[at.tm_mon - 1]} {at.tm_year} {strftime('%H:%M:%S', at)} GMT"
    return date, strftime("%Y-%m-%dT%H:%M:%SZ", at)


def _phrase(status: int) -> str:
    try:
        return HTTPStatus(status).phrase
    except ValueError:
        return ""
