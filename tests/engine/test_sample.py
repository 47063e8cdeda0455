"""A sampled value is accepted by its schema, or the caller is told that none was found."""

from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from jsonschema import Draft202012Validator
from referencing import Registry

from mockclaude.engine.sample import fault_of, sample
from mockclaude.errors import ScriptError
from mockclaude.wire.encoding import dumps, loads
from tests import corpus

Schema = Any
NAMES = st.sampled_from(["city", "user_email", "firstName", "count", "items", "note", "x", "id"])
SCALARS = st.none() | st.booleans() | st.integers(-9, 9) | st.sampled_from(["a", "b", "", "ü"])
PATTERNS = st.sampled_from(
    [
        r"^[A-Z]{2,4}-\d+$",
        r"^\d{3}$",
        r"foo|ba[rz]",
        r"^(a|b)+c?$",
        r"^[^@\s]+@[a-z]+\.com$",
        r"^(?=.*\d).{3,}$",
        r"(x)\1",
    ]
)
FORMATS = st.sampled_from(
    ["date", "date-time", "duration", "email", "hostname", "ipv4", "ipv6", "regex", "time", "uri", "uuid", "of-our-own"]
)


def accepts(schema: Schema, value: Any) -> bool:
    validator = Draft202012Validator(schema, registry=Registry(), format_checker=Draft202012Validator.FORMAT_CHECKER)
    return validator.is_valid(value)


@st.composite
def ranges(draw: st.DrawFn, least: str, most: str, values: st.SearchStrategy[float]) -> Schema:
    """Bounds of which neither, either or both are given, never the wrong way round."""
    low, high = sorted([draw(values), draw(values)])
    return draw(st.sampled_from([{}, {least: low}, {most: high}, {least: low, most: high}]))


@st.composite
def strings(draw: st.DrawFn) -> Schema:
    base = {"type": "string"}
    kind = draw(st.sampled_from(["lengths", "pattern", "format"]))
    if kind == "pattern":
        return base | {"pattern": draw(PATTERNS)}
    if kind == "format":
        return base | {"format": draw(FORMATS)}
    return base | draw(ranges("minLength", "maxLength", st.integers(0, 40)))


def numbers() -> st.SearchStrategy[Schema]:
    bounds = ranges("minimum", "maximum", st.integers(-200, 200))
    step = st.sampled_from([{}, {"multipleOf": 1}])
    return st.builds(
        lambda kind, *parts: {"type": kind} | parts[0] | parts[1], st.sampled_from(["integer", "number"]), bounds, step
    )


@st.composite
def objects(draw: st.DrawFn, children: st.SearchStrategy[Schema]) -> Schema:
    properties = draw(st.dictionaries(NAMES, children, max_size=4))
    schema: Schema = {"type": "object", "properties": properties}
    if properties:
        schema["required"] = draw(st.lists(st.sampled_from(sorted(properties)), unique=True))
    return schema | draw(st.sampled_from([{}, {"additionalProperties": False}, {"minProperties": len(properties)}]))


def arrays(children: st.SearchStrategy[Schema]) -> st.SearchStrategy[Schema]:
    counts = ranges("minItems", "maxItems", st.integers(0, 4))
    return st.builds(lambda items, bounds: {"type": "array", "items": items} | bounds, children, counts)


def tuples(children: st.SearchStrategy[Schema]) -> st.SearchStrategy[Schema]:
    return st.builds(
        lambda first, rest: {"type": "array", "prefixItems": first, "items": rest},
        st.lists(children, min_size=1, max_size=3),
        children | st.just(False),
    )


def alternatives(children: st.SearchStrategy[Schema]) -> st.SearchStrategy[Schema]:
    return st.builds(lambda options: {"anyOf": options}, st.lists(children, min_size=1, max_size=3))


LEAVES = st.one_of(
    strings(),
    numbers(),
    st.sampled_from([{}, True, {"type": "boolean"}, {"type": "null"}, {"type": ["string", "null"]}]),
    st.builds(lambda value: {"const": value}, SCALARS),
    st.builds(lambda values: {"enum": values}, st.lists(SCALARS, min_size=1, max_size=4)),
)
SATISFIABLE = st.recursive(
    LEAVES, lambda inner: objects(inner) | arrays(inner) | tuples(inner) | alternatives(inner), max_leaves=8
)
"""Schemas that have a value, none of them built with what only a validator can judge."""

