"""Citations of every kind come back as they were said, streamed or not."""

from typing import Any

import pytest

from mockclaude import (
    char_location,
    cited,
    content_block_location,
    message,
    page_location,
    search_result_location,
    web_page,
    web_search,
    web_search_result_location,
)
from mockclaude.clock import FixedClock
from mockclaude.engine.block_forms import CITATIONS
from mockclaude.engine.contradiction import declared
from mockclaude.engine.mismatch import SOURCES, shown
from mockclaude.engine.reply import Reply
from mockclaude.engine.stubs import Stubs

from .playing import answer, asked, engine_of

PAGE = web_page("https://example.com/", "Weather")
SAID: dict[str, tuple[dict[str, Any], dict[str, Any]]] = {
    "char_location": (
        char_location("18 °C", start=3, document=1, title="Report"),
        {
            "cited_text": "18 °C", "document_index": 1, "document_title": "Report", "start_char_index": 3,
            "end_char_index": 8, "file_id": None,
        },
    ),
    "page_location": (
        page_location("18 °C", page=2),
        {
            "cited_text": "18 °C", "document_index": 0, "document_title": None, "start_page_number": 2,
            "end_page_number": 3, "file_id": None,
        },
    ),
    "content_block_location": (
        content_block_location("18 °C", start=1, end=4),
        {
            "cited_text": "18 °C", "document_index": 0, "document_title": None, "start_block_index": 1,
            "end_block_index": 4, "file_id": None,
        },
    ),
    "web_search_result_location": (
        web_search_result_location(PAGE, "18 °C"),
        {
            "cited_text": "18 °C", "url": "https://example.com/", "title": "Weather",
            "encrypted_index": web_search_result_location(PAGE, "x")["encrypted_index"],
        },
    ),
    "search_result_location": (
        search_result_location("18 °C", source="notes.txt", result=1, title="Notes"),
        {
            "cited_text": "18 °C", "source": "notes.txt", "title": "Notes", "search_result_index": 1,
            "start_block_index": 0, "end_block_index": 1,
        },
    ),
}  # fmt: skip


def test_every_kind_of_citation_can_be_said() -> None:
    assert list(SAID) == list(CITATIONS)


@pytest.mark.parametrize("stream", [False, True], ids=["whole", "stream"])
@pytest.mark.parametrize("kind", SAID)
def test_a_citation_comes_back_as_it_was_said(kind: str, stream: bool) -> None:
    citation, fields = SAID[kind]
    assert citation == {"type": kind, **fields}
    stubs = Stubs(clock=FixedClock())
    stubs.reply(message(*web_search("weather", PAGE), "It is ", cited("18 °C", citation, citation)))
    call = asked(
        stream=stream,
        tools=[{"type": "web_search_20250305", "name": "web_search"}],
        messages=[{"role": "user", "content": [*HOLDERS.values(), {"type": "text", "text": "How warm is it?"}]}],
    )
    assert answer(engine_of(stubs), call)["content"][2:] == [
        {"type": "text", "text": "It is "},
        {"citations": [citation, citation], "type": "text", "text": "18 °C"},
    ]


HOLDERS: dict[str, Any] = {
    "document": {"type": "document", "source": {"type": "text", "media_type": "text/plain", "data": "18 °C"}},
    "search_result": {"type": "search_result", "source": "notes.txt", "title": "Notes", "content": []},
}


@pytest.mark.parametrize("kind", SAID)
def test_a_citation_quotes_what_the_request_or_the_reply_holds(kind: str) -> None:
    reply = message(cited("18 °C", SAID[kind][0]))
    source = SOURCES[kind][0]
    assert [str(one) for one in shown(reply, asked())] == [
        f"content[0].citations[0]: cites a {source}, but neither the request nor the reply holds one"
    ]
    if source in HOLDERS:
        turn = {"role": "user", "content": [HOLDERS[source], {"type": "text", "text": "How warm is it?"}]}
        assert list(shown(reply, asked(messages=[turn]))) == []
    else:
        tools = [{"type": "web_search_20250305", "name": "web_search"}]
        assert list(shown(message(*web_search("weather", PAGE), *reply.content), asked(tools=tools))) == []


def test_every_kind_of_citation_has_a_source() -> None:
    assert SOURCES.keys() == CITATIONS.keys()


@pytest.mark.parametrize("kind", CITATIONS)
def test_each_key_of_a_citation_is_checked(kind: str) -> None:
    sound = SAID[kind][0]
    assert found(sound) == []
    for key, expected in CITATIONS[kind].items():
        wanted = expected.removeprefix("?")
        missing = [f"content[0].citations[0]: {kind} has no {key!r}; expected {wanted}"]
        without = {other: value for other, value in sound.items() if other != key}
        assert found(without) == ([] if expected.startswith("?") else missing)
        assert found({**sound, key: []}) == [f"content[0].citations[0].{key}: is []; expected {wanted}"]


@pytest.mark.parametrize("citation", [{"type": "char_locaton"}, {}, "here"])
def test_what_is_no_citation_is_answered_with_those_there_are(citation: Any) -> None:
    assert len(found(citation)) == 1
    assert found(citation)[0].startswith("content[0].citations[0]: is no citation: unknown type ")


def found(citation: Any) -> list[str]:
    text: Any = {"type": "text", "text": "x", "citations": [citation]}
    return [str(one) for one in declared(Reply(content=(text,)))]
