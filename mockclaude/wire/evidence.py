"""What a fact about the API rests on."""

from dataclasses import dataclass
from typing import Literal

Grade = Literal["observed", "documented", "reported", "assumed"]


@dataclass(frozen=True, slots=True)
class Evidence:
    """A graded source: a recording, an official page or SDK, a public report, or an assumption."""

    grade: Grade
    date: str
    where: str

    def __str__(self) -> str:
        return f"{self.grade} {self.date}: {self.where}"


def observed(date: str, where: str) -> Evidence:
    """Seen in a recording or capture of the real API."""
    return Evidence("observed", date, where)


def documented(date: str, where: str) -> Evidence:
    """Stated by an official page or SDK."""
    return Evidence("documented", date, where)


def reported(date: str, where: str) -> Evidence:
    """Told in a public thread or an unnamed copy."""
    return Evidence("reported", date, where)


def assumed(why: str, *, date: str = "2026-11") -> Evidence:
    """Our own best guess, and why."""
    return Evidence("assumed", date, why)
