"""Schemas are followed to what they refer to, and two become one."""

from typing import Any

import pytest

from mockclaude.engine.schema import constraints, follow, joined, types_of, without

ROOT: Any = {"$defs": {"a/b": {"type": "null"}, "c~d": [True, {"type": "string"}]}}


@pytest.mark.parametrize(
    ("reference", "found"),
    [
        ("#", ROOT),
        ("#/$defs/a~1b", {"type": "null"}),
        ("#/$defs/a%2Fb", {"type": "null"}),
        ("#/$defs/c~0d/1", {"type": "string"}),
    ],
)
def test_a_reference_leads_to_its_schema(reference: str, found) -> None:
    assert follow(ROOT, reference) == found


@pytest.mark.parametrize("reference", ["#/gone", "#/$defs/c~0d/2", "#/$defs/c~0d/x", "other.json", "#anchor"])
def test_a_reference_to_nothing_is_refused(reference: str) -> None:
    with pytest.raises(LookupError, match="reference"):
        follow(ROOT, reference)


@pytest.mark.parametrize(
    ("left", "right", "both"),
    [
        (True, {"type": "null"}, {"type": "null"}),
        ({"type": "null"}, True, {"type": "null"}),
        ({"type": "null"}, False, False),
        (False, True, False),
        (True, True, True),
        ({"type": ["string", "number"]}, {"type": "integer"}, {"type": ["integer"]}),
        ({"type": "integer"}, {"type": ["number", "null"]}, {"type": ["integer"]}),
        ({"type": "string"}, {"type": "null"}, {"type": []}),
        ({"minimum": 1, "maximum": 9}, {"minimum": 2, "maximum": 8}, {"minimum": 2, "maximum": 8}),
        ({"enum": [1, 2, 3]}, {"enum": [3, 2]}, {"enum": [2, 3]}),
        ({"required": ["a"]}, {"required": ["b"]}, {"required": ["a", "b"]}),
        ({"pattern": "a"}, {"pattern": "b"}, {"pattern": "a"}),
        ({"allOf": [1]}, {"allOf": [2]}, {"allOf": [1, 2]}),
        (
            {"properties": {"a": {"minimum": 1}}},
            {"properties": {"a": {"maximum": 2}, "b": True}},
            {"properties": {"a": {"minimum": 1, "maximum": 2}, "b": True}},
        ),
        (
            {"items": {"minLength": 1}},
            {"items": {"minLength": 2}, "minItems": 3},
            {"items": {"minLength": 2}, "minItems": 3},
        ),
    ],
)
def test_two_schemas_are_joined_to_what_both_accept(left, right, both) -> None:
    assert joined(left, right) == both


def test_only_some_keywords_constrain() -> None:
    schema: Any = {"title": "t", "description": "d", "type": "string", "$defs": {}, "default": 1}
    assert constraints(schema) == {"type"}
    assert without(schema, "title", "$defs", "default") == {"description": "d", "type": "string"}


@pytest.mark.parametrize(("named", "types"), [("string", ["string"]), (["a", "b"], ["a", "b"]), (None, []), ([1], [])])
def test_types_are_one_or_many(named, types: list[str]) -> None:
    assert types_of({"type": named}) == types
