"""Batches over the wire: the official SDK makes, polls, cancels, deletes and reads them, and refusals are the API's bytes."""

import gzip
import json
import logging
import threading
from collections.abc import AsyncIterator, Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from typing import Any

import anthropic
import pytest
from anthropic import Anthropic, AsyncAnthropic

from mockclaude import MockClaude, overloaded, text
from mockclaude.clock import FixedClock
from mockclaude.engine.batches import KEPT
from mockclaude.settings import Limits, Settings
from mockclaude.wire.batch import MessageBatch, MessageBatchRow

from .line import HELLO, Answer, Line, request

PATH = "/v1/messages/batches"
DAY = 86_400


@pytest.fixture
def client(mock: MockClaude) -> Iterator[Anthropic]:
    with Anthropic(base_url=mock.url, api_key=mock.api_key, max_retries=0) as made:
        yield made


@pytest.fixture
async def async_client(mock: MockClaude) -> AsyncIterator[AsyncAnthropic]:
    async with AsyncAnthropic(base_url=mock.url, api_key=mock.api_key, max_retries=0) as made:
        yield made


def row(name: str, words: str = "hello", **params: Any) -> Any:
    """One request of a batch."""
    body = {"model": "claude-opus-5", "max_tokens": 50, "messages": [{"role": "user", "content": words}], **params}
    return {"custom_id": name, "params": body}


def made(line: Line, *rows: Any, **headers: str) -> Answer:
    return line.ask(request({"requests": list(rows)}, path=PATH, headers=headers))


def get(line: Line, path: str, method: str = "GET", **headers: str) -> Answer:
    return line.ask(request(b"", method=method, path=f"{PATH}{path}", headers=headers))


def results(line: Line, name: str) -> dict[str, Any]:
    """What became of every row of a batch that has ended, read with our own types."""
    lines = get(line, f"/{name}/results").body.splitlines()
    rows = [MessageBatchRow.model_validate(json.loads(one)) for one in lines]
    return {row.custom_id: row.result for row in rows}


def test_a_batch_is_made_polled_and_read(mock: MockClaude, client: Anthropic) -> None:
    mock.when(text("weather")).reply("18 °C")
    batch = client.messages.batches.create(requests=[row("paris", "weather?"), row("joke", max_tokens=0)])
    assert (batch.processing_status, batch.request_counts.processing, batch.results_url) == ("in_progress", 2, None)
    batch = client.messages.batches.retrieve(batch.id)
    assert batch.processing_status == "ended"
    counts = batch.request_counts
    assert (counts.processing, counts.succeeded, counts.errored) == (0, 1, 1)
    joke, paris = client.messages.batches.results(batch.id)
    assert (paris.custom_id, joke.custom_id) == ("paris", "joke")
    assert paris.result.type == "succeeded"
    assert paris.result.message.content[0].type == "text"
    assert paris.result.message.content[0].text == "18 °C"
    assert paris.result.message.usage.service_tier == "batch"
    assert joke.result.type == "errored"
    assert joke.result.error.error.message == "max_tokens: must be greater than or equal to 1"
    assert joke.result.error.request_id is None


async def test_the_asynchronous_client_reads_the_same(mock: MockClaude, async_client: AsyncAnthropic) -> None:
    mock.reply("Hello!", overloaded())
    batches = async_client.messages.batches
    batch = await batches.create(requests=[row("a"), row("b")])
    batch = await batches.retrieve(batch.id)
    found = {one.custom_id: one.result async for one in await batches.results(batch.id)}
    assert {name: result.type for name, result in found.items()} == {"a": "succeeded", "b": "errored"}
    assert (await batches.delete(batch.id)).type == "message_batch_deleted"
    assert [one async for one in batches.list()] == []


def test_the_beta_client_reads_the_same(client: Anthropic) -> None:
    batch = client.beta.messages.batches.create(requests=[row("a")], betas=["message-batches-2024-09-24"])
    assert client.beta.messages.batches.retrieve(batch.id).processing_status == "ended"
    assert [one.custom_id for one in client.beta.messages.batches.results(batch.id)] == ["a"]
    assert [one.id for one in client.beta.messages.batches.list()] == [batch.id]


