"""No rule refuses, under `live`, what the real API is recorded to have answered."""

from typing import Any

from mockclaude.call import Intake
from mockclaude.clock import EPOCH
from mockclaude.models import Models
from mockclaude.rules.catalogue import validate
from mockclaude.rules.rule import Draft
from mockclaude.settings import Settings
from mockclaude.wire.error import APIError
from tests import corpus
from tests.contracts.test_recordings_types import COUNTED, MESSAGES, betas_sent

pytestmark = corpus.needs_corpus

LIVE = Settings(validation="live", unknown_models="accept")
MODELS = Models.load()

SINCE = {
    "mislabelled-image": ("2026-01", "since about then the declared media type must be that of the bytes"),
}
"""Refusals that the API introduced after a request was recorded: since when, and which."""

FEWEST = 1990
"""Answered requests in the recordings of 2026-11, rounded down, so that an empty run fails."""


def refusal(row: dict[str, Any], settings: Settings) -> str | None:
    draft = Draft(body=row["request_body"], path=row["path"].partition("?")[0])
    betas = sorted(betas_sent(row))
    sent = draft.with_header("anthropic-beta", ",".join(betas)) if betas else draft
    try:
        validate(Intake(sent.request(), settings=settings, models=MODELS, today=EPOCH.date()))
    except APIError as error:
        return error.rule
    return None


ROWS = [row for row in (*MESSAGES, *COUNTED) if isinstance(row["request_body"], dict)]


def test_every_request_that_was_answered_is_accepted() -> None:
    refused = [(row["source"], row["recorded"], rule) for row in ROWS if (rule := refusal(row, LIVE))]
    print(f"{len(ROWS)} answered requests, {len(refused)} refused by rules that came later")
    late = [entry for entry in refused if entry[2] in SINCE and str(entry[1]) < SINCE[entry[2]][0]]
    assert [entry for entry in refused if entry not in late] == []
    assert len(ROWS) >= FEWEST


def test_strict_refuses_more_only_for_the_order_of_roles() -> None:
    strict = Settings(unknown_models="accept")
    more = {refusal(row, strict) for row in ROWS if refusal(row, LIVE) is None}
    assert more <= {None, "assistant-first", "roles-not-alternating"}
