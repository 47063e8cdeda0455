"""Faults change an answer exactly as they say, and what cannot be is refused when it is declared."""

from dataclasses import fields, replace
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mockclaude.clock import FixedClock
from mockclaude.engine.chaos import by_chance, chances
from mockclaude.engine.engine import Engine
from mockclaude.engine.fault import (
    KINDS,
    Cut,
    ErrorEvent,
    Fault,
    Fragments,
    HttpError,
    Missing,
    Stall,
    Trickle,
    data_of_fault,
    forestalls,
    kind_of,
)
from mockclaude.engine.inflict import inflict
from mockclaude.engine.presets import FAULTS
from mockclaude.engine.reply import Pace
from mockclaude.engine.say import Sayable, message, reply_of
from mockclaude.engine.say_fault import fault_of
from mockclaude.engine.stub import checked
from mockclaude.engine.stubs import Stubs
from mockclaude.errors import ScriptError
from mockclaude.settings import Settings
from mockclaude.wire.dice import Dice
from mockclaude.wire.error import APIError
from mockclaude.wire.interaction import Chunk, RawResponse
from mockclaude.wire.sse import PING, decode

from .playing import asked, engine_of

CLOCK = FixedClock()
HARMLESS = ("pings", "fragments", "trickle", "stall")
"""Kinds that change when bytes leave or add what every client overreads, but not what is said."""


def answered(
    fault: object = None, *, stream: bool = True, text: str = 'Grüße, 2 "words"\nand more of them', **body: Any
) -> RawResponse:
    """What the engine answers with a reply that has this fault."""
    stubs = Stubs(clock=CLOCK)
    stubs.reply(message(text, fault=fault))  # type: ignore[arg-type]
    return engine_of(stubs).respond(asked(stream=stream, settings=Settings(padding=False), **body), Dice(b"k", 1))


def frames_of(response: RawResponse) -> list[bytes]:
    return [frame + b"\n\n" for frame in response.body.split(b"\n\n")[:-1]]


PLAIN = answered()
FRAMES = frames_of(PLAIN)


@pytest.mark.parametrize("after", range(len(FRAMES)))
def test_an_error_event_ends_a_stream_at_any_event(after: int) -> None:
    broken = answered(ErrorEvent(after))
    error = (
        b'event: error\ndata: {"type":"error","error":{"details":null,"type":"overloaded_error","message":"Overloaded"},'
        b'"request_id":""}\n\n'
    )
    assert (frames_of(broken), broken.ending) == ([*FRAMES[:after], error], "complete")


def test_an_error_event_has_the_words_of_its_type_or_its_own() -> None:
    assert decode(answered(ErrorEvent(0, "api_error")).body)[0]["error"]["message"] == "Internal server error"
    assert decode(answered(ErrorEvent(0, "api_error", "Ouch")).body)[0]["error"]["message"] == "Ouch"


def test_an_error_event_carries_the_id_of_the_request_before_its_padding() -> None:
    body = inflict(ErrorEvent(0), PLAIN, request_id="req_011", padding=3).body
    assert body.endswith(b',"request_id":"req_011"   }\n\n')


def test_a_short_stream_breaks_off_before_its_last_event() -> None:
    assert frames_of(answered(ErrorEvent(10**6)))[:-1] == FRAMES[:-1]


def test_an_error_event_spares_a_whole_body() -> None:
    assert answered(ErrorEvent(3), stream=False) == answered(stream=False)


@pytest.mark.parametrize("name", ["message_stop", "message_delta", "content_block_stop", "ping"])
def test_a_missing_event_is_left_out_and_nothing_else(name: str) -> None:
    expected = [frame for frame in FRAMES if not frame.startswith(b"event: %b\n" % name.encode())]
    broken = answered({"kind": "missing", "events": [name]})
    assert (frames_of(broken), broken.ending) == (expected, "complete")
    assert len(expected) == len(FRAMES) - 1


