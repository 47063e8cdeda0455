"""Sentences and values that stand in for a script, chosen by a hash so that the same request gets the same text.

They are read from a table made beforehand: loading Faker would hold up the first answer.
"""

from collections.abc import Callable
from functools import cache
from hashlib import blake2b
from pathlib import Path
from typing import Final

from mockclaude.meter.memo import Memo

TABLE: Final = Path(__file__).with_name("canned.txt")


@cache
def _sections() -> dict[str, tuple[str, ...]]:
    found: dict[str, list[str]] = {}
    for line in TABLE.read_text(encoding="utf-8").splitlines()[1:]:
        if line.startswith("["):
            lines = found[line[1:-1]] = []
        else:
            lines.append(line)
    return {name: tuple(lines) for name, lines in found.items()}


def section(name: str) -> tuple[str, ...]:
    """The lines of that section of the table, none if it has no such section."""
    return _sections().get(name, ())


def number_of(key: str) -> int:
    """The 128-bit number that stands for a key in every choice."""
    return int.from_bytes(blake2b(key.encode("utf-8", "surrogatepass"), digest_size=16).digest(), "big")


def pick(name: str, number: int) -> str:
    """The line of a section that a number chooses."""
    lines = section(name)
    return lines[number % len(lines)]


def _prose(key: str) -> str:
    number = number_of(key)
    body = section("body")
    number, first = divmod(number, len(body))
    number, more = divmod(number, 3)
    number, step = divmod(number, len(body) // 3 - 1)
    middle = [body[(first + place * (step + 1)) % len(body)] for place in range(1 + more)]
    return " ".join([pick("opening", number), *middle, pick("closing", number >> 16)])


def _thought(key: str) -> str:
    return pick("thinking", number_of(f"thought:{key}"))


prose: Final = Memo[str, str](_prose, entries=2048)
"""A few sentences for a key."""

thought: Final = Memo[str, str](_thought, entries=2048)
"""What a model that thinks might think first."""


def faked(key: str) -> str:
    """Sentences that Faker makes for a key; the first call waits for Faker to load."""
    return _paragraphs()(number_of(key))


@cache
def _paragraphs() -> Callable[[int], str]:
    from faker import Faker

    fake = Faker("en_US")

    def paragraph(number: int) -> str:
        fake.seed_instance(number)
        return str(fake.paragraph(nb_sentences=4))

    return paragraph
