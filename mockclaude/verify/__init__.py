"""How clients are proven: a kit that examines any client by properties, and a machine that leads agents astray."""

from importlib import import_module
from typing import Final

_HOMES: Final = {
    "AgentLoopMachine": "machine",
    "AgentTool": "adapter",
    "ClientAdapter": "adapter",
    "ClientContract": "contract_class",
    "ContractFailure": "report",
    "Endpoint": "adapter",
    "ErrorInfo": "outcome",
    "Outcome": "outcome",
    "Report": "report",
    "Tools": "adapter",
    "agent_adapter": "function",
    "agent_tools": "task",
    "chat_adapter": "function",
    "check_client": "kit",
    "gateway_adapter": "adapters.gateway",
    "playing": "counterexample",
}

__all__ = [
    "AgentLoopMachine",
    "AgentTool",
    "ClientAdapter",
    "ClientContract",
    "ContractFailure",
    "Endpoint",
    "ErrorInfo",
    "Outcome",
    "Report",
    "Tools",
    "agent_adapter",
    "agent_tools",
    "chat_adapter",
    "check_client",
    "gateway_adapter",
    "playing",
]


def __getattr__(name: str) -> object:
    """Names load with their first use: only one of them needs pytest."""
    if name not in _HOMES:
        raise AttributeError(f"module 'mockclaude.verify' has no attribute {name!r}")
    return getattr(import_module(f"mockclaude.verify.{_HOMES[name]}"), name)
