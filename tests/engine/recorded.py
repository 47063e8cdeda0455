"""Interactions as a cassette holds them, and players of them."""

from collections.abc import Iterable
from datetime import UTC, datetime
from typing import Any

from mockclaude.engine.deck import playing
from mockclaude.engine.player import Miss, Played, Player
from mockclaude.engine.tape import Tape
from mockclaude.wire.interaction import Chunk, Interaction, RawRequest, RawResponse

from ..record.asked import HELLO, asked

NOON = datetime(2026, 11, 23, 12, tzinfo=UTC)


def answer(text: str, *, status: int = 200, at: float = 0.0) -> RawResponse:
    return RawResponse(status, (("content-type", "application/json"),), (Chunk(text.encode(), at),))


def recorded(request: RawRequest, response: RawResponse | None) -> Interaction:
    return Interaction(request, NOON, response=response)


def said(text: str, **more: Any) -> RawRequest:
    """A request that says a text."""
    return asked({**HELLO, "messages": [{"role": "user", "content": text}], **more})


def player_of(interactions: Iterable[Interaction], **how: Any) -> Player:
    return playing(interactions, Tape("weather.json", **how))


def body_of(found: Played | Miss) -> str:
    """What the recording says; fails with the text of a miss."""
    assert isinstance(found, Played), found
    return found.response.body.decode()


def miss_of(found: Played | Miss) -> str:
    assert isinstance(found, Miss), found
    return found.text
