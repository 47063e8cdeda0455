"""Reads scenarios from YAML, JSON or data, and says of each mistake on which line it stands."""

from collections.abc import Callable, Iterator, Mapping
from os import PathLike
from pathlib import Path as FilePath
from types import MappingProxyType
from typing import Final, cast

from mockclaude.engine.chaos import READERS
from mockclaude.engine.contradiction import declared
from mockclaude.engine.match import (
    Matcher,
    after_tool,
    any_call,
    header,
    images,
    model,
    offers,
    paused,
    regex,
    streaming,
    system,
    text,
    tool_result,
    turns,
)
from mockclaude.engine.reply import Reply
from mockclaude.engine.say import reply_of_fields
from mockclaude.engine.say_fault import Faulty, fault_of
from mockclaude.engine.scenario import START, Scenario
from mockclaude.engine.scenario_schema import Fault, faults, scenario_schema
from mockclaude.engine.scenario_yaml import Document, read
from mockclaude.engine.stub import Stub, stub
from mockclaude.engine.template import Path
from mockclaude.errors import ScriptError, nearest
from mockclaude.wire.body import Json, JsonObject

__all__ = [
    "load_scenario",
    "matcher_of_fields",
    "read_scenario",
    "scenario_of",
    "scenario_schema",
    "stub_of",
]

SHOWN: Final = 10
"""Mistakes that one error lists."""


def load_scenario(path: str | PathLike[str], *, templates: bool = True) -> Scenario:
    """The scenario in a file; raises `ScriptError` that names file, line and column of every mistake."""
    file = FilePath(path)
    try:
        content = file.read_text("utf-8")
    except (OSError, UnicodeDecodeError) as fault:
        reason = fault.strerror if isinstance(fault, OSError) else "it is not UTF-8"
        raise ScriptError(f"cannot read the scenario {file}: {reason}") from None
    return read_scenario(content, name=str(file), templates=templates)


def read_scenario(content: str, *, name: str = "scenario", templates: bool = True) -> Scenario:
    """The scenario in a YAML or JSON text; `templates=False` leaves `{{ text }}` and the like as they stand."""
    document = read(content, name=name)
    return _scenario(document, templates=templates)


def scenario_of(data: Mapping[str, Json], *, name: str = "scenario", templates: bool = True) -> Scenario:
    """The scenario in parsed data."""
    return _scenario(Document(name, dict(data), {}, {}), templates=templates)


def stub_of(data: Mapping[str, Json], *, templates: bool = True) -> Stub:
    """One entry of a scenario's `stubs`, alone; raises `ScriptError`."""
    found = list(faults("stub", dict(data)))
    if not found:
        reading = _Stubs(scenario="", templates=templates)
        made = reading.stub(cast("JsonObject", dict(data)), ())
        found = reading.faults
        if made is not None and not found:
            return made
    raise _error(Document("stub", None, {}, {}), found)


def matcher_of_fields(fields: Mapping[str, Json]) -> Matcher:
    """The matcher that a scenario's `when` writes: all of its keys must hold."""
    return _together([WORDS[key](value) for key, value in fields.items()])


def _scenario(document: Document, *, templates: bool) -> Scenario:
    found = list(faults("scenario", document.data))
    if found:
        raise _error(document, found)
    data = cast("JsonObject", document.data)
    name = cast("str", data.get("name")) or FilePath(document.name).stem
    reading = _Stubs(scenario=name, templates=templates and data.get("templates") is not False)
    entries = cast("list[JsonObject]", data["stubs"])
    stubs = [reading.stub(entry, ("stubs", place)) for place, entry in enumerate(entries)]
    reading.faults.extend(_lost_states(entries))
    reading.faults.extend(_unread(cast("JsonObject", data.get("settings", {}))))
    if reading.faults:
        raise _error(document, reading.faults)
    return Scenario(
        name,
        tuple([one for one in stubs if one is not None]),
        cast("str", data.get("description", "")),
        MappingProxyType(cast("JsonObject", data.get("settings", {}))),
    )


