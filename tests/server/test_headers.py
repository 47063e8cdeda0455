"""Heads have the API's fields in the API's order, and nothing that HTTP cannot carry."""

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mockclaude import __version__
from mockclaude.errors import ScriptError
from mockclaude.server.headers import FIELDS, Speaker, head, stamps, traits_of

MOMENT = 1_787_239_819  # 2026-08-20T15:30:19Z
IDS = {
    b"framing": b"content-length: 2\r\nconnection: keep-alive\r\n",
    b"request": b"req_1",
    b"trace": b"a-b",
    b"ray": b"b",
}


def fields_of(status: int, speaker: Speaker, *own: tuple[str, str]) -> list[tuple[str, str]]:
    text = (head(status, own, speaker, MOMENT, "wrkspc_1") % IDS).decode("latin-1")
    assert text.endswith("\r\n\r\n")
    return [(name, value) for name, _, value in [line.partition(": ") for line in text.split("\r\n")[1:-2]]]


def names_of(status: int, speaker: Speaker, *own: tuple[str, str]) -> list[str]:
    return [name for name, _ in fields_of(status, speaker, *own)]


def test_a_message_has_the_recorded_fields_in_their_order() -> None:
    assert fields_of(200, "messages", ("content-type", "application/json")) == [
        ("date", "Thu, 20 Aug 2026 15:30:19 GMT"),
        ("content-type", "application/json"),
        ("content-length", "2"),
        ("connection", "keep-alive"),
        ("anthropic-ratelimit-requests-limit", "4000"),
        ("anthropic-ratelimit-requests-remaining", "3999"),
        ("anthropic-ratelimit-requests-reset", "2026-08-20T15:30:19Z"),
        ("anthropic-ratelimit-input-tokens-limit", "2000000"),
        ("anthropic-ratelimit-input-tokens-remaining", "2000000"),
        ("anthropic-ratelimit-input-tokens-reset", "2026-08-20T15:30:19Z"),
        ("anthropic-ratelimit-output-tokens-limit", "400000"),
        ("anthropic-ratelimit-output-tokens-remaining", "400000"),
        ("anthropic-ratelimit-output-tokens-reset", "2026-08-20T15:30:19Z"),
        ("anthropic-ratelimit-tokens-limit", "2400000"),
        ("anthropic-ratelimit-tokens-remaining", "2400000"),
        ("anthropic-ratelimit-tokens-reset", "2026-08-20T15:30:19Z"),
        ("request-id", "req_1"),
        ("strict-transport-security", "max-age=31536000; includeSubDomains; preload"),
        ("anthropic-organization-id", "6d6f636b-636c-4175-8465-6d6f636b636c"),
        ("anthropic-workspace-id", "wrkspc_1"),
        ("traceresponse", "00-a-b-01"),
        ("server", "cloudflare"),
        ("vary", "Accept-Encoding"),
        ("cf-cache-status", "DYNAMIC"),
        ("x-robots-tag", "none"),
        ("content-security-policy", "default-src 'none'; frame-ancestors 'none'"),
        ("cf-ray", "b-EWR"),
        ("x-mockclaude", __version__),
    ]


def test_a_stream_says_that_it_must_not_be_cached() -> None:
    names = names_of(200, "messages", ("content-type", "text/event-stream"), ("cache-control", "no-cache"))
    assert names[:5] == ["date", "content-type", "content-length", "connection", "cache-control"]


LIMITS = {field.name for field in FIELDS if field.name.startswith("anthropic-ratelimit-")}


@pytest.mark.parametrize(
    ("status", "speaker", "should_retry", "absent"),
    [
        (200, "api", None, LIMITS | {"traceresponse"}),
        (400, "messages", "false", LIMITS),
        (404, "messages", "false", LIMITS),
        (401, "messages", "false", LIMITS | {"anthropic-organization-id", "anthropic-workspace-id"}),
        (401, "gateway", "false", LIMITS | {"anthropic-organization-id", "anthropic-workspace-id", "request-id"}),
        (413, "proxy", None, LIMITS | {"anthropic-organization-id", "anthropic-workspace-id", "request-id"}),
        (429, "messages", "true", set()),
        (500, "messages", "true", LIMITS),
        (529, "messages", "true", LIMITS),
    ],
)
def test_who_answers_with_what_decides_the_fields(
    status: int, speaker: Speaker, should_retry: str | None, absent: set[str]
) -> None:
    fields = dict(fields_of(status, speaker))
    assert fields.get("x-should-retry") == should_retry
    assert not absent & set(fields)
    counted = LIMITS | {"anthropic-organization-id", "anthropic-workspace-id", "request-id"}
    assert counted - absent <= set(fields)


def test_the_limit_of_all_tokens_is_the_sum_of_both_kinds() -> None:
    limits = {field.name: int(field.value) for field in FIELDS if field.name.endswith("-limit")}
    parts = ("anthropic-ratelimit-input-tokens-limit", "anthropic-ratelimit-output-tokens-limit")
    assert limits["anthropic-ratelimit-tokens-limit"] == sum(limits[part] for part in parts)


def test_own_fields_replace_the_usual_ones_in_their_place() -> None:
    fields = fields_of(429, "messages", ("Retry-After", "1"), ("X-Should-Retry", "false"), ("request-id", "req_own"))
    assert [value for name, value in fields if name in {"retry-after", "x-should-retry", "request-id"}] == [
        "1", "false", "req_own",
    ]  # fmt: skip
    assert len({name for name, _ in fields}) == len(fields)


def test_own_fields_may_repeat_and_hold_percent_signs() -> None:
    fields = fields_of(200, "api", ("set-cookie", "a=%20b"), ("x-own", "100%"), ("set-cookie", "c=%(date)b"))
    assert [pair for pair in fields if pair[0] in {"set-cookie", "x-own"}] == [
        ("set-cookie", "a=%20b"), ("set-cookie", "c=%(date)b"), ("x-own", "100%"),
    ]  # fmt: skip


def test_the_framing_of_another_connection_is_left_out() -> None:
    hops = [("Transfer-Encoding", "chunked"), ("Connection", "close"), ("Content-Length", "9"), ("Keep-Alive", "5")]
    assert fields_of(200, "api", *hops) == fields_of(200, "api")


@pytest.mark.parametrize(
    "field", [("x-a", "one\r\nx-b: two"), ("x-a", "nul\0"), ("x a", "1"), ("", "1"), ("x-a:", "1"), ("x-a", "☃")]
)
def test_fields_that_http_cannot_carry_are_refused(field: tuple[str, str]) -> None:
    with pytest.raises(ScriptError, match="cannot be a response header"):
        head(200, (field,), "api", MOMENT, "wrkspc_1")


@pytest.mark.parametrize(("status", "line"), [(200, "200 OK"), (529, "529 "), (418, "418 I'm a Teapot"), (999, "999 ")])
def test_a_status_has_its_phrase_where_there_is_one(status: int, line: str) -> None:
    first = (head(status, (), "api", MOMENT, "wrkspc_1") % IDS).split(b"\r\n")[0]
    assert first.decode().lower() == f"http/1.1 {line}".lower()


@given(st.integers(0, 2**33))
def test_dates_are_those_of_http(second: int) -> None:
    from email.utils import formatdate

    date, reset = stamps(second)
    assert date == formatdate(second, usegmt=True)
    assert re.fullmatch(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ", reset)


@given(st.integers(100, 599), st.sampled_from(["messages", "api", "gateway", "proxy"]))
def test_no_answer_is_both_final_and_worth_a_retry(status: int, speaker: Speaker) -> None:
    assert not {"final", "retryable"} <= traits_of(status, speaker)
