"""Conversations that end with words of the assistant, which the model is to continue."""

from collections.abc import Iterable
from random import Random
from typing import Final

from mockclaude.call import Call
from mockclaude.rules.edits import turns_of
from mockclaude.rules.opening import turn_of
from mockclaude.rules.rule import Draft, Facts, Rule, having, lacking, rule
from mockclaude.wire.body import JsonObject
from mockclaude.wire.evidence import observed, reported


def _prefill(call: Call) -> str:
    """The unfinished words at the end of the conversation.

    None of them are an empty turn, a turn that ends in a server tool (it goes on after `pause_turn`), and one that
    ends in a call of a client's tool.
    """
    if call.body["messages"][-1]["role"] != "assistant":
        return ""
    last = next((block for block in reversed(call.turns[-1].blocks) if block.get("text") != ""), None)
    return last["text"] if last is not None and last["type"] == "text" else ""


@rule(
    message="This model does not support assistant message prefill. The conversation must end with a user message.",
    models=lacking("prefill"),
    covers=("conv.prefill",),
    source=observed("2026-07-13", "recordings: claude-sonnet-5; documentation, errors page, 2026-09: 4.6 and later"),
    fix="End with the user's turn: ask for the form of the answer there, or use `output_config.format`.",
)
def assistant_prefill(call: Call) -> Iterable[Facts]:
    """An assistant turn at the end that this model cannot continue."""
    if not _prefill(call) or "fallback_credit_token" in call.body:
        return ()
    return ({"path": f"messages.{len(call.body['messages']) - 1}"},)


def _ended_with(draft: Draft, turn: JsonObject) -> Draft:
    turns = turns_of(draft)
    while turns and turns[-1]["role"] == "assistant":
        turns.pop()
    return draft.with_body(messages=[*turns, turn])


@assistant_prefill.broken_by
def append_assistant_turn(draft: Draft, random: Random) -> Draft:
    """The first words of the answer."""
    return _ended_with(draft, {"role": "assistant", "content": random.choice(["{", "The answer is", "Sure."])})


@assistant_prefill.broken_by
def append_assistant_blocks(draft: Draft, _random: Random) -> Draft:
    """The first words of the answer in a block."""
    return _ended_with(draft, turn_of("assistant", {"type": "text", "text": "The answer is"}))


@rule(
    message="messages: final assistant content cannot end with trailing whitespace",
    models=having("prefill"),
    covers=("conv.trailing_ws",),
    source=reported("2026-08", "public reports; documentation, prefill page, 2025"),
    fix="Strip the last assistant turn.",
)
def prefill_trailing_whitespace(call: Call) -> Iterable[Facts]:
    """First words of the answer that end in white space."""
    if not _prefill(call)[-1:].isspace():
        return ()
    return ({"path": f"messages.{len(call.body['messages']) - 1}"},)


@prefill_trailing_whitespace.broken_by
def append_assistant_turn_with_whitespace(draft: Draft, random: Random) -> Draft:
    """The first words of the answer and a blank."""
    return _ended_with(draft, {"role": "assistant", "content": "The answer is" + random.choice([" ", "\n", "\t"])})


PREFILL: Final[tuple[Rule[Call], ...]] = (assistant_prefill, prefill_trailing_whitespace)
