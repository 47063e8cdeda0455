"""Conversations whose history the API keeps, told as if the client had sent all of it.

A request that continues a thread holds only what is new and the id of the answer before it. Source: SDK 2.14.0, beta
`message-threads-2026-08-12`.
"""

from collections.abc import Iterable
from dataclasses import replace
from typing import Final, cast

from mockclaude.verify.property import Broken
from mockclaude.wire.body import JsonObject, MessageBody, Turn
from mockclaude.wire.coding import CodingFault, decoded
from mockclaude.wire.encoding import JSONFault, dumps, loads
from mockclaude.wire.interaction import Interaction, RawResponse
from mockclaude.wire.sse import decode
from mockclaude.wire.stream import StreamFault, message_of

LARGEST: Final = 1 << 26
"""Bytes that a coded body may unfold to."""


def unfolded(exchanges: Iterable[Interaction]) -> list[Interaction]:
    """The exchanges, each with its whole history; raises `Broken` for a thread that there is not."""
    known: dict[str, list[Turn]] = {}
    told: list[Interaction] = []
    for number, exchange in enumerate(exchanges, 1):
        body = _body_of(exchange, number)
        turns = cast("list[Turn]", body["messages"])
        thread = body.get("thread")
        if isinstance(thread, dict) and thread.get("type") == "continue":
            before = str(thread.get("previous_message_id"))
            if before not in known:
                raise Broken(f"request {number} continues a thread that there is not", expected=[*known], got=before)
            turns = [*known[before], *turns]
        whole = cast("JsonObject", {**body, "messages": turns})
        answer = None if exchange.response is None else _message_in(exchange.response)
        if answer is not None:
            known[answer["id"]] = [*turns, {"role": "assistant", "content": answer["content"]}]
        told.append(replace(exchange, request=exchange.request._replace(body=dumps(whole))))
    return told


def _body_of(exchange: Interaction, number: int) -> JsonObject:
    """The JSON of a request; raises `Broken` for what is no conversation."""
    request, codings = exchange.request, exchange.request.headers.get("content-encoding")
    try:
        body = loads(decoded(request.body, codings, limit=LARGEST) if codings else request.body)
    except (JSONFault, CodingFault) as fault:
        raise Broken(f"request {number} is no conversation", expected="a JSON object", got=fault) from None
    if not isinstance(body, dict) or not isinstance(body.get("messages"), list):
        raise Broken(f"request {number} is no conversation", expected="an object with messages", got=body)
    return body


def _message_in(response: RawResponse) -> MessageBody | None:
    """The message that an answer tells; nothing where it tells none."""
    try:
        if response.streamed:
            return message_of(decode(response.body))
        found = loads(response.body)
    except (StreamFault, JSONFault):
        return None
    return cast("MessageBody", found) if isinstance(found, dict) and found.get("type") == "message" else None
