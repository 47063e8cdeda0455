"""Forms of single JSON values: what a check says about a value, and the combinators for strings and numbers.

A check answers `None` for a sound value, so that a sound request allocates nothing; otherwise it lists the flaws in
the order in which the API would report them. Every parent adds its own segment to the path.
"""

import re
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, replace
from types import MappingProxyType
from typing import Final, NamedTuple, TypeAlias, cast

from mockclaude.wire.body import Json

MISSING: Final = "missing-field"
EXTRA: Final = "extra-input"
NOT_AN_ARRAY: Final = "not-an-array"
NOT_AN_OBJECT: Final = "not-an-object"
UNEXPECTED: Final = "unexpected-shape"
NOT_A_STRING: Final = "not-a-string"
UNKNOWN_TAG: Final = "unknown-tag"
UNKNOWN_VALUE: Final = "unknown-value"
EMPTY_STRING: Final = "empty-string"
LONG_STRING: Final = "overlong-string"
PATTERN: Final = "mismatched-pattern"

Path: TypeAlias = tuple[str | int, ...]


class Flaw(NamedTuple):
    """One offence, by the id of the rule it breaks, at a place seen from the value that was checked."""

    offence: str
    path: Path = ()
    facts: Mapping[str, Json] = MappingProxyType({})


@dataclass(frozen=True, slots=True)
class Context:
    """The betas of a request; `is_open` when one of them is newer than our tables, so that unknown names pass."""

    betas: frozenset[str] = frozenset()
    is_open: bool = False


Check: TypeAlias = Callable[[Json, Context], list[Flaw] | None]


@dataclass(frozen=True, slots=True)
class Form:
    """The form of one value; `exact` is a type whose every value is sound, so that the check need not be called."""

    check: Check
    exact: type | None = None
    is_needed: bool = False
    unlocks: frozenset[str] | None = None


def needed(form: Form) -> Form:
    """The form of a field that must be present."""
    return replace(form, is_needed=True)


def unlocked(form: Form, betas: frozenset[str]) -> Form:
    """The form of a field that is an extra one unless the request names one of these betas."""
    return replace(form, unlocks=betas)


def under(flaws: Iterable[Flaw], *segments: str | int) -> list[Flaw]:
    """The flaws as seen from a parent."""
    return [Flaw(offence, segments + path, facts) for offence, path, facts in flaws]


def _of_type(kind: type, offence: str) -> Form:
    def check(value: Json, _: Context) -> list[Flaw] | None:
        return None if type(value) is kind else [Flaw(offence)]

    return Form(check, exact=kind)


def _number(value: Json, _: Context) -> list[Flaw] | None:
    return None if type(value) is float or type(value) is int else [Flaw("not-a-number")]


ANYTHING: Final = Form(lambda _value, _context: None)
STRING: Final = _of_type(str, NOT_A_STRING)
INTEGER: Final = _of_type(int, "not-an-integer")
NUMBER: Final = Form(_number)
BOOLEAN: Final = _of_type(bool, "not-a-boolean")
OBJECT: Final = _of_type(dict, NOT_AN_OBJECT)


def text(*, shortest: int = 0, longest: int | None = None, pattern: str | None = None) -> Form:
    """A string; its length is judged before its pattern."""
    matches = re.compile(pattern.removeprefix("^").removesuffix("$")).fullmatch if pattern else None

    def check(value: Json, _: Context) -> list[Flaw] | None:
        if type(value) is not str:
            return [Flaw(NOT_A_STRING)]
        if len(value) < shortest:
            return [Flaw(EMPTY_STRING)]
        if longest is not None and len(value) > longest:
            return [Flaw(LONG_STRING, facts={"longest": longest})]
        if matches is not None and matches(value) is None:
            return [Flaw(PATTERN, facts={"pattern": pattern})]
        return None

    return Form(check)


def quoted(values: Iterable[str], *, last: str = ", ") -> str:
    """The values as the API lists them: `'a', 'b' or 'c'` for the closed sets, commas only for the growing ones."""
    *others, final = map(repr, values)
    return f"{', '.join(others)}{last}{final}" if others else final


def literal(*values: str, gated: Mapping[str, frozenset[str]] | None = None) -> Form:
    """One of these strings; `gated` ones need a beta, and a set with gated values is listed without an "or"."""
    known = frozenset(values)
    listed = quoted(values, last=" or ")

    def check(value: Json, context: Context) -> list[Flaw] | None:
        if type(value) is str:
            if value in known:
                return None
            if gated is not None and (context.is_open or not context.betas.isdisjoint(gated.get(value, ()))):
                return None
        if gated is None:
            return [Flaw(UNKNOWN_VALUE, facts={"values": listed})]
        open_ones = [name for name, by in gated.items() if not context.betas.isdisjoint(by)]
        return [Flaw(UNKNOWN_VALUE, facts={"values": quoted([*values, *open_ones])})]

    return Form(check)


def unless(form: Form, is_wrong: Callable[[Json], bool], offence: str) -> Form:
    """The form, with one more offence for values that have it."""

    def check(value: Json, context: Context) -> list[Flaw] | None:
        flaws = form.check(value, context)
        if flaws is None and is_wrong(value):
            return [Flaw(offence)]
        return flaws

    return Form(check)


def at_least(least: int) -> Form:
    """An integer that is not smaller."""

    def check(value: Json, context: Context) -> list[Flaw] | None:
        flaws = INTEGER.check(value, context)
        if flaws is None and cast("int", value) < least:
            return [Flaw("undersized-number", facts={"least": least})]
        return flaws

    return Form(check)


def nullable(form: Form) -> Form:
    """The form, or `null`."""

    def check(value: Json, context: Context) -> list[Flaw] | None:
        return None if value is None else form.check(value, context)

    return Form(check, exact=form.exact)
