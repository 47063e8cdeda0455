"""The shape of a body: every fault in the API's order, and what is left of a body when faults are let pass."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

from mockclaude.call import Intake
from mockclaude.rules import batches
from mockclaude.rules import field_offences as fields
from mockclaude.rules import type_offences as types
from mockclaude.rules import value_offences as values
from mockclaude.rules.body_fields import FIELDS, ITEM, ROLES
from mockclaude.rules.flaws import facts_of, flaws_of
from mockclaude.rules.grammar import MISSING, Context, Flaw
from mockclaude.rules.result_fields import BLOCK
from mockclaude.rules.rule import Rule
from mockclaude.wire.body import Json, JsonObject

RULES: Final[tuple[Rule[Intake], ...]] = (
    fields.missing_field,
    fields.extra_input,
    fields.removed_sampling,
    fields.unknown_tag,
    fields.unknown_role,
    fields.no_messages,
    fields.named_toolset,
    fields.misplaced_system_field,
    types.not_an_array,
    types.not_an_object,
    types.unexpected_shape,
    types.not_a_string,
    types.not_an_integer,
    types.not_a_number,
    types.not_a_boolean,
    values.unknown_value,
    values.empty_string,
    values.overlong_string,
    values.mismatched_pattern,
    values.out_of_range,
    values.negative_max_tokens,
    values.small_thinking_budget,
    values.undersized_number,
    values.unknown_geo,
    values.blank_stop_sequence,
    *batches.NAMES,
    batches.max_tokens_below_one,
)
"""All of them are found in one walk; their order says nothing, the order of the fields does."""

_RULE_OF: Final[Mapping[str, Rule[Intake]]] = {rule.id: rule for rule in RULES}

_NAMES: Final = frozenset([rule.id for rule in batches.NAMES])

_FATAL: Final[Mapping[str, str]] = {
    "model": types.not_a_string.id,
    "messages": types.not_an_array.id,
    "max_tokens": types.not_an_integer.id,
    "stream": types.not_a_boolean.id,
}


@dataclass(frozen=True, slots=True)
class Fault:
    """One broken rule of shape; no setting lets a fatal one pass, since no call can be made of the body."""

    rule: Rule[Intake]
    facts: JsonObject
    is_fatal: bool


def faults(intake: Intake) -> list[Fault]:
    """All faults in the API's order; the API itself reports the first."""
    flaws = flaws_of(intake)
    if flaws is None:
        return []
    is_fatal = _is_fatal_to_batch if intake.endpoint == "batches" else _is_fatal
    return [Fault(_RULE_OF[flaw.offence], facts_of(flaw), is_fatal(flaw)) for flaw in flaws]


def _is_fatal_to_batch(flaw: Flaw) -> bool:
    """Whether there is a row without a name or without a request."""
    return flaw.offence not in _NAMES


def _is_fatal(flaw: Flaw) -> bool:
    kind = _FATAL.get(str(flaw.path[0])) if len(flaw.path) == 1 else None
    return kind is not None and flaw.offence in (MISSING, kind)


_ANY: Final = Context(is_open=True)


def _turn(item: Json) -> Json:
    """What has the shape of a turn: the item, or its role with the blocks that are sound; else `None`."""
    if not isinstance(item, dict):
        return None
    if ITEM.check(item, _ANY) is None:
        return item if "content" in item else {**item, "content": []}
    role, content = item.get("role"), item.get("content")
    if not isinstance(role, str) or role not in ROLES or not isinstance(content, str | list):
        return None
    sound = content if isinstance(content, str) else [block for block in content if BLOCK.check(block, _ANY) is None]
    return {"role": role, "content": sound}


def _remains(name: str, value: Json) -> Json:
    """What is left of a known field; `None` when nothing is."""
    if name == "messages" and isinstance(value, list):
        return [turn for item in value if (turn := _turn(item)) is not None] or [{"role": "user", "content": ""}]
    check = FIELDS[name].check
    if check(value, _ANY) is None or name == "model":
        return value
    if name == "max_tokens":
        return 0
    if name in ("tools", "system") and isinstance(value, list):
        return [item for item in value if check([item], _ANY) is None]
    return None


def salvage(document: Json) -> JsonObject:
    """The body without whatever has not its shape, for a call that is made although its faults were let pass.

    Unknown keys of turns and blocks stay, `null` is left out. A conversation of which nothing remains becomes one
    empty turn, a negative limit of tokens zero. Fatal faults must have been refused before.
    """
    fields = document.items() if isinstance(document, dict) else ()
    kept = {name: _remains(name, value) for name, value in fields if name in FIELDS}
    return {name: value for name, value in kept.items() if value is not None}
