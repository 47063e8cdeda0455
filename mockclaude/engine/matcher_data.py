"""Matchers as the data that a scenario's `when` holds: the inverse of reading it.

A matcher prints as it was written, so what it was written with can be read back from that.
"""

import ast
from collections.abc import Callable, Mapping, Sequence
from typing import Final, NamedTuple, cast

from mockclaude.engine.matcher import Matcher
from mockclaude.errors import ScriptError
from mockclaude.wire.body import Json, JsonObject

FLAGS: Final[Mapping[str, str]] = {"ASCII": "a", "IGNORECASE": "i", "MULTILINE": "m", "DOTALL": "s", "VERBOSE": "x"}
"""Flags of a compiled pattern by the letters that stand for them inside of one."""


def data_of_matcher(matcher: Matcher) -> JsonObject:
    """The matcher as a scenario's `when`; raises `ScriptError` for a predicate and for what has no word there."""
    if matcher.sign == "&":
        return _all([data_of_matcher(part) for part in matcher.parts])
    if matcher.sign == "|":
        return {"any": [data_of_matcher(part) for part in matcher.parts]}
    if matcher.sign == "~":
        inner = data_of_matcher(matcher.parts[0])
        return {key: not value for key, value in inner.items()} if set(inner) in SWITCHES else {"not": inner}
    word = _read(matcher)
    return WORDS[word.name](word)


def _all(parts: Sequence[JsonObject]) -> JsonObject:
    """One object of which all keys must hold; keys that are taken go into an object of their own."""
    whole: JsonObject = {}
    rest: list[JsonObject] = []
    for part in parts:
        if whole.keys().isdisjoint(part):
            whole.update(part)
        elif set(whole) & set(part) == {"headers"} and _joins(whole["headers"], part["headers"]):
            both = {**cast("JsonObject", whole["headers"]), **cast("JsonObject", part["headers"])}
            whole.update({**part, "headers": both})
        else:
            rest.append(part)
    if not rest:
        return whole
    other = _all(rest)
    if "any" not in whole:
        return {**whole, "any": [other]}
    if "not" not in whole:
        return {**whole, "not": {"not": other}}
    return {"not": {"any": [{"not": whole}, {"not": other}]}}


def _joins(ours: Json, theirs: Json) -> bool:
    return cast("JsonObject", ours).keys().isdisjoint(cast("JsonObject", theirs))


class _Word(NamedTuple):
    """A matcher as it was written: its name and arguments."""

    name: str
    values: list[Json]
    named: JsonObject
    pattern: str | None = None

    @property
    def only(self) -> Json:
        """The one argument."""
        return self.values[0]


def _read(matcher: Matcher) -> _Word:
    """What a matcher was written with: it prints as it was written."""
    try:
        tree = ast.parse(matcher.written, mode="eval").body
        assert isinstance(tree, ast.Call)
        assert isinstance(tree.func, ast.Name)
        assert tree.func.id in WORDS
        named = {str(keyword.arg): ast.literal_eval(keyword.value) for keyword in tree.keywords}
        if tree.args and isinstance(tree.args[0], ast.Call):
            assert tree.func.id == "text"
            return _Word("text", [], named, _inline(tree.args[0]))
        return _Word(tree.func.id, [_literal(argument) for argument in tree.args], named)
    except (AssertionError, SyntaxError, ValueError):
        known = ", ".join(f"{name}()" for name in WORDS)
        raise ScriptError(
            f"{matcher!r} exists in this process only and cannot be written as data; matchers that can: {known}"
        ) from None


def _literal(node: ast.expr) -> Json:
    """A text or number; halves of a character that were escaped apart are put together."""
    value = ast.literal_eval(node)
    return (
        value.encode("utf-16", "surrogatepass").decode("utf-16", "surrogatepass") if isinstance(value, str) else value
    )


def _inline(compiled: ast.Call) -> str:
    """A compiled pattern with its flags inside of it."""
    pattern, *flags = compiled.args
    names = [node.attr for flag in flags for node in ast.walk(flag) if isinstance(node, ast.Attribute)]
    letters = "".join([FLAGS[name] for name in names if name in FLAGS])
    assert len(letters) == len(names)
    return f"(?{letters}){_literal(pattern)}" if letters else str(_literal(pattern))


def _named(key: str) -> Callable[[_Word], JsonObject]:
    return lambda word: {key: word.only}


def _text(word: _Word) -> JsonObject:
    return {"text": word.only} if word.pattern is None else {"regex": word.pattern}


def _count(key: str, least: int) -> Callable[[_Word], JsonObject]:
    return lambda word: {key: word.only if word.values else word.named or {"at_least": least}}


WORDS: Final[Mapping[str, Callable[[_Word], JsonObject]]] = {
    "any_call": lambda _: {},
    "text": _text,
    "regex": _named("regex"),
    "model": _named("model"),
    "system": _named("system"),
    "offers": lambda word: {"tools": word.values} if word.values else {},
    "after_tool": lambda word: {"after_tool": word.only if word.values else "*"},
    "tool_result": _named("tool_result"),
    "turns": _count("turns", 0),
    "images": _count("images", 1),
    "streaming": lambda _: {"stream": True},
    "paused": lambda _: {"paused": True},
    "header": lambda word: {"headers": {str(word.only): word.values[1] if len(word.values) > 1 else "*"}},
}
"""What each word of matching is called in a scenario's `when`."""

SWITCHES: Final = ({"stream"}, {"paused"})
"""Keys that say no by themselves."""
