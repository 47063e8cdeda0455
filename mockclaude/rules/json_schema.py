"""Whether a JSON value is a JSON Schema: the meta-schema of draft 2020-12 as a table of keywords.

One loop instead of a validator: a request may bring hundreds of schemas, and a sound one must cost little.
"""

import re
from collections.abc import Callable, Iterable, Mapping
from typing import Final, TypeAlias

from mockclaude.wire.body import Json

Test: TypeAlias = Callable[[Json], bool]

SIMPLE: Final = frozenset({"array", "boolean", "integer", "null", "number", "object", "string"})
"""The names of types."""


def _is_text(value: Json) -> bool:
    return type(value) is str


def _is_flag(value: Json) -> bool:
    return type(value) is bool


def _is_number(value: Json) -> bool:
    return type(value) is int or type(value) is float


def _is_positive(value: Json) -> bool:
    return (type(value) is int or type(value) is float) and value > 0


def _is_count(value: Json) -> bool:
    return (type(value) is int or (type(value) is float and value.is_integer())) and value >= 0


def _is_list(value: Json) -> bool:
    return type(value) is list


def _is_texts(value: Json) -> bool:
    return type(value) is list and all(type(item) is str for item in value) and _is_free_of_repeats(value)


def _is_free_of_repeats(values: Iterable[Json]) -> bool:
    texts = [value for value in values if isinstance(value, str)]
    return len(set(texts)) == len(texts)


def _is_type(value: Json) -> bool:
    if type(value) is str:
        return value in SIMPLE
    return type(value) is list and bool(value) and _is_texts(value) and SIMPLE.issuperset(map(str, value))


def _is_texts_by_name(value: Json) -> bool:
    return type(value) is dict and all(map(_is_texts, value.values()))


def _is_flags_by_name(value: Json) -> bool:
    return type(value) is dict and all(map(_is_flag, value.values()))


def _is_like(pattern: str) -> Test:
    matches = re.compile(pattern).search

    def test(value: Json) -> bool:
        return type(value) is str and matches(value) is not None

    return test


_is_anchor: Final = _is_like(r"^[A-Za-z_][-A-Za-z0-9._]*$")

VALUES: Final[Mapping[str, Test]] = {
    "$id": _is_like(r"^[^#]*#?$"),
    **dict.fromkeys(("$anchor", "$dynamicAnchor", "$recursiveAnchor"), _is_anchor),
    **dict.fromkeys(
        (
            "$comment", "$dynamicRef", "$recursiveRef", "$ref", "$schema", "contentEncoding", "contentMediaType",
            "description", "format", "pattern", "title",
        ),
        _is_text,
    ),
    "$vocabulary": _is_flags_by_name,
    "type": _is_type,
    **dict.fromkeys(("enum", "examples"), _is_list),
    "multipleOf": _is_positive,
    **dict.fromkeys(("exclusiveMaximum", "exclusiveMinimum", "maximum", "minimum"), _is_number),
    **dict.fromkeys(
        (
            "maxContains", "maxItems", "maxLength", "maxProperties", "minContains", "minItems", "minLength",
            "minProperties",
        ),
        _is_count,
    ),
    **dict.fromkeys(("deprecated", "readOnly", "uniqueItems", "writeOnly"), _is_flag),
    "required": _is_texts,
    "dependentRequired": _is_texts_by_name,
}  # fmt: skip
"""Keywords whose value is a plain one."""

SCHEMAS: Final = frozenset(
    {
        "additionalProperties", "contains", "contentSchema", "else", "if", "items", "not", "propertyNames", "then",
        "unevaluatedItems", "unevaluatedProperties",
    }
)  # fmt: skip
"""Keywords whose value is a schema."""
LISTS: Final = frozenset({"allOf", "anyOf", "oneOf", "prefixItems"})
"""Keywords whose value is a list of schemas, of one at least."""
NAMED: Final = frozenset(
    {"$defs", "definitions", "dependencies", "dependentSchemas", "patternProperties", "properties"}
)
"""Keywords whose value holds a schema for each name."""


def below(keyword: str, value: Json) -> list[Json] | None:
    """The values that a keyword wants to be schemas; `None` when its value cannot hold them."""
    if keyword in SCHEMAS:
        return [value]
    if keyword in LISTS:
        return value if isinstance(value, list) and value else None
    if keyword not in NAMED:
        return []
    if not isinstance(value, dict):
        return None
    return [item for item in value.values() if keyword != "dependencies" or not _is_texts(item)]


def is_schema(value: Json) -> bool:
    """Whether the value, and everything below it that must be a schema, is one."""
    waiting = [value]
    while waiting:
        schema = waiting.pop()
        if not isinstance(schema, dict):
            if type(schema) is bool:
                continue
            return False
        for keyword, item in schema.items():
            test = VALUES.get(keyword)
            schemas = below(keyword, item) if test is None else [] if test(item) else None
            if schemas is None:
                return False
            waiting += schemas
    return True
