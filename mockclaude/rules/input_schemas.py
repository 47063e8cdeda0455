"""The JSON Schemas of the callers' own tools."""

import re
from collections.abc import Iterable, Iterator
from random import Random
from typing import Final, cast

from mockclaude.call import Call
from mockclaude.rules.edits import TOOL, with_tool
from mockclaude.rules.json_schema import is_schema
from mockclaude.rules.rule import Draft, Facts, Rule, rule
from mockclaude.wire.body import Json, JsonObject
from mockclaude.wire.evidence import reported

UNIONS: Final = ("oneOf", "allOf", "anyOf")


def _schemas(call: Call) -> Iterator[tuple[int, JsonObject]]:
    for place, tool in enumerate(call.body["tools"]):
        schema = tool.get("input_schema")
        if schema is not None:
            yield place, schema


@rule(
    message=(
        "tools.{index}.custom.input_schema: JSON schema is invalid. It must match JSON Schema draft 2020-12 "
        "(https://json-schema.org/draft/2020-12). Learn more about tool use at "
        "https://docs.claude.com/en/docs/tool-use."
    ),
    needs=("tools",),
    covers=("tool.schema_invalid",),
    source=reported("2026-08", "three public reports of the refusal: older drafts, `required: true`"),
    fix="Write the schema in draft 2020-12: numbers for `exclusiveMinimum`, a list of names for `required`.",
)
def malformed_input_schema(call: Call) -> Iterable[Facts]:
    """A tool whose schema is none by draft 2020-12."""
    return [
        {"index": place, "path": f"tools.{place}.input_schema"}
        for place, schema in _schemas(call)
        if not is_schema(cast("Json", schema))
    ]


def _with_schema(draft: Draft, **keywords: Json) -> Draft:
    return with_tool(draft, {**TOOL, "name": "get_forecast", "input_schema": {"type": "object", **keywords}})


@malformed_input_schema.broken_by
def declare_a_schema_of_an_older_draft(draft: Draft, random: Random) -> Draft:
    """What draft 4 and other dialects allowed."""
    dialects: tuple[JsonObject, ...] = (
        {"type": "integer", "minimum": 0, "exclusiveMinimum": True},
        {"type": "integer", "required": True},
        {"type": "int"},
        {"type": "array", "items": [{"type": "string"}]},
        {"type": "string", "enum": "short"},
    )
    return _with_schema(draft, properties={"days": random.choice(dialects)})


@rule(
    message=(
        "tools.{index}.custom.input_schema: input_schema does not support oneOf, allOf, or anyOf at the top level"
    ),
    needs=("tools",),
    covers=("tool.schema_union",),
    source=reported("2026-09", "three public reports of the refusal"),
    fix="Put the alternatives below a property, or declare one tool for each.",
)
def input_schema_union(call: Call) -> Iterable[Facts]:
    """A tool whose schema is a choice of schemas."""
    return [
        {"index": place, "path": f"tools.{place}.input_schema"}
        for place, schema in _schemas(call)
        if any(keyword in schema for keyword in UNIONS)
    ]


@input_schema_union.broken_by
def declare_a_choice_of_inputs(draft: Draft, random: Random) -> Draft:
    """Two alternatives at the top of the schema."""
    alternatives: Json = [{"required": ["city"]}, {"required": ["place"]}]
    return _with_schema(draft, **{random.choice(UNIONS): alternatives})


KEY: Final = re.compile(r"[a-zA-Z0-9_.-]{1,64}")


@rule(
    message=(
        "tools.{index}.custom.input_schema.properties: Property keys should match pattern '^[a-zA-Z0-9_.-]{{1,64}}$'"
    ),
    needs=("tools",),
    source=reported("2026-09-19", "nine public reports of the refusal; keys of objects further down were never shown"),
    fix="Give the property a name of letters, digits, `_`, `.` and `-`, and say the rest in its description.",
)
def mismatched_property_key(call: Call) -> Iterable[Facts]:
    """A tool with an input that is named in other letters, or at too great length."""
    found: list[Facts] = []
    for place, schema in _schemas(call):
        properties = schema.get("properties")
        if isinstance(properties, dict) and not all(map(KEY.fullmatch, properties)):
            found.append({"index": place, "path": f"tools.{place}.input_schema.properties"})
    return found


@mismatched_property_key.broken_by
def name_an_input_as_people_do(draft: Draft, random: Random) -> Draft:
    """A name with a space, in other letters than ASCII, with a sigil, or none."""
    name = random.choice(("city name", "straße", "$filter", "user/id", "", "a" * 65))
    return _with_schema(draft, properties={name: {"type": "string"}})


INPUT_SCHEMAS: Final[tuple[Rule[Call], ...]] = (mismatched_property_key, malformed_input_schema, input_schema_union)
