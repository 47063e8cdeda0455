"""What the API's own tools do, in one line each: a call and its result, to be unpacked into a message."""

from collections.abc import Iterable, Mapping
from hashlib import shake_128
from typing import Final, TypeAlias

import pybase64

from mockclaude.wire.body import Block, Json, JsonObject

Ran: TypeAlias = tuple[Block, Block]
"""A call of a server tool and its result; both get the same fresh id."""

PENDING: Final = ""
"""An id that the call and its result are given when the message is made."""


def web_search(query: str, *pages: Mapping[str, Json], failed: str | None = None) -> Ran:
    """A search that finds pages made by `web_page`, or one that failed: `message(*web_search("x"), "Nothing.")`.

    `failed` is an error code of the tool, such as `max_uses_exceeded`; the reply stays a 200.
    """
    return _ran("web_search", {"query": query}, [dict(page) for page in pages], failed)


def web_page(url: str, title: str = "", *, age: str | None = None, encrypted_content: str | None = None) -> JsonObject:
    """A page that a search finds; its content is opaque, made of its URL where none is given."""
    content = opaque(url) if encrypted_content is None else encrypted_content
    return {
        "type": "web_search_result",
        "title": title or url,
        "url": url,
        "encrypted_content": content,
        "page_age": age,
    }


def web_fetch(
    url: str, text: str = "", *, title: str | None = None, retrieved_at: str | None = None, failed: str | None = None
) -> Ran:
    """A page that is fetched as plain text, or an error code such as `url_not_accessible`."""
    source: JsonObject = {"type": "text", "media_type": "text/plain", "data": text}
    document: JsonObject = {"type": "document", "source": source, "title": title}
    page: JsonObject = {"type": "web_fetch_result", "url": url, "retrieved_at": retrieved_at, "content": document}
    return _ran("web_fetch", {"url": url}, page, failed)


def code_execution(
    code: str,
    stdout: str = "",
    *,
    stderr: str = "",
    return_code: int = 0,
    files: Iterable[str] = (),
    failed: str | None = None,
) -> Ran:
    """Python that runs in the sandbox, what it prints and the ids of the files it writes."""
    written: list[Json] = [{"type": "code_execution_output", "file_id": file} for file in files]
    result = _printed("code_execution_result", stdout, stderr, return_code, written)
    return _ran("code_execution", {"code": code}, result, failed)


def bash_code_execution(
    command: str,
    stdout: str = "",
    *,
    stderr: str = "",
    return_code: int = 0,
    files: Iterable[str] = (),
    failed: str | None = None,
) -> Ran:
    """A command that runs in the sandbox, what it prints and the ids of the files it writes."""
    written: list[Json] = [{"type": "bash_code_execution_output", "file_id": file} for file in files]
    result = _printed("bash_code_execution_result", stdout, stderr, return_code, written)
    return _ran("bash_code_execution", {"command": command}, result, failed)


def tool_search(query: str, *names: str, by: str = "regex", failed: str | None = None) -> Ran:
    """A search among the request's tools that finds those names; `by` is regex or bm25."""
    found: list[Json] = [{"type": "tool_reference", "tool_name": name} for name in names]
    result: JsonObject = {"type": "tool_search_tool_search_result", "tool_references": found}
    asked: JsonObject = {"pattern" if by == "regex" else "query": query}
    return _ran(f"tool_search_tool_{by}", asked, result, failed, kind="tool_search_tool_result")


def compaction(summary: str | None) -> Block:
    """The summary that replaces the conversation before it; `None` is one that could not be made."""
    return {"type": "compaction", "content": summary}


def fallback(declined: str, served: str, *, category: str | None = None) -> Block:
    """The place where another model took over from one that declined."""
    block: dict[str, object] = {
        "type": "fallback",
        "from": {"model": declined},
        "to": {"model": served},
        "trigger": {"type": "refusal", "category": category},
    }
    return block  # type: ignore[return-value]  # `from` cannot be a key of a class


def opaque(text: str) -> str:
    """What only the API can read, made of a text; always the same for the same text."""
    return pybase64.b64encode(shake_128(text.encode("utf-8", "surrogatepass")).digest(96)).decode()


def _printed(kind: str, stdout: str, stderr: str, return_code: int, files: list[Json]) -> JsonObject:
    return {"type": kind, "stdout": stdout, "stderr": stderr, "return_code": return_code, "content": files}


def _ran(name: str, asked: JsonObject, result: Json, failed: str | None, *, kind: str = "") -> Ran:
    kind = kind or f"{name}_tool_result"
    said: Json = result if failed is None else {"type": f"{kind}_error", "error_code": failed}
    call: Block = {"type": "server_tool_use", "id": PENDING, "name": name, "input": asked}
    answer: dict[str, Json] = {"type": kind, "tool_use_id": PENDING, "content": said}
    return call, answer  # type: ignore[return-value]  # a list of results is a list of objects
