"""Every snippet of the README is a file here, and every file here runs."""

import os
import re
import subprocess
import sys
from pathlib import Path

import pytest

from mockclaude import MockClaude

HERE = Path(__file__).parent
README = HERE.parent.parent / "README.md"
FILES = sorted(path for path in HERE.glob("*.py") if not path.name.startswith(("test_", "__")))


def test_the_snippets_of_the_readme_are_the_files_here() -> None:
    snippets = re.findall(r"```python\n(.*?)```", README.read_text(encoding="utf-8"), re.DOTALL)
    assert sorted(snippets) == sorted(path.read_text(encoding="utf-8") for path in FILES)


@pytest.mark.parametrize("path", FILES, ids=lambda path: path.stem)
def test_a_snippet_runs(path: Path) -> None:
    with MockClaude() as mock:
        environment = {**os.environ, "ANTHROPIC_BASE_URL": mock.url, "ANTHROPIC_API_KEY": mock.api_key}
        environment.pop("ANTHROPIC_AUTH_TOKEN", None)
        run = subprocess.run(
            [sys.executable, str(path)], capture_output=True, text=True, check=False, timeout=60, env=environment
        )
    assert run.returncode == 0, run.stderr
