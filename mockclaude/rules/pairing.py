"""Calls of the caller's tools and their results: each call has one result, in the turn right after it, before all else.

The API merges consecutive items of one role first, and counts places in the merged turns. What stands before the last
`compaction` block is not read.
"""

from collections.abc import Iterable, Iterator, Sequence
from itertools import pairwise, takewhile
from random import Random
from typing import Final

from mockclaude.call import Call, MergedTurn
from mockclaude.rules.edits import CALL, turns_of
from mockclaude.rules.opening import HELLO, HI, opened_with, turn_of
from mockclaude.rules.rule import Draft, Facts, Rule, rule
from mockclaude.wire.body import Block, JsonObject
from mockclaude.wire.evidence import observed, reported

NOBODY: Final = MergedTurn("", -1, (), ())
WEATHER: Final[JsonObject] = {"type": "tool_result", "tool_use_id": "toolu_01", "content": "18 °C"}


def continues_a_thread(call: Call) -> bool:
    """Whether the API keeps what came before, so that the first turn may answer calls that the request does not hold."""
    thread = call.body.get("thread") if "thread" in call.features else None
    return isinstance(thread, dict) and thread.get("type") == "continue"


def read_turns(call: Call) -> Sequence[MergedTurn]:
    """The turns of user and assistant that the model reads."""
    turns = call.dialogue
    if "compaction" in call.features:
        for place in range(len(turns) - 1, -1, -1):
            if any(block["type"] == "compaction" for block in turns[place].blocks):
                return turns[place:]
    return turns


def _used(turn: MergedTurn) -> list[str]:
    return [block["id"] for block in turn.blocks if block["type"] == "tool_use"] if turn.role == "assistant" else []


def _answered(turn: MergedTurn) -> set[str]:
    """The calls to which a turn gives results before it says anything else."""
    if turn.role != "user":
        return set()
    return {block["tool_use_id"] for block in takewhile(_is_result, turn.blocks)}


def _is_result(block: Block) -> bool:
    return block["type"] == "tool_result"


def _results(turn: MergedTurn) -> Iterator[tuple[int, str]]:
    for place, block in enumerate(turn.blocks if turn.role == "user" else ()):
        if block["type"] == "tool_result":
            yield place, block["tool_use_id"]


@rule(
    message="{path}: `tool_use` ids must be unique",
    needs=("tool_use",),
    covers=("pair.duplicate_use",),
    source=reported("2026-08", "public reports of the refusal; recordings show one id in two turns to be accepted"),
    fix="Give every call of a turn an id of its own.",
)
def repeated_tool_use_id(call: Call) -> Iterable[Facts]:
    """Two calls of one turn with the same id."""
    found: list[Facts] = []
    for turn in read_turns(call):
        ids = set()
        for place, block in enumerate(turn.blocks):
            if block["type"] == "tool_use":
                if block["id"] in ids:
                    found.append({"path": f"messages.{turn.place}.content.{place}"})
                ids.add(block["id"])
    return found


@repeated_tool_use_id.broken_by
def call_twice_under_one_id(draft: Draft, _random: Random) -> Draft:
    """Two calls of a tool that cannot be told apart."""
    return opened_with(draft, HI, turn_of("assistant", CALL, CALL), turn_of("user", WEATHER), HELLO)


@rule(
    message=(
        "{path}: `tool_use` ids were found without `tool_result` blocks immediately after: {ids}. Each `tool_use` block "
        "must have a corresponding `tool_result` block in the next message."
    ),
    needs=("tool_use",),
    covers=("pair.missing_result",),
    source=observed("2025-05-24", "recording; public reports until 2026-10; docs: results come first in the next turn"),
    fix="Answer every call in the next user turn, results before any other block.",
)
def unanswered_tool_use(call: Call) -> Iterable[Facts]:
    """A call of a tool to which the next turn does not give a result before anything else."""
    found: list[Facts] = []
    for turn, following in pairwise([*read_turns(call), NOBODY]):
        used = _used(turn)
        if used:
            answered = _answered(following)
            open_ones = [id_ for id_ in used if id_ not in answered]
            if open_ones:
                found.append({"path": f"messages.{turn.place}", "ids": ", ".join(dict.fromkeys(open_ones))})
    return found


