"""An agent that does one thing wrong is found out, and few steps show it."""

from typing import Any, cast

import anthropic
import pytest
from anthropic.types import ContentBlockParam, MessageParam, ToolParam
from hypothesis import Phase, settings
from hypothesis.stateful import run_state_machine_as_test

from mockclaude.errors import MockClaudeError
from mockclaude.strategies.requests import WEATHER
from mockclaude.verify import AgentLoopMachine
from mockclaude.verify.history import Broken
from mockclaude.verify.machine import Agent as Runs
from mockclaude.verify.machine import server

from . import agents

QUICK = settings(
    max_examples=500,
    stateful_step_count=6,
    database=None,
    deadline=None,
    derandomize=True,
    phases=(Phase.generate, Phase.shrink),
    report_multiple_bugs=False,
)


class Led(AgentLoopMachine):
    tools = tuple(agents.TOOLS)
    kind: type[agents.Agent] = agents.Agent

    def make_agent(self, base_url: str, api_key: str) -> Runs:
        return self.kind(base_url, api_key).run


def led(kind: type[agents.Agent], **attributes: Any) -> type[Led]:
    return type(f"Led{kind.__name__}", (Led,), {"kind": kind, **attributes})


def steps_of(broken: BaseException) -> list[str]:
    """The steps of the example as Hypothesis prints them, without what they are given."""
    notes = "\n".join(getattr(broken, "__notes__", []))
    calls = [line.partition("state.")[2].partition("(")[0] for line in notes.splitlines() if "state." in line]
    return [name for name in calls if name != "teardown"]


@pytest.mark.parametrize("kind", [agents.Agent, agents.GoesOn, agents.AsksForMore, agents.StartsAnew])
def test_an_agent_without_a_mistake_is_led_through_everything(kind: type[agents.Agent]) -> None:
    run_state_machine_as_test(led(kind), settings=settings(QUICK, max_examples=8, stateful_step_count=12))


CAUGHT: list[tuple[type[agents.Agent], str, list[str]]] = [
    (agents.AnswersTwice, "answers the calls .* with results for|breaks ", ["begin", "ask_tools", "END"]),
    (agents.ForgetsTurns, "does not repeat what was said: block 2 is|breaks ", ["begin", "ask_tools", "ask_tools", "END"]),
    (agents.ChangesCalls, "does not repeat what was said: block 2 is", ["begin", "ask_tools", "END"]),
    (agents.RetriesAll, "follows an error 4.., which ends the run", ["begin", "fail_for_good"]),
    (agents.GivesUp, "failed with Failed.* after 1 requests", ["begin", "fail_for_now", "END"]),
    (agents.AddsOnRetry, "tries again with another conversation: it adds|breaks ", ["begin", "fail_for_now", "END"]),
    (agents.StopsAtPause, "ended after . requests, the last of them answered with pause_turn", ["begin", "pause", "END"]),
    (agents.SaysBeforeResults, "puts .* before the results of tools|breaks ", ["begin", "ask_tools", "END"]),
]  # fmt: skip
SLOW = {agents.AnswersTwice, agents.ChangesCalls, agents.AddsOnRetry, agents.StopsAtPause}
"""Mistakes of which the steps shrink for seconds."""
ENDS = {"answer", "truncate", "refuse", "fail_for_good"}


@pytest.mark.parametrize(
    ("kind", "complaint", "steps"),
    [pytest.param(*row, id=row[0].__name__, marks=pytest.mark.slow if row[0] in SLOW else ()) for row in CAUGHT],
)
def test_a_mistake_is_shown_by_few_steps(kind: type[agents.Agent], complaint: str, steps: list[str]) -> None:
    with pytest.raises(Broken, match=complaint) as broken:
        run_state_machine_as_test(led(kind), settings=QUICK)
    shown = ["END" if name in ENDS and "END" in steps else name for name in steps_of(broken.value)]
    assert (shown[0], shown[1 - len(steps) :]) == (steps[0], steps[1:])
    assert len(shown) <= len(steps) + 1  # which rules come at all is drawn with the first step, so it may stay


def test_a_lost_result_takes_two_calls_and_no_more() -> None:
    with pytest.raises(Broken) as broken:
        run_state_machine_as_test(led(agents.LosesResult), settings=QUICK)
    assert steps_of(broken.value) == ["begin", "ask_tools", "refuse"]
    assert "\n".join(broken.value.__notes__).count("get_weather") == 2


def test_agents_that_share_what_they_must_not_are_found_out() -> None:
    agents.SHARED.clear()
    with pytest.raises(Broken, match="goes on with a conversation that this agent never had"):
        run_state_machine_as_test(led(agents.SharesHistory), settings=QUICK)


class AsyncLed(AgentLoopMachine):
    tools = tuple(agents.TOOLS)
    kind: type[agents.AsyncAgent] = agents.AsyncAgent

    def make_agent(self, base_url: str, api_key: str) -> Runs:
        return self.kind(base_url, api_key).work