def test_bad_json_lacks_its_last_brace() -> None:
    for number in range(-1, len(FRAMES)):
        if FRAMES[number] != PING:
            expected = FRAMES.copy()
            expected[number] = FRAMES[number].removesuffix(b"}\n\n") + b"\n\n"
            assert frames_of(answered({"kind": "bad_json", "event": number})) == expected
    assert answered("bad_json", stream=False).body == answered(stream=False).body[:-1]


def test_pings_stand_between_all_events() -> None:
    told = frames_of(answered("ping_flood"))
    assert told[::2] == FRAMES
    assert set(told[1::2]) == {PING}


def test_unknown_things_appear_once_and_where_they_belong() -> None:
    event, delta, block = (frames_of(answered(f"unknown_{what}")) for what in ("event", "delta", "block"))
    assert event[3] == b'event: future_event\ndata: {"type":"future_event","note":"sent by a later API"}\n\n'
    assert [*event[:3], *event[4:]] == FRAMES
    assert delta[3].startswith(
        b'event: content_block_delta\ndata: {"type":"content_block_delta","index":0,"delta":{"type":"future_'
    )
    assert [*delta[:3], *delta[4:]] == FRAMES
    place = next(place for place, frame in enumerate(FRAMES) if frame.startswith(b"event: message_delta"))
    assert [*block[:place], *block[place + 2 :]] == FRAMES
    assert [(item["type"], item["index"]) for item in decode(b"".join(block[place : place + 2]))] == [
        ("content_block_start", 1), ("content_block_stop", 1),
    ]  # fmt: skip


def test_an_unknown_delta_waits_for_an_open_block() -> None:
    kinds = [event["type"] for event in decode(answered("unknown_delta after_events=0").body)]
    assert kinds[:3] == ["message_start", "content_block_start", "content_block_delta"]
    with pytest.raises(ScriptError, match="no content block"):
        inflict(fault_of("unknown_delta"), RawResponse(200, (), (Chunk(PING),), streamed=True), request_id="")


@pytest.mark.parametrize("ending", ["end", "close", "reset"])
@pytest.mark.parametrize(
    ("at", "ordinal", "tail", "missing"),
    [
        ("event", 1, b"}\n\n", b"event: content_block_start"),
        ("newline", 2, b"}\n", b"\nevent: "),
        ("utf8", 1, b"\xc3", b"\x9f"),
        ("escape", 1, b"\\", b'"'),
        ("escape", 2, b"\\", b"n"),
        ("field", 2, b"\n\nev", b"ent: content_block_start"),
        ("byte", 30, b"", b""),
        ("byte", 0, b"", b""),
    ],
)  # fmt: skip
def test_a_cut_lands_where_it_is_asked_for(at: str, ordinal: int, tail: bytes, missing: bytes, ending: str) -> None:
    broken = answered({"kind": "cut", "at": at, "ordinal": ordinal, "ending": ending})
    assert PLAIN.body.startswith(broken.body)
    assert broken.body.endswith(tail)
    assert PLAIN.body[len(broken.body) :].startswith(missing)
    assert broken.ending == ("complete" if ending == "end" else ending)
    if at == "byte":
        assert len(broken.body) == ordinal


def test_a_cut_at_something_the_answer_lacks_says_what_there_is() -> None:
    with pytest.raises(
        ScriptError, match=r"cannot be cut at 'utf8': its text has none; it has event, inside, newline, field, byte"
    ):
        answered("cut at=utf8", text="plain")


