"""Types that load with their first use, and who wants to know when they do: nobody has to load them to learn of them."""

from collections.abc import Callable
from typing import TypeVar

Kind = TypeVar("Kind", bound=type)

_loaded: dict[str, type] = {}
_waiting: dict[str, list[Callable[[type], None]]] = {}


def awaited(kind: Kind) -> Kind:
    """Tells those who wait that the type is there; a decorator."""
    _loaded[kind.__name__] = kind
    for tell in _waiting.pop(kind.__name__, []):
        tell(kind)
    return kind


def when_loaded(name: str, tell: Callable[[type], None]) -> None:
    """Calls back with the type of that name, now or once it is loaded."""
    if name in _loaded:
        tell(_loaded[name])
    else:
        _waiting.setdefault(name, []).append(tell)
