"""Texts that fit the name of the field they stand in."""

import re
from collections.abc import Callable, Mapping
from random import Random
from typing import Final

from mockclaude.engine.canned import pick, section

SYNONYMS: Final[Mapping[str, str]] = {
    "author": "name",
    "colour": "color",
    "customer": "name",
    "destination": "city",
    "employer": "company",
    "firstname": "first_name",
    "givenname": "first_name",
    "hometown": "city",
    "href": "url",
    "lastname": "last_name",
    "link": "url",
    "location": "city",
    "login": "user",
    "mail": "email",
    "nationality": "country",
    "organisation": "company",
    "organization": "company",
    "origin": "city",
    "owner": "name",
    "person": "name",
    "place": "city",
    "surname": "last_name",
    "telephone": "phone",
    "town": "city",
    "uri": "url",
    "username": "user",
    "website": "url",
    "zip": "postcode",
    "zipcode": "postcode",
}
"""Sections of the table by other words for them."""

FIXED: Final[Mapping[str, str]] = {
    "command": "ls",
    "date": "2026-11-23",
    "expression": "2 + 2",
    "file": "notes.txt",
    "filename": "notes.txt",
    "id": "a1b2c3",
    "path": "docs/notes.txt",
    "query": "opening hours of the library",
    "ticker": "ACME",
    "time": "09:30",
    "timezone": "Europe/Paris",
    "title": "Notes from the library",
    "unit": "celsius",
}

FORMATS: Final[Mapping[str, Callable[[Random], str]]] = {
    "date": lambda random: f"2026-11-{random.randint(10, 28)}",
    "date-time": lambda random: f"2026-11-23T{random.randint(10, 23)}:30:00Z",
    "duration": lambda random: f"PT{random.randint(1, 48)}H",
    "email": lambda random: pick("email", random.getrandbits(32)),
    "hostname": lambda random: f"host-{random.randint(1, 99)}.example.com",
    "idn-email": lambda random: pick("email", random.getrandbits(32)),
    "idn-hostname": lambda random: f"host-{random.randint(1, 99)}.example.com",
    "ipv4": lambda random: f"192.0.2.{random.randint(1, 254)}",
    "ipv6": lambda random: f"2001:db8::{random.randint(1, 0xFFFF):x}",
    "iri": lambda random: pick("url", random.getrandbits(32)),
    "json-pointer": lambda _: "/items/0",
    "regex": lambda _: "^[a-z]+$",
    "time": lambda random: f"{random.randint(10, 23)}:30:00Z",
    "uri": lambda random: pick("url", random.getrandbits(32)),
    "uri-reference": lambda random: pick("url", random.getrandbits(32)),
    "uuid": lambda random: "{:08x}-{:04x}-4{:03x}-a{:03x}-{:012x}".format(
        *map(random.getrandbits, (32, 16, 12, 12, 48))
    ),
}
"""Values of the formats that JSON Schema names; addresses are from the ranges reserved for examples."""

_WORDS: Final = re.compile(r"[A-Z]?[a-z]+|[A-Z]+")


def text_for(name: str, random: Random) -> str:
    """A text for a field of that name: the most telling of its last words decides, else it is a sentence."""
    words = [word.lower() for word in _WORDS.findall(name)]
    for start in range(len(words)):
        for joint in ("_", ""):
            word = joint.join(words[start:])
            if word in FIXED:
                return FIXED[word]
            kind = SYNONYMS.get(word, word)
            if kind not in _SENTENCES and section(kind):
                return pick(kind, random.getrandbits(32))
    return pick("body", random.getrandbits(32))


_SENTENCES: Final = frozenset({"opening", "body", "closing", "thinking"})