def test_an_asynchronous_agent_is_cancelled_in_the_middle_of_answers_too() -> None:
    cut_short: list[bool] = []

    class Counted(AsyncLed):
        def teardown(self) -> None:
            worlds = [server().workspaces.named(name) for name in self._worlds]
            courses = [one.course for world in worlds for one in world.journal]
            cut_short.extend([course.is_cut_short for course in courses if course is not None])
            super().teardown()

    run_state_machine_as_test(Counted, settings=settings(QUICK, max_examples=12, stateful_step_count=12))
    assert cut_short.count(True) >= 3


@pytest.mark.parametrize(
    ("kind", "complaint"),
    [
        (agents.HoldsOn, "request 1 was given up and stays open; expected it closed within 1 s"),
        (agents.AsksOnceMore, "request 2 follows an answer that was given up, which ends the run"),
    ],
)
def test_an_agent_that_does_not_let_go_is_found_out(kind: type[agents.AsyncAgent], complaint: str) -> None:
    only = settings(QUICK, phases=(Phase.generate,))  # to hold on takes a second each time
    with pytest.raises(Broken, match=complaint) as broken:
        run_state_machine_as_test(type("Led", (AsyncLed,), {"kind": kind}), settings=only)
    assert steps_of(broken.value)[-1] == "cancel"


class Saving(Led):
    """Lets an agent be made anew, with what the one before it has saved, or without."""

    saves = True

    def restart_agent(self, agent: Runs, base_url: str, api_key: str) -> Runs:
        new = self.kind(base_url, api_key)
        if self.saves:
            new.messages = list(cast("agents.Agent", cast("Any", agent).__self__).messages)
        return new.run


def test_an_agent_that_is_made_anew_goes_on_with_what_it_saved() -> None:
    run_state_machine_as_test(Saving, settings=settings(QUICK, max_examples=12, stateful_step_count=12))


def test_a_conversation_that_is_lost_with_its_client_is_missed() -> None:
    with pytest.raises(Broken, match="request 1 begins anew after a restart; expected the conversation that was saved"):
        run_state_machine_as_test(type("Losing", (Saving,), {"saves": False}), settings=QUICK)


def test_a_restart_without_its_method_says_what_to_override() -> None:
    with pytest.raises(NotImplementedError, match="Led restarts no agent; override restart_agent"):
        Led().restart_agent(print, "", "")


class LedSdk(AgentLoopMachine):
    """An agent as the documentation writes it, with the official SDK."""

    def __init__(self) -> None:
        super().__init__()
        self.clients: list[anthropic.Anthropic] = []

    def make_agent(self, base_url: str, api_key: str) -> Runs:
        client = anthropic.Anthropic(base_url=base_url, api_key=api_key, max_retries=self.retries)
        self.clients.append(client)

        def run(task: str) -> None:
            messages: list[MessageParam] = [{"role": "user", "content": task}]
            while True:
                answer = client.messages.create(
                    model="claude-opus-5",
                    max_tokens=100,
                    messages=messages,
                    tools=[cast("ToolParam", WEATHER)],
                )
                calls = [block for block in answer.content if block.type == "tool_use"]
                if not calls:
                    return
                messages.append({"role": "assistant", "content": cast("list[ContentBlockParam]", answer.content)})
                messages.append(
                    {
                        "role": "user",
                        "content": [
                            {"type": "tool_result", "tool_use_id": call.id, "content": "18 °C"} for call in calls
                        ],
                    }
                )

        return run

    def teardown(self) -> None:
        for client in self.clients:
            client.close()
        super().teardown()


def test_an_agent_of_the_official_sdk_is_led_through_everything() -> None:
    run_state_machine_as_test(LedSdk, settings=settings(QUICK, max_examples=8))


async def test_inside_a_running_event_loop_it_says_where_to_go() -> None:
    with pytest.raises(MockClaudeError, match="outside of `async def`"):
        run_state_machine_as_test(Led, settings=settings(QUICK, max_examples=1))


def test_tools_that_the_agent_does_not_offer_are_the_tests_mistake() -> None:
    other = {**WEATHER, "name": "get_wether"}
    with pytest.raises(MockClaudeError, match=r"LedAgent\.tools .* does not offer 'get_wether'; did you mean"):
        run_state_machine_as_test(led(agents.Agent, tools=(other,)), settings=QUICK)


@pytest.mark.parametrize(
    ("agent", "complaint", "kind"),
    [
        (object(), "make_agent returned <object .*; expected what works on a task: agent", MockClaudeError),
        (lambda _task: None, r"the agent ended without a request; expected \d requests?", Broken),
    ],
)
def test_what_is_no_agent_is_told_so(agent: Any, complaint: str, kind: type[Exception]) -> None:
    class Odd(AgentLoopMachine):
        def make_agent(self, base_url: str, api_key: str) -> Runs:
            del base_url, api_key
            return cast("Runs", agent)

    with pytest.raises(kind, match=complaint):
        run_state_machine_as_test(Odd, settings=settings(QUICK, max_examples=20, phases=(Phase.generate,)))


def test_a_machine_without_an_agent_says_what_to_override() -> None:
    with pytest.raises(NotImplementedError, match=r"override make_agent\(base_url, api_key\)"):
        run_state_machine_as_test(AgentLoopMachine, settings=QUICK)


TestLed = Led.TestCase
TestLed.settings = settings(TestLed.settings, max_examples=5)
