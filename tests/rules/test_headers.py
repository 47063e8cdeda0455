"""Credentials, version, betas and charset: what the headers of a request must say."""

import json
import os
from collections.abc import Callable
from pathlib import Path
from random import Random
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mockclaude.call import VERSIONS, Intake
from mockclaude.rules.headers import HEADERS
from mockclaude.rules.rule import Draft, Rule
from mockclaude.settings import Settings
from mockclaude.wire.betas import KNOWN_BETAS, NEWEST
from mockclaude.wire.finding import Finding
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

CORPUS = Path(os.environ.get("MOCKCLAUDE_CORPUS", Path(__file__).parents[3] / "shared" / "corpus"))
KEY_INVALID = (401, "authentication_error", "API key is invalid.")
TOKEN_INVALID = (401, "authentication_error", "OAuth access token is invalid.")
KEY_MISSING = (401, "authentication_error", "x-api-key header is required")
VERSION_MISSING = (400, "invalid_request_error", "anthropic-version: header is required")


def draft(**headers: str | None) -> Draft:
    """A plain draft with headers set, or removed for `None`."""
    changed = draft_of()
    for name, value in headers.items():
        changed = changed.with_header(name.replace("_", "-"), value)
    return changed


def refusals(changed: Draft, settings: Settings | None = None) -> list[tuple[int, str, str]]:
    return [facts_of(error) for error in judged_by(HEADERS, intake_of(changed, settings or Settings()))]


@given(clean_drafts())
def test_headers_of_a_clean_request_are_accepted(clean: Draft) -> None:
    intake = intake_of(clean)
    assert judged_by(HEADERS, intake) == []
    assert intake.findings == []


@pytest.mark.parametrize(("rule", "change"), breaks_of(*HEADERS), ids=break_id)
@QUICK
@given(data=st.data(), seed=st.integers(0, 2**32))
def test_each_break_of_a_clean_request_is_refused_with_its_rule(
    rule: Rule[Intake], change: Callable[[Draft, Random], Draft], data: st.DataObject, seed: int
) -> None:
    broken = change(data.draw(clean_drafts_for(rule)), Random(seed))
    assert [error.rule for error in judged_by(HEADERS, intake_of(broken))] == [rule.id]


@pytest.mark.parametrize(
    ("headers", "expected"),
    [
        ({"x_api_key": "sk-ant-invalid"}, [KEY_INVALID]),
        ({"x_api_key": "sk-ant-invalid-2"}, [KEY_INVALID]),
        ({"x_api_key": " sk-ant-invalid "}, [KEY_INVALID]),
        ({"x_api_key": None, "authorization": "Bearer sk-ant-invalid"}, [KEY_INVALID]),
        ({"x_api_key": None, "authorization": "bearer sk-ant-oat01-invalid"}, [TOKEN_INVALID]),
        ({"x_api_key": "sk-ant-oat01-invalid"}, [KEY_INVALID]),
        ({"x_api_key": None, "authorization": "Bearer sk-ant-api03-any"}, []),
        ({"x_api_key": None, "authorization": "Bearer sk-ant-oat01-any"}, []),
        ({"x_api_key": "anything"}, []),
        ({"x_api_key": None}, [KEY_MISSING]),
        ({"x_api_key": ""}, [KEY_MISSING]),
        ({"x_api_key": None, "authorization": "Basic dTpw"}, [KEY_MISSING]),
        ({"x_api_key": None, "authorization": "Bearer "}, [KEY_MISSING]),
        ({"x_api_key": "sk-ant-invalid", "authorization": "Bearer sk-ant-api03-any"}, [KEY_INVALID]),
        ({"x_api_key": "sk-ant-api03-any", "authorization": "Bearer sk-ant-invalid"}, []),
        ({"x_api_key": "sk-ant-invalid", "anthropic_version": None}, [KEY_INVALID, VERSION_MISSING]),
        ({"x_api_key": None, "anthropic_version": None}, [KEY_MISSING, VERSION_MISSING]),
    ],
)
def test_credentials_are_an_api_key_or_a_bearer_token(
    headers: dict[str, str | None], expected: list[tuple[int, str, str]]
) -> None:
    assert refusals(draft(**headers)) == expected


def test_given_keys_are_the_only_accepted_ones() -> None:
    keys = Settings(keys=frozenset({"sk-ant-a", "sk-ant-oat01-a"}))
    assert refusals(draft(x_api_key="sk-ant-a"), keys) == []
    assert refusals(draft(x_api_key="sk-ant-b"), keys) == [KEY_INVALID]
    assert refusals(draft(x_api_key=None, authorization="Bearer sk-ant-oat01-a"), keys) == []
    assert refusals(draft(x_api_key=None, authorization="Bearer sk-ant-oat01-b"), keys) == [TOKEN_INVALID]


