"""Whatever a script says comes back from the bytes as it was said, streamed or not."""

import json
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mockclaude.call import Call
from mockclaude.clock import FixedClock
from mockclaude.engine.contradiction import BLOCKS, CATEGORIES, STOP_REASONS, declared
from mockclaude.engine.match import model, text
from mockclaude.engine.matcher import Matcher
from mockclaude.engine.reply import ErrorReply, Pace, Reply
from mockclaude.engine.say import (
    EXPLANATIONS,
    Sayable,
    block_of,
    context_window_exceeded,
    max_tokens,
    message,
    pause_turn,
    redacted_thinking,
    refusal,
    reply_of,
    server_tool_result,
    server_tool_use,
    stop_sequence,
    thinking,
    tool_use,
)
from mockclaude.engine.say_cited import (
    content_block_location,
    page_location,
    search_result_location,
    web_search_result_location,
)
from mockclaude.engine.say_error import LIMITS, MESSAGES, ORGANIZATION, api_error, error, overloaded, rate_limited
from mockclaude.engine.say_tools import web_fetch, web_page
from mockclaude.engine.stubs import Stubs
from mockclaude.errors import ScriptError
from mockclaude.wire.body import Block
from mockclaude.wire.error import STATUS_OF_TYPE, APIError

from ..wire.samples import JSON_VALUES, OBJECTS, TEXT
from ..wire.samples import MESSAGES as WIRE_MESSAGES
from .playing import answer, asked, engine_of

PAGE = web_page("https://example.com/", "Example")
CITATIONS = [
    page_location("x"),
    content_block_location("x"),
    web_search_result_location(PAGE, "x"),
    search_result_location("x", source="s"),
]
CITATION = {
    "type": "char_location",
    "cited_text": "x",
    "document_index": 0,
    "document_title": None,
    "start_char_index": 0,
    "end_char_index": 1,
}
RUN = {"type": "server_tool_use", "id": "srvtoolu_run", "name": "code_execution", "input": {"code": "1"}}
EDITED: list[dict[str, Any]] = [
    {"type": "text_editor_code_execution_create_result", "is_file_update": False},
    {
        "type": "text_editor_code_execution_view_result",
        "content": "x",
        "file_type": "text",
        "num_lines": 1,
        "start_line": 1,
        "total_lines": 1,
    },
    {
        "type": "text_editor_code_execution_str_replace_result",
        "lines": ["-a", "+b"],
        "new_lines": 1,
        "new_start": 1,
        "old_lines": 1,
        "old_start": 1,
    },
]
SAMPLES: dict[str, list[dict[str, Any]]] = {
    "text": [{"type": "text", "text": "Grüße 👋"}, {"citations": [CITATION, *CITATIONS], "type": "text", "text": "cited"}, {"type": "text", "text": ""}],
    "thinking": [{"type": "thinking", "thinking": "hm", "signature": "c2ln"}, {"type": "thinking", "thinking": "", "signature": "c2ln"}],
    "redacted_thinking": [{"type": "redacted_thinking", "data": "ZGF0YQ=="}],
    "tool_use": [
        {"type": "tool_use", "id": "toolu_1", "name": "f", "input": {"a": [1, {"b": None}]}, "caller": {"type": "direct"}},
        {"type": "tool_use", "id": "toolu_2", "name": "f", "input": {}, "caller": {"type": "code_execution_20260120", "tool_id": "srvtoolu_run"}},
    ],
    "server_tool_use": [{"type": "server_tool_use", "id": "srvtoolu_1", "name": "web_search", "input": {"query": "x"}, "caller": {"type": "direct"}}],
    "mcp_tool_use": [{"type": "mcp_tool_use", "id": "mcptoolu_1", "name": "f", "input": {"a": 1}, "server_name": "s"}],
    "mcp_tool_result": [{"type": "mcp_tool_result", "tool_use_id": "mcptoolu_1", "is_error": False, "content": []}],
    "mcp_tool_listing": [{"type": "mcp_tool_listing", "mcp_server_name": "s", "tools": []}],
    "web_search_tool_result": [{"type": "web_search_tool_result", "tool_use_id": "srvtoolu_1", "content": [PAGE]}],
    "web_fetch_tool_result": [{"type": "web_fetch_tool_result", "tool_use_id": "srvtoolu_1", "content": web_fetch("https://example.com/", "x")[1]["content"]}],
    "code_execution_tool_result": [{"type": "code_execution_tool_result", "tool_use_id": "srvtoolu_1", "content": {"type": kind, name: "1", "stderr": "", "return_code": 0, "content": []}} for kind, name in (("code_execution_result", "stdout"), ("encrypted_code_execution_result", "encrypted_stdout"))],
    "bash_code_execution_tool_result": [{"type": "bash_code_execution_tool_result", "tool_use_id": "srvtoolu_1", "content": {"type": "bash_code_execution_result", "stdout": "", "stderr": "", "return_code": 0, "content": []}}],
    "text_editor_code_execution_tool_result": [{"type": "text_editor_code_execution_tool_result", "tool_use_id": "srvtoolu_1", "content": content} for content in EDITED],
    "tool_search_tool_result": [{"type": "tool_search_tool_result", "tool_use_id": "srvtoolu_1", "content": {"type": "tool_search_tool_search_result", "tool_references": [{"type": "tool_reference", "tool_name": "f"}]}}],
    "advisor_tool_result": [{"type": "advisor_tool_result", "tool_use_id": "srvtoolu_1", "content": {"type": "advisor_result", "text": "x"}}],
    "container_upload": [{"type": "container_upload", "file_id": "file_1"}],
    "compaction": [{"type": "compaction", "content": "so far"}, {"type": "compaction", "content": None}],
    "fallback": [{"type": "fallback", "from": {"model": "a"}, "to": {"model": "b"}, "trigger": {"type": "refusal", "category": None}}],
}  # fmt: skip
REQUEST: dict[str, Any] = {
    "tools": [{"name": "f", "input_schema": {"type": "object"}}, {"type": "web_search_20260318", "name": "web_search"}],
    "mcp_servers": [{"type": "url", "name": "s", "url": "https://example.com"}],
    "stop_sequences": ["END"],
}
BEFORE: dict[str, dict[str, Any]] = {
    kind: SAMPLES["mcp_tool_use" if kind == "mcp_tool_result" else "server_tool_use"][0]
    for kind in SAMPLES
    if kind.endswith("_result")
}
"""The call that a result answers."""


