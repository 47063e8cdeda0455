"""Content blocks are what the API's own types hold."""

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from mockclaude.engine.contradiction import declared
from mockclaude.engine.say import message
from mockclaude.strategies import content_blocks
from mockclaude.strategies.blocks import BLOCKS
from mockclaude.wire.body import Block
from mockclaude.wire.message import Message, OtherBlock

from ..wire import samples
from .simplest import simplest

QUIET = settings(deadline=None, suppress_health_check=list(HealthCheck))


@QUIET
@given(content_blocks())
def test_a_block_is_of_a_known_type_with_the_fields_of_its_type(block: Block) -> None:
    read = Message.model_validate(samples.message(block)).content[0]
    assert not isinstance(read, OtherBlock)
    assert read.model_dump() == block
    assert list(declared(message(dict(block), stop_reason="max_tokens"))) == []


@settings(QUIET, max_examples=20)
@given(st.data())
@pytest.mark.parametrize("kind", [*BLOCKS])
def test_a_kind_can_be_asked_for(kind: str, data: st.DataObject) -> None:
    block = data.draw(content_blocks(kinds=[kind]))
    wanted = {"citations": "text", "server_tool_result": block["type"]}.get(kind, kind)
    assert block["type"] == wanted
    assert ("citations" in block) == (kind == "citations")


def test_the_simplest_block_says_zero() -> None:
    assert simplest(content_blocks()) == {"type": "text", "text": "0"}
    assert simplest(content_blocks(kinds=["tool_use"]))["input"] == {"city": "0"}


def test_an_unknown_kind_is_told_the_nearest() -> None:
    with pytest.raises(ValueError, match="no kind of block is called 'tool_uses'; did you mean 'tool_use'"):
        content_blocks(kinds=["tool_uses"])
    with pytest.raises(ValueError, match="no kind of block is left"):
        content_blocks(kinds=[])
