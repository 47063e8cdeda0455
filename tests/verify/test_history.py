"""The judge of an agent's history, by requests made by hand: what is sent must follow from what was said."""

from datetime import datetime
from typing import Any

import pytest

from mockclaude.clock import EPOCH
from mockclaude.engine.fault import HttpError
from mockclaude.engine.reply import Reply
from mockclaude.engine.say import max_tokens, message, pause_turn, reply_of, server_tool_use, tool_use
from mockclaude.verify.history import Broken, History
from mockclaude.wire.encoding import dumps
from mockclaude.wire.interaction import Chunk, Interaction, RawRequest, RawResponse

NOW: datetime = EPOCH
HELLO: Any = {"role": "user", "content": "Hello"}
CALL: Any = tool_use("get_weather", tool_use_id="toolu_01", city="Paris")
OTHER: Any = tool_use("get_weather", tool_use_id="toolu_02", city="Rome")
SEARCH: Any = {**server_tool_use("web_search", query="0"), "id": "srvtoolu_01"}
ASKS = message(CALL, OTHER)
DONE = reply_of("Done.")
ASKED: Any = {"role": "assistant", "content": [CALL, OTHER]}


def result(name: str) -> Any:
    return {"type": "tool_result", "tool_use_id": name, "content": "18"}


def results(*names: str) -> Any:
    return {"role": "user", "content": [result(name) for name in names]}


def exchange(turns: list[Any], step: Reply | HttpError) -> Interaction:
    """A request with these turns, and what it was answered."""
    request = RawRequest("POST", "/v1/messages", {}, dumps({"model": "m", "messages": turns}))
    if isinstance(step, HttpError):
        return Interaction(request, NOW, response=RawResponse(step.status))
    return Interaction(request, NOW, response=RawResponse(200, chunks=(Chunk(dumps({"content": step.content})),)))


def followed(*run: tuple[list[Any], Reply | HttpError], raised: Exception | None = None) -> History:
    history = History()
    history.follow([step for _, step in run], [exchange(turns, step) for turns, step in run], raised)
    return history


GOOD: dict[str, list[tuple[list[Any], Any]]] = {
    "one answer": [([HELLO], DONE)],
    "results in any order": [([HELLO], ASKS), ([HELLO, ASKED, results("toolu_02", "toolu_01")], DONE)],
    "results in two turns": [([HELLO], ASKS), ([HELLO, ASKED, results("toolu_01"), results("toolu_02")], DONE)],
    "words behind the results": [
        ([HELLO], ASKS),
        ([HELLO, ASKED, {"role": "user", "content": [result("toolu_01"), result("toolu_02"), {"type": "text", "text": "?"}]}], DONE),
    ],
    "the same again after an error": [([HELLO], HttpError(529)), ([HELLO], DONE)],
    "a paused turn sent back": [([HELLO], pause_turn(SEARCH)), ([HELLO, {"role": "assistant", "content": [SEARCH]}], DONE)],
    "a breakpoint for the cache": [
        ([HELLO], ASKS),
        ([HELLO, {"role": "assistant", "content": [CALL, {**OTHER, "cache_control": {"type": "ephemeral"}}]}, results("toolu_01", "toolu_02")], DONE),
    ],
}  # fmt: skip


@pytest.mark.parametrize("run", [pytest.param(run, id=name) for name, run in GOOD.items()])
def test_what_every_agent_may_do_is_no_fault(run: list[tuple[list[Any], Any]]) -> None:
    followed(*run)


BAD: dict[str, tuple[list[tuple[list[Any], Any]], str]] = {
    "a result lost": ([([HELLO], ASKS), ([HELLO, ASKED, results("toolu_01")], DONE)],
        "request 2 answers the calls toolu_01, toolu_02 with results for toolu_01"),
    "a result twice": ([([HELLO], ASKS), ([HELLO, ASKED, results("toolu_01", "toolu_02", "toolu_02")], DONE)],
        "request 2 answers the calls toolu_01, toolu_02 with results for toolu_01, toolu_02, toolu_02"),
    "a turn lost": ([([HELLO], ASKS), ([ASKED, results("toolu_01", "toolu_02")], DONE)],
        "request 2 does not repeat what was said: block 1 is assistant"),
    "an answer lost": ([([HELLO], ASKS), ([HELLO], DONE)],
        "request 2 does not repeat what was said: block 2 is missing"),
    "a call changed": ([([HELLO], ASKS), ([HELLO, {"role": "assistant", "content": [CALL, {**OTHER, "input": {}}]}, results("toolu_01", "toolu_02")], DONE)],
        'block 3 is assistant {"type":"tool_use","id":"toolu_02","name":"get_weather","input":{}}'),
    "words before the results": ([([HELLO], ASKS), ([HELLO, ASKED, HELLO, results("toolu_01", "toolu_02")], DONE)],
        "before the results of tools"),
    "a paused turn answered": ([([HELLO], pause_turn(SEARCH)), ([HELLO, {"role": "assistant", "content": [SEARCH]}, HELLO], DONE)],
        "expected nothing behind the paused turn"),
    "another question after an error": ([([HELLO], HttpError(529)), ([HELLO, HELLO], DONE)],
        "request 2 tries again with another conversation: it adds"),
}  # fmt: skip


@pytest.mark.parametrize(("run", "complaint"), [pytest.param(*row, id=name) for name, row in BAD.items()])
def test_a_fault_is_told_with_its_request(run: list[tuple[list[Any], Any]], complaint: str) -> None:
    with pytest.raises(Broken) as broken:
        followed(*run)
    assert complaint in str(broken.value)


def test_an_answer_ends_the_run_and_one_that_was_cut_off_need_not() -> None:
    with pytest.raises(Broken, match="request 2 follows text, which ends the run"):
        History().follow([DONE], [exchange([HELLO], DONE), exchange([HELLO], DONE)], None)
    cut = max_tokens("Once")
    History().follow([cut], [exchange([HELLO], cut), exchange([HELLO], DONE)], None)


def test_an_agent_that_fails_or_stops_too_early_is_told() -> None:
    with pytest.raises(Broken, match=r"failed with ValueError\('x'\) after text; expected it to end"):
        followed(([HELLO], DONE), raised=ValueError("x"))
    with pytest.raises(
        Broken, match=r"the agent ended after 1 requests, .* tool_use and tool_use; expected 2 requests"
    ):
        History().follow([ASKS, DONE], [exchange([HELLO], ASKS)], None)
    followed(([HELLO], HttpError(400, message="no")), raised=ValueError("x"))


def test_the_next_task_begins_anew_or_goes_on() -> None:
    again: list[Any] = [HELLO, {"role": "assistant", "content": "Done."}, HELLO]
    for turns in ([HELLO], again):
        followed(([HELLO], DONE)).follow([DONE], [exchange(turns, DONE)], None)
    other = {"role": "assistant", "content": "Something else."}
    with pytest.raises(Broken, match="goes on with a conversation and changes it: block 2 is"):
        followed(([HELLO], DONE)).follow([DONE], [exchange([HELLO, other, HELLO], DONE)], None)
    with pytest.raises(Broken, match="that this agent never had"):
        followed((again, DONE))


def test_a_task_that_failed_may_be_left_out() -> None:
    history = followed(([HELLO], DONE))
    refused = HttpError(400, message="no")
    first: list[Any] = [HELLO, {"role": "assistant", "content": "Done."}]
    history.follow([refused], [exchange([*first, {"role": "user", "content": "bad"}], refused)], ValueError("x"))
    history.follow([DONE], [exchange([*first, {"role": "user", "content": "good"}], DONE)], None)
