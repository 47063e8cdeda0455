"""P12, P13 and P15: what a client sends is valid, agents answer every tool call once, and half a call is never run."""

from collections.abc import Mapping, Sequence
from typing import Final, cast

from hypothesis import strategies as st

from mockclaude.engine.say import reply_of
from mockclaude.strategies import requests
from mockclaude.strategies.texts import texts
from mockclaude.verify import history
from mockclaude.verify.asked import asking
from mockclaude.verify.case import Ask, Case
from mockclaude.verify.history import History
from mockclaude.verify.properties.folding import exact, message_with
from mockclaude.verify.properties.threads import unfolded
from mockclaude.verify.property import Broken, Client, NotJudged, Property, Run
from mockclaude.verify.task import NAMES, TASK
from mockclaude.wire.body import Block, Delta, Json, JsonObject, RequestBody
from mockclaude.wire.encoding import loads
from mockclaude.wire.interaction import Interaction
from mockclaude.wire.sse import frame
from mockclaude.wire.stream import events_of, message_of

NEWEST: Final = "2026-10-21"
"""Bodies for this version are accepted by the older one, too."""

UNKNOWN: Final = "no_such_tool"
TASKED: Final = (Ask("agent", {"task": TASK}),)
DONE: Final[JsonObject] = {"text": "Done."}


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
    steps = [reply_of(cast("JsonObject", answer)) for answer in case.answers]
    exchanges = unfolded(run.exchanges)
    is_early = 0 < run.attempts < len(steps)
    if is_early and steps[run.attempts - 1].stop_reason == "pause_turn" and not _may_pause(exchanges[-1]):
        return "the agent takes pause_turn for its end; it offers no tool of the API's own, so it will meet none"
    error = run.outcome.error
    try:
        History().follow(steps, exchanges, None if error is None else RuntimeError(error.text))
    except history.Broken as broken:
        raise Broken(
            str(broken),
            expected="what was said, unchanged, and behind it one result for each call",
            got=f"{run.attempts} requests, and {run.outcome}",
        ) from None
    return None


def _may_pause(exchange: Interaction) -> bool:
    """Whether the request offers a tool that the API runs itself: only then does it pause."""
    tools = cast("RequestBody", loads(exchange.request.body)).get("tools") or []
    return any(tool.get("type") not in {None, "custom"} for tool in tools)


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
