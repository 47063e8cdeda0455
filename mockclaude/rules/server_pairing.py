"""Calls of the API's own tools and their results, which both stand in the assistant's turn.

A turn in which the assistant also called the caller's tools goes on after a user turn that holds their results and
nothing else; until then a call of a server tool may wait. Source: documentation, server tools page, 2026-10.
"""

from collections.abc import Iterable, Iterator, Sequence
from random import Random
from typing import Final, NamedTuple, cast

from mockclaude.call import Call, MergedTurn
from mockclaude.rules.edits import CALL, declared, with_weather
from mockclaude.rules.opening import HELLO, HI, opened_with, turn_of
from mockclaude.rules.pairing import WEATHER, continues_a_thread, read_turns
from mockclaude.rules.rule import Draft, Facts, Rule, rule
from mockclaude.wire.body import Block, JsonObject
from mockclaude.wire.evidence import documented, observed

SEARCHES: Final = frozenset({"tool_search_tool_regex", "tool_search_tool_bm25"})
RESULTS: Final = (
    "web_search_tool_result", "web_fetch_tool_result", "code_execution_tool_result", "bash_code_execution_tool_result",
    "text_editor_code_execution_tool_result", "tool_search_tool_result", "advisor_tool_result",
)  # fmt: skip


def result_of(name: str) -> str:
    """The type of the block that answers a server tool."""
    return "tool_search_tool_result" if name in SEARCHES else f"{name}_tool_result"


class _Place(NamedTuple):
    turn: int
    at: int
    block: Block

    @property
    def path(self) -> str:
        return f"messages.{self.turn}.content.{self.at}"


def _goes_on(turn: MergedTurn) -> bool:
    """Whether a user turn leaves the assistant's turn before it open."""
    return bool(turn.blocks) and all(block["type"] == "tool_result" for block in turn.blocks)


def _replies(call: Call) -> Iterator[tuple[Sequence[_Place], bool]]:
    """The blocks of each turn that the assistant took, however often its tools interrupted it, and whether it is over."""
    blocks: list[_Place] = []
    for turn in read_turns(call):
        if turn.role == "assistant":
            blocks += [_Place(turn.place, index, block) for index, block in enumerate(turn.blocks)]
        elif blocks and not _goes_on(turn):
            yield blocks, True
            blocks = []
    if blocks:
        yield blocks, False


def _lacking_result(blocks: Sequence[_Place]) -> Iterator[_Place]:
    """Calls without a result, those of code that still waits for a tool of the caller's aside."""
    answered = {place.block.get("tool_use_id") for place in blocks}
    waiting = {cast("str", place.block.get("caller", {}).get("tool_id")) for place in blocks}
    for place in blocks:
        if place.block["type"] == "server_tool_use" and not {place.block["id"]} & (answered | waiting):
            yield place


@rule(
    message=(
        "{path}: unexpected `tool_use_id` found in `{block}` blocks: {id}. Each `{block}` block must have a "
        "corresponding `server_tool_use` block before it."
    ),
    needs=RESULTS,
    covers=("pair.server_result",),
    source=observed("2026-09-18", "captured bodies with datable request ids: advisor_tool_result, 2026-05 to 2026-09"),
    fix="Send the turn as the API gave it, the `server_tool_use` block included.",
)
def orphan_server_result(call: Call) -> Iterable[Facts]:
    """The result of a server tool without its call earlier in the assistant's turn."""
    found: list[Facts] = []
    for count, (blocks, _) in enumerate(_replies(call)):
        if count == 0 and continues_a_thread(call):
            continue
        called = set()
        for place in blocks:
            if place.block["type"] == "server_tool_use":
                called.add(place.block["id"])
            elif place.block["type"] in RESULTS and place.block["tool_use_id"] not in called:
                found.append({"path": place.path, "block": place.block["type"], "id": place.block["tool_use_id"]})
    return found


SEARCH: Final[JsonObject] = {
    "type": "server_tool_use", "id": "srvtoolu_99", "name": "web_search", "input": {"query": "weather"}
}  # fmt: skip
FOUND: Final[JsonObject] = {"type": "web_search_tool_result", "tool_use_id": "srvtoolu_99", "content": []}


