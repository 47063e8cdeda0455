"""A later request shows whether a broken answer was taken for whole, and nothing else does."""

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mockclaude.verdicts.resilience import Allowed, Lapse, lapses
from mockclaude.wire.interaction import Chunk, Interaction, RawResponse
from mockclaude.wire.sse import encode
from mockclaude.wire.stream import events_of

from .recorded import asked, calls, user, whole
from .test_answered import BYTES, MESSAGE, STOPS

TEXT = "It will rain in Zürich."
CUT = BYTES.index(b"toolu_1") - 60
"""Somewhere behind the text and before the tool call."""
TOOL_CALL = {"type": "tool_use", "id": "toolu_1", "name": "f", "input": {"a": 1}}


def stream_of(size: int) -> RawResponse:
    return RawResponse(200, (), (Chunk(BYTES[:size]),), streamed=True, ending="close")


BROKEN = asked(stream_of(CUT), stream=True)


def bot(*content: Any) -> dict[str, Any]:
    return {"role": "assistant", "content": list(content)}


def text(words: str) -> dict[str, Any]:
    return {"type": "text", "text": words}


def result(name: str = "toolu_1", **more: Any) -> dict[str, Any]:
    return {"role": "user", "content": [{"type": "tool_result", "tool_use_id": name, "content": "x", **more}]}


def later(*messages: dict[str, Any], **body: Any) -> Interaction:
    return asked(whole(), at=9.0, stream=True, messages=[user("hello"), *messages], **body)


def found(*interactions: Interaction, **allowed: Any) -> list[str]:
    return [lapse.id for lapse in judged(*interactions, **allowed)]


def judged(*interactions: Interaction, **allowed: Any) -> list[Lapse]:
    return lapses(calls(*interactions), allowed=Allowed(**allowed))


TAKEN = "truncation-taken-for-whole"


@pytest.mark.parametrize(
    "messages",
    [
        [bot(text(TEXT)), user("and tomorrow?")],
        [{"role": "assistant", "content": TEXT}, user("and tomorrow?")],
        [
            bot(MESSAGE["content"][0], text(TEXT + "  ")),
            {"role": "system", "content": "be brief"},
            user("and tomorrow?"),
        ],
        [bot(text(TEXT)), user("and tomorrow?"), bot(text("Snow.")), user("then?")],
    ],
)
def test_a_broken_text_that_is_followed_by_another_question_was_taken_for_whole(messages) -> None:
    [lapse] = judged(BROKEN, later(*messages))
    assert (lapse.id, lapse.calls) == (TAKEN, (1, 2))
    assert f'after "{TEXT}"; call #2 goes on as if that were all' in lapse.message
    assert found(BROKEN, later(*messages), resumes=True) == []


@pytest.mark.parametrize(
    "messages",
    [
        [bot(text(TEXT))],
        [bot(text(TEXT)), {"role": "system", "content": "be brief"}],
        [bot(text(TEXT)), user("You were cut off after 'in Zürich.', go on")],
        [bot(text(TEXT + " Take an umbrella.")), user("and tomorrow?")],
        [bot(text("It will snow.")), user("and tomorrow?")],
        [user("and tomorrow?")],
    ],
)
def test_a_request_that_goes_on_from_a_broken_text_or_leaves_it_out_is_sound(messages) -> None:
    assert found(BROKEN, later(*messages)) == []


def test_an_equal_text_of_another_conversation_is_another_one() -> None:
    other = asked(whole(), at=9.0, messages=[user("hullo"), bot(text(TEXT)), user("and tomorrow?")])
    assert found(BROKEN, other) == []


def test_a_text_that_came_whole_in_the_end_may_be_kept() -> None:
    again = asked(whole(text(TEXT)), at=5.0)
    assert found(BROKEN, again, later(bot(text(TEXT)), user("and tomorrow?"))) == []


def test_cache_breakpoints_may_move_on() -> None:
    first = asked(
        stream_of(CUT),
        stream=True,
        messages=[{"role": "user", "content": [{**text("hello"), "cache_control": {"type": "ephemeral"}}]}],
    )
    assert found(first, later(bot(text(TEXT)), user("and tomorrow?"))) == [TAKEN]


@given(size=st.integers(0, len(BYTES)))
def test_wherever_a_stream_breaks_only_a_broken_one_can_be_taken_for_whole(size) -> None:
    first = asked(stream_of(size), stream=True)
    events = list(events_of(MESSAGE))
    whole_at = [len(encode(events[: place + 1])) for place in range(len(events))]
    came = [event for event, end in zip(events, whole_at, strict=True) if end <= size]
    said = any(event.get("delta", {}).get("type") == "text_delta" for event in came)
    called = any(event.get("content_block", {}).get("type") == "tool_use" for event in came)
    lapsed = found(first, later(bot(text(TEXT)), user("and tomorrow?")))
    assert (TAKEN in lapsed) == (said and not called and size < STOPS)


def test_a_tool_call_of_a_broken_stream_is_not_to_be_made() -> None:
    broken = asked(stream_of(STOPS - 1), stream=True)
    turn = bot(MESSAGE["content"][0], text(TEXT), TOOL_CALL)
    assert found(broken, later(turn, result())) == [TAKEN]
    assert found(broken, later(turn, result(is_error=True))) == [], "it says that the call was not made"


def test_a_tool_call_that_was_served_needs_its_result_in_the_next_turn() -> None:
    served = asked(whole(TOOL_CALL))
    lost = "dropped-tool-result"
    assert found(served, later(bot(TOOL_CALL), result())) == []
    assert found(served, later(bot(TOOL_CALL), user("first this"), result())) == []
    assert found(served, later(bot(TOOL_CALL), {"role": "system", "content": "x"}, result())) == []
    assert found(served, later(user("never mind"))) == []
    for turns in ([bot(TOOL_CALL)], [bot(TOOL_CALL), user("well?")], [bot(TOOL_CALL), result("toolu_2")]):
        assert found(served, later(*turns)) == [lost]
    [lapse] = judged(served, later(bot(TOOL_CALL)), later(bot(TOOL_CALL), user("well?"), max_tokens=8))
    assert lapse.message == "call #1 asked for toolu_1; call #2 carries it on without the result"


@given(
    status=st.sampled_from([429, 503]),
    wait=st.floats(0.1, 60),
    waited=st.floats(0, 70),
    tolerance=st.floats(0, 0.2),
)
def test_a_wait_is_kept_or_not(status, wait, waited, tolerance) -> None:
    response = RawResponse(status, (("retry-after", str(wait)),), (Chunk(b"{}"),))
    made = [asked(response, at=1.0, took=0.5), asked(whole(), at=1.5 + waited)]
    hasty = 1.5 + waited - 1.5 < wait - tolerance
    assert found(*made, tolerance=tolerance) == (["hasty-retry"] if hasty else [])
    assert found(*[_untimed(one) for one in made], tolerance=tolerance) == []


def _untimed(interaction: Interaction) -> Interaction:
    return Interaction(interaction.request, interaction.began, "", interaction.response)
