"""What may go wrong, in one short line: builders of faults, and names, texts and plain data made into one."""

import re
from collections.abc import Callable, Mapping
from dataclasses import fields
from functools import lru_cache
from types import MappingProxyType
from typing import Final, TypeAlias, cast

from mockclaude.engine.fault import KINDS, ErrorEvent, Fault, HttpError
from mockclaude.engine.inflict import reply_of_error
from mockclaude.engine.presets import FAULTS
from mockclaude.engine.say_error import MESSAGES
from mockclaude.errors import ScriptError, nearest
from mockclaude.wire.body import Json, JsonObject
from mockclaude.wire.encoding import JSONFault, loads
from mockclaude.wire.error import STATUS_OF_TYPE

Faulty: TypeAlias = str | Mapping[str, Json] | Fault
"""Anything that names a fault: a preset or kind, `cut at=utf8 ordinal=2`, an object as scenarios write it, a fault."""

NUMBER: Final = re.compile(r"[+-]?(?:\d+\.?\d*|\.\d+)")


def fault_of(value: Faulty) -> Fault:
    """The fault that a value stands for; raises `ScriptError`."""
    if isinstance(value, str):
        return named(value)
    if isinstance(value, Mapping):
        return fault_of_fields(value)
    if type(value) in KINDS.values():
        return value
    raise ScriptError(f"{value!r} is no fault; expected a name such as 'overloaded', or an object with a kind")


@lru_cache(maxsize=256)
def named(text: str) -> Fault:
    """The fault of a name, its parameters changed by what follows (`cut at=utf8 ordinal=2`), or of a JSON object."""
    if text.startswith("{"):
        return fault_of_fields(_object(text))
    kind, *words = text.split()[:32] or [""]
    data: JsonObject = {"kind": kind}
    for word in words:
        key, sign, value = word.partition("=")
        if not sign:
            raise ScriptError(f"fault {text!r}: {word!r} has no value; expected words such as ordinal=2")
        try:
            data[key] = _value(key, value)
        except ValueError:
            raise ScriptError(
                f"fault {text!r}: {word!r} has no number; expected cuts such as utf8:0,event:-1"
            ) from None
    return fault_of_fields(data)


def fault_of_fields(given: Mapping[str, Json]) -> Fault:
    """The fault that a scenario writes: the name of a kind or preset, and its parameters. Raises `ScriptError`."""
    data = dict(given)
    name = data.pop("kind", None)
    if not isinstance(name, str):
        raise ScriptError(f"kind is {name!r}; expected the name of a fault, as in {{'kind': 'overloaded'}}")
    data = {**FAULTS.get(name, {"kind": name}), **data}
    kind = str(data.pop("kind"))
    if kind not in KINDS:
        known = [*FAULTS, *KINDS]
        raise ScriptError(f"unknown fault {kind!r}{nearest(kind, known)}; known: {', '.join(known)}")
    made = KINDS[kind]
    known = [one.name for one in fields(made)]
    for key in data:
        if key not in known:
            raise ScriptError(f"fault {name!r} has no {key!r}{nearest(key, known)}; it has {', '.join(known)}")
    arguments = {key: FORMS.get(key, _as_it_is)(value) for key, value in data.items()}
    try:
        fault = made(**arguments)  # type: ignore[arg-type]  # each fault looks at its own fields
    except TypeError:
        raise ScriptError(f"fault {name!r} lacks a parameter; expected {', '.join(known)}") from None
    except ScriptError as wrong:
        raise ScriptError(f"fault {name!r}: {wrong}") from None
    _check(fault)
    return fault


def _object(text: str) -> JsonObject:
    try:
        value = loads(text.encode("utf-8", "surrogatepass"))
    except JSONFault as wrong:
        raise ScriptError(f"fault {text!r} is not JSON: {wrong}") from None
    assert isinstance(value, dict)  # it begins with a brace
    return value


def _check(fault: Fault) -> None:
    """Raises `ScriptError` for an error that has no text."""
    if isinstance(fault, HttpError):
        reply_of_error(fault)
    if isinstance(fault, ErrorEvent) and not fault.message and STATUS_OF_TYPE[fault.type] not in MESSAGES:
        raise ScriptError(f"{fault.type} has no message, and the API has no single one for it; give one")


def _value(key: str, text: str) -> Json:
    """The value of a parameter as a text writes it; lists are separated by commas, a cut is `utf8:0`."""
    if key == "cuts":
        return [[mark, int(number or "0")] for mark, _, number in [part.partition(":") for part in text.split(",")]]
    if key == "events":
        return list(text.split(","))
    if NUMBER.fullmatch(text):
        return float(text) if "." in text else int(text)
    return text


def _as_it_is(value: Json) -> object:
    return value


def _cuts(value: Json) -> object:
    return tuple([tuple(cut) if isinstance(cut, list) else cut for cut in value]) if isinstance(value, list) else value


FORMS: Final[Mapping[str, Callable[[Json], object]]] = {
    "events": lambda value: tuple(value) if isinstance(value, list) else (value,),
    "cuts": _cuts,
    "headers": lambda value: MappingProxyType(dict(cast("JsonObject", value))),
}
"""Parameters whose JSON is not their value."""
