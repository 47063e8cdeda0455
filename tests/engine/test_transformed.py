"""A reply tells which thoughts that were sent back came after another conversation, and what became of them."""

from typing import Any

import pytest

from mockclaude.call import Call
from mockclaude.clock import EPOCH
from mockclaude.engine.compose import compose
from mockclaude.engine.reply import text_reply
from mockclaude.engine.transformed import transformations
from mockclaude.rules.binding import CONTROLS
from mockclaude.wire.dice import Dice
from mockclaude.wire.seal import seal
from mockclaude.wire.stream import events_of, message_of

from .calls import call

ELSEWHERE: Any = {"type": "thinking", "thinking": "Hm.", "signature": seal("Hm.", "k", size=240, after=b"elsewhen")}
REAL: Any = {"type": "thinking", "thinking": "Hm.", "signature": "EqQBCkYIARgCKkB"}
SAID: Any = {"type": "text", "text": "Hello."}
DROP: Any = {"type": "adaptive", "block_binding": {"prefix_mismatch_behavior": "drop_block"}}


def asked(*answer: Any, beta: str = CONTROLS, **body: Any) -> Call:
    turns: list[Any] = [
        {"role": "user", "content": "Hi"},
        {"role": "assistant", "content": [SAID]},
        {"role": "assistant", "content": list(answer) or [SAID]},
        {"role": "user", "content": "And?"},
    ]
    return call(beta=beta, messages=turns, **{"model": "claude-sonnet-5-5", **body})


def entry(kind: str, place: int) -> dict[str, str]:
    return {"type": kind, "path": f"messages.2.content.{place}", "reason": "prefix_binding_mismatch"}


@pytest.mark.parametrize(
    ("made", "told"),
    [
        (asked(beta=""), None),
        (asked(model="claude-3-haiku-20240307"), None),
        (asked(), []),
        (asked(REAL, SAID), []),
        (asked(ELSEWHERE, SAID, model="claude-opus-4-6"), []),
        (asked(ELSEWHERE, SAID), [entry("thinking_mismatch_allowed", 0)]),
        (asked(ELSEWHERE, REAL, SAID, REAL), [entry("thinking_mismatch_allowed", 0)]),
        (
            asked(ELSEWHERE, REAL, SAID, REAL, thinking=DROP),
            [entry("thinking_dropped", 0), entry("thinking_dropped", 1)],
        ),
        (
            asked(SAID, ELSEWHERE, ELSEWHERE, thinking=DROP),
            [entry("thinking_dropped", 1), entry("thinking_dropped", 2)],
        ),
    ],
)
def test_each_block_has_one_entry_with_its_place_in_the_request(made: Call, told: Any) -> None:
    assert transformations(made) == told
    message = compose(made, text_reply("x"), dice=Dice(b"k", 1), now=EPOCH)
    assert message.get("input_transformations") == told


def test_a_stream_tells_them_at_its_beginning() -> None:
    message = compose(asked(ELSEWHERE, SAID), text_reply("x"), dice=Dice(b"k", 1), now=EPOCH)
    events = list(events_of(message))
    assert events[0]["message"]["input_transformations"] == [entry("thinking_mismatch_allowed", 0)]
    assert "input_transformations" not in events[-2]
    assert message_of(events) == message
