"""What a client shows of a message is compared, and nothing else."""

from typing import cast

import pytest

from mockclaude.verify import Outcome
from mockclaude.verify.asked import asking
from mockclaude.verify.case import Case
from mockclaude.verify.properties.folding import both_are_the_same, folds_to_the_message, message_with, saying
from mockclaude.verify.property import Broken, NotJudged, Run
from mockclaude.wire.body import JsonObject, MessageBody

from .runs import FAILED, attempts, exchange


def data(message: MessageBody) -> JsonObject:
    return cast("JsonObject", message)


SAID = saying("Hi")
CASE = Case(asking("stream"), (), {"message": data(SAID)})


def test_a_message_a_text_and_the_pieces_of_one_are_what_was_said() -> None:
    folds_to_the_message(CASE, attempts(1, Outcome(message=data(SAID), deltas=("H", "i"))))
    folds_to_the_message(CASE, attempts(1, Outcome(text="Hi")))
    folds_to_the_message(CASE, attempts(1, Outcome(message={**data(SAID), "usage": None, "container": None})))


@pytest.mark.parametrize(
    ("outcome", "told"),
    [
        (FAILED, "a whole stream is an error"),
        (Outcome(text="H"), "the text is not the one of the stream"),
        (Outcome(message=data(SAID), deltas=("H",)), "the pieces of text do not join to the text"),
        (Outcome(message=data(saying("H"))), r"the message is another one: message.content\[0\].text is 'H'; expected 'Hi'"),
        (Outcome(message={**data(SAID), "stop_reason": None}), "message.stop_reason is None; expected 'end_turn'"),
        (Outcome(message={**data(SAID), "usage": {"input_tokens": 1, "output_tokens": 2}}), "usage.output_tokens is 2; expected 1"),
    ],
)  # fmt: skip
def test_what_is_another_message_is_told(outcome: Outcome, told: str) -> None:
    with pytest.raises(Broken, match=told):
        folds_to_the_message(CASE, attempts(1, outcome))


def test_a_client_that_shows_nothing_cannot_be_judged() -> None:
    with pytest.raises(NotJudged, match="the client shows neither a message nor a text"):
        folds_to_the_message(CASE, attempts(1, Outcome()))


def test_both_forms_are_compared_as_far_as_both_are_shown() -> None:
    other = data(message_with({"type": "text", "text": "Ho"}))
    whole = Outcome(message=data(SAID))

    def asked(streamed: Outcome, sent: Outcome) -> None:
        both_are_the_same(CASE, Run((streamed, sent), (exchange(), exchange())))

    asked(whole, Outcome(message={**data(SAID), "usage": {}}))
    asked(Outcome(text="Hi"), whole)
    for streamed, sent, told in (
        (Outcome(message=other), whole, "stream and whole message differ: streamed message.content"),
        (Outcome(text="Ho"), whole, "stream and whole message differ$"),
        (FAILED, whole, "the stream is an error"),
        (whole, FAILED, "the whole message is an error"),
    ):
        with pytest.raises(Broken, match=told):
            asked(streamed, sent)
