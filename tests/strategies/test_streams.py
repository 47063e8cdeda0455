"""A stream tells its message, in every form, and what is changed in it is no stream any more."""

import json
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from mockclaude.strategies import Stream, messages, streams
from mockclaude.strategies.streams import NOTE
from mockclaude.wire.body import Block, Event
from mockclaude.wire.encoding import loads
from mockclaude.wire.sse import decode
from mockclaude.wire.stream import TRANSITIONS, Automaton, StreamFault, check, message_of, symbol_of

from ..wire.samples import message
from .simplest import simplest

QUIET = settings(deadline=None, suppress_health_check=list(HealthCheck))
NEWLINES = ("\n", "\r\n", "\r")


@settings(QUIET, max_examples=100)
@given(streams())
def test_a_stream_is_legal_and_folds_to_its_message(stream: Stream) -> None:
    check(stream.events)
    assert message_of(stream.events) == stream.message


@settings(QUIET, max_examples=100)
@given(streams(unknown=True))
def test_what_is_unknown_is_beside_the_message(stream: Stream) -> None:
    check(stream.known)
    assert message_of(stream.known) == stream.message


@QUIET
@given(streams(unknown=True), st.integers(0, 15), st.sampled_from(NEWLINES), st.booleans(), st.booleans())
def test_every_form_of_the_bytes_is_read_back(
    stream: Stream, padding: int, newline: Any, space: bool, ascii_: bool
) -> None:
    body = stream.bytes(padding=padding, newline=newline, space=space, ascii=ascii_)
    assert decode(body + b"\n") == list(stream.events)  # a CR at the very end waits for its LF
    assert body.isascii() or not ascii_


def test_the_simplest_stream_has_six_events() -> None:
    stream = simplest(streams())
    assert [symbol_of(event) for event in stream.events] == [
        "message_start", "start text", "text_delta", "content_block_stop", "message_delta", "message_stop",
    ]  # fmt: skip
    assert repr(stream) == (
        'Stream([{"type":"text","text":"0"}] -> end_turn: '
        "message_start, start text, text_delta, content_block_stop, message_delta, message_stop)"
    )


def test_the_bytes_are_framed_as_the_api_frames_them() -> None:
    body = simplest(streams()).bytes(padding=2)
    assert body.endswith(
        b'event: content_block_delta\ndata: {"type":"content_block_delta","index":0,'
        b'"delta":{"type":"text_delta","text":"0"}  }\n\n'
        b'event: content_block_stop\ndata: {"type":"content_block_stop","index":0  }\n\n'
        b'event: message_delta\ndata: {"type":"message_delta","delta":{"stop_reason":"end_turn","stop_sequence":null,'
        b'"stop_details":null},"usage":{"input_tokens":1,"cache_creation_input_tokens":0,"cache_read_input_tokens":0,'
        b'"output_tokens":0}  }\n\n'
        b'event: message_stop\ndata: {"type":"message_stop"  }\n\n'
    )


SYMBOLS = sorted({symbol for table in TRANSITIONS.values() for symbol in table} | {"ping"})


@pytest.mark.parametrize("symbol", SYMBOLS)
def test_every_event_of_the_table_comes_up(symbol: str) -> None:
    simplest(streams(), lambda stream: symbol in {symbol_of(event) for event in stream.events})


@QUIET
@given(streams(pings=False, deltas="single"))
def test_a_stream_of_single_pieces_has_one_delta_for_each_text(stream: Stream) -> None:
    kinds = [symbol_of(event) for event in stream.events]
    spoken = [block for block in stream.message["content"] if block["type"] == "text" and block["text"]]
    assert kinds.count("text_delta") == len(spoken)
    assert "ping" not in kinds


@QUIET
@given(streams(deltas="typical"))
def test_typical_pieces_of_an_input_are_short(stream: Stream) -> None:
    pieces = [event["delta"]["partial_json"] for event in stream.events if symbol_of(event) == "input_json_delta"]
    assert all(len(piece) <= 12 for piece in pieces)


