"""What a reply cost: the usage of a message, and of each step where a summary was made or another model took over."""

from collections.abc import Sequence
from datetime import datetime
from itertools import pairwise
from typing import Final, cast

from mockclaude.call import Call
from mockclaude.engine.conversation import SERVER_CALLS
from mockclaude.meter.prompt_cache import Cached, PromptCache
from mockclaude.meter.text import count_text
from mockclaude.meter.tokens import END_OF_TURN, THOUGHTS, block_tokens, count_input, count_output
from mockclaude.wire.body import Block, Json, JsonObject, RequestBody, UsageBody
from mockclaude.wire.stream import USAGE_KEYS, in_order

PLAIN: Final = frozenset({"text", "thinking", "redacted_thinking", "tool_use"})
"""Blocks of which the usage tells nothing but their tokens."""
WHOLE: Final = frozenset({"input_tokens", "output_tokens"})
"""Counts by which a usage that is given shows itself to be complete."""
UNCACHED: Final = Cached()
CACHING: Final = frozenset({"cached", "cache_control"})
"""What shows that a request has breakpoints."""
NEW: Final = ("input_tokens", "output_tokens")
STEP: Final = (*NEW, "cache_read_input_tokens", "cache_creation_input_tokens", "cache_creation")
"""What is counted of each step, in its order; source: recordings 2026-04 to 2026-08."""


def usage_of(
    call: Call,
    content: Sequence[Block],
    reason: str,
    *,
    now: datetime,
    cache: PromptCache | None = None,
    given: UsageBody | None = None,
) -> UsageBody:
    """Token counts of a message; given ones win over estimated ones."""
    total, cached = count_input(call.body, call.model), UNCACHED
    if cache is not None and not CACHING.isdisjoint(call.features) and "input_tokens" not in (given or ()):
        cached = cache.use(call.body, call.model, total=total, now=now)
    usage: UsageBody = {
        "input_tokens": total - sum(cached),
        "cache_creation_input_tokens": cached.short + cached.long,
        "cache_read_input_tokens": cached.read,
        "cache_creation": {"ephemeral_5m_input_tokens": cached.short, "ephemeral_1h_input_tokens": cached.long},
        "output_tokens": _spent(call, content, reason),
    }
    thinking = call.body.get("thinking")
    if call.model.always_output_details or (thinking is not None and thinking["type"] != "disabled"):
        thoughts = [block for block in content if block["type"] in THOUGHTS]
        usage["output_tokens_details"] = {"thinking_tokens": count_output(thoughts, call.model) if thoughts else 0}
    usage["service_tier"] = "standard"
    usage["inference_geo"] = call.body.get("inference_geo") or call.model.inference_geo
    is_whole = given is not None and given.keys() >= WHOLE
    is_plain = PLAIN.issuperset([block["type"] for block in content])
    if not is_plain:
        usage["input_tokens"] += sum(later_inputs(call, content, total))
    if not is_whole and (not is_plain or _tells_steps(call)):
        usage = _with_steps(usage, call, content)
    if speed := call.body.get("speed"):
        usage["speed"] = speed if call.model.fast_mode in {"yes", "beta"} else "standard"
    if given:
        usage.update(given)
    return usage


def _with_steps(usage: UsageBody, call: Call, content: Sequence[Block]) -> UsageBody:
    """The usage with what tools of the API's own were asked, and with its steps where it tells them.

    What a summary cost is a step and no part of the sums; source: SDK 2.14.0, and recordings 2026-04 to 2026-08.
    """
    asked = _requests(content)
    if asked is not None:
        usage["server_tool_use"] = asked
    summary = next((block for block in content if block["type"] == "compaction"), None)
    steps: list[JsonObject] = []
    if summary is not None:
        written = count_text(str(summary.get("content") or ""), call.model.tokenizer) + END_OF_TURN
        steps.append({**_step(usage), "output_tokens": written, "type": "compaction"})
        rest = 0 if len(content) == 1 else count_input(_summarised(call, summary), call.model)
        none = {"ephemeral_5m_input_tokens": 0, "ephemeral_1h_input_tokens": 0}
        usage |= {"input_tokens": rest, "cache_creation_input_tokens": 0, "cache_read_input_tokens": 0}
        usage |= {"cache_creation": none, "output_tokens": usage["output_tokens"] if rest else 0}  # type: ignore[typeddict-item]
    hops = [cast("JsonObject", block) for block in content if block["type"] == "fallback"]
    steps += [{**_step(usage), "output_tokens": 0, "type": "message", "model": _model(hop, "from")} for hop in hops]
    if hops:
        steps.append({**_step(usage), "type": "fallback_message", "model": _model(hops[-1], "to")})
    elif usage["input_tokens"] and (steps or _tells_steps(call)):
        steps += _rounds(usage, call, content)
    if steps:
        usage["iterations"] = steps
    return cast("UsageBody", in_order(usage, USAGE_KEYS))


