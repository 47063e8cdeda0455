"""P12, P13 and P15: what a client sends is valid, agents answer every tool call once, and half a call is never run."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Final, cast

from hypothesis import strategies as st

from mockclaude.calls import message_in
from mockclaude.strategies import requests
from mockclaude.strategies.texts import texts
from mockclaude.verify.asked import asking
from mockclaude.verify.case import Ask, Case
from mockclaude.verify.properties.folding import exact, message_with
from mockclaude.verify.property import Broken, Client, NotJudged, Property, Run, difference
from mockclaude.verify.task import NAMES, TASK
from mockclaude.wire.body import Block, Delta, Json, JsonObject, RequestBody, Turn, blocks_of
from mockclaude.wire.encoding import loads
from mockclaude.wire.interaction import Interaction
from mockclaude.wire.sse import frame
from mockclaude.wire.stream import events_of, message_of

NEWEST: Final = "2026-10-21"
"""Bodies for this version are accepted by the older one, too."""

UNKNOWN: Final = "no_such_tool"
TASKED: Final = (Ask("agent", {"task": TASK}),)
DONE: Final[JsonObject] = {"text": "Done."}

Item = tuple[str, Block]
"""A role and one block: a history without the borders between its turns."""


def scripts(*, pauses: bool) -> st.SearchStrategy[tuple[JsonObject, ...]]:
    """What the server says to an agent: calls of tools, thinking, pauses unless they are unwanted, and the end."""
    calls = st.lists(st.sampled_from((*NAMES, UNKNOWN)), min_size=1, max_size=3)
    asks = st.builds(_calls, calls, st.sampled_from((False, True)))
    paused: JsonObject = {"content": [{"type": "text", "text": "One moment."}], "stop_reason": "pause_turn"}
    steps = asks | st.just(paused) if pauses else asks
    return st.lists(steps, min_size=1, max_size=3).map(lambda steps: (*steps, DONE))


def _calls(names: Sequence[str], thinks: bool) -> JsonObject:  # noqa: FBT001 - a strategy builds it
    thoughts: list[Json] = [{"type": "thinking", "thinking": "Hm."}] if thinks else []
    calls: list[Json] = [{"type": "tool_use", "name": name, "input": {}} for name in names]
    return {"content": [*thoughts, *calls]}


def sent_cases(client: Client) -> st.SearchStrategy[Case]:
    """Requests of all kinds to be passed on, prompts, and tasks for an agent."""
    kinds: list[st.SearchStrategy[Case]] = []
    if client.only_prompts and "stream" in client.methods:
        kinds.append(texts().map(lambda prompt: Case(asking("stream", prompt), (DONE,))))
    elif not client.methods.isdisjoint({"send", "stream"}):
        bodies = requests(version=NEWEST).map(lambda body: {key: body[key] for key in body if key != "stream"})
        kinds.append(bodies.map(lambda body: Case((Ask(client.form, body),), (DONE,))))
    if "agent" in client.methods:
        kinds.append(scripts(pauses=False).map(lambda script: Case(TASKED, script)))
    return st.one_of(kinds)


def sends_what_is_valid(case: Case, run: Run) -> None:
    """P12."""
    del case
    if not run.exchanges:
        raise NotJudged(f"no request arrived; the client gave {run.outcome}")
    for number, exchange in enumerate(run.exchanges, 1):
        broken = next((finding for finding in exchange.findings if finding.severity == "violation"), None)
        if broken is not None:
            raise Broken(
                f"request {number} breaks {broken.rule}", expected="a request that the API accepts", got=broken
            )


def agent_cases(client: Client) -> st.SearchStrategy[Case]:
    """Scripts for agents."""
    del client
    return scripts(pauses=True).map(lambda script: Case(TASKED, script))


def answers_every_call_once(case: Case, run: Run) -> str | None:
    """P13."""
    before: list[Item] = []
    said: list[Block] = []
    for number, exchange in enumerate(run.exchanges):
        history = list(_items(cast("RequestBody", loads(exchange.request.body))["messages"]))
        if number:
            _continues(before, said, history, number)
        answer = None if exchange.response is None else message_in(exchange.response)
        before, said = history, [] if answer is None else answer["content"]
    if run.outcome.error is not None:
        raise Broken("the agent fails", expected="its last text", got=run.outcome)
    if 0 < run.attempts < len(case.answers):
        last = case.answers[run.attempts - 1]
        why = last.get("stop_reason", "tool_use") if isinstance(last, dict) else ""
        if why == "pause_turn" and not _may_pause(run.exchanges[-1]):
            return "the agent takes pause_turn for its end; it offers no tool of the API's own, so it will meet none"
        raise Broken(
            f"the agent ends after request {run.attempts}, which was answered with {why}",
            expected=f"{len(case.answers)} requests",
            got=run.attempts,
        )
    return None


def _may_pause(exchange: Interaction) -> bool:
    """Whether the request offers a tool that the API runs itself: only then does it pause."""
    tools = cast("RequestBody", loads(exchange.request.body)).get("tools") or []
    return any(tool.get("type") not in {None, "custom"} for tool in tools)


def _continues(before: Sequence[Item], said: Sequence[Block], history: Sequence[Item], number: int) -> None:
    """The history goes on where it was: the same, what was said word for word, then each result once."""
    where = f"request {number + 1}"
    expected: list[Item] = [*before, *[("assistant", block) for block in said]]
    for place, (role, block) in enumerate(expected):
        if place >= len(history) or history[place][0] != role:
            raise Broken(f"{where} lacks what was said before", expected=block, got=_rest(history, place))
        found = difference(block, history[place][1], path=f"block {place}")
        if found:
            raise Broken(f"{where} changes what was said before: {found}", expected=block, got=history[place][1])
    rest = history[len(expected) :]
    calls = [block["id"] for block in said if block["type"] == "tool_use"]
    results = [block["tool_use_id"] for role, block in rest if role == "user" and block["type"] == "tool_result"]
    if sorted(results) != sorted(calls):
        raise Broken(f"{where} does not answer each tool call once", expected=calls, got=results)
    if [role for role, _ in rest] != ["user"] * len(rest) or any(
        block["type"] != "tool_result" for _, block in rest[: len(calls)]
    ):
        raise Broken(
            f"{where} puts something before the results of the tools", expected=calls, got=[block for _, block in rest]
        )


def _items(turns: Iterable[Turn]) -> Iterator[Item]:
    for turn in turns:
        for block in blocks_of(turn["content"]):
            yield turn["role"], cast("Block", {key: value for key, value in block.items() if key != "cache_control"})


def _rest(history: Sequence[Item], place: int) -> object:
    return [*history[place:]] or "the end of its messages"


def half_call_cases(client: Client) -> st.SearchStrategy[Case]:
    """Messages that `max_tokens` ends inside the input of a tool."""
    del client
    return st.builds(_half, st.sampled_from(('{"city":"Par', '{"city":"Paris"', "{", "")), st.booleans())


def _half(partial: str, speaks: bool) -> Case:  # noqa: FBT001 - a strategy builds it
    said: list[Block] = [{"type": "text", "text": "I look it up."}] if speaks else []
    call: Block = {"type": "tool_use", "id": "toolu_0", "name": "get_weather", "input": {}}
    events = list(events_of(message_with(*said, call, stop_reason="max_tokens")))
    delta: Delta = {"type": "input_json_delta", "partial_json": partial}
    events.insert(-3, {"type": "content_block_delta", "index": len(said), "delta": delta})
    answer = exact(message_of(events), [b"".join(map(frame, events))])
    return Case(TASKED, (answer, DONE))


def runs_no_half_call(case: Case, run: Run) -> None:
    """P15."""
    del case
    if run.tools:
        name, given = run.tools[0]
        raise Broken(
            "a tool call that max_tokens cut off is run", expected="no call", got=f"{name}({_arguments(given)})"
        )


def _arguments(given: Mapping[str, object]) -> str:
    return ", ".join([f"{key}={value!r}" for key, value in given.items()])


REQUESTS: Final = Property(
    "P12",
    "invalid-request",
    "Every request that leaves the client is one that the API accepts.",
    sent_cases,
    sends_what_is_valid,
    needs=("stream", "send", "agent"),
    validation="strict",
)
TOOL_LOOP: Final = Property(
    "P13",
    "unanswered-tool-call",
    "An agent answers each tool call once, in the next turn, and gives back unchanged what was said before.",
    agent_cases,
    answers_every_call_once,
    needs=("agent",),
)
HALF_CALLS: Final = Property(
    "P15",
    "half-tool-call",
    "A tool call that max_tokens cut off is never run.",
    half_call_cases,
    runs_no_half_call,
    needs=("agent",),
)