def poll(client: Anthropic, name: str, wait: Any, *, most: int = 20) -> int:
    """Polls as programs do, with `retry-after` for a pause; returns how often it had to wait."""
    for waited in range(most):
        answer = client.messages.batches.with_raw_response.retrieve(name)
        if answer.parse().processing_status == "ended":
            assert "retry-after" not in answer.headers
            return waited
        wait(float(answer.headers["retry-after"]))
    raise AssertionError("it never ends")


def test_a_polling_loop_waits_as_long_as_the_clock_says(mock: MockClaude, client: Anthropic) -> None:
    mock.settings = replace(mock.settings, batch_seconds=35)
    batch = client.messages.batches.create(requests=[row("a")])
    with pytest.raises(anthropic.AnthropicError, match="No `results_url` for the given batch"):
        client.messages.batches.results(batch.id)
    assert poll(client, batch.id, mock.clock.tick) == 4
    ended = client.messages.batches.retrieve(batch.id)
    assert ended.ended_at is not None
    assert (ended.ended_at - ended.created_at).total_seconds() == 35
    assert (ended.expires_at - ended.created_at).total_seconds() == DAY


def test_a_batch_can_be_canceled(mock: MockClaude, client: Anthropic) -> None:
    batch = client.messages.batches.create(requests=[row("a"), row("b")])
    canceling = client.messages.batches.cancel(batch.id)
    assert (canceling.processing_status, canceling.request_counts.processing) == ("canceling", 2)
    assert canceling.cancel_initiated_at is not None
    assert client.messages.batches.retrieve(batch.id).request_counts.canceled == 2
    assert [one.result.to_dict() for one in client.messages.batches.results(batch.id)] == [{"type": "canceled"}] * 2
    assert client.messages.batches.cancel(batch.id).processing_status == "ended"
    assert mock.journal[-1].response is not None


def test_what_is_not_answered_within_a_day_expires(mock: MockClaude, client: Anthropic) -> None:
    mock.settings = replace(mock.settings, batch_seconds=2 * DAY)
    batch = client.messages.batches.create(requests=[row("a")])
    mock.clock.tick(DAY - 1)
    assert client.messages.batches.retrieve(batch.id).processing_status == "in_progress"
    mock.clock.tick(1)
    assert client.messages.batches.retrieve(batch.id).request_counts.expired == 1
    assert [one.result.type for one in client.messages.batches.results(batch.id)] == ["expired"]


def test_results_are_gone_after_29_days(mock: MockClaude, client: Anthropic, line: Line) -> None:
    batch = client.messages.batches.create(requests=[row("a")])
    client.messages.batches.retrieve(batch.id)
    mock.clock.tick(KEPT.total_seconds())
    archived = client.messages.batches.retrieve(batch.id)
    assert archived.archived_at is not None
    assert archived.results_url is None
    assert get(line, f"/{batch.id}/results").json()["error"]["message"] == (
        f"Message Batch {batch.id} has no available results."
    )


def test_lists_are_paged_newest_first_and_the_sdk_turns_the_pages(client: Anthropic) -> None:
    made = [client.messages.batches.create(requests=[row("a")]).id for _ in range(5)][::-1]
    assert [batch.id for batch in client.messages.batches.list(limit=2)] == made
    page = client.messages.batches.list(limit=2, before_id=made[3])
    assert ([batch.id for batch in page.data], page.has_more) == (made[1:3], True)
    assert (page.first_id, page.last_id) == (made[1], made[2])
    assert client.messages.batches.list(after_id=made[4]).data == []


def test_a_batch_is_told_as_it_was_recorded(line: Line) -> None:
    answer = made(line, row("a"), host="mock.test:1")
    told = answer.json()
    assert MessageBatch.model_validate(told).model_dump() == told
    assert answer.body == (
        b'{"id":"%b","type":"message_batch","processing_status":"in_progress","request_counts":{"processing":1,'
        b'"succeeded":0,"errored":0,"canceled":0,"expired":0},"ended_at":null,'
        b'"created_at":"2026-11-23T12:00:00.000000+00:00","expires_at":"2026-11-24T12:00:00.000000+00:00",'
        b'"archived_at":null,"cancel_initiated_at":null,"results_url":null}' % told["id"].encode()
    )
    assert "retry-after" not in answer.headers
    ended = get(line, f"/{told['id']}", host="mock.test:1").json()
    assert ended["results_url"] == f"http://mock.test:1{PATH}/{told['id']}/results"
    secure = get(line, f"/{told['id']}", host="mock.test", **{"x-forwarded-proto": "https"}).json()
    assert secure["results_url"] == f"https://mock.test{PATH}/{told['id']}/results"


