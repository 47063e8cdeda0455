"""Numbers and texts within the bounds of a JSON Schema."""

import math
from fractions import Fraction
from random import Random
from string import ascii_lowercase
from typing import Final

from mockclaude.engine.field import FORMATS, text_for
from mockclaude.engine.pattern import matching
from mockclaude.wire.body import JsonObject

LONGEST: Final = 100_000
"""Longer texts are not written for any schema."""
SPAN: Final = 100
"""How far a number is from the bound that it has, or from zero."""


class Unmet(Exception):
    """No value meets this part of the schema, as far as we can tell."""


def text_of(schema: JsonObject, random: Random, *, name: str | None = None) -> str:
    """A text within the bounds of the schema that fits the name of its field, else any letters; raises `Unmet`."""
    shortest, longest = int(_number(schema, "minLength") or 0), _number(schema, "maxLength")
    longest = None if longest is None else int(longest)
    if shortest > LONGEST or (longest is not None and longest < shortest):
        raise Unmet(f"no text has {shortest} to {longest} characters")
    pattern = schema.get("pattern")
    if isinstance(pattern, str):
        text = matching(pattern, random, shortest=shortest, longest=longest)
        if text is None:
            raise Unmet(f"no text was found for the pattern {pattern!r}")
        return text
    write = FORMATS.get(str(schema.get("format")))
    if write:
        text = write(random)
    else:
        text = "".join(random.choices(ascii_lowercase, k=12)) if name is None else text_for(name, random)
    if len(text) < shortest:
        text = (f"{text} " * (shortest // (len(text) + 1) + 1))[:shortest]
    return text if longest is None else text[:longest]


def integer_of(schema: JsonObject, random: Random) -> int:
    """A whole number within the bounds of the schema; raises `Unmet`."""
    step = Fraction(str(_number(schema, "multipleOf") or 1)).numerator
    return _multiple(schema, Fraction(step), random) * step


def number_of(schema: JsonObject, random: Random) -> float:
    """A number within the bounds of the schema; raises `Unmet`."""
    if step := _number(schema, "multipleOf"):
        try:
            return integer_of(schema, random)
        except Unmet:
            return float(_multiple(schema, Fraction(str(step)), random) * Fraction(str(step)))
    low, high = _low(schema), _high(schema)
    least = float(low if low is not None else 1 if high is None else high - SPAN)
    most = least + SPAN if high is None else min(float(high), least + SPAN)
    for value in (round(random.uniform(least, most), 2), (least + most) / 2, least, most):
        if _is_within(schema, Fraction(value)):
            return value
    raise Unmet("no number is within its bounds")


def _multiple(schema: JsonObject, step: Fraction, random: Random) -> int:
    """How often the step is taken."""
    low, high = _low(schema), _high(schema)
    span = max(1, int(SPAN / step))
    first = None if low is None else math.ceil(low / step)
    last = None if high is None else math.floor(high / step)
    if last is not None and not _is_within(schema, last * step):
        last -= 1
    if first is None:
        first = 1 if last is None or last >= 1 else last - span
    elif not _is_within(schema, first * step):
        first += 1
    if last is None:
        last = first + span
    if first > last:
        raise Unmet("no number is within its bounds")
    return random.randint(first, min(last, first + span))


def _is_within(schema: JsonObject, value: Fraction) -> bool:
    minimum, above = _number(schema, "minimum"), _number(schema, "exclusiveMinimum")
    maximum, below = _number(schema, "maximum"), _number(schema, "exclusiveMaximum")
    return (
        (minimum is None or value >= minimum)
        and (above is None or value > above)
        and (maximum is None or value <= maximum)
        and (below is None or value < below)
    )


def _low(schema: JsonObject) -> Fraction | None:
    bounds = [bound for key in ("minimum", "exclusiveMinimum") if (bound := _number(schema, key)) is not None]
    return Fraction(max(bounds)) if bounds else None


def _high(schema: JsonObject) -> Fraction | None:
    bounds = [bound for key in ("maximum", "exclusiveMaximum") if (bound := _number(schema, key)) is not None]
    return Fraction(min(bounds)) if bounds else None


def _number(schema: JsonObject, keyword: str) -> float | None:
    value = schema.get(keyword)
    return value if isinstance(value, (int, float)) and not isinstance(value, bool) else None
