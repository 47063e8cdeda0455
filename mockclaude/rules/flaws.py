"""The flaws in the shape of one request's body."""

from collections.abc import Iterator
from functools import lru_cache
from typing import Final

from mockclaude.call import Intake
from mockclaude.rules.body_fields import body_of
from mockclaude.rules.grammar import Context, Flaw
from mockclaude.wire.betas import is_future
from mockclaude.wire.body import JsonObject
from mockclaude.wire.evidence import reported

SECOND_VERSION: Final = "2026-10-21"
MEASURED: Final = reported("2026-08-31", "137 calls measured against claude-sonnet-5")


@lru_cache(maxsize=1024)
def context_of(betas: tuple[str, ...]) -> Context:
    """What a request's betas unlock."""
    return Context(frozenset(betas), is_open=any(is_future(name) for name in betas))


def flaws_of(intake: Intake) -> list[Flaw] | None:
    """The flaws in the API's order; `None` when the shape is sound, or when there is no object to judge."""
    if type(intake.document) is not dict:
        return None
    form = body_of(intake.endpoint, is_first_version=intake.version != SECOND_VERSION)
    return form.check(intake.document, context_of(intake.betas))


def facts_of(flaw: Flaw) -> JsonObject:
    """What fills the message of the rule that is broken."""
    return {"path": ".".join(map(str, flaw.path)), **flaw.facts}


def offending(intake: Intake, offence: str) -> Iterator[JsonObject]:
    """The facts of all flaws of one kind."""
    return (facts_of(flaw) for flaw in flaws_of(intake) or () if flaw.offence == offence)
