"""What the tests of a run told, gathered as their reports come in, from workers too."""

from collections.abc import Mapping
from datetime import date
from typing import Any

import pytest

from mockclaude.pytest_plugin.told import Told, joined


class Tally:
    """The told of every test by its node id; `began` is the day on which the run did."""

    def __init__(self, *, began: date) -> None:
        self.began = began
        self.told: dict[str, Told] = {}
        self.fault = ""

    def pytest_runtest_logreport(self, report: pytest.TestReport) -> None:
        """Takes what a test's last report carries; a test that is run again tells both times."""
        data: Mapping[str, Any] | None = getattr(report, "mock_claude", None)
        if data is not None:
            self.told[report.nodeid] = joined([self.told.get(report.nodeid, Told()), Told(**data)])
