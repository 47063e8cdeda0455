"""The marker, the ini file and the flags say how a test is served, and every mistake in them is told at once."""

import re
from datetime import date
from pathlib import Path
from typing import get_args

import pytest

from mockclaude.errors import SettingsError
from mockclaude.pytest_plugin.options import OPTIONS, checked, default_of, from_marker
from mockclaude.settings import Validation

from .conftest import Suite

TELLING = """
def test_it(mock_claude):
    assert mock_claude.settings.validation == "{}"
"""


def mark(*arguments: object, **named: object) -> pytest.Mark:
    return pytest.mark.mock_claude(*arguments, **named).mark


@pytest.mark.parametrize("name", OPTIONS)
def test_every_setting_is_a_flag_and_a_line_of_the_ini_file(suite: Suite, name: str) -> None:
    told = suite("", "--help").stdout.str()
    assert f"--mock-claude-{name.replace('_', '-')}" in told
    assert re.search(rf"^  mock_claude_{name} \(string\):", told, re.MULTILINE)


def test_the_marker_is_known_and_lists_its_arguments(suite: Suite) -> None:
    told = suite("", "--markers", "--strict-markers").stdout.str()
    [line] = re.findall(r"^@pytest.mark.mock_claude\((.*)\): (.*)$", told, re.MULTILINE)
    names = [name for name, option in OPTIONS.items() if option.in_marker]
    assert line == (", ".join(f"{name}=" for name in names), "how mockclaude serves this test")


@pytest.mark.parametrize(
    ("marked", "flags", "ini", "expected"),
    [
        ("", [], "", "strict"),
        ("", [], "mock_claude_validation = live", "live"),
        ("", ["--mock-claude-validation=off"], "mock_claude_validation = live", "off"),
        ("live", ["--mock-claude-validation=off"], "", "live"),
    ],
)
def test_the_marker_wins_over_the_flag_and_the_flag_over_the_ini_file(
    suite: Suite, marked: str, flags: list[str], ini: str, expected: str
) -> None:
    marker = f'@pytest.mark.mock_claude(validation="{marked}")' if marked else ""
    suite(marker + TELLING.format(expected), *flags, ini=ini).assert_outcomes(passed=1)


def test_the_marker_nearest_to_the_test_wins_and_keeps_what_it_does_not_say() -> None:
    nearest_first = [mark(validation="off"), mark(validation="live", strict_stubs=True), mark(contract="error")]
    assert from_marker(nearest_first) == {"validation": "off", "strict_stubs": True, "contract": "error"}


def test_none_in_the_marker_means_the_default() -> None:
    assert from_marker([mark(validation=None), mark(validation="off")]) == {"validation": "strict"}


def test_the_marker_alone_brings_the_fixture(suite: Suite) -> None:
    suite("""
@pytest.mark.mock_claude(scenario="hello")
def test_it():
    assert ask() == "Hello! How can I help you today?"

def test_without():
    assert "ANTHROPIC_API_KEY" not in os.environ
""").assert_outcomes(passed=2)


def test_the_marker_serves_examples_without_the_fixture_of_one_test(suite: Suite) -> None:
    suite("""
@pytest.mark.mock_claude(validation="off")
def test_it(request, mock_claude_server):
    assert "mock_claude" not in request.fixturenames
    with mock_claude_server.example() as mock:
        assert mock.settings.validation == "off"
""").assert_outcomes(passed=1)


@pytest.mark.parametrize("place", ["beside the test", "below the root", "ready"])
def test_a_scenario_is_found(suite: Suite, pytester: pytest.Pytester, place: str) -> None:
    text = "stubs:\n  - replies: [Found.]\n"
    folder = {"beside the test": pytester.path / "tests", "below the root": pytester.path / "stories"}.get(place)
    name = "hello" if folder is None else "story.yaml" if place == "beside the test" else "stories/story.yaml"
    (pytester.path / "tests").mkdir()
    if folder is not None:
        folder.mkdir(exist_ok=True)
        (folder / "story.yaml").write_text(text)
    (pytester.path / "tests" / "test_more.py").write_text(
        f"import pytest, app\n@pytest.mark.mock_claude(scenario={name!r})\ndef test_it(mock_claude):\n"
        f"    assert app.ask() == {'Found.' if folder else 'Hello! How can I help you today?'!r}\n"
    )
    suite("", ini="pythonpath = .").assert_outcomes(passed=1)


