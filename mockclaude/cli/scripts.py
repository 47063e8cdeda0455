"""The scenarios that a server plays from files, and plays anew when their files change."""

import asyncio
import logging
from collections.abc import Callable, Iterable
from pathlib import Path
from typing import Final, TypeAlias

import click

from mockclaude.engine.scenario import Scenario
from mockclaude.engine.scenario_reader import load_scenario
from mockclaude.errors import ScriptError
from mockclaude.ready import file_of

PERIOD: Final = 0.5
"""Seconds between two looks at the files."""

logger = logging.getLogger("mockclaude.cli")

Stamp: TypeAlias = tuple[int, int, int] | None


class Scripts:
    """Scenarios by their files; `play` is told of each, at the start and after an edit that can be read.

    Raises `ScriptError` for a file that cannot be read at the start, and for two scenarios of one name.
    """

    def __init__(self, files: Iterable[str], play: Callable[[Scenario], object]) -> None:
        self._play = play
        self._names: dict[Path, str] = {}
        self._stamps: dict[Path, Stamp] = {}
        for path in map(file_of, files):
            stamp, scenario = stamp_of(path), load_scenario(path)
            twin = next((other for other, name in self._names.items() if name == scenario.name), None)
            if twin is not None:
                raise ScriptError(f"{twin} and {path} are both called {scenario.name!r}; give one of them another name")
            self._names[path], self._stamps[path] = scenario.name, stamp
            play(scenario)

    async def watch(self) -> None:
        """Looks at the files until it is cancelled."""
        while True:
            await asyncio.sleep(PERIOD)
            await asyncio.to_thread(self.look)

    def look(self) -> None:
        """Plays the scenarios whose files have changed; a broken edit is logged, and the scenario stays as it was."""
        for path, known in list(self._stamps.items()):
            stamp = stamp_of(path)
            if stamp not in {known, None}:  # an editor may take the file away for a moment
                self._stamps[path] = stamp
                self._reload(path)

    def _reload(self, path: Path) -> None:
        try:
            scenario = load_scenario(path)
        except ScriptError as fault:
            logger.error("the edit is not played:\n%s", fault)  # noqa: TRY400 - the text names file, line and column
            return
        if scenario.name != self._names[path]:
            known, new = self._names[path], scenario.name
            logger.error(
                "the edit is not played:\n%s: it is now called %r; %r stays until the next start", path, new, known
            )
            return
        self._play(scenario)
        click.echo(f"{path} is played anew", err=True)


def stamp_of(path: Path) -> Stamp:
    """What changes with a file; `None` while there is none."""
    try:
        found = path.stat()
    except OSError:
        return None
    return found.st_mtime_ns, found.st_size, found.st_ino