def fitting(block: dict[str, Any], stop_reason: str) -> Reply:
    """A reply that holds the block and may end for that reason, as far as there is one."""
    content = [*([BEFORE[block["type"]]] if block["type"] in BEFORE else []), block]
    if stop_reason == "tool_use" and block["type"] != "tool_use":
        content.append(SAMPLES["tool_use"][0])
    if stop_reason == "pause_turn":
        content.append({**SAMPLES["server_tool_use"][0], "id": "srvtoolu_2"})
    if stop_reason == "compaction" and block["type"] != "compaction":
        content.append(SAMPLES["compaction"][0])
    matched = "END" if stop_reason == "stop_sequence" else None
    return message(*content, stop_reason=stop_reason, stop_sequence=matched)


def said(value: Sayable, *, force: bool = False, **body: Any) -> Any:
    stubs = Stubs(clock=FixedClock())
    stubs.reply(value, force=force)
    return answer(engine_of(stubs), asked(**{**REQUEST, **body}))


def test_every_kind_of_block_has_a_sample() -> None:
    assert list(SAMPLES) == list(BLOCKS)


ALL_BLOCKS = [
    pytest.param(block, id=f"{kind}-{place}") for kind, blocks in SAMPLES.items() for place, block in enumerate(blocks)
]


@pytest.mark.parametrize("stream", [False, True])
@pytest.mark.parametrize("stop_reason", STOP_REASONS)
@pytest.mark.parametrize("block", ALL_BLOCKS)
def test_every_block_comes_back_as_said_for_every_stop_reason(
    block: dict[str, Any], stop_reason: str, stream: bool
) -> None:
    reply = fitting(block, stop_reason)
    heard = said(reply, force=True, stream=stream)
    expected: list[Any] = list(reply.content)
    for one in expected:
        if one["type"] == "server_tool_use":
            one.setdefault("caller", {"type": "direct"})
    assert heard["content"] == expected
    assert (heard["stop_reason"], heard["stop_sequence"], heard["stop_details"]) == (
        stop_reason,
        reply.stop_sequence,
        None,
    )


