"""What the API's version 2026-10-21 no longer takes; sampling parameters, gone as well, are a matter of shape."""

from collections.abc import Iterable, Iterator, Sequence
from random import Random
from typing import Final

from mockclaude.call import Call
from mockclaude.rules.flaws import SECOND_VERSION
from mockclaude.rules.opening import HELLO, HI, opened_with, turn_of
from mockclaude.rules.rule import Draft, Facts, Rule, rule
from mockclaude.wire.body import Block, JsonObject
from mockclaude.wire.evidence import documented

SECOND: Final = (SECOND_VERSION,)
_PAGE: Final = "versioning and migration pages"


@rule(
    message="{path}: 'document' blocks are not permitted within assistant turns.",
    needs=("document",),
    versions=SECOND,
    covers=("msg.document_in_assistant",),
    source=documented("2026-11", f"{_PAGE}, and a measurement; the text is ours, after that of images"),
    fix="Move the document to a user turn; inside of a server tool's result it may stay.",
)
def document_in_assistant_turn(call: Call) -> Iterable[Facts]:
    """A document directly in an assistant turn."""
    return [
        {"path": f"messages.{turn.place}.content"}
        for turn in call.turns
        if turn.role == "assistant"
        for block in turn.blocks
        if block["type"] == "document"
    ]


DOCUMENT: Final[JsonObject] = {
    "type": "document",
    "source": {"type": "text", "media_type": "text/plain", "data": "The grass is green."},
}


@document_in_assistant_turn.broken_by
def let_the_assistant_show_a_document(draft: Draft, _random: Random) -> Draft:
    """A text file in an assistant turn."""
    return opened_with(draft, HI, turn_of("assistant", {"type": "text", "text": "Look:"}, DOCUMENT))


@rule(
    message="{path}: Extra inputs are not permitted",
    needs=("text", "search_result"),
    versions=SECOND,
    covers=("msg.citations_in_user",),
    source=documented("2026-11", f"{_PAGE}, and a measurement; the text is ours, after that of unknown fields"),
    fix="Leave `citations` out of what the user says; they belong to the assistant's texts.",
)
def citations_in_user_turn(call: Call) -> Iterable[Facts]:
    """A text of the user, or in the user's search results, that has citations; an empty list passes."""
    for turn in call.turns:
        if turn.role == "user":
            for path in _citing(turn.blocks, f"messages.{turn.place}.content"):
                yield {"path": f"{path}.citations"}


def _citing(blocks: Sequence[Block], path: str) -> Iterator[str]:
    for place, block in enumerate(blocks):
        kind, inner = block["type"], block.get("content")
        if kind == "text" and block.get("citations"):
            yield f"{path}.{place}.text"
        elif kind == "search_result" and isinstance(inner, list):
            for at, text in enumerate(inner):
                if text.get("citations"):
                    yield f"{path}.{place}.search_result.content.{at}"
        elif kind == "tool_result" and isinstance(inner, list):
            results: list[Block] = [found if found["type"] == "search_result" else {"type": ""} for found in inner]
            yield from _citing(results, f"{path}.{place}.tool_result.content")


CITED: Final[JsonObject] = {
    "type": "text",
    "text": "The grass is green.",
    "citations": [
        {
            "type": "char_location",
            "cited_text": "green",
            "document_index": 0,
            "document_title": None,
            "start_char_index": 0,
            "end_char_index": 5,
        }
    ],
}


@citations_in_user_turn.broken_by
def cite_as_the_user(draft: Draft, random: Random) -> Draft:
    """An answer's text with its citations, pasted into a user turn or into a search result."""
    result: JsonObject = {
        "type": "search_result",
        "source": "https://example.com/",
        "title": "Grass",
        "content": [CITED],
    }
    return opened_with(draft, turn_of("user", CITED if random.random() < 1 / 2 else result), HELLO)


VERSIONED: Final[tuple[Rule[Call], ...]] = (document_in_assistant_turn, citations_in_user_turn)
