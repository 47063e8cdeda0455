"""Worlds are listed, made, reset and forgotten over HTTP."""

import pytest

from mockclaude.engine.scenario_reader import scenario_of
from mockclaude.mock import MockClaude

from .control_client import ControlClient


def names(control: ControlClient) -> list[str]:
    return [world["name"] for world in control.ask("GET", "/workspaces").json()["workspaces"]]


def test_worlds_are_listed_with_what_is_in_them(control: ControlClient) -> None:
    control.ask("POST", "/stubs?workspace=b", {"replies": ["a"]})
    control.call(workspace="b")
    shown = control.ask("GET", "/workspaces/b").json()
    assert control.ask("GET", "/workspaces").json()["workspaces"][1]["name"] == "b"
    assert shown.pop("idle_seconds") >= 0
    assert shown.pop("journal_bytes") > 0
    assert shown == {
        "name": "b",
        "id": "wrkspc_018g48YM4mG8DK2cZnLFYuqm",
        "api_key": "sk-ant-mock-b",
        "calls": 1,
        "stubs": 1,
        "journal_entries": 1,
    }


def test_a_world_is_made_once(control: ControlClient) -> None:
    said = [control.ask("POST", "/workspaces", {"name": "new"}) for _ in range(2)]
    assert [(one.status, one.json()["name"]) for one in said] == [(201, "new")] * 2
    assert names(control) == ["default", "new"]


@pytest.mark.parametrize("body", [{"name": "a-b"}, {"name": ""}, {"name": 3}, {}, {"nam": "a"}, []])
def test_what_cannot_name_a_world_is_refused(control: ControlClient, body: object) -> None:
    assert control.ask("POST", "/workspaces", body).status == 400
    assert names(control) == ["default"]


@pytest.mark.parametrize("method", ["GET", "DELETE"])
def test_a_world_that_is_not_there_is_not_made_by_asking(control: ControlClient, method: str) -> None:
    said = control.ask(method, "/workspaces/defualt")
    assert (said.status, said.error["type"], said.error["nearest"]) == (404, "not_found", "default")
    assert names(control) == ["default"]


def test_a_world_is_forgotten(control: ControlClient) -> None:
    control.ask("POST", "/stubs?workspace=b", {"replies": ["a"]})
    assert control.ask("DELETE", "/workspaces/b").status == 204
    assert control.ask("GET", "/stubs?workspace=b").json() == {"stubs": []}


@pytest.mark.parametrize("name", ["default", "held"])
def test_a_world_that_is_held_stays(mock: MockClaude, control: ControlClient, name: str) -> None:
    mock.workspace("held")
    said = control.ask("DELETE", f"/workspaces/{name}")
    assert (said.status, said.error["type"]) == (409, "conflict")
    assert said.error["message"] == f"the workspace '{name}' stays; reset it instead"


def test_a_reset_clears_stubs_calls_and_settings_of_one_world(mock: MockClaude, control: ControlClient) -> None:
    for name in ("a", "b"):
        control.ask("POST", f"/stubs?workspace={name}", {"replies": ["x"]})
        control.ask("PATCH", f"/settings?workspace={name}", {"validation": "off"})
        control.call(workspace=name)
    assert control.ask("POST", "/reset?workspace=a").status == 204
    a, b = mock.workspace("a"), mock.workspace("b")
    assert (len(a.stubs), len(a.journal), a.settings.validation) == (0, 0, "strict")
    assert (len(b.stubs), len(b.journal), b.settings.validation) == (1, 1, "off")


def test_all_worlds_can_be_reset_at_once(mock: MockClaude, control: ControlClient) -> None:
    for name in ("a", "b", "default"):
        control.ask("POST", f"/stubs?workspace={name}", {"replies": ["x"]})
    control.ask("POST", "/reset?all=true")
    assert [len(mock.workspace(name).stubs) for name in ("a", "b", "default")] == [0, 0, 0]


def test_a_reset_brings_back_what_the_server_began_with(mock: MockClaude, control: ControlClient) -> None:
    mock.workspaces.begin_with(scenario_of({"name": "a", "stubs": [{"replies": ["one", "two"]}]}))
    assert control.said() == "one"
    control.ask("DELETE", "/stubs")
    control.ask("POST", "/reset")
    assert (control.said(), control.said()) == ("one", "two")
