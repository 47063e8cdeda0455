"""The server of a run, and where the environment leads meanwhile; made with the first fixture that needs it."""

import os
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from hashlib import blake2b
from typing import Final

from mockclaude.environment import applied, client_environment
from mockclaude.handle import MockWorkspace
from mockclaude.mock import MockClaude
from mockclaude.settings import Settings

DIGITS: Final = 6
"""Bytes of a test's hash: among 10,000 tests two share one once in five million runs."""


class Run:
    """One server for all tests of this process.

    `leads_session` sets the environment from now to the end. Then one key serves all tests, since a client may be
    older than its test, and requests with it reach the world of the test that runs.
    """

    def __init__(self, *, leads_session: bool) -> None:
        self.worker = os.environ.get("PYTEST_XDIST_WORKER", "main")
        self.leads_session = leads_session
        self.mock = MockClaude(workspace=self.worker).start()
        self._open: list[str] = []
        self._retired: dict[str, str] = {}
        self._ending = ExitStack()
        self._ending.callback(self.mock.close)
        if leads_session:
            self._ending.enter_context(applied(client_environment(self.mock.url, self.mock.api_key)))

    def close(self) -> None:
        """Ends the server and puts the environment back."""
        self._ending.close()

    def name_of(self, nodeid: str, suffix: str = "") -> str:
        """The workspace of a test: the same in every run, and not the one of another worker or a block around it."""
        name = f"{self.worker}_{blake2b(nodeid.encode(), digest_size=DIGITS).hexdigest()}{suffix}"
        return f"{name}.{len(self._open)}" if name in self._open else name

    @contextmanager
    def world(self, name: str, settings: Settings, *, nodeid: str) -> Iterator[MockWorkspace]:
        """A fresh world that the environment leads to, forgotten at the end of the block."""
        workspaces = self.mock.workspaces
        workspaces.fresh(name, settings=settings)
        mock = self.mock.workspace(name)
        self._retired.pop(name, None)
        self._open.append(name)
        key = self.mock.api_key if self.leads_session else mock.api_key
        try:
            self._lead()
            with applied(client_environment(self.mock.url, key)):
                yield mock
        finally:
            self._open.remove(name)
            self._lead()
            mock.world.is_kept = False
            workspaces.remove(name)
            self._retired[name] = nodeid

    def late(self) -> list[str]:
        """The tests that are over and whose keys were used since they were last asked for."""
        workspaces = self.mock.workspaces
        used = [world.name for world in workspaces if not world.is_kept and world.name in self._retired]
        for name in used:
            workspaces.remove(name)
        return [self._retired[name] for name in used]

    def _lead(self) -> None:
        """Lets the key of the session lead to the innermost open world, or to its own."""
        if self.leads_session:
            self.mock.workspaces.alias(self.worker, to=self._open[-1] if self._open else None)
