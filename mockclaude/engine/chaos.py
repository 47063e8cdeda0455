"""Faults that nobody scripted: one that a request's own header asks for, one for every call, or some by chance."""

import re
from collections.abc import Callable, Mapping
from functools import lru_cache
from typing import Final

from mockclaude.engine.fault import Fault
from mockclaude.engine.pace import pace_of
from mockclaude.engine.say_fault import named
from mockclaude.errors import ScriptError
from mockclaude.settings import Settings
from mockclaude.wire.dice import Dice

NONE: Final = "none"
"""What a request asks for that wants no fault, whatever the settings say."""

SHARE: Final = re.compile(r"0|1|[01]?\.\d+")
BITS: Final = 53


def chosen(wanted: str | None, settings: Settings, dice: Dice) -> Fault | None:
    """The fault of a request's header, else that of the settings, else chance's; raises `ScriptError`."""
    if wanted is not None:
        return None if wanted.strip() == NONE else named(wanted.strip())
    if settings.fault is not None:
        return named(settings.fault)
    return None if settings.chaos is None else by_chance(settings.chaos, dice)


def by_chance(chaos: str, dice: Dice) -> Fault | None:
    """The fault that the dice choose: `overloaded=0.1,reset=0.05` strikes every tenth and every twentieth call."""
    fallen = dice.bits(BITS) / (1 << BITS)
    for fault, share in chances(chaos):
        if fallen < share:
            return fault
        fallen -= share
    return None


@lru_cache(maxsize=64)
def chances(chaos: str) -> tuple[tuple[Fault, float], ...]:
    """The faults of a text and their shares of all calls; raises `ScriptError`."""
    found = []
    for entry in chaos.split(","):
        name, _, share = entry.rpartition("=")
        if not SHARE.fullmatch(share.strip()):
            raise ScriptError(
                f"chaos {entry.strip()!r} has no share of calls; expected a name and 0 to 1, as in overloaded=0.1"
            )
        found.append((named(name.strip()), float(share)))
    total = sum([share for _, share in found])
    if total > 1 + 1e-9:
        raise ScriptError(f"the shares of chaos {chaos!r} add up to {total:g}; expected at most 1")
    return tuple(found)


READERS: Final[Mapping[str, Callable[[str], object]]] = {"fault": named, "chaos": chances, "pace": pace_of}
"""The settings that disturb answers, and what reads their texts; each raises `ScriptError` for what nobody knows."""
