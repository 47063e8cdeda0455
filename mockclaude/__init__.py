"""An offline mock server and contract-testing toolkit for Anthropic's Messages API."""

from importlib import import_module

__version__ = "0.1.0"

_HOMES = {
    "APIError": "mockclaude.wire.error",
    "MockClaude": "mockclaude.mock",
    "MockClaudeError": "mockclaude.errors",
    "Settings": "mockclaude.settings",
}

__all__ = ["APIError", "MockClaude", "MockClaudeError", "Settings", "__version__"]


def __getattr__(name: str) -> object:
    """Public names load with their first use, so that importing the package costs nothing."""
    if name not in _HOMES:
        raise AttributeError(f"module 'mockclaude' has no attribute {name!r}")
    return getattr(import_module(_HOMES[name]), name)


def __dir__() -> list[str]:
    return sorted(__all__)
