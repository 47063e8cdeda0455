"""Replies that do not fit the request are refused when it comes, and what the API did answer never is."""

from typing import Any, cast

import pytest

from mockclaude.call import Call, Intake
from mockclaude.clock import EPOCH, FixedClock
from mockclaude.engine.mismatch import linked, shown
from mockclaude.engine.say import (
    Sayable,
    max_tokens,
    message,
    redacted_thinking,
    refusal,
    reply_of,
    server_tool_result,
    server_tool_use,
    stop_sequence,
    thinking,
    tool_use,
)
from mockclaude.engine.stubs import Stubs
from mockclaude.errors import ScriptError
from mockclaude.settings import Settings
from mockclaude.wire.encoding import dumps
from mockclaude.wire.interaction import Headers, RawRequest
from mockclaude.wire.stream import message_of

from ..contracts.test_recordings_streams import read
from ..corpus import needs_corpus, rows, streams
from .calls import MODELS
from .playing import WEATHER, WEB_SEARCH, answer, asked, assistant, engine_of, user

CALL = tool_use("get_weather", city="Paris")
LOOSE = {"name": "loose", "input_schema": {"type": "object", "properties": {"a": {}}, "patternProperties": {".": {}}}}
SEARCH = server_tool_use("web_search", query="x", tool_use_id="srvtoolu_1")
FOUND = server_tool_result("web_search_tool_result", [])
PENDING = [user("hi"), assistant({**SEARCH, "id": "srvtoolu_9"})]
FORMAT = {"format": {"type": "json_schema", "schema": {"type": "object"}}}

MISMATCHED: list[tuple[Sayable, dict[str, Any], str]] = [
    (CALL, {}, "content[0].name: the request offers no tools; 'get_weather' cannot be called"),
    (tool_use("get_wether"), {"tools": [WEATHER]}, "content[0].name: the request does not offer 'get_wether'; did you mean 'get_weather'?; it offers get_weather"),
    (tool_use("get_weather", town="Paris", city="x"), {"tools": [WEATHER]}, "content[0].input.town: 'get_weather' has no such argument; known: city"),
    (tool_use("get_weather", citty="Paris"), {"tools": [WEATHER]}, "content[0].input.citty: 'get_weather' has no such argument; did you mean 'city'?"),
    (tool_use("get_weather"), {"tools": [WEATHER]}, "content[0].input: lacks 'city', which 'get_weather' requires"),
    (CALL, {"tools": [WEATHER], "tool_choice": {"type": "none"}}, "content: calls 'get_weather', but the request's tool_choice is none"),
    ("x", {"tools": [WEATHER], "tool_choice": {"type": "any"}}, "content: calls no tool, but the request's tool_choice demands any tool"),
    ("x", {"tools": [WEATHER], "tool_choice": {"type": "tool", "name": "get_weather"}}, "content: calls no tool, but the request's tool_choice demands tool 'get_weather'"),
    (CALL, {"tools": [WEATHER, {"name": "f"}], "tool_choice": {"type": "tool", "name": "f"}}, "content: calls 'get_weather', but the request's tool_choice is 'f'"),
    ([CALL, CALL], {"tools": [WEATHER], "tool_choice": {"type": "auto", "disable_parallel_tool_use": True}}, "content: calls 2 tools, but the request disables parallel tool use"),
    (message(SEARCH, stop_reason="pause_turn"), {}, "content[0].name: the request offers no tools; 'web_search' cannot be called"),
    (message({**SEARCH, "name": "code_execution"}, stop_reason="pause_turn"), {"tools": [WEATHER]}, "content[0].name: the request does not offer 'code_execution'; it offers get_weather"),
    (message({**SEARCH, "type": "mcp_tool_use", "server_name": "s"}, stop_reason="pause_turn"), {}, "content[0]: calls a tool of an MCP server, but the request names no mcp_servers"),
    (FOUND, {}, "content[0]: answers no server tool call of the reply or of the request; pending in the request: none"),
    ({**FOUND, "tool_use_id": "srvtoolu_1"}, {"messages": PENDING}, "content[0]: answers no server tool call of the reply or of the request; pending in the request: srvtoolu_9"),
    (thinking("x"), {"thinking": {"type": "disabled"}}, "content[0]: holds thinking, but the request disables it"),
    (thinking("x"), {"model": "claude-opus-4-8"}, "content[0]: holds thinking, but the request does not ask claude-opus-4-8 for it"),
    (redacted_thinking("x"), {"model": "claude-3-haiku-20240307"}, "content[0]: holds thinking, but claude-3-haiku-20240307 cannot think"),
    (stop_sequence("x", "END"), {}, "stop_sequence: is 'END'; the request has []"),
    (stop_sequence("x", "END"), {"stop_sequences": ["STOP"]}, "stop_sequence: is 'END'; the request has ['STOP']"),
    ("18 C", {"output_config": FORMAT}, "content: is no JSON, but the request demands output_config.format: unexpected content after document: line 1 column 4 (char 3)"),
]  # fmt: skip


@pytest.mark.parametrize(("said", "body", "expected"), MISMATCHED, ids=[expected[:70] for *_, expected in MISMATCHED])
def test_what_only_the_request_shows_is_refused_when_it_comes(
    said: Sayable, body: dict[str, Any], expected: str
) -> None:
    stubs = Stubs(clock=FixedClock())
    stubs.reply(said)
    with pytest.raises(ScriptError) as raised:
        answer(engine_of(stubs), asked(**body))
    assert str(raised.value) == f"reply 1 of stub #1 (any_call): {expected} (force=True sends it anyway)"
    stubs.clear()
    stubs.reply(said, force=True)
    assert answer(engine_of(stubs), asked(**body))["content"]


