"""Messages as the API replies them: content and stop reason belong together, ids are counted.

How this file thinks: content is drawn first, part by part, then a stop reason that it bears out; a reason that takes a
block of its own brings it. Nothing is filtered.
"""

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from typing import Final, cast

from hypothesis import strategies as st

from mockclaude.clock import EPOCH
from mockclaude.models import ModelProfile
from mockclaude.strategies import served
from mockclaude.strategies.blocks import BLOCKS, SPOKEN, WORDS, known, server_call, server_result
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


UNANSWERED: Final = 3
VARIANTS: Final = st.integers(0, UNANSWERED)

Part = tuple[Block, ...]
"""Blocks that belong together: one, or a call with its result."""


def _one(kind: str) -> Callable[[st.DrawFn, str], Part]:
    return lambda draw, word: (BLOCKS[kind](draw, word),)


def _served(draw: st.DrawFn, word: str) -> Part:
    """A call of one of the API's own tools with its result; the last variant is a call without one."""
    call, variant = server_call(draw, word), draw(VARIANTS)
    return (call,) if variant == UNANSWERED else (call, server_result(call["name"], draw(WORDS), variant=variant))


def _remote(draw: st.DrawFn, word: str) -> Part:
    return BLOCKS["mcp_tool_use"](draw, word), BLOCKS["mcp_tool_result"](draw, draw(WORDS))


PARTS: Final[Mapping[str, Callable[[st.DrawFn, str], Part]]] = {
    "text": _one("text"),
    "tool_use": _one("tool_use"),
    "thinking": _one("thinking"),
    "citations": _one("citations"),
    "server_tool_use": _served,
    "redacted_thinking": _one("redacted_thinking"),
    "mcp_tool_use": _remote,
    "container_upload": _one("container_upload"),
    "compaction": _one("compaction"),
    "nothing": lambda _draw, _word: (),
}
"""What content is made of."""

CALLING: Final = frozenset({"tool_use", "max_tokens", "refusal", "model_context_window_exceeded"})
"""Reasons that may end a message that calls tools; all but the first may end it anywhere."""
THOUGHTS: Final = frozenset({"thinking", "redacted_thinking"})

STYLE: Final = st.binary(min_size=4, max_size=4)
SEQUENCES: Final = st.sampled_from(("END", "\n\nHuman:"))
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
    least = 0 if all(REASONS[reason] for reason in possible) else 1
    fitting = parts if CALLING & set(possible) else [part for part in parts if part != "tool_use"]
    contents = st.lists(_part(st.sampled_from(fitting)), min_size=least, max_size=3) if fitting else st.builds(list)

    @st.composite
    def drawn(draw: st.DrawFn) -> MessageBody:
        content = list(_joined(draw(contents), pauses="pause_turn" in possible))
        kinds = {block["type"] for block in content}
        reason = draw(st.sampled_from(_borne_out(possible, content)))
        needed = REASONS[reason]
        if needed is not None and (needed not in kinds or (reason == "pause_turn" and not _is_open(content))):
            content.append(BLOCKS[needed](draw, draw(WORDS)))
        return _message(draw, list(_numbered(content)), reason, profile)

    return drawn()


@st.composite
def _part(draw: st.DrawFn, kinds: st.SearchStrategy[str]) -> Part:
    """A part is drawn whole, so that it can be left out, and kind first, then a word, so that it can be plainer."""
    kind = draw(kinds)
    return PARTS[kind](draw, draw(SPOKEN))


def _can(model: ModelProfile, kind: str) -> bool:
    return kind not in THOUGHTS or not model.thinking_types <= {"disabled"}


def _is_possible(reason: str, parts: Sequence[str]) -> bool:
    """Whether content of these parts can end so."""
    needed = REASONS[reason]
    return any(part != "tool_use" or reason in CALLING for part in parts) if needed is None else needed in parts


def _joined(parts: Iterable[Part], *, pauses: bool) -> Iterator[Block]:
    """The blocks of all parts up to a call that has no result, or, where no message pauses, all with results."""
    for part in parts:
        yield from part
        if _is_open(part):
            if pauses:
                return
            yield server_result(part[0]["name"], "0")


def _is_open(blocks: Sequence[Block]) -> bool:
    """Whether blocks end in a call of the API's own tools that waits for its result."""
    return bool(blocks) and blocks[-1]["type"] == "server_tool_use"


def _borne_out(reasons: Sequence[str], content: Sequence[Block]) -> Sequence[str]:
    """The reasons for which this content may end; all of them where a block has to be brought for any."""
    kinds = {block["type"] for block in content}
    calls, waits = "tool_use" in kinds, _is_open(content)

    def bears(reason: str) -> bool:
        if reason == "pause_turn":
            return waits and not calls
        needed = REASONS[reason]
        return (needed is None or needed in kinds) and (reason in CALLING or not (calls or waits))

    return [reason for reason in reasons if bears(reason)] or reasons


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
