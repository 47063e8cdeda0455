"""What the second version of the API refuses, and the first accepts."""

import pytest

from mockclaude.call import VERSIONS
from mockclaude.rules.versions import VERSIONED
from mockclaude.wire.body import Json, JsonObject
from tests.rules.drafts import PATHS, assistant, call_of, draft_of, judged_by, text, user

CITATION: JsonObject = {
    "type": "char_location",
    "cited_text": "a",
    "document_index": 0,
    "document_title": None,
    "start_char_index": 0,
    "end_char_index": 1,
}
DOCUMENT: JsonObject = {"type": "document", "source": {"type": "text", "media_type": "text/plain", "data": "0"}}


def cited(*citations: JsonObject) -> JsonObject:
    return {**text("a"), "citations": list[Json](citations)}


def found(*content: JsonObject) -> JsonObject:
    return {"type": "search_result", "source": "a", "title": "b", "content": list[Json](content)}


def result(*content: JsonObject) -> JsonObject:
    return {"type": "tool_result", "tool_use_id": "toolu_1", "content": list[Json](content)}


def refusals(version: str, *turns: JsonObject) -> list[str]:
    draft = draft_of(*turns).with_header("anthropic-version", version)
    return [error.message for error in judged_by(VERSIONED, call_of(draft))]


BROKEN = [
    ([user("a"), assistant([text("b"), DOCUMENT])], "messages.1.content: 'document' blocks are not permitted within assistant turns."),
    ([user([text("a"), cited(CITATION)])], "messages.0.content.1.text.citations: Extra inputs are not permitted"),
    ([user([found(text("a"), cited(CITATION))])], "messages.0.content.0.search_result.content.1.citations: Extra inputs are not permitted"),
    (
        [user([result(text("a"), found(cited(CITATION)))])],
        "messages.0.content.0.tool_result.content.1.search_result.content.0.citations: Extra inputs are not permitted",
    ),
]  # fmt: skip


@pytest.mark.parametrize(("turns", "words"), BROKEN)
def test_only_the_second_version_refuses(turns: list[JsonObject], words: str) -> None:
    assert {version: refusals(version, *turns) for version in VERSIONS} == {
        "2023-01-01": [],
        "2023-06-01": [],
        "2026-10-21": [words],
    }


@pytest.mark.parametrize(
    "turns",
    [
        [user([DOCUMENT])],
        [user([cited()]), assistant([cited(CITATION)])],
        [user([result(DOCUMENT, cited(CITATION))])],
        [user([{**DOCUMENT, "citations": {"enabled": True}}, {**found(text("a")), "citations": {"enabled": True}}])],
        [
            user("a"),
            assistant([{"type": "web_fetch_tool_result", "tool_use_id": "b", "content": {"content": DOCUMENT}}]),
        ],
    ],
)
def test_the_rest_passes_under_the_second_version_too(turns: list[JsonObject]) -> None:
    assert refusals("2026-10-21", *turns) == []


@pytest.mark.parametrize("path", PATHS)
def test_both_endpoints_refuse(path: str) -> None:
    assert all(rule.endpoints is None or path.rpartition("/")[2] in rule.endpoints for rule in VERSIONED)
