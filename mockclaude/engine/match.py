"""The words of matching: what a stub may ask of a call."""

import re
from collections.abc import Callable, Sequence
from fnmatch import translate

from mockclaude.call import Call
from mockclaude.engine.conversation import image_count, is_paused, results, system_text, tool_names, user_text
from mockclaude.engine.matcher import (
    Matchable,
    Matcher,
    Predicate,
    clipped,
    containing,
    leaf,
    matcher_of,
    pattern_written,
    quoted,
    searched,
    text,
    where,
)
from mockclaude.errors import ScriptError

__all__ = [
    "Matchable", "Matcher", "Predicate", "after_tool", "any_call", "header", "images", "matcher_of", "model", "offers",
    "paused", "regex", "streaming", "system", "text", "tool_result", "turns", "where",
]  # fmt: skip


def any_call() -> Matcher:
    """Matches every call."""
    return leaf("any_call", lambda _: True, lambda _: "")


def regex(pattern: str) -> Matcher:
    """Matches calls in which the pattern is found in the last user turn with text."""
    return searched("regex", user_text, compiled(pattern), quoted(pattern))


def system(wanted: str | re.Pattern[str]) -> Matcher:
    """Matches calls of which the system prompt contains the text."""
    if isinstance(wanted, re.Pattern):
        return searched("system", system_text, wanted, pattern_written(wanted))
    return containing("system", system_text, wanted)


def model(pattern: str) -> Matcher:
    """Matches calls to a model, by a glob on the name in the request or on the full id behind it."""
    fits = _glob(pattern)

    def test(call: Call) -> bool:
        return fits(call.body["model"]) or (call.knows_model and fits(call.model.id))

    return leaf("model", test, lambda call: quoted(call.body["model"]), quoted(pattern), sought=pattern)


def offers(*names: str) -> Matcher:
    """Matches calls that offer all of these tools, by globs on their names."""
    wanted = [_glob(name) for name in names]

    def test(call: Call) -> bool:
        offered = tool_names(call)
        return all(any(map(fits, offered)) for fits in wanted)

    return leaf("offers", test, lambda call: _listed(tool_names(call)), *map(quoted, names), sought=" ".join(names))


def after_tool(name: str = "*") -> Matcher:
    """Matches calls that have just brought the result of a tool, by a glob on its name."""
    fits = _glob(name)

    def test(call: Call) -> bool:
        return any(fits(result.tool) for result in results(call))

    written = () if name == "*" else (quoted(name),)
    return leaf(
        "after_tool", test, lambda call: _listed([result.tool for result in results(call)]), *written, sought=name
    )


def tool_result(wanted: str) -> Matcher:
    """Matches calls that have just brought a tool result that contains the text."""

    def said(call: Call) -> str:
        return "\n".join([result.text for result in results(call)])

    return containing("tool_result", said, wanted)


def turns(exactly: int | None = None, *, at_least: int = 0, at_most: int | None = None) -> Matcher:
    """Matches calls by the length of the conversation: 1 for its first message, 3 after one reply, and so on."""
    return _counted("turns", lambda call: len(call.dialogue), exactly, at_least, at_most)


def images(exactly: int | None = None, *, at_least: int = 1, at_most: int | None = None) -> Matcher:
    """Matches calls by how many images they carry, at least one unless told otherwise."""
    return _counted("images", image_count, exactly, at_least, at_most, least=1)


def streaming() -> Matcher:
    """Matches calls that ask for a stream."""
    return leaf(
        "streaming", lambda call: call.is_streaming, lambda call: "a stream" if call.is_streaming else "no stream"
    )


def paused() -> Matcher:
    """Matches calls that continue a paused turn: they end in a server tool call without its result."""
    return leaf("paused", is_paused, lambda _: "no pending server tool call")


def header(name: str, value: str = "*") -> Matcher:
    """Matches calls with that request header, by a glob on its value."""
    fits = _glob(value)

    def test(call: Call) -> bool:
        given = call.raw.headers.get(name)
        return given is not None and fits(given)

    def had(call: Call) -> str:
        given = call.raw.headers.get(name)
        return "none" if given is None else quoted(clipped(given))

    written = (quoted(name),) if value == "*" else (quoted(name), quoted(value))
    return leaf("header", test, had, *written, sought=value)


def compiled(pattern: str) -> re.Pattern[str]:
    """The compiled regular expression; raises `ScriptError`."""
    try:
        return re.compile(pattern)
    except re.error as fault:
        raise ScriptError(f"{pattern!r} is no regular expression: {fault}") from None


def _counted(
    name: str,
    count: Callable[[Call], int],
    exactly: int | None,
    at_least: int,
    at_most: int | None,
    *,
    least: int = 0,
) -> Matcher:
    low, high = (at_least, at_most) if exactly is None else (exactly, exactly)
    if exactly is not None:
        written = [str(exactly)]
    else:
        written = [f"at_least={at_least}"] if at_least != least else []
        written += [f"at_most={at_most}"] if at_most is not None else []

    def test(call: Call) -> bool:
        found = count(call)
        return low <= found and (high is None or found <= high)

    return leaf(name, test, lambda call: str(count(call)), *written)


def _glob(pattern: str) -> Callable[[str], bool]:
    fits = re.compile(translate(pattern)).match
    return lambda value: fits(value) is not None


def _listed(names: Sequence[str]) -> str:
    return ", ".join(names) or "none"