@given(original=WIRE_MESSAGES, stream=st.booleans())
def test_a_message_of_the_api_can_be_said_as_it_is(original: Any, stream: bool) -> None:
    heard = said(json.loads(json.dumps(original)), force=True, stream=stream)
    callers = [
        {"caller": {"type": "direct"}} if block["type"] == "server_tool_use" else {} for block in original["content"]
    ]
    assert heard["content"] == [{**caller, **block} for caller, block in zip(callers, original["content"], strict=True)]
    assert {key: heard[key] for key in ("stop_reason", "stop_sequence", "stop_details", "usage")} == {
        key: original[key] for key in ("stop_reason", "stop_sequence", "stop_details", "usage")
    }


@given(words=TEXT, arguments=OBJECTS, stream=st.booleans())
def test_texts_and_inputs_of_any_content_come_back(words: str, arguments: dict[str, Any], stream: bool) -> None:
    heard = said(message(text(words), tool_use("f", input=arguments)), stream=stream)
    assert [heard["content"][0], heard["content"][1]["input"]] == [{"type": "text", "text": words}, arguments]
    assert heard["stop_reason"] == "tool_use"


def text_block(words: str) -> Block:
    return {"type": "text", "text": words}


SAME: list[tuple[Sayable, Reply]] = [
    ("18 C", Reply(content=(text_block("18 C"),))),
    (text("18 C"), Reply(content=(text_block("18 C"),))),
    ({"type": "text", "text": "18 C"}, Reply(content=(text_block("18 C"),))),
    (["a", text("b"), {"type": "text", "text": "c"}], Reply(content=(text_block("a"), text_block("b"), text_block("c")))),
    ([], Reply()),
    ({"text": "18 C"}, Reply(content=(text_block("18 C"),))),
    ({"content": []}, Reply()),
    ({"content": ["a"], "stop_reason": "max_tokens"}, Reply(content=(text_block("a"),), stop_reason="max_tokens")),
    (
        {"text": "x", "headers": {"a": "b"}, "pace": {"first": 0.3, "per_second": 40}, "usage": {"input_tokens": 5}, "force": True},
        Reply(content=(text_block("x"),), headers={"a": "b"}, pace=Pace(0.3, 40), usage={"input_tokens": 5}, force=True),
    ),
    ({"error": {"status": 529}}, Reply(error=ErrorReply(529, "", "Overloaded"))),
    (
        {"error": {"status": 529, "type": "overloaded_error", "message": "Busy", "headers": {"retry-after": "1"}}},
        Reply(error=ErrorReply(529, "overloaded_error", "Busy"), headers={"retry-after": "1"}),
    ),
    (
        {"error": {"status": 503, "body": "upstream connect error", "content_type": "text/plain"}},
        Reply(error=ErrorReply(503, body=b"upstream connect error", content_type="text/plain")),
    ),
    ({"error": {"status": 429, "retry_after": 2}}, rate_limited(retry_after=2)),
    ({"error": {"status": 429}, "headers": {"x-a": "b"}}, Reply(**{**{f: getattr(rate_limited(), f) for f in ("error", "templates")}, "headers": {**rate_limited().headers, "x-a": "b"}})),
    (
        {"type": "error", "error": {"type": "overloaded_error", "message": "Overloaded"}, "request_id": "req_1"},
        Reply(error=ErrorReply(529, "overloaded_error", "Overloaded")),
    ),
    (
        {"type": "error", "error": {"type": "rate_limit_error", "message": "Slow", "details": {"error_code": "x"}}},
        Reply(error=ErrorReply(429, "rate_limit_error", "Slow", {"error_code": "x"})),
    ),
    (
        {"type": "message", "id": "msg_1", "model": "m", "role": "assistant", "content": ["a"], "stop_reason": None, "usage": {"output_tokens": 3}},
        Reply(content=(text_block("a"),), usage={"output_tokens": 3}),
    ),
    (max_tokens("a"), Reply(content=(text_block("a"),), stop_reason="max_tokens")),
    (context_window_exceeded("a"), Reply(content=(text_block("a"),), stop_reason="model_context_window_exceeded")),
    (stop_sequence("a", "END"), Reply(content=(text_block("a"),), stop_reason="stop_sequence", stop_sequence="END")),
    (
        pause_turn(server_tool_use("web_search", query="x")),
        Reply(content=({"type": "server_tool_use", "name": "web_search", "input": {"query": "x"}},), stop_reason="pause_turn"),
    ),
    (
        refusal(),
        Reply(stop_reason="refusal", stop_details={"type": "refusal", "category": "cyber", "explanation": EXPLANATIONS["cyber"]}),
    ),
    (
        refusal("Well,", category=None),
        Reply(content=(text_block("Well,"),), stop_reason="refusal", stop_details={"type": "refusal", "category": None, "explanation": None}),
    ),
    (
        refusal(category="bio", explanation="No."),
        Reply(stop_reason="refusal", stop_details={"type": "refusal", "category": "bio", "explanation": "No."}),
    ),
    (redacted_thinking("x"), Reply(content=({"type": "redacted_thinking", "data": "x"},))),
    (thinking("x", signature="s"), Reply(content=({"type": "thinking", "thinking": "x", "signature": "s"},))),
    (overloaded(), Reply(error=ErrorReply(529, "", "Overloaded"))),
    (overloaded(retry_after=0.5), Reply(error=ErrorReply(529, "", "Overloaded"), headers={"retry-after": "0.5"})),
    (api_error(), Reply(error=ErrorReply(500, "", "Internal server error"))),
    (api_error("Oops"), Reply(error=ErrorReply(500, "", "Oops"))),
    (error(400, "Bad", details={"error_code": "x"}), Reply(error=ErrorReply(400, "", "Bad", {"error_code": "x"}))),
]  # fmt: skip


