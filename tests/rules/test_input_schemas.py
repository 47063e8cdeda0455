"""The schemas of the callers' tools."""

import pytest

from mockclaude.rules.input_schemas import INPUT_SCHEMAS
from mockclaude.wire.body import Json, JsonObject
from tests.rules.drafts import call_of, draft_of, judged_by

CLOSED: JsonObject = {"type": "object", "additionalProperties": False}


def refusals(*tools: JsonObject, model: str = "claude-opus-4-8") -> list[str]:
    return [error.message for error in judged_by(INPUT_SCHEMAS, call_of(draft_of(model=model, tools=[*tools])))]


def tool(schema: Json, **fields: Json) -> JsonObject:
    return {"name": "look", "input_schema": schema, **fields}


def test_the_refusal_of_a_malformed_schema_names_the_tool_by_its_place() -> None:
    assert refusals({"type": "bash_20250124", "name": "bash"}, tool({"type": "object", "required": "a"})) == [
        (
            "tools.1.custom.input_schema: JSON schema is invalid. It must match JSON Schema draft 2020-12 "
            "(https://json-schema.org/draft/2020-12). Learn more about tool use at "
            "https://docs.claude.com/en/docs/tool-use."
        )
    ]


@pytest.mark.parametrize("keyword", ["oneOf", "allOf", "anyOf"])
def test_a_choice_of_schemas_is_refused_at_the_top_only(keyword: str) -> None:
    assert refusals(tool({"type": "object", keyword: [{}]})) == [
        "tools.0.custom.input_schema: input_schema does not support oneOf, allOf, or anyOf at the top level"
    ]
    assert refusals(tool({"type": "object", "properties": {"a": {keyword: [{}]}}})) == []


KEYS = "tools.{}.custom.input_schema.properties: Property keys should match pattern '^[a-zA-Z0-9_.-]{{1,64}}$'"


@pytest.mark.parametrize("name", ["a b", "ключ", "$ref", "a/b", "a:b", "", "a" * 65, "a\n"])
def test_an_input_is_named_in_plain_letters(name: str) -> None:
    plain = tool({"type": "object", "properties": {"a": {}}})
    odd = tool({"type": "object", "properties": {"a": {}, name: {}}}, name="odd")
    assert refusals(odd) == [KEYS.format(0)]
    assert refusals(plain, odd) == [KEYS.format(1)]


@pytest.mark.parametrize("name", ["a", "A-b_c.d", "0", "a" * 64])
def test_an_input_may_have_points_and_hyphens_in_its_name(name: str) -> None:
    assert refusals(tool({"type": "object", "properties": {name: {"type": "object", "properties": {"ü": {}}}}})) == []