def test_results_are_lines_in_a_file(line: Line) -> None:
    name = made(line, row("a"), row("b")).json()["id"]
    get(line, f"/{name}")
    answer = get(line, f"/{name}/results")
    assert answer.headers["content-type"] == "application/x-jsonl"
    assert answer.headers["content-disposition"] == f"attachment; filename*=utf-8''{name}_results.jsonl"
    assert answer.body.endswith(b"}\n")
    assert [json.loads(one)["custom_id"] for one in answer.body.splitlines()] == ["b", "a"]


def refusal(answer: Answer) -> tuple[int, bytes]:
    return answer.status, answer.body.replace(answer.headers["request-id"].encode(), b"req_1")


def envelope(kind: str, message: str) -> bytes:
    return b'{"type":"error","error":{"type":"%b","message":"%b"},"request_id":"req_1"}' % (
        kind.encode(),
        message.encode(),
    )


@pytest.mark.parametrize(
    ("rows", "message"),
    [
        ([], "requests: List should have at least 1 item after validation, not 0"),
        ([{"params": {}}], "requests.0.custom_id: Field required"),
        ([row("a" * 65)], "requests.0.custom_id: String should have at most 64 characters"),
        ([row("a"), row("b c")], "requests.1.custom_id: String should match pattern '^[a-zA-Z0-9_-]{1,64}$'"),
        ([row("a"), row("a")], "requests: custom_id's must be unique within a batch. Duplicate custom_id found: a"),
    ],
)
def test_a_bad_batch_is_refused_at_once(mock: MockClaude, line: Line, rows: list[Any], message: str) -> None:
    assert refusal(made(line, *rows)) == (400, envelope("invalid_request_error", message))
    assert get(line, "").json()["data"] == []
    with pytest.raises(AssertionError, match="1 request broke the API's contract"):
        mock.assert_contract()


@pytest.mark.parametrize(("method", "more"), [("GET", ""), ("DELETE", ""), ("POST", "/cancel"), ("GET", "/results")])
def test_a_batch_that_there_is_not_is_not_found(line: Line, method: str, more: str) -> None:
    answer = get(line, f"/msgbatch_1{more}", method)
    assert refusal(answer) == (404, envelope("not_found_error", "Message Batch msgbatch_1 not found."))


def test_a_batch_in_progress_has_no_results_and_is_not_deleted(mock: MockClaude, line: Line) -> None:
    mock.settings = replace(mock.settings, batch_seconds=60)
    name = made(line, row("a")).json()["id"]
    missing = f"Message Batch {name} has no available results."
    assert refusal(get(line, f"/{name}/results")) == (404, envelope("not_found_error", missing))
    stays = "In progress batches cannot be deleted. Consider canceling the batch instead."
    assert refusal(get(line, f"/{name}", "DELETE")) == (400, envelope("invalid_request_error", stays))
    assert get(line, f"/{name}").headers["retry-after"] == "10"
    mock.clock.tick(60)
    assert get(line, f"/{name}", "DELETE").body == b'{"id":"%b","type":"message_batch_deleted"}' % name.encode()


def test_a_client_that_does_not_poll_finds_no_results(line: Line) -> None:
    name = made(line, row("a")).json()["id"]
    assert get(line, f"/{name}/results").status == 404
    assert get(line, "").json()["data"][0]["processing_status"] == "ended"
    assert get(line, f"/{name}/results").status == 200


@pytest.mark.parametrize(
    ("method", "path"),
    [
        ("PUT", ""),
        ("DELETE", ""),
        ("POST", "/msgbatch_1"),
        ("GET", "/msgbatch_1/cancel"),
        ("POST", "/msgbatch_1/results"),
    ],
)
def test_a_wrong_method_is_refused_before_the_credential(line: Line, method: str, path: str) -> None:
    answer = get(line, path, method, **{"x-api-key": "", "anthropic-version": ""})
    assert refusal(answer) == (405, envelope("invalid_request_error", "Method Not Allowed"))


@pytest.mark.parametrize("path", ["/", "/msgbatch_1/", "/msgbatch_1/other", "/msgbatch_1/cancel/x"])
def test_other_paths_lead_nowhere(line: Line, path: str) -> None:
    assert refusal(get(line, path)) == (404, envelope("not_found_error", "Not Found"))


