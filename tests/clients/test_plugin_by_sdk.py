"""The tests of an application pass unchanged with every version of the SDK, each of its HTTP libraries, and with Node."""

import shutil
import subprocess
import sys
from pathlib import Path
from xml.etree import ElementTree as ET

import pytest

from .test_official_sdks import HERE, environment, node_folder, python_with

ROOT = HERE.parent.parent
NODE_TEST = "test_another_language_is_answered_too"

Outcomes = dict[str, str]


def outcomes(python: str, folder: Path, **variables: str) -> Outcomes:
    """What became of each test of the application, in a run of their own."""
    for name in ("application.py", "application.yaml"):
        shutil.copy(HERE / name, folder)
    (folder / "pytest.ini").write_text("[pytest]\nfilterwarnings = error\n    ignore::DeprecationWarning\n")
    command = [
        python,
        "-m",
        "pytest",
        "application.py",
        "-p",
        "no:cacheprovider",
        "--junitxml=j.xml",
    ]
    run = subprocess.run(
        command,
        capture_output=True,
        text=True,
        check=False,
        timeout=120,
        cwd=folder,
        env={**environment(), **variables},
    )
    assert (folder / "j.xml").exists(), run.stdout + run.stderr
    found: Outcomes = {}
    for case in ET.parse(folder / "j.xml").getroot().iter("testcase"):
        told = [child for child in case if child.tag in {"failure", "error", "skipped"}]
        found[str(case.get("name"))] = f"{told[0].tag}: {told[0].get('message')}" if told else "passed"
    return found


def check(found: Outcomes, *, with_node: bool = False) -> None:
    """Every test passes, except that the one that reaches for the paid API is failed by the plugin."""
    blocked = found.pop("test_the_paid_api_is_out_of_reach")
    assert blocked.startswith("failure: ")
    assert "this test tried to reach the paid API, and was kept from it" in blocked
    assert "api.anthropic.com, once, by application.py:" in blocked
    node = found.pop(NODE_TEST)
    assert node == ("passed" if with_node else "skipped: Node is tested apart")
    assert set(found.values()) == {"passed"}, found
    assert len(found) == 5


@pytest.mark.slow
def test_with_the_newest_sdk(tmp_path: Path) -> None:
    check(outcomes(sys.executable, tmp_path))


@pytest.mark.sdk
@pytest.mark.parametrize("requirement", ["anthropic<1", "anthropic<2", "anthropic<3"])
def test_with_every_major_version_of_the_sdk(tmp_path: Path, requirement: str) -> None:
    check(outcomes(python_with(requirement, "-e", f"{ROOT}[pytest]"), tmp_path))


@pytest.mark.sdk
def test_with_the_sdk_on_aiohttp(tmp_path: Path) -> None:
    python = python_with("anthropic[aiohttp]<3", "-e", f"{ROOT}[pytest]")
    check(outcomes(python, tmp_path, APPLICATION_HTTP="aiohttp"))


@pytest.mark.sdk
def test_with_node(tmp_path: Path) -> None:
    home = node_folder()
    shutil.copy(HERE / "application.mjs", home)
    check(outcomes(sys.executable, tmp_path, APPLICATION_NODE=str(home)), with_node=True)
