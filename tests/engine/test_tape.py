"""A tape says how a cassette is played, and is refused where it cannot mean anything."""

import re
from typing import Any

import pytest

from mockclaude.engine.tape import CONDUCTS, ONCE, Tape, tape_of
from mockclaude.errors import SettingsError


@pytest.mark.parametrize(
    ("how", "message"),
    [
        (
            {"record": "new_episode"},
            "record is 'new_episode'; did you mean 'new_episodes'?; expected one of none, once",
        ),
        ({"repeat": "always"}, "expected one of never, last"),
        ({"timing": "fast"}, "timing is 'fast'; expected none, recorded, or a factor such as x0.5"),
        ({"redact": ("a", "(hunter2")}, "redact number 2 is no regular expression: missing ), unterminated subpattern"),
        ({"ignore": ("modl",)}, "no difference is called 'modl'; did you mean 'model'?"),
        ({"upstream": "https://me:hunter2@host"}, "upstream holds a user or a password, which would be told in texts"),
        ({"upstream": "api.anthropic.com"}, "upstream is 'api.anthropic.com'; expected a URL such as https://"),
    ],
)
def test_a_tape_that_means_nothing_is_refused(how: dict[str, Any], message: str) -> None:
    with pytest.raises(SettingsError, match=re.escape(message)):
        Tape("weather.json", **how)


@pytest.mark.parametrize(("timing", "scale"), [("none", 0), ("recorded", 1), ("x0.5", 0.5), ("x2", 2)])
def test_a_timing_is_a_factor(timing: str, scale: float) -> None:
    assert Tape("weather.json", timing=timing).scale == scale


def test_only_modes_that_record_need_the_way_outside() -> None:
    assert {mode for mode, conduct in CONDUCTS.items() if not conduct.records} == {"none", "once"}
    assert {mode for mode, conduct in CONDUCTS.items() if conduct.rewrites} == {"rewrite"}
    assert not ONCE["file"].records


def test_a_file_may_stand_for_a_tape() -> None:
    assert tape_of("weather.json", record="all", ignore=("model",)) == Tape(
        "weather.json", record="all", ignore=("model",)
    )
    assert tape_of(Tape("weather.json")) == Tape("weather.json")
    assert tape_of(None) is None


@pytest.mark.parametrize("cassette", [None, Tape("weather.json")])
def test_how_a_cassette_is_played_belongs_to_its_file(cassette: Tape | None) -> None:
    with pytest.raises(SettingsError, match="record, match and ignore belong to the file of a cassette; "):
        tape_of(cassette, record="all")
