"""Frames are the recorded bytes, and any cut of them reads back the same."""

from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mockclaude.wire.body import Event, MessageBody
from mockclaude.wire.encoding import JSONFault
from mockclaude.wire.sse import Decoder, decode, encode, frame
from mockclaude.wire.stream import events_of

from .samples import MESSAGES


def test_a_ping_is_always_the_same_bytes() -> None:
    assert frame({"type": "ping"}, padding=7) == b'event: ping\ndata: {"type": "ping"}\n\n'


def test_an_event_is_a_name_a_data_line_and_a_blank_line() -> None:
    stop: Event = {"type": "content_block_stop", "index": 0}
    assert frame(stop) == b'event: content_block_stop\ndata: {"type":"content_block_stop","index":0}\n\n'


@pytest.mark.parametrize("padding", range(16))
def test_padding_stands_before_the_last_brace(padding: int) -> None:
    assert frame({"type": "message_stop"}, padding=padding) == (
        b'event: message_stop\ndata: {"type":"message_stop"' + b" " * padding + b"}\n\n"
    )


@given(message=MESSAGES, paddings=st.lists(st.integers(0, 15), min_size=100, max_size=100))
def test_what_is_written_is_read_back(message: MessageBody, paddings: list[int]) -> None:
    events = list(events_of(message))
    assert decode(encode(events, paddings=paddings)) == events


@given(message=MESSAGES, cuts=st.lists(st.integers(0, 5000), max_size=8))
def test_any_cut_of_the_bytes_reads_the_same(message: MessageBody, cuts: list[int]) -> None:
    data = encode(events_of(message))
    places = sorted({min(cut, len(data)) for cut in cuts} | {0, len(data)})
    decoder = Decoder()
    parts = [data[a:b] for a, b in pairwise(places)]
    assert [event for part in parts for event in decoder.feed(part)] == list(events_of(message))
    assert decoder.is_clean


@pytest.mark.parametrize("end", ["\n", "\r\n", "\r"])
def test_every_line_end_of_the_standard_is_read(end: str) -> None:
    text = f'event: ping{end}data:{{{end}data: "type":"ping"}}{end}: hello{end}{end}event: message_stop{end}data: {{}}{end}{end}'
    decoder = Decoder()
    events = [event for byte in text.encode() for event in decoder.feed(bytes([byte]))]
    events += list(decoder.feed(b"\n")) if end == "\r" else []
    assert events == [{"type": "ping"}, {"type": "message_stop"}]
    assert decoder.comments == ["hello"]


def test_bytes_that_end_inside_an_event_are_not_clean() -> None:
    decoder = Decoder()
    list(decoder.feed(b'event: ping\ndata: {"type": "pi'))
    assert not decoder.is_clean


@pytest.mark.parametrize("data", [b"data: {x}\n\n", b"data: 1\n\n"])
def test_data_that_is_no_object_is_a_fault(data: bytes) -> None:
    with pytest.raises(JSONFault, match="the data of event"):
        decode(data)
