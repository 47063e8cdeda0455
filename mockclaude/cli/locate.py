"""On which line of a JSON text each value stands."""

import json
import re
from collections.abc import Mapping
from typing import Final, TypeAlias

Place: TypeAlias = tuple[str | int, ...]

_TOKEN: Final = re.compile(r'"(?:[^"\\]|\\.)*"|[\[\]{},:]|[^\s\[\]{},:"]+', re.DOTALL)


def lines_of(text: str) -> dict[Place, int]:
    """The first line of every value of a sound JSON text, by the keys and indices that lead to it."""
    lines: dict[Place, int] = {}
    trail: list[str | int | None] = []
    line, seen = 1, 0
    for token in _TOKEN.finditer(text):
        line += text.count("\n", seen, token.start())
        seen = token.start()
        sign = token[0]
        if sign in "}]":
            trail.pop()
        elif sign == ",":
            last = trail[-1]
            trail[-1] = last + 1 if isinstance(last, int) else None
        elif sign != ":" and trail and trail[-1] is None:
            trail[-1] = json.loads(sign)
        elif sign != ":":
            lines[tuple([step for step in trail if step is not None])] = line
            if sign in "{[":
                trail.append(0 if sign == "[" else None)
    return lines


def line_at(lines: Mapping[Place, int], path: str | None, *, start: Place = ()) -> int:
    """The line of the value that a path of the API leads to; its steps that are tags of unions lead nowhere."""
    place = start
    for step in path.split(".") if path else ():
        longer = (*place, int(step) if step.isdecimal() else step)
        if longer in lines:
            place = longer
    return lines.get(place, 1)
