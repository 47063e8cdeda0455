"""What an agent must send after each answer: everything that was said, once, and one result for each call."""

from collections.abc import Iterable, Iterator, Sequence
from typing import Final, cast

from mockclaude.engine.fault import HttpError
from mockclaude.engine.reply import Reply
from mockclaude.strategies.printing import clipped
from mockclaude.verify.given_up import is_given_up
from mockclaude.wire.body import Block, JsonObject, MessageBody, RequestBody, Turn, blocks_of
from mockclaude.wire.encoding import dumps, loads
from mockclaude.wire.interaction import Interaction
from mockclaude.wire.sse import decode
from mockclaude.wire.stream import message_of

Item = tuple[str, Block]
"""A role and a block: a history without the borders between its turns, which clients may draw as they like."""

Step = Reply | HttpError
"""What the server does with one request."""

UNSAID: Final = frozenset({"cache_control", "caller", "citations"})
"""Keys of a block that a client may add or leave out when it sends the block back."""

MAY_GO_ON: Final = frozenset({"max_tokens", "model_context_window_exceeded"})
"""Ends after which an agent may ask for more."""

MAY_FAIL: Final = MAY_GO_ON | {"refusal"}
"""Ends that an agent may report as a failure, and need not keep in its history."""


class Broken(AssertionError):
    """The agent did what no agent may do; says at which request, what was expected and what came."""


class History:
    """What one agent has said and been told; `follow` takes what a run added to it.

    A run that ended in a failure may be left out of the conversation that follows, as a whole or in part.
    """

    def __init__(self) -> None:
        self._before: list[Item] = []
        self._said: list[Block] = []
        self._known: list[list[Item]] = []
        self._has_answers = self._is_reloaded = False

    def reload(self) -> None:
        """A new client takes the agent's place: it must go on with what was answered up to now."""
        self._is_reloaded = self._has_answers

    def follow(self, steps: Sequence[Step], exchanges: Sequence[Interaction], raised: Exception | None) -> None:
        """Checks the requests of a run against what each was answered; raises `Broken`."""
        for number, exchange in enumerate(exchanges):
            body = cast("RequestBody", loads(exchange.request.body))
            items = list(items_of(body["messages"]))
            where = f"request {number + 1}"
            last = steps[min(number, len(steps)) - 1] if number else None
            if number >= len(steps) and not _may_go_on(last):
                raise Broken(f"{where} follows {_told(last)}, which ends the run; expected no further request")
            if last is None:
                self._resumed(items, where)
            elif isinstance(last, HttpError):
                _same(items, self._before, where)
            elif _may_go_on(last):
                _grown(items, self._before, where)
            else:
                _continued(self._before, self._said, items, where)
            told = steps[number] if number < len(steps) else None
            self._before, self._said = items, [] if is_given_up(told) else list(_said(exchange))
        self._ended(steps, exchanges, raised)

    def _resumed(self, items: Sequence[Item], where: str) -> None:
        """A new task begins a conversation anew or goes on with the one before."""
        is_reloaded, self._is_reloaded = self._is_reloaded, False
        if all(role == "user" for role, _ in items):
            if is_reloaded:
                raise Broken(f"{where} begins anew after a restart; expected the conversation that was saved before it")
            return
        changes = [_first_change(one, items) for one in self._known]
        if not changes:
            raise Broken(f"{where} goes on with a conversation that this agent never had: {_shown(items[0][1])}")
        if None not in changes:
            raise Broken(f"{where} goes on with a conversation and changes it: {changes[-1]}")

    def _ended(self, steps: Sequence[Step], exchanges: Sequence[Interaction], raised: Exception | None) -> None:
        last = steps[-1]
        if len(exchanges) < len(steps):
            answered = _told(steps[len(exchanges) - 1]) if exchanges else "nothing"
            how = f"failed with {raised!r}" if raised is not None else "ended"
            after = f"after {len(exchanges)} requests, the last of them answered with {answered}"
            expected = "1 request" if len(steps) == 1 else f"{len(steps)} requests"
            raise Broken(f"the agent {how} {after if exchanges else 'without a request'}; expected {expected}")
        may_fail = isinstance(last, HttpError) or last.stop_reason in MAY_FAIL or is_given_up(last)
        if raised is not None and not may_fail:
            raise Broken(f"the agent failed with {raised!r} after {_told(last)}; expected it to end") from raised
        if not may_fail:
            self._known, self._has_answers = [], True
        self._known.append([*self._before, *([] if may_fail else [("assistant", block) for block in self._said])])


