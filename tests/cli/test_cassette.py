"""`mockclaude cassette`: what people see of cassettes, and proof that no secret is left in them."""

import json
import os
from pathlib import Path

import anthropic
import pytest
import yaml
from click.testing import CliRunner
from hypothesis import given
from hypothesis import strategies as st

from mockclaude import MockClaude
from mockclaude.cli import main
from mockclaude.cli.cassette_scenario import Dumper, scenario_text
from mockclaude.clock import EPOCH
from mockclaude.engine.scenario_reader import read_scenario
from mockclaude.engine.scenario_yaml import read
from mockclaude.models import Models
from mockclaude.record.cassette import Cassette
from mockclaude.record.cassette_schema import cassette_schema
from mockclaude.record.recorder import Recorder
from mockclaude.record.redaction import Redaction
from mockclaude.wire.encoding import dumps
from mockclaude.wire.interaction import Chunk, Headers, Interaction, RawRequest, RawResponse
from mockclaude.wire.sse import encode
from mockclaude.wire.stream import events_of

KEY = "sk-ant-api03-hunter2-hunter2"
MESSAGE = {
    "model": "claude-opus-5",
    "id": "msg_1",
    "type": "message",
    "role": "assistant",
    "content": [{"type": "text", "text": "18 °C"}],
    "stop_reason": "end_turn",
    "stop_sequence": None,
    "usage": {"input_tokens": 9, "output_tokens": 4},
}


def exchange(
    text: str = "How is the weather?", answer: bytes = dumps(MESSAGE), *, status: int = 200, stream: bool = False
) -> Interaction:
    asked = {
        "model": "claude-opus-5",
        "max_tokens": 9,
        "messages": [{"role": "user", "content": text}],
        "stream": stream,
    }
    fields = {
        "anthropic-version": "2023-06-01",
        "content-type": "application/json",
        "user-agent": "Anthropic/Python 2.12.0",
    }
    kind = "text/event-stream" if stream else "application/json"
    told = (("content-type", kind), ("retry-after", "3"))
    return Interaction(
        RawRequest("POST", "/v1/messages", Headers(fields), dumps(asked)),
        EPOCH,
        response=RawResponse(status, told, (Chunk(answer, 0.5),), stream),
    )


STREAMED = encode(events_of(MESSAGE), paddings=[3] * 9)  # type: ignore[arg-type]
OVERLOADED = dumps({"type": "error", "error": {"type": "overloaded_error", "message": "Overloaded"}})
MODELS = Interaction(
    RawRequest("GET", "/v1/models", Headers({})), EPOCH, response=RawResponse(200, (), (Chunk(b"{}"),))
)
ALL = [exchange(), exchange("Hi", STREAMED, stream=True), exchange("Hi", OVERLOADED, status=529), MODELS]


@pytest.fixture
def path(tmp_path: Path) -> Path:
    file = tmp_path / "tapes" / "story.json"
    with Recorder(file) as recorder:
        recorder.extend(ALL)
    return file


def run(*arguments: str | Path) -> tuple[int, str, str]:
    answer = CliRunner().invoke(main, ["cassette", *map(str, arguments)])
    return answer.exit_code, answer.stdout, answer.stderr


def test_it_shows_what_a_cassette_holds(path: Path) -> None:
    told = (
        f"{path}: 4 interactions, recorded 2026-11-23 by mockclaude 0.1.0\n"
        "clients: Anthropic/Python 2.12.0\n"
        "models: claude-opus-5\n"
        "versions: 2023-06-01\n"
        '<call #1 claude-opus-5 "How is the weather?" -> end_turn>\n'
        '<call #2 claude-opus-5 "Hi" -> end_turn>\n'
        '<call #3 claude-opus-5 "Hi" -> 529 overloaded_error>\n'
        "<request #4 GET /v1/models -> 200>\n"
    )
    assert run("show", path) == (0, told, "")
    code, shown, _ = run("show", path, "1")
    assert (code, json.loads(shown)["response"]["body"]) == (0, MESSAGE)
    assert run("show", path, "5") == (1, "", f"Error: {path} has no interaction 5; it has 4 interactions\n")
    code, _, told = run("show", path.with_name("stori.json"))
    assert (code, told) == (
        1,
        f"Error: there is no cassette {path.with_name('stori.json')}; did you mean 'story.json'?\n",
    )


