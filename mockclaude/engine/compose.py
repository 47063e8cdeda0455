"""Makes a message of a reply: ids, the model's name, and where it stops."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import cast

from mockclaude.call import Call
from mockclaude.engine.conversation import SERVER_CALLS
from mockclaude.engine.reply import Reply, natural_stop
from mockclaude.engine.spent import usage_of
from mockclaude.engine.transformed import transformations
from mockclaude.meter.prompt_cache import PromptCache
from mockclaude.meter.text import cut_to_tokens
from mockclaude.meter.tokens import count_output
from mockclaude.wire.body import Block, JsonObject, MessageBody
from mockclaude.wire.dice import Dice
from mockclaude.wire.ids import random_id, timed_id

ID_PREFIXES = {"tool_use": "toolu", "server_tool_use": "srvtoolu", "mcp_tool_use": "mcptoolu"}
CALLERS = frozenset({"tool_use", "server_tool_use"})
"""Blocks that carry `caller`; source: every recorded tool_use since 2026-05."""


RAN = frozenset(
    {"code_execution_tool_result", "bash_code_execution_tool_result", "text_editor_code_execution_tool_result"}
)
"""Results that come with a container; source: every recorded reply since 2025-06."""
MANAGED = "context-management-2025-06-27"
"""The beta that tells what became of the context, even of requests that ask for nothing: recordings, 2026-03."""
LIFETIME = timedelta(hours=1)
"""How long a container lives; source: recordings 2026-04 to 2026-05, compared with the times in the ids."""


@dataclass(frozen=True, slots=True)
class Stop:
    """Where and why a message ends."""

    reason: str
    sequence: str | None = None


def compose(call: Call, reply: Reply, *, dice: Dice, now: datetime, cache: PromptCache | None = None) -> MessageBody:
    """The message that a reply becomes for this call; without a cache every prompt is new and none is kept."""
    content = identified(reply.content, dice)
    stop = Stop(reply.stop_reason or natural_stop(content), reply.stop_sequence)
    if reply.fit:
        content, stop = fitted(content, stop, call)
    message: MessageBody = {
        "model": call.model.id if call.knows_model else call.body["model"],
        "id": timed_id("msg", int(now.timestamp() * 1000), dice.bits(80)),
        "type": "message",
        "role": "assistant",
        "content": content,
        "stop_reason": stop.reason,
        "stop_sequence": stop.sequence,
        "stop_details": reply.stop_details,
        "usage": usage_of(call, content, stop.reason, now=now, cache=cache, given=reply.usage),
    }
    if cache is not None and "diagnostics" in call.features:
        usage = message["usage"]
        read, written = usage["cache_read_input_tokens"], usage["cache_creation_input_tokens"]
        message["diagnostics"] = cache.diagnoses.of(call.body, read=read, written=written, answer=message["id"])
    container = reply.container if reply.container is not None else _sandbox(call, content, dice, now)
    if container is not None:
        message = cast("MessageBody", _inserted(message, "content", "container", container))
    betas = call.intake.betas
    if "context_management" in call.features or MANAGED in betas:
        message["context_management"] = {"applied_edits": []}
    if betas and (transformed := transformations(call)) is not None:
        message["input_transformations"] = transformed
    return message


def _sandbox(call: Call, content: Sequence[Block], dice: Dice, now: datetime) -> JsonObject | None:
    """The container that code ran in: the request's or a new one, for an hour; `None` where no code ran."""
    if not any(block["type"] in RAN for block in content):
        return None
    asked = call.body.get("container")
    name = asked.get("id") if isinstance(asked, dict) else asked
    identifier = name or timed_id("container", int(now.timestamp() * 1000), dice.bits(80))
    expiry = (now.astimezone(UTC) + LIFETIME).strftime("%Y-%m-%dT%H:%M:%S.%fZ")
    return {"id": identifier, "expires_at": expiry}


def fitted(content: Sequence[Block], stop: Stop, call: Call) -> tuple[list[Block], Stop]:
    """The content cut at the first stop sequence or where `max_tokens` is used up, whichever comes first."""
    room = call.body.get("max_tokens")
    sequences = [sequence for sequence in call.body.get("stop_sequences") or () if sequence]
    kept: list[Block] = []
    for block in content:
        cut, ended = block, None
        if sequences and block["type"] == "text":
            cut, ended = _until(block, sequences)
        if room is not None:
            cost = count_output([cut], call.model)
            if cost > room:
                return [*kept, *_within(cut, room, call)], Stop("max_tokens")
            room -= cost
        if ended is not None:
            return [*kept, *([cut] if cut["text"] else [])], Stop("stop_sequence", ended)
        kept.append(cut)
    return kept, stop


def _until(block: Block, sequences: Sequence[str]) -> tuple[Block, str | None]:
    """The text before the first stop sequence in it, and that sequence."""
    text = block["text"]
    found = [(place, sequence) for sequence in sequences if (place := text.find(sequence)) >= 0]
    if not found:
        return block, None
    place, sequence = min(found, key=lambda hit: (hit[0], -len(hit[1])))
    return cast("Block", {**block, "text": text[:place]}), sequence


def _within(block: Block, room: int, call: Call) -> list[Block]:
    """As much of a block as the tokens allow; what cannot be cut is left out."""
    key = {"text": "text", "thinking": "thinking"}.get(block["type"])
    if key is None or room <= 0:
        return []
    text = cut_to_tokens(cast("str", block.get(key, "")), room, call.model.tokenizer)
    return [cast("Block", {**block, key: text})] if text else []


def identified(blocks: Sequence[Block], dice: Dice) -> list[Block]:
    """The blocks with their ids; a result that left its id open has that of the first call which did so, too."""
    if not any(block["type"] in ID_PREFIXES for block in blocks):
        return list(blocks)
    content: list[Block] = []
    fresh: list[str] = []
    for block in blocks:
        named = _identified(block, dice) if block["type"] in ID_PREFIXES else block
        if named is not block and not block.get("id"):
            fresh += [named["id"]] if block["type"] in SERVER_CALLS else []
        elif fresh and block.get("tool_use_id") == "":
            named = cast("Block", {**block, "tool_use_id": fresh.pop(0)})
        content.append(named)
    return content


def _identified(block: Block, dice: Dice) -> Block:
    """The block with its id and caller, where its type has them and its author left them out."""
    prefix = ID_PREFIXES[block["type"]]
    named = cast("Block", {**block, "id": block.get("id") or random_id(prefix, dice.bits(128))})
    if block["type"] in CALLERS and "caller" not in named:
        named["caller"] = {"type": "direct"}
    return cast("Block", {key: named[key] for key in BLOCK_KEYS if key in named} | named)  # type: ignore[literal-required]


BLOCK_KEYS = ("type", "id", "name", "input", "caller", "server_name")
"""Key order of tool calls; source: recordings 2026-05 to 2026-08."""


def _inserted(mapping: MessageBody, after: str, key: str, value: object) -> dict[str, object]:
    """The mapping with a key behind another."""
    items: dict[str, object] = {}
    for name, kept in mapping.items():
        items[name] = kept
        if name == after:
            items[key] = value
    return items
