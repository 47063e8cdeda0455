"""Every known error that a request can provoke is provoked on the running server, and read as the table has it."""

import re
from collections.abc import Iterator
from fnmatch import fnmatchcase
from functools import cache
from random import Random
from typing import Any

import pytest

from mockclaude.mock import MockClaude
from mockclaude.rules.catalogue import RULES
from mockclaude.rules.occasion import Plainest, occasion_of, plain_draft, refusal_of
from mockclaude.rules.rule import Draft, Rule
from mockclaude.settings import Settings
from mockclaude.wire.body import JsonObject
from tests.asking import Answer, ask
from tests.facts import errors, needs_facts
from tests.rules.uncovered import ADDED, REWORDED, SCRIPTED, UNCOVERED

TRIES = 60
ADDITION = {"status": 400, "type": "invalid_request_error"}
ENTRIES = {**errors(), **{name: {**ADDITION, "id": name, "message_template": text} for name, text in ADDED.items()}}
COVERED = [name for name in ENTRIES if any(name in rule.covers for rule in RULES.values())]
UNSAID = re.compile(r"\((not fixed|unknown|exact text|wording|names the|no distinct)")
"""Templates that describe a text nobody has captured."""

CACHED: JsonObject = {"type": "text", "text": "Be brief.", "cache_control": {"type": "ephemeral", "ttl": "24h"}}
FOUND: JsonObject = {"type": "web_search_tool_result", "tool_use_id": "srvtoolu_01", "content": []}
BY_HAND: dict[str, JsonObject] = {
    "cache.ttl_value": {"system": [CACHED]},
    "role.server_result": {"messages": [{"role": "user", "content": [FOUND]}]},
    "think.binding_extra": {"thinking": {"type": "adaptive", "block_binding": {}}},
    "think.display_updates": {"thinking": {"type": "adaptive", "display": "updates"}},
}
"""Fields that provoke what no break does."""


@pytest.fixture(scope="module")
def mocks() -> Iterator[dict[Settings, MockClaude]]:
    wanted = {occasion.settings for rule in RULES.values() if (occasion := occasion_of(rule))}
    running = {settings: MockClaude(settings, seed=1).start() for settings in wanted}
    yield running
    for mock in running.values():
        mock.close()


@cache
def provoked_by(rule: Rule[Any]) -> list[tuple[Draft, Settings, str]]:
    """Requests that the rule refuses, and in which words."""
    occasion = occasion_of(rule)
    assert occasion is not None
    is_heavy = len(occasion.draft.request().body) > 50_000
    found = []
    for change in rule.breaks:
        for chance in [Plainest(), *([] if is_heavy else map(Random, range(TRIES)))]:
            draft = change(plain_draft(rule), chance)
            error = refusal_of(draft, occasion.settings)
            if error is not None and error.rule == rule.id:
                found.append((draft, occasion.settings, error.message))
    return found


def by_hand(name: str, rule: Rule[Any]) -> Iterator[tuple[Draft, Settings, str]]:
    """The request written for the entry, where there is one."""
    if name in BY_HAND:
        draft = plain_draft(rule).with_body(**BY_HAND[name])
        error = refusal_of(draft, Settings())
        assert error is not None
        yield draft, Settings(), error.message


def pattern_of(template: str) -> re.Pattern[str]:
    """What a template says with anything in place of its placeholders and of what it leaves out."""
    pieces = re.split(r"(\{[^{}]*\}|\.\.\.)", template)
    fill = {"{i}": r"\d+", "{j}": r"\d+", "{n}": r"\d+", "...": r".*"}
    return re.compile(
        "".join([fill.get(piece, r".+?") if place % 2 else re.escape(piece) for place, piece in enumerate(pieces)])
    )


def text_of(entry: dict[str, Any]) -> re.Pattern[str]:
    template = REWORDED.get(entry["id"], entry["message_template"])
    return re.compile(r"[\s\S]+") if UNSAID.match(template) else pattern_of(template)


def answer_to(entry: dict[str, Any], mocks: dict[Settings, MockClaude]) -> tuple[Rule[Any], str, Answer]:
    """What the server says to a request that provokes the entry; the rule and the words that are expected, too."""
    pattern = text_of(entry)
    for rule in RULES.values():
        if entry["id"] in rule.covers:
            for draft, settings, message in [*by_hand(entry["id"], rule), *provoked_by(rule)]:
                if pattern.fullmatch(message):
                    return rule, message, ask(mocks[settings], draft.request())
    raise AssertionError(f"no break of the rules that cover {entry['id']} leads to {pattern.pattern!r}")


@needs_facts
@pytest.mark.parametrize("name", COVERED)
def test_the_server_says_what_the_table_has(name: str, mocks: dict[Settings, MockClaude]) -> None:
    entry = ENTRIES[name]
    rule, message, answer = answer_to(entry, mocks)
    error = answer.body["error"]
    assert answer.headers["x-mockclaude-rule"] == rule.id
    assert (answer.status, error["type"], error["message"]) == (entry["status"], entry["type"], message)
    details = error.get("details", {})
    assert details.get("error_code") == entry.get("code", rule.code)
    assert set(details) - {"error_code"} == set(entry.get("details_fields", details.keys() - {"error_code"}))


@needs_facts
@pytest.mark.parametrize("name", SCRIPTED)
def test_a_script_can_ask_for_what_no_request_provokes(name: str, mocks: dict[Settings, MockClaude]) -> None:
    entry = ENTRIES[name]
    draft = plain_draft(RULES["unknown-model"]).with_header("x-mockclaude-fault", SCRIPTED[name])
    answer = ask(mocks[Settings()], draft.request())
    error = answer.body["error"]
    assert (answer.status, error["type"]) == (entry["status"], entry["type"])
    assert text_of(entry).fullmatch(error["message"])
    assert error.get("details") == ({"error_code": entry["code"]} if entry.get("code") else None)
    assert "x-mockclaude-rule" not in answer.headers


@needs_facts
def test_every_error_is_covered_or_left_out_for_a_reason() -> None:
    covered = {name for rule in RULES.values() for name in rule.covers}
    left_out = {name for name in ENTRIES if any(fnmatchcase(name, pattern) for pattern in (*UNCOVERED, *SCRIPTED))}
    assert sorted(covered & left_out) == []
    assert sorted(ENTRIES.keys() - covered - left_out) == []
    assert sorted(covered - ENTRIES.keys()) == []


@needs_facts
def test_every_reason_is_still_needed() -> None:
    assert [pattern for pattern in UNCOVERED if not any(fnmatchcase(name, pattern) for name in ENTRIES)] == []
    assert sorted(REWORDED.keys() - set(COVERED)) == []
    assert [name for name in REWORDED if pattern_of(errors()[name]["message_template"]).fullmatch(REWORDED[name])] == []
    assert sorted(ADDED.keys() & errors().keys()) == []
