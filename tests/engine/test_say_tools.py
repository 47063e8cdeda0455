"""What the API's own tools do is said in one line, and comes back as the API would send it."""

from collections.abc import Callable
from typing import Any

import pytest

from mockclaude import (
    bash_code_execution,
    code_execution,
    compaction,
    fallback,
    message,
    tool_search,
    tool_use,
    web_fetch,
    web_page,
    web_search,
)
from mockclaude.clock import EPOCH, FixedClock
from mockclaude.engine.block_forms import ERROR_CODES, RESULTS
from mockclaude.engine.compose import compose
from mockclaude.engine.contradiction import declared
from mockclaude.engine.reply import Reply
from mockclaude.engine.say_tools import Ran
from mockclaude.engine.stubs import Stubs
from mockclaude.errors import ScriptError
from mockclaude.wire.dice import Dice

from .playing import answer, asked, engine_of

TOOLS = [
    {"name": "get_weather", "input_schema": {"type": "object"}},
    {"type": "web_search_20250305", "name": "web_search"},
    {"type": "web_fetch_20250910", "name": "web_fetch"},
    {"type": "code_execution_20250825", "name": "code_execution"},
    {"type": "tool_search_tool_regex_20251119", "name": "tool_search_tool_regex"},
    {"type": "tool_search_tool_bm25_20251119", "name": "tool_search_tool_bm25"},
]
BOTH = pytest.mark.parametrize("stream", [False, True], ids=["whole", "stream"])

RUNS: dict[str, tuple[Ran, dict[str, Any], Any]] = {
    "web_search": (
        web_search("weather", web_page("https://example.com/", "Weather", age="1 day", encrypted_content="Zg==")),
        {"query": "weather"},
        [
            {
                "type": "web_search_result", "title": "Weather", "url": "https://example.com/",
                "encrypted_content": "Zg==", "page_age": "1 day",
            }
        ],
    ),
    "web_fetch": (
        web_fetch("https://example.com/", "18 °C", title="Weather", retrieved_at="2026-11-23T12:00:00Z"),
        {"url": "https://example.com/"},
        {
            "type": "web_fetch_result",
            "url": "https://example.com/",
            "retrieved_at": "2026-11-23T12:00:00Z",
            "content": {
                "type": "document",
                "source": {"type": "text", "media_type": "text/plain", "data": "18 °C"},
                "title": "Weather",
            },
        },
    ),
    "code_execution": (
        code_execution("print(1)", "1\n", files=["file_1"]),
        {"code": "print(1)"},
        {
            "type": "code_execution_result", "stdout": "1\n", "stderr": "", "return_code": 0,
            "content": [{"type": "code_execution_output", "file_id": "file_1"}],
        },
    ),
    "bash_code_execution": (
        bash_code_execution("false", stderr="no", return_code=1),
        {"command": "false"},
        {"type": "bash_code_execution_result", "stdout": "", "stderr": "no", "return_code": 1, "content": []},
    ),
    "tool_search_tool_regex": (
        tool_search("weather", "get_weather"),
        {"pattern": "weather"},
        {
            "type": "tool_search_tool_search_result",
            "tool_references": [{"type": "tool_reference", "tool_name": "get_weather"}],
        },
    ),
    "tool_search_tool_bm25": (
        tool_search("weather", by="bm25"),
        {"query": "weather"},
        {"type": "tool_search_tool_search_result", "tool_references": []},
    ),
}  # fmt: skip


def said(value: Any, *, force: bool = False, **body: Any) -> Any:
    stubs = Stubs(clock=FixedClock())
    stubs.reply(value, force=force)
    return answer(engine_of(stubs), asked(**{"tools": TOOLS, **body}))


@BOTH
@pytest.mark.parametrize("name", RUNS)
def test_a_tool_runs_and_says_what_it_found(name: str, stream: bool) -> None:
    ran, given, found = RUNS[name]
    call, result = said(message(*ran, "Done."), stream=stream)["content"][:2]
    assert call == {
        "type": "server_tool_use", "id": call["id"], "name": name, "input": given, "caller": {"type": "direct"},
    }  # fmt: skip
    assert call["id"].startswith("srvtoolu_01")
    kind = "tool_search_tool_result" if name.startswith("tool_search") else f"{name}_tool_result"
    assert result == {"type": kind, "tool_use_id": call["id"], "content": found}


@BOTH
def test_several_runs_get_ids_of_their_own(stream: bool) -> None:
    content = said([*web_search("a"), *web_search("b"), *web_fetch("https://example.com/")], stream=stream)["content"]
    calls, results = content[::2], content[1::2]
    assert [block["tool_use_id"] for block in results] == [block["id"] for block in calls]
    assert len({block["id"] for block in calls}) == 3


def test_each_answer_draws_its_ids_anew() -> None:
    reply = message(*web_search("a"), "Done.")
    ids = [compose(asked(), reply, dice=Dice(b"k", ordinal), now=EPOCH)["content"][0]["id"] for ordinal in (1, 2)]
    assert len(set(ids)) == 2


MAKERS: dict[str, Callable[..., Ran]] = {
    "web_search_tool_result": web_search,
    "web_fetch_tool_result": web_fetch,
    "code_execution_tool_result": code_execution,
    "bash_code_execution_tool_result": bash_code_execution,
    "tool_search_tool_result": tool_search,
}


@pytest.mark.parametrize(("kind", "code"), [(kind, code) for kind in MAKERS for code in ERROR_CODES[kind]])
def test_a_tool_that_fails_says_why_and_the_reply_is_sound(kind: str, code: str) -> None:
    reply = message(*MAKERS[kind]("x", failed=code), "Sorry.")
    assert list(declared(reply)) == []
    assert said(reply)["content"][1]["content"] == {"type": f"{kind}_error", "error_code": code}