@pytest.mark.parametrize(("value", "reply"), SAME, ids=[str(place) for place in range(len(SAME))])
def test_plain_data_and_builders_say_the_same(value: Sayable, reply: Reply) -> None:
    assert reply_of(value) == reply
    assert list(declared(reply)) == []


@pytest.mark.parametrize(
    ("block", "expected"),
    [
        (tool_use("f", city="Paris", id=7), {"type": "tool_use", "name": "f", "input": {"city": "Paris", "id": 7}}),
        (tool_use("f", input={"input": "x"}), {"type": "tool_use", "name": "f", "input": {"input": "x"}}),
        (tool_use("f"), {"type": "tool_use", "name": "f", "input": {}}),
        (tool_use("f", tool_use_id="toolu_1", name="n"), {"type": "tool_use", "id": "toolu_1", "name": "f", "input": {"name": "n"}}),
        (server_tool_use("g", tool_use_id="srvtoolu_1"), {"type": "server_tool_use", "id": "srvtoolu_1", "name": "g", "input": {}}),
        (server_tool_result("r", []), {"type": "r", "content": []}),
        (server_tool_result("r", [], tool_use_id="x"), {"type": "r", "tool_use_id": "x", "content": []}),
        (tool_use("f", pair=(1, 2)), {"type": "tool_use", "name": "f", "input": {"pair": [1, 2]}}),
    ],
)  # fmt: skip
def test_builders_of_blocks_write_the_api_s_own_blocks(block: Block, expected: dict[str, Any]) -> None:
    assert json.dumps(block) == json.dumps(expected)


