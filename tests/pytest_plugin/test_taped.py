"""A test may be answered from a cassette of its own: recorded when the run says so, replayed otherwise."""

import json
from collections.abc import Iterator
from pathlib import Path
from typing import get_args

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mockclaude.mock import MockClaude
from mockclaude.pytest_plugin.options import OPTIONS
from mockclaude.pytest_plugin.taped import own_name
from mockclaude.record.cassette import Cassette
from mockclaude.settings import Mode

from .conftest import Suite

TESTS = """
@pytest.mark.mock_claude(cassette=True)
def test_it(mock_claude):
    assert ask("Hello", key=os.environ.get("REAL_KEY")) == os.environ["EXPECTED"]

class TestMore:
    @pytest.mark.parametrize("text", ["a/b", "a b"])
    @pytest.mark.mock_claude(cassette=True)
    def test_it(self, mock_claude, text):
        ask(text)
"""
EXPECTED = "It was said upstream."


@pytest.fixture
def upstream(monkeypatch: pytest.MonkeyPatch) -> Iterator[MockClaude]:
    with MockClaude() as mock:
        mock.reply(EXPECTED)
        monkeypatch.setenv("EXPECTED", EXPECTED)
        yield mock


def cassettes(folder: Path) -> dict[str, int]:
    """The cassettes of a project, and how many interactions each has."""
    return {
        str(path.relative_to(folder / "cassettes")): len(Cassette.load(path))
        for path in sorted((folder / "cassettes").rglob("*.json"))
    }


def test_each_test_records_a_cassette_of_its_own_and_replays_it(
    suite: Suite, upstream: MockClaude, pytester: pytest.Pytester, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("ANTHROPIC_API_KEY", "sk-ant-api03-of-the-user")
    flags = (f"--mock-claude-upstream={upstream.url}", "--mock-claude-record=once")
    suite(TESTS, *flags).assert_outcomes(passed=3)
    found = cassettes(pytester.path)
    assert list(found.values()) == [1, 1, 1]
    assert "test_it/test_it.json" in found
    assert [call.headers["x-api-key"] for call in upstream.calls] == ["[redacted]"] * 3
    assert all("of-the-user" not in path.read_text() for path in pytester.path.rglob("*.json"))
    upstream.close()
    monkeypatch.delenv("ANTHROPIC_API_KEY")
    suite(TESTS).assert_outcomes(passed=3)
    suite(TESTS, *flags).assert_outcomes(passed=3)
    assert cassettes(pytester.path) == found


def test_what_was_not_recorded_fails_the_test_with_the_way_out(
    suite: Suite, upstream: MockClaude, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("ANTHROPIC_API_KEY", "sk-ant-api03-of-the-user")
    tests = """
    @pytest.mark.mock_claude(cassette="all.json", record={!r})
    def test_it(mock_claude):
        ask({!r})
    """
    asked = "\n".join(line[4:] for line in tests.splitlines())
    suite(asked.format("all", "Hello"), f"--mock-claude-upstream={upstream.url}").assert_outcomes(passed=1)
    result = suite(asked.format("none", "Hullo"))
    result.assert_outcomes(failed=1)
    told = result.stdout.str()
    assert (
        "the cassette could not answer a call (HTTP 418): no interaction of all.json matches POST /v1/messages" in told
    )
    assert 'messages[0].content: recorded "Hello", asked "Hullo"' in told
    assert "Record it with --mock-claude-record=new_episodes, or script a reply for it." in told


def test_what_else_is_secret_is_a_setting(
    suite: Suite, upstream: MockClaude, pytester: pytest.Pytester, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("ANTHROPIC_API_KEY", "sk-ant-api03-of-the-user")
    test = """
@pytest.mark.mock_claude(cassette="one.json", record="once", redact="H.llo", redact_names="max-tokens, b")
def test_it(mock_claude):
    ask("Hello")
"""
    for _ in range(2):
        suite(test, f"--mock-claude-upstream={upstream.url}").assert_outcomes(passed=1)
    [path] = pytester.path.rglob("one.json")
    assert "Hello" not in path.read_text()
    [interaction] = Cassette.load(path)
    assert json.loads(interaction.request.body)["max_tokens"] == "[redacted]"


def test_a_test_that_fails_rewrites_nothing(
    suite: Suite, upstream: MockClaude, pytester: pytest.Pytester, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("ANTHROPIC_API_KEY", "sk-ant-api03-of-the-user")
    test = """
@pytest.mark.mock_claude(cassette="one.json", record="rewrite")
def test_it(mock_claude):
    ask("Hello")
    assert {}
"""
    where = f"--mock-claude-upstream={upstream.url}"
    for is_well, count in ((True, 1), (False, 2), (True, 1)):
        suite(test.format(is_well), where).assert_outcomes(passed=int(is_well), failed=int(not is_well))
        [path] = pytester.path.rglob("one.json")
        assert len(Cassette.load(path)) == count


def test_without_a_key_a_recorder_says_what_it_needs(suite: Suite, upstream: MockClaude) -> None:
    flags = (f"--mock-claude-upstream={upstream.url}", "--mock-claude-record=all")
    result = suite(
        "@pytest.mark.mock_claude(cassette=True)\ndef test_it(mock_claude):\n    print(ask())\n", *flags, "-rP"
    )
    assert "is not asked with a mock key" in result.stdout.str()
    assert not upstream.calls


def test_a_missing_cassette_and_an_unknown_difference_are_told(suite: Suite) -> None:
    tests = "@pytest.mark.mock_claude(cassette=True{})\ndef test_it(mock_claude):\n    pass\n"
    missing = suite(tests.format("")).stdout.str()
    assert "mock_claude: there is no cassette" in missing
    unknown = suite(tests.format(', ignore="modl"')).stdout.str()
    assert "no difference is called 'modl'; did you mean 'model'?" in unknown


def test_the_modes_are_those_of_a_tape() -> None:
    assert OPTIONS["record"].choices == get_args(Mode)


@given(st.text(min_size=1), st.text(min_size=1))
def test_no_two_tests_share_a_cassette(one: str, two: str) -> None:
    first, second = own_name(f"tests/test_it.py::test[{one}]"), own_name(f"tests/test_it.py::test[{two}]")
    assert (first == second) is (one == two)
    assert len(first.name) < 130
    assert first.parent.name == "test_it"
