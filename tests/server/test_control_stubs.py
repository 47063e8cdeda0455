"""What Python can script, any language can: stubs, replies to come and scenarios are declared over HTTP."""

from collections.abc import AsyncIterator, Awaitable, Callable
from pathlib import Path
from typing import Any

import pytest
from aiohttp import ClientSession, UnixConnector, web

from mockclaude.clock import FixedClock
from mockclaude.engine.match import where
from mockclaude.engine.scenario_yaml import read
from mockclaude.mock import MockClaude
from mockclaude.models import Models
from mockclaude.server.app import make_app
from mockclaude.settings import Settings
from mockclaude.workspace import Workspace, Workspaces

from ..engine.playing import asked
from .control_client import ControlClient

SCENARIOS = sorted((Path(__file__).parents[2] / "fixtures" / "scenarios").glob("*.yaml"))
WEATHER = {"when": {"text": "weather"}, "replies": ["18 C", "19 C"]}


Ask = Callable[[str, object], Awaitable[tuple[int, Any]]]


@pytest.fixture
async def far(tmp_path: Path) -> AsyncIterator[tuple[Workspace, Ask]]:
    """A world and a way to its control API for a caller without an address of this machine: through a Unix socket."""
    worlds = Workspaces(Settings(), key=b"", clock=FixedClock(), models=Models.load())
    runner, place = web.AppRunner(make_app(worlds)), str(tmp_path / "socket")
    await runner.setup()
    await web.UnixSite(runner, place).start()

    async def ask(path: str, body: object) -> tuple[int, Any]:
        kind = {"data": body} if isinstance(body, str) else {"json": body}
        url = f"http://localhost/_mockclaude{path}"
        async with ClientSession(connector=UnixConnector(place)) as client, client.post(url, **kind) as said:
            return said.status, await said.json()

    yield worlds.default, ask
    await runner.cleanup()


def test_a_stub_answers_until_it_is_taken_out(control: ControlClient) -> None:
    before = control.said("the weather")
    said = control.ask("POST", "/stubs", WEATHER)
    assert (said.status, [stub["id"] for stub in said.json()["stubs"]]) == (201, [1])
    assert [control.said("the weather") for _ in range(3)] == ["18 C", "19 C", "19 C"]
    assert control.ask("DELETE", "/stubs/1").status == 204
    assert control.said("the weather") == before


def test_a_stub_is_shown_as_it_was_declared_with_the_number_of_its_calls(control: ControlClient) -> None:
    control.ask("POST", "/stubs", {**WEATHER, "times": 2, "name": "warm"})
    control.said("the weather")
    shown = {
        "id": 1,
        "label": "stub #1 (warm)",
        "name": "warm",
        "matcher": 'text("weather")',
        "when": {"text": "weather"},
        "replies": [{"text": "18 C"}, {"text": "19 C"}],
        "times": 2,
        "state": None,
        "then": None,
        "scenario": "",
        "call_count": 1,
        "is_exhausted": False,
    }
    assert control.ask("GET", "/stubs/1").json() == shown
    assert control.ask("GET", "/stubs").json() == {"stubs": [shown]}


def test_several_stubs_are_declared_at_once_in_their_order(control: ControlClient) -> None:
    control.ask("POST", "/stubs", [WEATHER, {"replies": ["else"]}])
    assert (control.said("weather"), control.said("news")) == ("18 C", "else")


def test_yaml_is_read_too(control: ControlClient) -> None:
    control.ask("POST", "/stubs", "when: {text: weather}\nreplies:\n  - text: 18 C\n")
    assert control.said("weather") == "18 C"


@pytest.mark.parametrize(
    ("body", "message", "nearest"),
    [
        ({"replies": []}, "stub: replies: is []; expected at least 1 item", None),
        ({"when": {"txt": "a"}, "replies": ["a"]}, "stub: when: unknown key 'txt'", "text"),
        ([WEATHER, {"reply": "a"}], "stubs[1]: stub: unknown key 'reply'", "replies"),
        ([WEATHER, "a"], "stubs[1]: the stub is no object; expected one with 'replies'", None),
        ("just text", "the stub is no object; expected one with 'replies'", None),
        ({"replies": [{"stop_reason": "tool_use", "text": "a"}]}, "is 'tool_use', but the content holds no tool_use", None),
        ("replies: [a, a\n", "body:2:1: not YAML", None),
    ],
    ids=str,
)  # fmt: skip
def test_a_wrong_stub_declares_nothing(control: ControlClient, body: Any, message: str, nearest: str | None) -> None:
    said = control.ask("POST", "/stubs", body)
    assert (said.status, said.error["nearest"], message in said.error["message"]) == (400, nearest, True), said.error
    assert control.ask("GET", "/stubs").json() == {"stubs": []}


def test_no_stub_declares_nothing(control: ControlClient) -> None:
    assert control.ask("POST", "/stubs", []).json() == {"stubs": [], "templates": True}


@pytest.mark.parametrize("name", ["2", "0", "-1", "1.0", "a", "%31%31"])
@pytest.mark.parametrize("method", ["GET", "DELETE"])
def test_a_stub_that_is_not_there_is_not_found(control: ControlClient, method: str, name: str) -> None:
    control.ask("POST", "/stubs", WEATHER)
    said = control.ask(method, f"/stubs/{name}")
    assert (said.status, said.error["type"]) == (404, "not_found")
    assert said.error["message"].endswith("declared: 1")


def test_clearing_the_stubs_leaves_the_journal(mock: MockClaude, control: ControlClient) -> None:
    control.ask("POST", "/stubs", WEATHER)
    control.said("weather")
    assert control.ask("DELETE", "/stubs").status == 204
    assert (len(mock.stubs), len(mock.journal)) == (0, 1)


