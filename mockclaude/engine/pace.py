"""When the events of a stream leave: every time is counted from the beginning, so no delay adds up."""

from collections.abc import Mapping, Sequence
from dataclasses import fields, replace
from functools import lru_cache
from itertools import accumulate
from typing import Final, TypeAlias

from mockclaude.call import Call
from mockclaude.engine.presets import PACES
from mockclaude.engine.reply import Pace
from mockclaude.errors import ScriptError, nearest
from mockclaude.wire.dice import Dice
from mockclaude.wire.interaction import Chunk

Paced: TypeAlias = str | Mapping[str, float] | Pace
"""Anything that names a pace: `sonnet`, `first=0.3,per_second=40`, an object as scenarios write it, a `Pace`."""

BY_MODEL: Final = "model"
"""The pace that follows from how the asked model cuts its texts."""

DELTA: Final = b'"delta":{"type":"'
BYTES_PER_TOKEN: Final = 4
OVERHEAD: Final = len(b'text_delta","text":""}')


def pace_of(value: Paced, *, family: str = "coarse") -> Pace:
    """The pace that a value stands for; raises `ScriptError`."""
    if isinstance(value, str):
        return named(value, family)
    return value if isinstance(value, Pace) else pace_of_fields(value)


def pace_for(call: Call) -> Pace | None:
    """The pace of answers that have none of their own, if the settings want one."""
    wanted = call.intake.settings.pace
    return None if wanted is None else named(wanted, call.model.chunks)


@lru_cache(maxsize=256)
def named(text: str, family: str = "coarse") -> Pace:
    """The pace of a text: a preset, `model`, or parameters as in `first=0.3,per_second=40`; a preset may lead them."""
    words = [word.strip() for word in text.split(",")]
    start = Pace()
    if "=" not in words[0]:
        name = words.pop(0)
        if name not in {*PACES, BY_MODEL}:
            known = [*PACES, BY_MODEL]
            raise ScriptError(
                f"unknown pace {name!r}{nearest(name, known)}; known: {', '.join(known)}, or first=0.3,per_second=40"
            )
        start = PACES[family if name == BY_MODEL else name]
    given: dict[str, float] = {}
    for word in words:
        key, _, value = word.partition("=")
        try:
            given[key.strip()] = float(value)
        except ValueError:
            raise ScriptError(f"pace {text!r}: {word!r} is no number; expected words such as per_second=40") from None
    return pace_of_fields(given, start=start)


def pace_of_fields(given: Mapping[str, float], *, start: Pace | None = None) -> Pace:
    """The pace with these parameters; raises `ScriptError`."""
    known = [one.name for one in fields(Pace)]
    for key in given:
        if key not in known:
            raise ScriptError(f"pace has no {key!r}{nearest(key, known)}; it has {', '.join(known)}")
    start = start or Pace()
    if "per_second" in given and "tokens_per_second" not in given:
        start = replace(start, tokens_per_second=None)
    if "tokens_per_second" in given and "per_second" not in given:
        start = replace(start, per_second=None)
    pace = replace(start, **given)
    for name, wrong in faults(pace):
        raise ScriptError(f"pace.{name}: {wrong}")
    return pace


def faults(pace: Pace) -> Sequence[tuple[str, str]]:
    """What is wrong with a pace: the parameter, and why."""
    found = []
    if not 0 <= pace.first < LONGEST:
        found.append(("first", f"is {pace.first}; expected seconds from 0 on"))
    if pace.per_second is not None and not 0 < pace.per_second < LONGEST:
        found.append(("per_second", f"is {pace.per_second}; expected more than 0 events per second"))
    if pace.tokens_per_second is not None and not 0 < pace.tokens_per_second < LONGEST:
        found.append(("tokens_per_second", f"is {pace.tokens_per_second}; expected more than 0 tokens per second"))
    if pace.per_second is not None and pace.tokens_per_second is not None:
        found.append(("tokens_per_second", "is given beside per_second; give one of the two"))
    if not 0 <= pace.jitter <= 1:
        found.append(("jitter", f"is {pace.jitter}; expected a share of a step, from 0 to 1"))
    return found


LONGEST: Final = float("inf")


def paced(frames: Sequence[bytes], pace: Pace, dice: Dice) -> tuple[Chunk, ...]:
    """The frames with their times: the opening after `first` seconds, the rest at the pace's rate."""
    if pace.tokens_per_second is not None:
        step, places = 1.0 / pace.tokens_per_second, list(accumulate(map(tokens_in, frames)))
        places = [place - places[0] for place in places]
    else:
        step, places = 1.0 / pace.per_second if pace.per_second else 0.0, list(range(len(frames)))
    first = pace.first
    if not pace.jitter:
        return tuple([Chunk(frame, first + step * place) for frame, place in zip(frames, places, strict=True)])
    share = pace.jitter / 256
    before = [0, *places]
    return tuple(
        [
            Chunk(frame, first + step * (place - share * roll * (place - previous)))
            for frame, place, previous, roll in zip(frames, places, before, dice.bytes(len(frames)), strict=False)
        ]
    )


def tokens_in(frame: bytes) -> int:
    """About how many tokens an event says; events that say nothing cost no time."""
    place = frame.find(DELTA)
    if place < 0:
        return 0
    said = len(frame.rstrip(b" }\n")) - place - len(DELTA) - OVERHEAD
    return 1 + max(said, 0) // BYTES_PER_TOKEN