@QUIET
@given(streams(base=messages(kinds=["tool_use"])))
def test_the_first_fragment_of_an_input_is_empty_and_no_other(stream: Stream) -> None:
    fragments: dict[int, list[str]] = {}
    for event in stream.events:
        if symbol_of(event) == "input_json_delta":
            fragments.setdefault(event["index"], []).append(event["delta"]["partial_json"])
    assert all(first == "" and all(rest) for first, *rest in fragments.values())


CALL: Block = {"type": "tool_use", "id": "toolu_01", "name": "f", "input": {"0": "\U0001f469"}}


@pytest.mark.parametrize("end", ["\\", "\\u", "\\ud", "\\ud83d", "\\ud83d\\"])
def test_an_input_may_be_cut_inside_an_escape(end: str) -> None:
    def holds(stream: Stream) -> bool:
        return any(str(event.get("delta", {}).get("partial_json", "")).endswith(end) for event in stream.events)

    assert holds(simplest(streams(base=st.just(message(CALL, stop_reason="tool_use"))), holds))


def _without(events: tuple[Event, ...], place: int) -> list[Event]:
    return [*events[:place], *events[place + 1 :]]


def _twice(events: tuple[Event, ...], place: int) -> list[Event]:
    return [*events[: place + 1], events[place], *events[place + 1 :]]


def _swapped(events: tuple[Event, ...], place: int) -> list[Event]:
    return [*events[:place], *reversed(events[place : place + 2]), *events[place + 2 :]]


def legal(symbols: list[str]) -> bool:
    """What the table says of a sequence of symbols, read without the automaton."""
    state = "start"
    for symbol in symbols:
        if symbol == "ping" and state != "end":
            continue
        if symbol not in TRANSITIONS[state]:
            return False
        state = TRANSITIONS[state][symbol]
    return state == "end"


def numbered(events: list[Event]) -> bool:
    """Whether the indices count the blocks that were started."""
    index = -1
    for event in events:
        index += event["type"] == "content_block_start"
        if event.get("index", index) != index:
            return False
    return True


@settings(QUIET, max_examples=30)
@given(streams())
@pytest.mark.parametrize("change", [_without, _twice, _swapped])
def test_a_stream_with_one_change_is_refused_or_legal_by_the_table(change: Any, stream: Stream) -> None:
    for place in range(len(stream.events)):
        changed = change(stream.events, place)
        symbols = [symbol_of(event) for event in changed]
        if legal(symbols) and numbered(changed):
            check(changed)
        else:
            with pytest.raises(StreamFault):
                check(changed)


@QUIET
@given(streams(pings=False))
def test_no_stream_does_without_one_of_its_own_ends(stream: Stream) -> None:
    automaton = Automaton()
    for event in stream.events[:-1]:
        automaton.feed(event)
        assert not automaton.is_complete
    for place in (0, len(stream.events) - 2, len(stream.events) - 1):
        with pytest.raises(StreamFault):
            check(_without(stream.events, place))


@pytest.mark.parametrize("what", ["future_field", "future_event", "future_delta"])
def test_everything_unknown_comes_up(what: str) -> None:
    stream = simplest(streams(unknown=True), lambda stream: what in json.dumps(stream.events))
    assert json.dumps(stream.events).count(NOTE) == 1
    assert what.encode() in stream.bytes()


def test_both_forms_of_an_answer_carry_the_message() -> None:
    stream = simplest(streams())
    assert message_of(decode(stream.response().body)) == loads(stream.whole().body) == stream.message
    assert stream.response().streamed
    assert not stream.whole().streamed


def test_the_impossible_is_refused_at_once() -> None:
    with pytest.raises(ValueError, match="expected one of arbitrary, typical, single"):
        streams(deltas="typic")  # type: ignore[arg-type]
