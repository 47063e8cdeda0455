"""Texts that match a regular expression, for the `pattern` of a schema.

`re` itself parses the expression and the tree is walked; what looks around is skipped and left to the final check.
"""

import re
import string
from collections.abc import Callable, Mapping, Sequence
from random import Random
from re import _parser  # type: ignore[attr-defined]  # the public name is deprecated
from typing import Any, Final

ATTEMPTS: Final = 40
LONGEST: Final = 10_000
WORD: Final = string.ascii_lowercase + string.ascii_uppercase + string.digits
SIGNS: Final = "-_.,:;!?+*/=@#%&()[]{}<>'\"\\|~^$` "
CATEGORIES: Final[Mapping[str, str]] = {
    "CATEGORY_DIGIT": string.digits,
    "CATEGORY_NOT_DIGIT": string.ascii_lowercase,
    "CATEGORY_SPACE": " ",
    "CATEGORY_NOT_SPACE": WORD,
    "CATEGORY_WORD": WORD,
    "CATEGORY_NOT_WORD": "-",
}


def matching(pattern: str, random: Random, *, shortest: int = 0, longest: int | None = None) -> str | None:
    """A text in which the pattern is found, within the lengths; `None` when none comes up."""
    try:
        wanted = re.compile(pattern)
        tree = _parser.parse(pattern)
    except (re.error, RecursionError, OverflowError):
        return None
    for attempt in range(ATTEMPTS):
        try:
            text = _Writer(random, spare=(0, 2, 6, shortest)[attempt % 4]).write(tree)
        except (LookupError, RecursionError):
            return None
        text = text.ljust(shortest, "a")
        if (longest is None or len(text) <= longest) and wanted.search(text):
            return text
    return None


class _Writer:
    """Writes one text for a parsed expression; `spare` is how often more than needed a part may be repeated."""

    def __init__(self, random: Random, *, spare: int) -> None:
        self.random = random
        self.spare = spare
        self.groups: dict[int, str] = {}
        self.length = 0

    def write(self, tree: Sequence[tuple[object, Any]]) -> str:
        return "".join([_PARTS[str(kind)](self, argument) for kind, argument in tree])

    def pick(self, letters: str) -> str:
        self.length += 1
        if self.length > LONGEST:
            raise LookupError("too long")
        return self.random.choice(letters)

    def set_of(self, members: Sequence[tuple[object, Any]]) -> str:
        letters = "".join([_members(str(kind), argument) for kind, argument in members])
        if members and str(members[0][0]) == "NEGATE":
            letters = "".join([letter for letter in WORD + SIGNS if letter not in letters])
        return self.pick(letters)

    def repeat(self, argument: tuple[int, int, Sequence[tuple[object, Any]]]) -> str:
        least, most, tree = argument
        if least > LONGEST:
            raise LookupError("too long")
        times = least + self.random.randint(0, min(int(most) - least, self.spare))
        return "".join([self.write(tree) for _ in range(times)])

    def group(self, argument: tuple[int | None, int, int, Sequence[tuple[object, Any]]]) -> str:
        number, _, _, tree = argument
        text = self.write(tree)
        if number is not None:
            self.groups[number] = text
        return text


def _members(kind: str, argument: Any) -> str:
    match kind:
        case "LITERAL":
            return chr(argument)
        case "RANGE":
            first, last = argument
            return "".join(map(chr, range(first, min(last, first + 255) + 1)))
        case "CATEGORY":
            return CATEGORIES[str(argument)]
    return ""


_PARTS: Final[Mapping[str, Callable[[_Writer, Any], str]]] = {
    "ANY": lambda writer, _: writer.pick(WORD),
    "ASSERT": lambda *_: "",
    "ASSERT_NOT": lambda *_: "",
    "AT": lambda *_: "",
    "ATOMIC_GROUP": _Writer.write,
    "BRANCH": lambda writer, argument: writer.write(writer.random.choice(argument[1])),
    "GROUPREF": lambda writer, number: writer.groups.get(number, ""),
    "IN": _Writer.set_of,
    "LITERAL": lambda _, code: chr(code),
    "MAX_REPEAT": _Writer.repeat,
    "MIN_REPEAT": _Writer.repeat,
    "NOT_LITERAL": lambda writer, code: writer.pick(WORD.replace(chr(code), "")),
    "POSSESSIVE_REPEAT": _Writer.repeat,
    "SUBPATTERN": _Writer.group,
}
