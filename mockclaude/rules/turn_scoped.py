"""System items that are read in one turn only: `clear_at` says that the next message of the user ends them.

Source of texts: documentation, mid-conversation system messages, 2026-11, which lists the errors word for word.
"""

from collections.abc import Iterable, Iterator
from random import Random
from typing import Final, cast

from mockclaude.call import Call
from mockclaude.rules.edits import with_beta, with_weather
from mockclaude.rules.opening import HELLO, HI, opened_with
from mockclaude.rules.rule import Draft, Facts, Rule, having, rule
from mockclaude.wire.body import Json, JsonObject, Turn, is_turn_scoped
from mockclaude.wire.evidence import documented

CLEARING: Final = "mid-conversation-system-clear-at-2026-08-21"
EFFORT: Final = "mid-conversation-output-config-2026-07-01"
CHANGING: Final = "mid-conversation-tool-changes-2026-07-01"
_PAGE: Final = documented("2026-11", "mid-conversation system messages: the list of validation errors")
_SCOPED: Final = " on a turn-scoped system message (clear_at: 'next_user_message')"


def _scoped(call: Call) -> Iterator[tuple[int, Turn]]:
    for place, item in enumerate(call.body["messages"]):
        if item["role"] == "system" and is_turn_scoped(item):
            yield place, item


def _said_for_a_turn(draft: Draft, *betas: str, **fields: Json) -> Draft:
    """The draft with a system item, for one turn only, where one may stand."""
    for name in (CLEARING, *betas):
        draft = with_beta(draft, name)
    item: JsonObject = {"role": "system", "clear_at": "next_user_message", "content": "Be brief.", **fields}
    return opened_with(draft, HI, item, HELLO)


@rule(
    message="{path}: a turn-scoped system message supports text blocks only (clear_at: 'next_user_message')",
    needs=("role:system",),
    models=having("system_role"),
    source=_PAGE,
    fix="Change the tools in a system item of its own, without `clear_at`.",
)
def tool_change_for_one_turn(call: Call) -> Iterable[Facts]:
    """A change of tools in a system item that is read in one turn only."""
    return [
        {"path": f"messages.{place}"}
        for place, item in _scoped(call)
        if not isinstance(item["content"], str) and any(block["type"] != "text" for block in item["content"])
    ]


@tool_change_for_one_turn.broken_by
def change_the_tools_for_one_turn(draft: Draft, random: Random) -> Draft:
    """A tool that comes or goes until the user speaks again."""
    change: JsonObject = {
        "type": random.choice(("tool_addition", "tool_removal")),
        "tool": {"type": "tool_reference", "name": "get_weather"},
    }
    return _said_for_a_turn(with_weather(draft), CHANGING, content=[change])


@rule(
    message="{path}: output_config is not permitted" + _SCOPED,
    needs=("role:system",),
    models=having("system_role"),
    source=_PAGE,
    fix="Set the effort in a system item of its own, without `clear_at`.",
)
def effort_for_one_turn(call: Call) -> Iterable[Facts]:
    """A change of effort in a system item that is read in one turn only."""
    return [
        {"path": f"messages.{place}"}
        for place, item in _scoped(call)
        if cast("JsonObject", item).get("output_config") is not None
    ]


@effort_for_one_turn.broken_by
def change_the_effort_for_one_turn(draft: Draft, random: Random) -> Draft:
    """Less effort until the user speaks again."""
    return _said_for_a_turn(draft, EFFORT, output_config={"effort": random.choice(("low", "medium"))})


@rule(
    message="{path}: cache_control is not permitted" + _SCOPED,
    needs=("role:system",),
    models=having("system_role"),
    source=_PAGE,
    fix="Put the breakpoint on the last block of the user's turn before it.",
)
def cached_for_one_turn(call: Call) -> Iterable[Facts]:
    """A cache breakpoint on a text that is read in one turn only."""
    return [
        {"path": f"messages.{place}.content.{at}"}
        for place, item in _scoped(call)
        if not isinstance(item["content"], str)
        for at, block in enumerate(item["content"])
        if block.get("cache_control")
    ]


@cached_for_one_turn.broken_by
def cache_what_is_said_for_one_turn(draft: Draft, _random: Random) -> Draft:
    """A breakpoint on a reminder."""
    reminder: JsonObject = {"type": "text", "text": "Be brief.", "cache_control": {"type": "ephemeral"}}
    return _said_for_a_turn(draft, content=[reminder])


TURN_SCOPED: Final[tuple[Rule[Call], ...]] = (tool_change_for_one_turn, effort_for_one_turn, cached_for_one_turn)
