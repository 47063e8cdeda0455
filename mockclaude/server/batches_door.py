"""The way to the batches, which are loaded when somebody first takes it: most servers never see one."""

from mockclaude.server.exchange import Exchange
from mockclaude.server.send import Sent


async def batches(exchange: Exchange) -> Sent:
    """Answers a request for batches."""
    from mockclaude.server.batches import respond

    return await respond(exchange)
