"""Who may speak when, and which blocks each role may hold.

The API merges consecutive items of one role before it checks them; only the two strict rules look at single items.
"""

from collections.abc import Collection, Iterable
from random import Random
from typing import Final

from mockclaude.call import Call
from mockclaude.rules.opening import HELLO, HI, opened_with, turn_of
from mockclaude.rules.rule import Draft, Facts, Rule, rule
from mockclaude.wire.body import Json, JsonObject
from mockclaude.wire.evidence import documented, observed, reported

ASSISTANT_BLOCKS: Final = frozenset({"tool_use", "server_tool_use", "web_search_tool_result"})
THINKING: Final = frozenset({"thinking", "redacted_thinking"})
USER_MEDIA: Final = frozenset({"image", "container_upload"})


@rule(
    message="{path}: user messages must have non-empty content",
    covers=("msg.user_empty", "conv.nonempty"),
    source=reported(
        "2026-08-31", "live probes of claude-sonnet-5; until 2026-01 recorded in the words of all messages"
    ),
    fix="Give the user's turn content.",
)
def empty_user_turn(call: Call) -> Iterable[Facts]:
    """A user turn of which no item has content; empty assistant turns are accepted (live probes, 2026-09)."""
    messages = call.body["messages"]
    if not [item for item in messages if not item["content"]]:
        return ()
    return [
        {"path": f"messages.{turn.items[0]}"}
        for turn in call.turns
        if turn.role == "user" and not any(messages[place]["content"] for place in turn.items)
    ]


@empty_user_turn.broken_by
def insert_an_empty_user_turn(draft: Draft, random: Random) -> Draft:
    """A turn in which the user says nothing."""
    content: Json = [] if random.random() < 1 / 2 else ""
    return opened_with(draft, {"role": "user", "content": content}, HELLO)


@rule(
    message='messages: first message must use the "user" role',
    strict_only=True,
    covers=("conv.first_user",),
    source=documented("2026-07", "Anthropic's API skill, error codes; text of 2024, today's API answers 200"),
    fix="Open the conversation with a user turn.",
)
def assistant_first(call: Call) -> Iterable[Facts]:
    """A conversation that the assistant opens."""
    for place, item in enumerate(call.body["messages"]):
        if item["role"] != "system":
            return () if item["role"] == "user" else ({"path": f"messages.{place}"},)
    return ()


@assistant_first.broken_by
def open_with_the_assistant(draft: Draft, _random: Random) -> Draft:
    """A greeting before the first question."""
    return opened_with(draft, HELLO)


@rule(
    message='messages: roles must alternate between "user" and "assistant", but found multiple "{role}" roles in a row',
    strict_only=True,
    covers=("conv.alternate",),
    source=documented("2026-07", "Anthropic's API skill, error codes; text of 2024, today's API merges the items"),
    fix="Merge the items into one turn.",
)
def roles_not_alternating(call: Call) -> Iterable[Facts]:
    """Two items of one role in a row, system items left out."""
    found: list[Facts] = []
    last = ""
    for place, item in enumerate(call.body["messages"]):
        role = item["role"]
        if role == last:
            found.append({"role": role, "path": f"messages.{place}"})
        elif role != "system":
            last = role
    return found


@roles_not_alternating.broken_by
def repeat_the_user(draft: Draft, _random: Random) -> Draft:
    """A greeting in an item of its own before the first question."""
    return opened_with(draft, HI)


@roles_not_alternating.broken_by
def repeat_the_assistant(draft: Draft, _random: Random) -> Draft:
    """An answer in two items."""
    return opened_with(draft, HI, HELLO, HELLO)


def _misplaced(call: Call, role: str, types: Collection[str], suffix: str = "") -> list[Facts]:
    return [
        {"path": f"messages.{turn.place}{suffix}", "block": block["type"]}
        for turn in call.turns
        if turn.role == role
        for block in turn.blocks
        if block["type"] in types
    ]


