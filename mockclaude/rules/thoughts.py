"""The thinking in a conversation: blocks that say nothing, came back changed, or are missing.

What a request that does not think holds of thinking is ignored (measured 2026-10-01), and not looked at here. Signatures
are judged only when the mock made them: real ones can be checked by nobody else than the API.
"""

from collections.abc import Callable, Iterable, Iterator
from random import Random
from typing import Final

from mockclaude.call import Call, MergedTurn
from mockclaude.rules.edits import model_of, turns_of, with_tool
from mockclaude.rules.opening import HELLO, HI, opened_with, turn_of
from mockclaude.rules.rule import Draft, Facts, Rule, Scope, rule
from mockclaude.rules.thinking import LEAST_BUDGET, thinking_type, with_budget
from mockclaude.wire.body import Block, Json, JsonObject
from mockclaude.wire.evidence import documented, observed, reported
from mockclaude.wire.seal import is_for, is_ours, is_whole, seal

THOUGHTS: Final = frozenset({"thinking", "redacted_thinking"})
THINKERS: Final = Scope("models that can think", lambda model: bool(model.thinking_types - {"disabled"}))


def _thinks(call: Call) -> bool:
    kind = thinking_type(call)
    return call.model.thinking_when_omitted != "off" if kind is None else kind != "disabled"


def _thoughts(call: Call) -> Iterator[tuple[str, MergedTurn, Block]]:
    """The blocks of thinking that the API looks at, with their paths and turns."""
    if _thinks(call):
        for turn in call.turns:
            if turn.role == "assistant":
                for place, block in enumerate(turn.blocks):
                    if block["type"] == "thinking":
                        yield f"messages.{turn.place}.content.{place}", turn, block


def _where(call: Call, is_wrong: Callable[[Block], bool]) -> Iterable[Facts]:
    return [{"path": path} for path, _, block in _thoughts(call) if is_wrong(block)]


def _thinking(draft: Draft) -> Draft:
    """The draft with thinking as its model takes it, and without what does not stand beside it."""
    types = model_of(draft).thinking_types
    plain = draft.without("temperature", "top_p", "top_k", "tool_choice", "output_config")
    if types.isdisjoint({"adaptive"}):
        return with_budget(plain, LEAST_BUDGET)
    return plain.with_body(thinking={"type": "adaptive"})


def _recalled(draft: Draft, **thought: str) -> Draft:
    """The draft with an early answer that begins with this thought, to a model that thinks."""
    block: JsonObject = {"type": "thinking", **thought}
    return opened_with(_thinking(draft), HI, turn_of("assistant", block, {"type": "text", "text": "Hello."}))


@rule(
    message="{path}.thinking: each thinking block must contain thinking",
    needs=("thinking",),
    models=THINKERS,
    covers=("think.empty",),
    source=reported("2026-07", "public quotations; blocks of omitted thinking have a signature and pass"),
    fix="Send the block back as it came, with its signature.",
)
def empty_thought(call: Call) -> Iterable[Facts]:
    """A block of thinking with neither thinking nor a signature."""
    return _where(call, lambda block: not block["thinking"] and not block["signature"])


@empty_thought.broken_by
def recall_an_empty_thought(draft: Draft, _random: Random) -> Draft:
    """A block of which nothing was kept."""
    return _recalled(draft, thinking="", signature="")


@rule(
    message="{path}.thinking: each thinking block must contain non-whitespace thinking",
    needs=("thinking",),
    models=THINKERS,
    covers=("think.blank",),
    source=reported("2026-05", "one public report"),
    fix="Send the block back as it came.",
)
def blank_thought(call: Call) -> Iterable[Facts]:
    """A block of thinking that is only white space."""
    return _where(call, lambda block: block["thinking"].isspace())


@blank_thought.broken_by
def recall_a_blank_thought(draft: Draft, random: Random) -> Draft:
    """A block whose text was replaced by white space."""
    return _recalled(draft, thinking=random.choice([" ", "\n", "\n\n"]), signature="EqQBCgIYAhIM")


@rule(
    message="{path}: Missing `signature` in `thinking` block",
    needs=("thinking",),
    models=THINKERS,
    source=reported("2026-10", "one validator that otherwise repeats the API's texts"),
    fix="Send the block back as it came; a stream gives the signature in its last delta.",
)
def unsigned_thought(call: Call) -> Iterable[Facts]:
    """A block of thinking with an empty signature."""
    return _where(call, lambda block: bool(block["thinking"].strip()) and not block["signature"])


@unsigned_thought.broken_by
def recall_a_thought_without_its_signature(draft: Draft, _random: Random) -> Draft:
    """A block put together from the text of a stream alone."""
    return _recalled(draft, thinking="Hm.", signature="")


@rule(
    message="{path}: Invalid `signature` in `thinking` block",
    needs=("thinking",),
    models=THINKERS,
    covers=("think.signature",),
    source=documented("2026-10", "thinking troubleshooting page; here only of signatures that the mock made"),
    fix="Send the signature back as it came; signatures of others are never judged.",
)
def damaged_signature(call: Call) -> Iterable[Facts]:
    """A signature of ours that was cut or changed."""
    return _where(call, lambda block: is_ours(block["signature"]) and not is_whole(block["signature"]))


SIZE: Final = 240


