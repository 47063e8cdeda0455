"""A report tells every property to people, programs and CI, and no key to anybody."""

import json
from pathlib import Path
from xml.etree import ElementTree as ET

import pytest

from mockclaude.errors import SettingsError
from mockclaude.verify.asked import asking
from mockclaude.verify.case import Case
from mockclaude.verify.failure import Failure
from mockclaude.verify.properties import PROPERTIES
from mockclaude.verify.report import ContractFailure, Report, Result

KEY = "sk-ant-api03-secret"
P1, P2, P3, P4, P5 = PROPERTIES[:5]
FAILURE = Failure(P2, Case(asking("stream"), ({"text": "\x00"},)), "two\x08 differ", "x", f"y {KEY}")
REPORT = Report(
    (
        Result(P1, "held", 10, 0.5, remarks=("it is slow",)),
        Result(P2, "failed", 3, 0.25, FAILURE.cause, FAILURE),
        Result(P3, "known failure", 3, 0.25, "it is being mended", FAILURE),
        Result(P4, "mended", 10, 0.5, "take it off the list"),
        Result(P5, "not applicable", reason="the adapter has no method agent"),
    ),
    "mine",
    "1.0",
)


def test_a_line_for_each_property_then_the_failures() -> None:
    lines = REPORT.text().splitlines()
    assert lines[:6] == [
        "P1  split-stream          held               10 examples",
        "    remark: it is slow",
        "P2  two-answers           failed              3 examples  two\x08 differ",
        "P3  unforeseen-event      known failure       3 examples  it is being mended",
        "P4  lost-edge             mended             10 examples  take it off the list",
        "P5  hidden-error          not applicable      0 examples  the adapter has no method agent",
    ]
    assert lines[6] == "mine 1.0: 5 properties, 1 held, 1 failed, 1 known failure, 1 mended, 1 not applicable"
    assert "P4 lost-edge: take it off the list" in lines
    assert KEY not in REPORT.text()


def test_a_report_without_results_says_so() -> None:
    assert Report(()).summary() == "client: 0 properties, none judged"


def test_results_are_found_by_their_property() -> None:
    assert REPORT["P4"].status == "mended"
    assert REPORT.failed == (REPORT["P2"], REPORT["P4"])
    with pytest.raises(KeyError):
        REPORT["P9"]


def test_programs_get_json() -> None:
    data = json.loads(REPORT.json())
    assert {key: data[key] for key in ("format", "client", "version", "ok")} == {
        "format": 1, "client": "mine", "version": "1.0", "ok": False,
    }  # fmt: skip
    assert data["results"][0] == {
        "id": "P1", "name": "split-stream", "sentence": P1.sentence, "status": "held", "examples": 10, "seconds": 0.5,
        "reason": "", "remarks": ["it is slow"],
    }  # fmt: skip
    assert data["results"][1]["failure"] == {
        "cause": "two\x08 differ", "expected": "x", "got": "y [redacted]", "path": "", "case": FAILURE.case.data(),
    }  # fmt: skip


def test_ci_gets_junit_without_what_xml_cannot_hold() -> None:
    suite = ET.fromstring(REPORT.junit().partition("\n")[2])
    assert {name: suite.get(name) for name in ("tests", "failures", "errors", "skipped", "time")} == {
        "tests": "5", "failures": "2", "errors": "0", "skipped": "2", "time": "1.500",
    }  # fmt: skip
    told = {case.get("name"): {child.tag: child.get("message") for child in case} for case in suite}
    assert told == {
        "P1 split-stream": {},
        "P2 two-answers": {"failure": "two\\x08 differ"},
        "P3 unforeseen-event": {"skipped": "known failure: it is being mended"},
        "P4 lost-edge": {"failure": "take it off the list"},
        "P5 hidden-error": {"skipped": "not applicable: the adapter has no method agent"},
    }
    assert KEY not in REPORT.junit()


def test_reports_go_to_files(tmp_path: Path) -> None:
    for kind, text in (("text", REPORT.text()), ("json", REPORT.json()), ("junit", REPORT.junit())):
        REPORT.write(kind, tmp_path / "new" / kind)
        assert (tmp_path / "new" / kind).read_bytes().decode() == text
    with pytest.raises(SettingsError, match="no report is called 'junt'; did you mean 'junit'"):
        REPORT.write("junt", tmp_path / "x")


def test_a_contract_failure_names_all_that_failed() -> None:
    told = str(ContractFailure(REPORT))
    assert told.splitlines()[0].endswith("1 not applicable; P2 two-answers, P4 lost-edge")
    assert KEY not in told
