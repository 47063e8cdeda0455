"""What became of thinking that a request sent back, as `input_transformations` tells it.

Source: SDK 2.14.0. The mock knows thoughts of its own only, and only whether they came after another conversation.
"""

from collections.abc import Iterator
from typing import Final

from mockclaude.call import Call, MergedTurn
from mockclaude.meter.tokens import THOUGHTS
from mockclaude.rules.binding import CONTROLS, binds, displaced, drops
from mockclaude.wire.body import JsonObject, blocks_of

REASON: Final = "prefix_binding_mismatch"
MUTE: Final = frozenset({"disabled"})
"""The thinking types of a model that never thinks."""


def transformations(call: Call) -> list[JsonObject] | None:
    """One entry for each block that was dropped, or kept though it is displaced; `None` where the reply tells none."""
    if CONTROLS not in call.betas or call.model.thinking_types <= MUTE:
        return None
    if "thinking" not in call.features or not binds(call.model):
        return []
    found = list(displaced(call))
    if not drops(call):
        return [_entry(call, "thinking_mismatch_allowed", turn, place) for turn, place in found]
    dropped = dict.fromkeys([place for one in found for place in _with_followers(*one)])
    return [_entry(call, "thinking_dropped", call.turns[turn], place) for turn, place in dropped]


def _with_followers(turn: MergedTurn, place: int) -> Iterator[tuple[int, int]]:
    """A thought and those that follow it at once, which go with it."""
    for number, block in enumerate(turn.blocks[place:], start=place):
        if block["type"] not in THOUGHTS:
            return
        yield turn.place, number


def _entry(call: Call, kind: str, turn: MergedTurn, place: int) -> JsonObject:
    for item in turn.items:
        count = len(blocks_of(call.body["messages"][item]["content"]))
        if place < count:
            return {"type": kind, "path": f"messages.{item}.content.{place}", "reason": REASON}
        place -= count
    raise AssertionError("a turn has as many blocks as its items")
