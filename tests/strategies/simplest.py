"""What a strategy shrinks to."""

from collections.abc import Callable
from typing import TypeVar

from hypothesis import HealthCheck, Phase, find, settings
from hypothesis import strategies as st

Value = TypeVar("Value")

SHRINKING = settings(
    database=None,
    deadline=None,
    derandomize=True,
    max_examples=2000,
    phases=(Phase.generate, Phase.shrink),
    suppress_health_check=list(HealthCheck),
)
"""Without the phase that explains a failure: it tries values that are not simpler."""


def simplest(strategy: st.SearchStrategy[Value], holds: Callable[[Value], object] = lambda _: True) -> Value:
    """The counterexample that a failing test would print."""
    return find(strategy, lambda value: bool(holds(value)), settings=SHRINKING)
