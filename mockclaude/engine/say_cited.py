"""Text that cites: `cited("It is 18 °C.", web_search_result_location(page, "18 °C"))`."""

from collections.abc import Mapping

from mockclaude.engine.say_tools import opaque
from mockclaude.wire.body import Block, Json, JsonObject


def cited(text: str, *citations: Mapping[str, Json]) -> Block:
    """A text block with the places it quotes, in the API's key order."""
    return {"citations": [dict(citation) for citation in citations], "type": "text", "text": text}


def char_location(
    cited_text: str, *, start: int = 0, end: int | None = None, document: int = 0, title: str | None = None
) -> JsonObject:
    """Characters of a plain-text document of the request, counted from 0; `end` follows from the text."""
    return {
        "type": "char_location",
        "cited_text": cited_text,
        "document_index": document,
        "document_title": title,
        "start_char_index": start,
        "end_char_index": start + len(cited_text) if end is None else end,
        "file_id": None,
    }


def page_location(
    cited_text: str, *, page: int = 1, end: int | None = None, document: int = 0, title: str | None = None
) -> JsonObject:
    """Pages of a PDF, counted from 1; `end` is the first page that is not meant."""
    return {
        "type": "page_location",
        "cited_text": cited_text,
        "document_index": document,
        "document_title": title,
        "start_page_number": page,
        "end_page_number": page + 1 if end is None else end,
        "file_id": None,
    }


def content_block_location(
    cited_text: str, *, start: int = 0, end: int | None = None, document: int = 0, title: str | None = None
) -> JsonObject:
    """Blocks of a document made of content blocks, counted from 0; `end` is the first one that is not meant."""
    return {
        "type": "content_block_location",
        "cited_text": cited_text,
        "document_index": document,
        "document_title": title,
        "start_block_index": start,
        "end_block_index": start + 1 if end is None else end,
        "file_id": None,
    }


def web_search_result_location(page: Mapping[str, Json], cited_text: str) -> JsonObject:
    """A page that a search found, as `web_page` makes it."""
    url = str(page.get("url", ""))
    return {
        "type": "web_search_result_location",
        "cited_text": cited_text,
        "url": url,
        "title": page.get("title"),
        "encrypted_index": opaque(f"index:{url}"),
    }


def search_result_location(
    cited_text: str, *, source: str, result: int = 0, start: int = 0, end: int | None = None, title: str | None = None
) -> JsonObject:
    """Blocks of a `search_result` of the request, counted from 0; `end` is the first one that is not meant."""
    return {
        "type": "search_result_location",
        "cited_text": cited_text,
        "source": source,
        "title": title,
        "search_result_index": result,
        "start_block_index": start,
        "end_block_index": start + 1 if end is None else end,
    }
