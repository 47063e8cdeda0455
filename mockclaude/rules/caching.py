"""Cache breakpoints: how many there are, in which order, and what may carry one.

Only breakpoints on tools, on blocks of the system prompt and on blocks of turns are looked at; how the API counts those
inside of tool results, and the automatic one of the top-level field, is not known.
"""

from collections.abc import Iterable, Iterator
from random import Random
from typing import Final, NamedTuple

from mockclaude.call import Call
from mockclaude.rules.opening import HELLO, opened_with, turn_of
from mockclaude.rules.rule import Draft, Facts, Rule, rule
from mockclaude.wire.body import Block, CacheControl, Json, JsonObject
from mockclaude.wire.evidence import observed, reported

MOST: Final = 4
SHORT: Final = "5m"
LONG: Final = "1h"


class Breakpoint(NamedTuple):
    """A cache breakpoint: where it stands, how long it lasts, and whether it is on a text without text."""

    path: str
    ttl: str
    is_on_nothing: bool


def _breakpoints(call: Call) -> Iterator[Breakpoint]:
    """The explicit breakpoints in the order in which the API processes them."""
    body = call.body
    for place, tool in enumerate(body.get("tools") or ()):
        if control := tool.get("cache_control"):
            yield _breakpoint(f"tools.{place}", control)
    system = body.get("system")
    if isinstance(system, list):
        yield from _of_blocks("system", system, tag="")
    for turn in call.turns:
        yield from _of_blocks(f"messages.{turn.place}.content", turn.blocks, tag=".text")


def _of_blocks(path: str, blocks: Iterable[Block], *, tag: str) -> Iterator[Breakpoint]:
    for place, block in enumerate(blocks):
        if control := block.get("cache_control"):
            is_on_nothing = block["type"] == "text" and not block["text"]
            yield _breakpoint(f"{path}.{place}{tag if is_on_nothing else ''}", control, is_on_nothing=is_on_nothing)


def _breakpoint(path: str, control: CacheControl, *, is_on_nothing: bool = False) -> Breakpoint:
    return Breakpoint(path, control.get("ttl") or SHORT, is_on_nothing)


@rule(
    message="{path}: cache_control cannot be set for empty text blocks",
    needs=("cached",),
    covers=("cache.empty_text",),
    source=observed("2026-03-13", "captured body with a datable request id; of the system prompt in public quotations"),
    fix="Leave the empty block out, or its `cache_control`.",
)
def cached_empty_text(call: Call) -> Iterable[Facts]:
    """A cache breakpoint on a text block without text."""
    return [{"path": found.path} for found in _breakpoints(call) if found.is_on_nothing]


def _cached(ttl: str | None = None, text: str = "Mind the cache.") -> JsonObject:
    control: JsonObject = {"type": "ephemeral"} if ttl is None else {"type": "ephemeral", "ttl": ttl}
    return {"type": "text", "text": text, "cache_control": control}


def _in_the_system_prompt(draft: Draft, block: JsonObject) -> Draft:
    """The draft with one more block at the end of its system prompt."""
    system = draft.body.get("system")
    if isinstance(system, str):
        system = [{"type": "text", "text": system}] if system else []
    before: list[Json] = system if isinstance(system, list) else []
    return draft.with_body(system=[*before, block])


@cached_empty_text.broken_by
def cache_an_empty_text(draft: Draft, random: Random) -> Draft:
    """A breakpoint on a text that was put together from nothing."""
    empty = _cached(text="")
    if random.random() < 1 / 2:
        return _in_the_system_prompt(draft, empty)
    return opened_with(draft, turn_of("user", {"type": "text", "text": "Hi"}, empty), HELLO)


@rule(
    message="A maximum of 4 blocks with cache_control may be provided. Found {count}.",
    needs=("cached",),
    covers=("cache.max4",),
    source=reported("2026-04", "public quotations; prompt caching page"),
    fix="Keep the last four breakpoints.",
)
def too_many_breakpoints(call: Call) -> Iterable[Facts]:
    """More cache breakpoints than the API takes."""
    count = sum([1 for _ in _breakpoints(call)])
    return ({"count": count},) if count > MOST else ()


@too_many_breakpoints.broken_by
def cache_every_block(draft: Draft, random: Random) -> Draft:
    """A breakpoint on each of five blocks or more."""
    return opened_with(draft, turn_of("user", *[_cached()] * random.randint(MOST + 1, MOST + 3)), HELLO)


@rule(
    message=(
        "{path}.cache_control.ttl: a ttl='1h' cache_control block must not come after a ttl='5m' cache_control block. "
        "Note that blocks are processed in the following order: `tools`, `system`, `messages`."
    ),
    needs=("cached",),
    covers=("cache.ttl_order",),
    source=reported("2026-08", "public quotation; prompt caching page"),
    fix="Put the breakpoints of an hour before those of five minutes.",
)
def long_breakpoint_after_short(call: Call) -> Iterable[Facts]:
    """A cache breakpoint of an hour after one of five minutes."""
    has_short = False
    for found in _breakpoints(call):
        if has_short and found.ttl == LONG:
            yield {"path": found.path}
        has_short = has_short or found.ttl == SHORT


@long_breakpoint_after_short.broken_by
def cache_for_minutes_then_for_an_hour(draft: Draft, random: Random) -> Draft:
    """A breakpoint that lasts an hour behind one of five minutes, which need not say so."""
    short = _cached(random.choice([None, SHORT]))
    if random.random() < 1 / 2:
        return _in_the_system_prompt(_in_the_system_prompt(draft, short), _cached(LONG))
    return opened_with(draft, turn_of("user", short, _cached(LONG)), HELLO)


CACHED_TEXT: Final[tuple[Rule[Call], ...]] = (cached_empty_text,)
CACHING: Final[tuple[Rule[Call], ...]] = (too_many_breakpoints, long_breakpoint_after_short)
