"""`POST /v1/messages/count_tokens`: what a conversation would cost."""

from mockclaude.meter.tokens import count_input
from mockclaude.rules.catalogue import validate
from mockclaude.server.exchange import Exchange
from mockclaude.server.send import Sent
from mockclaude.wire.body import JsonObject


async def count_tokens(exchange: Exchange) -> Sent:
    """Counts the tokens of a conversation; nothing is edited away, so the original count is the same."""
    call = validate(await exchange.read())
    counted: JsonObject = {"input_tokens": count_input(call.body, call.model)}
    if "context_management" in call.features:
        counted["context_management"] = {"original_input_tokens": counted["input_tokens"]}
    return await exchange.send_json(counted)
