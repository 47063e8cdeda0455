"""What was asked can be read, filtered and counted over HTTP."""

from collections.abc import Callable
from typing import Any

import pytest

from mockclaude.mock import MockClaude
from mockclaude.record.entry import entry_of, exact_entry_of

from .control_client import ControlClient


@pytest.fixture
def asked(control: ControlClient) -> ControlClient:
    """A world in which different things were asked."""
    control.ask(
        "POST",
        "/stubs",
        [
            {"when": {"text": "rain"}, "replies": [{"error": {"status": 529}}]},
            {"when": {"text": "sun"}, "replies": ["24 C"], "name": "sunny"},
        ],
    )
    control.call("rain")
    control.call("the sun", stream=True)
    control.call("the sun and rain", model="claude-haiku-4-5")
    control.call("prefilled", messages=[{"role": "assistant", "content": "a"}])
    control.ask("GET", "/v1/models", headers={"x-api-key": "k", "anthropic-version": "2023-06-01"}, root="")
    return control  # fmt: skip


@pytest.fixture
def seen(asked: ControlClient) -> Callable[[str], list[int]]:
    """The places in the journal of the entries that a query finds."""
    ids = [entry["request_id"] for entry in asked.ask("GET", "/journal").json()["entries"]]

    def places(query: str) -> list[int]:
        return [ids.index(entry["request_id"]) for entry in asked.ask("GET", f"/journal{query}").json()["entries"]]

    return places


def test_the_journal_shows_every_entry_as_it_is_remembered(mock: MockClaude, asked: ControlClient) -> None:
    entries = list(mock.journal)
    assert asked.ask("GET", "/journal").json() == {"total": 5, "entries": [entry_of(one) for one in entries]}
    exact = [exact_entry_of(one) for one in entries]
    assert asked.ask("GET", "/journal?exact=true").json() == {"total": 5, "entries": exact}


def test_an_entry_names_its_stub_and_findings(asked: ControlClient) -> None:
    entries = asked.ask("GET", "/journal").json()["entries"]
    assert [entry["stub"] for entry in entries] == [
        'stub #1 (text "rain")', "stub #2 (sunny)", 'stub #1 (text "rain")', None, None,
    ]  # fmt: skip
    assert [[finding["rule"] for finding in entry["findings"]] for entry in entries] == [
        [], [], [], ["assistant-first"], [],
    ]  # fmt: skip


@pytest.mark.parametrize(
    ("query", "places"),
    [
        ("?limit=2", [3, 4]),
        ("?limit=0", []),
        ("?limit=9", [0, 1, 2, 3, 4]),
        ("?status=529", [0, 2]),
        ("?status=2xx", [1, 4]),
        ("?status=none", []),
        ("?model=claude-haiku-*", [2]),
        ("?text=rain", [0, 2]),
        ("?text=rain&model=claude-sonnet-*", [0]),
        ("?rule=assistant-first", [3]),
        ("?rule=assistant", []),
        ("?stub=2", [1]),
        ("?stub=sunny", [1]),
        ("?stub=rain&status=529&limit=1", [2]),
        ("?stub=", [0, 1, 2]),
        ("?workspace=other", []),
    ],
)
def test_filters_hold_together(seen: Callable[[str], list[int]], query: str, places: list[int]) -> None:
    assert seen(query) == places


def test_the_total_counts_what_the_limit_leaves_out(asked: ControlClient) -> None:
    found = asked.ask("GET", "/journal?status=529&limit=1").json()
    assert (found["total"], len(found["entries"])) == (2, 1)


def test_the_journal_is_read_on_from_the_last_entry_one_saw(asked: ControlClient) -> None:
    last = asked.ask("GET", "/journal").json()["entries"][-1]["request_id"]
    assert asked.ask("GET", f"/journal?since={last}").json() == {"total": 0, "entries": []}
    asked.call("news")
    assert asked.ask("GET", f"/journal?since={last}").json()["total"] == 1


@pytest.mark.parametrize(
    ("query", "message"),
    [
        ("?limit=-1", "limit is '-1'; expected a whole number from 0 on"),
        ("?limit=٣", "limit is '٣'; expected a whole number from 0 on"),
        ("?limit=", "limit is ''; expected a whole number from 0 on"),
        ("?full=maybe", "full is 'maybe'; expected true or false"),
        ("?status=9xx", "status is '9xx'; expected one such as 429, 4xx or none"),
    ],
)
def test_a_filter_that_cannot_be_meant_is_refused(asked: ControlClient, query: str, message: str) -> None:
    from urllib.parse import quote

    said = asked.ask("GET", f"/journal{quote(query, safe='?=-&')}")
    assert (said.status, said.error["message"]) == (400, message)


def test_one_entry_is_found_by_its_request_id(mock: MockClaude, asked: ControlClient) -> None:
    entry = mock.journal[1]
    assert asked.ask("GET", f"/journal/{entry.request_id}").json() == entry_of(entry)
    assert asked.ask("GET", f"/journal/{entry.request_id}?exact").json() == exact_entry_of(entry)


