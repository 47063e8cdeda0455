"""Messages become the recorded bytes, streamed or not."""

from collections.abc import Sequence

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mockclaude.engine.pieces import cut
from mockclaude.engine.render import first_input, render, spoken_error
from mockclaude.engine.reply import ErrorReply, Pace, Reply
from mockclaude.settings import Settings
from mockclaude.wire.body import MessageBody
from mockclaude.wire.dice import Dice
from mockclaude.wire.encoding import dumps
from mockclaude.wire.error import APIError
from mockclaude.wire.interaction import RawResponse
from mockclaude.wire.sse import PING, decode, encode
from mockclaude.wire.stream import events_of, message_of

from ..wire.samples import MESSAGES, message
from .calls import call


def streamed(original: MessageBody, *, padding: bool = True, ordinal: int = 1, pace: Pace | None = None) -> RawResponse:
    asked = call(settings=Settings(padding=padding), stream=True)
    return render(original, Reply(pace=pace), call=asked, dice=Dice(b"k", ordinal))


def family_pieces(kind: str, text: str) -> Sequence[str]:
    return cut(kind, text, "coarse")


@given(original=MESSAGES)
def test_without_a_stream_the_body_is_the_compact_message(original: MessageBody) -> None:
    response = render(original, Reply(), call=call(), dice=Dice(b"k", 1))
    assert (response.status, response.body, response.streamed) == (200, dumps(original), False)
    assert response.headers == (("content-type", "application/json"),)


@given(original=MESSAGES)
def test_the_fast_bytes_are_the_bytes_of_the_plain_encoder(original: MessageBody) -> None:
    output = original["usage"]["output_tokens"]
    first = 1 + output % 8 if output else 0
    beginning = first_input(original, call())
    events = list(events_of(original, pieces=family_pieces, first_output=first, first_input=beginning))
    assert streamed(original, padding=False).body == encode(events)
    padded = streamed(original, padding=True).body
    assert decode(padded) == events


@given(original=MESSAGES)
def test_a_stream_folds_to_its_message(original: MessageBody) -> None:
    assert message_of(decode(streamed(original).body)) == original


def test_padding_is_zero_to_fifteen_spaces_and_never_on_a_ping() -> None:
    frames = streamed(message({"type": "text", "text": "word " * 4000})).body.split(b"\n\n")[:-1]
    spaces = [len(frame) - len(frame[:-1].rstrip(b" ")) - 1 for frame in frames if frame + b"\n\n" != PING]
    assert set(spaces) == set(range(16))
    assert frames.count(PING.removesuffix(b"\n\n")) == 1


def test_padding_differs_from_call_to_call_and_repeats_with_its_dice() -> None:
    original = message({"type": "text", "text": "Hello"})
    assert streamed(original, ordinal=1).body == streamed(original, ordinal=1).body
    assert streamed(original, ordinal=1).body != streamed(original, ordinal=2).body


def test_without_a_pace_the_whole_stream_leaves_at_once() -> None:
    assert {chunk.at for chunk in streamed(message({"type": "text", "text": "word " * 100})).chunks} == {0.0}


def test_a_paced_stream_leaves_event_by_event() -> None:
    response = streamed(message({"type": "text", "text": "Hi"}), pace=Pace(first=0.5, per_second=10))
    assert [round(chunk.at, 3) for chunk in response.chunks] == [0.5, 0.6, 0.7, 0.8, 0.9, 1.0, 1.1]
    assert b"".join(chunk.data for chunk in response.chunks) == response.body


@given(body=st.binary(max_size=20))
def test_an_error_may_have_any_bytes(body: bytes) -> None:
    response = spoken_error(ErrorReply(503, body=body, content_type="text/plain"), {"retry-after": "1"})
    assert (response.status, response.body) == (503, body)
    assert response.headers == (("content-type", "text/plain"), ("retry-after", "1"))


def test_an_error_without_bytes_is_the_api_s_own() -> None:
    with pytest.raises(APIError) as raised:
        spoken_error(ErrorReply(529, message="Overloaded"), {"retry-after": "1"})
    assert (raised.value.status, raised.value.kind, raised.value.headers) == (
        529,
        "overloaded_error",
        {"retry-after": "1"},
    )


@pytest.mark.parametrize(
    ("shown", "tokens", "deltas"),
    [
        ("", 4, [("", None)]),
        ("", 149, [("", 50), ("", 50), ("", None)]),
        ("Hm.", 149, [("Hm.", None)]),
    ],
)
def test_tokens_of_thinking_are_counted_for_whom_wants_it(
    shown: str, tokens: int, deltas: list[tuple[str, int | None]]
) -> None:
    original = message({"type": "thinking", "thinking": shown, "signature": "seal"})
    original["usage"]["output_tokens_details"] = {"thinking_tokens": tokens}
    asked = call(beta="thinking-token-count-2026-05-13", stream=True)
    events = decode(render(original, Reply(), call=asked, dice=Dice(b"k", 1)).body)
    told = [event["delta"] for event in events if event["type"] == "content_block_delta"]
    assert told == [
        *[{"type": "thinking_delta", "thinking": text, "estimated_tokens": count} for text, count in deltas],
        {"type": "signature_delta", "signature": "seal"},
    ]
    assert message_of(events)["content"] == original["content"]
