"""System items inside a conversation: where one may stand and what it may hold.

Source of texts and order: live probes of claude-sonnet-5, 2026-08-31 and 2026-09-01, later of other models. That
consecutive items are judged together, those that only give a directive included, says the documentation of 2026-11.
"""

from collections.abc import Iterable, Iterator
from random import Random
from typing import Final

from mockclaude.call import Call
from mockclaude.rules.opening import HELLO, HI, opened_with, turn_of
from mockclaude.rules.rule import Draft, Facts, Rule, having, lacking, rule
from mockclaude.wire.body import Block, Json, JsonObject, Turn
from mockclaude.wire.evidence import reported

BRIEF: Final[JsonObject] = {"role": "system", "content": "Be brief."}

BLOCKS: Final = frozenset({"text", "tool_addition", "tool_removal"})

_ANYWHERE: Final = "; the directive-only form (content: [] with output_config) is accepted at any position"
_PROBES: Final = reported("2026-09-01", "live probes of claude-sonnet-5; of claude-opus-5-5 on 2026-10-06")


def _is_directive(item: Turn) -> bool:
    return item["content"] == [] and "output_config" in item


def _system_items(call: Call) -> list[tuple[int, Turn]]:
    items = enumerate(call.body["messages"])
    return [(place, item) for place, item in items if item["role"] == "system" and not _is_directive(item)]


def _runs(call: Call) -> Iterator[tuple[int, int]]:
    """The first and last place of consecutive system items, which are judged together when one of them has content."""
    for turn in call.turns:
        if turn.role == "system" and not all(_is_directive(call.body["messages"][place]) for place in turn.items):
            yield turn.items[0], turn.items[-1]


@rule(
    message="{path}: system content must contain at least one block",
    needs=("role:system",),
    covers=("msg.system_empty",),
    source=_PROBES,
    fix="Give the system item text, or leave it out.",
)
def empty_system_turn(call: Call) -> Iterable[Facts]:
    """A system item without content, other than one that only carries `output_config`."""
    return [{"path": f"messages.{place}"} for place, item in _system_items(call) if not item["content"]]


@empty_system_turn.broken_by
def insert_an_empty_system_turn(draft: Draft, random: Random) -> Draft:
    """A system item that says nothing, where one may stand."""
    content: Json = [] if random.random() < 1 / 2 else ""
    return opened_with(draft, HI, {"role": "system", "content": content}, HELLO)


@rule(
    message="{path}: role 'system' supports text, tool_addition, and tool_removal blocks only",
    needs=("role:system",),
    covers=("msg.system_blocks",),
    source=_PROBES,
    fix="Move the block to a user turn.",
)
def foreign_block_in_system_turn(call: Call) -> Iterable[Facts]:
    """A block in a system item that is neither text nor a change of tools."""
    return [
        {"path": f"messages.{place}"}
        for place, item in _system_items(call)
        if any(block["type"] not in BLOCKS for block in _blocks(item))
    ]


@foreign_block_in_system_turn.broken_by
def insert_an_image_for_the_system(draft: Draft, _random: Random) -> Draft:
    """A picture as a system item."""
    picture: JsonObject = {"type": "image", "source": {"type": "url", "url": "https://example.com/a.png"}}
    return opened_with(draft, HI, turn_of("system", picture), HELLO)


@rule(
    message="{path}: use the top-level 'system' parameter for the initial system prompt" + _ANYWHERE,
    needs=("role:system",),
    covers=("msg.system_first",),
    source=reported("2026-08-31", "live probes of claude-sonnet-5; 2026-08-28 of claude-haiku-4-5"),
    fix="Move the text to the top-level `system`.",
)
def system_turn_first(call: Call) -> Iterable[Facts]:
    """A conversation that opens with a system item."""
    return [{"path": "messages.0"} for first, _ in _runs(call) if not first]


@system_turn_first.broken_by
def open_with_a_system_turn(draft: Draft, _random: Random) -> Draft:
    """The way other vendors take a system prompt."""
    return opened_with(draft, BRIEF)


