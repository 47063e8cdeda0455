"""The settings of one world are shown and changed over HTTP, and keys are never among them."""

from typing import Any

import pytest

from mockclaude.engine.settings_data import data_of_settings
from mockclaude.mock import MockClaude
from mockclaude.settings import PRESETS, Limits, Settings

from .control_client import ControlClient

CHANGES: list[tuple[Any, Settings]] = [
    ({}, Settings()),
    ({"validation": "off", "strict_stubs": True}, Settings(validation="off", strict_stubs=True)),
    ({"reply": "echo", "padding": False}, Settings(reply="echo", padding=False)),
    ({"seed": 3, "retired": "refuse", "unknown_models": "accept"}, Settings(seed=3, retired="refuse", unknown_models="accept")),
    ({"fault": "overloaded", "chaos": "reset=0.5", "pace": "sonnet"}, Settings(fault="overloaded", chaos="reset=0.5", pace="sonnet")),
    ({"limits": {"messages": 3, "media": 5}}, Settings(limits=Limits(messages=3, media=5))),
    ({"limits": {"media": None}}, Settings()),
    ({"limits": "guide-2026-05"}, Settings(limits=PRESETS["guide-2026-05"])),
]  # fmt: skip


@pytest.mark.parametrize(("changes", "settings"), CHANGES, ids=str)
def test_changes_are_applied_and_shown(
    mock: MockClaude, control: ControlClient, changes: Any, settings: Settings
) -> None:
    mock.settings = Settings()
    said = control.ask("PATCH", "/settings", changes)
    assert (said.status, mock.settings) == (200, settings)
    assert said.json() == control.ask("GET", "/settings").json() == data_of_settings(settings)


@pytest.mark.parametrize(
    ("changes", "message"),
    [
        ({"validation": "strikt"}, "validation is 'strikt'; expected one of strict, live, off"),
        ({"strict_stubs": "yes"}, "strict_stubs is 'yes'; expected true or false"),
        ({"padding": 1}, "padding is 1; expected true or false"),
        ({"seed": -1}, "seed is -1; expected a whole number from 0 on, or null"),
        ({"seed": True}, "seed is True; expected a whole number from 0 on, or null"),
        ({"pace": 3}, "pace is 3; expected text, or null"),
        ({"limits": 3}, "limits is 3; expected an object, or one of api, guide-2026-05"),
        ({"limits": "guide"}, "unknown preset 'guide'; did you mean 'guide-2026-05'?; known: api, guide-2026-05"),
        ({"limits": {"messages": -1}}, "limit messages is -1; expected a whole number from 0 on"),
        ({"limits": {"messages": None}}, "limit messages is null; expected a whole number from 0 on"),
        ({"limits": {"message": 1}}, "unknown limit 'message'; did you mean 'messages'?"),
        ({"fault": "overlooaded"}, "unknown fault 'overlooaded'; did you mean 'overloaded'?"),
        ({"chaos": "reset"}, "chaos 'reset' has no share of calls"),
        ({"pace": "sonet"}, "unknown pace 'sonet'; did you mean 'sonnet'?"),
        ({"keys": ["a"]}, "unknown key 'keys'"),
        ({"strictstubs": True}, "unknown key 'strictstubs'; did you mean 'strict_stubs'?"),
    ],
    ids=str,
)
def test_a_wrong_change_changes_nothing(mock: MockClaude, control: ControlClient, changes: Any, message: str) -> None:
    before = mock.settings
    said = control.ask("PATCH", "/settings", {"reply": "echo", **changes})
    assert (said.status, mock.settings) == (400, before)
    assert said.error["message"].startswith(message)


def test_settings_hold_for_one_world_only(control: ControlClient) -> None:
    control.ask("PATCH", "/settings?workspace=b", {"strict_stubs": True})
    assert (control.call(workspace="b").status, control.call().status) == (418, 200)


def test_changed_settings_judge_the_next_request(control: ControlClient) -> None:
    turns = [{"role": "user", "content": "a"}, {"role": "user", "content": "b"}]
    assert control.call(messages=turns).status == 400
    control.ask("PATCH", "/settings", {"validation": "live"})
    assert control.call(messages=turns).status == 200
    control.ask("PATCH", "/settings", {"validation": "strict"})
    assert control.call(messages=turns).status == 400
