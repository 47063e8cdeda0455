"""The server of a run, and where the environment leads meanwhile; made with the first fixture that needs it."""

import os
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from hashlib import blake2b
from threading import Lock
from typing import Final

from mockclaude.environment import applied, client_environment
from mockclaude.handle import MockWorkspace
from mockclaude.mock import MockClaude
from mockclaude.pytest_plugin.egress import release
from mockclaude.settings import Settings

DIGITS: Final = 6
"""Bytes of a test's hash: among 10,000 tests two share one once in five million runs."""


UPSTREAM_KEY: Final = "MOCKCLAUDE_UPSTREAM_KEY"
"""The variable that holds the key which a recorder uses; the environment's own one is a mock key meanwhile."""


class Run:
    """One server for all tests of this process.

    `leads_session` sets the environment from now to the end. Then one key serves all tests, since a client may be
    older than its test, and requests with it reach the world of the test that runs.
    """

    def __init__(self, *, leads_session: bool) -> None:
        self.worker = os.environ.get("PYTEST_XDIST_WORKER", "main")
        self.leads_session = leads_session
        self.upstream_key = os.environ.get(UPSTREAM_KEY) or os.environ.get("ANTHROPIC_API_KEY")
        self.mock = MockClaude(workspace=self.worker).start()
        self._lock = Lock()
        self._open: list[str] = []
        self._retired: dict[str, str] = {}
        self._around = ExitStack()
        self._ending = ExitStack()
        self._ending.callback(release)
        self._ending.callback(self.mock.close)
        if leads_session:
            self._ending.enter_context(applied(client_environment(self.mock.url, self.mock.api_key)))

    def close(self) -> None:
        """Ends the server and puts the environment back."""
        self._ending.close()

    @contextmanager
    def world(self, nodeid: str, settings: Settings, *, suffix: str = "") -> Iterator[MockWorkspace]:
        """A fresh world for a test that the environment leads to, forgotten at the end of the block."""
        workspaces = self.mock.workspaces
        with self._lock:
            name = self._free_name(nodeid, suffix)
            workspaces.fresh(name, settings=settings)
            mock = self.mock.workspace(name)
            self._retired.pop(name, None)
            self._lead([*self._open, name])
        try:
            yield mock
        finally:
            with self._lock:
                self._lead([one for one in self._open if one != name])
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

    def _free_name(self, nodeid: str, suffix: str) -> str:
        """The workspace of a test: the same in every run, and not the one of another worker or a block around it."""
        name = f"{self.worker}_{blake2b(nodeid.encode(), digest_size=DIGITS).hexdigest()}{suffix}"
        names = (name, *[f"{name}.{number}" for number in range(2, len(self._open) + 2)])
        return next(one for one in names if one not in self._open)

    def _lead(self, names: list[str]) -> None:
        """Leads clients to the last of the open worlds; where none is open, to where they were led before.

        Blocks in several threads need not end in the order in which they began.
        """
        is_first, self._open = not self._open, names
        if self.leads_session:
            self.mock.workspaces.alias(self.worker, to=names[-1] if names else None)
        elif not names:
            self._around.close()
        elif is_first:
            leading = client_environment(self.mock.url, self.mock.workspace(names[-1]).api_key)
            self._around.enter_context(applied(leading))
        else:
            os.environ["ANTHROPIC_API_KEY"] = self.mock.workspace(names[-1]).api_key
