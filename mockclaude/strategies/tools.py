"""Tools as a request offers them."""

from typing import Final, cast

from hypothesis import strategies as st

from mockclaude.strategies.texts import plain_texts
from mockclaude.wire.body import Json, JsonObject, Tool

ALPHABET: Final = "0123456789abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ_-"
NAMES: Final = st.text(ALPHABET, min_size=1, max_size=64)
"""Source: `^[a-zA-Z0-9_-]{1,128}$` of the API; 64 is what all models take."""

SCALARS: Final[st.SearchStrategy[JsonObject]] = st.sampled_from(
    (
        {"type": "string"},
        {"type": "integer"},
        {"type": "number"},
        {"type": "boolean"},
        {"type": "string", "enum": ["0", "1"]},
        {"type": ["string", "null"]},
        {"type": "integer", "minimum": 1, "maximum": 10},
        {"type": "string", "format": "date"},
        {"anyOf": [{"type": "string"}, {"type": "integer"}]},
        {"const": "0"},
        {},
    )
)


INPUTS: Final = st.sampled_from(("city", "0", "a.b", "A_-c"))
"""Source: `^[a-zA-Z0-9_.-]{1,64}$` of the API, which it asks of the inputs of a tool."""
PROPERTIES: Final = st.sampled_from(("city", "0", "a b", "é"))
"""Names further down, of which nothing of the kind was seen."""


@st.composite
def _objects(draw: st.DrawFn, values: st.SearchStrategy[JsonObject], keys: st.SearchStrategy[str]) -> JsonObject:
    """Schemas of objects, every second property required, some closed."""
    properties = draw(st.dictionaries(keys, values, max_size=3))
    schema: JsonObject = {"type": "object", "properties": {**properties}}
    names: list[Json] = [name for place, name in enumerate(properties) if place % 2 == 0]
    if names:
        schema["required"] = names
    if draw(st.booleans()):
        schema["additionalProperties"] = False
    return schema


ARRAYS: Final = cast(
    "st.SearchStrategy[JsonObject]", st.fixed_dictionaries({"type": st.just("array"), "items": SCALARS})
)
SCHEMAS: Final = _objects(SCALARS | ARRAYS | _objects(SCALARS, PROPERTIES), INPUTS)
DESCRIPTIONS: Final = st.none() | plain_texts(max_size=12)


def tools() -> st.SearchStrategy[Tool]:
    """A tool of the client with a JSON Schema for its input; the simplest takes no arguments."""

    @st.composite
    def drawn(draw: st.DrawFn) -> Tool:
        tool: Tool = {"name": draw(NAMES), "input_schema": draw(SCHEMAS)}
        description = draw(DESCRIPTIONS)
        return tool if description is None else {**tool, "description": description}

    return drawn()
