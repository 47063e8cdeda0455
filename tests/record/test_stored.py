"""What a cassette stores of an interaction is readable, fits the published form and gives the same bytes again."""

from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from jsonschema import Draft202012Validator

from mockclaude.clock import EPOCH
from mockclaude.record.cassette_schema import INTERACTION
from mockclaude.record.media import Media
from mockclaude.record.stored import restored, stored
from mockclaude.record.text import compact, parsed, pretty
from mockclaude.wire.interaction import Chunk, Headers, Interaction, RawRequest, RawResponse

from .samples import INTERACTIONS, plain

NOWHERE = Media(Path("no/such/folder.json"))
FORM = Draft202012Validator(INTERACTION)


def entry(data: bytes) -> Any:
    return parsed(data)


@given(INTERACTIONS)
def test_every_byte_every_border_and_every_time_comes_back(interaction: Interaction) -> None:
    made = stored(interaction, NOWHERE)
    for written in (pretty(made), compact(made)):
        assert plain(restored(entry(written), NOWHERE)) == plain(interaction)


@given(INTERACTIONS)
def test_every_entry_has_the_published_form(interaction: Interaction) -> None:
    FORM.validate(stored(interaction, NOWHERE))


def asked(body: bytes, **headers: str) -> Interaction:
    return Interaction(RawRequest("POST", "/v1/messages", Headers(headers), body), EPOCH)


@pytest.mark.parametrize(
    ("body", "content"),
    [
        (b"", {}),
        (b"null", {"json": None}),
        (b'{"model":"m","max_tokens":1}', {"json": {"model": "m", "max_tokens": 1}}),
        (b'{"model": "m"}', {"text": '{"model": "m"}'}),
        (b'{"a":1,"a":2}', {"text": '{"a":1,"a":2}'}),
        (b'{"a":"\\u00e9"}', {"text": '{"a":"\\u00e9"}'}),
        (b'{"a":"\\ud800"}', {"text": '{"a":"\\ud800"}'}),
        (b"1" * 40, {"text": "1" * 40}),
        (b"[" * 200 + b"]" * 200, {"text": "[" * 200 + "]" * 200}),
        (b"\xff", {"base64": "/w=="}),
    ],
)
def test_a_body_is_parsed_only_where_compact_json_gives_the_same_bytes(body: bytes, content: dict[str, Any]) -> None:
    request: Any = stored(asked(body), NOWHERE)["request"]
    assert {key: request[key] for key in ("json", "text", "base64") if key in request} == content


def test_what_a_person_reads_of_a_stream() -> None:
    stop = b'event: message_stop\ndata: {"type":"message_stop"   }\n\n'
    chunks = (Chunk(b'event: ping\ndata: {"type": "ping"}\n\n' + stop[:9], 0.25), Chunk(b"", 0.5), Chunk(stop[9:], 0.5))
    response = RawResponse(200, (("content-type", "text/event-stream"),), (*chunks, Chunk(b": bye\n\n", 1.0)), True)
    interaction = asked(b"")
    interaction.response = response
    assert stored(interaction, NOWHERE)["response"] == {
        "status": 200,
        "headers": {"content-type": "text/event-stream"},
        "streamed": True,
        "events": [
            {"at": 0.25, "event": {"type": "ping"}},
            {"event": {"type": "message_stop"}, "padding": 3, "cuts": [[9, 0.5], [9, 0.5]]},
            {"at": 1.0, "text": ": bye\n\n"},
        ],
    }
