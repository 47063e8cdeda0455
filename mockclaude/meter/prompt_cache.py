"""The prompt cache of one world: how much of a prompt was read before, and how much is written now.

A prompt is tools, system prompt and turns, in that order, and a breakpoint caches all of it up to there. A request reads
the longest prefix that is known at one of its breakpoints or up to 20 blocks before one, and writes the rest up to its
last breakpoint. Source: prompt caching page, 2026-10; the counts behave so in 200 recorded requests, 2026-05 to 2026-08.
"""

from collections.abc import Iterator, Mapping
from datetime import datetime, timedelta
from hashlib import blake2b
from threading import Lock
from types import MappingProxyType
from typing import Final, NamedTuple

from mockclaude.meter.diagnosis import Diagnoses, said
from mockclaude.meter.tokens import FRAMES, THOUGHTS, block_tokens, tool_tokens
from mockclaude.models import ModelProfile, Tokenizer
from mockclaude.wire.body import CacheControl, RequestBody, blocks_of, is_turn_scoped
from mockclaude.wire.encoding import dumps

LIFETIMES: Final[Mapping[str, timedelta]] = MappingProxyType({"5m": timedelta(minutes=5), "1h": timedelta(hours=1)})
"""How long a prefix is known after its last use."""
LOOKBACK: Final = 20
"""Blocks before a breakpoint where a known prefix is found."""
NEVER_CACHED: Final[Mapping[Tokenizer, int]] = MappingProxyType({"A": 3, "B": 2, "B47": 2})
"""Tokens behind the last block; what a request costs uncached that has a breakpoint there: recordings, 2026-06 to 2026-08."""
MOST: Final = 1024
"""Prefixes that are remembered."""


class Cached(NamedTuple):
    """Input tokens that were read from the cache, and that were written for five minutes and for an hour."""

    read: int = 0
    short: int = 0
    long: int = 0


class Piece(NamedTuple):
    """A tool, or a block of the system prompt or of a turn: what it says, its tokens, and how long its breakpoint lasts."""

    said: bytes
    tokens: float
    ttl: str | None


class Known(NamedTuple):
    """A prefix that was written: its tokens, how long it lasts, and until when."""

    tokens: int
    ttl: str
    until: datetime


class Mark(NamedTuple):
    """A breakpoint of a request: its place among the pieces, the tokens up to there, and how long it lasts."""

    place: int
    tokens: int
    ttl: str


class PromptCache:
    """What prompts one world has read; forgets the oldest prefixes beyond `most`.

    Its `diagnoses` tell clients why one could not be read. Safe to use in several threads: long batches are answered in
    one of their own.
    """

    def __init__(self, *, most: int = MOST) -> None:
        self._most = most
        self._known: dict[bytes, Known] = {}
        self._lock = Lock()
        self.diagnoses = Diagnoses()

    def use(self, body: RequestBody, model: ModelProfile, *, total: int, now: datetime) -> Cached:
        """What of the `total` input tokens is read and what is written; remembers both."""
        pieces = list(_pieces(body, model))
        marks = _marks(pieces, model, total=total)
        if not marks:
            return Cached()
        names = _names(pieces, body, model)
        with self._lock:
            place, read = self._longest(marks, names, now)
            for mark in marks:
                name = names[mark.place]
                known = self._alive(name, now)
                if known is not None:
                    self._keep(name, known.tokens, max(mark.ttl, known.ttl, key=LIFETIMES.__getitem__), now)
                elif mark.place > place:
                    self._keep(name, mark.tokens, mark.ttl, now)
        if place == marks[-1].place:
            return Cached(read)
        written = max(0, marks[-1].tokens - read)
        lasting = max([mark.tokens for mark in marks if mark.ttl == "1h"], default=0)
        long = min(written, max(0, lasting - read))
        return Cached(read, written - long, long)

    def clear(self) -> None:
        """Forgets everything."""
        self._known.clear()
        self.diagnoses.clear()

    def __len__(self) -> int:
        return len(self._known)

    def _longest(self, marks: list[Mark], names: list[bytes], now: datetime) -> tuple[int, int]:
        """The place and the tokens of the longest prefix that is known, which lives on; -1 and none without one."""
        for mark in reversed(marks):
            for place in range(mark.place, max(-1, mark.place - LOOKBACK - 1), -1):
                known = self._alive(names[place], now)
                if known is not None:
                    self._keep(names[place], known.tokens, known.ttl, now)
                    return place, min(known.tokens, marks[-1].tokens)
        return -1, 0

    def _alive(self, name: bytes, now: datetime) -> Known | None:
        known = self._known.get(name)
        return known if known is not None and known.until > now else None

    def _keep(self, name: bytes, tokens: int, ttl: str, now: datetime) -> None:
        self._known.pop(name, None)
        if len(self._known) >= self._most:
            del self._known[next(iter(self._known))]
        self._known[name] = Known(tokens, ttl, now + LIFETIMES[ttl])


