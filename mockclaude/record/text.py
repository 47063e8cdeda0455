"""The JSON of cassettes: two spaces deep for people, on one line for logs; lone surrogates survive."""

import json
from typing import cast

import orjson

from mockclaude.wire.body import Json


def pretty(value: Json) -> bytes:
    """The value as a file holds it."""
    try:
        return orjson.dumps(value, option=orjson.OPT_INDENT_2 | orjson.OPT_APPEND_NEWLINE)
    except TypeError:
        return json.dumps(value, indent=2).encode() + b"\n"


def compact(value: Json) -> bytes:
    """The value on one line."""
    try:
        return orjson.dumps(value)
    except TypeError:
        return json.dumps(value, separators=(",", ":")).encode()


def parsed(data: bytes) -> Json:
    """The value of a file or a line; raises `ValueError`."""
    try:
        return cast("Json", orjson.loads(data))
    except orjson.JSONDecodeError as fault:
        try:
            return cast("Json", json.loads(data))  # lone surrogates, which orjson refuses
        except (ValueError, RecursionError):
            raise fault from None
