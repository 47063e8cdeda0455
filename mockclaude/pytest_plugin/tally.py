"""What the tests of a run told, gathered as their reports come in, from workers too."""

from collections.abc import Mapping
from datetime import date
from typing import Any

import pytest


class Tally:
    """What every test told, by its node id, as its reports carried it; `began` is the day on which the run did."""

    def __init__(self, *, began: date) -> None:
        self.began = began
        self.told: dict[str, list[Mapping[str, Any]]] = {}
        self.fault = ""

    def pytest_runtest_logreport(self, report: pytest.TestReport) -> None:
        """Takes what a test's last report carries; a test that is run again tells both times."""
        data: Mapping[str, Any] | None = getattr(report, "mock_claude", None)
        if data is not None:
            self.told.setdefault(report.nodeid, []).append(data)