@rule(
    message="{path}: `{block}` blocks can only be in `assistant` messages",
    needs=tuple(sorted(ASSISTANT_BLOCKS)),
    covers=("role.tool_use", "role.server_tool_use", "role.server_result"),
    source=reported("2026-08", "public quotations for tool_use; gateways that copy the API for server tools"),
    fix="Move the block to an assistant turn.",
)
def assistant_block_in_user_turn(call: Call) -> Iterable[Facts]:
    """A tool call or a server tool's result in a user turn."""
    return _misplaced(call, "user", ASSISTANT_BLOCKS)


@assistant_block_in_user_turn.broken_by
def let_the_user_call_a_tool(draft: Draft, random: Random) -> Draft:
    """A tool call in a user turn."""
    kind, prefix = random.choice([("tool_use", "toolu_"), ("server_tool_use", "srvtoolu_")])
    call: JsonObject = {"type": kind, "id": prefix + "01A09q90qw90lq917835lq9", "name": "web_search", "input": {}}
    return opened_with(draft, turn_of("user", call), HELLO)


@rule(
    message="{path}: `tool_result` blocks can only be in `user` messages",
    needs=("tool_result",),
    covers=("role.tool_result",),
    source=reported("2026-08-28", "live probe of claude-haiku-4-5"),
    fix="Move the result to the user turn after the call.",
)
def tool_result_in_assistant_turn(call: Call) -> Iterable[Facts]:
    """The result of a client's tool in an assistant turn."""
    return _misplaced(call, "assistant", {"tool_result"})


@tool_result_in_assistant_turn.broken_by
def let_the_assistant_answer_itself(draft: Draft, _random: Random) -> Draft:
    """A tool result in an assistant turn."""
    result: JsonObject = {"type": "tool_result", "tool_use_id": "toolu_01A09q90qw90lq917835lq9", "content": "15"}
    return opened_with(draft, HI, turn_of("assistant", result))


@rule(
    message="{path}: thinking blocks may only be in `assistant` messages",
    needs=tuple(sorted(THINKING)),
    covers=("role.thinking",),
    source=observed("2026-04-28", "captured body with a datable request id"),
    fix="Move the block to the assistant turn it came in, or leave it out.",
)
def thinking_in_user_turn(call: Call) -> Iterable[Facts]:
    """Thinking in a user turn."""
    return _misplaced(call, "user", THINKING, ".content")


@thinking_in_user_turn.broken_by
def let_the_user_think(draft: Draft, random: Random) -> Draft:
    """A thinking block in a user turn."""
    thought: JsonObject = {"type": "thinking", "thinking": "Hm.", "signature": "EqQBCgIYAhIM"}
    hidden: JsonObject = {"type": "redacted_thinking", "data": "EqQBCgIYAhIM"}
    return opened_with(draft, turn_of("user", random.choice([thought, hidden])), HELLO)


@rule(
    message="{path}: '{block}' blocks are not permitted within assistant turns.",
    needs=tuple(sorted(USER_MEDIA)),
    covers=("role.not_in_assistant",),
    source=observed("2026-09-20", "captured bodies with datable request ids for image; reported for container_upload"),
    fix="Move the block to a user turn.",
)
def media_in_assistant_turn(call: Call) -> Iterable[Facts]:
    """An image or an upload in an assistant turn."""
    return _misplaced(call, "assistant", USER_MEDIA, ".content")


@media_in_assistant_turn.broken_by
def let_the_assistant_show_an_image(draft: Draft, _random: Random) -> Draft:
    """A picture in an assistant turn."""
    picture: JsonObject = {"type": "image", "source": {"type": "url", "url": "https://example.com/a.png"}}
    return opened_with(draft, HI, turn_of("assistant", {"type": "text", "text": "Look:"}, picture))


TURNS: Final[tuple[Rule[Call], ...]] = (empty_user_turn, assistant_first, roles_not_alternating)

BLOCKS: Final[tuple[Rule[Call], ...]] = (
    assistant_block_in_user_turn,
    tool_result_in_assistant_turn,
    thinking_in_user_turn,
    media_in_assistant_turn,
)
