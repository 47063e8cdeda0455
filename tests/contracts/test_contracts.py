"""The files of the contract are what the code makes of itself, and the running server keeps each of them."""

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from mockclaude.mock import MockClaude
from mockclaude.models import Models
from mockclaude.rules import contract
from mockclaude.rules.catalogue import RULES
from mockclaude.rules.contract import REQUEST_ID, body_of, error_file, export, files, folder
from mockclaude.rules.occasion import occasion_of
from mockclaude.rules.rule import Draft
from mockclaude.settings import Settings
from mockclaude.wire.interaction import RawRequest
from mockclaude.wire.stream import TRANSITIONS
from tests.asking import ask

CHECKOUT = Path(__file__).parent.parent.parent / "contracts"
ERRORS = sorted(CHECKOUT.glob("errors/*.json"))
ELSEWHERE = ("clients/", "control.openapi.json", "cassette.schema.json")
"""Files with a generator and a test of their own: what the SDKs do, the control API, and the form of cassettes."""


def written() -> dict[str, Path]:
    """The files of the contract by their name, those that are held elsewhere left out."""
    names = {path.relative_to(CHECKOUT).as_posix(): path for path in sorted(CHECKOUT.rglob("*.json"))}
    return {name: path for name, path in names.items() if not name.startswith(ELSEWHERE)}


@pytest.fixture(scope="module")
def mocks() -> Iterator[dict[str, MockClaude]]:
    """A server for each of the settings that files name."""
    wanted = {json.dumps(json.loads(path.read_text("utf-8"))["settings"]) for path in ERRORS}
    running = {text: MockClaude(Settings(**json.loads(text)), seed=1).start() for text in wanted}
    yield running
    for mock in running.values():
        mock.close()


def test_the_files_are_those_that_the_code_makes() -> None:
    made = files()
    there = {name: path.read_text("utf-8") for name, path in written().items()}
    assert made.keys() == there.keys(), "run `mockclaude contracts export`"
    assert [name for name in made if made[name] != there[name]] == [], "run `mockclaude contracts export`"


def test_every_rule_has_a_file_of_its_own() -> None:
    assert {path.stem for path in ERRORS} == set(RULES)


def result_of(mock: MockClaude, raw: RawRequest, batch: str) -> Any:
    """What a batch says of its only row."""
    path = f"{raw.path}/{batch}"
    ended = ask(mock, raw._replace(method="GET", path=path, body=b""))
    assert ended.body["request_counts"]["errored"] == 1
    return ask(mock, raw._replace(method="GET", path=f"{path}/results", body=b"")).body["result"]


@pytest.mark.parametrize("path", ERRORS, ids=lambda path: path.stem)
def test_the_server_gives_the_answer_in_the_file(path: Path, mocks: dict[str, MockClaude]) -> None:
    file: Any = json.loads(path.read_text("utf-8"))
    request = file["request"]
    raw = RawRequest(request["method"], request["path"], request["headers"], body_of(request))
    mock = mocks[json.dumps(file["settings"])]
    answer = ask(mock, raw)
    if "result" in file["response"]:
        assert (answer.status, result_of(mock, raw, answer.body["id"])) == (200, file["response"]["result"])
        return
    assert answer.headers["x-mockclaude-rule"] == file["rule"]
    expected = json.dumps(file["response"]["body"]).replace(REQUEST_ID, answer.headers.get("request-id", ""))
    assert (answer.status, answer.body) == (file["response"]["status"], json.loads(expected))


@pytest.mark.parametrize("path", written().values(), ids=lambda path: path.stem)
def test_a_file_is_written_for_people_and_other_languages(path: Path) -> None:
    text = path.read_text("utf-8")
    file = json.loads(text)
    assert next(iter(file)) == "format"
    assert text == json.dumps(file, indent=2, ensure_ascii=False) + "\n"
    assert len(text) < 200_000


def test_the_body_in_a_file_is_the_one_that_was_refused() -> None:
    for rule in RULES.values():
        occasion = occasion_of(rule)
        assert occasion is not None
        file: Any = error_file(rule)["request"]
        if "gzip" not in file:
            assert body_of(file) == occasion.draft.request().body


def test_bytes_that_are_no_text_are_kept_too() -> None:
    file = contract.request_file(Draft({}, raw=b"\xff\x00"))
    assert file["base64"] == "/wA="
    assert body_of(file) == b"\xff\x00"


def test_the_stream_is_the_automaton_that_the_server_follows() -> None:
    assert json.loads(files()["sse.json"])["transitions"] == TRANSITIONS


def test_every_value_of_a_model_has_its_evidence() -> None:
    file = json.loads(files()["models.json"])["models"]
    assert list(file) == [model.id for model in Models.load()]
    for model in file.values():
        told = [name for names in model["evidence"].values() for name in names]
        assert sorted(told) == sorted(set(model) - {"evidence"})


def test_export_writes_what_differs_and_removes_what_is_gone(tmp_path: Path) -> None:
    assert sorted(export(tmp_path)) == sorted(files())
    assert export(tmp_path) == []
    (tmp_path / "errors" / "no-such-rule.json").write_text("{}")
    (tmp_path / "sse.json").write_text("{}")
    assert export(tmp_path) == ["errors/no-such-rule.json", "sse.json"]
    assert {str(path.relative_to(tmp_path)): path.read_text("utf-8") for path in tmp_path.rglob("*.json")} == files()


def test_the_files_are_found_beside_the_package() -> None:
    assert folder() == CHECKOUT
