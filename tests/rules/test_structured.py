"""Schemas that the model is held to: what was seen refused is refused, in its words, and nothing else."""

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mockclaude.rules.structured import STRUCTURED
from mockclaude.wire.body import Json, JsonObject
from tests.rules.drafts import QUICK, call_of, draft_of, judged_by

CLOSED: JsonObject = {"type": "object", "properties": {}, "additionalProperties": False}
CITIES: JsonObject = {"type": "array", "items": {"type": "object"}}
OPEN = "For 'object' type, 'additionalProperties' must be explicitly set to false"


def refusals(**fields: Json) -> list[str]:
    draft = draft_of(model="claude-haiku-4-5").with_body(**fields)
    return [error.message for error in judged_by(STRUCTURED, call_of(draft))]


def of_format(schema: Json) -> list[str]:
    return refusals(output_config={"format": {"type": "json_schema", "schema": schema}})


def of_tools(*schemas: JsonObject, strict: bool = True) -> list[str]:
    return refusals(
        tools=[{"name": f"t{at}", "strict": strict, "input_schema": schema} for at, schema in enumerate(schemas)]
    )


def holding(*values: JsonObject, required: bool = True) -> JsonObject:
    names = [f"p{at}" for at in range(len(values))]
    return {**CLOSED, "properties": dict(zip(names, values, strict=True)), "required": [*names] if required else []}


@pytest.mark.parametrize(
    ("schema", "words"),
    [
        ({"type": "object"}, OPEN),
        (holding({"type": "array", "items": {"type": "object"}}), OPEN),
        ({**CLOSED, "$defs": {"cities": CITIES}}, OPEN),
        (holding({"anyOf": [{"type": "object"}, {"type": "null"}]}), OPEN),
        (
            {**CLOSED, "additionalProperties": True},
            "For 'object' type, 'additionalProperties: true' is not supported. Please set 'additionalProperties' to false",
        ),
        (
            {**CLOSED, "additionalProperties": {"type": "string"}},
            "For 'object' type, 'additionalProperties: object' is not supported. Please set 'additionalProperties' to false",
        ),
        (holding({"type": "integer", "minimum": 1}), "For 'integer' type, property 'minimum' is not supported"),
        (
            holding({"type": "number", "minimum": 0, "maximum": 1}),
            "For 'number' type, properties maximum, minimum are not supported",
        ),
        (holding({"type": "string", "maxLength": 9}), "For 'string' type, property 'maxLength' is not supported"),
        (holding({"type": "array", "maxItems": 3}), "For 'array' type, property 'maxItems' is not supported"),
        (
            holding({"type": "array", "minItems": 2}),
            "For 'array' type, 'minItems' values other than 0 or 1 are not supported",
        ),
        (holding({"oneOf": [{"type": "string"}]}), "Schema type 'oneOf' is not supported"),
    ],
)
def test_a_schema_is_refused_in_the_words_of_the_reports(schema: JsonObject, words: str) -> None:
    assert of_format(schema) == [f"output_config.format.schema: {words}"]
    assert of_tools(CLOSED, schema) == [f"tools.1.custom: {words}"]
    assert refusals(output_format={"type": "json_schema", "schema": schema}) == [f"output_format.schema: {words}"]
    assert of_tools(schema, strict=False) == []


def test_twenty_tools_may_be_strict() -> None:
    assert of_tools(*[CLOSED] * 20) == of_tools(*[CLOSED] * 21, strict=False) == []
    assert of_tools(*[CLOSED] * 21) == [
        (
            "Too many strict tools (21). The maximum number of strict tools supported is 20. Try reducing the number of "
            "tools marked as strict."
        )
    ]


@pytest.mark.parametrize(
    "schema",
    [
        CLOSED,
        holding({"type": "array", "minItems": 1}),
        holding({"type": "string", "pattern": "^a", "format": "date", "enum": ["a"]}),
        holding({"allOf": [{"type": "string"}]}, {"$ref": "#/$defs/x"}),
        holding({"type": ["integer", "null"], "minimum": 0}),
        holding({"properties": {}}),
        "no schema",
        None,
    ],
)
def test_what_was_never_seen_refused_is_accepted(schema: Json) -> None:
    assert of_format(schema) == []


def test_optional_properties_are_counted_over_all_schemas() -> None:
    text: JsonObject = {"type": "string"}
    twelve, thirteen = (holding(*[text] * count, required=False) for count in (12, 13))
    assert of_tools(twelve, twelve) == []
    assert of_tools(twelve, thirteen) == [
        (
            "Schemas contains too many optional parameters (25), which would make grammar compilation inefficient. Reduce "
            "the number of optional parameters in your tool schemas (limit: 24)."
        )
    ]


@pytest.mark.parametrize("value", [{"type": ["string", "null"]}, {"anyOf": [{"type": "string"}, {"type": "null"}]}])
def test_unions_are_counted_over_all_schemas(value: JsonObject) -> None:
    assert of_tools(holding(*[value] * 8), holding(*[value] * 8)) == []
    assert of_tools(holding(*[value] * 8), holding(*[value] * 9)) == [
        (
            "Schemas contains too many parameters with union types (17 parameters with type arrays or anyOf). This causes "
            "exponential compilation cost. Reduce the number of nullable or union-typed parameters (limit: 16 parameters "
            "with unions)."
        )
    ]


VALUES: st.SearchStrategy[Any] = st.recursive(
    st.none() | st.booleans() | st.integers() | st.sampled_from(["object", "array", "string"]),
    lambda inner: (
        st.lists(inner, max_size=3)
        | st.dictionaries(
            st.sampled_from(
                [
                    "type",
                    "properties",
                    "required",
                    "items",
                    "anyOf",
                    "oneOf",
                    "minItems",
                    "additionalProperties",
                    "$defs",
                ]
            ),
            inner,
            max_size=4,
        )
    ),
    max_leaves=12,
)


@QUICK
@given(VALUES)
def test_no_schema_makes_a_check_raise(schema: Any) -> None:
    of_format(schema)


def test_a_schema_may_be_deep() -> None:
    schema: Json = {}
    for _ in range(2000):
        schema = {"items": schema}
    call = call_of(draft_of())
    call.body["output_config"] = {"format": {"type": "json_schema", "schema": schema}}  # type: ignore[typeddict-item]
    assert judged_by(STRUCTURED, call) == []


@pytest.mark.parametrize("name", ["date", "date-time", "email", "ipv6", "uri", "uuid"])
def test_a_text_may_have_a_known_format(name: str) -> None:
    assert of_format(holding({"type": "string", "format": name})) == []


@pytest.mark.parametrize("name", ["phone", "ipvanyaddress", "regex", "", "URI"])
def test_a_text_has_no_other_format(name: str) -> None:
    schema = holding({"type": "string", "format": name})
    words = f"For 'string' type, format '{name}' is not supported"
    assert of_format(schema) == [f"output_config.format.schema: {words}"]
    assert of_tools(schema) == [f"tools.0.custom: {words}"]
    assert of_tools(schema, strict=False) == of_format(holding({"type": "integer", "format": name})) == []