def test_a_wrong_key_is_refused_without_a_request_id_and_a_missing_one_with_it() -> None:
    wrong, missing = [
        judged_by(HEADERS, intake_of(draft(x_api_key=key)))[0].envelope("req_1") for key in ("sk-ant-invalid", None)
    ]
    assert wrong == (
        b'{"type":"error","error":{"type":"authentication_error","message":"API key is invalid."},"request_id":null}'
    )
    assert missing == (
        b'{"type":"error","error":{"type":"authentication_error","message":"x-api-key header is required"},'
        b'"request_id":"req_1"}'
    )


@pytest.mark.parametrize("version", VERSIONS)
def test_every_published_version_is_accepted(version: str) -> None:
    assert refusals(draft(anthropic_version=version)) == []


@pytest.mark.parametrize("version", ["2023-06-02", "latest", "2023-06-01, 2023-06-01", '"'])
def test_other_versions_are_quoted_in_the_refusal(version: str) -> None:
    assert refusals(draft(anthropic_version=version)) == [
        (400, "invalid_request_error", f'anthropic-version: "{version}" is not a valid version')
    ]


@given(st.lists(st.sampled_from(sorted(KNOWN_BETAS)), min_size=1), st.sampled_from([",", ", ", " ,"]))
def test_known_betas_are_accepted_in_any_number_and_spacing(names: list[str], separator: str) -> None:
    intake = intake_of(draft(anthropic_beta=separator.join(names)))
    assert judged_by(HEADERS, intake) == []
    assert intake.findings == []


def test_unknown_betas_are_listed_in_their_order() -> None:
    names = "timing-2026-09-09,claude-code-20250219, string"
    message = (
        "Unexpected value(s) `timing-2026-09-09`, `string` for the `anthropic-beta` header. Please consult our "
        "documentation at platform.claude.com/docs or try again without the header."
    )
    assert refusals(draft(anthropic_beta=names)) == [(400, "invalid_request_error", message)]


@given(st.dates(min_value=NEWEST).filter(lambda day: day > NEWEST))
def test_a_beta_newer_than_the_table_passes_with_one_remark(day: Any) -> None:
    name = f"some-thing-{day.isoformat()}"
    intake = intake_of(draft(anthropic_beta=f"{name},{name}"))
    assert judged_by(HEADERS, intake) == []
    assert judged_by(HEADERS, intake) == []
    assert intake.findings == [
        Finding("unknown-beta", f"beta {name} is newer than every beta known here; it has no effect", "remark")
    ]


def test_claude_code_names_no_unknown_beta() -> None:
    names = (
        "claude-code-20250219,interleaved-thinking-2025-05-14,context-management-2025-06-27,per-turn-control-2026-07-01,"
        "mid-conversation-tool-changes-2026-07-01,thinking-token-count-2026-05-13,advanced-tool-use-2025-11-20,"
        "effort-2025-11-24,thinking-display-updates-2026-08-18"
    )
    assert refusals(draft(anthropic_beta=names)) == []


@pytest.mark.skipif(not CORPUS.is_dir(), reason="no recorded corpus; set MOCKCLAUDE_CORPUS")
def test_recorded_requests_name_no_unknown_beta() -> None:
    named = set()
    for file in CORPUS.glob("*.jsonl"):
        for line in file.read_text("utf-8").splitlines():
            headers = {name.lower(): value for name, value in json.loads(line)["request_headers"].items()}
            value = headers.get("anthropic-beta", "")
            named |= {name.strip() for name in (",".join(value) if isinstance(value, list) else value).split(",")}
    assert named - {""} - set(KNOWN_BETAS) == set()


@pytest.mark.parametrize(
    "declared",
    [
        None,
        "",
        "application/json",
        "application/json; charset=utf-8",
        "application/json;charset=UTF-8",
        'application/json; charset="utf-8"',
        "text/plain; boundary=x; charset=ISO-8859-1",
        "application/json; charset=us-ascii",
        "application/json; profile=charset",
    ],
)
def test_three_charsets_and_none_are_accepted(declared: str | None) -> None:
    assert refusals(draft(content_type=declared)) == []


@pytest.mark.parametrize(
    ("declared", "charset"),
    [
        ("application/json; charset=utf-16", "utf-16"),
        ("application/json;charset = 'Shift_JIS'", "Shift_JIS"),
        ("application/json; charset=", ""),
    ],
)
def test_other_charsets_are_refused_with_a_code(declared: str, charset: str) -> None:
    errors = judged_by(HEADERS, intake_of(draft(content_type=declared)))
    assert [facts_of(error) for error in errors] == [
        (400, "invalid_request_error", f'content-type: charset "{charset}" is not supported')
    ]
    assert [error.details for error in errors] == [{"error_code": "unsupported_charset"}]
