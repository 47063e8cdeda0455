"""`MockServer`: the one server of a test run, from which every test and every example gets a world of its own."""

from collections.abc import Callable
from contextlib import AbstractContextManager

from mockclaude.handle import MockWorkspace
from mockclaude.mock import MockClaude


class MockServer:
    """A running server that tests share; the value of the fixture `mock_claude_server`.

    with mock_claude_server.example() as mock:
        mock.reply("Hello!")
    """

    def __init__(self, mock: MockClaude, *, example: Callable[[], AbstractContextManager[MockWorkspace]]) -> None:
        self._mock = mock
        self._example = example

    @property
    def url(self) -> str:
        """The base URL for a client."""
        return self._mock.url

    def workspace(self, name: str) -> MockWorkspace:
        """The world of that name, made when it is new; it stays until the run ends, and no verdict is passed on it."""
        return self._mock.workspace(name)

    def example(self) -> AbstractContextManager[MockWorkspace]:
        """A fresh world for one example of a property, forgotten at the end of the block.

        Clients that read the environment reach it without further ado.
        """
        return self._example()

    def __repr__(self) -> str:
        return f"<MockServer {self._mock!r}>"
