"""Failures of published clients that are known: not hidden, and not counted as news."""

import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from fnmatch import fnmatchcase
from functools import cache
from pathlib import Path
from typing import Final

TABLE: Final = Path(__file__).with_suffix(".toml")


@dataclass(frozen=True, slots=True)
class KnownFailure:
    """One property that some versions of a client do not hold."""

    client: str
    versions: tuple[str, ...]
    property: str
    reason: str
    since: str
    source: str

    def concerns(self, client: str, version: str) -> bool:
        """Whether that version of that client is meant."""
        return client == self.client and any(fnmatchcase(version, pattern) for pattern in self.versions)


@cache
def known_failures() -> tuple[KnownFailure, ...]:
    """All of the table."""
    rows = tomllib.loads(TABLE.read_text("utf-8"))["failure"]
    return tuple([KnownFailure(**{**row, "versions": tuple(row["versions"])}) for row in rows])


def known_of(client: str, version: str, *, besides: Mapping[str, str] | None = None) -> dict[str, str]:
    """Property to reason: what is known of that version, and what its user knows besides."""
    told = {
        one.property: f"{one.client} {version}: {one.reason}"
        for one in known_failures()
        if one.concerns(client, version)
    }
    return told | dict(besides or {})
