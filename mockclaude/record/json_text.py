"""Walks the text of a JSON document and finds what to change in it, without changing anything else.

The text is read token by token, so that spaces, escapes and the form of numbers stay as they were written, and so that
a document that breaks off can be read too.
"""

import json
import re
from collections.abc import Callable, Iterable, Iterator
from typing import Final

from mockclaude.record.edits import Edit

TOKEN: Final = re.compile(r'"(?:[^"\\]|\\.)*(?:"|\\?\Z)|[{}\[\],:]|[^\s{}\[\],:"]+', re.DOTALL)
UNIT: Final = re.compile(r"\\u(?P<code>[0-9a-fA-F]{4})|\\(?P<short>.)|(?P<plain>[^\\]+)", re.DOTALL)
ESCAPE: Final = re.compile(r"\\u(?P<code>[0-9a-fA-F]{4})|\\(?P<short>.)", re.DOTALL)
SHORT: Final = {"b": "\b", "f": "\f", "n": "\n", "r": "\r", "t": "\t"}
EMPTY: Final = frozenset({"null", "true", "false", '""', '"'})
"""Values that hide nothing."""
DECLARED: Final = frozenset({"properties", "$defs", "definitions"})
"""Where a JSON Schema lists fields: what they are named there holds no value."""


class Walk:
    """One pass over a text.

    `in_text` gives the edits of a string's content; `hides` tells by which rule the value of a field is hidden as a
    whole: by its name alone (the value is then empty), or by its name and its text.
    """

    def __init__(
        self, text: str, *, in_text: Callable[[str], Iterable[Edit]], hides: Callable[[str, str], str | None], word: str
    ) -> None:
        self._text = text
        self._in_text = in_text
        self._hides = hides
        self._word = word
        self._around: list[tuple[bool, str]] = []  # for each object or list around: whether an object, and its field
        self._key = ""
        self._at_key = False
        self._rule: str | None = None  # why the value that follows is hidden

    def edits(self) -> Iterator[Edit]:
        """What to change, in order."""
        tokens = TOKEN.finditer(self._text)
        for token in tokens:
            sign = token[0]
            if sign in ":,}]":
                self._step(sign)
            elif sign in "{[":
                if self._rule is not None:
                    yield Edit(token.start(), self._end(tokens), f'"{self._word}"', self._rule)
                    self._rule = None
                    continue
                self._around.append((sign == "{", self._key))
                self._at_key = sign == "{"
            elif self._at_key and sign[0] == '"':
                self._key, self._at_key = content(sign)[0], False
                yield from self._string(token.start(), sign)
            else:
                yield from self._value(token)

    def _step(self, sign: str) -> None:
        """A sign between values, or after the last of them."""
        in_object, field = self._around[-1] if self._around else (False, "")
        if sign == ":":
            self._rule = None if field in DECLARED or not in_object else self._hides(self._key, "")
            return
        self._rule = None
        self._at_key = sign == "," and in_object
        if sign != "," and self._around:
            self._around.pop()

    def _end(self, tokens: Iterator[re.Match[str]]) -> int:
        """Where the object or list ends that has just begun."""
        depth = 1
        for token in tokens:
            depth += (token[0] in "{[") - (token[0] in "}]")
            if not depth:
                return token.end()
        return len(self._text)

    def _value(self, token: re.Match[str]) -> Iterator[Edit]:
        sign = token[0]
        is_field = bool(self._around) and self._around[-1][0]
        hidden = self._rule or (self._hides(self._key, content(sign)[0]) if is_field and sign[0] == '"' else None)
        if hidden is None or sign in EMPTY:
            yield from self._string(token.start(), sign)
        elif content(sign)[0] != self._word:
            yield Edit(token.start(), token.end(), f'"{self._word}"', hidden)

    def _string(self, start: int, sign: str) -> Iterator[Edit]:
        if sign[0] != '"':
            return
        text, places = content(sign)
        for edit in self._in_text(text):
            first, last = (places[edit.start], places[edit.end]) if places else (edit.start, edit.end)
            escaped = json.dumps(edit.text, ensure_ascii=False)[1:-1]
            yield Edit(start + 1 + first, start + 1 + last, escaped, edit.rule)


def content(sign: str) -> tuple[str, list[int]]:
    """What a string token says, and where each character and the end stand in it; no places where nothing is escaped."""
    raw = sign[1:-1] if len(sign) > 1 and sign[-1] == '"' else sign[1:]
    if "\\" not in raw:
        return raw, []
    parts: list[str] = []
    places: list[int] = []
    for unit in UNIT.finditer(raw):
        if unit["plain"]:
            parts.append(unit["plain"])
            places.extend(range(unit.start(), unit.end()))
        else:
            parts.append(character(unit))
            places.append(unit.start())
    return "".join(parts), [*places, len(raw)]


def character(unit: re.Match[str]) -> str:
    """What an escape stands for; one half of a character where JSON tells it in two."""
    return chr(int(unit["code"], 16)) if unit["code"] else SHORT.get(unit["short"], unit["short"])


def unescaped(text: str) -> str:
    """The text with every escape in it undone, as its strings would be read."""
    return ESCAPE.sub(character, text) if "\\" in text else text
