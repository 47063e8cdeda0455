"""How many examples a second the strategies make, by the time of the processor."""

from statistics import median
from time import process_time
from typing import Any

import pytest
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st

from mockclaude.strategies import requests, violations

EXAMPLES = 1000
RUNS = 3
WANTED: list[tuple[str, st.SearchStrategy[Any], int]] = [
    ("requests", requests(), 800),
    ("violations", violations(), 600),
]
"""On a machine at rest; a third of it must hold anywhere."""


def rate_of(strategy: st.SearchStrategy[Any]) -> float:
    @settings(
        max_examples=EXAMPLES,
        database=None,
        deadline=None,
        phases=(Phase.generate,),
        suppress_health_check=list(HealthCheck),
    )
    @given(strategy)
    def draw(value: object) -> None:
        drawn.append(value is not None)

    rates = []
    for _ in range(RUNS):
        drawn: list[bool] = []
        began = process_time()
        draw()
        rates.append(len(drawn) / (process_time() - began))
    return median(rates)


@pytest.mark.slow
@pytest.mark.parametrize(("name", "strategy", "wanted"), WANTED)
def test_examples_come_fast(name: str, strategy: st.SearchStrategy[Any], wanted: int) -> None:
    rate = rate_of(strategy)
    print(f"{name}(): {rate:.0f} examples a second")
    assert rate > wanted / 3