@given(words=TEXT)
def test_a_signature_follows_from_the_thinking(words: str) -> None:
    assert thinking(words) == thinking(words) == block_of({"type": "thinking", "thinking": words})
    assert thinking(words) != thinking(words + "!")
    assert len(thinking(words)["signature"]) >= 240


@given(value=JSON_VALUES)
def test_what_is_said_is_a_copy(value: Any) -> None:
    given_input = {"value": value, "list": [1]}
    block = tool_use("f", input=given_input)
    before = json.dumps(block)
    given_input["list"].append(2)
    assert json.dumps(block) == before


def unsayable() -> dict[str, tuple[Any, str]]:
    return {
        "number": (5, "5 is nothing to say; expected a text, a block, a list of blocks, or a reply such as message(...)"),
        "bytes": (b"x", "b'x' is nothing to say; expected a text, a block, a list of blocks, or a reply such as message(...)"),
        "matcher": (model("x"), 'model("x") matches calls, it says nothing; expected a text or a content block'),
        "part": (["a", 5], '5 is no content block; expected a text or an object with a type, as in {"type": "text", ...}'),
        "typo": ({"txet": "x"}, "unknown key 'txet'; did you mean 'text'?"),
        "empty": ({}, "is {}; expected at least 1 key"),
        "both": ({"text": "x", "content": []}, "text is short for content of one text block; give one of the two"),
        "type": ({"text": 5}, "text: is 5; expected text"),
        "status": ({"error": {}}, "error: has no 'status'"),
        "message": ({"type": "message"}, "content is None; expected a list of content blocks"),
        "envelope": ({"type": "error"}, "error is None; expected an object with type and message"),
        "kind": (
            {"type": "error", "error": {"type": "overload_error"}},
            f"unknown error type 'overload_error'; did you mean 'overloaded_error'?; known: {', '.join(STATUS_OF_TYPE)}",
        ),
        "set": ({"type": "text", "text": {1}}, "text is {1}, which is no JSON; expected text, a number, true, false, null, a list or an object"),
        "nan": ([{"type": "x", "a": [float("nan")]}], "a[0] is nan, which is no JSON; expected text, a number, true, false, null, a list or an object"),
        "key": ({"type": "x", "a": {1: 2}}, "a has the key 1; expected text"),
        "fault": ({"text": "x", "fault": {"kind": "cut", "att": "event"}}, "fault 'cut' has no 'att'; did you mean 'at'?; it has at, ordinal, ending"),
    }  # fmt: skip


@pytest.mark.parametrize("name", unsayable())
def test_what_cannot_be_said_is_refused_with_the_way_out(name: str) -> None:
    value, expected = unsayable()[name]
    with pytest.raises(ScriptError) as raised:
        reply_of(value)
    assert str(raised.value).endswith(expected)


def test_a_whole_reply_is_no_part_of_a_message() -> None:
    with pytest.raises(ScriptError, match="is a whole reply; expected a text or an object with a type"):
        message(message("x"))  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("build", "expected"),
    [
        (lambda: tool_use("f", input={"a": 1}, b=2), "the input of 'f' is given twice: as input and as b; put all of it into input"),
        (lambda: tool_use("f", input="x"),  # type: ignore[arg-type]
             "input is 'x'; expected an object (an argument called input: input={\"input\": ...})"),
        (lambda: error(418), "error 418 has no message, and the API has no single one for it; give one"),
        (lambda: overloaded(retry_after=-1), "retry_after is -1; expected seconds from 0 on"),
        (lambda: rate_limited(limit="request"),  # type: ignore[arg-type]
             "limit is 'request'; did you mean 'requests'?; expected one of requests, input tokens, output tokens"),
    ],
)  # fmt: skip
def test_a_builder_refuses_what_makes_no_sense(build: Any, expected: str) -> None:
    with pytest.raises(ScriptError) as raised:
        build()
    assert str(raised.value) == expected