@orphan_server_result.broken_by
def drop_the_call_of_a_server_tool(draft: Draft, random: Random) -> Draft:
    """A result alone, before its call, or in a turn after the one that called."""
    exchanges: tuple[tuple[JsonObject, ...], ...] = (
        (HI, turn_of("assistant", FOUND)),
        (HI, turn_of("assistant", FOUND, SEARCH)),
        (HI, turn_of("assistant", SEARCH), HI, turn_of("assistant", FOUND)),
    )
    return opened_with(draft, *random.choice(exchanges))


@rule(
    message="{path}: `{name}` tool use with id `{id}` was found without a corresponding `{result}` block",
    needs=("server_tool_use",),
    covers=("pair.server_missing",),
    source=observed("2026-07", "captured body with a datable request id: web_search; docs: server tools page, 2026-10"),
    fix="Send the result that came with the call, or leave the call out; only tool results may come in between.",
)
def unanswered_server_tool_use(call: Call) -> Iterable[Facts]:
    """A call of a server tool that has no result although the assistant's turn is over."""
    return [
        {
            "path": f"messages.{place.turn}",
            "name": place.block["name"],
            "id": place.block["id"],
            "result": result_of(place.block["name"]),
        }
        for blocks, is_over in _replies(call)
        if is_over
        for place in _lacking_result(blocks)
    ]


@unanswered_server_tool_use.broken_by
def drop_the_result_of_a_server_tool(draft: Draft, random: Random) -> Draft:
    """A search whose result was lost, or that waited for a tool's result beside which something else was said."""
    remark: JsonObject = {"type": "text", "text": "Now go on."}
    exchanges: tuple[tuple[JsonObject, ...], ...] = (
        (HI, turn_of("assistant", SEARCH)),
        (HI, turn_of("assistant", SEARCH, CALL), turn_of("user", WEATHER, remark), HELLO),
    )
    return opened_with(with_weather(draft), *random.choice(exchanges))


DIRECT: Final = frozenset({"web_search", "web_fetch"})
"""Tools whose call, while it waits, is known to need the tool; paused code was seen to go on without."""


@rule(
    message="{path}: `{name}` tool use with id `{id}` was found but no `{name}` tool was provided",
    needs=("server_tool_use",),
    covers=("pair.server_undeclared",),
    source=documented(
        "2026-10", "server tools page, which quotes the end of the text: but no `web_fetch` tool was provided"
    ),
    fix="Resume with the same `tools` as before.",
)
def undeclared_pending_tool(call: Call) -> Iterable[Facts]:
    """A call of a server tool that is to be run now, by a tool which the request no longer declares."""
    replies = list(_replies(call))
    if not replies or replies[-1][1]:
        return ()
    names = {tool.get("name") for tool in call.body.get("tools", ())}
    return [
        {"path": f"messages.{place.turn}", "name": place.block["name"], "id": place.block["id"]}
        for place in _lacking_result(replies[-1][0])
        if place.block["name"] in DIRECT - names
    ]


@undeclared_pending_tool.broken_by
def resume_without_the_tool(draft: Draft, random: Random) -> Draft:
    """A fetch that was interrupted, in a request without the tool that fetches."""
    fetch: JsonObject = {**SEARCH, "name": "web_fetch", "input": {"url": "https://example.com/"}}
    exchanges: tuple[tuple[JsonObject, ...], ...] = (
        (HI, turn_of("assistant", fetch)),
        (HI, turn_of("assistant", fetch, CALL), turn_of("user", WEATHER)),
    )
    others = [tool for tool in declared(draft) if not isinstance(tool, dict) or tool.get("name") not in DIRECT]
    bare = draft.without("tool_choice").with_body(tools=others)
    return with_weather(bare).with_body(messages=[*random.choice(exchanges)])


SERVER_PAIRING: Final[tuple[Rule[Call], ...]] = (
    orphan_server_result,
    unanswered_server_tool_use,
    undeclared_pending_tool,
)
