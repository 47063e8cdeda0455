"""What `st.from_type` gives for the API's types; Hypothesis calls `register` when it is imported.

Nothing is loaded for that: a type is registered once somebody loads it. It stands outside of `strategies`, because
that package loads all of its modules.
"""

from hypothesis import strategies as st

from mockclaude.wire.awaited import when_loaded


def register() -> None:
    """Registers the types that are loaded, and the others as soon as they are."""
    when_loaded("MessagesRequest", lambda kind: st.register_type_strategy(kind, _requests))
    when_loaded("Message", lambda kind: st.register_type_strategy(kind, _messages))


def _requests(_kind: type) -> st.SearchStrategy[object]:
    from mockclaude.strategies.requests import requests
    from mockclaude.wire.request import MessagesRequest

    return requests().map(MessagesRequest.model_validate)


def _messages(_kind: type) -> st.SearchStrategy[object]:
    from mockclaude.strategies.messages import messages
    from mockclaude.wire.message import Message

    return messages().map(Message.model_validate)
