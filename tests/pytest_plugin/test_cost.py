"""Who does not use the plugin pays next to nothing for it; who does pays less than for a server of their own."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

from ..test_architecture import HEAVY

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
