"""A conversation goes in, a message comes out: its ids, its world, its repeatability."""

from typing import Any

import pytest

from mockclaude.errors import NoReplyError
from mockclaude.mock import MockClaude
from mockclaude.settings import Settings
from mockclaude.wire.ids import number_of
from mockclaude.wire.interaction import RawResponse
from mockclaude.wire.sse import decode
from mockclaude.wire.stream import message_of

from .line import HELLO, Answer, Line, request


def ask(mock: MockClaude, body: Any = HELLO, **headers: str) -> Answer:
    with Line(mock.url) as line:
        return line.ask(request(body, headers={name.replace("_", "-"): value for name, value in headers.items()}))


def test_a_message_is_answered_with_a_message(mock: MockClaude) -> None:
    answer = ask(mock)
    message = answer.json()
    assert (answer.status, message["role"], message["stop_reason"]) == (200, "assistant", "end_turn")
    assert message["usage"]["input_tokens"] > 0


def test_a_stream_carries_the_same_message(mock: MockClaude) -> None:
    answer = ask(mock, {**HELLO, "stream": True})
    assert answer.headers["content-type"] == "text/event-stream; charset=utf-8"
    message = message_of(decode(answer.body))
    assert message["content"] == ask(mock).json()["content"]


def test_ids_of_requests_tell_the_clock_s_time(mock: MockClaude) -> None:
    answer = ask(mock)
    moment = mock.workspaces.clock().timestamp()
    assert number_of(answer.headers["request-id"]) >> 80 == int(moment * 1000)


def test_a_seed_repeats_every_byte() -> None:
    def run() -> list[Answer]:
        with MockClaude(seed=7) as mock:
            return [ask(mock, body) for body in (HELLO, {**HELLO, "stream": True}, b"not json", HELLO)]

    first = run()
    assert first == run()
    assert len({answer.headers["request-id"] for answer in first}) == 4


def test_without_a_seed_ids_differ_and_texts_do_not() -> None:
    def run() -> dict[str, Any]:
        with MockClaude() as mock:
            return dict(ask(mock).json())

    first, second = run(), run()
    assert first["id"] != second["id"]
    assert first["content"] == second["content"]


def test_worlds_do_not_count_each_other_s_calls() -> None:
    with MockClaude(seed=7) as mock:
        alone = [ask(mock, x_api_key="sk-ant-mock-one").headers["request-id"] for _ in range(2)]
    with MockClaude(seed=7) as mock:
        mixed = []
        for _ in range(2):
            mixed.append(ask(mock, x_api_key="sk-ant-mock-one").headers["request-id"])
            ask(mock, x_api_key="sk-ant-mock-two")
    assert alone == mixed


def test_a_request_may_choose_its_own_validation(mock: MockClaude) -> None:
    twice: Any = {**HELLO, "messages": [{"role": "user", "content": "a"}, {"role": "user", "content": "b"}]}
    assert ask(mock, twice).headers["x-mockclaude-rule"] == "roles-not-alternating"
    assert ask(mock, twice, x_mockclaude_validation="live").status == 200
    assert ask(mock, twice).status == 400


@pytest.mark.parametrize(
    ("header", "value"),
    [("x_mockclaude_validation", "strikt"), ("x_mockclaude_workspace", "a b"), ("x_mockclaude_workspace", "a" * 65)],
)
def test_our_own_headers_are_explained_when_they_are_wrong(mock: MockClaude, header: str, value: str) -> None:
    answer = ask(mock, **{header: value})
    assert (answer.status, answer.json()["error"]["type"]) == (418, "mockclaude_error")
    assert value in answer.json()["error"]["message"]
    assert (answer.headers["x-should-retry"], answer.headers["x-mockclaude-error"]) == ("false", "SettingsError")