@unanswered_tool_use.broken_by
def forget_a_result(draft: Draft, random: Random) -> Draft:
    """One call or two that nobody answers, one of two that nobody answers, or one that is answered too late."""
    second: JsonObject = {**CALL, "id": "toolu_02"}
    remark: JsonObject = {"type": "text", "text": "Here it is."}
    exchange: tuple[JsonObject, ...] = random.choice(
        (
            (turn_of("assistant", CALL), HI),
            (turn_of("assistant", CALL, second), HI),
            (turn_of("assistant", CALL, second), turn_of("user", WEATHER)),
            (turn_of("assistant", CALL), turn_of("user", remark, WEATHER)),
        )
    )
    return opened_with(draft, HI, *exchange, HELLO)


@unanswered_tool_use.broken_by
def end_with_a_call(draft: Draft, _random: Random) -> Draft:
    """A conversation that ends before the call is answered."""
    turns = turns_of(draft)
    while turns[-1]["role"] != "user":
        turns.pop()
    return draft.with_body(messages=[*turns, turn_of("assistant", CALL)])


@rule(
    message=(
        "{path}: unexpected `tool_use_id` found in `tool_result` blocks: {id}. Each `tool_result` block must have a "
        "corresponding `tool_use` block in the previous message."
    ),
    needs=("tool_result",),
    covers=("pair.unexpected_result",),
    source=observed("2026-07-30", "recording, with the place in the merged turn; public reports until 2026-10"),
    fix="Send the assistant's turn with the call before its result.",
)
def orphan_tool_result(call: Call) -> Iterable[Facts]:
    """A result of which the turn before holds no call."""
    found: list[Facts] = []
    turns = read_turns(call)
    for before, turn in pairwise(turns if continues_a_thread(call) else [NOBODY, *turns]):
        used = None
        for place, id_ in _results(turn):
            used = set(_used(before)) if used is None else used
            if id_ not in used:
                found.append({"path": f"messages.{turn.place}.content.{place}", "id": id_})
    return found


@orphan_tool_result.broken_by
def answer_a_call_that_was_not_made(draft: Draft, random: Random) -> Draft:
    """A result without its call, or after another one."""
    stray: JsonObject = {**WEATHER, "tool_use_id": "toolu_99"}
    exchange: tuple[JsonObject, ...] = random.choice(
        ((turn_of("user", stray),), (HI, turn_of("assistant", CALL), turn_of("user", WEATHER, stray)))
    )
    return opened_with(draft, *exchange, HELLO)


@rule(
    message=("{path}: each tool_use must have a single result. Found multiple `tool_result` blocks with id: {id}"),
    needs=("tool_result",),
    covers=("pair.duplicate_result",),
    source=reported("2026-06", "two public reports of the refusal"),
    fix="Send one result for each call.",
)
def repeated_tool_result(call: Call) -> Iterable[Facts]:
    """Two results of one call."""
    found: list[Facts] = []
    for turn in read_turns(call):
        seen = set()
        for place, id_ in _results(turn):
            if id_ in seen:
                found.append({"path": f"messages.{turn.place}.content.{place}", "id": id_})
            seen.add(id_)
    return found


@repeated_tool_result.broken_by
def answer_a_call_twice(draft: Draft, _random: Random) -> Draft:
    """The same result twice."""
    return opened_with(draft, HI, turn_of("assistant", CALL), turn_of("user", WEATHER, WEATHER), HELLO)


PAIRING: Final[tuple[Rule[Call], ...]] = (
    repeated_tool_use_id,
    unanswered_tool_use,
    orphan_tool_result,
    repeated_tool_result,
)
