"""Turns what an endpoint raises into an answer: the API's refusals, our own failures, and what nobody expected."""

import logging
from typing import Final

from aiohttp import web

from mockclaude.errors import MockClaudeError
from mockclaude.rules.catalogue import RULES
from mockclaude.server.exchange import Exchange, Handler
from mockclaude.server.headers import Speaker
from mockclaude.server.send import CLOSED, Sent
from mockclaude.wire.error import APIError
from mockclaude.wire.interaction import Chunk, RawResponse
from mockclaude.wire.shown import shown, without_keys

logger = logging.getLogger("mockclaude.server")

JSON: Final = ("content-type", "application/json")
TEAPOT: Final = 418


def errors(handler: Handler) -> Handler:
    """Answers every exception of an endpoint; nothing but a cancellation leaves it."""

    async def guarded(exchange: Exchange) -> Sent:
        try:
            return await handler(exchange)
        except APIError as error:
            refused = error
        except MockClaudeError as failure:
            refused = own_failure(failure)
            told = shown(str(failure))
            logger.error("%s cannot be answered: %s", exchange.place, told)  # noqa: TRY400
        except web.RequestPayloadError as fault:
            exchange.is_last = True
            refused = unreadable(fault)
        except OSError:  # the client is gone
            return CLOSED
        except Exception:
            logger.exception("%s failed inside mockclaude", exchange.place)
            refused = internal()
        return await refuse(exchange, refused)

    return guarded


async def refuse(exchange: Exchange, error: APIError) -> Sent:
    """Sends an error's envelope, unless bytes of another answer have left."""
    if exchange.has_begun:
        exchange.request.protocol.force_close()
        return CLOSED
    note(exchange, error)
    try:
        speaker: Speaker = "proxy" if error.bare else "gateway" if error.anonymous else exchange.speaker
        return await exchange.send(spoken(error, exchange.request_id), speaker=speaker)
    except OSError:
        return CLOSED


def spoken(error: APIError, request_id: str) -> RawResponse:
    """The response that carries an error."""
    rule = (("x-mockclaude-rule", error.rule),) if error.rule else ()
    return RawResponse(error.status, (JSON, *error.headers.items(), *rule), (Chunk(error.envelope(request_id)),))


def note(exchange: Exchange, error: APIError) -> None:
    """Records which rule refused an exchange and says so in the log."""
    if error.rule is None:
        return
    rule = RULES[error.rule]
    exchange.findings.append(rule.finding_of(error))
    mend = " ".join([text for text in (error.hint, rule.fix) if text])
    logger.warning(
        "%s refused: %d %s: %r%s; %s",
        exchange.place,
        error.status,
        error.rule,
        without_keys(error.message),
        rule.hint,
        without_keys(mend),
    )


def own_failure(failure: MockClaudeError) -> APIError:
    """What the API never says: the mock cannot do what it was told."""
    return _ours(shown(str(failure)), status=TEAPOT, kind="mockclaude_error", note=type(failure).__name__)


def internal() -> APIError:
    """The API's own words for a fault that is really ours."""
    return _ours("Internal server error", status=500, kind="api_error", note="internal; see the server's log")


def unreadable(fault: Exception) -> APIError:
    """A body that breaks HTTP itself."""
    return _ours(
        "Bad Request", status=400, kind="invalid_request_error", note=without_keys(f"the body breaks HTTP: {fault}")
    )


def _ours(message: str, *, status: int, kind: str, note: str) -> APIError:
    printable = "".join([sign if " " <= sign <= "~" else " " for sign in note])[:400]
    headers = {"x-should-retry": "false", "x-mockclaude-error": printable}
    return APIError(message, status=status, kind=kind, headers=headers)
