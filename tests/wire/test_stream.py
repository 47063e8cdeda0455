"""A stream is a message cut into events, and only what the table allows is a stream."""

from random import Random

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mockclaude.wire.body import Event, JsonObject, MessageBody
from mockclaude.wire.stream import (
    MESSAGE_KEYS,
    TRANSITIONS,
    USAGE_KEYS,
    Automaton,
    StreamFault,
    check,
    events_of,
    message_of,
    symbol_of,
)

from .samples import MESSAGES, message

HELLO = message({"type": "text", "text": "Hello"})


def pieces_of(seed: int):
    random = Random(seed)

    def pieces(_kind: str, text: str) -> list[str]:
        cuts = sorted(random.sample(range(1, len(text)), min(3, len(text) - 1))) if len(text) > 1 else []
        return [text[a:b] for a, b in zip([0, *cuts], [*cuts, len(text)], strict=True) if text]

    return pieces


@given(original=MESSAGES, seed=st.integers(0, 1000), ping=st.booleans())
def test_the_events_of_a_message_fold_to_it_again(original: MessageBody, seed: int, ping: bool) -> None:
    events = list(events_of(original, pieces=pieces_of(seed), ping=ping))
    folded = message_of(events)
    assert folded == original
    assert list(folded) == [key for key in MESSAGE_KEYS if key in original]
    assert list(folded["usage"]) == [key for key in USAGE_KEYS if key in original["usage"]]


@given(original=MESSAGES)
def test_the_events_of_a_message_are_a_legal_stream(original: MessageBody) -> None:
    check(events_of(original))


def test_a_text_streams_as_recorded() -> None:
    assert list(events_of(HELLO, pieces=lambda _, text: [text[:2], text[2:]])) == [
        {
            "type": "message_start",
            "message": {**HELLO, "content": [], "stop_reason": None, "usage": {**HELLO["usage"], "output_tokens": 1}},
        },
        {"type": "content_block_start", "index": 0, "content_block": {"type": "text", "text": ""}},
        {"type": "ping"},
        {"type": "content_block_delta", "index": 0, "delta": {"type": "text_delta", "text": "He"}},
        {"type": "content_block_delta", "index": 0, "delta": {"type": "text_delta", "text": "llo"}},
        {"type": "content_block_stop", "index": 0},
        {
            "type": "message_delta",
            "delta": {"stop_reason": "end_turn", "stop_sequence": None, "stop_details": None},
            "usage": {
                "input_tokens": 10,
                "cache_creation_input_tokens": 0,
                "cache_read_input_tokens": 0,
                "output_tokens": 5,
            },
        },
        {"type": "message_stop"},
    ]


def test_the_first_fragment_of_a_tool_input_is_empty() -> None:
    call = message({"type": "tool_use", "id": "toolu_1", "name": "f", "input": {"a": 1}}, stop_reason="tool_use")
    fragments = [event["delta"]["partial_json"] for event in events_of(call) if event["type"] == "content_block_delta"]
    assert fragments == ["", '{"a":1}']


def test_an_empty_tool_input_is_only_the_empty_fragment() -> None:
    call = message({"type": "tool_use", "id": "toolu_1", "name": "f", "input": {}}, stop_reason="tool_use")
    assert [event["delta"] for event in events_of(call) if event["type"] == "content_block_delta"] == [
        {"type": "input_json_delta", "partial_json": ""}
    ]


def test_a_signature_is_the_last_delta_of_a_thought() -> None:
    thought = message({"type": "thinking", "thinking": "Hm", "signature": "c2ln"})
    kinds = [event["delta"]["type"] for event in events_of(thought) if event["type"] == "content_block_delta"]
    assert kinds == ["thinking_delta", "signature_delta"]


def test_citations_come_before_the_text_they_annotate() -> None:
    cited = message({"citations": [{"type": "char_location"}], "type": "text", "text": "x"})
    kinds = [event["delta"]["type"] for event in events_of(cited) if event["type"] == "content_block_delta"]
    assert kinds == ["citations_delta", "text_delta"]


