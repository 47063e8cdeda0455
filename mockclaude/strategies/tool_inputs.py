"""Values that a JSON Schema accepts: the inputs of a tool.

How this file thinks: constraints that stand together are joined to one schema, then a strategy is built that meets it
by construction. What cannot be built so is refused when the strategy is made, and never filtered.
"""

import json
import math
import re
from collections.abc import Callable, Iterable, Mapping
from functools import reduce
from typing import Final, cast

from hypothesis import strategies as st
from jsonschema import Draft202012Validator

from mockclaude.engine.schema import KINDS as SCHEMA_KINDS
from mockclaude.engine.schema import TYPES, constraints, follow, joined, types_of, without
from mockclaude.strategies.blocks import KEYS, PLAIN
from mockclaude.wire.body import Json, JsonObject

Values = st.SearchStrategy[Json]

LARGEST: Final = 2**53
"""Up to here every reader of JSON agrees on integers."""

HEX: Final = r"[0-9a-f]"
FORMATS: Final[Mapping[str, str]] = {
    "date": r"2\d{3}-(0[1-9]|1[0-2])-(0[1-9]|1\d|2[0-8])",
    "time": r"([01]\d|2[0-3]):[0-5]\d:[0-5]\dZ",
    "date-time": r"2\d{3}-(0[1-9]|1[0-2])-(0[1-9]|1\d|2[0-8])T([01]\d|2[0-3]):[0-5]\d:[0-5]\dZ",
    "email": r"[a-z0-9]{1,8}@[a-z0-9]{1,8}\.example",
    "hostname": r"[a-z0-9]{1,8}\.example",
    "ipv4": r"(\d|[1-9]\d|1\d\d)(\.(\d|[1-9]\d|1\d\d)){3}",
    "ipv6": rf"{HEX}{{1,4}}(:{HEX}{{1,4}}){{7}}",
    "uri": r"https://[a-z0-9]{1,8}\.example/[a-z0-9]{0,8}",
    "uuid": rf"{HEX}{{8}}-{HEX}{{4}}-4{HEX}{{3}}-[89ab]{HEX}{{3}}-{HEX}{{12}}",
}
"""Formats of strings as expressions that all their readers accept; other formats are free text."""

KNOWN: Final = frozenset(
    {
        "$ref", "additionalProperties", "allOf", "anyOf", "const", "enum", "exclusiveMaximum", "exclusiveMinimum",
        "format", "items", "maxItems", "maxLength", "maxProperties", "maximum", "minItems", "minLength",
        "minProperties", "minimum", "multipleOf", "oneOf", "pattern", "prefixItems", "properties", "required", "type",
        "uniqueItems",
    }
)  # fmt: skip


def tool_inputs(schema: Mapping[str, Json]) -> st.SearchStrategy[JsonObject]:
    """Inputs that a tool's `input_schema` accepts; raises `ValueError` for a schema that cannot be met by construction.

    Only properties that the schema names are given, unless it says what others are.
    """
    root: JsonObject = {**schema}
    if not root.get("type"):
        root["type"] = "object"
    if "object" not in types_of(root):
        raise ValueError(f"the schema is of type {root['type']!r}; the input of a tool is an object")
    built = _Builder(root).of({**root, "type": "object"})
    return cast("st.SearchStrategy[JsonObject]", built)


