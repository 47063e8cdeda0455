"""Bodies are taken in every form HTTP has, and never beyond the limit."""

import gzip
import json
from collections.abc import Iterator
from dataclasses import replace
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from mockclaude.mock import MockClaude
from mockclaude.settings import Limits, Settings

from .line import HEADERS, HELLO, Line, request

DATA = json.dumps(HELLO).encode()
TOO_LARGE = {"error": {"type": "request_too_large", "message": "Request exceeds the maximum size"}}


@pytest.fixture
def small() -> Iterator[MockClaude]:
    """A server that takes no more than 1000 bytes."""
    with MockClaude(Settings(limits=replace(Limits(), body_bytes=1000))) as mock:
        yield mock


def in_chunks(data: bytes, sizes: list[int]) -> bytes:
    pieces, start = [], 0
    for size in sizes:
        piece = data[start : start + size]
        start += size
        if piece:
            pieces.append(b"%x\r\n%b\r\n" % (len(piece), piece))
    rest = data[start:]
    return b"".join(pieces) + (b"%x\r\n%b\r\n" % (len(rest), rest) if rest else b"") + b"0\r\n\r\n"


def head(**fields: str) -> bytes:
    named = {name.replace("_", "-"): value for name, value in fields.items()}
    whole = request(b"", headers={"content-length": "", **named})
    assert whole.endswith(b"\r\n\r\n")
    return whole


@given(sizes=st.lists(st.integers(1, 40), max_size=30))
@settings(deadline=None, max_examples=30, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_a_body_may_come_in_chunks_of_any_size(mock: MockClaude, sizes: list[int]) -> None:
    with Line(mock.url) as line:
        assert line.ask(head(transfer_encoding="chunked") + in_chunks(DATA, sizes)).status == 200
    assert mock.journal[-1].request.body == DATA


@given(cuts=st.lists(st.integers(0, len(request())), max_size=8).map(sorted))
@settings(deadline=None, max_examples=30, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_a_request_may_arrive_in_pieces(mock: MockClaude, cuts: list[int]) -> None:
    whole = request()
    with Line(mock.url) as line:
        for start, end in zip([0, *cuts], [*cuts, len(whole)], strict=True):
            line.write(whole[start:end])
        assert line.answer().status == 200


def test_a_body_may_be_compressed(line: Line, mock: MockClaude) -> None:
    packed = gzip.compress(DATA)
    assert line.ask(request(packed, headers={"content-encoding": "gzip"})).status == 200
    assert mock.journal[-1].request.body == packed


def test_a_large_body_is_taken(line: Line) -> None:
    turns: Any = [{"role": "user", "content": "word " * 400_000}]
    answer = line.ask(request({**HELLO, "model": "claude-opus-5", "messages": turns}))
    assert (answer.status, answer.json()["type"]) == (200, "message")


def test_the_last_byte_within_the_limit_is_taken(small: MockClaude) -> None:
    with Line(small.url) as line:
        assert line.ask(request(DATA.ljust(1000))).status == 200
        assert line.ask(request(DATA.ljust(1001))).status == 413


def test_an_announced_body_over_the_limit_is_refused_unread(small: MockClaude) -> None:
    with Line(small.url) as line:
        answer = line.ask(head(content_length=str(10**15)))
        assert (answer.status, answer.json()) == (413, TOO_LARGE)
        assert answer.headers["connection"] == "close"
        assert answer.headers["x-mockclaude-rule"] == "body-too-large"
        assert not {"request-id", "anthropic-organization-id", "x-should-retry"} & set(answer.headers)


def test_a_client_that_goes_on_uploading_still_reads_the_refusal(small: MockClaude) -> None:
    size = 20_000_000
    with Line(small.url) as line:
        line.write(head(content_length=str(size)))
        line.write(b" " * size)
        assert (line.answer().status, line.rest()) == (413, b"")


def test_a_chunked_body_is_refused_as_soon_as_it_is_over_the_limit(small: MockClaude) -> None:
    with Line(small.url) as line:
        line.write(head(transfer_encoding="chunked") + b"3e9\r\n" + b" " * 1001)
        assert line.answer().status == 413


def test_a_bomb_within_a_bomb_unfolds_to_a_refusal(line: Line) -> None:
    packed = gzip.compress(gzip.compress(b" " * 100_000_000))
    assert len(packed) < 10_000
    answer = line.ask(request(packed, headers={"content-encoding": "gzip, gzip"}))
    assert (answer.status, answer.json()["error"]["type"]) == (413, "request_too_large")


@pytest.mark.parametrize("expectation", ["100-continue", "100-Continue"])
def test_a_client_that_waits_is_invited(line: Line, expectation: str) -> None:
    line.write(head(expect=expectation, content_length=str(len(DATA))))
    assert line.head() == (100, ())
    assert line.ask(DATA).status == 200


def test_an_unknown_expectation_is_ignored(line: Line) -> None:
    assert line.ask(request(headers={"expect": "a miracle"})).status == 200


def test_a_connection_goes_on_after_a_body_that_nobody_read(line: Line) -> None:
    for path in ("/nowhere", "/v1/files"):
        assert line.ask(request(path=path)).status == 404
    assert line.ask(request()).status == 200


def test_the_journal_keeps_what_was_sent(mock: MockClaude, line: Line) -> None:
    line.ask(request(path="/v1/messages?beta=true", headers={"x-own": "kept"}))
    [interaction] = mock.journal
    assert (interaction.request.method, interaction.request.path, interaction.request.query) == (
        "POST", "/v1/messages", "beta=true",
    )  # fmt: skip
    assert interaction.request.headers["X-Own"] == "kept"
    assert interaction.request.body == DATA
    assert HEADERS["x-api-key"] not in repr(interaction)
