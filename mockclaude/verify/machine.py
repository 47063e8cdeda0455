"""A state machine that leads an agent through whatever a server may do, and looks at every request that it sends.

How this file thinks: rules say what the server does next, or what befalls the agent. Those that end a run let the agent
work through all that was said before, with its own blocking or asynchronous code, and then each request is judged.
"""

import asyncio
import atexit
import os
from collections.abc import Callable, Coroutine, Iterable, Mapping, Sequence
from functools import cache, partial
from itertools import count
from typing import Any, ClassVar, Final

from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import Bundle, RuleBasedStateMachine, initialize, precondition, rule

from mockclaude.call import Intake
from mockclaude.engine.fault import HttpError
from mockclaude.engine.reply import Reply
from mockclaude.engine.say import (
    max_tokens,
    message,
    pause_turn,
    refusal,
    server_tool_result,
    server_tool_use,
    tool_use,
)
from mockclaude.errors import MockClaudeError
from mockclaude.mock import MockClaude
from mockclaude.rules.catalogue import NEEDED, audit
from mockclaude.settings import Settings, Validation
from mockclaude.strategies.blocks import SERVER_TOOLS
from mockclaude.strategies.faults import ERRORS, RETRIED, SOON
from mockclaude.strategies.requests import SEARCH, WEATHER
from mockclaude.strategies.texts import texts
from mockclaude.strategies.tool_inputs import tool_inputs
from mockclaude.verify.caller import cancelled, is_async
from mockclaude.verify.given_up import is_given_up, is_let_go, unending
from mockclaude.verify.history import Broken, History, Step
from mockclaude.verify.stage import PROMPTNESS
from mockclaude.wire.body import Block, JsonObject
from mockclaude.wire.interaction import Interaction
from mockclaude.workspace import Workspace

Agent = Callable[[str], object]
"""Works on a task until it is done; what it returns may be awaited."""

Calls = list[tuple[str, JsonObject]]

PATH: Final = "/v1/messages"
OURS: Final = 418
"""The status of our own failures: a step that cannot be told to this request."""
KEY: Final = "sk-ant-mock-machine"
STEPS: Final = 12
"""Rules of one example, unless the settings of the test say otherwise."""
RESULT: Final = SERVER_TOOLS["web_search"].result

WORDS: Final = texts(max_size=12)
PASSING: Final = st.sampled_from(sorted({error.status for error in ERRORS if error.status in RETRIED}, reverse=True))
FINAL: Final = st.sampled_from((400, 401, 403, 404, 413))
NUMBERS: Final = count(1)


class Conversation:
    """One agent, the world it speaks to, and what it is to be told next."""

    def __init__(self, agent: Agent, world: Workspace) -> None:
        self.agent = agent
        self.world = world
        self.steps: list[Step] = []
        self.failures = 0
        self.is_paused = False
        self.seen = 0
        self.history = History()

    def __repr__(self) -> str:
        return f"<Conversation {self.world.name!r} steps={len(self.steps)}>"