@pytest.mark.parametrize("path", ["/journal/req_unknown", "/journal?since=req_unknown"])
def test_an_entry_that_is_not_there_is_not_found(asked: ControlClient, path: str) -> None:
    said = asked.ask("GET", path)
    assert (said.status, said.error["type"]) == (404, "not_found")
    assert said.error["message"].startswith("the journal has no entry 'req_unknown'")


def test_base64_is_shortened_unless_all_is_wanted(control: ControlClient) -> None:
    image = {"type": "image", "source": {"type": "base64", "media_type": "image/png", "data": "A" * 500}}
    request_id = control.call(messages=[{"role": "user", "content": [image]}]).headers["request-id"]

    def data(query: str) -> str:
        body = control.ask("GET", f"/journal/{request_id}{query}").json()["request"]["body"]
        return str(body["messages"][0]["content"][0]["source"]["data"])

    assert (data(""), data("?full=false"), data("?full=true")) == (*[f"{'A' * 32}… (500 characters)"] * 2, "A" * 500)


def test_clearing_the_journal_leaves_the_stubs(mock: MockClaude, asked: ControlClient) -> None:
    assert asked.ask("DELETE", "/journal").status == 204
    assert (len(mock.journal), len(mock.stubs)) == (0, 2)


def test_findings_name_their_request(asked: ControlClient) -> None:
    asked.call("news")
    entries = asked.ask("GET", "/journal").json()["entries"]
    refused, unmatched = asked.ask("GET", "/findings").json()["findings"]
    assert (refused["request_id"], refused["rule"], refused["severity"]) == (
        entries[3]["request_id"], "assistant-first", "violation",
    )  # fmt: skip
    assert (unmatched["request_id"], unmatched["rule"], unmatched["severity"]) == (
        entries[5]["request_id"], "unmatched-call", "remark",
    )  # fmt: skip
    assert asked.ask("GET", "/findings?severity=remark").json() == {"findings": [unmatched]}
    assert asked.ask("GET", "/findings?rule=assistant-first").json() == {"findings": [refused]}
    assert asked.ask("GET", "/findings?workspace=other").json() == {"findings": []}


def test_what_strict_stubs_leave_unanswered_is_a_finding(control: ControlClient) -> None:
    control.ask("PATCH", "/settings", {"strict_stubs": True})
    assert control.call().status == 418
    [finding] = control.ask("GET", "/findings").json()["findings"]
    assert (finding["rule"], finding["severity"]) == ("unmatched-call", "violation")


@pytest.mark.parametrize(
    ("expectation", "count"),
    [
        ({"when": {"text": "rain"}, "times": 2}, 2),
        ({"when": {"text": "rain"}}, 2),
        ({"when": {"text": "snow"}, "times": 0}, 0),
        ({"when": {"stream": True}, "at_most": 1}, 1),
        ({"at_least": 4, "at_most": 4}, 4),
        ({}, 4),
    ],
)
def test_the_expected_calls_are_counted(asked: ControlClient, expectation: Any, count: int) -> None:
    said = asked.ask("POST", "/verify", expectation)
    assert (said.status, said.json()["holds"], said.json()["count"], len(said.json()["calls"])) == (
        200,
        True,
        count,
        count,
    )


def test_a_failed_expectation_tells_what_came_nearest(asked: ControlClient) -> None:
    first = asked.ask("GET", "/journal").json()["entries"][0]["request_id"]
    said = asked.ask("POST", "/verify", {"when": {"text": "rein"}, "times": 1})
    near = f'{first} failed on text: got "rain"'
    assert said.status == 409
    found = said.json()
    assert found["error"]["message"].startswith(
        f'expected exactly 1 call for text "rein", got 0; nearest: {near}; req_'
    )
    assert {**found, "error": {**found["error"], "message": ""}} == {
        "holds": False,
        "expected": "exactly 1 call",
        "count": 0,
        "calls": [],
        "error": {"type": "verification_failed", "message": "", "nearest": near},
    }


@pytest.mark.parametrize(
    ("expectation", "kind", "message"),
    [
        ({"when": {"txt": "a"}}, "script_error", "when.txt: unknown key 'txt'; did you mean 'text'?"),
        ({"when": {"any": [{"turns": "x"}]}}, "script_error", 'when.any.0.turns: is "x"; expected a whole number or an object'),
        ({"when": {"regex": "("}}, "script_error", "'(' is no regular expression: missing ), unterminated subpattern at position 0"),
        ({"times": 1, "at_most": 2}, "script_error", "times excludes at_least and at_most; give the one or the others"),
        ({"times": "1"}, "invalid_request", "times is '1'; expected a whole number"),
        ({"times": True}, "invalid_request", "times is True; expected a whole number"),
        ({"tmes": 1}, "invalid_request", "unknown key 'tmes'; did you mean 'times'?"),
        ([], "invalid_request", "the body is no object; expected one with when, times, at_least, at_most"),
    ],
)  # fmt: skip
def test_an_expectation_that_cannot_be_meant_is_refused(
    control: ControlClient, expectation: Any, kind: str, message: str
) -> None:
    said = control.ask("POST", "/verify", expectation)
    assert (said.status, said.error["type"], said.error["message"]) == (400, kind, message)
