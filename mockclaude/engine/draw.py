"""One attempt to write a value for a JSON Schema.

How this file thinks: constraints that stand together are first joined to one schema, then a value is written that
meets it by construction. Where that is not sure (`allOf`, `oneOf`, `not`, `if` ...) the value is *doubtful* and has
to be checked.
"""

import re
from collections.abc import Callable, Mapping
from functools import reduce
from random import Random
from typing import ClassVar, Final, TypeAlias, cast

from mockclaude.engine.scalar import Unmet, integer_of, number_of, text_of
from mockclaude.engine.schema import (
    EXACT,
    KINDS,
    SCALARS,
    TYPES,
    constraints,
    follow,
    is_null,
    joined,
    types_of,
    weight,
    without,
)
from mockclaude.wire.body import Json, JsonObject

DEEP: Final = 6
"""From this depth on only what is required is written, and of alternatives the simplest."""
TOO_DEEP: Final = 60
MOST_VALUES: Final = 5_000
TRIES: Final = 40
"""How often a value is drawn anew that has to differ from its neighbours."""


_Writer: TypeAlias = "Callable[[Draw, JsonObject, str | None, int], Json]"


class Endless(Exception):
    """The schema asks for more than we are willing to write."""


class Draw:
    """Writes one value; `is_doubtful` tells whether it may miss the schema."""

    def __init__(self, root: Json, random: Random) -> None:
        self.is_doubtful = False
        self._root = root
        self._random = random
        self._written = 0

    def value(self, schema: Json, *, name: str | None = "", depth: int = 0) -> Json:
        """A value for the schema of the field of that name; raises `Unmet` or `Endless`."""
        if schema is False:
            raise Unmet("a part of it accepts nothing")
        if not isinstance(schema, dict):
            schema = {}
        self._written += 1
        if self._written > MOST_VALUES:
            raise Endless("it asks for too many values")
        if depth > TOO_DEEP:
            raise Unmet("it refers to itself without end")
        if "$ref" in schema:
            return self.value(self._followed(schema), name=name, depth=depth + 1)
        for keyword, expand in self._EXPANDED.items():
            if keyword in schema:
                return expand(self, schema, name, depth)
        keywords = constraints(schema)
        self.is_doubtful = self.is_doubtful or not keywords <= EXACT
        if "const" in keywords or "enum" in keywords:
            self.is_doubtful = self.is_doubtful or not keywords <= {"const", "enum", "type"}
            return self._listed(schema)
        return self._WRITERS[self._kind(schema, depth)](self, schema, name, depth)

    def _joined(self, left: Json, right: JsonObject) -> Json:
        """The two joined; a right side that constrains nothing changes nothing."""
        if not constraints(right):
            return left
        self.is_doubtful = True
        return joined(left, right)

    def _followed(self, schema: Json) -> Json:
        """The schema with a reference at its top replaced by what it names."""
        for _ in range(TOO_DEEP):
            if not isinstance(schema, dict) or "$ref" not in schema:
                return schema
            schema = self._joined(follow(self._root, str(schema["$ref"])), without(schema, "$ref"))
        raise Unmet("it refers to itself without end")

    def _all_of(self, schema: JsonObject, name: str | None, depth: int) -> Json:
        self.is_doubtful = True
        whole: Json = without(schema, "allOf")
        for part in cast("list[Json]", schema["allOf"]):
            whole = joined(whole, self._followed(part))
        return self.value(whole, name=name, depth=depth + 1)

    def _any_of(self, schema: JsonObject, name: str | None, depth: int) -> Json:
        return self._first_of(cast("list[Json]", schema["anyOf"]), without(schema, "anyOf"), name, depth)

    def _one_of(self, schema: JsonObject, name: str | None, depth: int) -> Json:
        self.is_doubtful = True
        return self._first_of(cast("list[Json]", schema["oneOf"]), without(schema, "oneOf"), name, depth)

    def _if(self, schema: JsonObject, name: str | None, depth: int) -> Json:
        self.is_doubtful = True
        branches = [joined(schema["if"], schema.get("then", True)), schema.get("else", True)]
        return self._first_of(branches, without(schema, "if", "then", "else"), name, depth)

    def _first_of(self, options: list[Json], rest: JsonObject, name: str | None, depth: int) -> Json:
        """A value for the first alternative that can be met."""
        choices = [*options]
        self._random.shuffle(choices)
        choices.sort(key=weight if depth > DEEP else is_null)
        for choice in choices:
            try:
                return self.value(self._joined(self._followed(choice), rest), name=name, depth=depth + 1)
            except Unmet:
                continue
        raise Unmet("none of its alternatives can be met")

    def _kind(self, schema: JsonObject, depth: int) -> str:
        """The type to write."""
        if "type" not in schema:
            return next((kind for kind, words in KINDS.items() if not words.isdisjoint(schema)), "string")
        kinds = [kind for kind in types_of(schema) if kind in self._WRITERS]
        if not kinds:
            raise Unmet(f"there is no type {schema['type']!r}")
        if depth > DEEP:
            return min(kinds, key=lambda kind: kind not in SCALARS)
        return self._random.choice([kind for kind in kinds if kind != "null"] or kinds)

    def _listed(self, schema: JsonObject) -> Json:
        """One of the values that the schema lists."""
        values = cast("list[Json]", schema["enum"]) if "enum" in schema else [schema["const"]]
        if "const" in schema:
            values = [value for value in values if value == schema["const"]]
        if "type" in schema:
            values = [value for value in values if not TYPES[type(value)].isdisjoint(types_of(schema))]
        if not values:
            raise Unmet("none of the values it lists is accepted")
        return self._random.choice(values)

    def _object(self, schema: JsonObject, _: str | None, depth: int) -> Json:
        properties = cast("dict[str, Json]", schema.get("properties") or {})
        needed = self._needed(schema)
        least, most = _number(schema, "minProperties", 0), _number(schema, "maxProperties", MOST_VALUES)
        open_places = max(least, 0 if needed or depth > DEEP else len(properties)) - len(needed)
        written: dict[str, Json] = {}
        for name in dict.fromkeys([*properties, *needed]):
            if name not in needed and open_places <= 0:
                continue
            try:
                written[name] = self.value(self._property(schema, name), name=name, depth=depth + 1)
            except Unmet:
                if name in needed:
                    raise
            else:
                open_places -= name not in needed
        while len(written) < least:
            name = self._new_name(schema, written)
            written[name] = self.value(self._property(schema, name), name=name, depth=depth + 1)
        if len(written) > most:
            self.is_doubtful = True
            written = {name: written[name] for name in [*needed, *[key for key in written if key not in needed]][:most]}
        return written

    def _needed(self, schema: JsonObject) -> set[str]:
        """The names that have to be there."""
        needed = set(cast("list[str]", schema.get("required") or []))
        dependent = cast("dict[str, list[str]]", schema.get("dependentRequired") or {})
        for _ in dependent:
            needed.update(*[dependent[name] for name in needed if name in dependent])
        return needed

    def _new_name(self, schema: JsonObject, written: Mapping[str, Json]) -> str:
        if "propertyNames" in schema:
            rule = joined({"type": "string"}, self._followed(schema["propertyNames"]))
            return str(self._unlike(list(written), rule, None, 0))
        return next(name for number in range(1, MOST_VALUES) if (name := f"key_{number}") not in written)

    def _property(self, schema: JsonObject, name: str) -> Json:
        """The schema of the property of that name."""
        found: list[Json] = []
        properties = cast("dict[str, Json]", schema.get("properties") or {})
        if name in properties:
            found.append(properties[name])
        patterns = cast("dict[str, Json]", schema.get("patternProperties") or {})
        found += [value for pattern, value in patterns.items() if re.search(pattern, name)]
        if not found:
            return schema.get("additionalProperties", True)
        if len(found) == 1:
            return found[0]
        self.is_doubtful = True
        return reduce(joined, map(self._followed, found))

    def _array(self, schema: JsonObject, name: str | None, depth: int) -> Json:
        prefix = cast("list[Json]", schema.get("prefixItems") or [])
        items = schema.get("items", True)
        least, most = _number(schema, "minItems", 0), _number(schema, "maxItems", MOST_VALUES)
        contained = _number(schema, "minContains", 1) if "contains" in schema else 0
        if contained:
            least = max(least, len(prefix) + contained)
        usual = 0 if depth > DEEP else max(len(prefix), self._random.randint(1, 2))
        count = min(most, max(least, usual))
        written: list[Json] = []
        for place in range(count):
            beyond = place - len(prefix)
            rule = prefix[place] if beyond < 0 else items
            if 0 <= beyond < contained:
                rule = joined(self._followed(items), self._followed(schema["contains"]))
            try:
                earlier = written if schema.get("uniqueItems") is True else []
                written.append(self._unlike(earlier, rule, name, depth + 1))
            except Unmet:
                if place < least:
                    raise
                break
        return written

    def _unlike(self, others: list[Json], schema: Json, name: str | None, depth: int) -> Json:
        """A value that is none of the others."""
        for attempt in range(TRIES):
            # A field's usual texts are few; any letters do when they are used up.
            value = self.value(schema, name=name if attempt < TRIES // 2 else None, depth=depth)
            if value not in others:
                return value
        raise Unmet("its values cannot all differ")

    def _string(self, schema: JsonObject, name: str | None, _: int) -> Json:
        return text_of(schema, self._random, name=name)

    def _integer(self, schema: JsonObject, *_: object) -> Json:
        return integer_of(schema, self._random)

    def _decimal(self, schema: JsonObject, *_: object) -> Json:
        return number_of(schema, self._random)

    def _boolean(self, *_: object) -> Json:
        return self._random.random() < 0.5

    def _null(self, *_: object) -> Json:
        return None

    _EXPANDED: ClassVar[Mapping[str, _Writer]] = {"allOf": _all_of, "anyOf": _any_of, "oneOf": _one_of, "if": _if}
    _WRITERS: ClassVar[Mapping[str, _Writer]] = {
        "array": _array,
        "boolean": _boolean,
        "integer": _integer,
        "null": _null,
        "number": _decimal,
        "object": _object,
        "string": _string,
    }


def _number(schema: JsonObject, keyword: str, otherwise: int) -> int:
    value = schema.get(keyword)
    return int(value) if isinstance(value, (int, float)) and not isinstance(value, bool) else otherwise
