"""Bodies with every parameter that the installed SDK has, made from its own types: no list of ours can forget one."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from io import IOBase
from os import PathLike
from types import NoneType, UnionType
from typing import IO, Any, Final, Literal, NotRequired, Required, Union, get_args, get_origin

from pydantic import BaseModel
from typing_extensions import get_type_hints, is_typeddict

HEADERS: Final = frozenset({"betas", "user_profile_id", "workspace_id"})
"""Parameters that the SDK sends as headers."""

TEXTS: Final[Mapping[str, str]] = {
    "model": "claude-opus-5",
    "id": "srvtoolu_01",
    "tool_use_id": "srvtoolu_01",
    "url": "https://example.com/",
    "data": "MA==",
    "inference_geo": "us",
}
"""Texts that must have some form, by the name of their key."""
NUMBERS: Final[Mapping[str, int]] = {"max_tokens": 4096, "budget_tokens": 1024}
SCHEMAS: Final = frozenset({"input_schema", "schema"})
SCHEMA: Final = {"type": "object", "additionalProperties": False}


def variants(hint: Any, *, key: str = "") -> list[Any]:
    """Values of a type that show each of its alternatives at least once."""
    origin, arguments = get_origin(hint), get_args(hint)
    if origin in {Required, NotRequired}:
        return variants(arguments[0], key=key)
    if key in SCHEMAS:
        return [SCHEMA]
    if origin in {Union, UnionType}:
        return [value for member in arguments if is_sent(member) for value in variants(member, key=key)]
    if origin is Literal:
        return list(arguments)
    if isinstance(origin, type) and issubclass(origin, Mapping):
        return [{"x": value} for value in variants(arguments[1], key=key)][:1]
    if isinstance(origin, type) and issubclass(origin, Iterable):
        return [variants(arguments[0], key=key)]
    if is_typeddict(hint):
        return records(hint)
    return [PLAIN[hint](key)]


PLAIN: Final[Mapping[Any, Callable[[str], Any]]] = {
    str: lambda key: TEXTS.get(key, "x"),
    int: lambda key: NUMBERS.get(key, 1),
    float: lambda _: 1.0,
    bool: lambda _: True,
    object: lambda _: {"type": "x"},
}


def is_sent(member: Any) -> bool:
    """Whether a request is made of it: replies and open files may stand in its place, and null is left out."""
    kind = get_origin(member) or member
    return not (isinstance(kind, type) and issubclass(kind, BaseModel | NoneType | IO | IOBase | PathLike))


def records(kind: Any, *, without: frozenset[str] = frozenset()) -> list[dict[str, Any]]:
    """Objects that have all keys of a type; together they show every alternative of every key."""
    hints = {name: hint for name, hint in get_type_hints(kind).items() if name not in without}
    fields: dict[str, Sequence[Any]] = {name: variants(hint, key=name) for name, hint in hints.items()}
    count = max(map(len, fields.values()))
    return [{name: values[turn % len(values)] for name, values in fields.items()} for turn in range(count)]


def bodies(kind: Any) -> list[dict[str, Any]]:
    """The bodies of a create or count call."""
    return records(kind, without=HEADERS)
