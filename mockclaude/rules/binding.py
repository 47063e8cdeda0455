"""Thinking belongs to the conversation it came after: what was said before a thought may not change afterwards.

Newer models seal into a thought what came before it. The mock does so with its own signatures: it remembers the words
of the system prompt and of every turn, and which calls and results there were; media, tools and other thoughts count
for nothing, so that no conversation that was only carried on is refused.
"""

from collections.abc import Iterable, Iterator
from hashlib import shake_128
from random import Random
from typing import Final

from mockclaude.call import Call, MergedTurn
from mockclaude.models import ModelProfile
from mockclaude.rules.edits import with_beta
from mockclaude.rules.opening import HI, opened_with, turn_of
from mockclaude.rules.rule import Draft, Facts, Rule, Scope, rule
from mockclaude.wire.body import Block, Json, JsonObject
from mockclaude.wire.evidence import documented
from mockclaude.wire.seal import DIGEST, UNBOUND, after_of, is_ours, is_whole, seal

CONTROLS: Final = "thinking-binding-controls-2026-08-01"
_WORDS: Final = (
    "{path}: Invalid `signature` in `thinking` block. The block is bound to a different conversation. Remove the block, "
    'or set `thinking.block_binding.prefix_mismatch_behavior` to "drop_block".'
)
_SOURCE: Final = documented(
    "2026-11", "errors and thinking troubleshooting pages, and live probes; here only of thinking that the mock made"
)


def binds(model: ModelProfile) -> bool:
    """Whether the model's thinking belongs to what came before it."""
    return model.thinking_binding != "none"


def end_of(call: Call) -> bytes:
    """The digest of a whole conversation, which a thought that now follows comes after."""
    if call.body["messages"][-1]["role"] == "assistant":
        return UNBOUND  # what follows becomes part of a turn whose beginning is not yet known
    *_, (_, last) = _digests(call)
    return last


def _digests(call: Call) -> Iterator[tuple[int, bytes]]:
    """For every place of a turn, and for the end, the digest of what was said before it."""
    said = shake_128()
    system = call.body.get("system") or ""
    said.update((system if isinstance(system, str) else "\0".join([block["text"] for block in system])).encode(*_SAFE))
    for turn in call.turns:
        yield turn.place, said.copy().digest(DIGEST)
        for block in turn.blocks if turn.role != "system" else ():
            said.update(f"\0{turn.role}\0{_words(block)}".encode(*_SAFE))
    yield len(call.turns), said.digest(DIGEST)


_SAFE: Final = ("utf-8", "surrogatepass")


def _words(block: Block) -> str:
    """What of a block is remembered."""
    kind = block["type"]
    if kind == "text":
        return block["text"]
    return f"{kind} {block.get('id') or block.get('tool_use_id') or ''}" if "thinking" not in kind else ""


def displaced(call: Call) -> Iterator[tuple[MergedTurn, int]]:
    """The thoughts of ours that came after another conversation: turn, and place of the block in it."""
    before = dict(_digests(call))
    for turn in call.turns:
        for place, block in enumerate(turn.blocks if turn.role == "assistant" else ()):
            after = _after(block)
            if after != UNBOUND and after != before[turn.place]:
                yield turn, place


def _displaced(call: Call) -> Iterator[str]:
    """The places of displaced thoughts, as refusals tell them."""
    return (f"messages.{turn.place}.content.{place}" for turn, place in displaced(call))


def _after(block: Block) -> bytes:
    """The digest that a thought of ours came after."""
    signature = block.get("signature", "") if block["type"] == "thinking" else ""
    return after_of(signature) if is_ours(signature) and is_whole(signature) else UNBOUND


def _behavior_of(call: Call) -> Json:
    """What the request wants done about displaced thoughts."""
    thinking = call.body.get("thinking")
    binding = thinking.get("block_binding") if thinking else None
    return binding.get("prefix_mismatch_behavior") if isinstance(binding, dict) else None


def _refuses(call: Call) -> bool:
    """Whether such a thought is refused; in batches it is dropped unless the request wants to hear of it (2026-09)."""
    behavior = _behavior_of(call)
    is_bound = call.model.thinking_binding == "always" and call.endpoint != "batch_rows"
    return behavior == "error" or (behavior is None and is_bound)


def drops(call: Call) -> bool:
    """Whether such a thought is taken out before the model sees it."""
    behavior = _behavior_of(call)
    is_bound = call.model.thinking_binding == "always" and call.endpoint == "batch_rows"
    return behavior == "drop_block" or (behavior is None and is_bound)


BOUND: Final = Scope("models whose thinking belongs to its conversation", binds)
ALWAYS: Final = Scope(
    "models whose thinking always belongs to its conversation", lambda model: model.thinking_binding == "always"
)


@rule(
    message=_WORDS,
    needs=("thinking",),
    models=BOUND,
    covers=("think.binding",),
    source=_SOURCE,
    fix="Carry the conversation on unchanged, leave the thinking out, or let the API drop it as the message says.",
)
def displaced_thought(call: Call) -> Iterable[Facts]:
    """A thought that came after another conversation; refused where the request or the model wants it so."""
    return [{"path": path} for path in _displaced(call)] if CONTROLS in call.betas and _refuses(call) else ()


@rule(
    message=_WORDS + f" That setting requires the `{CONTROLS}` value in the `anthropic-beta` header.",
    needs=("thinking",),
    models=ALWAYS,
    covers=("think.binding_nobeta",),
    source=_SOURCE,
    fix="Carry the conversation on unchanged, or leave the thinking out.",
)
def displaced_thought_without_controls(call: Call) -> Iterable[Facts]:
    """A thought that came after another conversation, where the request does not control what becomes of it."""
    return [{"path": path} for path in _displaced(call)] if CONTROLS not in call.betas and _refuses(call) else ()


def _moved(draft: Draft) -> Draft:
    """The draft with an answer whose thought came after another question."""
    signature = seal("Hm.", "draft", size=240, after=b"elsewhen")
    thought: JsonObject = {"type": "thinking", "thinking": "Hm.", "signature": signature}
    answer = turn_of("assistant", thought, {"type": "text", "text": "Hello."})
    return opened_with(draft, HI, answer)


@displaced_thought.broken_by
def change_what_came_before(draft: Draft, _random: Random) -> Draft:
    """Another question before a thought, and the wish to hear of it."""
    binding: JsonObject = {"prefix_mismatch_behavior": "error"}
    asked = _moved(draft).with_body(thinking={"type": "adaptive", "block_binding": binding})
    return with_beta(asked.without("output_config"), CONTROLS)


@displaced_thought_without_controls.broken_by
def change_what_came_before_unasked(draft: Draft, _random: Random) -> Draft:
    """Another question before a thought."""
    return _moved(draft).without("output_config").with_body(thinking={"type": "adaptive"})


BINDING: Final[tuple[Rule[Call], ...]] = (displaced_thought, displaced_thought_without_controls)
