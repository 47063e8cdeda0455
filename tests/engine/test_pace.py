"""Paces say when events leave: by absolute times, the same in every run."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mockclaude.engine.pace import named, pace_for, pace_of, paced, tokens_in
from mockclaude.engine.presets import PACES
from mockclaude.engine.render import render
from mockclaude.engine.reply import Pace, Reply
from mockclaude.errors import ScriptError
from mockclaude.settings import Settings
from mockclaude.wire.dice import Dice
from mockclaude.wire.sse import PING

from ..wire.samples import message
from .calls import call

FRAMES = st.lists(st.binary(max_size=60), max_size=30)
VALID = st.builds(
    Pace,
    first=st.floats(0, 10),
    per_second=st.none() | st.floats(0.01, 10_000),
    jitter=st.floats(0, 1),
) | st.builds(Pace, first=st.floats(0, 10), tokens_per_second=st.floats(0.01, 10_000), jitter=st.floats(0, 1))


def times(pace: Pace, count: int, ordinal: int = 1) -> list[float]:
    return [chunk.at for chunk in paced([PING] * count, pace, Dice(b"k", ordinal))]


@given(frames=FRAMES, pace=VALID)
def test_events_leave_in_their_order_and_never_before_the_first(frames: list[bytes], pace: Pace) -> None:
    chunks = paced(frames, pace, Dice(b"k", 1))
    assert [chunk.data for chunk in chunks] == frames
    moments = [chunk.at for chunk in chunks]
    assert moments == sorted(moments)
    assert all(moment >= pace.first for moment in moments)


@given(pace=VALID, ordinal=st.integers(0, 1000))
def test_the_same_call_has_the_same_times(pace: Pace, ordinal: int) -> None:
    assert times(pace, 20, ordinal) == times(pace, 20, ordinal)


def test_every_step_counts_from_the_beginning() -> None:
    assert times(Pace(first=0.5, per_second=10), 5) == pytest.approx([0.5, 0.6, 0.7, 0.8, 0.9])
    assert times(Pace(first=0.5), 3) == [0.5, 0.5, 0.5]


def test_jitter_moves_events_by_a_share_of_a_step_and_adds_up_to_nothing() -> None:
    even, uneven = times(Pace(per_second=10), 1000), times(Pace(per_second=10, jitter=0.5), 1000)
    moved = [at - jittered for at, jittered in zip(even, uneven, strict=True)]
    assert 0 <= min(moved) < 0.005
    assert 0.045 < max(moved) <= 0.05
    assert uneven != times(Pace(per_second=10, jitter=0.5), 1000, ordinal=2)


def test_tokens_cost_time_and_structure_does_not() -> None:
    reply = Reply(pace=Pace(first=1.0, tokens_per_second=10))
    said = message({"type": "text", "text": "word " * 40})
    chunks = render(said, reply, call=call(stream=True), dice=Dice(b"k", 1)).chunks
    assert [chunk.at for chunk in chunks[:3]] == [1.0, 1.0, 1.0]
    assert chunks[-1].at == chunks[-3].at == pytest.approx(1.0 + sum(tokens_in(chunk.data) for chunk in chunks) / 10)
    assert 4.0 < chunks[-1].at < 9.0


@pytest.mark.parametrize(
    ("text", "pace"),
    [
        ("sonnet", PACES["sonnet"]),
        ("first=0.3,per_second=40", Pace(0.3, 40)),
        ("per_second=10", Pace(per_second=10)),
        ("opus,first=3", Pace(3, tokens_per_second=50, jitter=0.5)),
        ("opus,per_second=3", Pace(1.5, per_second=3, jitter=0.5)),
        ("slow,tokens_per_second=3", Pace(2, tokens_per_second=3)),
        ("model", PACES["coarse"]),
    ],
)
def test_a_pace_has_a_name_or_parameters(text: str, pace: Pace) -> None:
    assert pace_of(text) == pace
    assert pace_of(pace) is pace


def test_the_pace_of_a_model_follows_from_how_it_cuts_texts() -> None:
    assert named("model", "fine") == PACES["fine"] != named("model", "coarse")
    asked = call(settings=Settings(pace="model"))
    assert pace_for(asked) == PACES[asked.model.chunks]
    assert pace_for(call()) is None


@pytest.mark.parametrize(
    ("value", "fault"),
    [
        ("sonet", "unknown pace 'sonet'; did you mean 'sonnet'?"),
        ("per_second=fast", "'per_second=fast' is no number"),
        ("persecond=1", "pace has no 'persecond'; did you mean 'per_second'?"),
        ({"per_second": 0}, "pace.per_second: is 0; expected more than 0 events per second"),
        ("tokens_per_second=-1", "pace.tokens_per_second: is -1.0; expected more than 0 tokens per second"),
        ("first=-1", "pace.first: is -1.0; expected seconds from 0 on"),
        ("jitter=2", "pace.jitter: is 2.0; expected a share of a step, from 0 to 1"),
        ("per_second=1,tokens_per_second=1", "is given beside per_second; give one of the two"),
    ],
)
def test_a_pace_that_cannot_be_is_refused(value: str, fault: str) -> None:
    with pytest.raises(ScriptError, match=fault.replace("?", r"\?")):
        pace_of(value)


def test_a_setting_paces_every_answer_and_a_reply_may_differ() -> None:
    asked = call(settings=Settings(pace="first=1,per_second=10"), stream=True)
    said = message({"type": "text", "text": "Hi"})
    paces = [render(said, reply, call=asked, dice=Dice(b"k", 1)) for reply in (Reply(), Reply(pace=Pace(5)))]
    assert [response.chunks[0].at for response in paces] == [1.0, 5.0]
