"""Modules of this package are loaded as any program loads them, not as tests."""

import importlib.machinery
import json
import sys
from pathlib import Path

from mockclaude.pytest_plugin.finder import AsInstalled, install

from .conftest import Suite


def test_only_modules_of_this_package_are_found() -> None:
    install()
    install()
    assert sys.meta_path[0] is AsInstalled
    assert sys.meta_path.count(AsInstalled) == 1
    spec = AsInstalled.find_spec("mockclaude.echo", [str(Path("mockclaude/engine").resolve())])
    assert spec is not None
    assert type(spec.loader) is importlib.machinery.SourceFileLoader
    for name in ("json", "mockclaude_of_another", "mockclaude", "mockclaude.nothing"):
        assert AsInstalled.find_spec(name, json.__path__) is None


def test_pytest_does_not_rewrite_them(suite: Suite) -> None:
    suite("""
import sys
pytest.register_assert_rewrite("mockclaude")
sys.modules.pop("mockclaude.engine.echo", None)
import mockclaude.engine.echo as echo

def test_it():
    assert type(echo.__loader__).__name__ == "SourceFileLoader"
""").assert_outcomes(passed=1)
