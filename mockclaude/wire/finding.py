"""What was noticed about an exchange: a broken rule or a remark."""

from dataclasses import dataclass
from typing import Literal

Severity = Literal["violation", "remark"]


@dataclass(frozen=True, slots=True)
class Finding:
    """A remark or violation attached to an interaction; `rule` is the id that `mockclaude explain` knows."""

    rule: str
    message: str
    severity: Severity = "violation"
    path: str | None = None

    def __str__(self) -> str:
        return f"{self.rule}: {self.message}"
