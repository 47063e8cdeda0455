"""A secret that is planted anywhere in an exchange is in no file, in no log, in no report and in no exception."""

import gzip
import logging
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner
from hypothesis import given
from hypothesis import strategies as st

from mockclaude import CassetteError
from mockclaude.cli import main
from mockclaude.clock import EPOCH
from mockclaude.record.cassette import Cassette
from mockclaude.record.media import Media
from mockclaude.record.recorder import Recorder
from mockclaude.record.redaction import DEFAULT
from mockclaude.record.stored import stored
from mockclaude.record.text import compact
from mockclaude.wire.encoding import dumps
from mockclaude.wire.finding import Finding
from mockclaude.wire.interaction import Chunk, Headers, Interaction, RawRequest, RawResponse
from mockclaude.wire.sse import encode
from mockclaude.wire.stream import events_of

from .test_cassette import IMAGE

KEY = "sk-ant-api03-hunter2-hunter2"
OWN = "tiger7"
REDACTION = DEFAULT.also(patterns=[OWN])
WORDS = (OWN, "hunter2")


def halves(_kind: str, text: str) -> list[str]:
    """Every secret in a text is cut in two."""
    place = text.find(OWN)
    return [text[: place + 3], text[place + 3 :]] if place >= 0 else [text]


def hostile(*, broken: bool = False) -> Interaction:
    """An exchange with secrets wherever there is room for one."""
    asked: dict[str, Any] = {
        "model": "claude-opus-5",
        "system": f"The key is {KEY}.",
        "metadata": {"user_id": "hunter2@example.com"},
        "mcp_servers": [{"type": "url", "url": f"https://me:hunter2@host/{OWN}", "authorization_token": "hunter2"}],
        "messages": [
            {"role": "user", "content": [{"type": "image", "source": IMAGE}, {"type": "text", "text": OWN}]},
            {
                "role": "assistant",
                "content": [{"type": "tool_use", "id": "t", "name": "f", "input": {"password": "hunter2"}}],
            },
            {
                "role": "user",
                "content": [
                    {"type": "tool_result", "tool_use_id": "t", "content": f'{{"api_key":"hunter2","a":"{OWN}"}}'}
                ],
            },
        ],
    }
    message: Any = {
        "model": "claude-opus-5",
        "id": "msg_1",
        "type": "message",
        "role": "assistant",
        "content": [
            {"type": "thinking", "thinking": f"It is {OWN}!", "signature": "seal"},
            {"type": "text", "text": f"It is {OWN}, and {KEY}."},
            {"type": "tool_use", "id": "t", "name": "f", "input": {"pet": OWN, "token": "hunter2"}},
        ],
        "stop_reason": "tool_use",
        "stop_sequence": None,
        "usage": {"input_tokens": 1, "output_tokens": 1},
    }
    body = encode(events_of(message, pieces=halves))
    if broken:
        body = body[: body.index(b"er7") + 2]
    headers = {"x-api-key": KEY, "authorization": f"Bearer {KEY}", "cookie": "hunter2", "x-note": f"about {OWN}"}
    told = (("content-type", "text/event-stream"), ("set-cookie", "a=hunter2"), ("x-note", KEY))
    chunks = tuple([Chunk(body[place : place + 7], place / 100) for place in range(0, len(body), 7)])
    request = RawRequest(
        "POST", f"/v1/messages/{OWN}", Headers(headers), dumps(asked), f"api_key=hunter2&a=tig%65r7&b={KEY}"
    )
    response = RawResponse(200, told, chunks, streamed=True)
    return Interaction(request, EPOCH, "req_1", response, findings=[Finding("assumed", f"it said {OWN}")])


def coded(interaction: Interaction) -> Interaction:
    request, response = interaction.request, interaction.response
    assert response is not None
    packed = gzip.compress(response.body)
    return Interaction(
        request._replace(
            headers=Headers({**request.headers, "content-encoding": "gzip"}), body=gzip.compress(request.body)
        ),
        EPOCH,
        "req_2",
        response._replace(headers=(*response.headers, ("content-encoding", "gzip")), chunks=(Chunk(packed),)),
    )


def written_in(folder: Path) -> dict[str, str]:
    return {str(path): path.read_text("utf-8", "replace") for path in folder.rglob("*") if path.is_file()}


def assert_silent(told: object) -> None:
    assert not any(word in str(told) for word in WORDS)


def test_it_is_in_no_file_in_no_log_in_no_report_and_in_no_exception(
    tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.DEBUG)
    path = tmp_path / "story.json"
    with Recorder(path, redaction=REDACTION) as recorder:
        recorder.extend([hostile(), hostile(broken=True), coded(hostile())])
        while_recording = written_in(tmp_path)
        assert str(path) + ".log" in while_recording
        assert_silent(while_recording)
        assert_silent(repr(recorder))
    assert_silent(written_in(tmp_path))
    cassette = Cassette.load(path)
    assert_silent([repr(cassette), *map(repr, cassette)])
    assert len(list(Media(path).files())) == 1
    reports: list[tuple[str, ...]] = [
        ("show", str(path)),
        *[("show", str(path), str(number)) for number in (1, 2, 3)],
        ("scan", str(path), "--redact", OWN),
        *[("export", str(path), "--to", form) for form in ("har", "curl")],
    ]
    for command in reports:
        answer = CliRunner().invoke(main, ["cassette", *command])
        assert answer.exit_code == 0, answer.output
        told = [word for word in answer.output.split() if word not in (OWN, f"'{OWN}'")]
        assert_silent(told)
    path.write_text(path.read_text().replace('"status": 200', f'"status": "{OWN}"', 1))
    with pytest.raises(CassetteError) as refused:
        Cassette.load(path)
    assert_silent(refused.value)
    assert_silent(caplog.text)


def test_what_is_coded_is_noted_and_kept_readable(tmp_path: Path) -> None:
    path = tmp_path / "story.json"
    with Recorder(path, redaction=REDACTION) as recorder:
        recorder.extend([hostile(), coded(hostile())])
    plain, packed = Cassette.load(path)
    assert packed.request.body == plain.request.body
    assert packed.response is not None
    assert plain.response is not None
    assert packed.response.body == plain.response.body
    assert path.read_text().count('"decoded_from": "gzip"') == 2


TEXTS = st.text().flatmap(lambda around: st.sampled_from([OWN, KEY]).map(lambda secret: f"{around} {secret} {around}"))
VALUES = st.recursive(
    TEXTS,
    lambda inner: (
        st.lists(inner, max_size=2) | st.dictionaries(TEXTS | st.sampled_from(["a", "text"]), inner, max_size=2)
    ),
    max_leaves=5,
)


@given(VALUES, TEXTS, st.booleans())
def test_wherever_it_stands_in_a_body_it_is_not_stored(value: Any, header: str, spaced: bool) -> None:
    body = dumps({"a": value, "messages": []})
    body = body.replace(b":", b" : ") if spaced else body  # so that it is stored as text
    interaction = Interaction(
        RawRequest("POST", "/v1/messages", Headers({"x-a": header}), body),
        EPOCH,
        response=RawResponse(200, (("x-a", header),), (Chunk(body[:9]), Chunk(body[9:], 1.0))),
    )
    written = compact(stored(REDACTION.interaction(interaction), Media(Path("no.json"))))
    assert not any(word.encode() in written for word in WORDS)
    assert REDACTION.leaks(REDACTION.interaction(interaction)) == []
