"""Values of the request in a reply: `{{ text }}`, `{{ model }}`, `{{ now+30 }}`.

A fixed table of names and nothing else: no expressions, no attributes, no second pass over what was filled in, so a
script can neither run code nor grow without bound. A template engine would bring all of that and its sandbox.
"""

import re
from collections.abc import Callable, Iterator, Mapping
from dataclasses import replace
from datetime import datetime, timedelta
from types import MappingProxyType
from typing import Final, cast

from mockclaude.call import Call
from mockclaude.engine.conversation import results, system_text, user_text
from mockclaude.engine.reply import Reply
from mockclaude.errors import nearest
from mockclaude.wire.body import Json

PLACE: Final = re.compile(r"\{\{(.*?)\}\}")
INSIDE: Final = re.compile(r"\s*(\w+)\s*(?:\+\s*(\d{1,9})\s*)?")

LONGEST: Final = 10_000
"""Characters that one value fills in."""
MOST: Final = 100
"""Places to fill in one reply; with `LONGEST` they bound what a template can make."""

Value = Callable[[Call, datetime], str]

VALUES: Final[Mapping[str, Value]] = MappingProxyType(
    {
        "text": lambda call, _: user_text(call),
        "model": lambda call, _: call.model.id if call.knows_model else call.body["model"],
        "system": lambda call, _: system_text(call),
        "tool": lambda call, _: results(call)[-1].tool if results(call) else "",
        "tool_result": lambda call, _: results(call)[-1].text if results(call) else "",
        "turns": lambda call, _: str(len(call.dialogue)),
        "now": lambda _, now: now.strftime("%Y-%m-%dT%H:%M:%SZ"),
    }
)
"""What a template may ask for; `now` takes a number of seconds, as in `{{ now+30 }}`."""

FIELDS: Final = ("content", "stop_details", "container", "error", "headers")
"""What of a reply may hold templates."""

Path = tuple[str | int, ...]


def faults(reply: Reply) -> Iterator[tuple[Path, str]]:
    """Where a template cannot be filled, and why."""
    count = 0
    for path, text in _texts(reply):
        for inside in PLACE.findall(text):
            count += 1
            found = INSIDE.fullmatch(inside)
            name, seconds = found.groups() if found else (inside.strip(), None)
            if name not in VALUES:
                hint = nearest(name, VALUES)
                known = ", ".join(VALUES)
                yield (
                    path,
                    f"{{{{{inside}}}}} is no value of a request{hint}; known: {known} (templates off: sent as it is)",
                )
            elif seconds is not None and name != "now":
                yield path, f"{{{{{inside}}}}} adds to {name!r}; only {{{{ now+SECONDS }}}} can"
    if count > MOST:
        yield ("content",), f"{count} values are to be filled in; at most {MOST} can"


def has_places(reply: Reply) -> bool:
    """Whether anything is to be filled in."""
    return any(PLACE.search(text) for _, text in _texts(reply))


def filled(reply: Reply, call: Call, now: datetime) -> Reply:
    """The reply with the values of this call."""

    def fill(text: str) -> str:
        return PLACE.sub(lambda place: _value(place[1], call, now), text)

    changes = {field: _mapped(getattr(reply, field), fill) for field in FIELDS if field != "error"}
    error = reply.error
    if error is not None:
        details = cast("Mapping[str, Json] | None", _mapped(error.details, fill))
        changes["error"] = replace(error, message=fill(error.message), details=details)
    return replace(reply, **changes, templates=False)  # type: ignore[arg-type]


def _value(inside: str, call: Call, now: datetime) -> str:
    found = INSIDE.fullmatch(inside)
    if found is None or found[1] not in VALUES:
        return "{{" + inside + "}}"
    return VALUES[found[1]](call, now + timedelta(seconds=int(found[2] or 0)))[:LONGEST]


def _texts(reply: Reply) -> Iterator[tuple[Path, str]]:
    """Every text of a reply that may hold templates, with its place."""
    for field in FIELDS:
        value = getattr(reply, field)
        if field == "error" and value is not None:
            value = {"message": value.message, "details": value.details}
        yield from _walk(value, (field,))


def _walk(value: object, path: Path) -> Iterator[tuple[Path, str]]:
    if isinstance(value, str):
        yield path, value
    elif isinstance(value, Mapping):
        for key, inner in value.items():
            yield from _walk(inner, (*path, str(key)))
    elif isinstance(value, list | tuple):
        for place, inner in enumerate(value):
            yield from _walk(inner, (*path, place))


def _mapped(value: object, fill: Callable[[str], str]) -> object:
    """The same value with its texts filled; keys stay."""
    if isinstance(value, str):
        return fill(value)
    if isinstance(value, Mapping):
        return {key: _mapped(inner, fill) for key, inner in value.items()}
    if isinstance(value, tuple):
        return tuple([_mapped(inner, fill) for inner in value])
    if isinstance(value, list):
        return [_mapped(inner, fill) for inner in value]
    return value