@pytest.mark.parametrize(
    ("arguments", "told"),
    [
        ('validaton="off"', "has no argument 'validaton'; did you mean 'validation'?; known: validation, strict_stubs, *"),
        ('validation="lax"', "validation of @pytest.mark.mock_claude is 'lax'; expected one of strict, live, off"),
        ('validation="strikt"', "*is 'strikt'; did you mean 'strict'?; expected one of strict, live, off"),
        ("strict_stubs=3", "strict_stubs of @pytest.mark.mock_claude is 3; expected true or false"),
        ('"off"', "@pytest.mark.mock_claude takes no positional arguments, got ('off',); name it, as in scenario='off'; known: *"),
        ('cassette="none.json"', "there is no cassette */none.json; record it with --mock-claude-record=once"),
        ('scenario="helo"', "there is no scenario 'helo', neither a file nor a ready one; did you mean 'hello'?"),
        ('api_version="2023-06-11"', "api_version is '2023-06-11'; did you mean '2023-06-01'?; expected one of 2023-*"),
        ("session_env=True", "has no argument 'session_env', since it holds for the whole run; write mock_claude_session_env in the ini file, or --mock-claude-session-env"),
    ],
)  # fmt: skip
def test_a_mistake_in_the_marker_fails_its_test_and_says_why(suite: Suite, arguments: str, told: str) -> None:
    result = suite(
        f"@pytest.mark.mock_claude({arguments})\ndef test_it(mock_claude): pass\ndef test_good(mock_claude): pass"
    )
    result.assert_outcomes(errors=1, passed=1)
    pattern = told if told.startswith("*") else f"*{told}"
    assert any(re.search(re.escape(pattern).replace(r"\*", ".*"), line) for line in result.outlines), (
        result.stdout.str()
    )


@pytest.mark.parametrize(
    ("flags", "ini", "told"),
    [
        (["--mock-claude-contract=eror"], "", "--mock-claude-contract is 'eror'; did you mean 'error'?; expected one of warn, error, off"),
        ([], "mock_claude_strict_stubs = maybe", "the ini option mock_claude_strict_stubs is 'maybe'; expected true or false"),
        ([], "mock_claude_validaton = live", "the ini option mock_claude_validaton is unknown; did you mean 'validation'?; known: mock_claude_ with validation, strict_stubs, *"),
        ([], "mock_claude = 1", "the ini option mock_claude is unknown; known: mock_claude_ with validation, strict_stubs, *"),
        (["--mock-claude-as-of=soon"], "", "--mock-claude-as-of is 'soon'; expected a day such as 2026-11-23"),
    ],
)  # fmt: skip
def test_a_mistake_of_the_run_ends_it_before_the_first_test(
    suite: Suite, flags: list[str], ini: str, told: str
) -> None:
    result = suite("def test_it(): pass", *flags, ini=ini)
    assert result.ret == pytest.ExitCode.USAGE_ERROR
    result.stderr.fnmatch_lines([f"ERROR: mockclaude: {told.replace('[', '?')}"])


def test_a_key_in_the_place_of_something_else_is_not_repeated(suite: Suite) -> None:
    key = "sk-ant-api03-" + "aB3" * 30
    marked = suite(f"pytestmark = pytest.mark.mock_claude(scenario={key!r})\ndef test_it(mock_claude): pass")
    marked.assert_outcomes(errors=1)
    run = suite("def test_it(): pass", f"--mock-claude-validation={key}")
    assert run.ret == pytest.ExitCode.USAGE_ERROR
    for said in (marked.stdout.str(), run.stderr.str()):
        assert "'[redacted]'" in said
        assert "aB3aB3" not in said


@pytest.mark.parametrize("name", OPTIONS)
def test_a_default_is_a_value_that_may_be_set(name: str) -> None:
    value = default_of(name)
    assert value is None or checked(name, value, where="here") == value


def test_validation_is_what_settings_know() -> None:
    assert OPTIONS["validation"].choices == get_args(Validation)


@pytest.mark.parametrize(("text", "value"), [("true", True), ("On", True), ("0", False), ("no", False)])
def test_an_ini_file_says_yes_and_no_in_several_ways(text: str, value: bool) -> None:
    assert checked("strict_stubs", text, where="here") is value


def test_values_are_read_as_what_they_are() -> None:
    assert checked("as_of", " 2026-11-23 ", where="here") == date(2026, 11, 23)
    assert checked("scenario", Path("story.yaml"), where="here") == Path("story.yaml")
    with pytest.raises(SettingsError, match="here is 1; expected a file"):
        checked("report", 1, where="here")
