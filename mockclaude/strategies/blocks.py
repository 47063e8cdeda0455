"""Content blocks as replies hold them: every kind, each in the forms that the API sends."""

from collections.abc import Iterable, Mapping
from typing import Any, Final, cast

from hypothesis import strategies as st

from mockclaude.errors import nearest
from mockclaude.strategies.texts import texts
from mockclaude.wire.body import Block, Json, JsonObject
from mockclaude.wire.ids import random_id

SIGNATURE: Final = "EqQBCgIYAhIMMDEyMzQ1Njc4OWFi"
BY_CODE: Final[JsonObject] = {"type": "code_execution_20260120", "tool_id": random_id("srvtoolu", 0)}

WORDS: Final = texts(max_size=12)
SPOKEN: Final = WORDS | st.just("")
"""What a block says; some say nothing, and have no delta."""

KEYS: Final = st.text(st.characters(codec="utf-8"), max_size=6)
PLAIN: Final[st.SearchStrategy[Json]] = (
    st.none() | st.booleans() | st.integers(-(2**53), 2**53) | WORDS | st.floats(allow_nan=False, allow_infinity=False)
)
OBJECTS: Final[st.SearchStrategy[JsonObject]] = st.dictionaries(
    KEYS, PLAIN | st.lists(PLAIN, max_size=2) | st.dictionaries(KEYS, PLAIN, max_size=2), max_size=2
)
"""Any input of a tool of which nothing is known; the simplest has no delta either."""

CITATIONS: Final[tuple[JsonObject, ...]] = (
    {"type": "char_location", "cited_text": "0", "document_index": 0, "document_title": None,
     "start_char_index": 0, "end_char_index": 1},
    {"type": "web_search_result_location", "cited_text": "0", "url": "https://example.com/", "title": "0",
     "encrypted_index": "0"},
    {"type": "search_result_location", "cited_text": "\u20280", "search_result_index": 0, "source": "0", "title": None,
     "start_block_index": 0, "end_block_index": 1},
)  # fmt: skip

SERVER_TOOLS: Final[Mapping[str, tuple[str, str, Json]]] = {
    "web_search": ("query", "web_search_tool_result", [
        {"type": "web_search_result", "title": "0", "url": "https://example.com/", "encrypted_content": "0",
         "page_age": None},
    ]),
    "web_fetch": ("url", "web_fetch_tool_result", {
        "type": "web_fetch_tool_result_error", "error_code": "url_not_accessible",
    }),
    "code_execution": ("code", "code_execution_tool_result", {
        "type": "code_execution_result", "stdout": "\x850\n", "stderr": "", "return_code": 0, "content": [],
    }),
    "bash_code_execution": ("command", "bash_code_execution_tool_result", {
        "type": "bash_code_execution_result", "stdout": "", "stderr": "0", "return_code": 1, "content": [],
    }),
    "tool_search_tool_bm25": ("query", "tool_search_tool_result", {
        "type": "tool_search_tool_search_result", "tool_references": [],
    }),
}  # fmt: skip
"""The API's own tools: what they are asked for, the type of their results and one of them. Source: SDK 2.12.0."""


def server_call(name: str, word: str) -> Block:
    """A call of one of the API's own tools."""
    given: JsonObject = {SERVER_TOOLS[name][0]: word}
    return {"type": "server_tool_use", "id": random_id("srvtoolu", 0), "name": name, "input": given}


def server_result(name: str) -> Block:
    """What that tool says."""
    _, kind, content = SERVER_TOOLS[name]
    return cast("Block", {"type": kind, "tool_use_id": random_id("srvtoolu", 0), "content": content})


def _fixed(
    fields: Mapping[str, st.SearchStrategy[Any]], **optional: st.SearchStrategy[Any]
) -> st.SearchStrategy[Block]:
    """Blocks of these fields; made as dictionaries, so that a failing test prints them as such."""
    made: st.SearchStrategy[Any] = st.fixed_dictionaries({**fields}, optional=optional)
    return cast("st.SearchStrategy[Block]", made)


def _called(kind: str, prefix: str) -> Mapping[str, st.SearchStrategy[Any]]:
    return {"type": st.just(kind), "id": st.just(random_id(prefix, 0)), "name": NAMES, "input": OBJECTS}


NAMES: Final = st.sampled_from(("get_weather", "0", "a-b_c"))
BLOCKS: Final[Mapping[str, st.SearchStrategy[Block]]] = {
    "text": _fixed({"type": st.just("text"), "text": SPOKEN}),
    "citations": _fixed(
        {"citations": st.lists(st.sampled_from(CITATIONS), max_size=2), "type": st.just("text"), "text": SPOKEN}
    ),
    "thinking": _fixed({"type": st.just("thinking"), "thinking": SPOKEN, "signature": st.just(SIGNATURE)}),
    "redacted_thinking": _fixed({"type": st.just("redacted_thinking"), "data": WORDS}),
    "tool_use": _fixed(_called("tool_use", "toolu"), caller=st.sampled_from(({"type": "direct"}, BY_CODE))),
    "server_tool_use": st.one_of(
        [
            _fixed({**_called("server_tool_use", "srvtoolu"), "name": st.just(name), "input": _fixed({key: WORDS})})
            for name, (key, _, _) in SERVER_TOOLS.items()
        ]
    ),
    "server_tool_result": st.sampled_from([server_result(name) for name in SERVER_TOOLS]),
    "mcp_tool_use": _fixed({**_called("mcp_tool_use", "mcptoolu"), "server_name": st.just("0")}),
    "mcp_tool_result": _fixed(
        {
            "type": st.just("mcp_tool_result"),
            "tool_use_id": st.just(random_id("mcptoolu", 0)),
            "is_error": st.booleans(),
            "content": st.lists(_fixed({"type": st.just("text"), "text": SPOKEN}), min_size=1, max_size=1),
        }
    ),
    "container_upload": st.just(cast("Block", {"type": "container_upload", "file_id": random_id("file", 0)})),
    "compaction": _fixed({"type": st.just("compaction"), "content": WORDS}, encrypted_content=WORDS),
}
"""Blocks by the words for their kinds: the types of the API, `citations` for cited text, one word for all results."""


def content_blocks(*, kinds: Iterable[str] | None = None) -> st.SearchStrategy[Block]:
    """Blocks of a reply's content: of every kind, or of those given; calls and results have the id of number 0."""
    return st.one_of([BLOCKS[kind] for kind in known(kinds, BLOCKS)])


def known(words: Iterable[str] | None, table: Mapping[str, object], *, what: str = "kind of block") -> list[str]:
    """The words of a table that were asked for, in its order; raises `ValueError` with the nearest for another."""
    wanted = list(table if words is None else words)
    for word in wanted:
        if word not in table:
            raise ValueError(f"no {what} is called {word!r}{nearest(word, table)}; known: {', '.join(table)}")
    if not wanted:
        raise ValueError(f"no {what} is left; expected some of {', '.join(table)}")
    return [word for word in table if word in wanted]
