"""JSON text to values and back, with the API's own faults.

The API reports JSON faults in orjson's words, so orjson reads every body. Above one megabyte pydantic-core's
parser is an order of magnitude faster on long strings and goes first; whatever it refuses, orjson decides.
"""

import json
import math
from typing import cast

import orjson

from mockclaude.wire.body import Json

LARGE = 1_000_000


class JSONFault(ValueError):
    """The bytes are not JSON; the text is the one the API quotes."""


def loads(data: bytes) -> Json:
    """The value of a JSON document; raises `JSONFault`."""
    if len(data) >= LARGE:
        from pydantic_core import from_json  # only large bodies pay for its import

        try:
            value = cast("Json", from_json(data, allow_inf_nan=False))
        except ValueError:
            pass
        else:
            if is_finite(value):
                return value
    try:
        return cast("Json", orjson.loads(data))
    except orjson.JSONDecodeError as fault:
        raise JSONFault(str(fault)) from None


def dumps(value: object) -> bytes:
    """Compact JSON as the API writes it; integers of any length and lone surrogates survive."""
    try:
        return orjson.dumps(value)
    except TypeError:
        return json.dumps(value, separators=(",", ":"), ensure_ascii=False).encode("utf-8", "surrogatepass")


def is_finite(value: Json) -> bool:
    """Whether no float in the value is infinite or not a number (a literal such as `1e999`)."""
    pending = [value]
    while pending:
        item = pending.pop()
        if type(item) is float and not math.isfinite(item):
            return False
        if type(item) is dict:
            pending.extend(item.values())
        elif type(item) is list:
            pending.extend(item)
    return True
