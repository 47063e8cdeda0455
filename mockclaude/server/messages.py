"""`POST /v1/messages`: a conversation goes in, a message or its stream comes out."""

from mockclaude.rules.catalogue import validate
from mockclaude.server.exchange import Exchange
from mockclaude.server.send import Sent


async def messages(exchange: Exchange) -> Sent:
    """Answers a conversation."""
    intake = await exchange.read()
    call = validate(intake)
    response = exchange.respond(call)
    return await exchange.send(response)