class _Builder:
    """Builds strategies for the parts of one schema; references to a part being built are deferred."""

    def __init__(self, root: JsonObject) -> None:
        self._root = root
        self._referred: dict[str, Values] = {}

    def of(self, schema: Json) -> Values:
        """The values that a schema accepts."""
        if schema is False:
            raise ValueError("a part of the schema accepts nothing; leave it out")
        if not isinstance(schema, dict) or not constraints(schema):
            return PLAIN
        unknown = sorted(constraints(schema) - KNOWN)
        if unknown:
            raise ValueError(f"values cannot be built for {unknown[0]!r}; give the inputs a strategy of their own")
        if "$ref" in schema:
            return self._follow(schema)
        if "allOf" in schema:
            parts = [self._plain(part) for part in cast("list[Json]", schema["allOf"])]
            rest: Json = without(schema, "allOf")
            return self.of(reduce(joined, parts, rest))
        for several in ("anyOf", "oneOf"):
            if several in schema:
                return self._one_of(schema, several)
        if "const" in schema or "enum" in schema:
            return self._listed(schema)
        return st.one_of([_WRITERS[kind](self, schema) for kind in _kinds(schema)])

    def _follow(self, schema: JsonObject) -> Values:
        name = str(schema["$ref"])
        rest = without(schema, "$ref")
        if constraints(rest):
            return self.of(joined(rest, self._plain(schema)))
        if name not in self._referred:
            try:
                target = follow(self._root, name)
            except LookupError as fault:
                raise ValueError(str(fault)) from None
            built: list[Values] = []
            self._referred[name] = st.deferred(lambda: built[0])
            built.append(self.of(target))
        return self._referred[name]

    def _plain(self, schema: Json) -> Json:
        """The schema with a reference at its top followed."""
        seen: set[str] = set()
        while isinstance(schema, dict) and "$ref" in schema:
            name = str(schema["$ref"])
            if name in seen:
                raise ValueError(f"the reference {name!r} leads to itself")
            seen.add(name)
            schema = joined(without(schema, "$ref"), follow(self._root, name))
        return schema

    def _one_of(self, schema: JsonObject, several: str) -> Values:
        rest = without(schema, several)
        branches = [joined(rest, self._plain(part)) for part in cast("list[Json]", schema[several])]
        if several == "oneOf":
            _check_apart(branches)
        return st.one_of([self.of(branch) for branch in branches])

    def _listed(self, schema: JsonObject) -> Values:
        values = [schema["const"]] if "const" in schema else cast("list[Json]", schema["enum"])
        fits = Draft202012Validator({**schema, "$defs": self._root.get("$defs", {})})
        fitting = [value for value in values if fits.is_valid(value)]
        if not fitting:
            raise ValueError(f"none of {values} is what the schema beside them accepts")
        return st.sampled_from(fitting)

    def null(self, _schema: JsonObject) -> Values:
        """Nothing."""
        return st.none()

    def boolean(self, _schema: JsonObject) -> Values:
        """Yes or no."""
        return st.booleans()

    def string(self, schema: JsonObject) -> Values:
        """A text of a length, of a pattern or of a format."""
        low, high = int(_number(schema, "minLength", 0)), schema.get("maxLength")
        pattern = schema.get("pattern")
        if pattern is None:
            pattern = FORMATS.get(str(schema.get("format")))
            pattern = None if pattern is None else f"^({pattern})$"
        if pattern is None:
            most = max(low, 12) if high is None else int(_number(schema, "maxLength", 0))
            if low > most:
                raise ValueError(f"no text has from {low} to {most} characters")
            return st.text(st.characters(codec="utf-8"), min_size=low, max_size=min(most, max(low, 12)))
        if low or high is not None:
            raise ValueError("texts cannot be built for a pattern or format beside a length; give one of the two")
        text = str(pattern)
        if text.startswith("^") and text.endswith("$") and not text.endswith("\\$"):
            return st.from_regex(re.compile(text[1:-1]), fullmatch=True)
        return st.from_regex(re.compile(text))

    def integer(self, schema: JsonObject) -> Values:
        """A whole number within bounds."""
        low, high = _bounds(schema)
        step = schema.get("multipleOf", 1)
        if type(step) is not int or step < 1:
            raise ValueError(f"multipleOf is {step!r}; numbers can only be built for a whole one from 1 on")
        least, most = _whole(low, up=True, step=step), _whole(high, up=False, step=step)
        if least > most:
            raise ValueError(f"no whole number lies between {low} and {high}")
        return st.integers(least, most).map(lambda number: number * step)

    def number(self, schema: JsonObject) -> Values:
        """A number within bounds, whole ones first."""
        if "multipleOf" in schema:
            return self.integer(schema)
        (low, takes_low), (high, takes_high) = _bounds(schema)
        broken = st.floats(low, high, exclude_min=not takes_low, exclude_max=not takes_high, allow_nan=False)
        least, most = math.ceil(low) + (low == math.ceil(low) and not takes_low), math.floor(high)
        most -= high == most and not takes_high
        return st.integers(least, most) | broken if least <= most else broken

    def array(self, schema: JsonObject) -> Values:
        """A list of items, some with schemas of their own."""
        first = [self.of(part) for part in cast("list[Json]", schema.get("prefixItems", []))]
        low, given = int(_number(schema, "minItems", 0)), schema.get("maxItems")
        is_closed = schema.get("items") is False
        most = len(first) if is_closed else max(low, len(first) + 3)
        high = most if given is None else min(most, int(_number(schema, "maxItems", 0)))
        if low > high:
            raise ValueError(f"no list has from {low} to {high} items")
        if first:
            if schema.get("uniqueItems") or high < len(first):
                raise ValueError("lists cannot be built for prefixItems beside uniqueItems or fewer maxItems")
            more = st.just([]) if is_closed else self._list(schema, max(low - len(first), 0), high - len(first))
            return _behind(st.tuples(*first), more)
        return cast("Values", self._list(schema, low, high))

    def _list(self, schema: JsonObject, low: int, high: int) -> st.SearchStrategy[list[Json]]:
        if not high:
            return st.just([])
        key = (lambda item: json.dumps(item, sort_keys=True)) if schema.get("uniqueItems") else None
        return st.lists(self.of(schema.get("items", True)), min_size=low, max_size=high, unique_by=key)

    def object(self, schema: JsonObject) -> Values:
        """An object of what is required, some of what is not, and of others where the schema says what they are."""
        properties = cast("JsonObject", schema.get("properties", {}))
        others = schema.get("additionalProperties")
        required = list(dict.fromkeys(cast("list[str]", schema.get("required", []))))
        strangers = [name for name in required if name not in properties]
        if strangers and others is False:
            raise ValueError(f"{strangers[0]!r} is required, and the schema accepts no property of that name")
        must = {name: self.of(properties.get(name, True if others is None else others)) for name in required}
        may = {name: self.of(part) for name, part in properties.items() if name not in must and part is not False}
        low, high = int(_number(schema, "minProperties", 0)), _number(schema, "maxProperties", math.inf)
        if len(must) > high:
            raise ValueError(f"{len(must)} properties are required and at most {high} accepted")
        is_open = (isinstance(others, dict) and bool(others)) or others is True or (others is None and not properties)
        if low <= len(must) and high >= len(must) + len(may):
            named: Values = cast("Values", st.fixed_dictionaries(must, optional=may))
            if not is_open or high < math.inf:
                return named
            extra = st.dictionaries(KEYS, self.of(True if others is None else others), max_size=2)
            return _beside(named, extra, frozenset(properties))
        if low > len(must) + len(may):
            raise ValueError(f"minProperties is {low}, and the schema names {len(must) + len(may)}")
        return _some(must, may, low - len(must), int(min(high - len(must), len(may))))


