"""Every Python snippet of the README is a file here, and every snippet runs or is checked."""

import json
import re
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from mockclaude import MockClaude
from mockclaude.cli import COMMANDS
from mockclaude.engine.scenario_reader import read_scenario

from ..clients.test_official_sdks import environment, node_folder

HERE = Path(__file__).parent
README = (HERE.parent.parent / "README.md").read_text(encoding="utf-8")
FILES = sorted(path for path in HERE.glob("*.py") if not path.name.startswith(("test_", "__")))
ADDRESS = "http://127.0.0.1:4242"
"""Where the README's server listens."""


def snippets(language: str) -> list[str]:
    """The blocks that are fenced with exactly this."""
    return re.findall(rf"^```{re.escape(language)}\n(.*?)^```$", README, re.DOTALL | re.MULTILINE)


def test_the_snippets_of_the_readme_are_the_files_here() -> None:
    assert sorted(snippets("python")) == sorted(path.read_text(encoding="utf-8") for path in FILES)


RUNNER = """
import json, runpy, sys, traceback
told = {}
for path in sys.argv[1:]:
    try:
        runpy.run_path(path, run_name="__main__")
    except BaseException:
        told[path] = traceback.format_exc()
json.dump(told, sys.stderr)
"""


@pytest.fixture(scope="module")
def failures() -> dict[str, str]:
    """What the snippets raise, by their paths; they share one process, since importing the SDK takes a second."""
    with MockClaude() as mock:
        variables = {**environment(), "ANTHROPIC_BASE_URL": mock.url, "ANTHROPIC_API_KEY": mock.api_key}
        command = [sys.executable, "-c", RUNNER, *map(str, FILES)]
        run = subprocess.run(command, capture_output=True, text=True, check=False, timeout=120, env=variables)
    assert run.returncode == 0, run.stderr
    told = json.loads(run.stderr)  # so nothing else was printed there
    assert isinstance(told, dict)
    return told


@pytest.mark.parametrize("path", FILES, ids=lambda path: path.stem)
def test_a_snippet_runs(failures: dict[str, str], path: Path) -> None:
    assert failures.get(str(path)) is None


@pytest.mark.skipif(shutil.which("curl") is None, reason="curl is not installed")
def test_the_control_api_answers_curl_as_told() -> None:
    [script] = snippets("sh control")
    with MockClaude() as mock:
        run = subprocess.run(
            ["sh", "-ec", script.replace(ADDRESS, mock.url)],
            capture_output=True,
            text=True,
            check=False,
            timeout=60,
            env={**environment(), "NO_PROXY": "*"},
        )
        assert (run.returncode, run.stderr) == (0, "")
        declared, message, verdict, journal = [
            json.loads(line) for line in run.stdout.replace("}{", "}\n{").splitlines()
        ]
        assert len(mock.workspace("checkout").journal) == 0, "it was reset"
    assert [stub["call_count"] for stub in declared["stubs"]] == [0]
    assert message["content"] == [{"type": "text", "text": "18 °C"}]
    assert (verdict["holds"], verdict["count"], journal["total"]) == (True, 1, 1)


def test_its_scenarios_are_sound() -> None:
    [scenario] = snippets("yaml")
    assert len(read_scenario(scenario).stubs) == 2


def test_it_names_no_command_that_there_is_not() -> None:
    named = re.findall(r"(?:^|`)mockclaude ([a-z]+)", README, re.MULTILINE)
    assert {name for name in named if name != "listens"} <= set(COMMANDS)


@pytest.mark.sdk
def test_the_recipe_for_vitest_passes() -> None:
    home = node_folder()
    npm = shutil.which("npm")
    assert npm is not None
    if not (home / "node_modules" / "vitest").exists():
        install = [npm, "install", "--no-audit", "--no-fund", "--silent", "vitest@3"]
        done = subprocess.run(install, capture_output=True, text=True, check=False, cwd=home)
        if done.returncode:
            pytest.skip(f"vitest cannot be installed here: {done.stderr[-200:]}")
    [recipe] = [snippet for snippet in snippets("ts") if "vitest" in snippet]
    (home / "recipe.test.ts").write_text(recipe)
    with MockClaude() as mock:
        run = subprocess.run(
            ["node", "node_modules/vitest/vitest.mjs", "run", "recipe.test.ts"],
            capture_output=True,
            text=True,
            check=False,
            timeout=120,
            cwd=home,
            env={**environment(), "MOCKCLAUDE_URL": mock.url},
        )
    assert run.returncode == 0, run.stdout + run.stderr
    assert "1 passed" in run.stdout
