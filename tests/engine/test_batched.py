"""Rows are answered by whatever answers any other call, or say in the API's words why they are not."""

from typing import Any

import pytest
from hypothesis import HealthCheck, assume, given, settings
from hypothesis import strategies as st

from mockclaude.clock import FixedClock
from mockclaude.engine.batched import MOST_FINDINGS, answered
from mockclaude.engine.fault import Cut, HttpError
from mockclaude.engine.match import text
from mockclaude.engine.reply import Reply, text_reply
from mockclaude.engine.say_error import overloaded
from mockclaude.engine.stubs import Stubs
from mockclaude.errors import NoReplyError, ScriptError
from mockclaude.rules.batch_rows import ALONE, batch_of
from mockclaude.rules.catalogue import RULES, TRANSPORT, validate_batch
from mockclaude.rules.rule import Draft
from mockclaude.settings import Settings
from mockclaude.strategies import Violation, requests, violations
from mockclaude.wire.batch import Errored, MessageBatchRow, Succeeded
from mockclaude.wire.body import JsonObject
from mockclaude.wire.dice import Dice
from mockclaude.wire.encoding import dumps, loads
from mockclaude.wire.finding import Finding
from mockclaude.wire.interaction import Chunk, RawResponse
from tests.rules.drafts import intake_of

from .playing import engine_of, user


def params(words: str = "hello", **fields: Any) -> JsonObject:
    return {"model": "claude-opus-5", "max_tokens": 50, "messages": [user(words)], **fields}


def ended(
    *rows: JsonObject, settings: Settings | None = None, answer: Any = None, findings: list[Finding] | None = None
) -> list[MessageBatchRow]:
    """What becomes of rows with these params."""
    body: Any = {"requests": [{"custom_id": f"row-{place}", "params": row} for place, row in enumerate(rows)]}
    draft = Draft(body, path="/v1/messages/batches")
    asked = validate_batch(intake_of(draft, settings or Settings()))
    engine = engine_of(*([] if answer is None else [answer]))
    results = answered(asked, engine, Dice(b"seed", 1), [] if findings is None else findings)
    return [MessageBatchRow.model_validate(loads(one.line())) for one in results]


def error_of(row: MessageBatchRow) -> tuple[str, str]:
    assert isinstance(row.result, Errored)
    return row.result.error.error.type, row.result.error.error.message


def message_of(row: MessageBatchRow) -> Any:
    assert isinstance(row.result, Succeeded)
    return row.result.message


QUIET = settings(deadline=None, suppress_health_check=list(HealthCheck), max_examples=60)


@QUIET
@given(st.lists(requests(), min_size=1, max_size=3))
def test_every_accepted_request_is_answered_at_the_price_of_batches(bodies: list[JsonObject]) -> None:
    rows: Any = [batch_of(body)["requests"] for body in bodies]
    for row in ended(*[row[0]["params"] for row in rows]):
        assert message_of(row).usage.service_tier == "batch"


OF_THE_HEAD = [rule.id for rule in TRANSPORT]
HEAVY = ["too-many-messages", "overlong-prompt", "overlong-answer", "overweight-image"]
OTHERWISE = ["negative-max-tokens", "unsupported-speed", "displaced-thought-without-controls"]
"""In batches the first two are told in other words, and the last is not refused."""
OF_OTHERS = [rule.id for rule in RULES.values() if rule.endpoints is not None and "batch_rows" not in rule.endpoints]
"""Rules that hold for other endpoints only."""


@QUIET
@given(violations(exclude=[*OF_THE_HEAD, *HEAVY, *OTHERWISE, *OF_OTHERS]))
def test_what_is_refused_by_itself_is_refused_as_a_row(violation: Violation) -> None:
    assume(not violation.error.message.startswith(tuple(ALONE)))  # those a row never has
    draft = Draft(batch_of(violation.draft.body), violation.draft.headers, path="/v1/messages/batches")
    findings: list[Finding] = []
    [result] = answered(validate_batch(intake_of(draft)), engine_of(), Dice(b"seed", 1), findings)
    row = MessageBatchRow.model_validate(loads(result.line()))
    assert error_of(row) == (violation.error.type, violation.error.message)
    assert violation.rule in [finding.rule for finding in findings]


@QUIET
@given(st.lists(st.sampled_from(["answer", "refuse", "fail"]), min_size=1, max_size=8))
def test_every_row_becomes_exactly_one_thing_whatever_its_neighbours_are(kinds: list[str]) -> None:
    fields = {"answer": {}, "refuse": {"max_tokens": 0}, "fail": {}}
    stubs = Stubs(clock=FixedClock())
    stubs.when(text("fail")).reply(overloaded())
    found = ended(*[params(kind, **fields[kind]) for kind in kinds], answer=stubs)
    assert [row.custom_id for row in found] == [f"row-{place}" for place in range(len(kinds))]
    outcomes = {"answer": "succeeded", "refuse": "errored", "fail": "errored"}
    assert [row.result.type for row in found] == [outcomes[kind] for kind in kinds]
    errors = {"refuse": "invalid_request_error", "fail": "overloaded_error"}
    for kind, row in zip(kinds, found, strict=True):
        assert kind == "answer" or error_of(row)[0] == errors[kind]


def test_rows_are_answered_in_their_order_each_with_an_id_of_its_own() -> None:
    stubs = Stubs(clock=FixedClock())
    stubs.when(text("second")).reply("B")
    stubs.reply("1", "2")
    rows = ended(params("first"), params("second"), params("third"), answer=stubs)
    assert [message_of(row).text for row in rows] == ["1", "B", "2"]
    assert len({message_of(row).id for row in rows}) == 3


