"""Messages as the API replies them: content and stop reason belong together, ids are counted.

How this file thinks: the stop reason is drawn first, then content that can end so. Nothing is filtered.
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Final, cast

from hypothesis import strategies as st

from mockclaude.clock import EPOCH
from mockclaude.models import ModelProfile
from mockclaude.strategies import served
from mockclaude.strategies.blocks import BLOCKS, SERVER_TOOLS, WORDS, known, server_call, server_result
from mockclaude.wire.body import Block, Json, JsonObject, MessageBody, UsageBody
from mockclaude.wire.ids import random_id, timed_id

REASONS: Final[Mapping[str, str | None]] = {
    "end_turn": None,
    "tool_use": "tool_use",
    "max_tokens": None,
    "stop_sequence": None,
    "pause_turn": "server_tool_use",
    "refusal": None,
    "model_context_window_exceeded": None,
    "compaction": "compaction",
}
"""Every stop reason, and the kind of block that it takes. Source: SDK 2.12.0, page on stop reasons 2026-11."""

PARTS: Final[Mapping[str, tuple[str, ...]]] = {
    "text": ("text",),
    "tool_use": ("tool_use",),
    "thinking": ("thinking",),
    "citations": ("citations",),
    "server_tool_use": (),
    "redacted_thinking": ("redacted_thinking",),
    "mcp_tool_use": ("mcp_tool_use", "mcp_tool_result"),
    "container_upload": ("container_upload",),
    "compaction": ("compaction",),
    "nothing": (),
}
"""What content is made of, by the blocks that belong together; a call of the API's own tools brings its result."""

CUT_SHORT: Final = frozenset({"max_tokens", "refusal", "model_context_window_exceeded"})
"""Reasons that may end a message anywhere, after a tool call as well."""
THOUGHTS: Final = frozenset({"thinking", "redacted_thinking"})

COUNT: Final = st.integers(1, 3)
STYLE: Final = st.binary(min_size=4, max_size=4)
SEQUENCES: Final = st.sampled_from(("END", "\n\nHuman:", "\u2028"))
DETAILS: Final[st.SearchStrategy[JsonObject | None]] = st.sampled_from(
    (None, {"type": "refusal", "category": None, "explanation": None},
     {"type": "refusal", "category": "cyber", "explanation": "0"})
)  # fmt: skip
ID: Final = timed_id("msg", int(EPOCH.timestamp() * 1000), 0)
CONTAINER: Final[JsonObject] = {"id": random_id("container", 0), "expires_at": "2026-06-25T17:16:14.434245Z"}


def messages(
    *,
    kinds: Iterable[str] | None = None,
    stop_reasons: Iterable[str] | None = None,
    model: str | None = None,
) -> st.SearchStrategy[MessageBody]:
    """Replies of the API that no rule and no contradiction speaks against.

    `kinds` are those of `PARTS` that the content may hold, `stop_reasons` those that may end it; raises `ValueError`
    for reasons that take another kind.
    """
    profile = served.models_named(model)[0]
    parts = [kind for kind in known(kinds, PARTS) if kinds is not None or _can(profile, kind)]
    reasons = known(stop_reasons, REASONS, what="stop reason")
    possible = [reason for reason in reasons if _is_possible(reason, parts)]
    for reason in reasons:
        if reason not in possible and stop_reasons is not None:
            needed = REASONS[reason] or "another kind"
            raise ValueError(f"{reason!r} takes {needed!r}; name it in `kinds`, which has {', '.join(parts)}")
    ends = st.sampled_from(possible)
    drawn_parts = {
        reason: st.lists(
            st.sampled_from(_fitting(parts, reason)),
            min_size=0 if REASONS[reason] else 1,
            max_size=3,
        )
        for reason in possible
        if _fitting(parts, reason)
    }

    @st.composite
    def drawn(draw: st.DrawFn) -> MessageBody:
        reason = draw(ends)
        chosen = draw(drawn_parts[reason]) if reason in drawn_parts else []
        content = list(_numbered(_content(draw, chosen, reason)))
        return _message(draw, content, reason, profile)

    return drawn()


def _can(model: ModelProfile, kind: str) -> bool:
    return kind not in THOUGHTS or not model.thinking_types <= {"disabled"}


def _is_possible(reason: str, parts: Sequence[str]) -> bool:
    needed = REASONS[reason]
    return bool(_fitting(parts, reason)) if needed is None else needed in parts


def _fitting(parts: Iterable[str], reason: str) -> list[str]:
    """The parts that may stand before the end; tools called at the end are its own."""
    return [part for part in parts if part != "tool_use" or reason in CUT_SHORT]


def _content(draw: st.DrawFn, parts: Iterable[str], reason: str) -> Iterator[Block]:
    for part in parts:
        if part == "server_tool_use":
            name = draw(st.sampled_from([*SERVER_TOOLS]))
            yield server_call(name, draw(WORDS))
            yield server_result(name)
        for kind in PARTS[part]:
            yield draw(BLOCKS[kind])
    needed = REASONS[reason]
    if needed is not None:
        for _ in range(draw(COUNT) if reason == "tool_use" else 1):
            yield draw(BLOCKS[needed])


def _numbered(blocks: Iterable[Block]) -> Iterator[Block]:
    """The blocks with ids of their own; a result has that of the call before it."""
    number, last = 0, ""
    for block in blocks:
        if "id" in block:
            last = random_id(block["id"].partition("_")[0], number)
            number += 1
            yield {**block, "id": last}
        elif "tool_use_id" in block:
            yield {**block, "tool_use_id": last}
        else:
            yield block


def _message(draw: st.DrawFn, content: list[Block], reason: str, model: ModelProfile) -> MessageBody:
    style, more, spent, _ = draw(STYLE)
    message: MessageBody = {"model": model.id, "id": ID, "type": "message", "role": "assistant", "content": content}  # type: ignore[typeddict-item]  # the rest follows, in the API's order
    if style & 1:
        message["container"] = CONTAINER
    message["stop_reason"] = reason
    message["stop_sequence"] = _sequence(draw(SEQUENCES), content) if reason == "stop_sequence" else None
    message["stop_details"] = draw(DETAILS) if reason == "refusal" else None
    message["usage"] = _usage(model, spent, has_thought=bool(style & 2), has_searched=bool(style & 4), read=more)
    if style & 8:
        message["context_management"] = {"applied_edits": []}
    return message


def _sequence(wanted: str, content: Iterable[Block]) -> str:
    """The stop sequence, made longer until no text holds it: a message ends before it."""
    texts = [block["text"] for block in content if block["type"] == "text"]
    while any(wanted in text for text in texts):
        wanted += "."
    return wanted


def _usage(model: ModelProfile, spent: int, *, has_thought: bool, has_searched: bool, read: int) -> UsageBody:
    usage: dict[str, Json] = {
        "input_tokens": 1,
        "cache_creation_input_tokens": 0,
        "cache_read_input_tokens": read,
        "cache_creation": {"ephemeral_5m_input_tokens": 0, "ephemeral_1h_input_tokens": 0},
        "output_tokens": spent,
    }
    if has_thought:
        usage["output_tokens_details"] = {"thinking_tokens": spent // 2}
    usage["service_tier"] = "standard"
    usage["inference_geo"] = model.inference_geo
    if has_searched:
        usage["server_tool_use"] = {"web_search_requests": 1, "web_fetch_requests": 0}
    return cast("UsageBody", usage)
