"""How clients are proven."""

from importlib import import_module
from typing import Final

_HOMES: Final = {
    "AgentLoopMachine": "machine",
}

__all__ = [
    "AgentLoopMachine",
]


def __getattr__(name: str) -> object:
    """Names load with their first use."""
    if name not in _HOMES:
        raise AttributeError(f"module 'mockclaude.verify' has no attribute {name!r}")
    return getattr(import_module(f"mockclaude.verify.{_HOMES[name]}"), name)