def test_beta_in_the_query_changes_nothing(line: Line) -> None:
    name = line.ask(request({"requests": [row("a")]}, path=f"{PATH}?beta=true")).json()["id"]
    asked = [
        ("GET", f"/{name}"),
        ("GET", ""),
        ("GET", f"/{name}/results"),
        ("POST", f"/{name}/cancel"),
        ("DELETE", f"/{name}"),
    ]
    assert [get(line, f"{path}?beta=true", method).status for method, path in asked] == [200] * 5


def test_a_page_in_a_browser_may_ask(line: Line) -> None:
    headers = {"x-api-key": "", "origin": "https://example.org"}
    assert line.ask(request(b"", method="OPTIONS", path=PATH, headers=headers)).status == 204


@pytest.mark.parametrize(("method", "path"), [("POST", ""), ("GET", ""), ("GET", "/x"), ("DELETE", "/x"), ("POST", "/x/cancel"), ("GET", "/x/results")])  # fmt: skip
def test_batches_are_asked_with_a_key_and_a_version(line: Line, method: str, path: str) -> None:
    assert get(line, path, method, **{"x-api-key": ""}).status == 401
    assert (
        get(line, path, method, **{"x-api-key": "sk-ant-invalid"}).json()["error"]["message"] == "API key is invalid."
    )
    missing = get(line, path, method, **{"anthropic-version": ""})
    assert missing.json()["error"]["message"] == "anthropic-version: header is required"


def test_a_batch_may_come_in_gzip_and_be_larger_than_a_message(mock: MockClaude, line: Line) -> None:
    mock.settings = replace(mock.settings, limits=Limits(body_bytes=200, batch_bytes=1000))
    assert made(line, row("a"), row("b")).status == 200
    body = gzip.compress(json.dumps({"requests": [row("a", "x" * 600)]}).encode())
    assert line.ask(request(body, path=PATH, headers={"content-encoding": "gzip"})).status == 200
    large = made(line, row("a", "x" * 1000))
    assert (large.status, large.body) == (
        413,
        b'{"error":{"type":"request_too_large","message":"Request exceeds the maximum size"}}',
    )


@pytest.mark.parametrize(
    ("params", "message"),
    [
        ({"temperature": 1.0}, "temperature: Extra inputs are not permitted"),
        (
            {"messages": [{"role": "user", "content": [{"type": "text", "text": "x", "citations": [{
                "type": "char_location", "cited_text": "x", "document_index": 0, "document_title": None,
                "start_char_index": 0, "end_char_index": 1}]}]}]},
            "messages.0.content.0.text.citations: Extra inputs are not permitted",
        ),
        (
            {"messages": [{"role": "user", "content": "x"}, {"role": "assistant", "content": [{"type": "document",
                "source": {"type": "text", "media_type": "text/plain", "data": "x"}}]}, {"role": "user", "content": "x"}]},
            "messages.1.content: 'document' blocks are not permitted within assistant turns.",
        ),
    ],
)  # fmt: skip
def test_rows_of_a_batch_of_the_second_version_are_refused_what_it_refuses(
    line: Line, params: dict[str, Any], message: str
) -> None:
    for version, outcome in (("2023-06-01", "succeeded"), ("2026-10-21", "errored")):
        name = made(line, row("a", model="claude-sonnet-4-6", **params), **{"anthropic-version": version}).json()["id"]
        get(line, f"/{name}")
        result = results(line, name)["a"]
        assert result.type == outcome
    assert result.error.error.message == message


def test_the_verdict_names_row_and_place(mock: MockClaude, line: Line) -> None:
    assert made(line, row("fine"), row("wrong", stream=True)).status == 200
    [finding] = mock.findings
    told = "\"stream=True\" is not supported in the Message Batches API (custom_id 'wrong')"
    assert (finding.rule, finding.path, finding.message) == ("stream-in-batch", "requests.1.params.stream", told)
    with pytest.raises(AssertionError) as failed:
        mock.assert_contract()
    assert f"stream-in-batch at requests.1.params.stream: {told}" in str(failed.value)
    assert "POST /v1/messages/batches -> 200" in str(failed.value)
    mock.assert_contract(ignore=["stream-in-batch"])


