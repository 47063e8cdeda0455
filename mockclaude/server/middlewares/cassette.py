"""Lets the cassette of a world answer before the endpoint does: a recording is the truth, whatever the rules think."""

from collections.abc import Awaitable

from mockclaude.server.exchange import Exchange, Handler
from mockclaude.server.send import Sent


def cassette(handler: Handler) -> Handler:
    """Asks the cassette where a world has one; without, the endpoint answers and nothing is spent."""

    def answered(exchange: Exchange) -> Awaitable[Sent]:
        player = exchange.workspace.player
        if player is None:
            return handler(exchange)
        from mockclaude.server.playing import play  # most servers never play one

        return play(exchange, player)

    return answered
