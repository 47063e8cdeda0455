"""A counterexample outlives the run: it is saved whole, under one name, without keys, and played again."""

import json
import urllib.request
from pathlib import Path

import pytest

from mockclaude.errors import SettingsError
from mockclaude.verify.asked import asking
from mockclaude.verify.case import Case, Exact
from mockclaude.verify.counterexample import Counterexample, counterexample_of, json_in, playing, saved
from mockclaude.verify.failure import Failure
from mockclaude.verify.kit import replay
from mockclaude.verify.properties.truncation import TRUNCATION

from .planted import Sound, TakesAnyEnd

CASE = Case(asking("stream"), (Exact((b"event: message_start\ndata: {}\n\n", b"\xc3"), "complete", {"id": "msg_0"}),))
FAILURE = Failure(TRUNCATION, CASE, "it broke", "x", "y sk-ant-api03-secret", adapter="mine:adapter")


def test_it_is_saved_whole_and_reads_back(tmp_path: Path) -> None:
    failure = saved(FAILURE, tmp_path / "deep" / "folder")
    assert counterexample_of(json_in(failure.path)) == Counterexample(TRUNCATION, CASE, "it broke")
    assert "sk-ant-api03" not in Path(failure.path).read_text()
    assert [path.name for path in Path(failure.path).parent.iterdir()] == [Path(failure.path).name]


def test_the_same_case_has_the_same_name_and_another_another(tmp_path: Path) -> None:
    first = saved(FAILURE, tmp_path)
    assert saved(FAILURE, tmp_path) == first
    other = Failure(TRUNCATION, Case(asking("send"), CASE.answers), "it broke", "x", "y")
    assert saved(other, tmp_path).path != first.path
    assert Path(first.path).name.startswith("P6-")


def test_it_is_played_to_any_client(tmp_path: Path) -> None:
    case = Case(
        asking("stream"), ({"text": "0", "fault": {"kind": "cut", "at": "event", "ordinal": -2, "ending": "end"}},)
    )
    example = counterexample_of(json_in(saved(Failure(TRUNCATION, case, "", "", ""), tmp_path).path))
    assert replay(example, TakesAnyEnd()).status == "failed"
    assert replay(example, Sound()).status == "held"
    assert replay(example, type("Sends", (), {"send": lambda *_: "x"})()).status == "not applicable"


@pytest.mark.parametrize(("text", "told"), [(None, "cannot be read: No such file"), ("{", "is not JSON")])
def test_a_file_that_is_none_is_told_as_such(tmp_path: Path, text: str | None, told: str) -> None:
    if text is not None:
        (tmp_path / "one.json").write_text(text)
    with pytest.raises(SettingsError, match=told):
        json_in(tmp_path / "one.json")


def test_answers_are_played_to_whoever_asks() -> None:
    with playing([{"error": {"status": 400, "message": "no"}}, {"text": "Hi"}]) as server:
        request = urllib.request.Request(
            f"{server.url}/v1/messages",
            json.dumps(
                {"model": "claude-opus-5", "max_tokens": 1, "messages": [{"role": "user", "content": "?"}]}
            ).encode(),
            {"x-api-key": server.api_key, "anthropic-version": "2023-06-01", "content-type": "application/json"},
        )
        opener = urllib.request.build_opener(urllib.request.ProxyHandler({}), urllib.request.HTTPErrorProcessor())
        with pytest.raises(urllib.error.HTTPError, match="400"):
            opener.open(request, timeout=10).close()
        with opener.open(request, timeout=10) as answer:
            assert json.load(answer)["content"] == [{"type": "text", "text": "Hi"}]
