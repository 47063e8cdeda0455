"""An interaction is shown as JSON that people read, or byte for byte so that it can be made again."""

import gzip
from datetime import datetime, timedelta, timezone

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mockclaude.clock import EPOCH
from mockclaude.record.entry import entry_of, exact_entry_of, interaction_of, shortened
from mockclaude.wire.encoding import dumps, loads
from mockclaude.wire.finding import Finding
from mockclaude.wire.interaction import Chunk, Headers, Interaction, RawRequest, RawResponse

from ..wire.samples import TEXT

IMAGE = {"type": "base64", "media_type": "image/png", "data": "A" * 100}
NAMES = st.text("abcdefgh-", min_size=1)
INTERACTIONS = st.builds(
    Interaction,
    st.builds(
        RawRequest,
        st.sampled_from(["GET", "POST"]),
        st.just("/v1/messages"),
        st.dictionaries(NAMES, TEXT).map(Headers),
        st.binary(),
        st.sampled_from(["", "beta=true"]),
    ),
    st.datetimes(timezones=st.just(EPOCH.tzinfo)),
    st.just("req_1"),
    st.none()
    | st.builds(
        RawResponse,
        st.integers(200, 599),
        st.lists(st.tuples(NAMES, TEXT)).map(tuple),
        st.lists(st.builds(Chunk, st.binary(), st.floats(0, 9))).map(tuple),
        st.booleans(),
        st.sampled_from(["complete", "close", "reset"]),
    ),
    st.none() | TEXT,
    st.lists(st.builds(Finding, TEXT, TEXT, st.sampled_from(["violation", "remark"]), st.none() | TEXT)),
)


def plain(interaction: Interaction) -> list[object]:
    request = interaction.request
    return [
        (request.method, request.path, dict(request.headers), request.body, request.query),
        (interaction.began, interaction.request_id, interaction.response, interaction.stub, interaction.findings),
    ]


@given(INTERACTIONS)
def test_an_exact_entry_is_the_same_interaction_when_read_back(interaction: Interaction) -> None:
    entry = loads(dumps(exact_entry_of(interaction)))
    assert isinstance(entry, dict)
    assert plain(interaction_of(entry)) == plain(interaction)


@given(INTERACTIONS, st.booleans())
def test_every_interaction_can_be_shown(interaction: Interaction, full: bool) -> None:
    assert loads(dumps(entry_of(interaction, full=full))) == entry_of(interaction, full=full)


def shown(
    body: bytes = b"", response: RawResponse | None = None, *, headers: dict[str, str] | None = None
) -> Interaction:
    return Interaction(RawRequest("POST", "/v1/messages", Headers(headers), body, "a=b"), EPOCH, "req_1", response)


def test_what_a_person_reads() -> None:
    asked = dumps({"messages": [{"role": "user", "content": [{"type": "image", "source": IMAGE}]}]})
    answer = RawResponse(200, (("content-type", "application/json"),), (Chunk(b'{"type":"message"}'),))
    interaction = shown(asked, answer, headers={"content-type": "application/json"})
    interaction.stub = 'stub #1 (text "weather")'
    interaction.findings.append(Finding("assistant-prefill", "no", path="messages.1"))
    source = {**IMAGE, "data": f"{'A' * 32}… (100 characters)"}
    assert entry_of(interaction) == {
        "request_id": "req_1",
        "began": "2026-11-23T12:00:00Z",
        "stub": 'stub #1 (text "weather")',
        "findings": [{"rule": "assistant-prefill", "message": "no", "severity": "violation", "path": "messages.1"}],
        "request": {
            "method": "POST",
            "path": "/v1/messages",
            "query": "a=b",
            "headers": {"content-type": "application/json"},
            "body": {"messages": [{"role": "user", "content": [{"type": "image", "source": source}]}]},
        },
        "response": {
            "status": 200,
            "headers": {"content-type": "application/json"},
            "streamed": False,
            "ending": "complete",
            "body": {"type": "message"},
        },
    }
    assert entry_of(interaction, full=True)["request"] == {
        "method": "POST",
        "path": "/v1/messages",
        "query": "a=b",
        "headers": {"content-type": "application/json"},
        "body": loads(asked),
    }


@pytest.mark.parametrize(
    ("body", "headers", "content"),
    [
        (b"", {}, {}),
        (b'"a"', {}, {"body": "a"}),
        (b"{", {}, {"text": "{"}),
        (b"\xff" * 60, {}, {"base64": f"{'/' * 32}… (80 characters)"}),
        (b"\xff", {}, {"base64": "/w=="}),
        (gzip.compress(b'{"a":1}', mtime=0), {"content-encoding": "gzip"}, {"body": {"a": 1}}),
        (b"\x1f\x8b", {"content-encoding": "gzip"}, {"base64": "H4s="}),
    ],
)
def test_a_body_is_shown_as_what_it_is(body: bytes, headers: dict[str, str], content: dict[str, object]) -> None:
    request = entry_of(shown(body, headers=headers))["request"]
    assert isinstance(request, dict)
    assert {key: request[key] for key in ("body", "text", "base64") if key in request} == content


@pytest.mark.parametrize(
    ("chunks", "content"),
    [
        ([b'event: ping\ndata: {"type": "ping"}\n\n'], {"events": [{"at": 0.0, "data": {"type": "ping"}}]}),
        (
            [b"event: ping\nda", b'ta: {"type": "ping"}\n\nevent: message_stop\ndata: {"type":"message_stop"}\n\n'],
            {"events": [{"at": 1.0, "data": {"type": "ping"}}, {"at": 1.0, "data": {"type": "message_stop"}}]},
        ),
        ([b"event: ping\nda"], {"text": "event: ping\nda"}),
        ([b"event: ping\ndata: {\n\n"], {"text": "event: ping\ndata: {\n\n"}),
    ],
)
def test_a_stream_is_shown_as_its_events(chunks: list[bytes], content: dict[str, object]) -> None:
    parts = tuple([Chunk(data, float(place)) for place, data in enumerate(chunks)])
    response = entry_of(shown(response=RawResponse(200, (), parts, streamed=True)))["response"]
    assert isinstance(response, dict)
    assert {key: response[key] for key in ("body", "text", "events") if key in response} == content


def test_an_interaction_without_an_answer_shows_none() -> None:
    assert (entry_of(shown())["response"], exact_entry_of(shown())["response"]) == (None, None)


def test_moments_are_shown_in_utc() -> None:
    interaction = shown()
    interaction.began = datetime(2026, 11, 23, 13, tzinfo=timezone(timedelta(hours=1)))
    assert entry_of(interaction)["began"] == "2026-11-23T12:00:00Z"


def test_short_data_and_data_of_other_kinds_stay() -> None:
    value = {"source": {**IMAGE, "data": "A" * 64}, "other": {"type": "text", "data": "A" * 100}}
    assert shortened(value) == value  # type: ignore[arg-type]