def test_a_refusal_names_its_rule_and_carries_the_request_s_id(mock: MockClaude) -> None:
    answer = ask(mock, {"max_tokens": 5})
    assert answer.status == 400
    assert answer.json() == {
        "type": "error",
        "error": {"type": "invalid_request_error", "message": "model: Field required"},
        "request_id": answer.headers["request-id"],
    }
    [finding] = mock.calls[-1].findings
    assert answer.headers["x-mockclaude-rule"] == finding.rule


def test_a_wrong_key_is_refused_without_any_id(mock: MockClaude) -> None:
    answer = ask(mock, x_api_key="sk-ant-invalid")
    assert (answer.status, answer.json()) == (
        401,
        {
            "type": "error",
            "error": {"type": "authentication_error", "message": "API key is invalid."},
            "request_id": None,
        },
    )
    assert not {"request-id", "anthropic-organization-id", "anthropic-workspace-id"} & set(answer.headers)


def test_a_missing_key_is_refused_with_an_id_but_no_organization(mock: MockClaude) -> None:
    answer = ask(mock, x_api_key="")
    assert (answer.status, answer.json()["request_id"]) == (401, answer.headers["request-id"])
    assert not {"anthropic-organization-id", "anthropic-workspace-id"} & set(answer.headers)


def test_only_the_listed_keys_are_let_in() -> None:
    with MockClaude(Settings(keys=frozenset({"sk-ant-one"}))) as mock:
        assert ask(mock, x_api_key="", authorization="Bearer sk-ant-one").status == 200
        assert ask(mock, x_api_key="sk-ant-two").status == 401


def test_where_only_stubs_may_answer_a_miss_is_no_answer_of_the_api() -> None:
    with MockClaude(Settings(strict_stubs=True)) as mock:
        answer = ask(mock)
    assert (answer.status, answer.json()["error"]["type"]) == (418, "mockclaude_error")
    assert answer.headers["x-mockclaude-error"] == NoReplyError.__name__
    assert answer.headers["x-should-retry"] == "false"


def test_headers_sent_twice_are_joined(mock: MockClaude) -> None:
    with Line(mock.url) as line:
        answer = line.ask(request().replace(b"\r\n\r\n", b"\r\nAnthropic-Version: 2023-06-01\r\n\r\n", 1))
    assert answer.json()["error"]["message"] == ('anthropic-version: "2023-06-01, 2023-06-01" is not a valid version')


def test_what_a_bug_of_ours_says_stays_on_the_server(
    mock: MockClaude, line: Line, caplog: pytest.LogCaptureFixture
) -> None:
    def broken(_call: object) -> RawResponse:
        raise ZeroDivisionError("a secret of the implementation")

    mock.world.engine.responders[:] = [broken]
    answer = line.ask(request())
    assert (answer.status, answer.json()["error"]) == (500, {"type": "api_error", "message": "Internal server error"})
    assert answer.headers["x-mockclaude-error"].startswith("internal")
    assert b"secret" not in answer.body
    assert "a secret of the implementation" in caplog.text
    mock.world.engine.responders.clear()
    assert line.ask(request()).status == 200


def test_a_refusal_is_said_in_the_log_without_the_key(mock: MockClaude, caplog: pytest.LogCaptureFixture) -> None:
    ask(mock, {**HELLO, "model": "claude-nonsense\nforged line"}, x_api_key="sk-ant-mock-default-secret")
    [record] = [record for record in caplog.records if record.name == "mockclaude.server"]
    assert record.getMessage().startswith("POST '/v1/messages' refused: 404")
    assert "\n" not in record.getMessage()
    assert "secret" not in caplog.text


def test_a_refusal_that_only_strict_knows_says_so(mock: MockClaude, caplog: pytest.LogCaptureFixture) -> None:
    turn = {"role": "user", "content": "a"}
    ask(mock, {**HELLO, "messages": [turn, turn]})
    hint = "strict only: today's API merges; `--validation live`"
    assert hint in caplog.text
    assert hint in mock.calls[-1].findings[0].message
