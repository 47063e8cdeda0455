"""What the README shows of decorators and plain unittest is run as its reader runs it."""

from .decorated import GreetingTest, test_greeting

__all__ = ["GreetingTest", "test_greeting"]