def test_the_log_tells_of_rows_that_end_in_an_error(line: Line, caplog: pytest.LogCaptureFixture) -> None:
    with caplog.at_level(logging.WARNING, "mockclaude.server"):
        name = made(line, row("a"), row("b", max_tokens=0), row("c", max_tokens=0)).json()["id"]
    assert [record.getMessage() for record in caplog.records] == [f"2 of 3 rows of {name} end in an error, first 'b'"]


def test_the_journal_has_the_batch_and_calls_do_not_have_its_rows(mock: MockClaude, line: Line) -> None:
    declared = mock.reply("Hi")
    made(line, row("a"), row("b"))
    assert [(one.request.method, one.request.path) for one in mock.journal] == [("POST", PATH)]
    assert mock.calls.call_count == 0
    assert declared.call_count == 2
    mock.assert_all_stubs_used()
    mock.assert_resilient()


def test_where_only_scripts_answer_a_row_that_none_means_is_no_answer_of_the_api(line: Line, mock: MockClaude) -> None:
    mock.settings = replace(mock.settings, strict_stubs=True)
    mock.when(text("weather")).reply("18 °C")
    answer = made(line, row("a", "weather"), row("b"))
    assert (answer.status, answer.headers["x-mockclaude-error"]) == (418, "NoReplyError")
    assert answer.json()["error"]["message"].startswith(
        "requests.1 (custom_id 'b'): no stub matches this call; nearest"
    )
    assert get(line, "").json()["data"] == []


def test_a_world_sees_only_its_own_batches_and_a_reset_forgets_them(mock: MockClaude, line: Line) -> None:
    other = {"x-api-key": mock.workspace("other").api_key}
    mine, theirs = made(line, row("a")).json()["id"], made(line, row("a"), **other).json()["id"]
    assert [batch["id"] for batch in get(line, "").json()["data"]] == [mine]
    assert get(line, f"/{theirs}").status == 404
    mock.reset()
    assert get(line, f"/{mine}").status == 404
    assert get(line, f"/{theirs}", **other).status == 200


def test_equal_seeds_give_equal_bytes() -> None:
    def asked() -> list[bytes]:
        with MockClaude(seed=7) as mock, Line(mock.url) as line:
            line_of = made(line, row("a"), row("b", max_tokens=0), host="mock").body
            name = json.loads(line_of)["id"]
            return [line_of, get(line, f"/{name}", host="mock").body, get(line, f"/{name}/results").body]

    assert asked() == asked()


def test_very_many_rows_hold_nobody_up(mock: MockClaude) -> None:
    asked, go_on = threading.Event(), threading.Event()

    def slow(call: Any) -> str:
        asked.set()
        assert go_on.wait(10)
        return "Hi"

    mock.when(text("slow")).reply(slow)
    rows = [row(f"row-{number}", "slow") for number in range(400)]
    with Line(mock.url) as line, Line(mock.url) as other, ThreadPoolExecutor() as pool:
        batch = pool.submit(made, line, *rows)
        assert asked.wait(10)
        assert other.ask(request(HELLO)).status == 200
        go_on.set()
        assert batch.result().json()["request_counts"]["processing"] == 400


def test_a_fault_of_the_request_befalls_every_row(line: Line) -> None:
    name = made(line, row("a"), **{"x-mockclaude-fault": "overloaded"}).json()["id"]
    get(line, f"/{name}")
    assert results(line, name)["a"].error.error.type == "overloaded_error"


def test_a_scenario_may_say_how_long_a_batch_takes(mock: MockClaude, client: Anthropic) -> None:
    mock.scenario("{settings: {batch_seconds: 20}, stubs: [{replies: [Hi]}]}")
    batch = client.messages.batches.create(requests=[row("a")])
    assert poll(client, batch.id, mock.clock.tick) == 2
    mock.reset()
    batch = client.messages.batches.create(requests=[row("a")])
    assert poll(client, batch.id, mock.clock.tick) == 0


def test_settings_may_say_how_long_a_batch_takes() -> None:
    with MockClaude(Settings(batch_seconds=5), clock=FixedClock()) as mock, Line(mock.url) as line:
        name = made(line, row("a")).json()["id"]
        assert get(line, f"/{name}").json()["processing_status"] == "in_progress"
        mock.settings = Settings()
        assert get(line, f"/{name}").json()["processing_status"] == "in_progress", "it was made to take five seconds"
        mock.clock.tick(5)
        assert get(line, f"/{name}").json()["processing_status"] == "ended"
