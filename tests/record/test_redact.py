"""No key comes out of what is remembered: not of headers, not of bodies, not out of the pieces of a stream."""

import gzip
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mockclaude.record.redact import redacted_request, redacted_response
from mockclaude.wire.encoding import dumps, loads
from mockclaude.wire.interaction import Chunk, Headers, RawRequest, RawResponse
from mockclaude.wire.shown import REDACTED, without_keys
from mockclaude.wire.sse import decode, encode
from mockclaude.wire.stream import events_of, message_of

from ..wire.samples import MESSAGES

SECRET = "sk-ant-api03-abcDEF_123-456"
BODY = dumps({"messages": [{"role": "user", "content": f"my key is {SECRET}, keep it"}]})
CLEAN = dumps({"messages": [{"role": "user", "content": f"my key is {REDACTED}, keep it"}]})


def asked(body: bytes = b"", *, query: str = "", headers: dict[str, str] | None = None) -> RawRequest:
    return redacted_request(RawRequest("POST", "/v1/messages", Headers(headers), body, query))


@pytest.mark.parametrize("name", ["authorization", "X-Api-Key", "cookie", "x-auth-token", "x-mockclaude-token"])
def test_headers_that_hold_keys_are_hidden_whatever_they_hold(name: str) -> None:
    assert dict(asked(headers={name: "hunter2"}).headers) == {name.lower(): REDACTED}


@pytest.mark.parametrize(
    ("query", "clean"),
    [
        (f"key={SECRET}&a=b", f"key={REDACTED}&a=b"),
        ("a=b&api_key=hunter2&c=d", f"a=b&api_key={REDACTED}&c=d"),
        ("token=hunter2", f"token={REDACTED}"),
        ("max_token=3&beta=true", "max_token=3&beta=true"),
    ],
)
def test_a_query_is_cleaned_by_name_and_by_form(query: str, clean: str) -> None:
    assert asked(query=query).query == clean


def test_a_body_is_cleaned_by_form() -> None:
    assert asked(BODY).body == CLEAN


def test_the_token_of_an_mcp_server_is_hidden_by_name() -> None:
    servers = {"mcp_servers": [{"type": "url", "authorization_token": 'hunter2 "\\', "name": "a"}]}
    clean = {"mcp_servers": [{"type": "url", "authorization_token": REDACTED, "name": "a"}]}
    assert loads(asked(dumps(servers)).body) == clean


def test_a_coded_body_is_searched_and_then_kept_uncoded() -> None:
    request = asked(gzip.compress(BODY), headers={"content-encoding": "gzip", "x-a": "b"})
    assert (request.body, dict(request.headers)) == (CLEAN, {"x-a": "b"})


@pytest.mark.parametrize("body", [gzip.compress(b'{"a":1}'), b"\x1f\x8b broken"])
def test_a_coded_body_without_a_key_stays_as_it_was_sent(body: bytes) -> None:
    request = RawRequest("POST", "/", Headers({"content-encoding": "gzip"}), body)
    assert redacted_request(request) == request


def test_what_has_no_key_is_the_same_object() -> None:
    response = RawResponse(200, (("content-type", "application/json"),), (Chunk(b'{"a":1}'),))
    assert redacted_response(response) is response


def test_headers_and_body_of_a_response_are_cleaned() -> None:
    response = RawResponse(200, (("x-a", SECRET), ("set-cookie", "hunter2")), (Chunk(BODY, 0.5),))
    assert redacted_response(response) == RawResponse(
        200, (("x-a", REDACTED), ("set-cookie", REDACTED)), (Chunk(CLEAN, 0.5),)
    )


@given(MESSAGES, st.data())
def test_a_key_is_found_however_a_stream_cuts_it(message: dict[str, object], data: st.DataObject) -> None:
    message["content"] = [
        {"type": "text", "text": f"my key is {SECRET}, keep it"},
        {"type": "thinking", "thinking": f"a key: {SECRET}", "signature": "seal"},
        {"type": "tool_use", "id": "toolu_1", "name": "f", "input": {"key": SECRET}},
    ]

    def cut(_kind: str, text: str) -> list[str]:
        places = data.draw(st.lists(st.integers(0, len(text)), max_size=6))
        return [text[start:end] for start, end in pairwise([0, *sorted(places), len(text)])]

    events = list(events_of(message, pieces=cut))  # type: ignore[arg-type]
    chunks = tuple([Chunk(encode([event]), float(place)) for place, event in enumerate(events)])
    clean = redacted_response(RawResponse(200, (), chunks, streamed=True))
    folded = message_of(decode(clean.body))
    assert folded["content"] == [
        {"type": "text", "text": f"my key is {REDACTED}, keep it"},
        {"type": "thinking", "thinking": f"a key: {REDACTED}", "signature": "seal"},
        {"type": "tool_use", "id": "toolu_1", "name": "f", "input": {"key": REDACTED}},
    ]
    assert [chunk.at for chunk in clean.chunks] == [chunk.at for chunk in chunks]


def test_a_stream_that_is_none_is_cleaned_as_it_stands() -> None:
    response = RawResponse(200, (), (Chunk(b"data: {sk-ant-\n"), Chunk(b"\ndata: sk-ant-abc")), streamed=True)
    assert redacted_response(response).body == f"data: {{sk-ant-\n\ndata: {REDACTED}".encode()


@given(st.text())
def test_a_text_without_a_key_stays(text: str) -> None:
    assert without_keys(text) == text
