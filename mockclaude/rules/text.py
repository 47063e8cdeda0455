"""Texts that say nothing, in turns and in the system prompt.

The API is lenient here, and the rules are as narrow as what was seen refused: white space passes beside anything
else, tool results may be empty, and so may a text in a user turn that is not the last one.
"""

from collections.abc import Iterable, Sequence
from random import Random
from typing import Final

from mockclaude.call import Call, MergedTurn
from mockclaude.rules.edits import turns_of
from mockclaude.rules.opening import HI, opened_with, turn_of
from mockclaude.rules.rule import Draft, Facts, Rule, rule
from mockclaude.wire.body import Block, JsonObject, blocks_of
from mockclaude.wire.evidence import observed, reported

_PROBES: Final = reported("2026-09", "live probes of texts in every role")


def _is_read(call: Call, turn: MergedTurn) -> bool:
    """Whether texts of the turn are checked: the assistant's everywhere, the user's in the last user turn."""
    if turn.role == "user":
        return not any(later.role == "user" for later in call.turns[turn.place + 1 :])
    return turn.role == "assistant"


def _is_blank(blocks: Sequence[Block]) -> bool:
    """Whether the blocks are texts without a letter, and not all of them empty."""
    return all(block["type"] == "text" and not block["text"].strip() for block in blocks) and any(
        block["text"] for block in blocks
    )


@rule(
    message="messages: text content blocks must be non-empty",
    needs=("text",),
    covers=("conv.text_empty",),
    source=observed("2026-08-20", "captured bodies with datable request ids; live probes 2026-09"),
    fix="Leave the block out.",
)
def empty_text(call: Call) -> Iterable[Facts]:
    """A text block without text."""
    return [
        {"path": f"messages.{place}.content.{at}"}
        for place, item in enumerate(call.body["messages"])
        if type(content := item["content"]) is list
        for at, block in enumerate(content)
        if block["type"] == "text" and not block["text"]
        if any(place in turn.items and _is_read(call, turn) for turn in call.turns)
    ]


def _last_user_turn(draft: Draft, block: JsonObject, *, kept: bool) -> Draft:
    turns = turns_of(draft)
    place = max((place for place, turn in enumerate(turns) if turn["role"] == "user"), default=-1)
    if place < 0:
        return opened_with(draft, turn_of("user", block))
    content = turns[place]["content"]
    if isinstance(content, str):
        content = [{"type": "text", "text": content}] if content else []
    before = content if kept and isinstance(content, list) else []
    while not kept and place and turns[place - 1]["role"] == "user":
        place -= 1
        del turns[place]
    turns[place] = {"role": "user", "content": [*before, block]}
    return draft.with_body(messages=[*turns])


@empty_text.broken_by
def add_an_empty_text(draft: Draft, _random: Random) -> Draft:
    """A text block without text at the end of the last user turn."""
    return _last_user_turn(draft, {"type": "text", "text": ""}, kept=True)


@empty_text.broken_by
def open_an_answer_with_an_empty_text(draft: Draft, _random: Random) -> Draft:
    """An answer as it is put together from a stream whose first block stayed empty."""
    empty: JsonObject = {"type": "text", "text": ""}
    return opened_with(draft, HI, turn_of("assistant", empty, {"type": "text", "text": "Hello."}))


@rule(
    message="messages: text content blocks must contain non-whitespace text",
    needs=("text",),
    covers=("conv.text_blank",),
    source=_PROBES,
    fix="Leave the turn out, or give it text.",
)
def blank_text(call: Call) -> Iterable[Facts]:
    """A turn of nothing but white space."""
    if not [item for item in call.body["messages"] if _opens_blank(item["content"])]:
        return ()
    return [
        {"path": f"messages.{turn.items[0]}"}
        for turn in call.turns
        if turn.blocks and _is_blank(turn.blocks) and _is_read(call, turn)
    ]


def _opens_blank(content: str | list[Block]) -> bool:
    if type(content) is str:
        return content.isspace()
    first = content[0] if content else None
    return isinstance(first, dict) and first["type"] == "text" and first["text"].isspace()


@blank_text.broken_by
def blank_the_last_user_turn(draft: Draft, random: Random) -> Draft:
    """White space in place of what the user says."""
    blank: JsonObject = {"type": "text", "text": random.choice([" ", "\n", "\t \n"])}
    return _last_user_turn(draft, blank, kept=False)


@rule(
    message="system: text content blocks must be non-empty",
    needs=("system",),
    covers=("conv.system_text_empty",),
    source=_PROBES,
    fix="Leave the block out; an empty string in place of the list is accepted.",
)
def empty_system_text(call: Call) -> Iterable[Facts]:
    """A block of the system prompt without text."""
    system = call.body.get("system")
    if type(system) is not list:
        return ()
    return [{"path": f"system.{at}"} for at, block in enumerate(system) if not block["text"]]


def _with_system(draft: Draft, text: str, *, kept: bool) -> Draft:
    system = draft.body.get("system")
    if isinstance(system, str):
        system = [{"type": "text", "text": system}] if system else []
    before = system if kept and isinstance(system, list) else []
    return draft.with_body(system=[*before, {"type": "text", "text": text}])


@empty_system_text.broken_by
def add_an_empty_system_text(draft: Draft, _random: Random) -> Draft:
    """One more block of the system prompt, without text."""
    return _with_system(draft, "", kept=True)


@rule(
    message="system: text content blocks must contain non-whitespace text",
    needs=("system",),
    covers=("conv.system_text_blank",),
    source=_PROBES,
    fix="Leave the system prompt out.",
)
def blank_system_text(call: Call) -> Iterable[Facts]:
    """A system prompt of nothing but white space."""
    system = call.body.get("system")
    if not system:
        return ()
    return ({"path": "system"},) if _is_blank(blocks_of(system)) else ()


@blank_system_text.broken_by
def blank_the_system_prompt(draft: Draft, random: Random) -> Draft:
    """White space in place of the system prompt, as a string or as a block."""
    text = random.choice([" ", "\n", "\t \n"])
    return draft.with_body(system=text) if random.random() < 1 / 2 else _with_system(draft, text, kept=False)


TEXT: Final[tuple[Rule[Call], ...]] = (empty_text, blank_text, empty_system_text, blank_system_text)
