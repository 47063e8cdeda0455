"""The fields of a body that betas bring; each is built when a request first has it.

Source: SDK 2.12.0, beta request types. What Claude Code sends besides, unknown to the SDK, is free.
"""

from collections.abc import Mapping
from types import MappingProxyType
from typing import Final

from mockclaude.rules.block_fields import MAYBE_INTEGER, MAYBE_STRING, TAG
from mockclaude.rules.grammar import BOOLEAN, INTEGER, OBJECT, STRING, Form, at_least, literal, needed, nullable
from mockclaude.rules.structures import array, deferred, object_or, record, text_or, union

BINDING: Final = deferred(lambda: record({"prefix_mismatch_behavior": nullable(literal("error", "drop_block"))}))
"""What becomes of thinking that belongs to another conversation."""
TASK_BUDGET: Final = deferred(
    lambda: record({"type": needed(literal("tokens")), "total": needed(at_least(20_000)), "remaining": MAYBE_INTEGER})
)
"""How many tokens a whole task may take; the least is that of the task budgets page, 2026-10."""
_AMOUNT: Final = {"type": TAG, "value": needed(INTEGER)}


def _context_management() -> Form:
    tokens = record(_AMOUNT)
    summed_up = record({"type": TAG, "value": needed(at_least(50_000))})  # compaction page, 2026
    turns = union({"thinking_turns": record(_AMOUNT), "all": record({"type": TAG})})
    inputs = Form(lambda value, context: None if type(value) is bool else array(STRING).check(value, context))
    edits = union(
        {
            "clear_tool_uses_20250919": record(
                {
                    "type": TAG,
                    "clear_at_least": nullable(union({"input_tokens": tokens})),
                    "clear_tool_inputs": nullable(inputs),
                    "exclude_tools": nullable(array(STRING)),
                    "keep": union({"tool_uses": tokens}),
                    "trigger": union({"input_tokens": tokens, "tool_uses": tokens}),
                }
            ),
            "clear_thinking_20251015": record({"type": TAG, "keep": object_or(literal("all"), turns)}),
            "compact_20260112": record(
                {
                    "type": TAG,
                    "instructions": MAYBE_STRING,
                    "pause_after_compaction": BOOLEAN,
                    "trigger": nullable(union({"input_tokens": summed_up})),
                }
            ),
        }
    )
    return nullable(record({"edits": array(edits)}))


def _mcp_servers() -> Form:
    configuration = record({"allowed_tools": nullable(array(STRING)), "enabled": nullable(BOOLEAN)})
    return nullable(
        array(
            record(
                {
                    "type": needed(literal("url")),
                    "name": needed(STRING),
                    "url": needed(STRING),
                    "authorization_token": MAYBE_STRING,
                    "tool_configuration": nullable(configuration),
                }
            )
        )
    )


def _compaction() -> Form:
    return nullable(record({"type": needed(literal("summarize")), "instructions": MAYBE_STRING}))


def _fallback_credit_token() -> Form:
    return nullable(text_or(record({"token": needed(STRING), "mode": literal("strict", "best_effort")})))


def _thread() -> Form:
    return nullable(
        union(
            {
                "create": record({"type": TAG}),
                "continue": record({"type": TAG, "previous_message_id": needed(STRING)}),
            }
        )
    )


def _billing_policy() -> Form:
    return nullable(record({"type": needed(literal("billing_policy")), "bill_to": literal("self", "user_profile")}))


def _output_format() -> Form:
    return nullable(record({"type": needed(literal("json_schema")), "schema": needed(OBJECT)}))


def beta_fields(*, thinking: Form, output_config: Form) -> Mapping[str, Form]:
    """The forms of the fields; a model that takes over may be asked to think and to answer in other ways."""

    def fallbacks() -> Form:
        entry = record(
            {
                "model": needed(STRING),
                "max_tokens": MAYBE_INTEGER,
                "thinking": nullable(thinking),
                "output_config": nullable(output_config),
                "speed": nullable(literal("standard", "fast")),
            }
        )
        chain, default = array(entry), literal("default")
        return nullable(Form(lambda value, context: (default if type(value) is str else chain).check(value, context)))

    return MappingProxyType(
        {
            "context_management": deferred(_context_management),
            "mcp_servers": deferred(_mcp_servers),
            "compaction": deferred(_compaction),
            "fallbacks": deferred(fallbacks),
            "fallback_credit_token": deferred(_fallback_credit_token),
            "thread": deferred(_thread),
            "billing_policy": deferred(_billing_policy),
            "output_format": deferred(_output_format),
        }
    )
