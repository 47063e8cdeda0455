"""What a script cannot truly say: replies that contradict themselves or the API, found when they are declared."""

import re
from collections.abc import Iterable, Iterator, Mapping
from typing import Final, NamedTuple, cast

from mockclaude.engine.block_forms import KINDS, faults_inside
from mockclaude.engine.conversation import SERVER_CALLS, unresolved
from mockclaude.engine.pace import faults as pace_faults
from mockclaude.engine.reply import ErrorReply, Reply, natural_stop
from mockclaude.engine.template import Path, faults
from mockclaude.errors import ScriptError, nearest
from mockclaude.wire.body import Block
from mockclaude.wire.error import STATUS_OF_TYPE, TYPE_OF_STATUS
from mockclaude.wire.stream import USAGE_KEYS


class Contradiction(NamedTuple):
    """One thing that cannot be so, and its place in the reply; a `fatal` one cannot be sent even by force."""

    path: Path
    message: str
    fatal: bool = False

    def __str__(self) -> str:
        return f"{written(self.path)}: {self.message}" if self.path else self.message


def written(path: Path) -> str:
    """A place in a reply or scenario as people write it: `content[0].name`."""
    parts = [f"[{step}]" if isinstance(step, int) else f".{step}" for step in path]
    return "".join(parts).removeprefix(".")


STOP_REASONS: Final = (
    "end_turn", "max_tokens", "stop_sequence", "tool_use", "pause_turn", "refusal", "model_context_window_exceeded",
    "compaction",
)  # fmt: skip
"""Source: SDK 2.12.0; the last one is beta."""

CATEGORIES: Final = ("cyber", "bio", "frontier_llm", "reasoning_extraction", "general_harms")
"""Categories of a refusal; source: SDK 2.12.0 and the page on stop reasons, 2026-11."""

_CALL: Final = {"name": "a string", "input": "an object", "id": "?a string", "caller": "?an object or null"}
_RESULT: Final = {"content": "a list or an object", "tool_use_id": "?a string"}
BLOCKS: Final[Mapping[str, Mapping[str, str]]] = {
    "text": {"text": "a string", "citations": "?a list or null"},
    "thinking": {"thinking": "a string", "signature": "a string"},
    "redacted_thinking": {"data": "a string"},
    "tool_use": {**_CALL, "toolset_name": "?a string or null"},
    "server_tool_use": _CALL,
    "mcp_tool_use": {**_CALL, "server_name": "a string"},
    "mcp_tool_result": {"content": "a string or a list", "tool_use_id": "?a string", "is_error": "?true or false"},
    "mcp_tool_listing": {"mcp_server_name": "a string", "tools": "a list"},
    "web_search_tool_result": _RESULT,
    "web_fetch_tool_result": _RESULT,
    "code_execution_tool_result": _RESULT,
    "bash_code_execution_tool_result": _RESULT,
    "text_editor_code_execution_tool_result": _RESULT,
    "tool_search_tool_result": _RESULT,
    "advisor_tool_result": _RESULT,
    "container_upload": {"file_id": "a string"},
    "compaction": {"content": "a string or null"},
    "fallback": {"from": "an object", "to": "an object", "trigger": "?an object or null"},
}
"""The blocks of replies, their keys and what stands there; `?` marks what may be missing. Source: SDK 2.12.0."""

SPEECH: Final = frozenset({"text", "thinking", "tool_use", "server_tool_use", "mcp_tool_use", "compaction"})
"""Blocks that a stream tells in parts: without their parts there is nothing to send."""

ASKED: Final = frozenset({"tool_result", "image", "document", "search_result", "tool_addition", "tool_removal"})
"""Blocks that only requests carry."""

HEADER_NAME: Final = re.compile(r"[!#$%&'*+.^_`|~0-9A-Za-z-]+")
HEADER_VALUE: Final = re.compile(r"[\t\x20-\x7e\x80-\xff]*")


