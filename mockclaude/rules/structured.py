"""Schemas that the model is held to: of the output format and of strict tools; a subset of JSON Schema.

Only what was seen refused is refused. A schema that only grows too large for the API's grammar is accepted here: nobody
outside knows where that begins.
"""

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from random import Random
from typing import Any, Final, NamedTuple
from weakref import WeakKeyDictionary

from mockclaude.call import Call
from mockclaude.rules.edits import with_tool
from mockclaude.rules.json_schema import below
from mockclaude.rules.rule import Draft, Facts, Rule, having, rule
from mockclaude.wire.body import Json, JsonObject
from mockclaude.wire.evidence import observed, reported

NEEDS: Final = ("output_config", "output_format", "strict")
HOLDING: Final = having("structured_outputs")

UNSUPPORTED: Final[Mapping[str, frozenset[str]]] = {
    **dict.fromkeys(
        ("integer", "number"),
        frozenset({"minimum", "maximum", "exclusiveMinimum", "exclusiveMaximum", "multipleOf"}),
    ),
    "string": frozenset({"minLength", "maxLength"}),
    "array": frozenset({"maxItems"}),
}
"""Source: structured outputs page, limits of JSON Schema, 2026; public reports of the refusals."""

MOST_OPTIONAL: Final = 24
MOST_UNIONS: Final = 16
MOST_STRICT: Final = 20


class Held(NamedTuple):
    """A schema that the model is held to, and its nodes in the order of the text."""

    path: str
    nodes: Sequence[dict[str, Any]]


_SEEN: Final[WeakKeyDictionary[Call, Sequence[Held]]] = WeakKeyDictionary()


def held(call: Call) -> Sequence[Held]:
    """The schemas of a call that the model is held to, walked once."""
    found = _SEEN.get(call)
    if found is None:
        found = _SEEN[call] = [Held(path, list(_nodes(schema))) for path, schema in _schemas(call)]
    return found


def _schemas(call: Call) -> Iterator[tuple[str, Json]]:
    if "strict" in call.features:
        for place, tool in enumerate(call.body["tools"]):
            if tool.get("strict") is True:
                yield f"tools.{place}.custom", tool.get("input_schema")
    for path, form in (
        ("output_config.format.schema", (call.body.get("output_config") or {}).get("format")),
        ("output_format.schema", call.body.get("output_format")),
    ):
        if isinstance(form, dict):
            yield path, form.get("schema")


def _nodes(schema: Json) -> Iterator[dict[str, Any]]:
    waiting: list[Any] = [schema]
    while waiting:
        node = waiting.pop()
        if not isinstance(node, dict):
            continue
        yield node
        inner = [schema for keyword, value in node.items() for schema in below(keyword, value) or ()]
        waiting += reversed(inner)


def _properties(node: Mapping[str, Any]) -> Mapping[str, Any]:
    known = node.get("properties")
    return known if isinstance(known, dict) else {}


def _each(call: Call, judge: Callable[[dict[str, Any]], Mapping[str, Json] | None]) -> Iterable[Facts]:
    for path, nodes in held(call):
        for node in nodes:
            found = judge(node)
            if found is not None:
                yield {"path": path, **found}


@rule(
    message=(
        "Too many strict tools ({count}). The maximum number of strict tools supported is 20. Try reducing the number "
        "of tools marked as strict."
    ),
    needs=("strict",),
    models=HOLDING,
    source=reported("2026-10-05", "five public quotations, the first measured on 2026-08-16"),
    fix="Leave `strict` out of some tools.",
)
def too_many_strict_tools(call: Call) -> Iterable[Facts]:
    """More strict tools than the API takes."""
    count = sum([tool.get("strict") is True for tool in call.body["tools"]])
    return ({"count": count, "path": "tools"},) if count > MOST_STRICT else ()


@too_many_strict_tools.broken_by
def be_strict_about_many_tools(draft: Draft, _random: Random) -> Draft:
    """Twenty-one strict tools."""
    for number in range(MOST_STRICT + 1):
        draft = with_tool(draft, _strict(f"strict_{number:02}", CLOSED))
    return draft


CLOSED: Final[JsonObject] = {"type": "object", "properties": {}, "additionalProperties": False}


def _strict(name: str, schema: JsonObject) -> JsonObject:
    return {"name": name, "input_schema": schema, "strict": True}


def _held_to(draft: Draft, schema: JsonObject, random: Random) -> Draft:
    """The draft with a schema for its answer or for a strict tool."""
    if random.random() < 1 / 2:
        return draft.with_body(output_config={"format": {"type": "json_schema", "schema": schema}})
    return with_tool(draft, _strict("get_strict_answer", schema))


def _holding(**answer: Json) -> JsonObject:
    """A closed schema with one property."""
    return {**CLOSED, "properties": {"answer": answer}, "required": ["answer"]}


