"""Thinking of ours belongs to the conversation it came after, and survives that it is carried on."""

from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from mockclaude.call import Call
from mockclaude.engine.default import default_reply
from mockclaude.rules.binding import BINDING, CONTROLS
from mockclaude.rules.rule import Draft
from mockclaude.wire.body import Json, JsonObject
from tests.rules.drafts import assistant, call_of, draft_of, judged_by, text, user

WORDS = (
    ": Invalid `signature` in `thinking` block. The block is bound to a different conversation. Remove the block, or set "
    '`thinking.block_binding.prefix_mismatch_behavior` to "drop_block".'
)
BETA = f" That setting requires the `{CONTROLS}` value in the `anthropic-beta` header."
ERROR: JsonObject = {"type": "adaptive", "block_binding": {"prefix_mismatch_behavior": "error"}}
DROP: JsonObject = {"type": "adaptive", "block_binding": {"prefix_mismatch_behavior": "drop_block"}}
TEXTS = st.text("ab ", min_size=1, max_size=6)


def draft(*turns: JsonObject, model: str, system: Json = "Be kind.", thinking: Json = None) -> Draft:
    fields: JsonObject = {"max_tokens": 4096, "system": system, **({"thinking": thinking} if thinking else {})}
    made = draft_of(*turns, model=model).with_body(**fields)
    return made.with_header("anthropic-beta", CONTROLS) if thinking else made


def refusals(*turns: JsonObject, **fields: Any) -> list[str]:
    return [error.message for error in judged_by(BINDING, call_of(draft(*turns, **fields)))]


def answer(call: Call) -> JsonObject:
    """What the mock says to the call, as a client sends it back."""
    return assistant([{**block} for block in default_reply(call).content])


def carried_on(*questions: str, model: str) -> list[JsonObject]:
    turns: list[JsonObject] = []
    for question in questions:
        turns.append(user(question))
        turns.append(answer(call_of(draft(*turns, model=model))))
    return [*turns, user("and now?")]


ASKED = "claude-opus-5-5"
ALWAYS = "claude-fable-5-2"


@settings(deadline=None, max_examples=60, suppress_health_check=list(HealthCheck))
@given(questions=st.lists(TEXTS, min_size=1, max_size=4), data=st.data())
@pytest.mark.parametrize("model", [ASKED, ALWAYS])
def test_a_conversation_that_is_carried_on_is_accepted_and_a_changed_one_is_not(
    model: str, questions: list[str], data: st.DataObject
) -> None:
    turns = carried_on(*questions, model=model)
    assert sum("'thinking'" in str(turn) for turn in turns) == len(questions)
    assert refusals(*turns, model=model, thinking=ERROR) == []
    place = data.draw(st.integers(0, len(questions) - 1)) * 2
    changed = [*turns[:place], user(f"{questions[place // 2]}?"), *turns[place + 1 :]]
    expected = [f"messages.{at}.content.0{WORDS}" for at in range(place + 1, len(turns), 2)]
    assert refusals(*changed, model=model, thinking=ERROR) == expected
    assert refusals(*changed, model=model, thinking=DROP) == []
    assert refusals(*changed, model=model) == ([words + BETA for words in expected] if model == ALWAYS else [])


def test_another_form_of_the_same_conversation_is_the_same() -> None:
    first, said, last = carried_on("a", model=ASKED)
    blocks: list[Any] = [*said["content"]]  # type: ignore[misc]
    cached: JsonObject = {**text("a"), "cache_control": {"type": "ephemeral"}}
    reworded = [user([cached]), assistant(blocks), last]
    assert refusals(*reworded, model=ASKED, thinking=ERROR, system=[text("Be kind.")]) == []
    assert refusals(first, said, last, model=ASKED, thinking=ERROR, system="Be rude.") != []


def test_models_that_do_not_bind_and_signatures_of_others_are_left_alone() -> None:
    foreign = assistant([{"type": "thinking", "thinking": "Hm.", "signature": "EqQBCgIYAhIM"}, text("b")])
    assert refusals(user("a"), foreign, user("c"), model=ALWAYS) == []
    turns = carried_on("a", model="claude-opus-5")
    assert refusals(user("b"), *turns[1:], model="claude-opus-5", thinking=ERROR) == []
