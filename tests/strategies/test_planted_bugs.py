"""A mistake in a reader of streams is found soon, and what is shown of it is the least that shows it."""

from collections.abc import Callable
from dataclasses import dataclass
from functools import partial
from typing import Any

import pytest
from hypothesis import HealthCheck, Phase, given, settings

from mockclaude.strategies import Wire, wires
from mockclaude.wire.stream import symbol_of

from . import buggy

SOON = settings(
    max_examples=500,
    database=None,
    deadline=None,
    derandomize=True,
    phases=(Phase.generate, Phase.shrink),
    suppress_health_check=list(HealthCheck),
)

Client = Callable[[Wire], list[Any]]


def fails(client: Client, wire: Wire) -> bool:
    try:
        return client(wire) != wire.stream.message["content"]
    except (ValueError, LookupError, TypeError):
        return True


@SOON
@given(wires())
def test_a_reader_without_a_mistake_reads_every_wire(wire: Wire) -> None:
    assert not fails(buggy.read, wire)


@dataclass(frozen=True)
class Golden:
    """The least that shows a mistake; of equals any."""

    contents: list[list[Any]]
    symbols: list[str]
    cuts: str = "in one piece"


TEXT = ["message_start", "start text", "text_delta", "content_block_stop", "message_delta", "message_stop"]

GOLDENS: list[tuple[str, Client, Golden]] = [
    (
        "decodes per chunk",
        partial(buggy.read, cut=buggy.decoded_per_chunk),
        Golden([[{"type": "text", "text": "\x80"}]], TEXT, "utf8[0] b'text\":\"\\xc2' | b'\\x80\"}}\\n\\nev'"),
    ),
    (
        "splits by str.splitlines",
        partial(buggy.read, cut=buggy.split_by_str),
        Golden([[{"type": "text", "text": text}] for text in ("\x850", "0\x85", "\u20280", "0\u2028")], TEXT),
    ),
    (
        "takes pieces for lines",
        partial(buggy.read, cut=buggy.lines_per_chunk),
        Golden([[{"type": "text", "text": "0"}]], TEXT, "inside[0]"),
    ),
    (
        "parses every delta",
        partial(buggy.read, parses_early=True),
        Golden(
            [[{"type": "tool_use", "id": "toolu_011111111111111111111111", "name": "get_weather", "input": {"city": "0"}}]],
            [
                "message_start", "start input", "input_json_delta", "input_json_delta", "input_json_delta",
                "content_block_stop", "message_delta", "message_stop",
            ],
        ),
    ),
    (
        "takes pings for content",
        partial(buggy.read, counts_pings=True),
        Golden([[{"type": "text", "text": "0"}]], [TEXT[0], "ping", *TEXT[1:]]),
    ),
]  # fmt: skip


def least(client: Client) -> tuple[Wire, int]:
    """What a failing test would show, and how many examples it took to find any."""
    shown: list[Wire] = []
    tried = 0

    @SOON
    @given(wires())
    def reads(wire: Wire) -> None:
        nonlocal tried
        tried += not shown
        if fails(client, wire):
            shown.append(wire)
            raise AssertionError

    with pytest.raises(AssertionError):
        reads()
    return shown[-1], tried


@pytest.mark.parametrize(("client", "golden"), [pytest.param(*rest, id=name) for name, *rest in GOLDENS])
def test_a_mistake_is_shown_by_the_least_that_shows_it(client: Client, golden: Golden) -> None:
    wire, tried = least(client)
    assert tried <= 500
    assert wire.stream.message["content"] in golden.contents
    assert [symbol_of(event) for event in wire.stream.events] == golden.symbols
    assert golden.cuts in repr(wire)
