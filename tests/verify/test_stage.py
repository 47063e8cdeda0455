"""A case is played on a real server in a world of its own, and what the client did is seen."""

import logging

import pytest

from mockclaude.errors import MockClaudeError
from mockclaude.verify import Endpoint, Outcome
from mockclaude.verify.asked import asking, question
from mockclaude.verify.case import Ask, Case, Exact
from mockclaude.verify.stage import SECRET, Stage, marker
from mockclaude.wire.body import JsonObject

from .planted import Agent, Sound, StaysOpen

BROKEN: JsonObject = {"error": {"status": 529}}


class Logging(Sound):
    async def stream(self, server: Endpoint, request: JsonObject) -> Outcome:
        logging.getLogger("its.client").debug("it asks with %s", server.api_key)
        server.sleep(3)
        return await super().stream(server, request)


def test_answers_come_in_turn_and_the_last_repeats() -> None:
    case = Case(asking("stream") * 4, (BROKEN, {"text": "1"}, {"text": "2"}))
    with Stage(Sound()) as stage:
        run = stage.play(case)
        assert [outcome.said for outcome in run.outcomes] == [None, "1", "2", "2"]
        assert (run.attempts, run.has_streamed) == (4, True)
        assert stage.play(Case(asking("send"), ({"text": "3"},))).attempts == 1, "another case, another world"


def test_calls_made_together_get_each_its_answer() -> None:
    calls = tuple([Ask("send", question(marker(number))) for number in range(3)])
    case = Case(calls, ({"text": "0"}, {"text": "1"}, {"text": "2"}), together=True)
    with Stage(Sound()) as stage:
        assert [outcome.said for outcome in stage.play(case).outcomes] == ["0", "1", "2"]


def test_waits_and_logs_are_seen_and_logging_is_left_as_it_was() -> None:
    root = logging.getLogger()
    before = (root.level, list(root.handlers))
    with Stage(Logging()) as stage:
        run = stage.play(Case(asking("stream"), ({"text": "0"},)), keeps_logs=True)
        assert run.waits == (3,)
        assert SECRET in run.logs
        assert "mockclaude" not in run.logs.replace(run.key, ""), "what we log ourselves is not the client's"
        assert stage.play(Case(asking("stream"), ({"text": "0"},))).logs == "\n"[:0]
    assert (root.level, list(root.handlers)) == before


def test_the_tools_that_an_agent_calls_are_seen() -> None:
    calls: JsonObject = {"content": [{"type": "tool_use", "name": "get_weather", "input": {"city": "Paris"}}]}
    with Stage(Agent()) as stage:
        run = stage.play(Case((Ask("agent", {"task": "Look."}),), (calls, {"text": "Done."})))
    assert run.tools == (("get_weather", {"city": "Paris"}),)
    assert run.outcome.said == "Done."


def test_requests_are_judged_as_strictly_as_the_property_wants() -> None:
    bad = {**question(), "messages": [*question()["messages"], {"role": "assistant", "content": "x "}]}  # type: ignore[misc]
    case = Case((Ask("send", bad),), ({"text": "0"},))
    with Stage(Sound()) as stage:
        assert stage.play(case).outcome.said == "0"
        assert stage.play(case, validation="strict").outcome.error is not None


def test_who_leaves_is_seen_to_leave_and_who_stays_to_stay() -> None:
    case = Case(asking("cancel"), (Exact((b"event: ping\ndata: {}\n\n",)),))
    with Stage(Sound()) as stage:
        left = stage.play(case).left_after
    assert left is not None


@pytest.mark.slow
def test_who_stays_is_seen_to_stay() -> None:
    with Stage(StaysOpen()) as stage:
        assert stage.play(Case(asking("cancel"), (Exact((b": \n\n",)),))).left_after is None


def test_what_the_kit_itself_cannot_say_is_its_own_failure() -> None:
    case = Case(asking("stream"), ({"text": "0", "fault": {"kind": "cut", "at": "utf8"}},))
    with (
        Stage(Sound()) as stage,
        pytest.raises(MockClaudeError, match=r"the kit cannot play <Case stream .* cut at 'utf8'"),
    ):
        stage.play(case)