@pytest.mark.parametrize("status", MESSAGES)
def test_an_error_has_the_api_s_words_and_type(status: int) -> None:
    stubs = Stubs(clock=FixedClock())
    stubs.reply(error(status))
    with pytest.raises(APIError) as raised:
        answer(engine_of(stubs), asked())
    known = {status: kind for kind, status in STATUS_OF_TYPE.items()}
    assert (raised.value.status, raised.value.kind) == (status, known.get(status, "invalid_request_error"))
    assert raised.value.message == MESSAGES[status]


@pytest.mark.parametrize("limit", LIMITS)
def test_a_rate_limit_tells_which_limit_is_used_up_and_when_to_come_back(limit: Any) -> None:
    stubs = Stubs(clock=FixedClock())
    stubs.reply(rate_limited(retry_after=1.5, limit=limit, per_minute=50))
    with pytest.raises(APIError) as raised:
        answer(engine_of(stubs), asked(model="claude-haiku-4-5"))
    assert raised.value.message == (
        f"This request would exceed your organization's rate limit of 50 {limit} per minute (org: {ORGANIZATION}, model:"
        " claude-haiku-4-5-20251001). For details, refer to: https://docs.claude.com/en/api/rate-limits. You can see the"
        " response headers for current usage. Please reduce the prompt length or the maximum tokens requested, or try again"
        " later. You may also contact sales at https://claude.com/contact-sales to discuss your options for a rate limit"
        " increase."
    )
    headers = dict(raised.value.headers)
    assert headers.pop("retry-after") == "1.5"
    limits = {**LIMITS, limit: 50}
    tokens = limits["input tokens"] + limits["output tokens"]
    expected: dict[str, str] = {}
    for name, most in {**limits, "tokens": tokens}.items():
        used = most if name == limit else limits[limit] if name == "tokens" and limit != "requests" else 0
        row = f"anthropic-ratelimit-{name.replace(' ', '-')}"
        expected |= {f"{row}-limit": str(most), f"{row}-remaining": str(most - used)}
        expected[f"{row}-reset"] = "2026-11-23T12:00:02Z" if used else "2026-11-23T12:00:00Z"
    assert headers == expected


def test_a_rate_limit_speaks_of_the_organization_and_the_limits_of_every_other_answer() -> None:
    from mockclaude.server import headers

    sent = {field.name: field.value for field in headers.FIELDS}
    assert sent["anthropic-organization-id"] == ORGANIZATION
    usual = {field.name: field.value for field in headers.FIELDS if field.name.endswith("-limit")}
    assert {name: value for name, value in rate_limited().headers.items() if name.endswith("-limit")} == usual


@pytest.mark.parametrize("category", CATEGORIES)
def test_every_category_of_a_refusal_is_legal(category: str) -> None:
    assert list(declared(refusal(category=category))) == []
    assert list(declared(message(stop_reason="refusal"))) == []


def test_usage_container_and_headers_are_sent_as_given() -> None:
    container = {"id": "container_01", "expires_at": "2026-11-23T13:00:00Z"}
    reply = message("x", usage={"input_tokens": 7, "output_tokens": 9}, container=container, headers={"x-a": "b"})
    heard = said(reply)
    assert (heard["usage"]["input_tokens"], heard["usage"]["output_tokens"], heard["container"]) == (7, 9, container)
    stubs = Stubs(clock=FixedClock())
    stubs.reply(reply)
    from mockclaude.wire.dice import Dice

    assert ("x-a", "b") in engine_of(stubs).respond(asked(), Dice(b"k", 1)).headers


def test_a_dynamic_reply_sees_the_call() -> None:
    def shout(call: Call) -> Sayable:
        return call.text.upper()

    stubs = Stubs(clock=FixedClock())
    stubs.reply(shout)
    assert answer(engine_of(stubs), asked("hello"))["content"] == [{"type": "text", "text": "HELLO"}]


def test_text_is_both_a_matcher_and_something_to_say() -> None:
    both = text("weather")
    assert isinstance(both, Matcher)
    assert both.matches(asked("weather in Paris"))
    assert reply_of(both).content == (text_block("weather"),)
