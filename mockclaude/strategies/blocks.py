"""Content blocks as replies hold them: every kind, each in the forms that the API sends.

How this file thinks: a kind is drawn, then a word, then what only that kind has. So a kind can shrink to a plainer one
that says the same.
"""

from collections.abc import Callable, Iterable, Mapping
from typing import Final, NamedTuple, cast

from hypothesis import strategies as st

from mockclaude.errors import nearest
from mockclaude.strategies.texts import EDGES, plain_texts, texts
from mockclaude.wire.body import Block, Json, JsonObject
from mockclaude.wire.ids import random_id

SIGNATURE: Final = "EqQBCgIYAhIMMDEyMzQ1Njc4OWFi"
BY_CODE: Final[JsonObject] = {"type": "code_execution_20260120", "tool_id": random_id("srvtoolu", 0)}

WORDS: Final = texts(max_size=12)
SPOKEN: Final = plain_texts(max_size=12) | st.sampled_from([*[edge for edge in EDGES if len(edge) <= 12], ""])
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
    {"type": "search_result_location", "cited_text": "0", "search_result_index": 0, "source": "0", "title": None,
     "start_block_index": 0, "end_block_index": 1},
)  # fmt: skip


class ServerTool(NamedTuple):
    """One of the API's own tools: what it is asked for, the type of its results, and some of them about a word."""

    argument: str
    result: str
    contents: tuple[Callable[[str], Json], ...]


SERVER_TOOLS: Final[Mapping[str, ServerTool]] = {
    "web_search": ServerTool("query", "web_search_tool_result", (
        lambda word: [{"type": "web_search_result", "title": word, "url": "https://example.com/",
                       "encrypted_content": "0", "page_age": None}],
        lambda _: [],
        lambda _: {"type": "web_search_tool_result_error", "error_code": "max_uses_exceeded"},
    )),
    "web_fetch": ServerTool("url", "web_fetch_tool_result", (
        lambda _: {"type": "web_fetch_tool_result_error", "error_code": "url_not_accessible"},
    )),
    "code_execution": ServerTool("code", "code_execution_tool_result", (
        lambda word: {"type": "code_execution_result", "stdout": word, "stderr": "", "return_code": 0, "content": []},
        lambda _: {"type": "code_execution_tool_result_error", "error_code": "unavailable"},
    )),
    "bash_code_execution": ServerTool("command", "bash_code_execution_tool_result", (
        lambda word: {"type": "bash_code_execution_result", "stdout": "", "stderr": word, "return_code": 1,
                      "content": []},
    )),
    "tool_search_tool_bm25": ServerTool("query", "tool_search_tool_result", (
        lambda _: {"type": "tool_search_tool_search_result", "tool_references": []},
    )),
}  # fmt: skip
"""Source: SDK 2.12.0."""


Writer = Callable[[st.DrawFn, str], Block]
"""Makes a block about a word, and draws what else it needs."""


def _text(_draw: st.DrawFn, word: str) -> Block:
    return {"type": "text", "text": word}


def _cited(draw: st.DrawFn, word: str) -> Block:
    return {"citations": draw(CITED), "type": "text", "text": word}


def _thinking(_draw: st.DrawFn, word: str) -> Block:
    return {"type": "thinking", "thinking": word, "signature": SIGNATURE}


def _redacted(_draw: st.DrawFn, _word: str) -> Block:
    return {"type": "redacted_thinking", "data": SIGNATURE}


def _tool_use(draw: st.DrawFn, word: str) -> Block:
    """A call of a tool that takes a word, any object, or nothing."""
    name = draw(TOOLS)
    given: JsonObject = {"city": word} if name == "get_weather" else {} if name == "now" else draw(OBJECTS)
    block: Block = {"type": "tool_use", "id": random_id("toolu", 0), "name": name, "input": given}
    caller = draw(CALLERS)
    return block if caller is None else {**block, "caller": caller}


def server_call(draw: st.DrawFn, word: str) -> Block:
    """A call of one of the API's own tools."""
    name = draw(SERVED)
    return {
        "type": "server_tool_use",
        "id": random_id("srvtoolu", 0),
        "name": name,
        "input": {SERVER_TOOLS[name].argument: word},
    }


def _server_result(draw: st.DrawFn, word: str) -> Block:
    return server_result(draw(SERVED), word, variant=draw(VARIANTS))


def server_result(name: str, word: str, *, variant: int = 0) -> Block:
    """What that tool says about a word."""
    _, kind, contents = SERVER_TOOLS[name]
    content = contents[variant % len(contents)](word)
    return cast("Block", {"type": kind, "tool_use_id": random_id("srvtoolu", 0), "content": content})


def _remote_call(draw: st.DrawFn, word: str) -> Block:
    return cast(
        "Block", {**_tool_use(draw, word), "type": "mcp_tool_use", "id": random_id("mcptoolu", 0), "server_name": "0"}
    )


def _remote_result(draw: st.DrawFn, word: str) -> Block:
    return {
        "type": "mcp_tool_result",
        "tool_use_id": random_id("mcptoolu", 0),
        "is_error": draw(st.booleans()),
        "content": [{"type": "text", "text": word}],
    }


def _upload(_draw: st.DrawFn, _word: str) -> Block:
    return {"type": "container_upload", "file_id": random_id("file", 0)}


def _compaction(draw: st.DrawFn, word: str) -> Block:
    block: Block = {"type": "compaction", "content": word}
    return {**block, "encrypted_content": SIGNATURE} if draw(st.booleans()) else block


CITED: Final = st.lists(st.sampled_from(CITATIONS), max_size=2)
TOOLS: Final = st.sampled_from(("get_weather", "a-b_c", "now"))
CALLERS: Final[st.SearchStrategy[JsonObject | None]] = st.sampled_from((None, {"type": "direct"}, BY_CODE))
SERVED: Final = st.sampled_from([*SERVER_TOOLS])
VARIANTS: Final = st.integers(0, 2)

BLOCKS: Final[Mapping[str, Writer]] = {
    "text": _text,
    "tool_use": _tool_use,
    "thinking": _thinking,
    "citations": _cited,
    "server_tool_use": server_call,
    "server_tool_result": _server_result,
    "redacted_thinking": _redacted,
    "mcp_tool_use": _remote_call,
    "mcp_tool_result": _remote_result,
    "container_upload": _upload,
    "compaction": _compaction,
}
"""Blocks by the words for their kinds: the types of the API, `citations` for cited text, one word for all results."""


def content_blocks(*, kinds: Iterable[str] | None = None) -> st.SearchStrategy[Block]:
    """Blocks of a reply's content: of every kind, or of those given; calls and results have the id of number 0."""
    wanted = st.sampled_from(known(kinds, BLOCKS))

    @st.composite
    def drawn(draw: st.DrawFn) -> Block:
        return BLOCKS[draw(wanted)](draw, draw(SPOKEN))

    return drawn()


def known(words: Iterable[str] | None, table: Mapping[str, object], *, what: str = "kind of block") -> list[str]:
    """The words of a table that were asked for, in its order; raises `ValueError` with the nearest for another."""
    wanted = list(table if words is None else words)
    for word in wanted:
        if word not in table:
            raise ValueError(f"no {what} is called {word!r}{nearest(word, table)}; known: {', '.join(table)}")
    if not wanted:
        raise ValueError(f"no {what} is left; expected some of {', '.join(table)}")
    return [word for word in table if word in wanted]
