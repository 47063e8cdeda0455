"""A wire is its stream in pieces, cut where it hurts, and a mock plays it piece by piece."""

from collections.abc import Iterator
from typing import Any, get_args

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from mockclaude.engine.landmarks import place
from mockclaude.mock import MockClaude
from mockclaude.strategies import Cut, Wire, wires
from mockclaude.strategies.wires import AT, At
from mockclaude.wire.sse import Decoder, decode
from mockclaude.wire.stream import message_of

from ..server.line import HELLO, Line, request
from .simplest import simplest

QUIET = settings(deadline=None, suppress_health_check=list(HealthCheck))


@settings(QUIET, max_examples=100)
@given(wires())
def test_the_pieces_join_to_the_stream(wire: Wire) -> None:
    assert decode(wire.body) == list(wire.stream.events)
    assert all(wire.chunks)
    assert message_of(decode(wire.response().body)) == wire.stream.message


@QUIET
@given(wires(standard=True))
def test_an_incremental_reader_sees_the_same_events_however_they_are_cut(wire: Wire) -> None:
    decoder = Decoder()
    events = [event for chunk in [*wire.chunks, b"\n"] for event in decoder.feed(chunk)]
    assert events == list(wire.stream.events)


@QUIET
@given(wires())
def test_the_cuts_are_where_the_pieces_end(wire: Wire) -> None:
    ends = [sum(map(len, wire.chunks[:count])) for count in range(1, len(wire.chunks))]
    if wire.cuts == (Cut("bytewise", 0),):
        assert ends == list(range(1, len(wire.body)))
    else:
        assert ends == [place(at, ordinal, wire.body) for at, ordinal in wire.cuts if at != "bytewise"]


@settings(QUIET, max_examples=20)
@given(st.data())
@pytest.mark.parametrize("at", AT)
def test_a_landmark_can_be_asked_for(at: At, data: st.DataObject) -> None:
    wire = data.draw(wires(at=[at]))
    assert {cut.at for cut in wire.cuts} <= {at}


@pytest.mark.parametrize("at", AT)
def test_every_landmark_comes_up_unasked(at: At) -> None:
    wire = simplest(wires(), lambda wire: at in {cut.at for cut in wire.cuts})
    assert [cut.at for cut in wire.cuts] == [at]


def test_the_simplest_wire_is_one_piece() -> None:
    wire = simplest(wires())
    assert wire.cuts == ()
    assert repr(wire) == f"Wire({wire.stream!r}, in one piece)"


def test_a_cut_is_printed_with_what_stands_around_it() -> None:
    wire = simplest(wires(), lambda wire: any(cut.at == "field" for cut in wire.cuts))
    assert repr(wire).endswith("field[0] b'ev' | b'ent: mes')")
    assert repr(simplest(wires(at=["bytewise"]), lambda wire: wire.cuts)).endswith("single bytes)")


@pytest.mark.parametrize(
    ("options", "complaint"),
    [
        ({"at": ["utf-8"]}, "no place of a cut is called 'utf-8'; did you mean 'utf8'"),
        ({"at": []}, "no place of a cut is left"),
        ({"most": -1}, "from 0 on"),
    ],
)
def test_the_impossible_is_refused_at_once(options: dict[str, Any], complaint: str) -> None:
    with pytest.raises(ValueError, match=complaint):
        wires(**options)


@pytest.fixture(scope="module")
def mock() -> Iterator[MockClaude]:
    with MockClaude() as running:
        yield running


@settings(QUIET, max_examples=50)
@given(wire=wires())
def test_a_mock_plays_every_piece_in_a_write_of_its_own(mock: MockClaude, wire: Wire) -> None:
    mock.reset()
    mock.reply(wire)
    with Line(mock.url) as line:
        line.write(request({**HELLO, "stream": True}))
        status, fields = line.head()
        assert (status, dict(fields)["content-type"]) == (200, "text/event-stream; charset=utf-8")
        assert tuple(line.chunks()) == wire.chunks
        assert line.ask(request(HELLO)).json() == wire.stream.message
    assert [call.stub for call in mock.calls] == ["stub #1 (any_call)"] * 2


def test_the_pieces_of_a_slow_wire_are_apart() -> None:
    wire = simplest(wires(), lambda wire: len(wire.chunks) == 3)
    times = [chunk.at for chunk in wire.response(every=0.5).chunks if chunk.data]
    assert times == [0.0, 0.5, 1.0]


def test_every_landmark_of_the_engine_is_a_place_of_a_cut() -> None:
    assert {name for part in get_args(At) for name in get_args(part) or (part,)} == set(AT)