@pytest.mark.parametrize("mark", ["event", "newline", "field", "inside"])
def test_a_body_that_is_no_stream_is_cut_in_the_middle(mark: str) -> None:
    whole, broken = answered(stream=False), answered(f"cut at={mark}", stream=False)
    assert (broken.body, broken.ending) == (whole.body[: len(whole.body) // 2], "close")
    stalled = answered(f"stall at={mark} seconds=9", stream=False)
    assert [(len(chunk.data), chunk.at) for chunk in stalled.chunks] == [
        (len(whole.body) // 2, 0.0), (len(whole.body) - len(whole.body) // 2, 9.0),
    ]  # fmt: skip


def test_nothing_leaves_of_an_answer_that_is_cut_before_its_head() -> None:
    assert answered("refused") == RawResponse(0, ending="reset")
    assert answered("hung_up") == RawResponse(0, ending="close")
    assert answered("silent") == RawResponse(0, chunks=(Chunk(b"", 86400.0),), ending="close")


@given(at=st.integers(0, len(PLAIN.body)), seconds=st.floats(0, 100), first=st.floats(0, 5))
def test_a_stall_holds_back_the_rest_and_changes_no_byte(at: int, seconds: float, first: float) -> None:
    paced = PLAIN._replace(chunks=tuple([Chunk(frame, first + place) for place, frame in enumerate(FRAMES)]))
    stalled = inflict(Stall("byte", at, seconds), paced, request_id="")
    assert (stalled.body, stalled.ending) == (PLAIN.body, "complete")
    reach = 0
    for chunk in stalled.chunks:
        reach += len(chunk.data)
        own = next(
            one.at
            for one in paced.chunks
            if sum(len(other.data) for other in paced.chunks if other.at <= one.at) >= reach
        )
        if chunk.data:
            assert chunk.at == pytest.approx(own if reach <= at else max(own, 0) + seconds)
    assert [chunk.at for chunk in stalled.chunks] == sorted(chunk.at for chunk in stalled.chunks)


def test_a_stall_with_pings_stays_alive() -> None:
    stalled = answered({"kind": "stall", "at": "event", "ordinal": 2, "seconds": 25, "pings": 10})
    assert stalled.chunks == (
        Chunk(b"".join(FRAMES[:2]), 0.0), Chunk(PING, 10.0), Chunk(PING, 20.0), Chunk(b"".join(FRAMES[2:]), 25.0),
    )  # fmt: skip


@given(size=st.integers(1, 50), every=st.floats(0.001, 1))
def test_a_trickle_is_the_same_bytes_in_small_pieces(size: int, every: float) -> None:
    slow = inflict(Trickle(size, every), PLAIN, request_id="")
    assert slow.body == PLAIN.body
    assert {len(chunk.data) for chunk in slow.chunks[:-1]} <= {size}
    steps = [later.at - earlier.at for earlier, later in zip(slow.chunks, slow.chunks[1:], strict=False)]
    assert steps == pytest.approx([every] * len(steps))


def test_fragments_end_at_the_landmarks() -> None:
    pieces = answered({"kind": "fragments", "cuts": [["utf8", 0], ["newline", 0], ["event", -1]]})
    ends = [chunk.data[-2:] for chunk in pieces.chunks]
    assert (pieces.body, ends) == (PLAIN.body, [b"}\n", b"", b"r\xc3", b"", b"\n\n"])
    assert fault_of("fragments cuts=utf8:0,newline:0,event:-1") == fault_of(
        {"kind": "fragments", "cuts": [["utf8", 0], ["newline", 0], ["event", -1]]}
    )


def test_fragments_never_leave_before_their_bytes_are_due() -> None:
    stubs = Stubs(clock=CLOCK)
    stubs.reply(message("some text", pace=Pace(1.0, 10), fault="fragments cuts=event:1"))
    chunks = engine_of(stubs).respond(asked(stream=True), Dice(b"k", 1)).chunks
    assert chunks[0].at == 1.0
    assert chunks[2].at > 1.3


@pytest.mark.parametrize("by", [10, -10])
def test_a_wrong_length_is_announced(by: int) -> None:
    for stream in (True, False):
        whole, broken = answered(stream=stream), answered({"kind": "length", "by": by}, stream=stream)
        assert (broken.body, broken.ending) == (whole.body, "close")
        assert broken.headers == (*whole.headers, ("content-length", str(len(whole.body) + by)))


def failure(fault: object, **settings: Any) -> tuple[int, str, dict[str, str]]:
    with pytest.raises(APIError) as raised:
        answered(fault)
    return raised.value.status, raised.value.message, dict(raised.value.headers)


def test_http_errors_have_the_words_of_the_api() -> None:
    assert failure("overloaded") == (529, "Overloaded", {})
    assert failure("server_error") == (500, "Internal server error", {})
    assert failure({"kind": "error", "status": 529, "headers": {"x-should-retry": "false"}})[2] == {
        "x-should-retry": "false"
    }
    status, text, headers = failure("rate_limited")
    assert (status, headers["retry-after"], len(headers)) == (429, "1", 13)
    assert "(org: 6d6f636b-636c-4175-8465-6d6f636b636c, model: claude-opus-5)" in text


@pytest.mark.parametrize(
    ("retry_after", "header"),
    [(7, "7"), (0.25, "0.25"), ("soon", "soon"), ("", None), ("date+90", "Mon, 23 Nov 2026 12:01:30 GMT")],
)
def test_retry_after_takes_every_form(retry_after: object, header: str | None) -> None:
    for preset in ("overloaded", "rate_limited"):
        headers = failure({"kind": preset, "retry_after": retry_after})[2]
        assert headers.get("retry-after") == header


@pytest.mark.parametrize("name", ["unavailable", "bad_gateway", "empty_error"])
def test_proxies_answer_in_their_own_form(name: str) -> None:
    preset = FAULTS[name]
    response = answered(name)
    assert (response.status, response.body.decode()) == (preset["status"], preset["body"])
    assert response.headers[0] == ("content-type", preset.get("content_type", "application/json"))


@pytest.mark.parametrize("name", [*FAULTS, *(kind for kind in KINDS if kind != "fragments")])
def test_every_name_is_a_fault_that_survives_being_written_down(name: str) -> None:
    fault = fault_of(name)
    assert fault_of(data_of_fault(fault)) == fault == fault_of({"kind": name})
    assert fault_of(fault) is fault
    for stream in (True, False):
        if not isinstance(fault, HttpError):
            assert isinstance(answered(fault, stream=stream), RawResponse)


@pytest.mark.parametrize("name", [name for name in FAULTS if kind_of(fault_of(name)) in HARMLESS and name != "silent"])
def test_what_changes_only_times_changes_no_word(name: str) -> None:
    assert [event for event in decode(answered(name).body) if event["type"] != "ping"] == [
        event for event in decode(PLAIN.body) if event["type"] != "ping"
    ]


@pytest.mark.parametrize(
    ("value", "reason"),
    [
        ("overlode", "unknown fault 'overlode'; did you mean 'overloaded'?"),
        ("", "unknown fault ''"),
        ({"at": "event"}, "kind is None; expected the name of a fault"),
        (5, "5 is no fault; expected a name such as 'overloaded'"),
        ("cut at=utf9", "fault 'cut': at is 'utf9'; did you mean 'utf8'?; expected one of head, event"),
        ("cut ordinal=x", "fault 'cut': ordinal is 'x'; expected a whole number"),
        ("cut at", "'at' has no value; expected words such as ordinal=2"),
        ("cut at=head ending=end", "before its head no answer can be whole; expected close or reset"),
        ("error status=200", "status is 200; expected a number from 400 to 599"),
        ("error status=503", "error 503 has no message"),
        ("error status=500 type=api_eror", "type is 'api_eror'; did you mean 'api_error'?"),
        ("error retry_after=-1", "retry_after is -1; expected a number from 0 to 86400"),
        ({"kind": "error", "message": 5}, "message is 5; expected text"),
        ("error_event after_events=-1", "after_events is -1; expected a whole number from 0 on"),
        ("error_event type=rate_limit_error", "rate_limit_error has no message, and the API has no single one for it"),
        ("missing events=message_end", "events is 'message_end'; did you mean"),
        ({"kind": "missing", "events": []}, "events is (); expected at least one"),
        ("stall seconds=-1", "seconds is -1; expected a number from 0 to 86400"),
        ("stall pings=0.001", "expected at most 100000 pings in 86400 seconds"),
        ("trickle bytes=0", "bytes is 0; expected a whole number from 1 on"),
        ("fragments", "fault 'fragments' lacks a parameter; expected cuts, every"),
        ("fragments cuts=utf8:x", "'cuts=utf8:x' has no number"),
        ({"kind": "fragments", "cuts": ["utf8"]}, "cuts holds 'utf8'; expected pairs of a landmark and a number"),
        ("length by=0", "by is 0; expected bytes more or fewer than leave"),
        ("reset att=event", "fault 'reset' has no 'att'; did you mean 'at'?; it has at, ordinal, ending"),
    ],
)
def test_a_fault_that_cannot_be_is_refused_when_it_is_declared(value: Any, reason: str) -> None:
    with pytest.raises(ScriptError) as raised:
        message("x", fault=value)
    assert reason in str(raised.value)


def test_an_error_has_no_further_fault() -> None:
    said: Sayable = {"error": {"status": 529}, "fault": "truncated"}
    with pytest.raises(ScriptError, match="an error is answered whole; give either error or fault"):
        checked(said)


def test_scripts_write_faults_by_name_or_with_parameters() -> None:
    assert reply_of({"text": "x", "fault": "truncated"}) == message("x", fault=Cut("inside", 5))
    data: Sayable = {"text": "x", "fault": {"kind": "error_event", "after_events": 3, "type": "overloaded_error"}}
    assert reply_of(data) == message("x", fault=ErrorEvent(3))


def test_faults_that_leave_no_answer_keep_the_scripted_reply_for_the_next_call() -> None:
    stubs = Stubs(clock=CLOCK)
    stubs.next("first", "second")
    engine = engine_of(stubs)
    for name in ("overloaded", "refused", "silent"):
        assert forestalls(fault_of(name))
        try:
            engine.respond(asked(headers={"x-mockclaude-fault": name}), Dice(b"k", 1))
        except APIError as error:
            assert error.status == 529  # noqa: PT017 - the other two answer nothing
    cut = engine.respond(asked(headers={"x-mockclaude-fault": "truncated"}), Dice(b"k", 2))
    assert (cut.ending, b"first" in engine.respond(asked(), Dice(b"k", 3)).body) == ("close", False)


def test_a_request_may_ask_for_its_own_fault_or_for_none() -> None:
    engine = Engine(clock=CLOCK)
    settings = Settings(fault="refused")

    def status(**headers: str) -> tuple[int, str]:
        named = {name.replace("_", "-"): value for name, value in headers.items()}
        response = engine.respond(asked(settings=settings, headers=named), Dice(b"k", 1))
        return response.status, response.ending

    assert status() == (0, "reset")
    assert status(x_mockclaude_fault="none") == (200, "complete")
    assert status(x_mockclaude_fault=" hung_up ") == (0, "close")
    with pytest.raises(ScriptError, match="unknown fault 'hung'; did you mean 'hung_up'"):
        status(x_mockclaude_fault="hung")


def test_chaos_strikes_its_share_of_calls_and_the_same_in_every_run() -> None:
    def run() -> list[str]:
        fallen = [by_chance("overloaded=0.2,reset=0.05", Dice(b"k", ordinal)) for ordinal in range(4000)]
        return ["" if fault is None else kind_of(fault) for fault in fallen]

    struck = run()
    assert struck == run()
    assert 720 < struck.count("error") < 880
    assert 150 < struck.count("cut") < 250


@pytest.mark.parametrize(
    ("chaos", "reason"),
    [
        ("overloaded", "chaos 'overloaded' has no share of calls"),
        ("overloaded=2", "has no share of calls"),
        ("overlode=0.1", "did you mean 'overloaded'"),
        ("overloaded=0.8,reset=0.3", "add up to 1.1; expected at most 1"),
    ],
)
def test_chaos_that_cannot_be_is_refused(chaos: str, reason: str) -> None:
    with pytest.raises(ScriptError, match=reason):
        chances(chaos)


def test_a_certain_chaos_strikes_every_call() -> None:
    assert by_chance("refused=1", Dice(b"k", 9)) == fault_of("refused")
    assert by_chance("refused=0", Dice(b"k", 9)) is None


def test_faults_are_frozen_and_compare_by_value() -> None:
    faults: list[Fault] = [fault_of(name) for name in FAULTS] + [Fragments((("utf8", 0),)), Missing()]
    for fault in faults:
        assert replace(fault) == fault
        with pytest.raises(AttributeError):
            setattr(fault, fields(fault)[0].name, None)
