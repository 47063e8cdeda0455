"""What a client shows is found: in its messages, its texts, and the exceptions behind its exceptions."""

import pytest

from mockclaude.verify import ErrorInfo, Outcome
from mockclaude.verify.outcome import AdapterError, error_of, error_of_data, outcome_of
from mockclaude.wire.body import JsonObject
from mockclaude.wire.message import Message

MESSAGE: JsonObject = {
    "model": "claude-opus-5", "id": "msg_0", "type": "message", "role": "assistant",
    "content": [{"type": "text", "text": "Hi"}, {"type": "tool_use", "id": "toolu_0", "name": "f", "input": {}}, {"type": "text", "text": "!"}],
    "stop_reason": "end_turn", "stop_sequence": None, "usage": {"input_tokens": 1, "output_tokens": 1},
}  # fmt: skip


class Refused(Exception):
    """As an SDK raises it."""

    status_code = 529
    request_id = "req_1"
    type = None

    def __init__(self, body: object) -> None:
        super().__init__("Error code: 529")
        self.body = body


class Wrapped(Exception):
    code = "overloaded"


def test_a_message_may_be_a_dict_or_an_object_of_an_sdk() -> None:
    assert outcome_of(MESSAGE).message == MESSAGE
    assert outcome_of(Message.model_validate(MESSAGE)).message == MESSAGE
    assert outcome_of(MESSAGE).said == "Hi!"


def test_a_text_or_nothing_is_an_outcome_too() -> None:
    assert outcome_of("Hi").said == "Hi"
    assert outcome_of(None) == Outcome()
    assert outcome_of(None).said is None
    given = Outcome(text="x")
    assert outcome_of(given) is given


def test_what_is_no_outcome_is_misuse() -> None:
    with pytest.raises(AdapterError, match="the adapter returned 42; expected an Outcome, a message as a dict"):
        outcome_of(42)


def test_only_an_error_or_a_message_without_stop_reason_is_flagged() -> None:
    assert Outcome(error=ErrorInfo("Broken")).is_flagged
    assert Outcome(message={**MESSAGE, "stop_reason": None}).is_flagged
    assert not Outcome(message=MESSAGE).is_flagged
    assert not Outcome(text="Hi").is_flagged


def test_an_error_is_told_with_what_stands_behind_it() -> None:
    body = {"error": {"type": "overloaded_error", "message": "Overloaded"}}
    wrapped = Wrapped("no answer")
    wrapped.__cause__ = Refused(body)
    error = error_of(wrapped)
    assert error == ErrorInfo(
        "Wrapped", "Overloaded", 529, "overloaded_error", "req_1", "Wrapped: no answer\nRefused: Error code: 529"
    )
    assert error.shows("overloaded_error")
    assert error.shows(529)
    assert error.shows("no answer")
    assert not error.shows("req_2")


def test_an_error_that_shows_nothing_is_told_as_it_is() -> None:
    assert error_of(KeyError("stop")) == ErrorInfo("KeyError", "'stop'", text="KeyError: 'stop'")


def test_the_members_of_a_group_are_looked_at() -> None:
    group = ExceptionGroup("two failed", [ValueError("x"), Refused({})])
    assert (error_of(group).status, error_of(group).request_id) == (529, "req_1")


def test_a_context_that_is_suppressed_is_not_shown() -> None:
    wrapped = Wrapped("it failed")
    wrapped.__context__ = Refused({})
    assert error_of(wrapped).text == "Wrapped: it failed\nRefused: Error code: 529"
    wrapped.__suppress_context__ = True
    assert error_of(wrapped).text == "Wrapped: it failed"


def test_an_error_of_another_language_is_read() -> None:
    told = error_of_data({"kind": "APIError", "message": "no", "status": 400, "type": "x", "request_id": "req_1"})
    assert told == ErrorInfo("APIError", "no", 400, "x", "req_1", "APIError: no")
    assert error_of_data({"status": "400"}) == ErrorInfo("Error", "", None, None, None, "Error: ")


@pytest.mark.parametrize(
    ("outcome", "shown"),
    [
        (Outcome(), "nothing"),
        (Outcome(text="Hi"), "the text 'Hi'"),
        (Outcome(message=MESSAGE), "a message with stop_reason 'end_turn' and the text 'Hi!'"),
        (Outcome(error=ErrorInfo("Broken", "no", 500, "api_error")), "Broken('no', status=500, type='api_error')"),
        (Outcome(error=ErrorInfo("Broken", "no")), "Broken('no')"),
    ],
)
def test_an_outcome_is_shown_in_words(outcome: Outcome, shown: str) -> None:
    assert str(outcome) == shown
