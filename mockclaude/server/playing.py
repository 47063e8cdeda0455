"""Answers the requests of a world that has a cassette: its stubs first, then the cassette, then the upstream.

Nothing else answers: a request that nobody recorded must not look like one that was.
"""

from typing import Final

from mockclaude.call import Call, Intake
from mockclaude.engine.imposed import imposed
from mockclaude.engine.player import Played, Player
from mockclaude.engine.reply import Reply
from mockclaude.errors import NoRecordingError
from mockclaude.rules.catalogue import audit, validate
from mockclaude.server.exchange import Exchange
from mockclaude.server.results_url import told_here
from mockclaude.server.send import Sent
from mockclaude.wire.error import APIError
from mockclaude.wire.finding import Finding
from mockclaude.workspace import UNRECORDED

JUDGED: Final = frozenset({"/v1/messages", "/v1/messages/count_tokens"})
"""Paths whose requests become calls."""
BATCHES: Final = "/v1/messages/batches"


async def play(exchange: Exchange, player: Player) -> Sent:
    """Answers from what was scripted, recorded, or is recorded now; raises `NoRecordingError` without any."""
    intake = await exchange.read()
    call = judged(intake)
    fault = None if call is None or exchange.speaker != "messages" else imposed(call, exchange.dice)
    engine = exchange.workspace.engine
    if call is not None and exchange.speaker == "messages":
        answer = engine.scripted(call, fault=fault)
        if answer is not None:
            exchange.stub = (answer.label or None) if isinstance(answer, Reply) else None
            return await exchange.send(
                engine.spoken(answer, call, exchange.dice, fault=fault, request_id=exchange.request_id)
            )
    if player.conduct.replays:
        found = player.find(intake.raw)
        if isinstance(found, Played):
            response = found.response
            exchange.stub = f"{player.tape.file.name} #{found.number}"
            exchange.request_id = found.interaction.request_id or exchange.request_id
            if fault is not None and call is not None:
                response = engine.spoken(response, call, exchange.dice, fault=fault, request_id=exchange.request_id)
            return await exchange.send(told_here(response, exchange), speaker="recording")
        if not player.conduct.records:
            exchange.findings.append(Finding(UNRECORDED, found.text))
            raise NoRecordingError(found.text)
    from mockclaude.server.proxy import forward  # replays alone never need the way outside

    return await forward(exchange, intake.raw, player)


def judged(intake: Intake) -> Call | None:
    """The request as a call where the rules allow it; what they do not becomes findings."""
    if intake.raw.method == "POST" and intake.raw.path == BATCHES:
        intake.findings[:] = audit(intake)
    if intake.raw.method != "POST" or intake.raw.path not in JUDGED:
        return None
    try:
        return validate(intake)
    except APIError:
        intake.findings[:] = audit(intake)
        return None
