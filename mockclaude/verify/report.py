"""What came of a run: one line for each property, and every failure in full; for people, programs and CI."""

import json
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Final, Literal, cast, get_args
from xml.etree.ElementTree import Element, SubElement, indent, tostring

from mockclaude.errors import SettingsError, nearest
from mockclaude.record.redact import without_keys
from mockclaude.verify.failure import Failure
from mockclaude.verify.property import Property
from mockclaude.wire.body import Json, JsonObject

Status = Literal["held", "failed", "known failure", "mended", "not applicable"]
"""`mended` is a known failure that was not seen: it is to be taken off the list."""

BAD: Final = frozenset({"failed", "mended"})
FORMAT: Final = 1
Kind = Literal["text", "json", "junit"]


@dataclass(frozen=True, slots=True)
class Result:
    """What came of one property; `reason` says why it is known, mended or not applicable."""

    about: Property
    status: Status
    examples: int = 0
    seconds: float = 0.0
    reason: str = ""
    failure: Failure | None = field(default=None, repr=False)
    remarks: tuple[str, ...] = ()

    @property
    def is_bad(self) -> bool:
        """Whether it lets the run fail."""
        return self.status in BAD

    def text(self) -> str:
        """What a failing test prints."""
        if self.status == "mended":
            return f"{self.about.title}: {self.reason}"
        return "" if self.failure is None else self.failure.text()

    def line(self) -> str:
        """The result in one line."""
        told = f"{self.about.id:<4}{self.about.name:<22}{self.status:<16}{self.examples:>5} examples"
        return f"{told}  {self.reason}".rstrip()


@dataclass(frozen=True, slots=True)
class Report:
    """The results of one client, in the order of the properties."""

    results: tuple[Result, ...]
    client: str = ""
    version: str = ""

    @property
    def failed(self) -> tuple[Result, ...]:
        """Those that let the run fail."""
        return tuple([result for result in self.results if result.is_bad])

    def __getitem__(self, property_id: str) -> Result:
        """The result of a property by its id; raises `KeyError`."""
        for result in self.results:
            if result.about.id == property_id:
                return result
        raise KeyError(property_id)

    def summary(self) -> str:
        """What it comes to, in one line."""
        counts = Counter([result.status for result in self.results])
        told = [f"{counts[status]} {status}" for status in get_args(Status) if counts[status]]
        return f"{self._named()}: {len(self.results)} properties, {', '.join(told) or 'none judged'}"

    def text(self) -> str:
        """For a terminal: every property, then every failure."""
        return "\n".join(self._lines())

    def json(self) -> str:
        """For programs."""
        data: JsonObject = {
            "format": FORMAT,
            "client": self.client,
            "version": self.version,
            "ok": not self.failed,
            "results": [_data_of(result) for result in self.results],
        }
        return without_keys(json.dumps(data, indent=2, ensure_ascii=False)) + "\n"

    def junit(self) -> str:
        """For CI: one test case for each property."""
        statuses = Counter([result.status for result in self.results])
        suite = Element(
            "testsuite",
            name="mockclaude verify client",
            tests=str(len(self.results)),
            failures=str(len(self.failed)),
            errors="0",
            skipped=str(statuses["not applicable"] + statuses["known failure"]),
            time=f"{sum([result.seconds for result in self.results]):.3f}",
        )
        for result in self.results:
            one = SubElement(
                suite, "testcase", classname=self._named(), name=result.about.title, time=f"{result.seconds:.3f}"
            )
            if result.is_bad:
                cause = result.failure.cause if result.failure else result.reason
                SubElement(one, "failure", message=_printable(cause)).text = _printable(result.text())
            elif result.status != "held":
                SubElement(one, "skipped", message=_printable(f"{result.status}: {result.reason}"))
        indent(suite)
        return tostring(suite, encoding="unicode", xml_declaration=True) + "\n"

    def write(self, kind: str, path: str | Path) -> None:
        """Writes it to a file as `text`, `json` or `junit`; raises `SettingsError` for another kind."""
        told = {"text": self.text, "json": self.json, "junit": self.junit}
        target = Path(path)
        target.parent.mkdir(parents=True, exist_ok=True)
        target.write_text(told[kind_named(kind)](), "utf-8")

    def _named(self) -> str:
        return " ".join([part for part in (self.client, self.version) if part]) or "client"

    def _lines(self) -> Iterator[str]:
        for result in self.results:
            yield result.line()
            yield from [f"    remark: {remark}" for remark in result.remarks]
        yield self.summary()
        for result in self.failed:
            yield ""
            yield result.text()


def kind_named(name: str) -> Kind:
    """The kind of report of that name; raises `SettingsError`."""
    kinds = get_args(Kind)
    if name not in kinds:
        raise SettingsError(f"no report is called {name!r}{nearest(name, kinds)}; expected one of {', '.join(kinds)}")
    return cast("Kind", name)


class ContractFailure(AssertionError):
    """A client does not hold all properties; `report` has every result."""

    def __init__(self, report: Report) -> None:
        named = ", ".join([result.about.title for result in report.failed])
        texts = [result.text() for result in report.failed]
        super().__init__("\n\n".join([f"{report.summary()}; {named}", *texts]))
        self.report = report


def _data_of(result: Result) -> JsonObject:
    remarks: Sequence[Json] = result.remarks
    data: JsonObject = {
        "id": result.about.id,
        "name": result.about.name,
        "sentence": result.about.sentence,
        "status": result.status,
        "examples": result.examples,
        "seconds": round(result.seconds, 3),
        "reason": result.reason,
        "remarks": [*remarks],
    }
    failure = result.failure
    if failure is not None:
        told: JsonObject = {"cause": failure.cause, "expected": failure.expected, "got": failure.got}
        data["failure"] = {**told, "path": failure.path, "case": failure.case.data()}
    return data


def _printable(text: str) -> str:
    """The text without what XML cannot hold."""
    return "".join(
        [
            sign
            if sign in "\t\n" or " " <= sign < "\ud800" or "\ue000" <= sign <= "\ufffd" or sign > "\uffff"
            else repr(sign)[1:-1]
            for sign in text
        ]
    )
