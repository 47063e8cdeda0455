"""Opens the record of an exchange before everything else and closes it after the last byte."""

import logging

from mockclaude.server.exchange import Exchange, Handler
from mockclaude.server.send import Sent

logger = logging.getLogger("mockclaude.server")


def journal(handler: Handler) -> Handler:
    """Sees to it that every exchange is remembered, answered or not."""

    async def recorded(exchange: Exchange) -> Sent:
        try:
            return await handler(exchange)
        finally:
            exchange.remember(None)
            exchange.close()
            if logger.isEnabledFor(logging.INFO):
                logger.info("%s", described(exchange))

    return recorded


def described(exchange: Exchange) -> str:
    """One line about an exchange, for the log."""
    interaction = exchange.interaction
    response = interaction.response if interaction else None
    answer = f"{response.status} {response.ending}" if response else "no answer"
    return f"{exchange.place} {answer} workspace={exchange.workspace.name}"
