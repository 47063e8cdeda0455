"""A cassette is handed over to a world over HTTP, and no caller names a file of the server's."""

import json
from pathlib import Path
from typing import Any

import pytest

from mockclaude.mock import MockClaude
from mockclaude.record.portable import portable
from mockclaude.record.recorder import Recorder
from mockclaude.record.redaction import redaction_of
from mockclaude.wire.interaction import Interaction

from ..engine.recorded import NOON, answer, said
from .control_client import ControlClient
from .line import Line, request


@pytest.fixture
def path(tmp_path: Path) -> Path:
    found = tmp_path / "weather.json"
    with Recorder(found) as recorder:
        recorder.extend([Interaction(said(text), NOON, response=answer(text)) for text in ("hello", "hullo")])
    return found


def ask(mock: MockClaude, body: object) -> int:
    with Line(mock.url) as line:
        return line.ask(request(json.dumps(body).encode())).status


def test_a_cassette_is_played_told_of_and_taken_out(mock: MockClaude, control: ControlClient, path: Path) -> None:
    assert control.ask("GET", "/cassette").json() == {"cassette": None}
    body = said("hello").body
    told = control.ask("POST", "/cassette?name=weather.json", portable(path))
    assert (told.status, told.json()) == (
        200,
        {"cassette": {"name": "weather.json", "record": "none", "interactions": 2, "unplayed": [1, 2]}},
    )
    assert [ask(mock, json.loads(body)) for _ in range(2)] == [200, 418]
    assert control.ask("GET", "/cassette").json()["cassette"]["unplayed"] == [2]
    assert control.ask("DELETE", "/cassette").status == 204
    assert ask(mock, json.loads(body)) == 200
    assert control.ask("DELETE", "/cassette").status == 204


def test_it_is_played_as_the_query_says(mock: MockClaude, control: ControlClient, path: Path) -> None:
    control.ask("POST", "/cassette?ignore=model,max-tokens&repeat=last", portable(path))
    other = {**json.loads(said("hello").body), "model": "claude-haiku-4-5", "max_tokens": 7}
    assert [ask(mock, other) for _ in range(3)] == [200, 200, 200]


def test_what_was_taken_out_besides_the_usual_can_be_said(
    mock: MockClaude, control: ControlClient, tmp_path: Path
) -> None:
    path = tmp_path / "own.json"
    redaction = redaction_of(patterns=["h[a-z]llo", "tiger[0-9]"], names=["max_tokens"])
    with Recorder(path, redaction=redaction) as recorder:
        recorder.append(Interaction(said("hello tiger7"), NOON, response=answer("Roar.")))
    query = "redact=h%5Ba-z%5Dllo%0Atiger%5B0-9%5D&redact_names=max-tokens"
    assert control.ask("POST", f"/cassette?{query}", portable(path)).status == 200
    assert ask(mock, json.loads(said("hullo tiger8").body)) == 200


@pytest.mark.parametrize(
    ("query", "message"),
    [
        ("ignore=modle", "no difference is called 'modle'; did you mean 'model'?"),
        ("repeat=lst", "repeat is 'lst'; did you mean 'last'?"),
        ("timing=slow", "timing is 'slow'; expected none, recorded, or a factor such as x0.5"),
        ("redact=(", "redact number 1 is no regular expression: missing ), unterminated subpattern"),
        ("file=x", "unknown parameter 'file'"),
    ],
)
def test_a_mistake_in_the_query_changes_nothing(
    mock: MockClaude, control: ControlClient, path: Path, query: str, message: str
) -> None:
    refused = control.ask("POST", f"/cassette?{query}", portable(path))
    assert refused.status == 400
    assert message in refused.json()["error"]["message"]
    assert mock.world.player is None


MEDIA: Any = {
    "request": {
        "method": "POST",
        "path": "/",
        "headers": {},
        "json": {"data": "x"},
        "media": {"/data": "a" * 64 + ".png"},
    },
    "response": None,
    "began": "2026-11-23T12:00:00Z",
}


@pytest.mark.parametrize(
    ("data", "message"),
    [
        ({"stubs": []}, "is no cassette: its first key would be 'mockclaude_cassette'"),
        ({"mockclaude_cassette": 9}, "is a cassette of format 9"),
        ({"interactions": [MEDIA]}, "interactions[0] names media files, which did not come with it"),
        ({"interactions": [{**MEDIA, "request": {}}]}, "interactions[0]"),
    ],
)
def test_what_is_no_cassette_is_refused(control: ControlClient, path: Path, data: Any, message: str) -> None:
    whole = {**portable(path), **data} if "stubs" not in data else data
    refused = control.ask("POST", "/cassette", whole)
    assert (refused.status, refused.json()["error"]["type"]) == (400, "cassette_error")
    assert message in refused.json()["error"]["message"]


def test_a_name_is_no_path(control: ControlClient, path: Path) -> None:
    told = control.ask("POST", "/cassette?name=../../etc/passwd", portable(path))
    assert told.json()["cassette"]["name"] == "passwd"