def later_inputs(call: Call, content: Sequence[Block], total: int) -> list[int]:
    """What the model read again each time that a tool of the API's own had answered: the prompt and all that was said.

    The sums tell it, too, and a stream only at its end; source: all 90 recorded streams with such results.
    """
    inputs, said = [], 0.0
    for block, following in pairwise(content):
        said += block_tokens(block, call.model)
        if _is_result(block) and not _is_result(following):
            inputs.append(total + round(said))
    return inputs


def _is_result(block: Block) -> bool:
    return block["type"].endswith("_tool_result")


def _rounds(usage: UsageBody, call: Call, content: Sequence[Block]) -> list[JsonObject]:
    """A step for each time that the model was asked; together they come to the sums."""
    step: JsonObject = {**_step(usage), "type": "message"}
    later = later_inputs(call, content, count_input(call.body, call.model))
    first = usage["input_tokens"] - sum(later)
    if not later or first < 0:
        return [step]
    none: JsonObject = {"ephemeral_5m_input_tokens": 0, "ephemeral_1h_input_tokens": 0}
    uncached: JsonObject = {"cache_read_input_tokens": 0, "cache_creation_input_tokens": 0, "cache_creation": none}
    last: JsonObject = {**step, **uncached, "input_tokens": later[-1]}
    between = [{**last, "input_tokens": one, "output_tokens": 0} for one in later[:-1]]
    return [{**step, "input_tokens": first, "output_tokens": 0}, *between, last]


def _tells_steps(call: Call) -> bool:
    """Whether the request lets usage tell even a single step, by fields of betas; recordings 2026-04 to 2026-07."""
    if not call.intake.betas:
        return False
    body = call.body
    edits = cast("list[JsonObject]", (body.get("context_management") or {}).get("edits") or [])
    return (
        any(str(edit.get("type")).startswith("compact_") for edit in edits)
        or any(str(tool.get("type")).startswith("advisor_") for tool in body.get("tools") or ())
        or bool((body.get("output_config") or {}).get("task_budget"))
        or "fallbacks" in call.features
    )


def _step(usage: UsageBody) -> JsonObject:
    return cast("JsonObject", {key: usage[key] for key in STEP if key in usage})


def _summarised(call: Call, summary: Block) -> RequestBody:
    """The request as the model sees it behind its summary, which stands for all turns; recordings 2026-04 and 2026-08."""
    return {**call.body, "messages": [{"role": "user", "content": str(summary.get("content") or "")}]}


def _requests(content: Sequence[Block]) -> JsonObject | None:
    """How often the tools for the web were asked; `None` where no tool ran on the API's side.

    Servers of MCP count as such; source: recordings 2026-05 and 2026-08.
    """
    if not any(block["type"] in SERVER_CALLS or _is_result(block) for block in content):
        return None
    kinds = [block["type"] for block in content if not _is_failure(block)]
    return {
        "web_search_requests": kinds.count("web_search_tool_result"),
        "web_fetch_requests": kinds.count("web_fetch_tool_result"),
    }


def _model(hop: JsonObject, end: str) -> Json:
    place = hop.get(end)
    return place.get("model") if isinstance(place, dict) else None


def _is_failure(block: Block) -> bool:
    content = block.get("content")
    return isinstance(content, dict) and "error_code" in content


def _spent(call: Call, content: Sequence[Block], reason: str) -> int:
    """The output tokens: all that were allowed when a limit cut the text, else the text and the end of the turn."""
    counted = count_output(content, call.model)
    room = call.body.get("max_tokens")
    if reason == "max_tokens" and room is not None and counted <= room:
        return room if content else 0
    spent = counted + END_OF_TURN if content else counted
    return spent if room is None else max(counted, min(spent, room))
