"""A cassette is one readable file, and says what is wrong with it and where when it is broken."""

import json
from pathlib import Path
from typing import Any

import pytest
from jsonschema import Draft202012Validator

from mockclaude import CassetteError, __version__
from mockclaude.clock import EPOCH
from mockclaude.record.cassette import Cassette
from mockclaude.record.cassette_schema import cassette_schema
from mockclaude.record.metadata import Metadata
from mockclaude.record.recorder import Recorder
from mockclaude.record.text import parsed, pretty
from mockclaude.wire.body import JsonObject
from mockclaude.wire.encoding import dumps
from mockclaude.wire.interaction import Chunk, Headers, Interaction, RawRequest, RawResponse

from .samples import plain

IMAGE = {"type": "base64", "media_type": "image/png", "data": "iVBORw0K" * 200}


def exchange(number: int = 1, **more: Any) -> Interaction:
    body = dumps({"model": "claude-opus-5", "max_tokens": number, "messages": [], **more})
    headers = {"user-agent": "Anthropic/Python 2.12.0 (x)", "anthropic-version": "2023-06-01"}
    response = RawResponse(
        200, (("request-id", f"req_{number}"),), (Chunk(b'{"model":"claude-opus-5-1","id":1}', 0.5),)
    )
    return Interaction(RawRequest("POST", "/v1/messages", Headers(headers), body), EPOCH, f"req_{number}", response)


@pytest.fixture
def path(tmp_path: Path) -> Path:
    file = tmp_path / "story.json"
    with Recorder(file) as recorder:
        recorder.extend([exchange(1, image=IMAGE), exchange(2)])
    return file


def data_of(path: Path) -> Any:
    return parsed(path.read_bytes())


def test_it_holds_what_was_recorded_in_its_order(path: Path) -> None:
    cassette = Cassette.load(path)
    assert [plain(each) for each in cassette] == [plain(exchange(1, image=IMAGE)), plain(exchange(2))]
    assert cassette.metadata == Metadata(
        EPOCH, __version__, ("Anthropic/Python 2.12.0",), ("claude-opus-5", "claude-opus-5-1"), ("2023-06-01",)
    )
    assert (len(cassette), repr(cassette)) == (2, "<Cassette interactions=2 models=claude-opus-5,claude-opus-5-1>")


def test_the_file_has_the_published_form_and_begins_with_its_version(path: Path) -> None:
    assert path.read_bytes().startswith(b'{\n  "mockclaude_cassette": 1,\n')
    assert path.read_bytes().endswith(b"}\n")
    Draft202012Validator.check_schema(cassette_schema())
    Draft202012Validator(cassette_schema()).validate(data_of(path))


def test_the_published_form_is_up_to_date() -> None:
    file = Path(__file__).parent.parent.parent / "contracts" / "cassette.schema.json"
    assert json.loads(file.read_text("utf-8")) == cassette_schema(), "run `mockclaude contracts export`"


def test_it_can_be_written_by_hand(tmp_path: Path) -> None:
    file = tmp_path / "own.json"
    metadata: JsonObject = {"recorded": None, "mockclaude": "0", "clients": [], "models": [], "api_versions": []}
    request: JsonObject = {"method": "POST", "path": "/v1/messages", "headers": {}, "json": {"a": 1}}
    response: JsonObject = {
        "status": 200,
        "headers": [["a", "b"], ["a", "c"]],
        "events": [{"event": {"type": "message_stop"}}],
    }
    entry: JsonObject = {"began": "2026-11-23T12:00:00Z", "request": request, "response": response}
    file.write_bytes(pretty({"mockclaude_cassette": 1, "metadata": metadata, "interactions": [entry]}))
    [interaction] = Cassette.load(file)
    assert interaction.request.body == b'{"a":1}'
    assert interaction.response == RawResponse(
        200, (("a", "b"), ("a", "c")), (Chunk(b'event: message_stop\ndata: {"type":"message_stop"}\n\n'),)
    )


def put(place: str, value: object) -> Any:
    def change(data: Any) -> None:
        *trail, last = [int(step) if step.isdecimal() else step for step in place.split("/")]
        for step in trail:
            data = data[step]
        if value is ...:
            del data[last]
        else:
            data[last] = value

    return change


