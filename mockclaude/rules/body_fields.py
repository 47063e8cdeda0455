"""The body of a request, field by field, in the order in which the API judges the fields.

Source of the order, of what counts as absent and of which fields are read before unknown keys are: 137 calls
measured 2026-08-31 against claude-sonnet-5. `speed`, `diagnostics` and the fields of betas came later; that they
follow is assumed.
"""

from collections.abc import Mapping
from functools import cache
from types import MappingProxyType
from typing import Final

from mockclaude.call import Endpoint
from mockclaude.rules.batch_fields import BATCH
from mockclaude.rules.beta_fields import BINDING, TASK_BUDGET, beta_fields
from mockclaude.rules.block_fields import CACHE_CONTROL, MAYBE_STRING, SYSTEM_TEXT, TAG
from mockclaude.rules.grammar import (
    ANYTHING,
    BOOLEAN,
    EXTRA,
    INTEGER,
    MISSING,
    NOT_A_STRING,
    NOT_AN_OBJECT,
    NUMBER,
    OBJECT,
    STRING,
    Context,
    Flaw,
    Form,
    literal,
    needed,
    nullable,
    text,
    unless,
    unlocked,
)
from mockclaude.rules.result_fields import BLOCK
from mockclaude.rules.structures import array, labelled, record, text_or, union
from mockclaude.rules.tool_fields import TOOL, TOOL_CHOICE
from mockclaude.wire.betas import (
    MESSAGE_KEYS,
    OUTPUT_CONFIG_KEYS,
    THINKING_DISPLAYS,
    THINKING_KEYS,
    TOP_LEVEL,
)
from mockclaude.wire.body import Json

GEOS: Final = ("global", "us")
REMOVED_SAMPLING: Final = "removed-sampling"
BELOW_ONE: Final = "max-tokens-below-one"

EFFORT: Final = nullable(literal("low", "medium", "high", "xhigh", "max"))
CONTENT: Final = text_or(array(BLOCK))


def _of_system_items(name: str) -> Form:
    """A field that only system items have, and they with a beta."""

    def check(_value: Json, context: Context) -> list[Flaw] | None:
        return None if context.is_open else [Flaw("misplaced-system-field", facts={"field": name})]

    return unlocked(Form(check), MESSAGE_KEYS[name])


_TURN: Final = record(
    {
        "role": needed(STRING),
        "content": needed(CONTENT),
        **{name: _of_system_items(name) for name in ("output_config", "clear_at")},
    }
)
_SYSTEM_TURN: Final = record(
    {
        "role": needed(STRING),
        "content": CONTENT,
        "output_config": unlocked(nullable(record({"effort": EFFORT})), MESSAGE_KEYS["output_config"]),
        "clear_at": unlocked(nullable(literal("next_user_message", "never")), MESSAGE_KEYS["clear_at"]),
    }
)


def _system_turn(value: Json, context: Context) -> list[Flaw] | None:
    """A system item; one that only sets the effort may leave its content out."""
    flaws = _SYSTEM_TURN.check(value, context)
    if not isinstance(value, dict) or "content" in value:
        return flaws
    may_direct = context.is_open or not context.betas.isdisjoint(MESSAGE_KEYS["output_config"])
    if may_direct and value.get("output_config") is not None:
        return flaws
    return [Flaw(MISSING, ("content",)), *(flaws or ())]


ROLES: Final[Mapping[str, Form]] = MappingProxyType({"user": _TURN, "assistant": _TURN, "system": Form(_system_turn)})


def _item(value: Json, context: Context) -> list[Flaw] | None:
    if type(value) is not dict:
        return [Flaw(NOT_AN_OBJECT)]
    role = value.get("role")
    form = ROLES.get(role) if type(role) is str else None
    if form is not None:
        return form.check(value, context)
    if "role" not in value:
        return [Flaw(MISSING, ("role",))]
    if type(role) is not str:
        return [Flaw(NOT_A_STRING, ("role",))]
    return [Flaw("unknown-role", ("role",), {"role": role})]


ITEM: Final = Form(_item)
"""One item of `messages`."""


def _is_negative(value: Json) -> bool:
    return isinstance(value, int) and value < 0


def _is_none(value: Json) -> bool:
    return isinstance(value, int) and value < 1


def _is_no_share(value: Json) -> bool:
    return isinstance(value, int | float) and not 0 <= value <= 1