def _some(must: Mapping[str, Values], may: Mapping[str, Values], low: int, high: int) -> Values:
    @st.composite
    def drawn(draw: st.DrawFn) -> Json:
        chosen = draw(st.lists(st.sampled_from([*may]), unique=True, min_size=max(low, 0), max_size=high))
        return {name: draw(values) for name, values in {**must, **{one: may[one] for one in chosen}}.items()}

    return drawn()


@st.composite
def _beside(draw: st.DrawFn, named: Values, extra: st.SearchStrategy[JsonObject], names: frozenset[str]) -> Json:
    """Properties that the schema names, with others; what a name is for, no other may take."""
    known = cast("JsonObject", draw(named))
    return {**{name: value for name, value in draw(extra).items() if name not in names}, **known}


@st.composite
def _behind(draw: st.DrawFn, first: st.SearchStrategy[tuple[Json, ...]], more: st.SearchStrategy[list[Json]]) -> Json:
    return [*draw(first), *draw(more)]


def _kinds(schema: JsonObject) -> list[str]:
    """The types that a schema accepts, those that its keywords speak of where it names none."""
    named = types_of(schema)
    if not named:
        named = [kind for kind, words in SCHEMA_KINDS.items() if words & set(schema)] or ["string"]
    for kind in named:
        if kind not in _WRITERS:
            raise ValueError(f"there is no type {kind!r} in JSON Schema; known: {', '.join(_WRITERS)}")
    return named


