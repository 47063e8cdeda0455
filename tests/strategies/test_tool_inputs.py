"""Inputs are built to fit a schema: an independent validator accepts each of them."""

from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from jsonschema import Draft202012Validator

from mockclaude.strategies import tool_inputs

from .simplest import simplest

QUIET = settings(deadline=None, suppress_health_check=list(HealthCheck), max_examples=12)

TREE: dict[str, Any] = {
    "properties": {"root": {"$ref": "#/$defs/node"}},
    "required": ["root"],
    "$defs": {
        "node": {
            "type": "object",
            "properties": {"value": {"type": "integer"}, "children": {"type": "array", "items": {"$ref": "#/$defs/node"}}},
            "required": ["value"],
        }
    },
}  # fmt: skip
"""A schema that refers to itself."""


def of(**schema: Any) -> dict[str, Any]:
    """The schema of an object with one property that is required."""
    return {"type": "object", "properties": {"x": schema}, "required": ["x"]}


SHORT = ("", "0", "00", "1", "a")
"""Names that a map draws often."""

SCHEMAS: dict[str, dict[str, Any]] = {
    "nothing": {},
    "no type": {"properties": {"a": {}}, "required": ["a"]},
    "text": of(type="string"),
    "text of a length": of(type="string", minLength=3, maxLength=5),
    "long text": of(type="string", minLength=40),
    "pattern": of(type="string", pattern="^[a-f]{2,4}-[0-9]+$"),
    "open pattern": of(type="string", pattern="[0-9]{3}"),
    "date": of(type="string", format="date"),
    "time": of(type="string", format="date-time"),
    "uuid": of(type="string", format="uuid"),
    "e-mail": of(type="string", format="email"),
    "address": of(type="string", format="ipv4"),
    "url": of(type="string", format="uri"),
    "unknown format": of(type="string", format="colour"),
    "whole number": of(type="integer", minimum=-3, exclusiveMaximum=4),
    "multiples": of(type="integer", minimum=-7, maximum=22, multipleOf=5),
    "number": of(type="number", exclusiveMinimum=0, maximum=1),
    "narrow number": of(type="number", exclusiveMinimum=0, exclusiveMaximum=1),
    "number by halves": of(minimum=0.5, maximum=2.5),
    "truth": of(type="boolean"),
    "null": of(type="null"),
    "several types": of(type=["string", "null", "integer"]),
    "enum": of(enum=["a", 1, None, {"b": []}]),
    "enum with a type": of(type="integer", enum=["a", 1, 2]),
    "const": of(const={"a": [1]}),
    "list": of(type="array", items={"type": "integer"}, minItems=1, maxItems=3),
    "set": of(type="array", items={"enum": [1, 2, 3]}, uniqueItems=True, minItems=2),
    "pair": of(type="array", prefixItems=[{"type": "integer"}, {"type": "string"}], items=False, minItems=2),
    "head and tail": of(type="array", prefixItems=[{"type": "integer"}], items={"type": "boolean"}),
    "any list": of(type="array"),
    "no items": of(type="array", maxItems=0),
    "object": of(type="object", properties={"a": {"type": "integer"}, "b": {}}, required=["a"], additionalProperties=False),
    "map": of(type="object", additionalProperties={"type": "integer"}),
    "map with names": of(type="object", properties={"a": {"type": "string"}}, additionalProperties={"type": "integer"}),
    "map with short names": of(
        type="object", properties={name: {"type": "string"} for name in SHORT}, additionalProperties={"type": "integer"}
    ),
    "map without short names": of(type="object", properties=dict.fromkeys(SHORT, False), additionalProperties=True),
    "required but not named": of(type="object", properties={"a": {"type": "string"}}, required=["b"]),
    "at least two": of(type="object", properties={"a": {}, "b": {}, "c": {}}, minProperties=2),
    "at most one": of(type="object", properties={"a": {}, "b": {}, "c": {}}, maxProperties=1),
    "any of": of(anyOf=[{"type": "string"}, {"type": "integer", "minimum": 5}]),
    "one of": of(oneOf=[{"type": "string"}, {"type": "integer"}]),
    "one of by a word": of(
        oneOf=[
            {"type": "object", "properties": {"kind": {"const": "a"}, "n": {"type": "integer"}}, "required": ["kind", "n"]},
            {"type": "object", "properties": {"kind": {"const": "b"}}, "required": ["kind"]},
        ]
    ),
    "all of": of(allOf=[{"type": "integer", "minimum": 3}, {"maximum": 5}]),
    "any of with more": of(type="integer", minimum=0, anyOf=[{"maximum": 3}, {"multipleOf": 7}]),
    "tree": TREE,
    "reference with more": {"$defs": {"n": {"type": "integer"}}, **of(**{"$ref": "#/$defs/n", "minimum": 3})},
}  # fmt: skip


@QUIET
@given(st.data())
@pytest.mark.parametrize("schema", [pytest.param(schema, id=name) for name, schema in SCHEMAS.items()])
def test_an_independent_validator_accepts_every_input(schema: dict[str, Any], data: st.DataObject) -> None:
    Draft202012Validator.check_schema(schema)
    value = data.draw(tool_inputs(schema))
    assert isinstance(value, dict)
    assert list(Draft202012Validator(schema).iter_errors(value)) == []


@pytest.mark.parametrize(
    ("schema", "least"),
    [
        (SCHEMAS["text"], {"x": ""}),
        (SCHEMAS["object"], {"x": {"a": 0}}),
        (SCHEMAS["several types"], {"x": ""}),
        (TREE, {"root": {"value": 0}}),
        (SCHEMAS["map"], {"x": {}}),
        ({}, {}),
    ],
)
def test_inputs_shrink_to_what_is_required(schema: dict[str, Any], least: dict[str, Any]) -> None:
    assert simplest(tool_inputs(schema)) == least


@pytest.mark.parametrize(
    ("schema", "complaint"),
    [
        ({"type": "array"}, "of type 'array'; the input of a tool is an object"),
        (of(type="strin"), "there is no type 'strin'"),
        ({"properties": {"x": False}, "required": ["x"]}, "accepts nothing"),
        (of(**{"not": {}}), "values cannot be built for 'not'"),
        (of(type="integer", minimum=5, maximum=3), "no number lies between 5 and 3"),
        (of(type="integer", exclusiveMinimum=1, exclusiveMaximum=2), "no whole number lies between"),
        (of(type="number", multipleOf=0.1), "multipleOf is 0.1"),
        (of(type="string", minLength=5, maxLength=3), "from 5 to 3 characters"),
        (of(type="string", pattern="a", maxLength=3), "a pattern or format beside a length"),
        (of(type="string", enum=[1]), r"none of \[1\]"),
        (of(type="array", minItems=3, maxItems=2), "from 3 to 2 items"),
        (of(oneOf=[{"type": "integer"}, {"type": "number"}]), "overlap"),
        (of(**{"$ref": "#/$defs/no"}), "names nothing"),
        (of(type="object", properties={"a": {}}, required=["a", "b"], additionalProperties=False), "'b' is required"),
        (of(type="object", properties={"a": {}}, minProperties=2, additionalProperties=False), "minProperties is 2"),
        (of(type="object", properties={"a": {}, "b": {}}, required=["a", "b"], maxProperties=1), "at most 1 accepted"),
        (of(type="string", minLength="3"), "minLength is '3'; expected a number"),
    ],
)  # fmt: skip
def test_what_cannot_be_met_is_refused_at_once(schema: dict[str, Any], complaint: str) -> None:
    with pytest.raises(ValueError, match=complaint):
        tool_inputs(schema).validate()
