"""Landmarks name places in a body by what stands there."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mockclaude.engine.landmarks import MARKS, OF_STREAMS, Mark, landmarks, place
from mockclaude.wire.body import MessageBody
from mockclaude.wire.encoding import dumps
from mockclaude.wire.sse import encode
from mockclaude.wire.stream import events_of

from ..wire.samples import MESSAGES, message

STREAM = encode(events_of(message({"type": "text", "text": 'é\n"ß\\ 😀'})))
BODIES = MESSAGES.map(lambda original: encode(events_of(original))) | MESSAGES.map(dumps) | st.binary(max_size=200)


def cut(mark: Mark, ordinal: int = 0, body: bytes = STREAM) -> tuple[bytes, bytes]:
    at = place(mark, ordinal, body)
    assert at is not None
    return body[:at], body[at:]


@pytest.mark.parametrize(
    ("mark", "ordinal", "before", "after"),
    [
        ("event", 0, b"", b"event: message_start"),
        ("event", 1, b"}\n\n", b"event: content_block_start"),
        ("event", -1, b'message_stop"}\n\n', b""),
        ("newline", 0, b"}\n", b"\nevent: content_block_start"),
        ("newline", -1, b"}\n", b"\n"),
        ("utf8", 0, b"\xc3", b"\xa9"),
        ("utf8", 1, b"\xc3", b"\x9f"),
        ("utf8", 2, b"\xf0", b"\x9f\x98\x80"),
        ("utf8", 3, b"\xc3", b"\xa9"),
        ("escape", 0, b"\\", b"n"),
        ("escape", 1, b"\\", b'"'),
        ("escape", 2, b"\\", b"\\ "),
        ("field", 0, b"ev", b"ent: message_start"),
        ("field", 1, b"\nda", b"ta: {"),
        ("byte", 0, b"", b"event: mess"),
        ("byte", 7, b"event: ", b"message_start"),
        ("byte", 10**6, b"}\n\n", b""),
        ("byte", -1, b"}\n\n", b""),
    ],
)  # fmt: skip
def test_a_mark_and_an_ordinal_name_a_place(mark: Mark, ordinal: int, before: bytes, after: bytes) -> None:
    left, right = cut(mark, ordinal)
    assert (left[len(left) - len(before) :], right[: len(after)] if after else right) == (before, after)


def test_the_digits_of_a_numbered_escape_are_cut_in_the_middle() -> None:
    assert cut("escape", 0, rb'{"a":"\\u0041 \u00e9"}') == (rb'{"a":"' + b"\\", rb'\u0041 \u00e9"}')
    assert cut("escape", 1, rb'{"a":"\\u0041 \u00e9"}') == (rb'{"a":"\\u0041 \u00', b'e9"}')


def test_the_inside_of_a_body_without_events_is_its_middle() -> None:
    assert cut("inside", 7, b'{"a":1}') == (b'{"a', b'":1}')


def test_a_body_may_lack_a_landmark() -> None:
    assert place("utf8", 0, b'{"a":1}') is None
    assert place("inside", 0, b"") is None


@given(body=BODIES, mark=st.sampled_from(MARKS), ordinal=st.integers(-50, 50))
def test_every_place_is_one_of_the_landmarks_and_within_the_body(body: bytes, mark: Mark, ordinal: int) -> None:
    at, known = place(mark, ordinal, body), landmarks(mark, body)
    assert known == sorted(set(known))
    assert all(0 <= one <= len(body) for one in known)
    assert at in known if known else at is None


@given(original=MESSAGES)
def test_marks_inside_something_never_fall_between_events(original: MessageBody) -> None:
    body = encode(events_of(original))
    between = set(landmarks("event", body))
    for mark in MARKS:
        if mark not in {"event", "byte"}:
            assert not between & set(landmarks(mark, body))


@given(original=MESSAGES)
def test_a_cut_character_is_no_text(original: MessageBody) -> None:
    body = encode(events_of(original))
    for at in landmarks("utf8", body):
        with pytest.raises(UnicodeDecodeError):
            body[:at].decode()


def test_only_streams_have_events() -> None:
    assert {mark for mark in MARKS if mark != "byte" and place(mark, 0, b'{"a":"b"}') in {None, 0}} >= OF_STREAMS