@rule(
    message="{path}: Schema type 'oneOf' is not supported",
    needs=NEEDS,
    models=HOLDING,
    source=reported("2026-10", "seven public quotations"),
    fix="Write `anyOf`.",
)
def exclusive_union(call: Call) -> Iterable[Facts]:
    """A `oneOf` in a schema that the model is held to."""
    return _each(call, lambda node: {} if "oneOf" in node else None)


@exclusive_union.broken_by
def choose_exactly_one(draft: Draft, random: Random) -> Draft:
    """A property that is exactly one of two things."""
    return _held_to(draft, _holding(oneOf=[{"type": "string"}, {"type": "integer"}]), random)


@rule(
    message="{path}: For 'object' type, 'additionalProperties' must be explicitly set to false",
    needs=NEEDS,
    models=HOLDING,
    covers=("so.additional_props", "so.strict_tool"),
    source=observed("2026-07", "recordings 2026-02 to 2026-07, 46 of them; live probes for strict tools"),
    fix='Add `"additionalProperties": false` to every object of the schema.',
)
def open_object(call: Call) -> Iterable[Facts]:
    """An object of a schema that does not say that it has no further properties."""
    return _each(call, lambda node: {} if _is_open(node) else None)


def _is_open(node: Mapping[str, Any]) -> bool:
    return node.get("type") == "object" and "additionalProperties" not in node


@open_object.broken_by
def leave_an_object_open(draft: Draft, random: Random) -> Draft:
    """An object within the schema that does not say so."""
    schema = _holding(type="object", properties={}) if random.random() < 1 / 2 else {"type": "object"}
    return _held_to(draft, {**schema}, random)


@rule(
    message=(
        "{path}: For 'object' type, 'additionalProperties: {value}' is not supported. Please set "
        "'additionalProperties' to false"
    ),
    needs=NEEDS,
    models=HOLDING,
    covers=("so.additional_props_true",),
    source=reported("2026-10", "ten public quotations, of `true` and of a schema"),
    fix="List the properties; a map with free keys becomes a list of pairs.",
)
def further_properties(call: Call) -> Iterable[Facts]:
    """An object of a schema that may have further properties."""
    return _each(call, lambda node: _further(node.get("additionalProperties")))


def _further(value: object) -> Mapping[str, Json] | None:
    if value is True:
        return {"value": "true"}
    return {"value": "object"} if isinstance(value, dict) else None


@further_properties.broken_by
def allow_further_properties(draft: Draft, random: Random) -> Draft:
    """An object with free keys."""
    further: Json = True if random.random() < 1 / 2 else {"type": "string"}
    return _held_to(draft, _holding(type="object", properties={}, additionalProperties=further), random)


@rule(
    message="{path}: For '{type}' type, {properties} not supported",
    needs=NEEDS,
    models=HOLDING,
    source=observed("2026-01", "recordings; public quotations until 2026-10, of `maxItems` and of strict tools too"),
    fix="Leave the keyword out and say it in the description; the SDK's helpers do so by themselves.",
)
def unsupported_constraint(call: Call) -> Iterable[Facts]:
    """A constraint in a schema that the model cannot be held to: bounds of numbers, lengths, counts."""
    return _each(call, _constrained)


def _constrained(node: Mapping[str, Any]) -> Mapping[str, Json] | None:
    kind = node.get("type")
    names = sorted(UNSUPPORTED.get(kind, frozenset()) & node.keys()) if isinstance(kind, str) else []
    if not names:
        return None
    one = len(names) == 1
    return {"type": kind, "properties": f"property '{names[0]}' is" if one else f"properties {', '.join(names)} are"}


@unsupported_constraint.broken_by
def bound_a_property(draft: Draft, random: Random) -> Draft:
    """A bound on a property."""
    bounded: list[JsonObject] = [
        {"type": "integer", "minimum": 0},
        {"type": "number", "maximum": 1, "minimum": 0},
        {"type": "string", "maxLength": 80},
        {"type": "array", "items": {"type": "string"}, "maxItems": 3},
    ]
    return _held_to(draft, _holding(**random.choice(bounded)), random)


@rule(
    message="{path}: For 'array' type, 'minItems' values other than 0 or 1 are not supported",
    needs=NEEDS,
    models=HOLDING,
    source=reported("2026-10", "ten public quotations; two of them go on with the values that were found"),
    fix="Leave `minItems` out and say it in the description.",
)
def unsupported_min_items(call: Call) -> Iterable[Facts]:
    """A list of a schema that must have more than one item."""
    return _each(call, lambda node: {} if _is_several(node.get("minItems")) else None)


def _is_several(value: object) -> bool:
    return isinstance(value, int) and value not in {0, 1}


