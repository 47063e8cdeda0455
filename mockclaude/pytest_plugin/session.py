"""The run and the test that runs now: what the hooks and fixtures of the plugin talk to."""

from collections.abc import Callable
from dataclasses import replace
from typing import Final

import pytest

from mockclaude.call import VERSIONS
from mockclaude.errors import SettingsError, nearest
from mockclaude.mock_server import MockServer
from mockclaude.pytest_plugin.case import Case
from mockclaude.pytest_plugin.options import MARKER, OPTIONS, Value, from_marker, read
from mockclaude.pytest_plugin.run import Run
from mockclaude.pytest_plugin.told import Told

SECTION: Final = "mockclaude"


class Session:
    """What the plugin holds from its first use to the end of the run."""

    def __init__(self, config: pytest.Config, *, running: Callable[[], pytest.Item]) -> None:
        self._config = config
        self.run = Run(leads_session=bool(read(config, "session_env")))
        self.server = MockServer(self.run.mock, example=lambda: self.begin(running()).example())
        self._item: pytest.Item | None = None
        self._case: Case | None = None
        self._blamed: set[str] = set()
        self._has_passed = False

    def begin(self, item: pytest.Item) -> Case:
        """What is held for a test, made with its first use of a fixture."""
        if self._case is None or self._item is not item:
            folder, root = item.path.parent, self._config.rootpath
            self._case = Case(self.run, item.nodeid, self._wishes(item), root=root, folder=folder)
            self._item, self._blamed, self._has_passed = item, set(), False
        return self._case

    def judge(self, item: pytest.Item) -> None:
        """The verdict on a test that found nothing wrong itself; fails it, or tells it what to heed."""
        case = self._case_of(item)
        if case is None:
            return
        told = case.told()
        problems = self._new_problems(case, told)
        self._has_passed, case.has_failed = not problems, bool(problems)
        remarks = case.remarks(told)
        if remarks:
            item.add_report_section("call", SECTION, "\n".join(remarks))
        if problems:
            pytest.fail("\n".join(problems), pytrace=False)

    def explain(self, item: pytest.Item) -> None:
        """Tells a test that has failed what else was wrong with it."""
        case = self._case_of(item)
        if case is None:
            return
        case.has_failed = True
        told = case.told()
        texts = self._new_problems(case, told) + case.remarks(told)
        if texts:
            item.add_report_section("call", SECTION, "\n".join(texts))

    def end(self, item: pytest.Item) -> tuple[Told, list[str]] | None:
        """What a test did, and what came to light after its verdict; `None` where the plugin was not used."""
        case = self._case_of(item)
        if case is None:
            return None
        told = case.end()
        if not self._has_passed:
            told = replace(told, unused_stubs=[])  # a test that stopped early did not mean to leave them
        self._case = self._item = None
        return told, self._new_problems(case, told)

    def _case_of(self, item: pytest.Item) -> Case | None:
        if self.run.leads_session:
            return self.begin(item)
        return self._case if self._item is item else None

    def _new_problems(self, case: Case, told: Told) -> list[str]:
        found = [problem for problem in case.problems(told) if problem not in self._blamed]
        self._blamed.update(found)
        return found

    def _wishes(self, item: pytest.Item) -> dict[str, Value]:
        """What the run and the test's markers say together; raises `SettingsError`."""
        wishes = {name: read(self._config, name) for name, option in OPTIONS.items() if option.in_marker}
        wishes |= from_marker(list(item.iter_markers(MARKER)))
        version = wishes["api_version"]
        if version is not None and version not in VERSIONS:
            hint = nearest(str(version), VERSIONS)
            raise SettingsError(f"api_version is {version!r}{hint}; expected one of {', '.join(VERSIONS)}")
        return wishes
