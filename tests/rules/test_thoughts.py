"""Thinking that comes back: blocks that say nothing, are damaged, were edited or forgotten."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mockclaude.engine import say
from mockclaude.rules.thoughts import THOUGHT
from mockclaude.wire.body import Json, JsonObject
from tests.rules.drafts import QUICK, assistant, call_of, draft_of, judged_by, text, user

FOREIGN = "EqQBCgIYAhIMMDEyMzQ1Njc4OWFi"
BUDGET: JsonObject = {"type": "enabled", "budget_tokens": 1024}
USE: JsonObject = {"type": "tool_use", "id": "toolu_1", "name": "look", "input": {}}
RESULT: JsonObject = {"type": "tool_result", "tool_use_id": "toolu_1", "content": "0"}
EDITED = (
    "`thinking` or `redacted_thinking` blocks in the latest assistant message cannot be modified. These blocks must "
    "remain as they were in the original response."
)


def thought(words: str, signature: str = FOREIGN) -> JsonObject:
    return {"type": "thinking", "thinking": words, "signature": signature}


def refusals(*turns: JsonObject, model: Json = "claude-opus-5", **fields: Json) -> list[str]:
    return [error.message for error in judged_by(THOUGHT, call_of(draft_of(*turns).with_body(model=model, **fields)))]


def recalled(block: JsonObject, **fields: Json) -> list[str]:
    thinking: Json = {"type": "adaptive"}
    return refusals(user("a"), assistant([text("b"), block]), user("c"), **{"thinking": thinking, **fields})


@pytest.mark.parametrize(
    ("block", "words"),
    [
        (thought("", ""), ".thinking: each thinking block must contain thinking"),
        (thought(" \n"), ".thinking: each thinking block must contain non-whitespace thinking"),
        (thought("Hm.", ""), ": Missing `signature` in `thinking` block"),
        (thought("Hm.", say.sealed("Hm.")[:-4]), ": Invalid `signature` in `thinking` block"),
        (thought("", say.sealed("Hm.")[:40]), ": Invalid `signature` in `thinking` block"),
    ],
)
def test_a_thought_must_say_something_and_be_signed(block: JsonObject, words: str) -> None:
    found = recalled(block)
    assert found[:1] == [f"messages.1.content.1{words}"]
    assert recalled(block, thinking={"type": "disabled"}) == []


@pytest.mark.parametrize("signature", [FOREIGN, "x", "not base64", "EqQB...", say.sealed("Hm.")])
def test_signatures_of_others_are_never_judged(signature: str) -> None:
    assert recalled(thought("Hm.", signature)) == []


@QUICK
@given(st.text(max_size=20).filter(lambda words: words.strip()), st.text(max_size=20))
def test_a_thought_of_ours_comes_back_as_it_was(words: str, other: str) -> None:
    block = thought(words, say.sealed(words))
    assert recalled(block) == []
    found = recalled({**block, "thinking": other})
    if other != words:
        assert f"messages.1.content.1: {EDITED}" in found


def test_only_the_latest_answer_may_not_be_edited() -> None:
    turns = [user("a"), assistant([thought("Two", say.sealed("One")), text("b")]), user("c"), assistant("d"), user("e")]
    assert refusals(*turns) == []
    assert refusals(*turns[:3]) == [f"messages.1.content.0: {EDITED}"]


def test_a_model_that_does_not_think_unless_asked_ignores_thoughts() -> None:
    turns = [user("a"), assistant([thought("", ""), text("b")]), user("c")]
    assert refusals(*turns, model="claude-opus-4-8") == []
    assert refusals(*turns, model="claude-opus-5") != []


LOOP = [user("a"), assistant([USE]), user([RESULT])]


@pytest.mark.parametrize(
    "model", ["claude-haiku-4-5", "claude-opus-4-5", "claude-sonnet-4-5", "claude-3-7-sonnet-latest"]
)
def test_models_before_4_6_want_the_thought_that_led_to_a_call(model: str) -> None:
    [words] = refusals(*LOOP, model=model, thinking=BUDGET)
    assert words.startswith(
        "messages.1.content.0.type: Expected `thinking` or `redacted_thinking`, but found `tool_use`. "
    )
    [words] = refusals(user("a"), assistant([text("b"), USE]), user([RESULT]), model=model, thinking=BUDGET)
    assert "but found `text`. " in words
    [words] = refusals(user("a"), assistant("b"), model=model, thinking=BUDGET)
    assert words.startswith("messages.1.content.0.type: ")


@pytest.mark.parametrize(
    "turns",
    [
        [user("a"), assistant([thought("b"), USE]), user([RESULT])],
        [user("a"), assistant([{"type": "redacted_thinking", "data": "b"}, USE]), user([RESULT])],
        [user("a"), assistant([thought("b"), USE]), user([RESULT]), assistant([USE]), user([RESULT])],
        [user("a"), assistant("b"), user("c")],
        [*LOOP, assistant("b"), user("c")],
    ],
)
def test_a_turn_needs_one_thought_at_its_beginning_and_none_once_the_user_asks_again(turns: list[JsonObject]) -> None:
    assert refusals(*turns, model="claude-haiku-4-5", thinking=BUDGET) == []


@pytest.mark.parametrize(
    ("model", "thinking"),
    [("claude-haiku-4-5", {"type": "disabled"}), ("claude-opus-4-6", BUDGET), ("claude-opus-5", {"type": "adaptive"})],
)
def test_other_thinking_may_begin_anywhere(model: str, thinking: Json) -> None:
    assert refusals(*LOOP, model=model, thinking=thinking) == []