def _number(schema: JsonObject, keyword: str, default: float) -> float:
    value = schema.get(keyword, default)
    if not isinstance(value, int | float) or isinstance(value, bool):
        raise ValueError(f"{keyword} is {value!r}; expected a number")  # noqa: TRY004 - the schema's fault
    return value


def _bounds(schema: JsonObject) -> tuple[tuple[float, bool], tuple[float, bool]]:
    """The bounds of a number, each with whether it belongs to the range."""
    lows = [(_number(schema, "minimum", -LARGEST), True), (_number(schema, "exclusiveMinimum", -math.inf), False)]
    highs = [(_number(schema, "maximum", LARGEST), True), (_number(schema, "exclusiveMaximum", math.inf), False)]
    low = max(lows, key=lambda bound: (bound[0], not bound[1]))
    high = min(highs, key=lambda bound: (bound[0], bound[1]))
    if low[0] > high[0] or (low[0] == high[0] and not (low[1] and high[1])):
        raise ValueError(f"no number lies between {low[0]} and {high[0]}")
    return low, high


def _whole(bound: tuple[float, bool], *, up: bool, step: int) -> int:
    """The nearest multiple inside a bound, in steps."""
    value, belongs = bound
    count = math.ceil(value / step) if up else math.floor(value / step)
    if not belongs and count * step == value:
        count += 1 if up else -1
    return count


def _check_apart(branches: Iterable[Json]) -> None:
    """Raises `ValueError` where a value of one alternative may be one of another."""
    known: list[Json] = []
    for branch in branches:
        for other in known:
            if not _are_apart(branch, other):
                raise ValueError(f"alternatives of oneOf overlap: {other} and {branch}; write anyOf instead")
        known.append(branch)


def _are_apart(left: Json, right: Json) -> bool:
    if not isinstance(left, dict) or not isinstance(right, dict):
        return left is False or right is False
    ours, theirs = _values(left), _values(right)
    if ours is not None and theirs is not None:
        return not any(value in theirs for value in ours)
    kinds = _exact(left), _exact(right)
    if kinds[0] and kinds[1] and not kinds[0] & kinds[1]:
        return True
    mine, yours = (cast("JsonObject", one.get("properties", {})) for one in (left, right))
    both = set(cast("list[str]", left.get("required", []))) & set(cast("list[str]", right.get("required", [])))
    return any(name in mine and name in yours and _are_apart(mine[name], yours[name]) for name in both)


def _exact(schema: JsonObject) -> set[str]:
    """The types of a schema's values; every integer is a number."""
    values = _values(schema)
    if values is not None:
        return {kind for value in values for kind in TYPES[type(value)]}
    return {wide for kind in types_of(schema) for wide in ((kind, "number") if kind == "integer" else (kind,))}


def _values(schema: JsonObject) -> list[Json] | None:
    if "const" in schema:
        return [schema["const"]]
    return cast("list[Json]", schema["enum"]) if "enum" in schema else None


_WRITERS: Final[Mapping[str, Callable[[_Builder, JsonObject], Values]]] = {
    "object": _Builder.object,
    "array": _Builder.array,
    "string": _Builder.string,
    "integer": _Builder.integer,
    "number": _Builder.number,
    "boolean": _Builder.boolean,
    "null": _Builder.null,
}
