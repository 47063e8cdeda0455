"""JSON Schemas as plain dicts: references followed, constraints that stand together joined to one schema."""

from collections.abc import Callable, Iterable, Mapping
from typing import Final, cast
from urllib.parse import unquote

from mockclaude.wire.body import Json, JsonObject

ANNOTATIONS: Final = frozenset(
    {
        "$comment",
        "$defs",
        "$id",
        "$schema",
        "default",
        "definitions",
        "deprecated",
        "description",
        "example",
        "examples",
        "nullable",
        "readOnly",
        "title",
        "writeOnly",
    }
)
"""Keywords that constrain nothing."""
KINDS: Final[Mapping[str, frozenset[str]]] = {
    "object": frozenset(
        {"additionalProperties", "maxProperties", "minProperties", "patternProperties", "properties", "required"}
    ),
    "array": frozenset({"items", "maxItems", "minItems", "prefixItems", "uniqueItems"}),
    "string": frozenset({"format", "maxLength", "minLength", "pattern"}),
    "number": frozenset({"exclusiveMaximum", "exclusiveMinimum", "maximum", "minimum", "multipleOf"}),
}
"""The type that keywords speak of where none is named."""
EXACT: Final = frozenset({"const", "enum", "type"}).union(*KINDS.values())
"""Keywords that are met by construction."""
TYPES: Final[Mapping[type, frozenset[str]]] = {
    type(None): frozenset({"null"}),
    bool: frozenset({"boolean"}),
    int: frozenset({"integer", "number"}),
    float: frozenset({"number"}),
    str: frozenset({"string"}),
    list: frozenset({"array"}),
    dict: frozenset({"object"}),
}
SCALARS: Final = frozenset({"boolean", "integer", "null", "number", "string"})


def follow(root: Json, reference: str) -> Json:
    """The schema that a reference into the same document names; raises `LookupError`."""
    if reference != "#" and not reference.startswith("#/"):
        raise LookupError(f"the reference {reference!r} leaves the schema")
    found = root
    for part in reference.split("/")[1:]:
        step = unquote(part).replace("~1", "/").replace("~0", "~")
        if isinstance(found, dict) and step in found:
            found = found[step]
        elif isinstance(found, list) and step.isdigit() and int(step) < len(found):
            found = found[int(step)]
        else:
            raise LookupError(f"the reference {reference!r} names nothing")
    return found


def without(schema: JsonObject, *keywords: str) -> JsonObject:
    """The schema less those keywords."""
    return {keyword: value for keyword, value in schema.items() if keyword not in keywords}


def constraints(schema: JsonObject) -> set[str]:
    """The keywords of a schema that constrain."""
    return set(schema) - ANNOTATIONS


def joined(left: Json, right: Json) -> Json:
    """A schema for what both accept; where it cannot say so in one schema, it is the left one that counts."""
    if not isinstance(left, dict) or not isinstance(right, dict):
        return False if left is False or right is False else left if isinstance(left, dict) else right
    both = dict(left)
    for keyword, value in right.items():
        if keyword in both and both[keyword] != value:
            join = _JOINS.get(keyword)
            both[keyword] = join(both[keyword], value) if join else both[keyword]
        else:
            both[keyword] = value
    return both


def types_of(schema: JsonObject) -> list[str]:
    """The types that a schema names."""
    named = schema.get("type")
    return [kind for kind in (named if isinstance(named, list) else [named]) if isinstance(kind, str)]


def is_null(schema: Json) -> bool:
    """Whether the schema accepts nothing but null."""
    return isinstance(schema, dict) and (
        types_of(schema) == ["null"] or ("const" in schema and schema["const"] is None)
    )


def weight(schema: Json) -> int:
    """How much there is to write for an alternative: nothing inside of a plain value."""
    if not isinstance(schema, dict) or "const" in schema or "enum" in schema:
        return 0
    kinds = types_of(schema)
    return 0 if kinds and SCALARS.issuperset(kinds) else 1 if kinds == ["array"] else 2


def _types(left: Json, right: Json) -> Json:
    ours, theirs = types_of({"type": left}), types_of({"type": right})
    kept: list[Json] = [kind for kind in ours if kind in theirs or (kind == "integer" and "number" in theirs)]
    if "number" in ours and "integer" in theirs and "integer" not in kept:
        kept.append("integer")
    return kept


def _listed(left: Json, right: Json) -> Json:
    return [*cast("list[Json]", left), *cast("list[Json]", right)]


def _shared(left: Json, right: Json) -> Json:
    return [value for value in cast("list[Json]", left) if value in cast("list[Json]", right)]


def _schemas(left: Json, right: Json) -> Json:
    ours, theirs = cast("JsonObject", left), cast("JsonObject", right)
    return ours | {name: joined(ours[name], theirs[name]) if name in ours else theirs[name] for name in theirs}


def _bound(choose: Callable[[Iterable[float]], float]) -> Callable[[Json, Json], Json]:
    return lambda left, right: choose([cast("float", left), cast("float", right)])


_JOINS: Final[Mapping[str, Callable[[Json, Json], Json]]] = {
    "$defs": _schemas,
    "additionalProperties": joined,
    "allOf": _listed,
    "enum": _shared,
    "exclusiveMaximum": _bound(min),
    "exclusiveMinimum": _bound(max),
    "items": joined,
    "maxItems": _bound(min),
    "maxLength": _bound(min),
    "maxProperties": _bound(min),
    "maximum": _bound(min),
    "minItems": _bound(max),
    "minLength": _bound(max),
    "minProperties": _bound(max),
    "minimum": _bound(max),
    "properties": _schemas,
    "required": _listed,
    "type": _types,
}
