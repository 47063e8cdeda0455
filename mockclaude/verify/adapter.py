"""How the kit speaks to a client: a few methods that its author writes in ten lines."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from inspect import isclass, isroutine
from typing import Final, Protocol, cast

from mockclaude.errors import nearest
from mockclaude.verify.caller import is_async
from mockclaude.verify.outcome import AdapterError, Said
from mockclaude.wire.body import JsonObject

METHODS: Final = ("send", "stream", "agent", "cancel")
"""What an adapter may offer; at least one of the first three. Each may be a plain or an `async` function."""


@dataclass(frozen=True, slots=True)
class Endpoint:
    """Where a client is to send one example: another key for each, the URL stays for a whole run.

    A client whose sleep can be replaced gets `sleep` or `asleep`: both note the seconds and do not wait.
    """

    url: str
    api_key: str = field(repr=False)
    waits: list[float] = field(default_factory=list, repr=False, compare=False)

    def sleep(self, seconds: float) -> None:
        """Notes how long a client would have waited."""
        self.waits.append(seconds)

    async def asleep(self, seconds: float) -> None:
        """Notes how long a client would have waited."""
        self.waits.append(seconds)


@dataclass(frozen=True, slots=True)
class AgentTool:
    """A tool that the kit offers to an agent: its definition for the request, and what it does when it is called."""

    definition: JsonObject
    run: Callable[[JsonObject], str] = field(repr=False)

    @property
    def name(self) -> str:
        """The name by which the model calls it."""
        return str(self.definition["name"])

    def __call__(self, **arguments: object) -> str:
        """Runs the tool; some of them fail, as tools do."""
        return self.run(cast("JsonObject", arguments))


class ClientAdapter(Protocol):
    """What the kit needs of a client. An exception that leaves a method is the error that the client shows.

    Besides these two, `agent(server, task, tools)` runs a whole agent and returns its last text, and
    `cancel(server, request)` begins a stream, reads its first piece and leaves it. What is not there is not judged.
    """

    def send(self, server: Endpoint, request: JsonObject) -> Said:
        """Sends the body of a request and returns the whole message."""

    def stream(self, server: Endpoint, request: JsonObject) -> Said:
        """Sends the body of a request as a stream and returns what it comes to."""


Tools = Mapping[str, AgentTool]
"""The tools of one task by their names."""


def methods_of(adapter: object) -> frozenset[str]:
    """The methods that an adapter offers; raises `AdapterError` for what is none."""
    if isclass(adapter):
        raise AdapterError(f"{adapter.__name__} is a class; expected an adapter, as in {adapter.__name__}()")
    offered = frozenset([name for name in METHODS if callable(getattr(adapter, name, None))])
    known = getattr(adapter, "methods", None)
    if isinstance(known, frozenset):
        offered &= known
    if not offered - {"cancel"} and isroutine(adapter):
        raise AdapterError(
            f"{adapter.__name__} is a function; expected an adapter, as in chat_adapter({adapter.__name__}) for one of "
            f"(server, prompt), or agent_adapter({adapter.__name__}) for one of (server, task, tools)"
        )
    if not offered - {"cancel"}:
        near = next((hint for name in dir(adapter) if name[0] != "_" and (hint := nearest(name, METHODS))), "")
        raise AdapterError(f"{adapter!r} has none of the methods send, stream and agent; expected at least one{near}")
    return offered


def is_awaited(adapter: object, method: str) -> bool:
    """Whether what a method returns is to be awaited; an adapter of plain methods may say so by `is_async`."""
    return is_async(getattr(adapter, method, None)) or getattr(adapter, "is_async", False) is True


def client_of(adapter: object) -> tuple[str, str]:
    """The client behind an adapter and its version, as the adapter names them; empty where it does not."""
    return str(getattr(adapter, "client", "")), str(getattr(adapter, "version", ""))
