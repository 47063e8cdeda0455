"""Whether a fault that no script asks for befalls a call; what reads and chooses faults loads with the first one."""

from typing import Final

from mockclaude.call import Call
from mockclaude.engine.fault import Fault
from mockclaude.wire.dice import Dice

HEADER: Final = "x-mockclaude-fault"
"""A request's own header that asks for a fault."""


def imposed(call: Call, dice: Dice) -> Fault | None:
    """The fault that the request, the settings or chance impose; raises `ScriptError` for one that nobody knows."""
    intake = call.intake
    wanted, settings = intake.raw.headers.get(HEADER), intake.settings
    if wanted is None and settings.fault is None and settings.chaos is None:
        return None
    from mockclaude.engine.chaos import chosen

    return chosen(wanted, settings, dice)