class AgentLoopMachine(RuleBasedStateMachine):
    """Whatever the server does, an agent sends valid requests, loses no turn and answers every call once.

        class MyAgent(AgentLoopMachine):
            def make_agent(self, base_url, api_key):
                return MyAgent(Anthropic(base_url=base_url, api_key=api_key)).run

        TestMyAgent = MyAgent.TestCase

    `tools` are those that the agent offers, web search among them if it can be paused; `retries` is how often it tries
    a request again that failed for the moment. Requests are judged as the API judges them today, or as
    `validation` says. An `async` agent is cancelled in the middle of an answer, too, and one that `restart_agent` makes
    anew must go on with its conversation.
    """

    tools: ClassVar[Sequence[Mapping[str, object]]] = (WEATHER,)
    retries: ClassVar[int] = 2
    validation: ClassVar[Validation] = "live"

    conversations: Bundle[Conversation] = Bundle("conversations")

    def __init_subclass__(cls, **keywords: object) -> None:
        super().__init_subclass__(**keywords)
        cls.TestCase.settings = settings(cls.TestCase.settings, stateful_step_count=STEPS)

    def __init__(self) -> None:
        super().__init__()
        self._runner: asyncio.Runner | None = None
        self._is_async = False
        self._worlds: list[str] = []

    def make_agent(self, base_url: str, api_key: str) -> Agent:
        """An agent that talks to this server: what works on one task, blocking or `async`. To be overridden."""
        raise NotImplementedError(f"{type(self).__name__} makes no agent; override make_agent(base_url, api_key)")

    def restart_agent(self, agent: Agent, base_url: str, api_key: str) -> Agent:
        """A new agent that goes on with the conversation that `agent` has saved. To be overridden where it saves one."""
        del agent, base_url, api_key
        raise NotImplementedError(f"{type(self).__name__} restarts no agent; override restart_agent")

    @initialize(target=conversations)
    def begin(self) -> Conversation:
        """An agent begins."""
        return self._begun()

    @rule(target=conversations)
    def begin_another(self) -> Conversation:
        """Another agent begins beside it."""
        return self._begun()

    @precondition(lambda self: bool(_callable(self.tools)))
    @rule(conversation=conversations, calls=st.runner().flatmap(lambda machine: machine.calls()))
    def ask_tools(self, conversation: Conversation, calls: Calls) -> None:
        """The model calls some tools at once."""
        self._tell(conversation, message(*_resumed(conversation), *[tool_use(name, input=one) for name, one in calls]))

    @precondition(lambda self: any(tool.get("name") == SEARCH["name"] for tool in self.tools))
    @rule(conversation=conversations, query=WORDS)
    def pause(self, conversation: Conversation, query: str) -> None:
        """The API pauses a long turn."""
        found = _resumed(conversation)
        self._tell(conversation, pause_turn(*found, server_tool_use(str(SEARCH["name"]), query=query)))
        conversation.is_paused = True

    @precondition(lambda self: self.retries > 0)
    @rule(conversation=conversations, status=PASSING)
    def fail_for_now(self, conversation: Conversation, status: int) -> None:
        """A request fails so that trying it again is right."""
        if conversation.failures < self.retries:
            conversation.steps.append(_error(status))
            conversation.failures += 1

    @rule(conversation=conversations, text=WORDS, task=WORDS)
    def answer(self, conversation: Conversation, text: str, task: str) -> None:
        """The model answers, and the task is done."""
        self._run(conversation, message(*_resumed(conversation), text), task)

    @rule(conversation=conversations, text=WORDS, task=WORDS)
    def truncate(self, conversation: Conversation, text: str, task: str) -> None:
        """The answer is cut off by its limit."""
        self._run(conversation, max_tokens(*_resumed(conversation), text), task)

    @rule(conversation=conversations, task=WORDS)
    def refuse(self, conversation: Conversation, task: str) -> None:
        """The model declines."""
        self._run(conversation, refusal(), task)

    @rule(conversation=conversations, status=FINAL, task=WORDS)
    def fail_for_good(self, conversation: Conversation, status: int, task: str) -> None:
        """A request is refused, and trying it again is wrong."""
        self._run(conversation, _error(status), task)

    @precondition(lambda self: self._is_async)
    @rule(conversation=conversations, text=WORDS, events=st.integers(0, 6), task=WORDS)
    def cancel(self, conversation: Conversation, text: str, events: int, task: str) -> None:
        """The task is given up in the middle of an answer."""
        self._run(conversation, unending(message(*_resumed(conversation), text), events=events), task)

    @precondition(lambda self: type(self).restart_agent is not AgentLoopMachine.restart_agent)
    @rule(conversation=conversations)
    def restart_client(self, conversation: Conversation) -> None:
        """A new client goes on with the saved conversation."""
        key = f"sk-ant-mock-{conversation.world.name}"
        conversation.agent = self.restart_agent(conversation.agent, server().url, key)
        conversation.history.reload()

    def calls(self) -> st.SearchStrategy[Calls]:
        """What the model may ask of the tools at once."""
        return _calls(type(self))

    def teardown(self) -> None:
        """Lets the worlds and the event loop of this example go."""
        workspaces = server().workspaces
        for name in self._worlds:
            workspaces.remove(name)
        if self._runner is not None:
            self._runner.close()

    def _begun(self) -> Conversation:
        mock = server()
        world = mock.workspaces.named(f"machine.{next(NUMBERS)}")
        world.settings = Settings(validation="off")
        self._worlds.append(world.name)
        agent = self.make_agent(mock.url, f"sk-ant-mock-{world.name}")
        if not callable(agent):
            raise MockClaudeError(f"make_agent returned {agent!r}; expected what works on a task: agent(task)")
        self._is_async = is_async(agent)
        return Conversation(agent, world)

    def _tell(self, conversation: Conversation, reply: Reply) -> None:
        conversation.steps.append(reply)
        conversation.failures, conversation.is_paused = 0, False

    def _run(self, conversation: Conversation, last: Step, task: str) -> None:
        """Lets the agent work on a task through all that is to be told, and judges what it sent."""
        steps = [*conversation.steps, last]
        conversation.steps, conversation.failures, conversation.is_paused = [], 0, False
        conversation.world.stubs.next(*[step if isinstance(step, Reply) else Reply(fault=step) for step in steps])
        raised: Exception | None = None
        try:
            until = partial(_has_asked, conversation, len(steps)) if is_given_up(last) else None
            self._worked(conversation.agent(task), until=until)
        except Exception as error:  # noqa: BLE001 - judged with the requests
            raised = error
        exchanges = _new(conversation)
        conversation.seen += len(exchanges)
        for number, exchange in enumerate(exchanges, start=1):
            self._judge(exchange, number)
            if number == len(steps) and is_given_up(last) and not is_let_go(exchange):
                raise Broken(
                    f"request {number} was given up and stays open; expected it closed within {PROMPTNESS:g} s"
                )
        conversation.history.follow(steps, exchanges, raised)
        conversation.world.stubs.clear()

    def _worked(self, result: object, *, until: Callable[[], bool] | None) -> None:
        """Waits until the agent is done, or cancels it where there is something to wait for."""
        if not isinstance(result, Coroutine):
            return
        if self._runner is None:
            self._runner = asyncio.Runner()
        if until is None:
            self._runner.run(result)
        elif (raised := self._runner.run(cancelled(lambda: result, until))) is not None:
            raise raised

    def _judge(self, exchange: Interaction, number: int) -> None:
        """Raises `Broken` for a request that the API refuses."""
        request, response = exchange.request, exchange.response
        if response is not None and response.status == OURS:
            told = response.body.decode("utf-8", "replace")
            raise MockClaudeError(f"{type(self).__name__}.tools are not those that the agent offers: {told}")
        known = request._replace(headers={**request.headers, "x-api-key": KEY})  # the journal keeps no keys
        models, today = server().workspaces.models, exchange.began.date()
        intake = Intake(known, settings=Settings(validation=self.validation), models=models, today=today)
        unread = [finding for finding in exchange.findings if finding.rule in NEEDED]
        for finding in [*unread, *audit(intake)]:
            if finding.severity == "violation":
                raise Broken(f"request {number} breaks {finding.rule}: {finding.message}")