def _marks(pieces: list[Piece], model: ModelProfile, *, total: int) -> list[Mark]:
    """The breakpoints behind enough of a prompt, first to last."""
    rest = float(NEVER_CACHED[model.tokenizer])
    marks: list[Mark] = []
    for place in range(len(pieces) - 1, -1, -1):
        piece = pieces[place]
        tokens = max(0, round(total - rest))
        if piece.ttl is not None and model.cache_minimum is not None and tokens >= model.cache_minimum:
            marks.append(Mark(place, tokens, piece.ttl))
        rest += piece.tokens
    return marks[::-1]


def _names(pieces: list[Piece], body: RequestBody, model: ModelProfile) -> list[bytes]:
    """A name for every prefix: equal prompts under equal settings have equal names."""
    config = body.get("output_config") or {}
    whole = blake2b(dumps([model.id, body.get("speed"), config.get("format")]), digest_size=16)
    names = []
    for piece in pieces:
        whole.update(b"%d:%b" % (len(piece.said), piece.said))
        names.append(whole.copy().digest())
    return names


def _pieces(body: RequestBody, model: ModelProfile) -> Iterator[Piece]:
    """The prompt in the order in which it is cached."""
    frame = FRAMES[model.tokenizer]
    for tool in body.get("tools") or ():
        yield Piece(said(tool), tool_tokens(tool, model.tokenizer), _ttl(tool.get("cache_control")))
    for block in blocks_of(body.get("system") or []):
        yield Piece(said(block), block_tokens(block, model), _ttl(block.get("cache_control")))
    config = body.get("output_config") or {}
    before = dumps([body.get("tool_choice"), body.get("thinking"), config.get("effort")])  # what turns depend on
    automatic, last = _ttl(body.get("cache_control")), _last_cacheable(body)
    for place, item in enumerate(body["messages"]):
        overhead = frame.turn if place else 0.0
        for number, block in enumerate(blocks_of(item["content"])):
            tokens = 0.0 if block["type"] in THOUGHTS else block_tokens(block, model)
            ttl = _ttl(block.get("cache_control")) or (automatic if (place, number) == last else None)
            yield Piece(b"%b%b:%b" % (before, item["role"].encode(), said(block)), tokens + overhead, ttl)
            before, overhead = b"", 0.0


def _last_cacheable(body: RequestBody) -> tuple[int, int] | None:
    """Where the automatic breakpoint stands: on the last block that may carry one."""
    for place in range(len(body["messages"]) - 1, -1, -1):
        item = body["messages"][place]
        if is_turn_scoped(item):
            continue
        blocks = blocks_of(item["content"])
        for number in range(len(blocks) - 1, -1, -1):
            if blocks[number]["type"] not in THOUGHTS and blocks[number].get("text") != "":
                return place, number
    return None


def _ttl(control: CacheControl | None) -> str | None:
    return (control.get("ttl") or "5m") if control else None
