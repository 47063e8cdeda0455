"""A cassette is opened as its mode says: to be played, to be recorded, or both."""

import shutil
from pathlib import Path

import pytest

from mockclaude.engine.deck import opened
from mockclaude.engine.player import Miss, Played
from mockclaude.engine.tape import Tape
from mockclaude.errors import CassetteError
from mockclaude.record.cassette import Cassette
from mockclaude.record.log import log_of
from mockclaude.record.recorder import Recorder
from mockclaude.settings import Mode
from mockclaude.wire.interaction import Interaction

from .recorded import answer, body_of, recorded, said


@pytest.fixture
def path(tmp_path: Path) -> Path:
    """A cassette with one interaction."""
    found = tmp_path / "weather.json"
    with Recorder(found) as recorder:
        recorder.append(recorded(said("old"), answer("old")))
    return found


def texts_in(path: Path) -> list[str]:
    return [one.response.body.decode() for one in Cassette.load(path) if one.response is not None]


@pytest.mark.parametrize(
    ("mode", "plays", "holds"),
    [
        ("none", True, ["old"]),
        ("once", True, ["old"]),
        ("new_episodes", True, ["old", "new"]),
        ("all", False, ["old", "new"]),
        ("rewrite", False, ["new"]),
    ],
)
def test_a_mode_plays_and_records_what_it_says(path: Path, mode: Mode, plays: bool, holds: list[str]) -> None:
    player = opened(Tape(path, record=mode))
    assert isinstance(player.find(said("old")), Played) is plays
    if player.conduct.records:
        player.keep(recorded(said("new"), answer("new")))
    player.close()
    assert texts_in(path) == holds


def test_what_is_secret_besides_the_usual_is_taken_out_of_both(tmp_path: Path) -> None:
    path = tmp_path / "own.json"
    tape = Tape(path, record="new_episodes", redact=["customer-[0-9]+"], redact_names=["pet"])
    asked = said("I am customer-77.")
    player = opened(tape)
    player.keep(recorded(asked, answer("Hello, customer-77!")))
    player.close()
    assert "customer-77" not in path.read_text()
    again = opened(Tape(path, redact=["customer-[0-9]+"], redact_names=["pet"]))
    assert isinstance(again.find(asked), Played)
    missed = opened(Tape(path)).find(asked)
    assert isinstance(missed, Miss)
    assert "the way out: say what was taken out when it was recorded (--redact, --redact-name), or" in missed.text


def test_a_run_that_was_not_whole_rewrites_nothing(path: Path) -> None:
    player = opened(Tape(path, record="rewrite"))
    player.keep(recorded(said("new"), answer("new")))
    player.close(whole=False)
    player.close()
    assert texts_in(path) == ["old", "new"]


def test_once_records_while_there_is_no_cassette(tmp_path: Path) -> None:
    path = tmp_path / "weather.json"
    first = opened(Tape(path, record="once"))
    assert (first.conduct.records, first.conduct.replays) == (True, False)
    first.keep(recorded(said("a"), answer("a")))
    first.close()
    second = opened(Tape(path, record="once"))
    assert (second.conduct.records, body_of(second.find(said("a")))) == (False, "a")


def test_once_goes_on_where_a_recorder_was_killed(tmp_path: Path, path: Path) -> None:
    killed = tmp_path / "killed.json"
    with Recorder(path) as recorder:
        recorder.append(recorded(said("finished"), answer("finished")))
        shutil.copy(log_of(path), log_of(killed))
    player = opened(Tape(killed, record="once"))
    assert body_of(player.find(said("finished"))) == "finished"
    player.keep(recorded(said("new"), answer("new")))
    player.close()
    assert texts_in(killed) == ["finished", "new"]
    assert not opened(Tape(killed, record="once")).conduct.records


def test_what_a_session_records_it_does_not_play(path: Path) -> None:
    player = opened(Tape(path, record="new_episodes"))
    player.keep(recorded(said("new"), answer("new")))
    assert not isinstance(player.find(said("new")), Played)
    player.close()
    assert body_of(opened(Tape(path)).find(said("new"))) == "new"


def test_a_missing_cassette_is_an_error_where_nothing_is_recorded(tmp_path: Path) -> None:
    with pytest.raises(CassetteError, match="there is no cassette"):
        opened(Tape(tmp_path / "weather.json"))


def test_a_second_recorder_is_refused_and_the_first_goes_on(path: Path) -> None:
    player = opened(Tape(path, record="all"))
    with pytest.raises(CassetteError):
        opened(Tape(path, record="new_episodes"))
    player.keep(recorded(said("new"), answer("new")))
    player.close()
    assert texts_in(path) == ["old", "new"]


def test_a_broken_cassette_leaves_no_lock(path: Path) -> None:
    path.write_text("{")
    for _ in range(2):
        with pytest.raises(CassetteError, match="not JSON"):
            opened(Tape(path, record="new_episodes"))


def test_what_is_kept_is_told_without_its_secrets(path: Path) -> None:
    told: list[Interaction] = []
    player = opened(Tape(path, record="all"), kept=told.append)
    player.keep(recorded(said("sk-ant-api03-hidden"), answer("sk-ant-api03-hidden")))
    player.close()
    [one] = told
    assert b"hidden" not in one.request.body
    assert one.request.headers["x-api-key"] == "[redacted]"