def _new(conversation: Conversation) -> list[Interaction]:
    """What was asked since it was last judged."""
    return [one for one in conversation.world.journal if one.request.path == PATH][conversation.seen :]


def _has_asked(conversation: Conversation, times: int) -> bool:
    """Whether the agent waits for the last of so many answers."""
    return len(_new(conversation)) >= times


def _resumed(conversation: Conversation) -> list[Block]:
    """What a reply to a paused turn begins with: the result that the turn waited for."""
    return [server_tool_result(RESULT, [])] if conversation.is_paused else []


@cache
def _calls(machine: type[AgentLoopMachine]) -> st.SearchStrategy[Calls]:
    inputs = _callable(machine.tools)
    one = st.one_of([st.tuples(st.just(name), given) for name, given in inputs.items()])
    return st.lists(one, min_size=1, max_size=3)


def _callable(tools: Iterable[Mapping[str, Any]]) -> dict[str, st.SearchStrategy[JsonObject]]:
    return {str(tool["name"]): tool_inputs(tool["input_schema"]) for tool in tools if "input_schema" in tool}


def _error(status: int) -> HttpError:
    return HttpError(status, message="It failed.", retry_after=SOON)


@cache
def _started(process: int) -> MockClaude:
    """The server of a process, closed at its end: to start one for each example would take most of the time."""
    del process
    mock = MockClaude(seed=0).start()
    atexit.register(mock.close)
    return mock


def server() -> MockClaude:
    """The server of all machines in this process; raises `MockClaudeError` inside a running event loop."""
    try:
        asyncio.get_running_loop()
    except RuntimeError:
        return _started(os.getpid())
    raise MockClaudeError("a state machine runs event loops of its own; test it outside of `async def`")