FITTING: list[tuple[Sayable, dict[str, Any]]] = [
    (CALL, {"tools": [WEATHER]}),
    (CALL, {"tools": [WEATHER], "tool_choice": {"type": "any"}}),
    (CALL, {"tools": [WEATHER], "tool_choice": {"type": "tool", "name": "get_weather", "disable_parallel_tool_use": True}}),
    (tool_use("loose", anything=1), {"tools": [LOOSE]}),
    (tool_use("bare", anything=1), {"tools": [{"name": "bare"}]}),
    (tool_use("bash", command="ls"), {"tools": [{"type": "bash_20250124", "name": "bash"}]}),
    ({**tool_use("click"), "toolset_name": "computer"}, {"tools": [{"type": "computer_toolset_20260801", "name": "computer"}]}),
    (max_tokens(tool_use("get_weather")), {"tools": [WEATHER]}),
    (refusal(), {"tools": [WEATHER], "tool_choice": {"type": "any"}}),
    ("x", {"tools": [WEATHER], "tool_choice": {"type": "none"}}),
    ([SEARCH, {**FOUND, "tool_use_id": "srvtoolu_1"}, "x"], {"tools": [WEB_SEARCH]}),
    ([SEARCH, FOUND, "x"], {"tools": [WEB_SEARCH]}),
    ([FOUND, "x"], {"messages": PENDING}),
    ([FOUND, "x"], {"messages": [*PENDING, user({"type": "tool_result", "tool_use_id": "x", "content": "y"})]}),
    (message({**SEARCH, "name": "code_execution"}, stop_reason="pause_turn"), {"tools": [{**WEATHER, "allowed_callers": ["code_execution_20260120"]}]}),
    (tool_use("get_weather", town="Paris"), {"tools": [{**WEATHER, "defer_loading": True}]}),
    ([SEARCH, FOUND, "x"], {"tools": [WEB_SEARCH], "tool_choice": {"type": "any"}}),
    (message({**SEARCH, "name": "code_execution"}, stop_reason="pause_turn"), {"tools": [{"type": "web_search_20260209", "name": "web_search"}]}),
    (message({**SEARCH, "type": "mcp_tool_use", "server_name": "s"}, stop_reason="pause_turn"), {"mcp_servers": [{}]}),
    (thinking("x"), {}),
    (thinking("x"), {"model": "claude-opus-4-8", "thinking": {"type": "adaptive"}}),
    (thinking("x"), {"model": "claude-sonnet-4-5", "thinking": {"type": "enabled", "budget_tokens": 1024}}),
    (stop_sequence("x", "END"), {"stop_sequences": ["STOP", "END"]}),
    ('{"a": 1}', {"output_config": FORMAT}),
    ("x", {"output_config": {"effort": "low"}}),
    (max_tokens('{"a'), {"output_config": FORMAT}),
    ({"error": {"status": 529}}, {"tool_choice": {"type": "any"}}),
]  # fmt: skip


@pytest.mark.parametrize(("said", "body"), FITTING)
def test_what_fits_the_request_is_sent(said: Sayable, body: dict[str, Any]) -> None:
    call = asked(**body)
    assert [str(one) for one in shown(linked(reply_of(said), call), call)] == []


def test_a_result_without_an_id_answers_the_call_before_it() -> None:
    second = {**SEARCH, "id": "srvtoolu_2"}
    reply = linked(reply_of([FOUND, SEARCH, FOUND, second, FOUND]), asked(messages=PENDING))
    ids = [block.get("tool_use_id", block.get("id")) for block in reply.content]
    assert ids == ["srvtoolu_9", "srvtoolu_1", "srvtoolu_1", "srvtoolu_2", "srvtoolu_2"]
    assert list(reply.content[0]) == ["type", "tool_use_id", "content"]


def recorded() -> list[tuple[str, Call, Any]]:
    """Every recorded reply with the call that it answered."""
    whole = [(row, row["response_body"]) for row in rows() if row["response_kind"] == "json"]
    events = [(row, read(row)) for row in streams() if row["status"] == 200]
    folded = [(row, dict(message_of(told))) for row, told in events if told and told[-1]["type"] != "error"]
    found = [(row, body) for row, body in [*whole, *folded] if isinstance(body, dict) and body.get("type") == "message"]
    calls = []
    for row, body in found:
        request = row["request_body"]
        if not isinstance(request, dict) or not isinstance(request.get("messages"), list) or "model" not in request:
            continue
        raw = RawRequest("POST", "/v1/messages", Headers({}), dumps(request))
        intake = Intake(raw, settings=Settings(), models=MODELS, today=EPOCH.date())
        model = MODELS.find(request["model"])
        call = Call(intake, cast("Any", request), model or MODELS.default)
        call.knows_model = model is not None
        calls.append((row["source"], call, body))
    return calls


@needs_corpus
def test_nothing_that_was_recorded_is_called_a_mismatch() -> None:
    calls = recorded()
    wrong = [(source, str(one)) for source, call, body in calls for one in shown(reply_of(body), call)]
    print(f"{len(calls)} replies checked, {len(wrong)} found")
    assert wrong == []
    assert len(calls) > 1_000
