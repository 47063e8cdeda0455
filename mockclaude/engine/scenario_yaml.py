"""YAML text to plain JSON data that remembers where everything stood.

Safe by construction: only the tags that JSON has, no merge keys, no duplicate keys, bounded size and depth. Words such
as `no` and dates stay text, as in YAML 1.2 and as editors show them.
"""

import re
from collections.abc import Mapping
from functools import cache
from typing import Any, Final, NamedTuple

from mockclaude.engine.contradiction import written
from mockclaude.engine.template import Path
from mockclaude.errors import ScriptError
from mockclaude.wire.body import Json, JsonObject

DEEPEST: Final = 100
MOST: Final = 200_000
"""Values in one document, those that aliases repeat counted each time."""


class Place(NamedTuple):
    """Line and column, counted from 1."""

    line: int
    column: int

    def __str__(self) -> str:
        return f"{self.line}:{self.column}"


class Document:
    """The data of a YAML text and the places of its values and keys; parsed data has no places."""

    def __init__(self, name: str, data: Json, values: Mapping[Path, Place], keys: Mapping[Path, Place]) -> None:
        self.name = name
        self.data = data
        self._values = values
        self._keys = keys

    def place(self, path: Path, *, at_key: bool = False) -> Place | None:
        """Where a value or key stands, or the nearest one around it."""
        if at_key and path in self._keys:
            return self._keys[path]
        while path and path not in self._values:
            path = path[:-1]
        return self._values.get(path)

    def described(self, path: Path, message: str, *, at_key: bool = False) -> str:
        """A message with the file, line, column and path it is about."""
        place = self.place(path, at_key=at_key)
        where = f"{self.name}:{place}" if place else self.name
        named = written(path[:-1] if at_key else path)
        return f"{where}: {named}: {message}" if named else f"{where}: {message}"


RESOLVED: Final = (
    ("tag:yaml.org,2002:bool", r"true|True|TRUE|false|False|FALSE", "tTfF"),
    ("tag:yaml.org,2002:null", r"~|null|Null|NULL|", "~nN\0"),
    ("tag:yaml.org,2002:int", r"[-+]?[0-9]+", "-+0123456789"),
    ("tag:yaml.org,2002:float", r"[-+]?(?:\.[0-9]+|[0-9]+(?:\.[0-9]*)?)(?:[eE][-+]?[0-9]+)?", "-+.0123456789"),
)
"""What plain words mean: the core schema of YAML 1.2, less its octal and infinite numbers."""


@cache
def _loader() -> Any:
    import yaml

    class Loader(yaml.SafeLoader):
        """A safe loader that reads plain words as YAML 1.2 does."""

        yaml_implicit_resolvers: dict[str, Any] = {}  # noqa: RUF012 - the library's own way to declare them

    for tag, pattern, firsts in RESOLVED:
        first = ["" if sign == "\0" else sign for sign in firsts]
        Loader.add_implicit_resolver(tag, re.compile(f"(?:{pattern})$"), first)
    return Loader


def read(text: str, *, name: str) -> Document:
    """The data of a YAML (or JSON) text; raises `ScriptError` with the place of the fault."""
    import yaml

    try:
        loader = _loader()(text)
        root = loader.get_single_node()
    except yaml.MarkedYAMLError as fault:
        mark = fault.problem_mark or fault.context_mark
        place = Place(mark.line + 1, mark.column + 1) if mark else Place(1, 1)
        raise ScriptError(f"{name}:{place}: not YAML: {fault.problem or fault.context}") from None
    except yaml.reader.ReaderError as fault:
        head = text[: fault.position]
        place = Place(head.count("\n") + 1, len(head) - head.rfind("\n"))
        raise ScriptError(f"{name}:{place}: not YAML: the character {text[fault.position]!r} must be escaped") from None
    if root is None:
        raise ScriptError(f"{name}:1:1: the file is empty; expected an object with the key 'stubs'")
    return _Reading(name).document(root)


class _Reading:
    """One pass over the nodes of a document."""

    def __init__(self, name: str) -> None:
        self._name = name
        self._values: dict[Path, Place] = {}
        self._keys: dict[Path, Place] = {}

    def document(self, root: Any) -> Document:
        return Document(self._name, self._value(root, ()), self._values, self._keys)

    def _value(self, node: Any, path: Path) -> Json:
        self._values[path] = _place(node)
        if len(self._values) > MOST or len(path) > DEEPEST:
            raise self._fault(node, f"too large; at most {MOST} values, nested {DEEPEST} deep, can be read")
        if node.id == "mapping":
            return self._mapping(node, path)
        if node.id == "sequence":
            return [self._value(item, (*path, place)) for place, item in enumerate(node.value)]
        return self._scalar(node)

    def _mapping(self, node: Any, path: Path) -> JsonObject:
        made: JsonObject = {}
        for key, value in node.value:
            if key.id != "scalar":
                raise self._fault(key, "a key must be text")
            name = _joined(key.value)
            if name in made:
                raise self._fault(key, f"the key {name!r} stands here twice")
            self._keys[*path, name] = _place(key)
            made[name] = self._value(value, (*path, name))
        return made

    def _scalar(self, node: Any) -> Json:
        kind = node.tag.rpartition(":")[2]
        text: str = node.value
        if kind == "str":
            return _joined(text)
        if kind == "null":
            return None
        if kind == "bool" and text.lower() in {"true", "false"}:
            return text.lower() == "true"
        if kind in {"int", "float"}:
            try:
                return int(text) if kind == "int" else float(text)
            except ValueError:
                pass
        raise self._fault(node, f"{text!r} with the tag {node.tag!r} is no JSON; put it in quotes")

    def _fault(self, node: Any, message: str) -> ScriptError:
        return ScriptError(f"{self._name}:{_place(node)}: {message}")


def _joined(text: str) -> str:
    """The text with the halves of characters that JSON escapes in two put together."""
    if text.isascii() or not any("\ud800" <= sign <= "\udfff" for sign in text):
        return text
    return text.encode("utf-16", "surrogatepass").decode("utf-16", "surrogatepass")


def _place(node: Any) -> Place:
    return Place(node.start_mark.line + 1, node.start_mark.column + 1)
