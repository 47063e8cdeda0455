"""A matcher: decides whether a call is meant, combines with others, prints as written and explains itself."""

import json
import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import PurePath
from typing import Final, TypeAlias
from weakref import WeakKeyDictionary

from mockclaude.call import Call
from mockclaude.engine.conversation import user_text
from mockclaude.errors import MockClaudeError, ScriptError
from mockclaude.wire import shown
from mockclaude.wire.body import Block

SHOWN: Final = 60
"""Characters of what a call had that an explanation quotes."""


@dataclass(frozen=True, slots=True, repr=False, eq=False)
class Matcher:
    """Decides whether a call is meant; made by the functions of `match` and combined with `&`, `|` and `~`.

    `why` tells what the call had instead, `closeness` from 0 to 1 how nearly it matched, `says` what the matcher
    says when it stands where a reply is expected.
    """

    written: str
    spoken: str
    test: Callable[[Call], bool]
    why: Callable[[Call], str]
    closeness: Callable[[Call], float]
    sign: str = ""
    parts: tuple["Matcher", ...] = ()
    says: Block | None = None

    def matches(self, call: Call) -> bool:
        """Whether the call is meant."""
        return self.test(call)

    def explain(self, call: Call) -> str:
        """Which part failed and what the call had; empty for a call that matches."""
        return "" if self.test(call) else self.why(call)

    def difference(self, call: Call) -> tuple[str, ...]:
        """Its parts against a call, a line each: what fits as it is, what fails after a `-`, what was there after a `+`.

        Nothing for a matcher of one part, of which `explain` has told all.
        """
        lines: list[str] = []
        for part in self.parts if self.sign == "&" else ():
            why = part.explain(call)
            lines += [f"- {part.written}", f"+ {why.replace(': got ', ': ')}"] if why else [f"  {part.written}"]
        return tuple(lines)

    def __and__(self, other: "Matchable") -> "Matcher":
        return _all(_parts("&", self, matcher_of(other)))

    def __rand__(self, other: "Matchable") -> "Matcher":
        return _all(_parts("&", matcher_of(other), self))

    def __or__(self, other: "Matchable") -> "Matcher":
        return _any(_parts("|", self, matcher_of(other)))

    def __ror__(self, other: "Matchable") -> "Matcher":
        return _any(_parts("|", matcher_of(other), self))

    def __invert__(self) -> "Matcher":
        return _none(self)

    def __repr__(self) -> str:
        return shown.shown(self.written)

    def __str__(self) -> str:
        return shown.shown(self.spoken)


Predicate: TypeAlias = Callable[[Call], bool]
"""Any function of a call; runs at most once per call, and only when the matchers before it have let the call by."""

Matchable: TypeAlias = Matcher | str | Predicate
"""A matcher, a text that the user's words contain, or a predicate."""


def matcher_of(value: Matchable) -> Matcher:
    """The matcher that a value stands for; raises `ScriptError`."""
    if isinstance(value, Matcher):
        return value
    if isinstance(value, str):
        return text(value)
    if callable(value):
        return where(value)
    raise ScriptError(f'{value!r} is no matcher; expected one such as text("weather"), a string or a predicate')


def text(wanted: str | re.Pattern[str]) -> Matcher:
    """Matches calls in which the last user turn with text contains the text; as a reply, says the text."""
    if isinstance(wanted, re.Pattern):
        return searched("text", user_text, wanted, pattern_written(wanted))
    says: Block = {"type": "text", "text": wanted}
    return containing("text", user_text, wanted, says=says)


def where(predicate: Predicate) -> Matcher:
    """Matches calls for which the predicate holds."""
    name = _name_of(predicate)

    def test(call: Call) -> bool:
        verdicts = _VERDICTS.setdefault(call, {})
        if id(predicate) not in verdicts:
            verdicts[id(predicate)] = _asked(predicate, name, call)
        return verdicts[id(predicate)]

    return leaf("where", test, lambda call: f"{call!r}", name)


_VERDICTS: Final[WeakKeyDictionary[Call, dict[int, bool]]] = WeakKeyDictionary()
"""What each predicate said of a call that is still being answered, so that none is asked twice."""


def _asked(predicate: Predicate, name: str, call: Call) -> bool:
    try:
        verdict: object = predicate(call)
    except MockClaudeError:
        raise
    except Exception as fault:
        raise ScriptError(f"the predicate {name} failed on {call!r}: {type(fault).__name__}: {fault}") from fault
    if hasattr(verdict, "__await__"):
        raise ScriptError(f"the predicate {name} is asynchronous; expected a plain function of a call")
    return bool(verdict)


def leaf(
    name: str,
    test: Callable[[Call], bool],
    had: Callable[[Call], str],
    *arguments: str,
    sought: str = "",
    near: Callable[[Call], str] | None = None,
    says: Block | None = None,
) -> Matcher:
    """A matcher that asks one thing; `had` tells what the call has there, `sought` what would have fitted.

    `near` tells it for people, where it takes longer to find what is worth telling.
    """

    def closeness(call: Call) -> float:
        return 1.0 if test(call) else 0.9 * likeness(sought, had(call))

    return Matcher(
        f"{name}({', '.join(arguments)})",
        " ".join([name, *arguments]),
        test,
        lambda call: f"{name}: got {(near or had)(call)}",
        closeness,
        says=says,
    )