def _is_small_budget(value: Json) -> bool:
    return isinstance(value, int) and value < 1024


def _has_blank(value: Json) -> bool:
    return isinstance(value, list) and any(isinstance(item, str) and not item.strip() for item in value)


_SHARE: Final = unless(NUMBER, _is_no_share, "out-of-range")

_THINKING: Final[Mapping[str, Form]] = {
    "display": nullable(literal("summarized", "omitted", gated=THINKING_DISPLAYS)),
    "block_binding": unlocked(nullable(BINDING), THINKING_KEYS["block_binding"]),
}
THINKING: Final = union(
    {
        "enabled": record(
            {
                "type": TAG,
                "budget_tokens": needed(unless(INTEGER, _is_small_budget, "small-thinking-budget")),
                **_THINKING,
            }
        ),
        "adaptive": record({"type": TAG, **_THINKING}),
        "disabled": record({"type": TAG}),
        "between_tools": record({"type": TAG}),
    }
)
OUTPUT_CONFIG: Final = record(
    {
        "effort": EFFORT,
        "format": nullable(record({"type": needed(literal("json_schema")), "schema": needed(OBJECT)})),
        "task_budget": unlocked(nullable(TASK_BUDGET), OUTPUT_CONFIG_KEYS["task_budget"]),
    }
)
CONTAINER: Final = labelled(
    "ContainerParams",
    record(
        {
            "id": MAYBE_STRING,
            "skills": nullable(
                array(
                    record(
                        {"type": needed(literal("anthropic", "custom")), "skill_id": needed(STRING), "version": STRING}
                    )
                )
            ),
        }
    ),
)

BETA_FIELDS: Final = beta_fields(thinking=THINKING, output_config=OUTPUT_CONFIG)

FIELDS: Final[Mapping[str, Form]] = MappingProxyType(
    {
        "model": needed(text(shortest=1, longest=256)),
        "tool_choice": TOOL_CHOICE,
        "tools": array(TOOL),
        "messages": needed(unless(array(ITEM), lambda value: not value, "no-messages")),
        "system": text_or(array(SYSTEM_TEXT)),
        "thinking": THINKING,
        "output_config": OUTPUT_CONFIG,
        "cache_control": nullable(CACHE_CONTROL),
        "max_tokens": needed(unless(INTEGER, _is_negative, "negative-max-tokens")),
        "metadata": nullable(record({"user_id": MAYBE_STRING})),
        "stop_sequences": nullable(unless(array(STRING), _has_blank, "blank-stop-sequence")),
        "temperature": _SHARE,
        "service_tier": literal("auto", "standard_only"),
        "top_k": INTEGER,
        "top_p": _SHARE,
        "stream": BOOLEAN,
        "container": nullable(text_or(CONTAINER)),
        "inference_geo": nullable(unless(STRING, lambda value: value not in GEOS, "unknown-geo")),
        "speed": nullable(literal("standard", "fast")),
        "diagnostics": nullable(record({"previous_message_id": MAYBE_STRING})),
        **{name: unlocked(BETA_FIELDS.get(name, ANYTHING), betas) for name, betas in TOP_LEVEL.items()},
    }
)
SAMPLING: Final = ("temperature", "top_p", "top_k")
UNCOUNTED: Final = frozenset({"max_tokens", "metadata", "service_tier", "stop_sequences", "stream", *SAMPLING})
"""Fields about what is written, which are extra ones where tokens are only counted.

Source: SDK 2.14.0 and the API reference, which list the fields of a count; `max_tokens` and `metadata` were seen
refused in some ten public reports, 2026-02 to 2026-10, the others are what gateways leave out because of them.
"""


@cache
def body_of(endpoint: Endpoint, *, is_first_version: bool) -> Form:
    """The form of a body.

    Counting tokens takes nothing that is about what is written. A row of a batch needs one token at least. Of a batch
    itself only the rows and their names are judged.
    """
    if endpoint == "batches":
        return BATCH
    fields = dict(FIELDS)
    if endpoint == "batch_rows":
        fields["max_tokens"] = needed(unless(INTEGER, _is_none, BELOW_ONE))
    removed = dict.fromkeys(UNCOUNTED, EXTRA) if endpoint == "count_tokens" else {}
    if not is_first_version:
        removed |= dict.fromkeys(SAMPLING, REMOVED_SAMPLING)
    return record({name: form for name, form in fields.items() if name not in removed}, removed=removed)
