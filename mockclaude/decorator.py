"""A mock for one function: made when it is called, handed to it as `mock`, and gone when it returns."""

import functools
import inspect
from collections.abc import Callable
from types import TracebackType
from typing import Any, Final, Protocol, TypeVar, cast

from mockclaude.errors import SettingsError

ARGUMENT: Final = "mock"
"""The argument that gets the handle, where a function has one of that name."""

Result = TypeVar("Result")


class Held(Protocol):
    """Something that is held by `with` as well as by `async with`."""

    def __enter__(self) -> object: ...
    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None: ...
    async def __aenter__(self) -> object: ...
    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None: ...


def with_a_mock(function: Callable[..., Result], make: Callable[[], Held]) -> Callable[..., Result]:
    """The function within a mock of its own for every call; raises `SettingsError` for what is no function."""
    if not inspect.isroutine(function) or inspect.isgeneratorfunction(function) or inspect.isasyncgenfunction(function):
        raise SettingsError(
            f"{function!r} cannot be decorated with a mock; expected a function or method that returns."
            " In a fixture write `with MockClaude() as mock: yield mock`,"
            " in a TestCase `self.mock = self.enterContext(MockClaude())`"
        )
    decorated = cast("Any", function)
    signature = inspect.signature(function)
    is_given = ARGUMENT in signature.parameters

    async def awaited(*arguments: object, **named: object) -> object:
        async with make() as mock:
            return await decorated(*arguments, **named, **({ARGUMENT: mock} if is_given else {}))

    def called(*arguments: object, **named: object) -> object:
        with make() as mock:
            return decorated(*arguments, **named, **({ARGUMENT: mock} if is_given else {}))

    wrapped: Any = functools.wraps(function)(awaited if inspect.iscoroutinefunction(function) else called)
    others = [parameter for name, parameter in signature.parameters.items() if name != ARGUMENT]
    wrapped.__signature__ = signature.replace(parameters=others)  # so that no fixture is sought for it
    return cast("Callable[..., Result]", wrapped)
