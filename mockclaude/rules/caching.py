"""Cache breakpoints: how many there are, in which order, and what may carry one.

Breakpoints on tools, on blocks of the system prompt and on blocks of turns are looked at, and the automatic one of the
top-level field, which falls on the last block that can have one; how the API counts those inside of tool results is not
known. Source of the automatic one: documentation, prompt caching, edge cases, 2026-11.
"""

from collections.abc import Iterable, Iterator
from random import Random
from typing import Final, NamedTuple, cast

from mockclaude.call import Call
from mockclaude.meter.tokens import THOUGHTS
from mockclaude.rules.edits import turns_of, with_turn
from mockclaude.rules.opening import HELLO, opened_with, turn_of
from mockclaude.rules.rule import Draft, Facts, Rule, rule
from mockclaude.wire.body import Block, CacheControl, Json, JsonObject, is_turn_scoped
from mockclaude.wire.evidence import documented, observed, reported

MOST: Final = 4
SHORT: Final = "5m"
LONG: Final = "1h"


class Breakpoint(NamedTuple):
    """A cache breakpoint: where it stands, how long it lasts, and whether it is on a text without text."""

    path: str
    ttl: str
    is_on_nothing: bool


def _end(call: Call) -> tuple[str, Block] | None:
    """The last block that can have a breakpoint, with its path; texts that are read in one turn only cannot."""
    items = call.body["messages"]
    for turn in reversed(call.turns):
        if turn.role == "system" and any(is_turn_scoped(items[place]) for place in turn.items):
            continue
        for place, block in reversed([*enumerate(turn.blocks)]):
            if block["type"] not in THOUGHTS and block.get("text") != "":
                return f"messages.{turn.place}.content.{place}", block
    return None


def _breakpoints(call: Call) -> Iterator[Breakpoint]:
    """All breakpoints in the order in which the API processes them; an automatic one falls on no explicit one."""
    yield from _explicit(call)
    automatic = call.body.get("cache_control")
    end = _end(call) if automatic else None
    if automatic and end and not end[1].get("cache_control"):
        yield _breakpoint(end[0], automatic)


def _explicit(call: Call) -> Iterator[Breakpoint]:
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
    shadowed_by=("too-many-breakpoints",),
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


@rule(
    message="cache_control.ttl: the last block already has a cache_control block with another ttl",
    needs=("cache_control",),
    source=documented("2026-11", "prompt caching page, edge cases of automatic caching: answers 400; the text is ours"),
    fix="Leave one of the two out, or give both the same `ttl`.",
)
def conflicting_automatic_breakpoint(call: Call) -> Iterable[Facts]:
    """An automatic breakpoint that falls on an explicit one of another duration."""
    end = _end(call)
    control = end[1].get("cache_control") if end else None
    automatic = call.body.get("cache_control")
    if not control or not automatic or (control.get("ttl") or SHORT) == (automatic.get("ttl") or SHORT):
        return ()
    return ({"path": "cache_control.ttl"},)


@conflicting_automatic_breakpoint.broken_by
def cache_the_end_twice(draft: Draft, random: Random) -> Draft:
    """A breakpoint of minutes at the end and an automatic one of an hour, or the other way round."""
    ttls = [random.choice([None, SHORT]), LONG]
    random.shuffle(ttls)
    return _with_marked_end(draft, _cached(ttls[0])).with_body(cache_control=_cached(ttls[1])["cache_control"])


def _with_marked_end(draft: Draft, marked: JsonObject) -> Draft:
    """The draft with the breakpoint of a block on its own last block that can have one."""
    turns = turns_of(draft)
    for place, turn in reversed([*enumerate(turns)]):
        content = turn["content"]
        said: JsonObject = {"type": "text", "text": content}
        blocks = cast("list[JsonObject]", content) if isinstance(content, list) else [said]
        for at, block in reversed([*enumerate(blocks)]):
            if block["type"] not in THOUGHTS and block.get("text") != "":
                kept: list[Json] = [
                    *blocks[:at],
                    {**block, "cache_control": marked["cache_control"]},
                    *blocks[at + 1 :],
                ]
                return with_turn(draft, place, {**turn, "content": kept})
    return opened_with(draft, turn_of("user", marked))


CACHED_TEXT: Final[tuple[Rule[Call], ...]] = (cached_empty_text,)
CACHING: Final[tuple[Rule[Call], ...]] = (
    conflicting_automatic_breakpoint,
    too_many_breakpoints,
    long_breakpoint_after_short,
)
