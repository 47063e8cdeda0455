"""Plain JSON out of what a user hands over: copied, so that later changes stay theirs, and refused where it is none."""

import math
from collections.abc import Mapping

from mockclaude.errors import ScriptError
from mockclaude.wire.body import Json, JsonObject


def plain(value: object, path: str = "") -> Json:
    """A copy of the value as JSON; raises `ScriptError` for what JSON cannot say."""
    if value is None or isinstance(value, bool | int | str):
        return value
    if isinstance(value, float) and math.isfinite(value):
        return value
    if isinstance(value, Mapping):
        return _object(value, path)
    if isinstance(value, list | tuple):
        return [plain(inner, f"{path}[{place}]") for place, inner in enumerate(value)]
    place = f"{path.removeprefix('.')} is " if path else ""
    raise ScriptError(
        f"{place}{value!r}, which is no JSON; expected text, a number, true, false, null, a list or an object"
    )


def plain_object(value: Mapping[str, object]) -> JsonObject:
    """A copy of the mapping as a JSON object; raises `ScriptError` for what JSON cannot say."""
    return _object(value, "")


def _object(value: Mapping[object, object] | Mapping[str, object], path: str) -> JsonObject:
    made: JsonObject = {}
    for key, inner in value.items():
        if not isinstance(key, str):
            raise ScriptError(f"{path.removeprefix('.') or 'the object'} has the key {key!r}; expected text")
        made[key] = plain(inner, f"{path}.{key}")
    return made
