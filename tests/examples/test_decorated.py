"""What the README shows of decorators and plain unittest is run as its reader runs it."""

import gc
import warnings
from collections.abc import Iterator

import pytest

from .decorated import GreetingTest, test_greeting

__all__ = ["GreetingTest", "test_greeting"]


@pytest.fixture(autouse=True)
def _collected() -> Iterator[None]:
    """The application leaves its clients to the garbage collector, as many do; not while another test runs."""
    yield
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", ResourceWarning)
        gc.collect()
