"""Header names compare case-insensitively; a body is its chunks."""

from mockclaude.wire.interaction import Chunk, Headers, RawResponse


def test_header_names_compare_case_insensitively() -> None:
    headers = Headers({"X-Api-Key": "k"})
    assert headers["x-api-key"] == headers.get("X-API-KEY") == "k"
    assert headers.get("missing") is None
    assert list(headers) == ["x-api-key"]
    assert len(headers) == 1


def test_a_body_is_the_sum_of_its_chunks() -> None:
    assert RawResponse(200, chunks=(Chunk(b"a"), Chunk(b"b", 1.5))).body == b"ab"
