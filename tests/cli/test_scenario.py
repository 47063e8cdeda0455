"""`mockclaude scenario` and `serve --scenario`: mistakes with their places, the form, and edits while the server runs."""

import json
import logging
import os
from pathlib import Path

import pytest
from click.testing import CliRunner
from jsonschema import Draft202012Validator

from mockclaude.cli import main
from mockclaude.cli.scripts import Scripts
from mockclaude.engine.scenario import Scenario
from mockclaude.engine.scenario_schema import scenario_schema
from mockclaude.errors import ScriptError
from mockclaude.ready import ready

from ..server.line import HELLO, Line, request
from .test_serve import served

ONE = "stubs:\n  - replies: [one]\n"
TWO = "stubs:\n  - replies: [two]\n"
WRONG = "stubs:\n  - when: {txt: hi}\n    replies:\n      - text: hi\n        stop_reason: tool_use\n"
MISTAKE = "{}:2:12: stubs[0].when: unknown key 'txt'; did you mean 'text'?"


@pytest.fixture
def file(tmp_path: Path) -> Path:
    path = tmp_path / "story.yaml"
    path.write_text(ONE)
    return path


def run(*arguments: str | Path) -> tuple[int, str, str]:
    answer = CliRunner().invoke(main, ["scenario", *map(str, arguments)])
    return answer.exit_code, answer.stdout, answer.stderr


def test_sound_scenarios_are_nothing_to_complain_of(file: Path) -> None:
    assert run("check", file) == (0, "nothing wrong with 1 scenario\n", "")
    assert run("check", *ready()) == (0, f"nothing wrong with {len(ready())} scenarios\n", "")


def test_every_mistake_has_its_file_line_and_column(file: Path, tmp_path: Path) -> None:
    wrong = tmp_path / "wrong.yaml"
    wrong.write_text(WRONG)
    unknown = "there is no scenario 'tool_lop', neither a file nor a ready one; did you mean 'tool_loop'?"
    told = f"{MISTAKE.format(wrong)}\n{unknown}\n"
    assert run("check", wrong, file, "tool_lop") == (1, told, "mistakes in 2 of 3 scenarios\n")


def test_a_check_without_files_is_a_mistake_of_usage() -> None:
    assert run("check")[0] == 2


def test_the_schema_is_what_editors_take() -> None:
    code, printed, _ = run("schema")
    assert code == 0
    assert json.loads(printed) == scenario_schema()
    Draft202012Validator.check_schema(json.loads(printed))


def test_the_ready_ones_are_listed_with_what_they_show() -> None:
    code, printed, _ = run("list")
    assert code == 0
    assert [line.split()[0] for line in printed.splitlines()] == list(ready())
    assert "hello                   One text, whatever is asked: the smallest script there is\n" in printed


def said(url: str, key: str = "sk-ant-mock-default") -> object:
    with Line(url) as line:
        return line.ask(request({**HELLO, "stream": False}, headers={"x-api-key": key})).json()["content"][0]["text"]


def test_a_server_plays_its_scenarios_in_every_workspace(file: Path) -> None:
    with served("--port", "0", "--scenario", str(file)) as server:
        assert [said(server.url), said(server.url, "sk-ant-mock-other")] == ["one", "one"]
    with served("--port", "0", MOCKCLAUDE_SCENARIO=f"hello {file}") as server:
        assert said(server.url) == "Hello! How can I help you today?"


def test_with_strict_stubs_nothing_else_answers(tmp_path: Path) -> None:
    narrow = tmp_path / "narrow.yaml"
    narrow.write_text("stubs:\n  - when: {text: weather}\n    replies: [18 C]\n")
    with served("--port", "0", "--scenario", str(narrow), "--strict-stubs") as server, Line(server.url) as line:
        answer = line.ask(request())
    assert (answer.status, answer.json()["error"]) == (
        418,
        {
            "type": "mockclaude_error",
            "message": 'no stub matches this call; nearest: stub #1 (text "weather") failed on text: got "hello"',
        },
    )


def test_a_bad_scenario_ends_the_start_with_its_place(tmp_path: Path) -> None:
    wrong = tmp_path / "wrong.yaml"
    wrong.write_text(WRONG)
    answer = CliRunner().invoke(main, ["serve", "--port", "0", "--scenario", str(wrong)])
    assert (answer.exit_code, answer.output) == (1, f"Error: {MISTAKE.format(wrong)}\n")


def rewrite(path: Path, content: str) -> None:
    """Replaces a file as editors do: another file takes its name."""
    beside = path.with_suffix(".new")
    beside.write_text(content)
    beside.replace(path)


def test_an_edit_is_played_anew(file: Path, capsys: pytest.CaptureFixture[str]) -> None:
    played: list[Scenario] = []
    scripts = Scripts([str(file)], played.append)
    scripts.look()
    assert [len(played), played[0].name] == [1, "story"]
    rewrite(file, TWO)
    scripts.look()
    scripts.look()
    assert [one.stubs[0].answers[0].content for one in played[1:]] == [({"type": "text", "text": "two"},)]  # type: ignore[union-attr]
    assert capsys.readouterr().err == f"{file} is played anew\n"


def test_a_broken_edit_leaves_the_scenario_as_it_was(file: Path, caplog: pytest.LogCaptureFixture) -> None:
    played: list[Scenario] = []
    scripts = Scripts([str(file)], played.append)
    rewrite(file, WRONG)
    scripts.look()
    scripts.look()
    assert len(played) == 1
    assert [(record.levelno, record.message) for record in caplog.records] == [
        (logging.ERROR, f"the edit is not played:\n{MISTAKE.format(file)}")
    ]
    rewrite(file, TWO)
    scripts.look()
    assert len(played) == 2


def test_a_file_that_is_gone_for_a_moment_is_no_edit(file: Path, caplog: pytest.LogCaptureFixture) -> None:
    played: list[Scenario] = []
    scripts = Scripts([str(file)], played.append)
    times = file.stat()
    away = file.rename(file.with_suffix(".away"))
    scripts.look()
    away.rename(file)
    os.utime(file, ns=(times.st_atime_ns, times.st_mtime_ns))
    scripts.look()
    assert (len(played), caplog.records) == (1, [])


def test_an_edit_may_not_change_the_name(file: Path, caplog: pytest.LogCaptureFixture) -> None:
    played: list[Scenario] = []
    scripts = Scripts([str(file)], played.append)
    rewrite(file, f"name: other\n{TWO}")
    scripts.look()
    assert len(played) == 1
    assert "it is now called 'other'; 'story' stays until the next start" in caplog.text


def test_two_scenarios_of_one_name_are_refused(file: Path, tmp_path: Path) -> None:
    twin = tmp_path / "twin.yaml"
    twin.write_text(f"name: story\n{TWO}")
    with pytest.raises(ScriptError, match=r"story.yaml and .*twin.yaml are both called 'story'; give one of them"):
        Scripts([str(file), str(twin)], lambda _: None)


def test_a_server_watches_its_files(file: Path) -> None:
    with served("--port", "0", "--scenario", str(file), "--watch") as server:
        assert said(server.url) == "one"
        rewrite(file, TWO)
        assert server.process.stderr is not None
        assert server.process.stderr.readline() == f"{file} is played anew\n"
        assert said(server.url) == "two"
