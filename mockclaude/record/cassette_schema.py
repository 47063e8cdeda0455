"""The form of a cassette as a JSON Schema, for editors and for what a broken cassette is told."""

from collections.abc import Iterator
from typing import Final

from mockclaude.errors import nearest
from mockclaude.record.media import NAME
from mockclaude.wire.body import Json, JsonObject

TEXT: Final[JsonObject] = {"type": "string"}
MOMENT: Final[JsonObject] = {"type": "string", "format": "date-time"}
SECONDS: Final[JsonObject] = {"type": "number", "minimum": 0}
FIELDS: Final[JsonObject] = {"type": "object", "additionalProperties": TEXT}

BODY: Final[JsonObject] = {
    "json": {"description": "The body, where compact JSON of it gives the recorded bytes again"},
    "media": {
        "type": "object",
        "description": "Base64 data of the body that stands in files of the folder NAME.media: JSON Pointer to file",
        "additionalProperties": {"type": "string", "pattern": f"^{NAME.pattern}$"},
    },
    "text": {"type": "string", "description": "The body, where it is other text"},
    "base64": {"type": "string", "description": "The body, where it is no text"},
    "decoded_from": {"type": "string", "description": "The content-encoding that the body had; it is stored without"},
}

REQUEST: Final[JsonObject] = {
    "type": "object",
    "properties": {
        "method": TEXT,
        "path": {"type": "string", "pattern": "^/"},
        "query": {"type": "string", "description": "What follows the question mark"},
        "headers": FIELDS,
        **BODY,
    },
    "required": ["method", "path", "headers"],
    "additionalProperties": False,
}

EVENT: Final[JsonObject] = {
    "type": "object",
    "description": "One event as the API frames it, or other bytes as `text` or `base64`",
    "properties": {
        "at": {
            **SECONDS,
            "description": "A chunk begins here and leaves so many seconds after the response began; without it the "
            "bytes belong to the chunk before",
        },
        "event": {"type": "object", "properties": {"type": TEXT}, "required": ["type"]},
        "padding": {"type": "integer", "minimum": 0, "maximum": 15, "description": "Spaces before the last brace"},
        "text": TEXT,
        "base64": TEXT,
        "cuts": {
            "type": "array",
            "description": "Chunks that begin inside: after how many bytes, and when they leave",
            "items": {
                "type": "array",
                "prefixItems": [{"type": "integer", "minimum": 0}, SECONDS],
                "minItems": 2,
                "maxItems": 2,
            },
        },
    },
    "oneOf": [{"required": ["event"]}, {"required": ["text"]}, {"required": ["base64"]}],
    "additionalProperties": False,
}

RESPONSE: Final[JsonObject] = {
    "type": ["object", "null"],
    "properties": {
        "status": {"type": "integer", "minimum": 100, "maximum": 999},
        "headers": {
            "description": "An object, or pairs where a name stands more than once",
            "oneOf": [
                FIELDS,
                {"type": "array", "items": {"type": "array", "items": TEXT, "minItems": 2, "maxItems": 2}},
            ],
        },
        "streamed": {"type": "boolean", "description": "Whether it left in HTTP chunks"},
        "ending": {"enum": ["complete", "close", "reset"]},
        "events": {"type": "array", "items": EVENT},
        **BODY,
        "chunks": {
            "type": "array",
            "description": "The pieces in which the body left: how many bytes, and when; without it the body is one",
            "items": {
                "type": "array",
                "prefixItems": [{"type": "integer", "minimum": 0}, SECONDS],
                "minItems": 2,
                "maxItems": 2,
            },
        },
    },
    "required": ["status", "headers"],
    "additionalProperties": False,
}

FINDING: Final[JsonObject] = {
    "type": "object",
    "properties": {
        "rule": TEXT,
        "message": TEXT,
        "severity": {"enum": ["violation", "remark"]},
        "path": {"type": ["string", "null"]},
    },
    "required": ["rule", "message", "severity", "path"],
    "additionalProperties": False,
}

INTERACTION: Final[JsonObject] = {
    "type": "object",
    "properties": {
        "request_id": TEXT,
        "began": MOMENT,
        "request": REQUEST,
        "response": RESPONSE,
        "stub": TEXT,
        "findings": {"type": "array", "items": FINDING},
    },
    "required": ["began", "request", "response"],
    "additionalProperties": False,
}

NAMES: Final[JsonObject] = {"type": "array", "items": TEXT}

METADATA: Final[JsonObject] = {
    "type": "object",
    "properties": {
        "recorded": {"type": ["string", "null"], "format": "date-time"},
        "mockclaude": {"type": "string", "description": "The version that wrote the file"},
        "clients": {**NAMES, "description": "Programs and versions seen, SDKs among them"},
        "models": NAMES,
        "api_versions": NAMES,
    },
    "required": ["recorded", "mockclaude", "clients", "models", "api_versions"],
    "additionalProperties": False,
}


def cassette_schema() -> JsonObject:
    """The JSON Schema of cassettes."""
    return {
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "title": "mockclaude cassette",
        "type": "object",
        "properties": {
            "mockclaude_cassette": {"const": 1, "description": "The version of the format"},
            "metadata": METADATA,
            "interactions": {"type": "array", "items": INTERACTION},
        },
        "required": ["mockclaude_cassette", "metadata", "interactions"],
        "additionalProperties": False,
    }


def faults_of(value: Json, schema: JsonObject) -> Iterator[str]:
    """What breaks the form, nearest to the root first; nothing of the content is quoted."""
    from jsonschema import Draft202012Validator  # only a broken cassette pays for its import

    errors = Draft202012Validator(schema).iter_errors(value)
    for error in sorted(errors, key=lambda each: (len(each.absolute_path), each.validator == "oneOf")):
        place = error.json_path.removeprefix("$").removeprefix(".") or "it"
        yield f"{place} {_expected(str(error.validator), error.validator_value, error.instance, error.schema)}"


def _expected(rule: str, value: object, instance: object, schema: object) -> str:
    if rule == "required" and isinstance(value, list):
        return (
            f"lacks {', '.join([repr(name) for name in value if isinstance(instance, dict) and name not in instance])}"
        )
    if rule == "additionalProperties" and isinstance(schema, dict) and isinstance(instance, dict):
        known = schema.get("properties", {})
        strange = next(name for name in instance if name not in known)
        return f"has an unknown key {strange!r}{nearest(strange, known) or '; known: ' + ', '.join(known)}"
    if rule == "type":
        return f"must be of type {' or '.join(value) if isinstance(value, list) else value}"
    if rule == "oneOf":
        return "must have exactly one of the forms that `mockclaude cassette schema` shows"
    return f"breaks {rule} {value!r}"
