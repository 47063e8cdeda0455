"""Who does not use the plugin pays next to nothing for it; who does pays less than for a server of their own."""

import asyncio
import os
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from statistics import median
from threading import Thread

import pytest
from aiohttp import web

from mockclaude.mock import MockClaude
from mockclaude.pytest_plugin.case import Case
from mockclaude.pytest_plugin.options import OPTIONS, default_of
from mockclaude.pytest_plugin.run import Run

from ..test_architecture import HEAVY

TRIES = 3
GATES = {"server": 2.0, "reset": 0.2, "fixture": 0.6}
"""In processor time of starting and stopping a bare aiohttp server, with ready modules 0.3 to 0.5 ms.

Measured on two shared cores, 2026-11: a server 1.7, a reset 0.01, and all that the fixture does for one test,
of which the environment is a quarter, 0.3 to 0.4.
"""

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
        "mockclaude.pytest_plugin.hooks",
        "mockclaude.pytest_plugin.options",
        "mockclaude.pytest_plugin.tally",
    ]


def test_the_door_loads_nothing_heavy() -> None:
    [told] = loaded_by("import mockclaude.pytest_plugin.hooks")
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
    """Starts and stops a bare aiohttp server with one endpoint in a thread, as anybody would for a test."""

    async def answer(_: web.Request) -> web.Response:
        return web.Response()

    async def serve() -> None:
        application = web.Application()
        application.router.add_post("/v1/messages", answer)
        runner = web.AppRunner(application, access_log=None)
        await runner.setup()
        await web.TCPSite(runner, "127.0.0.1", 0).start()
        await runner.cleanup()

    thread = Thread(target=asyncio.run, args=(serve(),))
    thread.start()
    thread.join()


def new_server() -> None:
    MockClaude().start().close()


@pytest.fixture
def fixture() -> Iterator[Callable[[], None]]:
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
def test_a_reset_costs_a_fraction_of_a_bare_server_and_a_new_server_little_more(fixture: Callable[[], None]) -> None:
    used = MockClaude(workspace="used")
    used.reply("Hello!")
    acts: dict[str, Callable[[], object]] = {
        "bare": bare,
        "server": new_server,
        "reset": used.reset,
        "fixture": fixture,
    }
    for _ in range(TRIES):  # what disturbs a machine passes, a loss shows in each
        ratios = ratios_of(acts)
        if all(ratios[name] <= gate for name, gate in GATES.items()):
            break
    assert {name: ratio for name, ratio in ratios.items() if ratio > GATES[name]} == {}


def ratios_of(acts: dict[str, Callable[[], object]]) -> dict[str, float]:
    """What each act usually costs, as a ratio to the bare server; the least cost is the clock's, it told 0.08 to 0.5 ms."""
    costs: dict[str, list[float]] = {name: [] for name in acts}
    for _ in range(80):
        for name, act in acts.items():
            began = time.process_time()
            act()
            costs[name].append(time.process_time() - began)
    usual = {name: median(times) for name, times in costs.items()}
    print("\n" + ", ".join(f"{name} {cost * 1e3:.2f} ms" for name, cost in usual.items()))
    ratios = {name: cost / usual["bare"] for name, cost in usual.items() if name != "bare"}
    print({name: f"{ratio:.2f} times bare aiohttp" for name, ratio in ratios.items()})
    return ratios