@pytest.mark.parametrize(
    ("fields", "error"),
    [
        ({"messages": None}, ("invalid_request_error", "messages: Input should be a valid array")),
        ({"stream": True}, ("invalid_request_error", '"stream=True" is not supported in the Message Batches API')),
        ({"speed": "fast"}, ("invalid_request_error", '"speed" is not supported in the Message Batches API')),
        ({"max_tokens": 0}, ("invalid_request_error", "max_tokens: must be greater than or equal to 1")),
        ({"model": "claude-nobody"}, ("not_found_error", "model: claude-nobody")),
        ({"temperature": 2}, ("invalid_request_error", "temperature: range: 0..1")),
    ],
)
def test_a_row_says_what_is_wrong_with_it(fields: dict[str, Any], error: tuple[str, str]) -> None:
    findings: list[Finding] = []
    good, bad = ended(params(), params(**fields), findings=findings)
    assert isinstance(good.result, Succeeded)
    assert error_of(bad) == error
    [finding] = findings
    assert finding.message == f"{error[1]} (custom_id 'row-1')"
    assert str(finding.path).startswith("requests.1.params.")


def test_a_row_without_messages_lacks_them() -> None:
    row = params()
    del row["messages"]
    assert error_of(*ended(row)) == ("invalid_request_error", "messages: Field required")


@pytest.mark.parametrize("fields", [{"stream": False}, {"speed": None}, {"max_tokens": 1}])
def test_what_only_looks_like_it_is_accepted(fields: dict[str, Any]) -> None:
    assert isinstance(ended(params(**fields))[0].result, Succeeded)


def test_an_error_of_the_script_is_one_of_the_worker() -> None:
    [row] = ended(params(), answer=stubs_of(overloaded()))
    assert error_of(row) == ("overloaded_error", "Overloaded")
    assert isinstance(row.result, Errored)
    assert str(row.result.error.request_id).startswith("workerreq_01")


@pytest.mark.parametrize("fault", ["overloaded", HttpError(status=529)])
def test_a_fault_that_is_an_error_befalls_a_row(fault: str | HttpError) -> None:
    if isinstance(fault, str):
        [row] = ended(params(), settings=Settings(fault=fault))
    else:
        [row] = ended(params(), answer=lambda _call: Reply(fault=fault))
    assert error_of(row) == ("overloaded_error", "Overloaded")


@pytest.mark.parametrize("fault", ["reset", Cut(at="event", ordinal=1)])
def test_a_fault_of_the_connection_leaves_a_row_alone(fault: str | Cut) -> None:
    if isinstance(fault, str):
        [row] = ended(params(), settings=Settings(fault=fault), answer=lambda _call: text_reply("Hi"))
    else:
        [row] = ended(params(), answer=lambda _call: Reply(content=({"type": "text", "text": "Hi"},), fault=fault))
    assert message_of(row).text == "Hi"


def raw(status: int, body: bytes) -> Any:
    return lambda _call: RawResponse(status, (), (Chunk(body),))


@pytest.mark.parametrize(
    ("status", "body", "error"),
    [
        (503, b"upstream connect error", ("api_error", "")),
        (400, dumps({"error": {"type": "billing_error", "message": "Pay."}}), ("billing_error", "Pay.")),
        (200, b"<html>", ("api_error", "Internal server error")),
    ],
)
def test_what_is_no_message_becomes_an_error(status: int, body: bytes, error: tuple[str, str]) -> None:
    assert error_of(*ended(params(), answer=raw(status, body))) == error


def test_a_message_without_usage_stays_without() -> None:
    body = dumps({"id": "msg_1", "type": "message"})
    rows = validate_batch(intake_of(Draft(batch_of(params()), path="/v1/messages/batches")))
    [result] = answered(rows, engine_of(raw(200, body)), Dice(b"seed", 1), [])
    assert result.data == b'{"type":"succeeded","message":{"id":"msg_1","type":"message"}}'


def test_under_off_a_stream_is_folded_into_its_message() -> None:
    findings: list[Finding] = []
    [row] = ended(params(stream=True), settings=Settings(validation="off"), findings=findings)
    assert message_of(row).usage.service_tier == "batch"
    assert [finding.rule for finding in findings] == ["stream-in-batch"]


@pytest.mark.parametrize("kind", [NoReplyError, ScriptError])
def test_where_the_script_cannot_answer_the_row_is_named(kind: type[Exception]) -> None:
    findings: list[Finding] = []

    def unable(call: Any) -> Any:
        if call.text == "hello":
            return text_reply("Hi")
        call.findings.append(Finding("unmatched-call", "none"))
        raise kind("nothing fits")

    with pytest.raises(kind, match=r"^requests\.1 \(custom_id 'row-1'\): nothing fits$"):
        ended(params(), params("bye"), answer=unable, findings=findings)
    assert [(finding.rule, finding.path) for finding in findings] == [("unmatched-call", "requests.1.params")]


def test_findings_about_very_many_rows_are_cut() -> None:
    findings: list[Finding] = []
    ended(*[params(max_tokens=0)] * (MOST_FINDINGS + 5), findings=findings)
    assert len(findings) == MOST_FINDINGS


def test_equal_dice_give_equal_results() -> None:
    assert ended(params(), params(max_tokens=0)) == ended(params(), params(max_tokens=0))


def stubs_of(*answers: Any) -> Stubs:
    stubs = Stubs(clock=FixedClock())
    stubs.reply(*answers)
    return stubs
