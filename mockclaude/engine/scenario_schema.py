"""The form of scenarios as one JSON Schema: what editors complete, and what every scenario is checked against."""

from collections.abc import Iterable, Iterator, Mapping
from functools import cache
from typing import Any, Final, NamedTuple, cast

from mockclaude.engine.contradiction import BLOCKS, CATEGORIES, STOP_REASONS
from mockclaude.engine.fault import KINDS
from mockclaude.engine.presets import FAULTS
from mockclaude.engine.template import Path
from mockclaude.errors import nearest
from mockclaude.settings import ReplyMode, Validation
from mockclaude.wire.body import Json, JsonObject
from mockclaude.wire.error import STATUS_OF_TYPE


class Fault(NamedTuple):
    """What is wrong with a scenario and where; `at_key` means the key at the end of the path, not its value."""

    path: Path
    message: str
    at_key: bool = False


def string(description: str, **more: Json) -> JsonObject:
    """The schema of a text."""
    return {"type": "string", "description": description, **more}


def record(description: str, properties: Mapping[str, JsonObject], *required: str) -> JsonObject:
    """The schema of an object with these keys and no others."""
    schema: JsonObject = {"type": "object", "description": description, "properties": dict(properties)}
    if required:
        schema["required"] = list(required)
    return {**schema, "additionalProperties": False}


def items(description: str, each: JsonObject, *, least: int = 0) -> JsonObject:
    """The schema of a list."""
    return {"type": "array", "description": description, "items": each, **({"minItems": least} if least else {})}


def count(description: str) -> JsonObject:
    """The schema of a number, or of the least and the most it may be."""
    whole: JsonObject = {"type": "integer", "minimum": 0}
    bounds = record(description, {"at_least": whole, "at_most": whole})
    return {**bounds, "type": ["integer", "object"], "minimum": 0, "minProperties": 1}


def names(description: str) -> JsonObject:
    """The schema of headers: names and texts."""
    return {"type": "object", "description": description, "additionalProperties": {"type": "string"}}


def flag(description: str) -> JsonObject:
    """The schema of true or false."""
    return {"type": "boolean", "description": description}


def one_of(description: str, values: Iterable[str]) -> JsonObject:
    """The schema of one of some words."""
    return string(description, enum=list(values))


def some_of(description: str, values: Iterable[str]) -> JsonObject:
    """The schema of a text for which some words are known and others may be forced."""
    return string(description, examples=list(values))


WHEN: Final = record(
    "Which calls are meant: all of what is given must hold",
    {
        "text": string("The last user turn with text contains this"),
        "regex": string("The pattern is found in the last user turn with text", format="regex"),
        "model": string("A glob on the model's name or full id"),
        "system": string("The system prompt contains this"),
        "tools": items("The request offers all of these tools (globs)", {"type": "string"}, least=1),
        "after_tool": string("The request brings the result of this tool (a glob)"),
        "tool_result": string("The request brings a tool result that contains this"),
        "turns": count("Turns of the conversation: 1 for its first message, 3 after one reply"),
        "images": count("Images in the request"),
        "stream": flag("Whether the request asks for a stream"),
        "paused": flag("Whether the request continues a paused turn"),
        "headers": names("Request headers and globs on their values"),
        "any": items("At least one of these holds", {"$ref": "#/$defs/when"}, least=1),
        "not": {"$ref": "#/$defs/when"},
    },
)

BLOCK: Final[JsonObject] = {
    "type": ["object", "string"],
    "description": "A content block as the API writes it; a string is a text block",
    "properties": {"type": some_of("The block's type", BLOCKS)},
    "required": ["type"],
}

ERROR: Final = record(
    "An error of the API instead of a message",
    {
        "status": {"type": "integer", "minimum": 200, "maximum": 599, "description": "The HTTP status"},
        "type": some_of("The error's type; follows from the status when it is left out", STATUS_OF_TYPE),
        "message": string("What the error says; the API's own words when it is left out"),
        "details": {"type": "object", "description": "error.details"},
        "headers": names("Response headers"),
        "retry_after": {"type": "number", "minimum": 0, "description": "Seconds in the header retry-after"},
        "body": string("Text that replaces the JSON envelope"),
        "content_type": string("The content-type of that text"),
    },
    "status",
)

PACE: Final = record(
    "When a stream leaves",
    {
        "first": {"type": "number", "minimum": 0, "description": "Seconds before the first event"},
        "per_second": {"type": "number", "exclusiveMinimum": 0, "description": "Events per second after it"},
        "tokens_per_second": {"type": "number", "exclusiveMinimum": 0, "description": "Or tokens per second"},
        "jitter": {"type": "number", "minimum": 0, "maximum": 1, "description": "Share of a step that events move by"},
    },
)

FAULT: Final[JsonObject] = {
    "type": ["object", "string"],
    "description": "What goes wrong with the answer: a name, or a kind and its parameters",
    "examples": list(FAULTS),
    "properties": {"kind": some_of("The name of a kind or of a ready fault", [*FAULTS, *KINDS])},
    "required": ["kind"],
}

REPLY: Final[JsonObject] = {
    **record(
        "What is answered; a string is a reply of one text block",
        {
            "text": string("Short for content of one text block"),
            "content": items("The message's content blocks", {"$ref": "#/$defs/block"}),
            "error": {"$ref": "#/$defs/error"},
            "stop_reason": some_of("Why the message ends; follows from the content when it is left out", STOP_REASONS),
            "stop_sequence": string("The stop sequence that ended the message"),
            "stop_details": {
                "type": ["object", "null"],
                "description": "What a refusal tells",
                "properties": {"category": {"type": ["string", "null"], "examples": list(CATEGORIES)}},
            },
            "usage": {"type": "object", "description": "Token counts; those left out are estimated"},
            "container": {"type": ["object", "null"], "description": "The sandbox that code ran in"},
            "headers": names("Response headers"),
            "pace": {"$ref": "#/$defs/pace"},
            "fault": {"$ref": "#/$defs/fault"},
            "templates": flag("Whether {{ text }} and other values of the request are filled in"),
            "force": flag("Whether to send what contradicts itself or the request"),
        },
    ),
    "type": ["object", "string"],
    "minProperties": 1,
}