def test_a_clean_cassette_is_proven_clean(path: Path, tmp_path: Path) -> None:
    assert run("scan", path, tmp_path) == (0, "no secret in 1 cassette\n", "")


NOTHING = Redaction(names=frozenset(), patterns=())


def test_every_secret_is_told_with_its_place_and_never_itself(tmp_path: Path) -> None:
    path = tmp_path / "dirty.json"
    one = exchange(f"my key: {KEY}", encode(events_of(MESSAGE)), stream=True)  # type: ignore[arg-type]
    one.request = one.request._replace(headers=Headers({"x-api-key": KEY}), query="token=hunter2")
    with Recorder(path, redaction=NOTHING) as recorder:
        recorder.append(one)
    code, told, summary = run("scan", path)
    lines = path.read_text().splitlines()
    rows = [number for number, line in enumerate(lines, 1) if KEY in line]
    assert (code, summary) == (1, "5 secrets in 1 cassette\n")
    assert told.splitlines() == [
        f"{path}: interactions[0].request.body: anthropic-key",
        f"{path}: interactions[0].request.headers.x-api-key: named x-api-key",
        f"{path}: interactions[0].request.query: named token",
        *[f"{path}:{row}: anthropic-key" for row in rows],
    ]
    assert "hunter2" not in told


def test_secrets_in_media_logs_and_of_ones_own_are_found(path: Path, tmp_path: Path) -> None:
    assert run("scan", path, "--redact", "18 .C")[0] == 1
    assert run("scan", path, "--redact-name", "retry-after") == (
        1,
        "".join(
            [f"{path}: interactions[{number}].response.headers.retry-after: named retry-after\n" for number in range(3)]
        )
        + "".join(
            [
                f"{path}:{row}: named in text\n"
                for row, line in enumerate(path.read_text().splitlines(), 1)
                if '"retry-after": "3"' in line
            ]
        ),
        "6 secrets in 1 cassette\n",
    )
    media = path.with_suffix(".media")
    media.mkdir()
    (media / f"{'0' * 64}.pdf").write_bytes(b"\xff " + KEY.encode())
    path.with_name("other.json.log").write_text(f'{{"mockclaude_cassette_log":1,"pid":1}}\n{{"half": "{KEY}')
    assert run("scan", tmp_path) == (
        1,
        f"{path.with_name('other.json.log')}:2: anthropic-key\n{media / ('0' * 64)}.pdf: byte 2: anthropic-key\n",
        "2 secrets in 2 cassettes\n",
    )


def test_what_cannot_be_scanned_proves_nothing(tmp_path: Path) -> None:
    assert run("scan", tmp_path)[::2] == (
        1,
        f"Error: there is no cassette in {tmp_path}; name a cassette or a folder that holds some\n",
    )
    file = tmp_path / "no.json"
    file.write_text("{}")
    assert "is no cassette" in run("scan", file)[2]
    assert run("scan", file, "--redact", "(hunter2")[2] == (
        "Error: redact number 1 is no regular expression: missing ), unterminated subpattern\n"
    )


def test_an_import_adds_what_is_of_the_api_without_its_secrets(path: Path, tmp_path: Path) -> None:
    tape = tmp_path / "tape.yaml"
    entries = [
        {
            "request": {"method": "POST", "uri": uri, "body": "tiger7", "headers": {"x-api-key": [KEY]}},
            "response": {"status": {"code": 200}, "headers": {}, "body": {"string": f"{KEY}"}},
        }
        for uri in ("https://api.anthropic.com/v1/messages", "https://example.com/")
    ]
    tape.write_text(yaml.safe_dump({"interactions": entries, "version": 1}))
    assert run("import", tape, "--to", path, "--redact", "tiger7") == (
        0,
        f"{path}: 1 interaction imported\n",
        "left out interactions[1]: it is not to the Messages API\n",
    )
    assert len(Cassette.load(path)) == 5
    assert b"hunter2" not in path.read_bytes()
    assert b"tiger7" not in path.read_bytes()
    tape.write_text(yaml.safe_dump({"interactions": entries[1:], "version": 1}))
    told = (
        "left out interactions[0]: it is not to the Messages API\n"
        f"Error: {tape} holds no exchange with the Messages API; nothing was written\n"
    )
    assert run("import", tape, "--to", tmp_path / "new.json")[::2] == (1, told)
    assert not (tmp_path / "new.json").exists()