class _Stubs:
    """Makes stubs of checked data and collects what their replies contradict."""

    def __init__(self, *, scenario: str, templates: bool) -> None:
        self.faults: list[Fault] = []
        self._scenario = scenario
        self._templates = templates

    def stub(self, entry: JsonObject, path: Path) -> Stub | None:
        replies = [
            self._reply(fields, (*path, "replies", place))
            for place, fields in enumerate(cast("list[str | JsonObject]", entry["replies"]))
        ]
        said = [reply for reply in replies if reply is not None]
        try:
            matcher = matcher_of_fields(cast("JsonObject", entry.get("when", {})))
        except ScriptError as fault:
            self.faults.append(Fault((*path, "when"), str(fault)))
            return None
        if len(said) < len(replies):
            return None
        try:
            return stub(
                matcher,
                *said,
                times=cast("int | None", entry.get("times")),
                forever=entry.get("forever") is True,
                state=cast("str | None", entry.get("state")),
                then=cast("str | None", entry.get("then")),
                scenario=self._scenario,
                name=cast("str", entry.get("name", "")),
            )
        except ScriptError as fault:
            self.faults.append(Fault((*path, "times") if "times" in entry else path, str(fault)))
            return None

    def _reply(self, fields: str | JsonObject, path: Path) -> Reply | None:
        given: JsonObject = {"text": fields} if isinstance(fields, str) else dict(fields)
        try:
            if "fault" in given:
                fault_of(cast("Faulty", given["fault"]))
        except ScriptError as fault:
            self.faults.append(Fault((*path, "fault"), str(fault)))
            return None
        given["templates"] = self._templates and given.get("templates") is not False
        try:
            reply = reply_of_fields(given)
        except ScriptError as fault:
            self.faults.append(Fault(path, str(fault)))
            return None
        found = [one for one in declared(reply) if one.fatal or not reply.force]
        short = "text" in given
        for one in found:
            place = ("text",) if short and one.path[:1] == ("content",) else one.path
            self.faults.append(Fault((*path, *place), one.message))
        return None if found else reply


def _lost_states(entries: list[JsonObject]) -> Iterator[Fault]:
    """States that a stub waits for and that nothing leads to."""
    reached = {START, *[str(entry["then"]) for entry in entries if "then" in entry]}
    for place, entry in enumerate(entries):
        state = entry.get("state")
        if isinstance(state, str) and state not in reached:
            hint = nearest(state, reached) or f"; known: {', '.join(sorted(reached))}"
            yield Fault(("stubs", place, "state"), f"no stub leads to the state {state!r}{hint}")


def _unread(settings: JsonObject) -> Iterator[Fault]:
    """Faults, chaos and paces that nobody knows."""
    for name, read_text in READERS.items():
        if name in settings:
            try:
                read_text(cast("str", settings[name]))
            except ScriptError as fault:
                yield Fault(("settings", name), str(fault))


def _error(document: Document, found: list[Fault]) -> ScriptError:
    def order(fault: Fault) -> tuple[object, ...]:
        return (*(document.place(fault.path, at_key=fault.at_key) or ()), not fault.at_key)

    told = sorted(found, key=order)[:SHOWN]
    lines = [document.described(fault.path, fault.message, at_key=fault.at_key) for fault in told]
    rest = [f"… and {len(found) - SHOWN} more"] if len(found) > SHOWN else []
    return ScriptError("\n".join([*lines, *rest]))


def _all_headers(fields: Json) -> Matcher:
    pairs = cast("dict[str, str]", fields)
    return _together([header(name, value) for name, value in pairs.items()])


def _together(matchers: list[Matcher]) -> Matcher:
    whole = matchers[0] if matchers else any_call()
    for other in matchers[1:]:
        whole &= other
    return whole


def _any(entries: Json) -> Matcher:
    matchers = [matcher_of_fields(fields) for fields in cast("list[JsonObject]", entries)]
    whole = matchers[0]
    for other in matchers[1:]:
        whole |= other
    return whole


def _counting(word: Callable[..., Matcher]) -> Callable[[Json], Matcher]:
    return lambda value: word(**value) if isinstance(value, dict) else word(value)


def _switch(word: Callable[[], Matcher]) -> Callable[[Json], Matcher]:
    return lambda value: word() if value else ~word()


def _texts(word: Callable[[str], Matcher]) -> Callable[[Json], Matcher]:
    return lambda value: word(cast("str", value))


WORDS: Final[Mapping[str, Callable[[Json], Matcher]]] = {
    "text": _texts(text),
    "regex": _texts(regex),
    "model": _texts(model),
    "system": _texts(system),
    "tools": lambda names: offers(*cast("list[str]", names)),
    "after_tool": _texts(after_tool),
    "tool_result": _texts(tool_result),
    "turns": _counting(turns),
    "images": _counting(images),
    "stream": _switch(streaming),
    "paused": _switch(paused),
    "headers": _all_headers,
    "any": _any,
    "not": lambda fields: ~matcher_of_fields(cast("JsonObject", fields)),
}
"""What each key of `when` asks."""