def refuse(found: Iterable[Contradiction], *, force: bool, where: str = "") -> None:
    """Raises `ScriptError` for the first contradiction that force does not lift."""
    for contradiction in found:
        if contradiction.fatal or not force:
            place = " ".join(part for part in (where, str(contradiction)) if part)
            hint = "" if contradiction.fatal else " (force=True sends it anyway)"
            raise ScriptError(f"{place}{hint}")


def declared(reply: Reply) -> Iterator[Contradiction]:
    """What is wrong with a reply whatever the request may be."""
    yield from _headers(reply.headers)
    if reply.error is not None:
        yield from _error(reply.error, reply)
    else:
        for place, block in enumerate(reply.content):
            yield from _block(block, ("content", place))
        yield from _stop(reply)
        yield from _results(reply)
        yield from _usage(reply)
    yield from _pace(reply)
    yield from _fault(reply)
    if reply.templates:
        for path, message in faults(reply):
            yield Contradiction(path, message, fatal=True)


def stop_reason_of(reply: Reply) -> str:
    """The stop reason that the reply will have."""
    return reply.stop_reason or natural_stop(reply.content)


def _block(block: Block, path: Path) -> Iterator[Contradiction]:
    kind = block["type"]
    if kind in ASKED:
        yield Contradiction((*path, "type"), f"{kind!r} is a block of requests; a reply cannot hold it")
    elif kind not in BLOCKS:
        yield Contradiction((*path, "type"), f"unknown block type {kind!r}{nearest(kind, BLOCKS)}")
    fields = cast("Mapping[str, object]", block)
    for key, expected in BLOCKS.get(kind, {}).items():
        if key not in fields:
            if not expected.startswith("?"):
                hint = nearest(key, [name for name in fields if name not in BLOCKS[kind] and name != "type"])
                message = f"{kind} has no {key!r}{hint or f'; expected {expected}'}"
                yield Contradiction(path, message, fatal=kind in SPEECH)
        elif not KINDS[expected.removeprefix("?")](fields[key]):
            message = f"is {fields[key]!r}; expected {expected.removeprefix('?')}"
            yield Contradiction((*path, key), message, fatal=kind in SPEECH)
    for place, message in faults_inside(block, path):
        yield Contradiction(place, message)


def _stop(reply: Reply) -> Iterator[Contradiction]:
    reason = stop_reason_of(reply)
    kinds = [block["type"] for block in reply.content]
    path: Path = ("stop_reason",)
    if reason not in STOP_REASONS:
        yield Contradiction(path, f"unknown stop reason {reason!r}{nearest(reason, STOP_REASONS)}")
    if reason == "tool_use" and "tool_use" not in kinds:
        yield Contradiction(path, f"is 'tool_use', but the content holds no tool_use block; it holds {_listed(kinds)}")
    if reason in {"end_turn", "pause_turn"} and any(map(_waits, reply.content)):
        yield Contradiction(path, f"is {reason!r}, but the content holds a tool_use block; expected 'tool_use'")
    if reason == "pause_turn" and (not kinds or kinds[-1] not in SERVER_CALLS):
        ending = f"ends in a {kinds[-1]} block" if kinds else "is empty"
        yield Contradiction(path, f"is 'pause_turn', but the content {ending}; expected a server_tool_use at its end")
    if reason == "end_turn" and unresolved(list(reply.content)):
        yield Contradiction(path, "is 'end_turn', but a server tool call has no result; expected 'pause_turn'")
    if reason == "compaction" and "compaction" not in kinds:
        yield Contradiction(path, "is 'compaction', but the content holds no compaction block")
    yield from _sequence(reply, reason)
    yield from _details(reply, reason)


def _waits(block: Block) -> bool:
    """Whether the client must answer the block; calls made from code execution are answered before the message ends."""
    caller = block.get("caller") or {}
    return block["type"] == "tool_use" and caller.get("type", "direct") == "direct"


