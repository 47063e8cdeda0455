"""A stream is cut at its blank lines, and told as events only where the same bytes can be written again."""

import time

from hypothesis import given
from hypothesis import strategies as st

from mockclaude.record.pieces import Piece, pieces_of, restored_stream, stored_stream
from mockclaude.wire.interaction import Chunk
from mockclaude.wire.sse import frame

from .samples import chunked, streams


@given(streams())
def test_the_pieces_join_to_the_stream_and_events_are_the_exact_ones(body: bytes) -> None:
    pieces = list(pieces_of(body))
    assert b"".join([piece.raw for piece in pieces]) == body
    for piece in pieces:
        assert piece.event is None or frame(piece.event, padding=piece.padding) == piece.raw


@given(st.data())
def test_a_stream_is_restored_with_its_chunks(data: st.DataObject) -> None:
    chunks = data.draw(st.just(()) | streams().flatmap(chunked))
    assert restored_stream(stored_stream(chunks)) == chunks


def test_what_the_api_would_not_write_stays_raw() -> None:
    ping, padded = b'event: ping\ndata: {"type":"ping"}\n\n', b'event: x\ndata: {"type":"x"%b}\n\n' % (b" " * 16)
    assert list(pieces_of(ping + padded + b"data: [1]\n\nrest")) == [
        Piece(ping),
        Piece(padded),
        Piece(b"data: [1]\n\n"),
        Piece(b"rest"),
    ]


def test_long_streams_take_time_in_proportion_to_their_length() -> None:
    def spent(body: bytes) -> float:
        chunks = tuple([Chunk(body[place : place + 20]) for place in range(0, len(body), 20)])
        begun = time.process_time()
        stored_stream(chunks)
        return time.process_time() - begun

    for part in (b"x" * 100, b'event: x\ndata: {"type":"x","text":"abcdef"}\n\n'):
        short = min(spent(part * 400) for _ in range(3))
        assert min(spent(part * 4000) for _ in range(3)) < 40 * short
