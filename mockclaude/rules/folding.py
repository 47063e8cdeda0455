"""Long values of JSON written short: what repeats stands once, with how often.

`{"$joined": [[part, times], ...]}` stands for a text or a list: each part so many times, one after the other.
"""

from collections.abc import Iterator, Sequence
from typing import Final, cast

from mockclaude.wire.body import Json

JOINED: Final = "$joined"
LONG: Final = 256
"""Texts of fewer characters are written out, and so may be runs of up to twice as many."""
OFTEN: Final = 16
"""What comes fewer times in a row is written out."""


def fold(value: Json) -> Json:
    """The value with its repetitions folded; raises `ValueError` when it already holds the sign of a folding."""
    if isinstance(value, str):
        return _joined([*_runs(value)], value) if len(value) >= LONG else value
    if isinstance(value, list):
        return _joined([*_rows([fold(item) for item in value])], value) if value else value
    if isinstance(value, dict):
        if JOINED in value:
            raise ValueError(f"an object with the key {JOINED} cannot be told from a folding")
        return {key: fold(item) for key, item in value.items()}
    return value


def unfold(value: Json) -> Json:
    """The value that was folded."""
    if isinstance(value, list):
        return [unfold(item) for item in value]
    if not isinstance(value, dict):
        return value
    if JOINED not in value:
        return {key: unfold(item) for key, item in value.items()}
    parts = cast("list[tuple[str | list[Json], int]]", value[JOINED])
    if all(isinstance(part, str) for part, _ in parts):
        return "".join([cast("str", part) * times for part, times in parts])
    return [unfold(item) for part, times in parts for item in cast("list[Json]", part) * times]


def _joined(parts: Sequence[Json], plain: Json) -> Json:
    if len(parts) == 1 and cast("list[Json]", parts[0])[1] == 1:
        return plain if isinstance(plain, str) else cast("list[Json]", parts[0])[0]
    return {JOINED: list(parts)}


def _runs(text: str) -> Iterator[Json]:
    at = start = 0
    while at + LONG <= len(text):
        sign = text[at]
        if not text.startswith(sign * LONG, at):
            at += LONG
            continue
        begin = start + len(text[start:at].rstrip(sign))
        end = len(text) - len(text[at:].lstrip(sign))
        if begin > start:
            yield [text[start:begin], 1]
        yield [sign, end - begin]
        at = start = end
    if start < len(text):
        yield [text[start:], 1]


def _rows(items: Sequence[Json]) -> Iterator[Json]:
    at = start = 0
    while at < len(items):
        period, times = _repetition(items, at)
        if not times:
            at += 1
            continue
        if at > start:
            yield [list(items[start:at]), 1]
        yield [list(items[at : at + period]), times]
        at = start = at + period * times
    if start < len(items):
        yield [list(items[start:]), 1]


def _repetition(items: Sequence[Json], at: int) -> tuple[int, int]:
    """How many items repeat from here on, and how often; at most two, and often."""
    for period in (1, 2):
        unit = items[at : at + period]
        times = 1
        while items[at + period * times : at + period * (times + 1)] == unit:
            times += 1
        if times >= OFTEN:
            return period, times
    return 0, 0