def items_of(messages: Iterable[Turn]) -> Iterator[Item]:
    """The blocks of a conversation, each with who says it; system items are left out."""
    for turn in messages:
        if turn["role"] != "system":
            yield from [(turn["role"], block) for block in blocks_of(turn["content"])]


def _continued(before: Sequence[Item], said: Sequence[Block], items: Sequence[Item], where: str) -> None:
    """The same as before, then what was said, then a result for each call, first and once."""
    expected: list[Item] = [*before, *[("assistant", block) for block in said]]
    change = _first_change(expected, items)
    if change is not None:
        raise Broken(f"{where} does not repeat what was said: {change}")
    rest = items[len(expected) :]
    calls = [block["id"] for block in said if block["type"] == "tool_use"]
    results = [block["tool_use_id"] for _, block in rest if block["type"] == "tool_result"]
    if sorted(results) != sorted(calls):
        raise Broken(f"{where} answers the calls {_listed(calls)} with results for {_listed(results)}")
    wanted = ["user"] * len(rest) if calls else []
    if [role for role, _ in rest] != wanted:
        raise Broken(f"{where} goes on with {_listed([_shown(block) for _, block in rest])}; expected {_rest(calls)}")
    early = [block for _, block in rest[: len(calls)] if block["type"] != "tool_result"]
    if early:
        raise Broken(f"{where} puts {_shown(early[0])} before the results of tools")


def _same(items: Sequence[Item], before: Sequence[Item], where: str) -> None:
    change = _first_change(before, items)
    if change is not None or len(items) != len(before):
        what = change or f"it adds {_shown(items[len(before)][1])}"
        raise Broken(f"{where} tries again with another conversation: {what}")


def _grown(items: Sequence[Item], before: Sequence[Item], where: str) -> None:
    """The conversation goes on after an answer that was cut off, with that answer or without it."""
    change = _first_change(before, items)
    if change is not None:
        raise Broken(f"{where} goes on with another conversation: {change}")


def _first_change(expected: Sequence[Item], items: Sequence[Item]) -> str | None:
    """Where the items are not the expected ones; those behind them do not matter."""
    for place, (role, block) in enumerate(expected):
        if place >= len(items):
            return f"block {place + 1} is missing; expected {role} {_shown(block)}"
        if items[place][0] != role or _essence(items[place][1]) != _essence(block):
            got = items[place]
            return f"block {place + 1} is {got[0]} {_shown(got[1])}; expected {role} {_shown(block)}"
    return None


def _essence(block: Block) -> JsonObject:
    return {key: value for key, value in cast("JsonObject", block).items() if key not in UNSAID}


def _said(exchange: Interaction) -> Iterable[Block]:
    """The content of the message that answered a request; nothing where an error did."""
    response = exchange.response
    if response is None or response.status != 200:
        return ()
    if response.streamed:
        return message_of(decode(response.body))["content"]
    return cast("MessageBody", loads(response.body))["content"]


def _may_go_on(step: Step | None) -> bool:
    return isinstance(step, Reply) and step.stop_reason in MAY_GO_ON


def _told(step: Step | None) -> str:
    if isinstance(step, HttpError):
        return f"an error {step.status}"
    if step is None:
        return "nothing"
    if is_given_up(step):
        return "an answer that was given up"
    return step.stop_reason or " and ".join([block["type"] for block in step.content])


def _shown(block: Block) -> str:
    return clipped(dumps(_essence(block)))


def _listed(words: Sequence[str]) -> str:
    return ", ".join(words) or "nothing"


def _rest(calls: Sequence[str]) -> str:
    return "turns of the user" if calls else "nothing behind the paused turn"
