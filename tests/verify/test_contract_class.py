"""The properties as items of pytest: each passes, fails, is skipped and is selected by itself."""

import os
import runpy
import subprocess
import sys
from collections import Counter
from pathlib import Path
from xml.etree import ElementTree as ET

import pytest

from mockclaude.verify import ClientContract, check_client
from mockclaude.verify.properties import PROPERTIES

ROOT = Path(__file__).parent.parent.parent
MODULE = """
from mockclaude.verify import ClientContract
from tests.verify.planted import Retrying, Sound, TakesAnyEnd


class TestSound(ClientContract):
    adapter = Sound()
    max_examples = 3


class TestKnown(ClientContract):
    adapter = TakesAnyEnd()
    max_examples = 3
    known_failures = {"P6": "it is being mended"}


class TestMended(ClientContract):
    adapter = Sound()
    max_examples = 3
    known_failures = {"P6": "it was mended"}
    failures = None


class TestFailing(ClientContract):
    adapter = TakesAnyEnd()
    max_examples = 3


class TestNothing(ClientContract):
    pass
"""


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Where pytest ran the classes above."""
    folder = tmp_path_factory.mktemp("contract")
    (folder / "test_clients.py").write_text(MODULE)
    command = [
        sys.executable,
        "-m",
        "pytest",
        "-q",
        "-W",
        "error",
        "-o",
        "asyncio_default_fixture_loop_scope=function",
        "-p",
        "no:cacheprovider",
        "--junitxml=out.xml",
        "-k",
        "P6 or P8 or P13",
    ]
    run = subprocess.run(
        command, capture_output=True, text=True, check=False, cwd=folder, env={**os.environ, "PYTHONPATH": str(ROOT)}
    )
    assert run.returncode == 1, run.stdout + run.stderr
    return folder


def outcomes(folder: Path, name: str) -> dict[str, str]:
    """Property to outcome of one class."""
    cases = ET.parse(folder / "out.xml").iter("testcase")
    found = {}
    for case in cases:
        if str(case.get("classname")).endswith(name):
            ended = next(iter(case), None)
            kind = "passed" if ended is None else str(ended.get("type") or ended.tag).removeprefix("pytest.")
            found[str(case.get("name")).partition("[")[2].partition("-")[0]] = kind
    return found


def message(folder: Path, name: str) -> str:
    """What the item of P6 in a class said."""
    [case] = [
        case
        for case in ET.parse(folder / "out.xml").iter("testcase")
        if str(case.get("classname")).endswith(name) and "[P6-" in str(case.get("name"))
    ]
    return f"{case[0].get('message')}\n{case[0].text}"


def test_a_property_is_an_item_and_what_cannot_be_judged_is_skipped(folder: Path) -> None:
    assert outcomes(folder, "TestSound") == {"P6": "passed", "P8": "passed", "P13": "skip"}


def test_a_known_failure_is_expected_with_its_reason(folder: Path) -> None:
    assert outcomes(folder, "TestKnown")["P6"] == "xfail"
    assert message(folder, "TestKnown").startswith("it is being mended\n")


def test_a_known_failure_that_holds_fails(folder: Path) -> None:
    assert outcomes(folder, "TestMended")["P6"] == "failure"
    assert "take it off the list: it was mended" in message(folder, "TestMended")


def test_a_failure_is_our_text_and_its_case_is_saved(folder: Path) -> None:
    assert Counter(outcomes(folder, "TestFailing").values()) == {"failure": 1, "passed": 1, "skip": 1}
    told = message(folder, "TestFailing")
    assert "P6 accepted-truncation: a stream that broke off is taken for a whole answer" in told
    assert "Traceback" not in told
    [saved] = (folder / ".mockclaude" / "failures").glob("*.json")
    assert f"mockclaude verify replay .mockclaude/failures/{saved.name} --adapter MODULE:NAME" in told


def test_a_class_without_a_client_says_what_is_missing(folder: Path) -> None:
    assert set(outcomes(folder, "TestNothing").values()) == {"error"}
    assert "TestNothing names no client; expected `adapter = ...` in the class" in message(folder, "TestNothing")


def test_the_class_of_the_readme_holds() -> None:
    found = runpy.run_path(str(ROOT / "tests" / "examples" / "verify_with_pytest.py"))["TestChat"]
    assert issubclass(found, ClientContract)
    report = check_client(found.adapter, properties=["P5", "P8", "P17"], max_examples=3, failures=None)
    assert {result.status for result in report.results} == {"held"}


def test_every_property_can_be_selected_by_its_id() -> None:
    ids = [f"{one.id}-{one.name}" for one in PROPERTIES]
    for one in PROPERTIES:
        assert [name for name in ids if f"{one.id}-" in name] == [f"{one.id}-{one.name}"]