def test_an_archive_comes_back_as_the_same_cassette(path: Path, tmp_path: Path) -> None:
    archive, again = tmp_path / "story.har", tmp_path / "again.json"
    archive.write_text(run("export", path, "--to", "har")[1])
    assert run("import", archive, "--to", again)[0] == 0
    assert [each.response for each in Cassette.load(again)] == [each.response for each in Cassette.load(path)]


def test_commands_for_curl_are_printed(path: Path) -> None:
    code, script, _ = run("export", path, "--to", "curl")
    assert (code, script.count("curl -sSN")) == (0, 4)


def test_a_cassette_becomes_a_scenario_that_says_the_same(path: Path, tmp_path: Path) -> None:
    code, text, told = run("export", path, "--to", "scenario")
    assert (code, told) == (0, "left out 1 interaction without a conversation or a whole answer\n")
    file = tmp_path / "story.yaml"
    file.write_text(text)
    with (
        MockClaude(strict_stubs=True) as mock,
        anthropic.Anthropic(base_url=mock.url, api_key=mock.api_key, max_retries=0) as client,
    ):
        mock.scenario(file)

        def ask(words: str) -> str:
            with client.messages.stream(
                model="claude-opus-5", max_tokens=9, messages=[{"role": "user", "content": words}]
            ) as stream:
                return stream.get_final_text()

        assert [ask("How is the weather?"), ask("Hi")] == ["18 °C", "18 °C"]
        with pytest.raises(anthropic.APIStatusError, match="Overloaded") as refused:
            ask("Hi")
        assert (refused.value.status_code, refused.value.response.headers["retry-after"]) == (529, "3")


def test_what_has_no_conversation_gives_no_scenario(tmp_path: Path) -> None:
    path = tmp_path / "models.json"
    with Recorder(path) as recorder:
        recorder.append(MODELS)
    assert run("export", path, "--to", "scenario")[2].endswith("nothing can be scripted from it\n")


@given(st.text(), st.text(min_size=1))
def test_every_text_survives_the_scenario(asked: str, said: str) -> None:
    message = {**MESSAGE, "content": [{"type": "text", "text": said}]}
    script = scenario_text([exchange(asked or "a", dumps(message))], models=MODELS_KNOWN)
    if script.text:
        [stub] = read_scenario(script.text).stubs
        assert stub.answers[0].content == ({"type": "text", "text": said},)  # type: ignore[union-attr]


MODELS_KNOWN = Models.load()


@given(st.text() | st.from_regex(r"[-+]?[0-9_.:eE+x]{1,8}|y|no|True|~|null|=|<<", fullmatch=True))
def test_a_text_is_never_read_as_something_else(text: str) -> None:
    written = yaml.dump({"a": [text], text: 1}, Dumper=Dumper, allow_unicode=True, sort_keys=False)
    assert read(written, name="x").data == {"a": [text], **({} if text == "a" else {text: 1})} or text == "a"


def test_the_schema_is_what_editors_take() -> None:
    assert json.loads(run("schema")[1]) == cassette_schema()


def test_patterns_come_from_the_environment_too(path: Path) -> None:
    answer = CliRunner(env={**os.environ, "MOCKCLAUDE_REDACT": "Overloade."}).invoke(
        main, ["cassette", "scan", str(path)]
    )
    assert answer.exit_code == 1
    assert "pattern 1 of your own" in answer.stdout
