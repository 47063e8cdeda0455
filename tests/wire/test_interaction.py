"""Header names compare case-insensitively; a body is its chunks; what is printed is short and holds no key."""

from mockclaude.clock import EPOCH
from mockclaude.wire.interaction import Chunk, Headers, Interaction, RawRequest, RawResponse


def test_header_names_compare_case_insensitively() -> None:
    headers = Headers({"X-Api-Key": "k"})
    assert headers["x-api-key"] == headers.get("X-API-KEY") == "k"
    assert headers.get("missing") is None
    assert list(headers) == ["x-api-key"]
    assert len(headers) == 1


def test_a_body_is_the_sum_of_its_chunks() -> None:
    assert RawResponse(200, chunks=(Chunk(b"a"), Chunk(b"b", 1.5))).body == b"ab"


def test_what_is_printed_is_short_and_holds_no_key() -> None:
    headers = Headers({"X-Api-Key": "sk-ant-a", "x-note": "for sk-ant-b", "accept": "*/*"})
    request = RawRequest("POST", "/v1/messages/sk-ant-c", headers, b"sk-ant-d" * 9999)
    assert repr(headers) == "Headers({'x-api-key': '[redacted]', 'x-note': 'for [redacted]', 'accept': '*/*'})"
    assert repr(request) == "<RawRequest POST /v1/messages/[redacted] 79992 bytes>"
    response = RawResponse(200, chunks=(Chunk(b"abc"),))
    assert repr(response) == "<RawResponse 200 3 bytes>"
    assert repr(response._replace(ending="reset")) == "<RawResponse 200 3 bytes, then reset>"
    named = Interaction(request, EPOCH, "req_1", response)
    assert repr(named) == "<Interaction req_1 POST /v1/messages/[redacted] -> 200>"
    nameless = Interaction(request._replace(path="/"), EPOCH)
    assert repr(nameless) == "<Interaction 2026-11-23T12:00:00+00:00 POST / -> no answer>"
