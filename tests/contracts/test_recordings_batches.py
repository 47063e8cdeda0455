"""Recorded batches are taken as the API took them, and told as it told them."""

from typing import Any

from mockclaude.call import Intake
from mockclaude.clock import EPOCH
from mockclaude.engine.batches import Batch
from mockclaude.rules.catalogue import audit
from mockclaude.rules.rule import Draft
from mockclaude.settings import Settings
from mockclaude.wire.batch import MessageBatch
from mockclaude.wire.ids import number_of
from tests.corpus import needs_corpus, rows
from tests.rules.drafts import MODELS


def recorded() -> list[dict[str, Any]]:
    """Every batch that was made and not refused."""
    return [
        one for one in rows() if one["path"].endswith("/batches") and one["method"] == "POST" and one["status"] == 200
    ]


@needs_corpus
def test_a_batch_that_was_made_is_accepted_with_all_its_rows() -> None:
    assert recorded()
    for one in recorded():
        draft = Draft(one["request_body"], path="/v1/messages/batches")
        intake = Intake(draft.request(), settings=Settings(), models=MODELS, today=EPOCH.date())
        assert [finding for finding in audit(intake) if finding.severity == "violation"] == []


@needs_corpus
def test_a_recorded_batch_has_our_keys_in_our_order() -> None:
    ours = Batch("msgbatch_1", EPOCH, 0, ()).data(EPOCH, url="")
    for one in recorded():
        told = one["response_body"]
        assert MessageBatch.model_validate(told).model_dump() == told
        assert list(told) == list(ours)
        assert list(told["request_counts"]) == list(ours["request_counts"])  # type: ignore[arg-type]
        assert number_of(told["id"]) >> 76 & 15 == 4, "a random UUID"