@unsupported_min_items.broken_by
def ask_for_several_items(draft: Draft, random: Random) -> Draft:
    """A list of two items at least."""
    return _held_to(draft, _holding(type="array", items={"type": "string"}, minItems=random.randint(2, 5)), random)


FORMATS: Final = frozenset(
    {"date", "date-time", "duration", "email", "hostname", "ipv4", "ipv6", "time", "uri", "uuid"}
)
"""Source: structured outputs page, limits of JSON Schema, 2026."""


@rule(
    message="{path}: For 'string' type, format '{format}' is not supported",
    needs=NEEDS,
    models=HOLDING,
    source=reported("2026-10-04", "two measurements: phone and ipvanyaddress answer 400, uri, uuid and email do not"),
    fix="Leave the format out and say it in the description.",
)
def unsupported_format(call: Call) -> Iterable[Facts]:
    """A text of a schema in a format that the model cannot be held to."""
    return _each(call, _formed)


def _formed(node: Mapping[str, Any]) -> Mapping[str, Json] | None:
    named = node.get("format")
    is_text = node.get("type") == "string" and isinstance(named, str)
    return {"format": named} if is_text and named not in FORMATS else None


@unsupported_format.broken_by
def ask_for_a_format(draft: Draft, random: Random) -> Draft:
    """A text in a format that other validators know."""
    return _held_to(draft, _holding(type="string", format=random.choice(("phone", "regex", "byte"))), random)


def _counted(call: Call, limit: int, count_of: Callable[[Mapping[str, Any]], int]) -> Iterable[Facts]:
    schemas = held(call)
    count = sum([count_of(node) for _, nodes in schemas for node in nodes])
    return ({"count": count, "path": schemas[0].path},) if count > limit else ()


def _optional(node: Mapping[str, Any]) -> int:
    required = node.get("required")
    needed = required if isinstance(required, list) else []
    return sum([name not in needed for name in _properties(node)])


def _unions(node: Mapping[str, Any]) -> int:
    return sum([isinstance(value, dict) and _is_union(value) for value in _properties(node).values()])


def _is_union(value: Mapping[str, Any]) -> bool:
    return "anyOf" in value or isinstance(value.get("type"), list)


@rule(
    message=(
        "Schemas contains too many optional parameters ({count}), which would make grammar compilation inefficient. "
        "Reduce the number of optional parameters in your tool schemas (limit: 24)."
    ),
    needs=NEEDS,
    models=HOLDING,
    source=reported(
        "2026-10-03", "captured body with a datable request id; measured on 2026-08-16: 24 pass, 25 do not"
    ),
    fix="Require the properties; an absent value may be an empty one.",
)
def too_many_optional_properties(call: Call) -> Iterable[Facts]:
    """More optional properties in all schemas together than the API takes; each definition counts once."""
    return _counted(call, MOST_OPTIONAL, _optional)


def _many(count: int, value: JsonObject, *, required: bool) -> JsonObject:
    names = [f"p{number:02}" for number in range(count)]
    needed: Json = [*names] if required else []
    return {**CLOSED, "properties": dict.fromkeys(names, value), "required": needed}


@too_many_optional_properties.broken_by
def require_nothing(draft: Draft, random: Random) -> Draft:
    """Twenty-five properties, none of which must be there."""
    return _held_to(draft, _many(MOST_OPTIONAL + 1, {"type": "string"}, required=False), random)


@rule(
    message=(
        "Schemas contains too many parameters with union types ({count} parameters with type arrays or anyOf). This "
        "causes exponential compilation cost. Reduce the number of nullable or union-typed parameters (limit: 16 "
        "parameters with unions)."
    ),
    needs=NEEDS,
    models=HOLDING,
    covers=("so.union_params",),
    source=reported(
        "2026-10-03", "captured body with a datable request id; measured on 2026-09-02: 16 pass, 17 do not"
    ),
    fix="Use an empty value in place of `null`, or leave optional properties out of `required`.",
)
def too_many_unions(call: Call) -> Iterable[Facts]:
    """More properties of several types in all schemas together than the API takes."""
    return _counted(call, MOST_UNIONS, _unions)


@too_many_unions.broken_by
def make_everything_nullable(draft: Draft, random: Random) -> Draft:
    """Seventeen properties that may be `null`."""
    nullable: list[JsonObject] = [{"type": ["string", "null"]}, {"anyOf": [{"type": "string"}, {"type": "null"}]}]
    return _held_to(draft, _many(MOST_UNIONS + 1, random.choice(nullable), required=True), random)


STRUCTURED: Final[tuple[Rule[Call], ...]] = (
    too_many_strict_tools,
    exclusive_union,
    open_object,
    further_properties,
    unsupported_constraint,
    unsupported_min_items,
    unsupported_format,
    too_many_optional_properties,
    too_many_unions,
)
