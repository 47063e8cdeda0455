"""Messages for the tests of streams: every kind of block, every stop reason."""

from typing import cast

from hypothesis import strategies as st

from mockclaude.wire.body import Block, MessageBody

TEXT = st.text(st.characters(codec="utf-8"), max_size=60)
JSON_VALUES = st.recursive(
    st.none() | st.booleans() | st.integers(-(2**53), 2**53) | TEXT,
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(TEXT, inner, max_size=3),
    max_leaves=6,
)
OBJECTS = st.dictionaries(TEXT, JSON_VALUES, max_size=3)
CITATIONS = st.fixed_dictionaries({"type": st.just("char_location"), "cited_text": TEXT, "document_index": st.just(0)})
CALLS = {"id": st.just("toolu_01a"), "name": st.just("get_weather"), "input": OBJECTS}

BLOCKS = st.one_of(
    st.fixed_dictionaries({"type": st.just("text"), "text": TEXT}),
    st.fixed_dictionaries({"citations": st.lists(CITATIONS, max_size=2), "type": st.just("text"), "text": TEXT}),
    st.fixed_dictionaries({"type": st.just("thinking"), "thinking": TEXT, "signature": TEXT}),
    st.fixed_dictionaries({"type": st.just("redacted_thinking"), "data": TEXT}),
    st.fixed_dictionaries({"type": st.just("tool_use"), **CALLS, "caller": st.just({"type": "direct"})}),
    st.fixed_dictionaries({"type": st.just("server_tool_use"), **CALLS}),
    st.fixed_dictionaries(
        {"type": st.just("tool_use"), **CALLS, "caller": st.just({"type": "code_execution_20260120", "tool_id": "x"})}
    ),
    st.fixed_dictionaries({"type": st.just("mcp_tool_use"), **CALLS, "server_name": TEXT}),
    st.fixed_dictionaries({"type": st.just("web_search_tool_result"), "tool_use_id": TEXT, "content": st.just([])}),
    st.fixed_dictionaries({"type": st.just("compaction"), "content": TEXT}),
    st.fixed_dictionaries({"type": st.just("a_block_of_tomorrow"), "anything": JSON_VALUES}),
)
USAGE = st.fixed_dictionaries(
    {
        "input_tokens": st.integers(1, 10**6),
        "cache_creation_input_tokens": st.integers(0, 100),
        "cache_read_input_tokens": st.integers(0, 100),
        "cache_creation": st.just({"ephemeral_5m_input_tokens": 0, "ephemeral_1h_input_tokens": 0}),
        "output_tokens": st.integers(0, 1000),
        "output_tokens_details": st.just({"thinking_tokens": 0}),
        "service_tier": st.just("standard"),
        "inference_geo": st.just("global"),
    }
)
MESSAGES = st.fixed_dictionaries(
    {
        "model": st.just("claude-opus-5"),
        "id": st.just("msg_011CdcJUVVJZc5qG23vqEtBS"),
        "type": st.just("message"),
        "role": st.just("assistant"),
        "content": st.lists(BLOCKS, max_size=4),
        "stop_reason": st.sampled_from(
            ["end_turn", "max_tokens", "stop_sequence", "tool_use", "pause_turn", "refusal"]
        ),
        "stop_sequence": st.none() | TEXT,
        "stop_details": st.none() | st.just({"type": "refusal", "category": None, "explanation": None}),
        "usage": USAGE,
    }
).map(lambda message: cast("MessageBody", message))


def message(*blocks: Block, stop_reason: str = "end_turn") -> MessageBody:
    """A message of these blocks."""
    return {
        "model": "claude-opus-5",
        "id": "msg_011CdcJUVVJZc5qG23vqEtBS",
        "type": "message",
        "role": "assistant",
        "content": list(blocks),
        "stop_reason": stop_reason,
        "stop_sequence": None,
        "stop_details": None,
        "usage": {
            "input_tokens": 10,
            "cache_creation_input_tokens": 0,
            "cache_read_input_tokens": 0,
            "cache_creation": {"ephemeral_5m_input_tokens": 0, "ephemeral_1h_input_tokens": 0},
            "output_tokens": 5,
            "service_tier": "standard",
            "inference_geo": "global",
        },
    }
