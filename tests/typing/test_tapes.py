"""The types of tapes and of what plays them; mypy proves what the tests only run."""

from pathlib import Path
from typing import assert_type

from mockclaude import MockClaude, MockWorkspace, RemoteMock, Tape
from mockclaude.engine.player import Player
from mockclaude.settings import Mode, Repeat


def say_tapes(path: Path) -> None:
    tape = Tape(path, record="new_episodes", match=("headers",), ignore=["model"], repeat="last", timing="x0.5")
    assert_type(tape.record, Mode)
    assert_type(tape.repeat, Repeat)
    Tape("weather.json", upstream="http://127.0.0.1:1")
    Tape(path, record="sometimes")  # type: ignore[arg-type]
    MockClaude(cassette=path, record="once", ignore=("model",))
    MockClaude(cassette=tape)
    MockClaude(cassette="weather.json", record="never")  # type: ignore[arg-type]


def play_tapes(mock: MockWorkspace, remote: RemoteMock) -> None:
    assert_type(mock.cassette("weather.json"), Player)
    assert_type(mock.cassette(Tape("weather.json")).unplayed, list[int])
    mock.eject()
    remote.cassette("weather.json")
    remote.eject()


def test_it_is_only_checked() -> None:
    assert callable(say_tapes)
    assert callable(play_tapes)
