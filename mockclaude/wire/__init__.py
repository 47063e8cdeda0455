"""What is said: types and bytes, no decisions, no I/O."""

from importlib import import_module

_HOMES = {
    "CountTokensRequest": "request",
    "MessagesRequest": "request",
    "Message": "message",
    "MessageBatch": "batch",
    "MessageBatchRow": "batch",
    "StreamEvent": "events",
    "APIError": "error",
    "Finding": "finding",
    "Interaction": "interaction",
    "RawRequest": "interaction",
    "RawResponse": "interaction",
    "Chunk": "interaction",
    "StreamFault": "stream",
    "events_of": "stream",
    "message_of": "stream",
}

__all__ = [
    "APIError",
    "Chunk",
    "CountTokensRequest",
    "Finding",
    "Interaction",
    "Message",
    "MessageBatch",
    "MessageBatchRow",
    "MessagesRequest",
    "RawRequest",
    "RawResponse",
    "StreamEvent",
    "StreamFault",
    "events_of",
    "message_of",
]


def __getattr__(name: str) -> object:
    """Names load with their first use: the typed view needs pydantic, the bytes do not."""
    if name not in _HOMES:
        raise AttributeError(f"module 'mockclaude.wire' has no attribute {name!r}")
    return getattr(import_module(f"mockclaude.wire.{_HOMES[name]}"), name)