WILD = st.recursive(
    LEAVES | st.just(False) | st.just({"$ref": "#/$defs/node"}) | st.just({"$ref": "#/$defs/nowhere"}),
    lambda inner: st.one_of(
        objects(inner),
        arrays(inner),
        tuples(inner),
        st.builds(
            lambda word, options: {word: options},
            st.sampled_from(["allOf", "anyOf", "oneOf"]),
            st.lists(inner, min_size=1, max_size=3),
        ),
        st.builds(lambda left, right: {"allOf": [left], "not": right}, inner, inner),
        st.builds(lambda a, b, c: {"if": a, "then": b, "else": c}, inner, inner, inner),
        st.builds(lambda items: {"type": "array", "items": items, "uniqueItems": True, "minItems": 2}, inner),
        st.builds(lambda item: {"type": "array", "contains": item}, inner),
        st.builds(lambda value: {"type": "object", "patternProperties": {"^c": value}, "required": ["city"]}, inner),
        st.builds(
            lambda names, value: {"propertyNames": names, "additionalProperties": value, "minProperties": 1},
            strings(),
            inner,
        ),
        st.builds(
            lambda names: {"properties": {"x": {}}, "required": ["x"], "dependentRequired": {"x": names}},
            st.lists(NAMES, unique=True),
        ),
    ),
    max_leaves=8,
)
NODE = {
    "type": "object",
    "properties": {"next": {"anyOf": [{"$ref": "#/$defs/node"}, {"type": "null"}]}},
    "required": ["next"],
}


@settings(suppress_health_check=[HealthCheck.too_slow])
@given(schema=SATISFIABLE, seed=st.integers(0, 2**64))
def test_a_value_is_found_for_every_plain_schema(schema: Schema, seed: int) -> None:
    value = sample(schema, seed=seed)
    assert accepts(schema, value)
    assert sample(schema, seed=seed) == value
    assert loads(dumps(value)) == value


@settings(suppress_health_check=[HealthCheck.too_slow])
@given(schema=WILD, seed=st.integers(0, 2**64))
def test_what_is_found_for_any_schema_is_accepted_by_it(schema: Schema, seed: int) -> None:
    schema = {"allOf": [schema], "$defs": {"node": NODE}}
    try:
        value = sample(schema, seed=seed)
    except ScriptError as fault:
        assert "schema" in str(fault)  # noqa: PT017  # either outcome will do
    else:
        assert accepts(schema, value)


TOOLS: dict[str, Schema] = {
    "weather": {
        "type": "object",
        "properties": {
            "location": {"type": "string", "description": "City and state"},
            "unit": {"type": "string", "enum": ["celsius", "fahrenheit"]},
        },
        "required": ["location"],
    },
    "optional by pydantic": {
        "$defs": {"Mode": {"enum": ["fast", "slow"], "title": "Mode", "type": "string"}},
        "type": "object",
        "title": "Search",
        "properties": {
            "query": {"title": "Query", "type": "string", "minLength": 1},
            "limit": {"anyOf": [{"type": "integer", "exclusiveMinimum": 0}, {"type": "null"}], "default": None},
            "mode": {"$ref": "#/$defs/Mode", "description": "How"},
            "when": {"type": "string", "format": "date-time"},
        },
        "required": ["query", "limit", "mode", "when"],
        "additionalProperties": False,
    },
    "a tree": {
        "type": "object",
        "properties": {"root": {"$ref": "#/$defs/Node"}},
        "required": ["root"],
        "$defs": {
            "Node": {
                "type": "object",
                "properties": {
                    "value": {"type": "integer"},
                    "children": {"type": "array", "items": {"$ref": "#/$defs/Node"}},
                },
                "required": ["value", "children"],
                "additionalProperties": False,
            }
        },
    },
    "itself": {"type": "object", "properties": {"next": {"$ref": "#"}, "name": {"type": "string"}}},
    "a union told apart by its type": {
        "type": "object",
        "properties": {
            "shape": {
                "oneOf": [
                    {"type": "object", "properties": {"kind": {"const": "dot"}, "x": {"type": "number"}}, "required": ["kind", "x"]},
                    {"type": "object", "properties": {"kind": {"const": "box"}, "w": {"type": "number"}}, "required": ["kind", "w"]},
                ]
            }
        },
        "required": ["shape"],
    },
    "one of two keys": {
        "type": "object",
        "properties": {"id": {"type": "string"}, "name": {"type": "string"}},
        "anyOf": [{"required": ["id"]}, {"required": ["name"]}],
    },
    "joined parts": {
        "allOf": [
            {"type": "object", "properties": {"a": {"type": "integer", "minimum": 5}}, "required": ["a"]},
            {"properties": {"a": {"maximum": 6}, "b": {"type": "boolean"}}, "required": ["b"]},
        ]
    },
    "draft-07 definitions": {
        "$schema": "http://json-schema.org/draft-07/schema#",
        "type": "object",
        "properties": {"item": {"$ref": "#/definitions/item"}},
        "required": ["item"],
        "definitions": {"item": {"type": "object", "properties": {"n": {"type": "integer"}}, "required": ["n"]}},
    },
    "different values": {"type": "array", "items": {"enum": [1, 2, 3]}, "uniqueItems": True, "minItems": 3},
    "steps": {"type": "object", "properties": {"n": {"type": "number", "multipleOf": 0.25, "exclusiveMinimum": 0, "maximum": 1}}},
    "between": {"type": "number", "exclusiveMinimum": 0, "exclusiveMaximum": 1},
    "if then": {
        "type": "object",
        "properties": {"kind": {"enum": ["a", "b"]}},
        "required": ["kind"],
        "if": {"properties": {"kind": {"const": "a"}}},
        "then": {"required": ["extra"]},
    },
}  # fmt: skip