def test_what_a_fallback_tells_at_the_end_is_part_of_the_message() -> None:
    dropped: JsonObject = {
        "type": "thinking_dropped",
        "path": "messages.2.content.0",
        "reason": "model_binding_mismatch",
    }
    *events, ending, stop = events_of(message({"type": "text", "text": "Hi"}))
    folded = message_of([*events, {**ending, "input_transformations": [dropped]}, stop])
    assert folded["input_transformations"] == [dropped]


def test_a_ping_may_appear_anywhere_before_the_end() -> None:
    events = list(events_of(HELLO, ping=False))
    for place in range(len(events)):
        check([*events[:place], {"type": "ping"}, *events[place:]])
    with pytest.raises(StreamFault, match="expected nothing more"):
        check([*events, {"type": "ping"}])


def test_an_error_may_end_a_stream_at_any_event() -> None:
    events = list(events_of(HELLO))
    error: Event = {"type": "error", "error": {"type": "overloaded_error", "message": "Overloaded"}}
    for place in range(len(events)):
        broken = [*events[:place], error]
        check(broken)
        with pytest.raises(StreamFault, match="ends in an error"):
            message_of(broken)


@given(original=MESSAGES, data=st.data())
def test_what_a_lost_doubled_or_swapped_event_leaves_is_judged_by_the_table_alone(
    original: MessageBody, data: st.DataObject
) -> None:
    events = list(events_of(original))
    place = data.draw(st.integers(0, len(events) - 2))
    change = data.draw(st.sampled_from(["lose", "double", "swap"]))
    one, two = events[place], events[place + 1]
    middle = {"lose": [two], "double": [one, one, two], "swap": [two, one]}[change]
    changed = [*events[:place], *middle, *events[place + 2 :]]
    assert _is_legal(changed) == _follows_table(changed)


def _is_legal(events: list[Event]) -> bool:
    try:
        check(events)
    except StreamFault:
        return False
    return True


def _follows_table(events: list[Event]) -> bool:
    state, index = "start", -1
    for event in events:
        symbol = symbol_of(event)
        if symbol == "ping" and state != "end":
            continue
        if symbol not in TRANSITIONS[state]:
            return False
        state = TRANSITIONS[state][symbol]
        index += symbol.startswith("start ")
        if event.get("index", index) != index:
            return False
    return state == "end"


@pytest.mark.parametrize(
    ("events", "reason"),
    [
        ([], "the stream ended after 0 events; expected 'message_start'"),
        ([{"type": "message_stop"}], "event 0 is 'message_stop'; expected 'message_start'"),
        ([*events_of(HELLO)][:-1], "the stream ended after 6 events; expected 'message_delta' or 'message_stop'"),
        ([{"type": "content_block_delta", "index": 0}], "event 0 has not the shape of its type"),
    ],
)
def test_a_fault_says_what_came_and_what_could_have_come(events: list[Event], reason: str) -> None:
    with pytest.raises(StreamFault) as caught:
        check(events)
    assert reason in str(caught.value)


def test_a_gap_in_the_indexes_is_refused() -> None:
    events = list(events_of(message({"type": "text", "text": "a"}, {"type": "text", "text": "b"})))
    events[-4]["index"] = 5
    with pytest.raises(StreamFault, match="index 5; expected 1"):
        check(events)


def test_a_tool_input_cut_off_by_a_limit_keeps_what_is_readable() -> None:
    events = list(
        events_of(
            message(
                {"type": "tool_use", "id": "t", "name": "f", "input": {"a": 1, "b": "xyz"}}, stop_reason="max_tokens"
            ),
            pieces=lambda _, text: [text[:10]],
        )
    )
    assert message_of(events)["content"][0]["input"] == {"a": 1}


def test_fragments_that_are_no_object_are_refused() -> None:
    events = list(events_of(message({"type": "tool_use", "id": "t", "name": "f", "input": {"a": 1}})))
    events[4]["delta"]["partial_json"] = "[1]"
    with pytest.raises(StreamFault, match="expected an object"):
        message_of(events)


def test_every_state_of_the_table_is_reachable_and_named_in_it() -> None:
    targets = {state for row in TRANSITIONS.values() for state in row.values()} | {"start", "failed"}
    assert targets == set(TRANSITIONS)


def test_an_automaton_counts_what_it_saw() -> None:
    automaton = Automaton()
    for event in events_of(HELLO):
        automaton.feed(event)
    assert (automaton.count, automaton.state, automaton.is_complete) == (7, "end", True)
