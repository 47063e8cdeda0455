"""Size, encoding and JSON of a body."""

import gzip
from collections.abc import Callable
from dataclasses import replace
from random import Random

import orjson
import pytest
from hypothesis import given
from hypothesis import strategies as st

from mockclaude.call import Intake
from mockclaude.rules.body import BODY, body_too_large, body_too_large_after_decoding
from mockclaude.rules.rule import Draft, Rule
from mockclaude.settings import MIB, Limits, Settings
from mockclaude.wire.encoding import dumps
from tests.rules.drafts import (
    QUICK,
    break_id,
    breaks_of,
    clean_drafts,
    clean_drafts_for,
    draft_of,
    facts_of,
    intake_of,
    judged_by,
)

RULES = (body_too_large, *BODY)
SMALL = Settings(limits=Limits(body_bytes=100))
TOO_LARGE = (413, "request_too_large", "Request exceeds the maximum size")


def sent(raw: bytes, coding: str | None = None) -> Draft:
    return replace(draft_of(), raw=raw).with_header("content-encoding", coding)


def refusals(draft: Draft, settings: Settings | None = None) -> list[tuple[int, str, str]]:
    return [facts_of(error) for error in judged_by(RULES, intake_of(draft, settings or Settings()))]


@given(clean_drafts())
def test_the_body_of_a_clean_request_is_accepted_plain_and_compressed(clean: Draft) -> None:
    assert refusals(clean) == []
    assert refusals(replace(clean, raw=gzip.compress(dumps(clean.body))).with_header("content-encoding", "gzip")) == []


@pytest.mark.parametrize(("rule", "change"), breaks_of(*RULES), ids=break_id)
@QUICK
@given(data=st.data(), seed=st.integers(0, 2**32))
def test_each_break_of_a_clean_request_is_refused_with_its_rule(
    rule: Rule[Intake], change: Callable[[Draft, Random], Draft], data: st.DataObject, seed: int
) -> None:
    broken = change(data.draw(clean_drafts_for(rule)), Random(seed))
    assert [error.rule for error in judged_by(RULES, intake_of(broken))] == [rule.id]


def test_a_body_may_be_as_large_as_the_limit() -> None:
    assert refusals(sent(b"{}".ljust(100)), SMALL) == []
    assert refusals(sent(b"{}".ljust(101)), SMALL) == [TOO_LARGE]


def test_the_limit_is_32_mebibytes() -> None:
    assert refusals(sent(b"{}".ljust(32 * MIB))) == []
    assert refusals(sent(b"{}".ljust(32 * MIB + 1))) == [TOO_LARGE]


def test_a_body_that_is_too_large_is_refused_in_the_words_of_the_proxy() -> None:
    error = judged_by(RULES, intake_of(sent(b"{}".ljust(101)), SMALL))[0]
    assert error.envelope("req_1") == (
        b'{"error":{"type":"request_too_large","message":"Request exceeds the maximum size"}}'
    )


def test_a_compressed_body_may_unfold_to_the_limit() -> None:
    assert refusals(sent(gzip.compress(b"{}".ljust(100)), "gzip"), SMALL) == []
    assert refusals(sent(gzip.compress(b"{}".ljust(101)), "gzip"), SMALL) == [TOO_LARGE]


def test_a_body_too_large_after_decoding_is_refused_by_the_api_with_a_code() -> None:
    error = judged_by(RULES, intake_of(sent(gzip.compress(b" " * 101), "gzip"), SMALL))[0]
    assert error.rule == body_too_large_after_decoding.id
    assert error.envelope("req_1") == (
        b'{"type":"error","error":{"type":"request_too_large","message":"Request exceeds the maximum size",'
        b'"details":{"error_code":"request_body_too_large_after_decoding"}},"request_id":"req_1"}'
    )


@pytest.mark.parametrize("coding", ["br", "zstd", "deflate", "compress", "BR", "gzip, br", "identity, utf-8"])
def test_encodings_other_than_gzip_are_refused_before_they_are_read(coding: str) -> None:
    errors = judged_by(RULES, intake_of(sent(b"{}", coding)))
    name = coding.rpartition(",")[2].strip().lower()
    assert [facts_of(error) for error in errors] == [
        (400, "invalid_request_error", f'content-encoding: "{name}" is not supported')
    ]
    assert [error.details for error in errors] == [{"error_code": "request_body_encoding_unsupported"}]


@pytest.mark.parametrize("coding", ["", "identity", "gzip", "GZIP", "x-gzip", "identity, gzip", " gzip ,"])
def test_gzip_and_identity_are_accepted(coding: str) -> None:
    raw = b"{}" if "gzip" not in coding.lower() else gzip.compress(b"{}")
    assert refusals(sent(raw, coding)) == []


@pytest.mark.parametrize("raw", [b"", b"{}", b"\x1f\x8b", gzip.compress(b"{}")[:-1], gzip.compress(b"{}") + b"{"])
def test_a_body_that_is_not_gzip_is_refused_under_its_header(raw: bytes) -> None:
    errors = judged_by(RULES, intake_of(sent(raw, "gzip")))
    assert [facts_of(error) for error in errors] == [
        (400, "invalid_request_error", "The request body is not valid gzip")
    ]
    assert [error.details for error in errors] == [{"error_code": "request_body_encoding_invalid"}]


@pytest.mark.parametrize(
    ("raw", "fault"),
    [
        (b"", "Input is a zero-length, empty document: line 1 column 1 (char 0)"),
        (b'{"model":', "unexpected end of data: line 1 column 10 (char 9)"),
        (b'{\n "a": "\\ud83d"}', "no low surrogate in string: line 2 column 8 (char 9)"),
        (b"{1}", "unexpected character, expected a string key: line 1 column 2 (char 1)"),
        (b"[1,]", "trailing comma is not allowed: line 1 column 3 (char 2)"),
        (b"{}{}", "unexpected content after document: line 1 column 3 (char 2)"),
        (b'{"a":NaN}', "unexpected character, expected a JSON value: line 1 column 6 (char 5)"),
    ],
)
def test_faults_in_json_are_reported_in_the_words_of_orjson(raw: bytes, fault: str) -> None:
    message = f"The request body is not valid JSON: {fault}"
    assert refusals(sent(raw)) == [(400, "invalid_request_error", message)]
    assert refusals(sent(gzip.compress(raw), "gzip")) == [(400, "invalid_request_error", message)]


@given(st.binary(max_size=40))
def test_any_bytes_are_an_object_or_refused_once(raw: bytes) -> None:
    try:
        document = orjson.loads(raw)
    except orjson.JSONDecodeError as fault:
        expected = [(400, "invalid_request_error", f"The request body is not valid JSON: {fault}")]
    else:
        expected = [] if isinstance(document, dict) else [(400, "invalid_request_error", "Input should be an object")]
    assert refusals(sent(raw)) == expected


@pytest.mark.parametrize("raw", [b"null", b"[]", b'"text"', b"1", b"true", b"[{}]"])
def test_json_that_is_not_an_object_is_refused(raw: bytes) -> None:
    assert refusals(sent(raw)) == [(400, "invalid_request_error", "Input should be an object")]
