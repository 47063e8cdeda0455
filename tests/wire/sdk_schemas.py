"""The JSON Schemas of the official SDK 2.12.0, flattened so that two of them can be compared field by field."""

import json
import os
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

FOLDER = Path(os.environ.get("MOCKCLAUDE_FACTS", Path(__file__).parents[3] / "shared" / "facts")) / "sdk-schema-2.12.0"

needs_schemas = pytest.mark.skipif(not FOLDER.is_dir(), reason="no JSON Schemas of the SDK here; MOCKCLAUDE_FACTS names the folder above them")  # fmt: skip

Schema = dict[str, Any]


def schema_of(name: str) -> Schema:
    schema: Schema = json.loads((FOLDER / f"{name}.schema.json").read_text())
    return schema


def fields(schema: Schema, *, skip_open: bool = False) -> set[str]:
    """Every field as `path<tag>.name` with `*` when required, every value of an enumeration as `path=value`.

    With `skip_open`, objects that allow more keys are left out: the SDK lets a request hold its own replies.
    """
    return set(_fields(schema, schema.get("$defs", {}), "", skip_open=skip_open))


def _fields(node: Any, definitions: Schema, path: str, *, skip_open: bool) -> Iterator[str]:
    if "$ref" in node:
        node = definitions[node["$ref"].rpartition("/")[2]]
    for member in [*node.get("anyOf", []), *node.get("oneOf", [])]:
        yield from _fields(member, definitions, path, skip_open=skip_open)
    if "items" in node:
        yield from _fields(node["items"], definitions, f"{path}[]", skip_open=skip_open)
    if not path.endswith((".type*", ".type")):
        yield from (f"{path}={value}" for value in _values(node))
    inner = node.get("properties", {})
    if "propertyNames" in node:
        inner = dict.fromkeys(node["propertyNames"]["enum"], node["additionalProperties"])
    if not inner or (skip_open and node.get("additionalProperties") is True):
        return
    tagged: Any = next((inner[key] for key in ("type", "role") if key in inner), {})
    for tag in _values(tagged) or [None]:
        place = f"{path}<{tag}>" if tag else path
        for key, value in inner.items():
            here = f"{place}.{key}{'*' if key in node.get('required', []) else ''}"
            yield here
            yield from _fields(value, definitions, here, skip_open=skip_open)


def _values(node: Any) -> list[Any]:
    members = [value for member in node.get("anyOf", []) for value in _values(member)]
    return [*members, *([node["const"]] if "const" in node else []), *node.get("enum", [])]
