"""What a later request shows of an earlier answer: history tells whether a client took it for whole."""

from collections.abc import Container, Iterable, Sequence
from typing import Final

from mockclaude.verdicts.attempts import Attempt
from mockclaude.wire.body import Block, Turn, blocks_of

QUOTED: Final = 8
"""Characters of the end of a broken text by which a request to go on is known."""


def kept(broken: Attempt, later: Attempt) -> Sequence[Turn] | None:
    """What a later request says after the content of a broken answer as it came; `None` where it is not in there.

    It is only known by the whole conversation before it, so that an equal text of another one is not taken for it.
    """
    before, after = messages_of(broken), messages_of(later)
    place = len(before)
    if not before or len(after) <= place:
        return None
    if any(_plain(one) != _plain(other) for one, other in zip(before, after, strict=False)):
        return None
    turn, content = after[place], broken.answered
    blocks = blocks_of(turn["content"])
    if turn["role"] != "assistant" or not (content.text or content.tool_ids):
        return None
    same = (text_of(blocks), ids_of(blocks, "tool_use")) == (content.text, content.tool_ids)
    return after[place + 1 :] if same else None


def goes_on(broken: Attempt, after: Iterable[Turn]) -> bool:
    """Whether what follows a broken answer asks for the rest of it: nothing follows, or its end is quoted."""
    following = [turn for turn in after if turn["role"] != "system"]
    end = broken.answered.text[-QUOTED:]
    return not following or (len(end) == QUOTED and end in text_of(blocks_of(following[0]["content"])))


def are_called_off(broken: Attempt, after: Iterable[Turn]) -> bool:
    """Whether the tool calls of a broken answer are all answered with errors, as by a client that did not make them."""
    results = [block for turn in after for block in blocks_of(turn["content"]) if block["type"] == "tool_result"]
    given = [block.get("is_error") for block in results if block.get("tool_use_id") in broken.answered.tool_ids]
    return bool(given) and all(given)


def unanswered(served: Container[str], later: Attempt) -> tuple[str, ...]:
    """Those of the tool calls that a later request carries on without the result in the turn behind them."""
    call = later.call.call
    if call is None:
        return ()
    turns = call.dialogue
    missing: list[str] = []
    for place, turn in enumerate(turns):
        if turn.role == "assistant":
            asked = [name for name in ids_of(turn.blocks, "tool_use") if name in served]
            given = ids_of(turns[place + 1].blocks, "tool_result") if place + 1 < len(turns) else ()
            missing += [name for name in asked if name not in given]
    return tuple(missing)


def messages_of(attempt: Attempt) -> Sequence[Turn]:
    """The items of a request's conversation; none where it cannot be read as one."""
    call = attempt.call.call
    return () if call is None else call.body["messages"]


def text_of(blocks: Iterable[Block]) -> str:
    """The text of a turn, without what a client may strip."""
    return "".join([block["text"] for block in blocks if block["type"] == "text"]).strip()


def ids_of(blocks: Iterable[Block], kind: str) -> tuple[str, ...]:
    """The tool calls that a turn makes, or those that it brings results of."""
    key = "id" if kind == "tool_use" else "tool_use_id"
    return tuple([str(block.get(key)) for block in blocks if block["type"] == kind])


def _plain(turn: Turn) -> object:
    """A turn but for where the cache is to be cut, which moves from request to request."""
    blocks = blocks_of(turn["content"])
    return turn["role"], [{key: value for key, value in block.items() if key != "cache_control"} for block in blocks]