STUB: Final = record(
    "What is answered to which calls",
    {
        "name": string("What the stub is called in reports"),
        "when": {"$ref": "#/$defs/when"},
        "state": string("The stub answers only while the scenario is in this state; it begins in `start`"),
        "then": string("The state that the scenario is in after an answer"),
        "replies": items("The replies in turn", {"$ref": "#/$defs/reply"}, least=1),
        "times": {
            "type": "integer",
            "minimum": 1,
            "description": "How many calls the stub answers before it steps aside",
        },
        "forever": flag("The last reply repeats without end; so it does when nothing is said"),
    },
    "replies",
)

BATCH_SECONDS: Final = "How long a batch takes by the clock; with 0 it has ended when it is next looked at"

SETTINGS: Final = record(
    "Settings of the workspace that plays the scenario",
    {
        "validation": one_of("How strictly requests are judged", Validation.__args__),  # type: ignore[attr-defined]
        "strict_stubs": flag("Whether only stubs may answer"),
        "reply": one_of("What answers when no stub does", ReplyMode.__args__),  # type: ignore[attr-defined]
        "padding": flag("Whether events are padded as the API pads them"),
        "fault": string("The fault of every answer"),
        "chaos": string("Faults by chance, as in overloaded=0.1,reset=0.05"),
        "pace": string("The pace of answers that have none of their own, as in sonnet or first=0.3,per_second=40"),
        "seed": {"type": "integer", "minimum": 0, "description": "What every random choice follows from"},
        "batch_seconds": {"type": "number", "minimum": 0, "description": BATCH_SECONDS},
    },
)

SCENARIO: Final = record(
    "Stubs that belong together",
    {
        "name": string("What the scenario is called; its file's name when it is left out"),
        "description": string("What the scenario shows"),
        "templates": flag("Whether {{ text }} and other values of the request are filled in; true when it is left out"),
        "settings": {"$ref": "#/$defs/settings"},
        "stubs": items("Stubs; the first that matches answers", {"$ref": "#/$defs/stub"}, least=1),
    },
    "stubs",
)

DEFINITIONS: Final[Mapping[str, JsonObject]] = {
    "scenario": SCENARIO,
    "settings": SETTINGS,
    "stub": STUB,
    "when": WHEN,
    "reply": REPLY,
    "block": BLOCK,
    "error": ERROR,
    "pace": PACE,
    "fault": FAULT,
}


def scenario_schema() -> JsonObject:
    """The JSON Schema of scenario files, for editors."""
    definitions = {name: schema for name, schema in DEFINITIONS.items() if name != "scenario"}
    return {
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "title": "mockclaude scenario",
        **SCENARIO,
        "$defs": cast("Json", definitions),
    }


def faults(name: str, data: Json) -> Iterator[Fault]:
    """What is wrong with a value, by the schema of that name."""
    for error in _validator(name).iter_errors(data):
        yield from _explained(error)


def first_fault(name: str, data: Json) -> Fault | None:
    """The first thing that is wrong with a value, by the schema of that name."""
    return next(faults(name, data), None)


@cache
def _validator(name: str) -> Any:
    from jsonschema import Draft202012Validator  # only scripts from data pay for its import

    return Draft202012Validator({"$ref": f"#/$defs/{name}", "$defs": dict(DEFINITIONS)})


def _explained(error: Any) -> Iterator[Fault]:
    """Our words for a fault that the library found."""
    path: Path = tuple(error.absolute_path)
    kind, wanted, value = error.validator, error.validator_value, error.instance
    if kind == "additionalProperties" and wanted is False:
        known = list(error.schema["properties"])
        for key in [key for key in value if key not in known]:
            hint = nearest(key, known) or f"; known: {', '.join(known)}"
            yield Fault((*path, key), f"unknown key {key!r}{hint}", at_key=True)
    elif kind == "required":
        yield Fault(path, f"has no {next(name for name in wanted if name not in value)!r}")
    elif kind == "type":
        words = " or ".join(WORDS[word] for word in ([wanted] if isinstance(wanted, str) else wanted))
        yield Fault(path, f"is {shown(value)}; expected {words}")
    elif kind == "enum":
        yield Fault(path, f"is {shown(value)}{nearest(str(value), wanted)}; expected one of {', '.join(wanted)}")
    elif kind in BOUNDS:
        yield Fault(path, f"is {shown(value)}; expected {BOUNDS[kind].format(wanted)}")
    else:
        yield Fault(path, str(error.message))


WORDS: Final[Mapping[str, str]] = {
    "string": "text",
    "integer": "a whole number",
    "number": "a number",
    "boolean": "true or false",
    "array": "a list",
    "object": "an object",
    "null": "null",
}

BOUNDS: Final[Mapping[str, str]] = {
    "minimum": "at least {}",
    "maximum": "at most {}",
    "exclusiveMinimum": "more than {}",
    "minItems": "at least {} item",
    "minProperties": "at least {} key",
}


def shown(value: object) -> str:
    """A value as an explanation quotes it."""
    from mockclaude.wire.encoding import dumps

    text = dumps(value).decode("utf-8", "replace")
    return text if len(text) <= 80 else f"{text[:80]}…"
