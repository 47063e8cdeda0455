"""The JSON Schemas of the callers' own tools."""

from collections.abc import Iterable, Iterator
from random import Random
from typing import Final, cast

from mockclaude.call import Call
from mockclaude.rules.edits import TOOL, with_tool
from mockclaude.rules.json_schema import below, is_schema
from mockclaude.rules.rule import Draft, Facts, Rule, having, rule
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


def _is_open(schema: Json) -> bool:
    """Whether an object in the schema may have properties that it does not name."""
    waiting = [schema]
    while waiting:
        found = waiting.pop()
        if not isinstance(found, dict):
            continue
        if found.get("type") == "object" and found.get("additionalProperties") is not False:
            return True
        for keyword, value in found.items():
            waiting += below(keyword, value) or ()
    return False


@rule(
    message="tools.{index}.custom: For 'object' type, 'additionalProperties' must be explicitly set to false",
    models=having("structured_outputs"),
    needs=("tools",),
    covers=("tool.strict_additional",),
    source=reported("2026-08-28", "live probe of claude-haiku-4-5"),
    fix="Set `additionalProperties: false` on every object of the schema, or leave `strict` out.",
)
def open_strict_schema(call: Call) -> Iterable[Facts]:
    """A strict tool that lets an object of its input have properties it does not name."""
    return [
        {"index": place, "path": f"tools.{place}.input_schema"}
        for place, tool in enumerate(call.body["tools"])
        if tool.get("strict") is True and _is_open(cast("Json", tool.get("input_schema")))
    ]


@open_strict_schema.broken_by
def declare_an_open_strict_tool(draft: Draft, random: Random) -> Draft:
    """A strict tool whose input, or an object inside it, is open."""
    closed: JsonObject = {"type": "object", "additionalProperties": False}
    schemas: tuple[JsonObject, ...] = (
        {"type": "object"},
        {"type": "object", "additionalProperties": True},
        {**closed, "properties": {"place": {"type": "object"}}},
        {**closed, "properties": {"places": {"type": "array", "items": {"type": "object", "properties": {}}}}},
    )
    return with_tool(draft, {"name": "get_forecast", "strict": True, "input_schema": random.choice(schemas)})


INPUT_SCHEMAS: Final[tuple[Rule[Call], ...]] = (malformed_input_schema, input_schema_union, open_strict_schema)
