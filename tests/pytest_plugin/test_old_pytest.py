"""The plugin serves the oldest pytest that it names, and lets an older one be."""

import subprocess
from pathlib import Path

import pytest

from ..clients.test_official_sdks import environment, python_with

ROOT = Path(__file__).parents[2]
TESTS = "def test_with(mock_claude):\n    assert mock_claude.url\n\ndef test_without():\n    pass\n"

pytestmark = pytest.mark.sdk


@pytest.mark.parametrize(
    ("requirement", "told"),
    [
        ("pytest==8.0.0", ["2 passed"]),
        ("pytest<8", ["mockclaude: its fixtures need pytest 8 or newer, this is 7.", "1 passed, 1 error"]),
    ],
)
def test_a_run_with_an_older_pytest(tmp_path: Path, requirement: str, told: list[str]) -> None:
    (tmp_path / "test_it.py").write_text(TESTS)
    python = python_with(requirement, "-e", str(ROOT))
    command = [python, "-m", "pytest", "-p", "no:cacheprovider"]
    run = subprocess.run(
        command, capture_output=True, text=True, check=False, timeout=120, cwd=tmp_path, env=environment()
    )
    assert [text for text in told if text not in run.stdout] == [], run.stdout + run.stderr