def _sequence(reply: Reply, reason: str) -> Iterator[Contradiction]:
    path: Path = ("stop_sequence",)
    if reason != "stop_sequence":
        if reply.stop_sequence is not None:
            yield Contradiction(path, f"is {reply.stop_sequence!r}, but the stop reason is {reason!r}; expected null")
    elif not reply.stop_sequence:
        yield Contradiction(path, "is missing; a reply that stops at a stop sequence names it")
    else:
        for place, block in enumerate(reply.content):
            if block["type"] == "text" and reply.stop_sequence in str(block.get("text", "")):
                message = f"holds the stop sequence {reply.stop_sequence!r}; a reply ends before it"
                yield Contradiction(("content", place, "text"), message)


def _details(reply: Reply, reason: str) -> Iterator[Contradiction]:
    if reply.stop_details is None:
        return
    if reason != "refusal":
        yield Contradiction(("stop_details",), f"is given, but the stop reason is {reason!r}; only a refusal has any")
    category = reply.stop_details.get("category")
    if category is not None and category not in CATEGORIES:
        hint = nearest(str(category), CATEGORIES)
        yield Contradiction(("stop_details", "category"), f"unknown category {category!r}{hint}")


def _results(reply: Reply) -> Iterator[Contradiction]:
    """Results that name no call of the reply, though the reply has calls before them."""
    known: set[str] = set()
    for place, block in enumerate(reply.content):
        if block["type"] in SERVER_CALLS:
            known.add(block.get("id", ""))
        elif is_result(block) and known and not _answers(block, known):
            message = "names no server tool call before it; give the call an id and the result the same as tool_use_id"
            yield Contradiction(("content", place), message)


def _answers(block: Block, calls: set[str]) -> bool:
    """Whether the block is the result of one of the calls; a call and its result may leave their id to us."""
    name = block.get("tool_use_id", max(calls) or None)
    return name in calls


def is_result(block: Block) -> bool:
    """Whether the block is what a server tool said."""
    return "tool_use_id" in BLOCKS.get(block["type"], {})


def _usage(reply: Reply) -> Iterator[Contradiction]:
    for key, value in (reply.usage or {}).items():
        if key not in USAGE_KEYS:
            yield Contradiction(("usage", key), f"unknown count{nearest(key, USAGE_KEYS)}")
        elif key.endswith("_tokens") and (type(value) is not int or value < 0):
            yield Contradiction(("usage", key), f"is {value!r}; expected a whole number from 0 on", fatal=True)


def _error(error: ErrorReply, reply: Reply) -> Iterator[Contradiction]:
    if reply.content or reply.stop_reason is not None:
        yield Contradiction(("error",), "an error replaces a message; give either error or content", fatal=True)
    if not 400 <= error.status <= 599:
        fatal = not 200 <= error.status <= 599
        yield Contradiction(("error", "status"), f"is {error.status}; expected 400 to 599", fatal)
    if not error.kind or error.body is not None:
        return
    if error.kind not in STATUS_OF_TYPE:
        yield Contradiction(
            ("error", "type"), f"unknown error type {error.kind!r}{nearest(error.kind, STATUS_OF_TYPE)}"
        )
    elif error.status in TYPE_OF_STATUS and TYPE_OF_STATUS[error.status] != error.kind:
        message = f"is {error.kind!r}, which has status {STATUS_OF_TYPE[error.kind]}; expected {TYPE_OF_STATUS[error.status]!r}"
        yield Contradiction(("error", "type"), message)


def _headers(headers: Mapping[str, str]) -> Iterator[Contradiction]:
    for name, value in headers.items():
        if not HEADER_NAME.fullmatch(name) or not HEADER_VALUE.fullmatch(value):
            message = f"is {value!r}; expected a header's name and one line of text"
            yield Contradiction(("headers", name), message, fatal=True)


def _pace(reply: Reply) -> Iterator[Contradiction]:
    if reply.pace is not None:
        for name, wrong in pace_faults(reply.pace):
            yield Contradiction(("pace", name), wrong, fatal=True)


def _fault(reply: Reply) -> Iterator[Contradiction]:
    if reply.fault is not None and reply.error is not None:
        yield Contradiction(("fault",), "an error is answered whole; give either error or fault", fatal=True)


def _listed(kinds: Iterable[str]) -> str:
    return ", ".join(dict.fromkeys(kinds)) or "nothing"