def test_a_misspelt_error_code_is_answered_with_the_nearest() -> None:
    with pytest.raises(
        ScriptError,
        match=r"content\[1\]\.content\.error_code: unknown error code 'max_use_exceeded'.*did you mean 'max_uses_exceeded'",
    ):
        said(message(*web_search("x", failed="max_use_exceeded"), "Sorry."))


@BOTH
@pytest.mark.parametrize(
    ("content", "requests"),
    [
        (["Hello"], None),
        ([*tool_search("a")], (0, 0)),
        ([*web_search("a"), *web_search("b"), *web_fetch("https://example.com/")], (2, 1)),
        ([*web_search("a", failed="unavailable")], (0, 0)),
    ],
)
def test_usage_counts_what_the_web_was_asked(
    content: list[Any], requests: tuple[int, int] | None, stream: bool
) -> None:
    usage = said([*content, "Done."], stream=stream)["usage"]
    names = ("web_search_requests", "web_fetch_requests")
    assert usage.get("server_tool_use") == (None if requests is None else dict(zip(names, requests, strict=True)))


@BOTH
def test_code_runs_in_a_container(stream: bool) -> None:
    heard = said(message(*code_execution("print(1)", "1"), "Done."), stream=stream)
    assert heard["container"]["id"].startswith("container_01")
    assert heard["container"]["expires_at"].endswith("Z")
    again = said(message(*bash_code_execution("ls"), "Done."), stream=stream, container=heard["container"]["id"])
    assert again["container"]["id"] == heard["container"]["id"]
    asked_by_object = said(message(*bash_code_execution("ls"), "Done."), container={"id": "container_1"})
    assert asked_by_object["container"]["id"] == "container_1"


@BOTH
def test_no_container_is_told_of_where_no_code_ran(stream: bool) -> None:
    assert said(message(*web_search("x"), "Done."), stream=stream).get("container") is None


@BOTH
def test_a_summary_alone_ends_for_compaction(stream: bool) -> None:
    heard = said(compaction("They greeted."), stream=stream)
    assert (heard["content"], heard["stop_reason"]) == (
        [{"type": "compaction", "content": "They greeted."}],
        "compaction",
    )
    assert said(message(compaction("They greeted."), "Hello."), stream=stream)["stop_reason"] == "end_turn"
    assert (
        said(message(compaction("They greeted."), tool_use("get_weather")), stream=stream)["stop_reason"] == "tool_use"
    )


@BOTH
def test_another_model_takes_over_in_its_block(stream: bool) -> None:
    heard = said(message(fallback("claude-opus-5", "claude-opus-4-8", category="cyber"), "Hello."), stream=stream)
    assert heard["content"][0] == {
        "type": "fallback",
        "from": {"model": "claude-opus-5"},
        "to": {"model": "claude-opus-4-8"},
        "trigger": {"type": "refusal", "category": "cyber"},
    }


@BOTH
def test_usage_tells_the_steps_of_a_reply_that_another_model_finished(stream: bool) -> None:
    hops = (fallback("claude-opus-5", "claude-opus-4-8"), fallback("claude-opus-4-8", "claude-sonnet-5"))
    steps = said(message(*hops, "Hello."), stream=stream)["usage"]["iterations"]
    assert [(step["type"], step.get("model"), step["output_tokens"] > 0) for step in steps] == [
        ("message", "claude-opus-5", False),
        ("message", "claude-opus-4-8", False),
        ("fallback_message", "claude-sonnet-5", True),
    ]


@BOTH
def test_usage_tells_the_steps_of_a_reply_that_begins_with_a_summary(stream: bool) -> None:
    def steps(*parts: Any) -> list[str]:
        return [step["type"] for step in said(message(*parts), stream=stream)["usage"].get("iterations", [])]

    assert steps(compaction("They greeted.")) == ["compaction"]
    assert steps(compaction("They greeted."), "Hello.") == ["compaction", "message"]
    assert steps("Hello.") == []


def test_every_result_has_a_form() -> None:
    assert RESULTS.keys() == ERROR_CODES.keys()


@pytest.mark.parametrize("kind", RESULTS)
def test_each_key_of_a_result_is_checked(kind: str) -> None:
    for name, fields in RESULTS[kind].items():
        sound: dict[str, Any] = {"type": name}
        for key, expected in fields.items():
            sound[key] = {
                "a string": "a",
                "a whole number": 0,
                "a list": [],
                "an object": {},
                "true or false": True,
            }.get(expected.removeprefix("?"))
        assert found(kind, sound) == []
        for key, expected in fields.items():
            missing = [f"content[1].content: {name} has no {key!r}; expected {expected}"]
            without = {other: value for other, value in sound.items() if other != key}
            assert found(kind, without) == ([] if expected.startswith("?") else missing)
            wanted = expected.removeprefix("?")
            assert found(kind, {**sound, key: 0.5}) == [f"content[1].content.{key}: is 0.5; expected {wanted}"]


def test_a_result_of_another_tool_is_no_result() -> None:
    assert found("web_fetch_tool_result", {"type": "zzz"}) == [
        (
            "content[1].content: is no result of a web_fetch_tool_result block: unknown type 'zzz'; "
            "known: web_fetch_result"
        )
    ]


def found(kind: str, content: dict[str, Any]) -> list[str]:
    call: Any = {"type": "server_tool_use", "id": "srvtoolu_1", "name": "x", "input": {}}
    result: Any = {"type": kind, "tool_use_id": "srvtoolu_1", "content": content}
    return [str(one) for one in declared(Reply(content=(call, result)))]