def test_the_next_calls_are_answered_before_any_stub(control: ControlClient) -> None:
    control.ask("POST", "/stubs", WEATHER)
    said = control.ask("POST", "/next", {"replies": ["first", {"text": "second"}]})
    assert (said.status, [stub["label"] for stub in said.json()["stubs"]]) == (
        201,
        ["stub #2 (next)", "stub #3 (next)"],
    )
    assert [control.said("weather") for _ in range(3)] == ["first", "second", "18 C"]


@pytest.mark.parametrize("body", [{}, {"replies": "a"}, {"reply": ["a"]}, ["a"], {"replies": [3]}])
def test_what_are_no_replies_is_refused(control: ControlClient, body: object) -> None:
    assert control.ask("POST", "/next", body).status == 400


def test_what_only_the_server_s_process_has_is_shown_in_words(mock: MockClaude, control: ControlClient) -> None:
    def is_long(_call: object) -> bool:
        return False

    mock.when(where(is_long)).reply(lambda call: call.text)
    [shown] = control.ask("GET", "/stubs").json()["stubs"]
    assert (shown["matcher"], shown["when"]) == ("where(is_long)", None)
    assert list(shown["replies"][0]) == ["not_data"]


@pytest.mark.parametrize("path", SCENARIOS, ids=lambda path: path.stem)
@pytest.mark.parametrize("as_json", [False, True])
def test_every_ready_scenario_can_be_posted(control: ControlClient, path: Path, as_json: bool) -> None:
    text = path.read_text()
    said = control.ask("POST", "/scenario", read(text, name="x").data if as_json else text)
    assert said.status == 201
    assert said.json()["stubs"] == control.ask("GET", "/stubs").json()["stubs"]


def test_a_scenario_takes_the_place_of_its_former_self_and_brings_its_settings(control: ControlClient) -> None:
    first = {"name": "rain", "settings": {"validation": "live"}, "stubs": [{"replies": ["drizzle"]}]}
    said = control.ask("POST", "/scenario", first).json()
    assert {key: said[key] for key in ("name", "settings", "templates")} == {
        "name": "rain", "settings": {"validation": "live"}, "templates": True,
    }  # fmt: skip
    control.ask("POST", "/stubs", {"replies": ["behind"]})
    control.ask("POST", "/scenario", {"name": "rain", "stubs": [{"replies": ["downpour"]}]})
    assert control.said() == "downpour"
    assert [stub["scenario"] for stub in control.ask("GET", "/stubs").json()["stubs"]] == ["rain", ""]
    assert control.ask("GET", "/settings").json()["validation"] == "live"


def test_faults_of_a_scenario_come_with_their_lines(control: ControlClient) -> None:
    said = control.ask("POST", "/scenario?name=rain.yaml", "stubs:\n  - replys: [a]\n")
    assert said.status == 400
    assert (said.error["type"], said.error["nearest"]) == ("script_error", "replies")
    assert sorted(said.error["message"].splitlines()) == [
        "rain.yaml:2:5: stubs[0]: has no 'replies'",
        "rain.yaml:2:5: stubs[0]: unknown key 'replys'; did you mean 'replies'?",
    ]


@pytest.mark.parametrize("body", [[], {"stubs": []}, {}, "[a]", "", "{"])
def test_what_is_no_scenario_is_refused(control: ControlClient, body: object) -> None:
    assert control.ask("POST", "/scenario", body).status == 400


def test_a_scenario_that_is_no_json_is_refused_in_the_parser_s_words(control: ControlClient) -> None:
    said = control.ask("POST", "/scenario", b"{", headers={"content-type": "application/json"})
    assert said.error["message"] == "the body is not JSON: unexpected end of data: line 1 column 2 (char 1)"


def test_templates_of_this_machine_are_filled_in(control: ControlClient) -> None:
    control.ask("POST", "/stubs", {"replies": ["you said {{ text }}"]})
    assert control.said("hello") == "you said hello"


@pytest.mark.parametrize(
    ("path", "body"),
    [
        ("/stubs", {"replies": ["you said {{ text }}"]}),
        ("/scenario", {"stubs": [{"replies": ["you said {{ text }}"]}]}),
        ("/scenario", "stubs: [{replies: ['you said {{ text }}']}]"),
        ("/next", {"replies": ["you said {{ text }}"]}),
    ],
)
async def test_templates_from_elsewhere_are_sent_as_they_are(
    far: tuple[Workspace, Ask], path: str, body: object
) -> None:
    world, ask = far
    status, said = await ask(path, body)
    assert (status, said["templates"]) == (201, False)
    assert b'"text":"you said {{ text }}"' in world.engine.respond(asked("hello"), world.roll()).body


@pytest.mark.parametrize(
    ("path", "body"),
    [
        ("/stubs", {"replies": [{"text": "{{ text }}", "templates": True}]}),
        ("/next", {"replies": [{"text": "{{ text }}", "templates": True}]}),
        ("/scenario", {"templates": True, "stubs": [{"replies": ["a"]}]}),
        ("/scenario", "templates: true\nstubs: [{replies: [a]}]"),
    ],
)
async def test_templates_that_are_demanded_from_elsewhere_are_refused(
    far: tuple[Workspace, Ask], path: str, body: object
) -> None:
    status, said = await far[1](path, body)
    assert (status, said["error"]["type"]) == (403, "templates_off")


def test_who_is_local_is_told_by_the_address_alone(control: ControlClient) -> None:
    said = control.ask("POST", "/stubs", {"replies": ["a"]}, headers={"x-forwarded-for": "1.2.3.4"})
    assert said.json()["templates"] is True
