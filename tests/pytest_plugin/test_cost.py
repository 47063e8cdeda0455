"""Who does not use the plugin pays next to nothing for it; who does pays less than for a server of their own."""

import asyncio
import os
import statistics
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from threading import Thread

import pytest
from aiohttp import web

from mockclaude.mock import MockClaude
from mockclaude.pytest_plugin.case import Case
from mockclaude.pytest_plugin.options import OPTIONS, default_of
from mockclaude.pytest_plugin.run import Run

from ..test_architecture import HEAVY

SERVER_GATE = 2.0
RESET_GATE = 0.2
"""In processor time of starting and stopping a bare aiohttp server."""

UNUSED = 0.005
"""Seconds of CPU that the plugin may take in a run that does not use it."""

MEASURE = """
import importlib, time
import pytest, _pytest.config
for name in _pytest.config.default_plugins:
    importlib.import_module(f"_pytest.{name}")
parser = _pytest.config.argparsing.Parser(_ispytest=True)
begin = time.process_time()
import mockclaude.pytest_plugin as plugin
plugin.pytest_addoption(parser)
print(time.process_time() - begin)
"""
"""What a run does for the plugin before its first test, after all that it does anyhow."""


def test_a_run_that_does_not_use_it_loads_only_its_door() -> None:
    told = loaded_by("pytest.main(['--markers'])")
    assert any(line.startswith("@pytest.mark.mock_claude(") for line in told)
    assert [name for name in told[-1].split() if name.startswith("mockclaude")] == [
        "mockclaude",
        "mockclaude.errors",
        "mockclaude.pytest_plugin",
        "mockclaude.pytest_plugin.finder",
        "mockclaude.pytest_plugin.options",
        "mockclaude.pytest_plugin.tally",
    ]


def test_the_door_loads_nothing_heavy() -> None:
    [told] = loaded_by("import mockclaude.pytest_plugin")
    assert set(told.split()) & set(HEAVY) == set()


def loaded_by(statement: str) -> list[str]:
    """What a statement prints, and in the last line the modules that are loaded then."""
    code = f"import sys, pytest; {statement}; print(*sorted(sys.modules))"
    return subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True).stdout.splitlines()


@pytest.mark.slow
def test_unused_it_takes_at_most_five_milliseconds(tmp_path: Path) -> None:
    variables = {name: value for name, value in os.environ.items() if name != "PYTHONDONTWRITEBYTECODE"}
    variables["PYTHONPYCACHEPREFIX"] = str(tmp_path)  # compiled once, as after an installation
    told = [
        float(
            subprocess.run(
                [sys.executable, "-c", MEASURE], capture_output=True, text=True, check=True, env=variables
            ).stdout
        )
        for _ in range(7)
    ]
    print(f"unused: {min(told) * 1e3:.2f} ms")
    assert min(told) <= UNUSED


def bare() -> None:
    """Starts and stops a bare aiohttp server in a thread, as anybody would for a test."""

    async def serve() -> None:
        runner = web.AppRunner(web.Application(), access_log=None)
        await runner.setup()
        await web.TCPSite(runner, "127.0.0.1", 0).start()
        await runner.cleanup()

    thread = Thread(target=asyncio.run, args=(serve(),))
    thread.start()
    thread.join()


def new_server() -> None:
    MockClaude().start().close()


@pytest.fixture
def reset() -> Iterator[Callable[[], None]]:
    """All that `mock_claude` does for one test: a world, the environment, the guard and the verdict."""
    run = Run(leads_session=False)
    wishes = {name: default_of(name) for name, option in OPTIONS.items() if option.in_marker}

    def one() -> None:
        case = Case(run, "tests/test_it.py::test_it", wishes, root=Path(), folder=Path())
        with case.world():
            pass
        case.end()

    yield one
    run.close()


@pytest.mark.slow
def test_a_fixture_and_a_server_cost_a_fraction_of_a_server_of_one_s_own(reset: Callable[[], None]) -> None:
    costs: dict[str, list[float]] = {"bare": [], "server": [], "reset": []}
    for _ in range(40):
        for name, act in (("bare", bare), ("server", new_server), ("reset", reset)):
            began = time.process_time()
            act()
            costs[name].append(time.process_time() - began)
    median = {name: statistics.median(times) for name, times in costs.items()}
    print("\n" + ", ".join(f"{name} {cost * 1e3:.2f} ms" for name, cost in median.items()))
    print(f"server {median['server'] / median['bare']:.2f}, reset {median['reset'] / median['bare']:.2f}")
    assert median["server"] <= SERVER_GATE * median["bare"]
    assert median["reset"] <= RESET_GATE * median["bare"]
