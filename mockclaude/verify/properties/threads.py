"""Conversations whose history the API keeps, told as if the client had sent all of it.

A request that continues a thread holds only what is new and the id of the answer before it. Source: SDK 2.14.0, beta
`message-threads-2026-08-12`.
"""

from collections.abc import Iterable
from dataclasses import replace
from typing import cast

from mockclaude.verify.property import Broken
from mockclaude.wire.body import JsonObject, MessageBody, Turn
from mockclaude.wire.encoding import JSONFault, dumps, loads
from mockclaude.wire.interaction import Interaction, RawResponse
from mockclaude.wire.sse import decode
from mockclaude.wire.stream import StreamFault, message_of


def unfolded(exchanges: Iterable[Interaction]) -> list[Interaction]:
    """The exchanges, each with its whole history; raises `Broken` for a thread that there is not."""
    known: dict[str, list[Turn]] = {}
    told: list[Interaction] = []
    for number, exchange in enumerate(exchanges, 1):
        body = cast("JsonObject", loads(exchange.request.body))
        turns = cast("list[Turn]", body["messages"])
        thread = body.get("thread")
        if isinstance(thread, dict) and thread.get("type") == "continue":
            before = str(thread.get("previous_message_id"))
            if before not in known:
                raise Broken(f"request {number} continues a thread that there is not", expected=[*known], got=before)
            turns = [*known[before], *turns]
            whole = cast("JsonObject", {**body, "messages": turns})
            exchange = replace(exchange, request=exchange.request._replace(body=dumps(whole)))  # noqa: PLW2901
        answer = None if exchange.response is None else _message_in(exchange.response)
        if answer is not None:
            known[answer["id"]] = [*turns, {"role": "assistant", "content": answer["content"]}]
        told.append(exchange)
    return told


def _message_in(response: RawResponse) -> MessageBody | None:
    """The message that an answer tells; nothing where it tells none."""
    try:
        if response.streamed:
            return message_of(decode(response.body))
        found = loads(response.body)
    except (StreamFault, JSONFault):
        return None
    return cast("MessageBody", found) if isinstance(found, dict) and found.get("type") == "message" else None
