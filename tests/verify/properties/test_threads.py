"""A thread that the API keeps is told with its whole history."""

import gzip
from typing import Any

import pytest

from mockclaude.engine.render import SSE_HEADERS
from mockclaude.verify.properties.folding import saying
from mockclaude.verify.properties.threads import unfolded
from mockclaude.verify.property import Broken
from mockclaude.wire.encoding import dumps, loads
from mockclaude.wire.interaction import Chunk, Interaction, RawResponse
from mockclaude.wire.sse import frame
from mockclaude.wire.stream import events_of

from .runs import exchange


def asked(text: str, *, answer: str, streamed: bool = False, **thread: str) -> Interaction:
    """One request of a thread, and the answer whose id is its text."""
    body: dict[str, Any] = {"messages": [{"role": "user", "content": text}], "thread": thread}
    one = exchange(dumps(body))
    message = {**saying(answer), "id": answer}
    data = b"".join(map(frame, events_of(message))) if streamed else dumps(message)  # type: ignore[arg-type]
    one.response = RawResponse(200, SSE_HEADERS if streamed else (), (Chunk(data),), streamed=streamed)
    return one


def texts(one: Interaction) -> list[str]:
    body: Any = loads(one.request.body)
    contents = [turn["content"] for turn in body["messages"]]
    return [content if isinstance(content, str) else content[0]["text"] for content in contents]


@pytest.mark.parametrize("streamed", [True, False])
def test_what_continues_a_thread_stands_behind_all_that_came_before(streamed: bool) -> None:
    told = unfolded(
        [
            asked("a", answer="b", streamed=streamed, type="create"),
            asked("c", answer="d", type="continue", previous_message_id="b"),
            asked("e", answer="f", type="continue", previous_message_id="d"),
            asked("g", answer="h", type="create"),
        ]
    )
    assert [texts(one) for one in told] == [["a"], ["a", "b", "c"], ["a", "b", "c", "d", "e"], ["g"]]


def test_a_thread_that_there_is_not_cannot_go_on() -> None:
    with pytest.raises(Broken, match="request 2 continues a thread that there is not"):
        unfolded(
            [asked("a", answer="b", type="create"), asked("c", answer="d", type="continue", previous_message_id="x")]
        )


def test_an_answer_that_is_no_message_begins_nothing() -> None:
    failed = asked("a", answer="b", type="create")
    failed.response = RawResponse(529, chunks=(Chunk(b"{}"),))
    gone = asked("a", answer="b", type="create")
    gone.response = None
    page = asked("a", answer="b", type="create")
    page.response = RawResponse(502, chunks=(Chunk(b"<html>"),))
    assert unfolded([failed, gone, page]) == [failed, gone, page]


def test_a_coded_body_is_read_and_what_is_no_conversation_told() -> None:
    body = dumps({"messages": [{"role": "user", "content": "a"}]})
    [one] = unfolded([exchange(gzip.compress(body), content_encoding="gzip")])
    assert one.request.body == body
    for wrong in (b"{", b"[]", b'{"messages": "a"}'):
        with pytest.raises(Broken, match="request 1 is no conversation"):
            unfolded([exchange(wrong)])
    with pytest.raises(Broken, match="request 1 is no conversation"):
        unfolded([exchange(b"x", content_encoding="gzip")])
