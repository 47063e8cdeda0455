"""Under xdist every worker has its own server, and the run has one summary."""

import json
import re

import pytest

from .conftest import APPLICATION, INI

WORKERS = 4

pytestmark = pytest.mark.slow  # five processes


@pytest.mark.parametrize("session_env", [False, True])
def test_four_workers_share_nothing_and_tell_one_summary(pytester: pytest.Pytester, session_env: bool) -> None:
    pytester.makefile(".ini", pytest=f"{INI}\nmock_claude_session_env = {session_env}\npythonpath = .")
    pytester.makepyfile(app=APPLICATION)
    pytester.makeconftest("import os\nEARLY = os.environ.get('ANTHROPIC_API_KEY')" if session_env else "EARLY = None")
    pytester.makepyfile(
        test_it="""
        import os, pytest
        from app import ask, PREFILLED
        from conftest import EARLY

        @pytest.mark.parametrize("number", range(40))
        def test_own(mock_claude, number, record_property):
            mock_claude.reply(str(number))
            assert ask() == ask(key=EARLY) == str(number)
            mock_claude.assert_called(times=2)
            record_property("key", mock_claude.api_key)
            record_property("url", mock_claude.url)

        def test_bad(mock_claude):
            ask(messages=PREFILLED)
        """
    )
    flags = ["-n", str(WORKERS), "-p", "no:cacheprovider", "--mock-claude-report=mock.json", "--junitxml=junit.xml"]
    result = pytester.runpytest_subprocess(*flags, timeout=120)
    result.assert_outcomes(passed=41)
    result.stdout.fnmatch_lines(["81 calls in 41 tests, *", "assistant-prefill: 1 request in test_it.py::test_bad"])
    assert result.stdout.str().count("= mockclaude =") == 1
    report = json.loads((pytester.path / "mock.json").read_text())
    assert (report["calls"], len(report["tests"])) == (81, 41)
    junit = (pytester.path / "junit.xml").read_text()
    keys = re.findall(r'name="key" value="sk-ant-mock-(gw\d)_([0-9a-f]{12})"', junit)
    assert len({name for _, name in keys}) == 40
    assert {worker for worker, _ in keys} == {f"gw{number}" for number in range(WORKERS)}
    assert len(set(re.findall(r'name="url" value="([^"]+)"', junit))) == WORKERS
