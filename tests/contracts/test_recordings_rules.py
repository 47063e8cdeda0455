"""No rule refuses, under `live`, what the real API is recorded to have answered."""

import re
from collections.abc import Iterator, Mapping
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


SECRETS = re.compile(r"(toolu|srvtoolu|msg|req|file|container)_[A-Za-z0-9]+")
"""Ids, which differ from one recording to the next."""

NO_LONGER: Mapping[str, str] = {
    "Input tag 'file' found": "the Files API needs no beta since 2026-08-19",
    "container: Input should be a valid string": "containers may be objects since the skills of 2026-08-19",
    "The file format is invalid or unsupported": "since 2026 in the words of an undecodable image, which needs its bytes",
    "srvtoolu_": "results of server tools were mistaken for missing until 2025-05",
    "invalid x-api-key": "keys are redacted in the recordings, and every mock key is valid",
    "Your credit balance is too low": "a fault that a script asks for",
    "would exceed": "a fault that a script asks for",
    "Internal server error": "a fault that a script asks for",
    "Overloaded": "a fault that a script asks for",
}
"""Recorded refusals that today's API would not give to the request alone, by a piece of their text, each with why."""

REFUSED_AT_LEAST = 10


def recorded_refusals() -> Iterator[tuple[dict[str, Any], int, dict[str, str]]]:
    for row in corpus.rows():
        body, status = row["response_body"], row["status"] or 0
        is_asked = row["path"].startswith("/v1/messages") and isinstance(row["request_body"], dict)
        error = body.get("error") if isinstance(body, dict) else None
        if status >= 400 and is_asked and error and "messages" in row["request_body"]:
            yield row, status, error


def refused(row: dict[str, Any]) -> tuple[int, str, str] | None:
    draft = Draft(body=row["request_body"], path=row["path"].partition("?")[0])
    sent = draft.with_header("anthropic-beta", ",".join(sorted(betas_sent(row))) or None)
    settings = Settings(validation="live", retired="refuse")
    try:
        validate(Intake(sent.request(), settings=settings, models=MODELS, today=EPOCH.date()))
    except APIError as error:
        return error.status, error.kind, error.message
    return None


def test_what_was_refused_is_refused_with_the_same_words() -> None:
    judged = [
        (refused(row), (status, error["type"], error["message"]))
        for row, status, error in recorded_refusals()
        if not any(piece in error["message"] for piece in NO_LONGER)
    ]
    kinds = [(ours and ours[:2], theirs[:2]) for ours, theirs in judged]
    assert [(ours, theirs) for ours, theirs in kinds if ours != theirs] == []
    same = [ours is not None and SECRETS.sub("id", ours[2]) == SECRETS.sub("id", theirs[2]) for ours, theirs in judged]
    print(f"{len(judged)} recorded refusals, {sum(same)} in the same words")
    assert len(judged) >= REFUSED_AT_LEAST
    assert sum(same) >= 0.95 * len(same)


def test_every_reason_for_leaving_a_refusal_out_is_still_needed() -> None:
    messages = [error["message"] for _, _, error in recorded_refusals()]
    assert [piece for piece in NO_LONGER if not any(piece in message for message in messages)] == []
