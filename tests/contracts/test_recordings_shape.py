"""No request that the real API answered has a fault of shape, and those it refused are refused in its words."""

from typing import Any

import pytest

from mockclaude.rules import shape
from tests import corpus
from tests.contracts.test_recordings_types import COUNTED, MESSAGES, ROWS, betas_sent
from tests.rules.shapes import draft_of, intake_of, messages_of

pytestmark = corpus.needs_corpus

MINIMUM = {"messages": 1970, "counted": 26, "refused": 15}
"""What the corpus of 2026-11 holds, rounded down, so that an empty run fails."""

RETIRED = {
    "container: Input should be a valid string": "objects are accepted since skills left beta (2026-08-19)",
    "does not match any of the expected tags: 'base64', 'url'": "files left beta (2026-08-19)",
    "does not match any of the expected tags: 'base64', 'content', 'text', 'url'": "files left beta (2026-08-19)",
}
"""Ends of recorded refusals for reasons that the API has given up, with the reason."""


def messages_about(row: dict[str, Any]) -> list[str]:
    path = row["path"].partition("?")[0]
    return messages_of(draft_of(row["request_body"], *sorted(betas_sent(row)), path=path))


SENT = [row for row in MESSAGES if isinstance(row["request_body"], dict)]
REFUSED = [row for row in ROWS if row["path"] == "/v1/messages" and row["status"] == 400]


@pytest.mark.parametrize("rows", [pytest.param(SENT, id="messages"), pytest.param(COUNTED, id="count_tokens")])
def test_a_request_that_the_api_answered_has_no_fault_of_shape(rows: list[dict[str, Any]]) -> None:
    faulty = {row["source"]: messages for row in rows if (messages := messages_about(row))}
    assert faulty == {}


def test_a_recorded_refusal_is_one_of_shape_only_in_the_words_recorded() -> None:
    for row in REFUSED:
        said = row["response_body"]["error"]["message"]
        assert messages_about(row) == [] or said.endswith(tuple(RETIRED)) or messages_about(row)[0] == said, said


def test_every_retired_refusal_is_still_recorded() -> None:
    said = [row["response_body"]["error"]["message"] for row in REFUSED]
    assert [end for end in RETIRED if not any(message.endswith(end) for message in said)] == []


def test_the_corpus_is_as_large_as_it_was() -> None:
    counts = {"messages": len(SENT), "counted": len(COUNTED), "refused": len(REFUSED)}
    assert {name: counts[name] for name, least in MINIMUM.items() if counts[name] < least} == {}


def test_a_recorded_request_without_its_model_is_refused() -> None:
    row = SENT[0]
    broken = {key: value for key, value in row["request_body"].items() if key != "model"}
    assert shape.faults(intake_of(draft_of(broken, *betas_sent(row))))[0].facts == {"path": "model"}