def containing(name: str, read: Callable[[Call], str], wanted: str, *, says: Block | None = None) -> Matcher:
    """A matcher for a text within what is read of the call; raises `ScriptError` for what is none."""
    if not isinstance(wanted, str):
        raise ScriptError(f"{name} is {wanted!r}; expected a text, or a pattern made by re.compile")
    return leaf(
        name,
        lambda call: wanted in read(call),
        lambda call: quoted(clipped(read(call))),
        quoted(wanted),
        sought=wanted,
        near=lambda call: quoted(clipped_near(read(call), wanted)),
        says=says,
    )


def searched(name: str, read: Callable[[Call], str], pattern: re.Pattern[str], written: str) -> Matcher:
    """A matcher for a pattern in what is read of the call."""
    return leaf(
        name,
        lambda call: pattern.search(read(call)) is not None,
        lambda call: quoted(clipped(read(call))),
        written,
        sought=pattern.pattern,
    )


def _parts(sign: str, *matchers: Matcher) -> tuple[Matcher, ...]:
    """The matchers with chains of the same sign opened."""
    return tuple([part for matcher in matchers for part in (matcher.parts if matcher.sign == sign else (matcher,))])


def _all(parts: tuple[Matcher, ...]) -> Matcher:
    def failing(call: Call) -> Matcher:
        return next(part for part in parts if not part.test(call))

    def closeness(call: Call) -> float:
        for place, part in enumerate(parts):
            if not part.test(call):
                return (place + part.closeness(call)) / len(parts)
        return 1.0

    return Matcher(
        *_joined("&", parts),
        lambda call: all(part.test(call) for part in parts),
        lambda call: failing(call).why(call),
        closeness,
        "&",
        parts,
    )


def _any(parts: tuple[Matcher, ...]) -> Matcher:
    return Matcher(
        *_joined("|", parts),
        lambda call: any(part.test(call) for part in parts),
        lambda call: " and ".join(dict.fromkeys([part.why(call) for part in parts])),
        lambda call: max(part.closeness(call) for part in parts),
        "|",
        parts,
    )


def _none(part: Matcher) -> Matcher:
    written, spoken = (f"~({one})" if part.sign in {"&", "|"} else f"~{one}" for one in (part.written, part.spoken))
    return Matcher(
        written,
        spoken,
        lambda call: not part.test(call),
        lambda call: f"{spoken}: got {call!r}",
        lambda call: float(not part.test(call)),
        "~",
        (part,),
    )


def _joined(sign: str, parts: Sequence[Matcher]) -> tuple[str, str]:
    """How a combination is written and spoken; `&` binds closer than `|`."""
    loose = [sign == "&" and part.sign == "|" for part in parts]
    written = [f"({part.written})" if wrap else part.written for part, wrap in zip(parts, loose, strict=True)]
    spoken = [f"({part.spoken})" if wrap else part.spoken for part, wrap in zip(parts, loose, strict=True)]
    return f" {sign} ".join(written), f" {sign} ".join(spoken)


def likeness(sought: str, had: str) -> float:
    """How much of what was sought stands in one piece in what the call had, from 0 to 1."""
    from difflib import SequenceMatcher  # only explanations of misses pay for its import

    if not sought or not had:
        return 0.0
    return SequenceMatcher(None, sought, had, autojunk=False).find_longest_match().size / len(sought)


def quoted(value: str) -> str:
    """The text as a Python string in double quotes."""
    return json.dumps(value, ensure_ascii=any("\ud800" <= sign <= "\udfff" for sign in value))


def clipped(value: str) -> str:
    """The beginning of a text, as much as an explanation quotes."""
    return shown.clipped(value, length=SHOWN)


def clipped_near(value: str, sought: str) -> str:
    """The part of a text that is most like what was sought in it, as much as an explanation quotes."""
    from difflib import SequenceMatcher  # only explanations of misses pay for its import

    text = shown.shown(value[: shown.READ])
    if len(text) <= SHOWN:
        return clipped(value)
    found = SequenceMatcher(None, text, sought[: shown.READ], autojunk=False).find_longest_match()
    start = max(0, min(found.a - found.b, found.a + found.size - SHOWN // 2, len(text) - SHOWN))
    start = start if start > SHOWN // 4 else 0
    more = start + SHOWN < len(text) or len(value) > shown.READ
    return f"{'…' if start else ''}{text[start : start + SHOWN]}{'…' if more else ''}"


def pattern_written(pattern: re.Pattern[str]) -> str:
    """A compiled pattern as its author wrote it."""
    flags = re.RegexFlag(pattern.flags) & ~re.UNICODE
    return f"re.compile({quoted(pattern.pattern)}{f', {flags!r}' if flags else ''})"


def _name_of(predicate: Predicate) -> str:
    name = getattr(predicate, "__name__", None) or type(predicate).__name__
    code = getattr(predicate, "__code__", None)
    if name != "<lambda>" or code is None:
        return str(name)
    return f"<lambda {PurePath(code.co_filename).name}:{code.co_firstlineno}>"