@rule(
    message="role 'system' is not supported on this model",
    needs=("role:system",),
    models=lacking("system_role"),
    covers=("msg.role_system_unsupported",),
    source=reported("2026-09-30", "live probes of claude-haiku-4-5 and captures, four of them"),
    fix="Move the text to the top-level `system`, or to the user turn.",
)
def unsupported_system_turn(call: Call) -> Iterable[Facts]:
    """A system item for a model that knows none in the middle of a conversation."""
    return [{"path": f"messages.{place}"} for place, _ in _system_items(call)]


@unsupported_system_turn.broken_by
def insert_a_system_turn(draft: Draft, _random: Random) -> Draft:
    """A system item where newer models take one."""
    return opened_with(draft, HI, BRIEF, HELLO)


@rule(
    message=(
        "{path}: role 'system' must follow a 'user' message or an 'assistant' message ending in a server tool result"
        + _ANYWHERE
    ),
    needs=("role:system",),
    models=having("system_role"),
    covers=("msg.system_after_assistant",),
    source=reported("2026-10-06", "live probes of claude-opus-5-5; of other models on 2026-09-10"),
    fix="Put the system item after the user's turn.",
)
def system_turn_after_assistant(call: Call) -> Iterable[Facts]:
    """A system item after an assistant turn that does not end in the result of a server tool."""
    messages = call.body["messages"]
    return [
        {"path": f"messages.{first}"}
        for first, _ in _runs(call)
        if first and messages[first - 1]["role"] == "assistant" and not _ends_in_server_result(messages[first - 1])
    ]


@system_turn_after_assistant.broken_by
def insert_a_system_turn_after_an_answer(draft: Draft, _random: Random) -> Draft:
    """A system item between an answer and the next question."""
    return opened_with(draft, HI, HELLO, BRIEF)


@rule(
    message="{path}: role 'system' must precede an 'assistant' message or end the array" + _ANYWHERE,
    needs=("role:system",),
    models=having("system_role"),
    covers=("msg.system_position",),
    source=_PROBES,
    fix="Put the system item after the last user item of the turn.",
)
def system_turn_misplaced(call: Call) -> Iterable[Facts]:
    """A system item before a user item; of several in a row the last one is named."""
    messages = call.body["messages"]
    return [
        {"path": f"messages.{last}"}
        for _, last in _runs(call)
        if last + 1 < len(messages) and messages[last + 1]["role"] == "user"
    ]


@system_turn_misplaced.broken_by
def insert_a_system_turn_between_user_turns(draft: Draft, random: Random) -> Draft:
    """One or more system items between two items of the user."""
    return opened_with(draft, HI, *[BRIEF] * random.randint(1, 3), HI)


@rule(
    message="{path}: system text blocks must contain non-whitespace text",
    needs=("role:system",),
    models=having("system_role"),
    covers=("msg.system_blank",),
    source=_PROBES,
    fix="Give the system item text, or leave it out.",
)
def blank_system_turn(call: Call) -> Iterable[Facts]:
    """A text of a system item that is only white space."""
    return [
        {"path": f"messages.{place}"}
        for place, item in _system_items(call)
        if any(block["type"] == "text" and not block["text"].strip() for block in _blocks(item))
    ]


@blank_system_turn.broken_by
def insert_a_blank_system_turn(draft: Draft, random: Random) -> Draft:
    """White space where a system item may stand, alone or beside a text."""
    blank: JsonObject = {"type": "text", "text": random.choice(["", " ", "\n\n"])}
    return opened_with(draft, HI, turn_of("system", {"type": "text", "text": "Be brief."}, blank), HELLO)


def _blocks(item: Turn) -> list[Block]:
    content = item["content"]
    return [{"type": "text", "text": content}] if isinstance(content, str) else content


def _ends_in_server_result(item: Turn) -> bool:
    last = item["content"][-1] if item["content"] else None
    if not isinstance(last, dict):
        return False
    return last["type"].endswith("_tool_result") or last["type"] == "server_tool_use"


SYSTEM_TURNS: Final[tuple[Rule[Call], ...]] = (
    empty_system_turn,
    foreign_block_in_system_turn,
    system_turn_first,
    unsupported_system_turn,
    system_turn_after_assistant,
    system_turn_misplaced,
    blank_system_turn,
)
"""In the order measured inside one item."""