@pytest.mark.parametrize(
    ("change", "told"),
    [
        (put("interactions/1/response/status", "200"), "interactions[1]: response.status must be of type integer"),
        (put("interactions/1/request/method", ...), "interactions[1]: request lacks 'method'"),
        (
            put("interactions/1/request/jsn", 1),
            "interactions[1]: request has an unknown key 'jsn'; did you mean 'json'?",
        ),
        (put("interactions/1/response/headers", [["a"]]), "interactions[1]: response.headers must have exactly one of"),
        (put("interactions/1/response/ending", "soon"), "interactions[1]: response.ending breaks enum ["),
        (
            put("interactions/1/response/chunks", [[3, 0.1]]),
            "interactions[1]: 'chunks' tells 3 bytes but the body has 34",
        ),
        (put("interactions/1/response/text", "x"), "interactions[1]: a body is only one of base64, json, text"),
        (
            put("interactions/1/response", {"status": 200, "headers": {}, "events": [{"evnt": 1}]}),
            "interactions[1]: response.events[0] has an unknown key 'evnt'; did you mean 'event'?",
        ),
        (
            put("interactions/1/response/events", []),
            "interactions[1]: a response has either 'events' or 'json'",
        ),
        (put("interactions/1/began", "yesterday"), "interactions[1]: Invalid isoformat string"),
        (put("interactions/0/request/json/image", 1), "interactions[0]: "),
        (put("interactions/1", 3), "interactions[1] must be of type object"),
        (put("metadata/models", ...), "metadata lacks 'models'"),
        (put("metadata/recorded", "soon"), "metadata.recorded is no moment"),
        (put("more", 1), "it has an unknown key 'more'; known: mockclaude_cassette, metadata, interactions"),
        (put("mockclaude_cassette", 2), "a cassette of format 2; this mockclaude reads format 1: use a newer one"),
        (
            put("mockclaude_cassette", ...),
            "no cassette: its first key would be 'mockclaude_cassette'; `mockclaude cassette import",
        ),
    ],
)
def test_a_mistake_is_told_with_its_place(path: Path, change: Any, told: str) -> None:
    data = data_of(path)
    change(data)
    path.write_bytes(pretty(data))
    with pytest.raises(CassetteError) as refused:
        Cassette.load(path)
    assert str(refused.value).startswith(str(path))
    assert told in str(refused.value)


def test_what_is_no_json_is_told_with_line_and_column(path: Path) -> None:
    path.write_text(path.read_text().replace('"metadata": {', '"metadata" {', 1))
    with pytest.raises(CassetteError, match=r"story.json:3:14: not JSON: .*mend the line, or restore"):
        Cassette.load(path)


def test_a_missing_cassette_is_told_with_its_neighbour(path: Path, tmp_path: Path) -> None:
    with pytest.raises(CassetteError, match=r"there is no cassette .*storry.json; did you mean 'story.json'\?"):
        Cassette.load(tmp_path / "storry.json")
    with pytest.raises(CassetteError, match="there is no cassette"):
        Cassette.load(tmp_path / "no" / "story.json")
    with pytest.raises(CassetteError, match="cannot be read: Is a directory"):
        Cassette.load(tmp_path)


def test_media_stand_once_in_a_folder_beside_it(path: Path, tmp_path: Path) -> None:
    with Recorder(path) as recorder:
        recorder.append(exchange(3, image=IMAGE, again=[IMAGE]))
    [file] = (tmp_path / "story.media").iterdir()
    assert data_of(path)["interactions"][2]["request"]["media"] == {
        "/again/0/data": file.name,
        "/image/data": file.name,
    }
    assert plain(Cassette.load(path).interactions[2]) == plain(exchange(3, image=IMAGE, again=[IMAGE]))
    file.write_bytes(b"other")
    with pytest.raises(CassetteError, match=r"interactions\[0\]: the media file .* is not what was recorded"):
        Cassette.load(path)
    file.unlink()
    with pytest.raises(CassetteError, match=r"interactions\[0\]: the media file .* cannot be read: No such file"):
        Cassette.load(path)


@pytest.mark.parametrize(
    "source",
    [
        {**IMAGE, "data": "A" * 1023},
        {**IMAGE, "data": "A" * 2001},
        {**IMAGE, "data": "A" * 2000 + "AB=="},
        {**IMAGE, "data": "A" * 2000 + " \n  "},
        {**IMAGE, "type": "url"},
        {"type": "base64", "data": 5},
    ],
)
def test_what_would_not_come_back_exactly_stays_where_it_is(tmp_path: Path, source: dict[str, object]) -> None:
    with Recorder(tmp_path / "a.json") as recorder:
        recorder.append(exchange(1, image=source))
    assert plain(Cassette.load(tmp_path / "a.json").interactions[0]) == plain(exchange(1, image=source))
    assert not (tmp_path / "a.media").exists()


def test_a_media_name_leads_nowhere_else(path: Path) -> None:
    data = data_of(path)
    data["interactions"][0]["request"]["media"] = {"/image/data": "../story.json"}
    path.write_bytes(pretty(data))
    with pytest.raises(CassetteError, match=r"'\.\./story.json' is no name of a media file"):
        Cassette.load(path)
