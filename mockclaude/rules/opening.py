"""Turns with which a break opens a conversation, so that what comes after them stays as it is."""

from typing import Final, cast

from mockclaude.rules.edits import turns_of
from mockclaude.rules.rule import Draft
from mockclaude.wire.body import Json, JsonObject

HI: Final[JsonObject] = {"role": "user", "content": "Hi"}
HELLO: Final[JsonObject] = {"role": "assistant", "content": "Hello."}


def opened_with(draft: Draft, *turns: JsonObject) -> Draft:
    """The draft with turns before its first one, which in a clean conversation is the user's."""
    return draft.with_body(messages=[*turns, *turns_of(draft)])


def turn_of(role: str, *blocks: JsonObject) -> JsonObject:
    """An item of blocks."""
    return {"role": role, "content": cast("list[Json]", list(blocks))}
