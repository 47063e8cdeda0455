"""What one test saw, as plain data: it travels from a worker to the run, and into the report."""

from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Final, TypedDict


class Offence(TypedDict):
    """A rule that requests broke, and how many did."""

    rule: str
    message: str
    path: str | None
    fix: str
    count: int


@dataclass(frozen=True, kw_only=True)
class Told:
    """What a test did; all of it JSON.

    `unanswered` are calls that its script could not answer, `wrong_versions` requests of another API version,
    `egress` attempts to reach the paid API, `late` the tests before it whose keys were used, and `forgotten` the
    number of requests that no verdict can be passed on, since the journal let go of them.
    """

    calls: int = 0
    models: Mapping[str, int] = field(default_factory=dict)
    tokens: Mapping[str, int] = field(default_factory=dict)
    offences: list[Offence] = field(default_factory=list)
    unanswered: list[str] = field(default_factory=list)
    unused_stubs: list[str] = field(default_factory=list)
    wrong_versions: list[str] = field(default_factory=list)
    egress: list[str] = field(default_factory=list)
    late: list[str] = field(default_factory=list)
    forgotten: int = 0

    def properties(self) -> Mapping[str, str]:
        """What stands beside the test in a JUnit file."""
        said = {
            "calls": str(self.calls),
            "models": ", ".join(sorted(self.models)),
            **{name: str(count) for name, count in self.tokens.items() if count},
            "violations": ", ".join(sorted({offence["rule"] for offence in self.offences})),
        }
        return {f"mockclaude.{name}": text for name, text in said.items() if text}


NOTHING: Final = Told()


def joined(parts: Iterable[Told]) -> Told:
    """Several parts as one; a text that stands in two of them is told once."""
    known = [part for part in parts if part != NOTHING]
    if len(known) < 2:
        return known[0] if known else NOTHING
    offences: dict[tuple[str, str, str | None], Offence] = {}
    for offence in [offence for part in known for offence in part.offences]:
        key = (offence["rule"], offence["message"], offence["path"])
        before = offences[key]["count"] if key in offences else 0
        offences[key] = {**offence, "count": offence["count"] + before}
    return Told(
        calls=sum(part.calls for part in known),
        models=_added(part.models for part in known),
        tokens=_added(part.tokens for part in known),
        offences=list(offences.values()),
        unanswered=_distinct(part.unanswered for part in known),
        unused_stubs=_distinct(part.unused_stubs for part in known),
        wrong_versions=_distinct(part.wrong_versions for part in known),
        egress=_distinct(part.egress for part in known),
        late=_distinct(part.late for part in known),
        forgotten=sum(part.forgotten for part in known),
    )


def _added(counts: Iterable[Mapping[str, int]]) -> dict[str, int]:
    whole: Counter[str] = Counter()
    for count in counts:
        whole.update(count)
    return dict(whole)


def _distinct(lists: Iterable[list[str]]) -> list[str]:
    return list(dict.fromkeys(text for texts in lists for text in texts))