@damaged_signature.broken_by
def cut_a_signature(draft: Draft, random: Random) -> Draft:
    """A signature that lost its end, or one of its letters."""
    signature = seal("Hm.", "draft", size=SIZE)
    place = random.randint(SIZE // 2, SIZE)
    cut = signature[:place] + (signature[place + 1 :] if random.random() < 1 / 2 else "")
    return _recalled(draft, thinking="Hm.", signature=cut)


@rule(
    message=(
        "{path}: `thinking` or `redacted_thinking` blocks in the latest assistant message cannot be modified. These "
        "blocks must remain as they were in the original response."
    ),
    needs=("thinking",),
    models=THINKERS,
    covers=("think.modified",),
    source=documented("2026-11", "errors page, and public reports; here only of blocks whose signature the mock made"),
    fix="Send the latest answer back exactly as it came, every block of thinking included.",
)
def edited_thought(call: Call) -> Iterable[Facts]:
    """A thought in the latest answer with another text than the one that was signed."""
    latest = max((turn.place for turn in call.turns if turn.role == "assistant"), default=-1)
    for path, turn, block in _thoughts(call):
        signature = block["signature"]
        is_known = turn.place == latest and is_ours(signature) and is_whole(signature)
        if is_known and not is_for(signature, block["thinking"]):
            yield {"path": path}


@edited_thought.broken_by
def edit_a_thought(draft: Draft, random: Random) -> Draft:
    """A thought that was shortened, or emptied, before it was sent back."""
    signature = seal("They want to know the time.", "draft", size=SIZE)
    block: JsonObject = {"type": "thinking", "thinking": random.choice(["They want", ""]), "signature": signature}
    answer = turn_of("assistant", block, {"type": "text", "text": "It is noon."})
    return _ended_with(_thinking(draft), answer, HI)


def _ended_with(draft: Draft, *turns: JsonObject) -> Draft:
    """The draft with turns after its last question."""
    asked = turns_of(draft)
    while asked and asked[-1]["role"] != "user":
        asked.pop()
    return draft.with_body(messages=[*(asked or [HI]), *turns])


BUDGETED: Final = Scope(
    "models with thinking of type enabled, but not adaptive",
    lambda model: "enabled" in model.thinking_types and "adaptive" not in model.thinking_types,
)


@rule(
    message=(
        "{path}: Expected `thinking` or `redacted_thinking`, but found `{found}`. When `thinking` is enabled, a final "
        "`assistant` message must start with a thinking block (preceeding the lastmost set of `tool_use` and "
        "`tool_result` blocks). We recommend you include thinking blocks from previous turns. To avoid this "
        "requirement, disable `thinking`. Please consult our documentation at "
        "https://docs.claude.com/en/docs/build-with-claude/extended-thinking"
    ),
    needs=("thinking",),
    models=BUDGETED,
    covers=("think.expected",),
    source=observed("2025-12", "captured bodies; that models before 4.6 still refuse was measured 2026-10-01"),
    fix=(
        "Send the thinking back with the tool call it came with, or leave `thinking` out while the tools run; a script "
        "says `message(thinking(...), tool_use(...))`."
    ),
)
def forgotten_thought(call: Call) -> Iterable[Facts]:
    """A turn that goes on, by tool results or unfinished words, without the thinking that it must have begun with."""
    if thinking_type(call) != "enabled":
        return ()
    going_on = list(_going_on(call))
    if not going_on or any(_opens_with_thinking(turn) for turn in going_on):
        return ()
    first = going_on[-1]
    return ({"path": f"messages.{first.place}.content.0.type", "found": first.blocks[0]["type"]},)


def _going_on(call: Call) -> Iterator[MergedTurn]:
    """The assistant turns since the user last asked something, the latest first; none where the user asks now."""
    for turn in reversed(call.dialogue):
        if turn.role == "assistant":
            if turn.blocks:
                yield turn
        elif not any(block["type"] == "tool_result" for block in turn.blocks):
            return


def _opens_with_thinking(turn: MergedTurn) -> bool:
    return turn.blocks[0]["type"] in THOUGHTS


CALLED: Final[JsonObject] = {"type": "tool_use", "id": "toolu_01A09q90qw90lq917835lq8", "name": "get_time", "input": {}}
ANSWERED: Final[JsonObject] = {"type": "tool_result", "tool_use_id": str(CALLED["id"]), "content": "12:00"}
CLOCK: Final[JsonObject] = {"name": "get_time", "input_schema": {"type": "object", "properties": {}}}


@forgotten_thought.broken_by
def return_a_result_without_the_thought(draft: Draft, random: Random) -> Draft:
    """A tool call and its result, without what the model thought before the call."""
    say: JsonObject = {"type": "text", "text": "I look at the clock."}
    blocks: list[Json] = [say, CALLED] if random.random() < 1 / 2 else [CALLED]
    called: JsonObject = {"role": "assistant", "content": blocks}
    return _ended_with(with_tool(_thinking(draft), CLOCK), HELLO, HI, called, turn_of("user", ANSWERED))


@forgotten_thought.broken_by
def prefill_while_thinking(draft: Draft, _random: Random) -> Draft:
    """The first words of an answer that would have to begin with thinking."""
    return _ended_with(_thinking(draft), HELLO, HI, {"role": "assistant", "content": "The answer is"})


THOUGHT: Final[tuple[Rule[Call], ...]] = (
    empty_thought,
    blank_thought,
    unsigned_thought,
    damaged_signature,
    edited_thought,
    forgotten_thought,
)
