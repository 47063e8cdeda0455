"""Every Python snippet of the README is a file here, and every snippet runs or is checked.

Files called `pytest_*` hold tests, and files called `before_*` what other mocks need in their place; all other files
are scripts.
"""

import json
import re
import shutil
import subprocess
import sys
from pathlib import Path
from xml.etree import ElementTree as ET

import pytest

from mockclaude import MockClaude
from mockclaude.cli import COMMANDS
from mockclaude.engine.scenario_reader import read_scenario
from mockclaude.pytest_plugin.options import OPTIONS

from ..clients.test_official_sdks import environment, node_folder, python_with

HERE = Path(__file__).parent
README = (HERE.parent.parent / "README.md").read_text(encoding="utf-8")
FILES = sorted(path for path in HERE.glob("*.py") if not path.name.startswith(("test_", "__")))
OLD_LIBRARIES = {
    "before_respx": ("anthropic<1", "respx", "pytest"),
    "before_pytest_httpx": ("anthropic<1", "pytest-httpx", "pytest"),
    "before_vcrpy": ("anthropic<3", "vcrpy", "pytest"),
}
"""What else the snippets with other mocks need; `respx` and `pytest-httpx` know the SDK only below version 1."""

OLD = [path for path in FILES if path.stem in OLD_LIBRARIES]
SUITES = [path for path in FILES if path.name.startswith(("pytest_", "before_")) and path not in OLD]
SCRIPTS = [path for path in FILES if path not in {*OLD, *SUITES}]
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
    """What the scripts raise, by their paths; they share one process, since importing the SDK takes a second."""
    with MockClaude() as mock:
        variables = {**environment(), "ANTHROPIC_BASE_URL": mock.url, "ANTHROPIC_API_KEY": mock.api_key}
        command = [sys.executable, "-c", RUNNER, *map(str, SCRIPTS)]
        run = subprocess.run(command, capture_output=True, text=True, check=False, timeout=120, env=variables)
    assert run.returncode == 0, run.stderr
    told = json.loads(run.stderr)  # so nothing else was printed there
    assert isinstance(told, dict)
    return told


@pytest.mark.parametrize("path", SCRIPTS, ids=lambda path: path.stem)
def test_a_snippet_runs(failures: dict[str, str], path: Path) -> None:
    assert failures.get(str(path)) is None


INI = """
[pytest]
pythonpath = .
python_files = pytest_*.py before_*.py
addopts = -p no:cacheprovider --junitxml=junit.xml
"""
OURS = """
filterwarnings =
    error
    ignore:unclosed:ResourceWarning
asyncio_mode = auto
asyncio_default_fixture_loop_scope = function
"""
"""The application leaves its clients to the garbage collector, as many do."""


def suite(folder: Path, python: str, *paths: Path, **variables: str) -> tuple[dict[str, list[str]], str]:
    """Runs tests as a user would, in a folder that has the application too: outcomes by file, and what was printed."""
    for path in (*paths, HERE / "summaries.py"):
        shutil.copy(path, folder)
    (folder / "pytest.ini").write_text(INI + (OURS if python == sys.executable else ""))
    environ = {**environment(), "PYTHONPATH": str(folder), "CI": "1", **variables}
    run = subprocess.run(
        [python, "-m", "pytest", *[path.name for path in paths]],
        capture_output=True, text=True, check=False, timeout=120, cwd=folder, env=environ,
    )  # fmt: skip
    assert (folder / "junit.xml").exists(), run.stdout + run.stderr
    outcomes: dict[str, list[str]] = {}
    for case in ET.parse(folder / "junit.xml").getroot().iter("testcase"):
        wrong = [child.tag for child in case if child.tag in {"failure", "error", "skipped"}]
        outcomes.setdefault(str(case.get("classname")), []).append(wrong[0] if wrong else "passed")
    return outcomes, run.stdout + run.stderr


VCRPY = """
interactions:
- request:
    body: '{"max_tokens":100,"messages":[{"role":"user","content":"Summarise: A long story."}],"model":"claude-opus-5"}'
    headers:
      accept: [application/json]
      content-type: [application/json]
    method: POST
    uri: https://api.anthropic.com/v1/messages
  response:
    body:
      string: '{"model":"claude-opus-5","id":"msg_01A","type":"message","role":"assistant","content":[{"type":"text","text":"A short story."}],"stop_reason":"end_turn","stop_sequence":null,"usage":{"input_tokens":12,"output_tokens":5}}'
    headers:
      Content-Type: [application/json]
    status: {code: 200, message: OK}
version: 1
"""
"""What vcrpy writes for the test that stood before."""


