"""Plain functions as adapters: a chat function and an agent need no class."""

from collections.abc import Callable
from typing import Final

from mockclaude.verify.adapter import Endpoint, Tools
from mockclaude.verify.caller import is_async
from mockclaude.verify.outcome import AdapterError, Said
from mockclaude.wire.body import JsonObject, RequestBody

Chat = Callable[[Endpoint, str], Said]
"""Asks one question: `chat(server, prompt)`, plain or `async`, returns the answer's text."""

Leave = Callable[[Endpoint, str], object]
"""Begins to ask a question as a stream and leaves it: `leave(server, prompt)`, plain or `async`."""

Agent = Callable[[Endpoint, str, Tools], Said]
"""Runs a task with tools: `agent(server, task, tools)` returns the last text."""


class FunctionAdapter:
    """A chat function or an agent as an adapter; only what it returns can be judged."""

    def __init__(
        self,
        *,
        chat: Chat | None = None,
        agent: Agent | None = None,
        leave: Leave | None = None,
        skips_waits: bool = False,
    ) -> None:
        if chat is None and agent is None:
            raise AdapterError("neither chat nor agent is given; expected a function of (server, prompt) or of a task")
        self._chat, self._agent = chat, agent
        self.skips_waits: Final = skips_waits
        self.is_async: Final = is_async(chat) or is_async(agent)
        told = {"stream": chat, "agent": agent}
        methods = {name for name, function in told.items() if function is not None}
        if leave is not None:
            self.cancel: Callable[[Endpoint, JsonObject], object] = lambda server, request: leave(
                server, prompt_of(request)
            )
            methods.add("cancel")
        self.methods: Final = frozenset(methods)
        self.only_prompts: Final = True

    def stream(self, server: Endpoint, request: JsonObject) -> Said:
        """Asks the question that the request asks."""
        assert self._chat is not None
        return self._chat(server, prompt_of(request))

    def agent(self, server: Endpoint, task: str, tools: Tools) -> Said:
        """Runs the agent."""
        assert self._agent is not None
        return self._agent(server, task, tools)

    def __repr__(self) -> str:
        return f"<FunctionAdapter {' '.join(sorted(self.methods))}>"


def prompt_of(request: JsonObject | RequestBody) -> str:
    """The text of a request's only question."""
    turns = request["messages"]
    assert isinstance(turns, list)
    turn = turns[-1]
    assert isinstance(turn, dict)
    return str(turn["content"])


def chat_adapter(chat: Chat, *, leave: Leave | None = None, skips_waits: bool = False) -> FunctionAdapter:
    """A function `chat(server, prompt)` as an adapter; `skips_waits` says that it sleeps with `server.sleep`.

    One that is `async` is cancelled where the kit gives an answer up (P16); of a blocking one, only `leave(server,
    prompt)` can show what it does then: it begins a stream, reads its first piece and leaves it.
    """
    return FunctionAdapter(chat=chat, leave=leave, skips_waits=skips_waits)


def agent_adapter(agent: Agent, *, skips_waits: bool = False) -> FunctionAdapter:
    """A function `agent(server, task, tools)` as an adapter; `skips_waits` says that it sleeps with `server.sleep`."""
    return FunctionAdapter(agent=agent, skips_waits=skips_waits)
