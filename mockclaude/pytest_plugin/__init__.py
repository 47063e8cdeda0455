"""The pytest plugin: `def test_summary(mock_claude): ...`, and nothing else to set up.

It comes with the package, so it must not break a pytest that is too old for it.
"""

from typing import Final

import pytest

OLDEST: Final = (8, 0)
"""The first pytest whose hooks are typed and may be wrapped as ours are."""

if getattr(pytest, "version_tuple", (0,)) >= OLDEST:
    from mockclaude.pytest_plugin.hooks import (
        _mock_claude_connections,
        mock_claude,
        mock_claude_async_client,
        mock_claude_client,
        mock_claude_server,
        pytest_addoption,
        pytest_collection_modifyitems,
        pytest_configure,
        pytest_load_initial_conftests,
        pytest_runtest_call,
        pytest_runtest_makereport,
        pytest_runtest_setup,
        pytest_sessionfinish,
        pytest_terminal_summary,
    )

    __all__ = [
        "_mock_claude_connections",
        "mock_claude",
        "mock_claude_async_client",
        "mock_claude_client",
        "mock_claude_server",
        "pytest_addoption",
        "pytest_collection_modifyitems",
        "pytest_configure",
        "pytest_load_initial_conftests",
        "pytest_runtest_call",
        "pytest_runtest_makereport",
        "pytest_runtest_setup",
        "pytest_sessionfinish",
        "pytest_terminal_summary",
    ]
else:

    def pytest_report_header() -> str:
        """Says why there are no fixtures."""
        return f"mockclaude: its fixtures need pytest 8 or newer, this is {pytest.__version__}; pip install -U pytest"