def imported(folder: Path) -> None:
    """Imports what vcrpy has recorded, as the README tells."""
    [command] = snippets("sh vcrpy")
    program = command.replace("mockclaude", f"{sys.executable} -m mockclaude", 1)
    run = subprocess.run(["sh", "-ec", program], capture_output=True, text=True, check=False, cwd=folder, timeout=60)
    assert run.returncode == 0, run.stdout + run.stderr


@pytest.fixture(scope="module")
def suites(tmp_path_factory: pytest.TempPathFactory) -> tuple[dict[str, list[str]], str]:
    """The outcomes of all snippets that are tests."""
    folder = tmp_path_factory.mktemp("suites")
    (folder / "cassettes").mkdir()
    (folder / "cassettes" / "summary.yaml").write_text(VCRPY)
    imported(folder)
    return suite(folder, sys.executable, *SUITES)


@pytest.mark.parametrize("path", SUITES, ids=lambda path: path.stem)
def test_a_snippet_that_is_a_test_passes(suites: tuple[dict[str, list[str]], str], path: Path) -> None:
    outcomes, told = suites
    assert set(outcomes.get(path.stem, ["missing"])) == {"passed"}, told


@pytest.mark.sdk
@pytest.mark.parametrize("path", [path for path in OLD if path.stem != "before_vcrpy"], ids=lambda path: path.stem)
def test_what_stood_before_passed_with_the_sdk_of_its_time(tmp_path: Path, path: Path) -> None:
    python = python_with(*OLD_LIBRARIES[path.stem])
    outcomes, told = suite(tmp_path, python, path, ANTHROPIC_API_KEY="sk-ant-mock-before")
    assert outcomes == {path.stem: ["passed"]}, told


@pytest.mark.sdk
def test_what_stood_before_with_vcrpy_replays_what_it_recorded(tmp_path: Path) -> None:
    path = HERE / "before_vcrpy.py"
    python = python_with(*OLD_LIBRARIES[path.stem])
    with MockClaude() as mock:
        mock.reply("A short story.")
        variables = {"ANTHROPIC_BASE_URL": mock.url, "ANTHROPIC_API_KEY": mock.api_key}
        for _ in range(2):
            outcomes, told = suite(tmp_path, python, path, **variables)
            assert outcomes == {path.stem: ["passed"]}, told
        mock.assert_called(times=1)
    assert mock.api_key not in (tmp_path / "cassettes" / "summary.yaml").read_text()
    imported(tmp_path)
    after = HERE / "pytest_replayed.py"
    outcomes, told = suite(tmp_path, sys.executable, after)
    assert outcomes == {after.stem: ["passed"]}, told


@pytest.mark.sdk
def test_aimock_reads_the_fixtures_that_are_shown(tmp_path: Path) -> None:
    [fixtures] = snippets("json aimock")
    (tmp_path / "fixtures.json").write_text(fixtures)
    home = node_folder()
    npm = shutil.which("npm")
    assert npm is not None
    tool = home / "node_modules" / "@copilotkit" / "aimock" / "dist" / "cli.js"
    if not tool.exists():
        install = [npm, "install", "--no-audit", "--no-fund", "--silent", "@copilotkit/aimock@1.43.0"]
        done = subprocess.run(install, capture_output=True, text=True, check=False, cwd=home)
        if done.returncode:
            pytest.skip(f"aimock cannot be installed here: {done.stderr[-200:]}")
    check = ["node", str(tool), "--validate-on-load", "-f", str(tmp_path / "fixtures.json"), "-p", "0"]
    with subprocess.Popen(check, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True) as server:
        try:
            assert server.stdout is not None
            url = next(found[0] for line in server.stdout if (found := re.search(r"http://[\w.]+:\d+", line)))
            command = [sys.executable, "-c", "from summaries import summarise; print(summarise('A long story.'))"]
            variables = {**environment(), "ANTHROPIC_BASE_URL": url, "ANTHROPIC_API_KEY": "x", "PYTHONPATH": str(HERE)}
            run = subprocess.run(command, capture_output=True, text=True, check=True, timeout=60, env=variables)
            assert run.stdout == "A short story.\n"
        finally:
            server.terminate()


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


def test_it_lists_every_setting_of_the_pytest_plugin() -> None:
    chapter = README.partition("## In pytest\n")[2].partition("\n## ")[0]
    rows = re.findall(r"^\| `(\w+)`(, not in the marker)? \| (.*) \|$", chapter, re.MULTILINE)
    told = {name: (not outside, re.findall(r"`(\w+)`", text)) for name, outside, text in rows if name in OPTIONS}
    assert {name: in_marker for name, (in_marker, _) in told.items()} == {
        name: option.in_marker for name, option in OPTIONS.items()
    }
    for name, option in OPTIONS.items():
        assert not option.choices or sorted(told[name][1]) == sorted(option.choices)


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