@pytest.mark.parametrize("name", TOOLS)
@given(seed=st.integers(0, 2**32))
def test_schemas_as_tools_have_them_get_a_value(name: str, seed: int) -> None:
    assert fault_of(sample(TOOLS[name], seed=seed), TOOLS[name]) is None


IMPOSSIBLE: dict[str, tuple[Schema, str]] = {
    "nothing": (False, "a part of it accepts nothing"),
    "no number": ({"type": "integer", "minimum": 3, "maximum": 2}, "no number is within its bounds"),
    "no length": ({"type": "string", "minLength": 3, "maxLength": 2}, "no text has 3 to 2 characters"),
    "no type": ({"type": "text"}, "there is no type 'text'"),
    "no member": ({"type": "string", "enum": [1, 2]}, "none of the values it lists is accepted"),
    "endless": (
        {"type": "object", "properties": {"a": {"$ref": "#"}}, "required": ["a"]},
        "refers to itself without end",
    ),
    "a circle": ({"$ref": "#/$defs/a", "$defs": {"a": {"$ref": "#/$defs/a"}}}, "it refers to itself without end"),
    "abroad": ({"$ref": "https://example.com/schema.json"}, "leaves the schema"),
    "astray": ({"$ref": "#/$defs/gone"}, "names nothing"),
    "too many": ({"type": "array", "items": {}, "minItems": 10**9}, "too many values"),
    "too few": ({"type": "array", "items": {"type": "null"}, "uniqueItems": True, "minItems": 2}, "cannot all differ"),
    "no pattern": ({"type": "string", "pattern": "("}, "no text was found for the pattern '('"),
    "contradiction": ({"allOf": [{"type": "string"}, {"not": {"type": "string"}}]}, "should not be valid"),
    "no schema": ({"allOf": [{"type": "object", "required": "a"}]}, "not a JSON Schema"),
    "no object": ({"type": "object", "properties": 1}, "no value was found"),
}


@pytest.mark.parametrize("name", IMPOSSIBLE)
def test_a_schema_that_cannot_be_met_is_told(name: str) -> None:
    schema, reason = IMPOSSIBLE[name]
    with pytest.raises(ScriptError, match=r"(?i)schema") as raised:
        sample(schema)
    assert reason in str(raised.value)


def test_nothing_optional_is_written_where_something_is_required() -> None:
    schema: Schema = {"type": "object", "properties": {"a": {"const": 1}, "b": {"const": 2}}, "required": ["b"]}
    assert sample(schema) == {"b": 2}
    assert sample({**schema, "required": []}) == {"a": 1, "b": 2}
    assert sample({**schema, "minProperties": 2}) == {"a": 1, "b": 2}


def test_what_is_optional_is_left_out_where_it_cannot_be_met() -> None:
    assert sample({"type": "object", "properties": {"a": False, "b": {"const": 2}}}) == {"b": 2}


def test_null_is_the_last_choice() -> None:
    schema: Schema = {"anyOf": [{"type": "null"}, {"type": ["null", "boolean"]}]}
    assert {sample(schema, seed=seed) for seed in range(20)} == {True, False}


@pytest.mark.parametrize(
    ("name", "part"),
    [
        ("user_email", "@example.com"),
        ("homepageUrl", "https://example.com/"),
        ("phone", "+1-202-555-01"),
        ("file_path", "/"),
    ],
)
def test_a_field_gets_a_text_that_fits_its_name(name: str, part: str) -> None:
    value: Any = sample({"type": "object", "properties": {name: {"type": "string"}}})
    assert part in value[name]


@corpus.needs_corpus
def test_every_recorded_schema_gets_a_value() -> None:
    schemas: dict[bytes, Schema] = {}
    for row in corpus.rows():
        body = row["request_body"] if isinstance(row["request_body"], dict) else {}
        tools = [tool for tool in body.get("tools") or () if isinstance(tool, dict)]
        found = [tool["input_schema"] for tool in tools if "input_schema" in tool]
        form = (body.get("output_config") or {}).get("format") or body.get("output_format") or {}
        schemas |= {dumps(schema): schema for schema in [*found, *([form["schema"]] if "schema" in form else [])]}
    assert len(schemas) >= 80
    assert [schema for schema in schemas.values() if fault_of(sample(schema), schema)] == []
