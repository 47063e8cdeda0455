"""The types of scripts and of what is read back; mypy proves what the tests only run."""

import asyncio
from datetime import datetime
from pathlib import Path
from typing import assert_type

from aiohttp import web

from mockclaude import (
    Call,
    Calls,
    Matcher,
    MockClaude,
    MockWorkspace,
    RecordedCall,
    RemoteMock,
    Reply,
    Settings,
    Usage,
    after_tool,
    error,
    max_tokens,
    message,
    model,
    offers,
    overloaded,
    pause_turn,
    rate_limited,
    refusal,
    regex,
    server_tool_use,
    stop_sequence,
    streaming,
    text,
    thinking,
    tool_use,
    turns,
    where,
)
from mockclaude.engine.stubs import Declared
from mockclaude.wire import Finding, Message, MessagesRequest, RawResponse
from mockclaude.wire.body import Block, RequestBody


def answer(call: Call) -> str:
    return call.text


def is_long(call: Call) -> bool:
    return len(call.body["messages"]) > 10


def test_matchers_combine_to_matchers() -> None:
    assert_type(text("weather"), Matcher)
    assert_type(text("a") & ~streaming() | model("claude-*"), Matcher)
    assert_type("a" & regex("b"), Matcher)
    assert_type(is_long | turns(at_least=3), Matcher)
    assert_type(where(is_long) & after_tool() & offers("f"), Matcher)
    assert str(text("a") & ~streaming()) == 'text "a" & ~streaming'


def test_builders_give_blocks_and_replies() -> None:
    assert_type(tool_use("f", x=1), Block)
    assert_type(thinking("hm"), Block)
    for reply in (message("a", tool_use("f")), max_tokens("a"), stop_sequence("a", "END"), refusal(), overloaded()):
        assert_type(reply, Reply)
    assert_type(error(413), Reply)
    assert_type(rate_limited(retry_after=2), Reply)
    assert_type(pause_turn("a", server_tool_use("web_search", query="x")), Reply)


def test_a_handle_takes_whatever_can_be_said() -> None:
    mock = MockClaude(Settings(), seed=1, validation="live", strict_stubs=True)
    assert_type(mock.reply("a", text("b"), ["c", thinking("d")], {"text": "e"}, message("f"), answer), Declared)
    assert_type(mock.when("a").reply(lambda call: [call.text]), Declared)
    assert_type(mock.when(is_long).reply("a", times=2), Declared)
    assert_type(mock.next("a", overloaded()), list[Declared])
    assert_type(
        mock.scenario(Path(__file__).parent.parent.parent / "fixtures" / "scenarios" / "hello.yaml"), list[Declared]
    )
    assert_type(mock.scenario({"stubs": [{"replies": ["a"]}]}), list[Declared])
    assert_type(mock.workspace("other"), MockWorkspace)
    assert_type(mock.calls, Calls)
    assert_type(mock.calls[:1], Calls)
    assert_type(mock.calls.matching("a"), Calls)
    assert_type(mock.findings, list[Finding])
    mock.assert_called("a", times=0)
    assert_type(mock.usage, Usage)
    assert_type(mock.usage.cost, float | None)
    assert_type(mock.usage.by_model.get("claude-opus-5", Usage()).input_tokens, int)
    assert_type(mock.clock.now, datetime)
    assert_type(mock.app(), web.Application)
    mock.assert_contract(validation="live", ignore={"assistant-prefill"})
    mock.assert_resilient(outcome="a", attempts=3, within=1.5, ignore=("hasty-retry",))


@MockClaude()
def decorated(number: int, *, mock: MockClaude) -> int:
    return number + len(mock.calls)


@MockClaude()
async def decorated_coroutine(mock: MockClaude) -> str:
    return mock.url


def test_a_decorated_function_gives_what_it_gave() -> None:
    assert_type(decorated(1), int)
    assert_type(asyncio.run(decorated_coroutine()), str)


async def on_this_loop() -> None:
    """What mypy knows of a server on the caller's loop; never run."""
    async with MockClaude().on_this_loop() as mock:
        assert_type(mock, MockClaude)
    with mock.environment():
        pass


def read(call: RecordedCall) -> None:
    """What mypy knows of a call; never run."""
    assert_type(call.text, str)
    assert_type(call.body, RequestBody)
    assert_type(call.body["messages"][0]["role"], str)
    assert_type(call.request, MessagesRequest)
    assert_type(call.message, Message)
    assert_type(call.message.text, str)
    assert_type(call.response, RawResponse | None)
    assert_type(call.findings, tuple[Finding, ...])


def mistakes(mock: MockClaude, remote: RemoteMock) -> None:
    """What mypy must refuse; never run."""
    mock.reply(1)  # type: ignore[arg-type]
    mock.reply(b"a")  # type: ignore[arg-type]
    mock.when(1)  # type: ignore[arg-type]
    mock.when("a").reply("b", 2)  # type: ignore[arg-type]
    mock.reply("a", time=1)  # type: ignore[call-arg]
    mock.assert_called("a", 1)  # type: ignore[call-arg]
    mock.scenario(1)  # type: ignore[arg-type]
    MockClaude(validation="strikt")  # type: ignore[arg-type]
    MockClaude(1)  # type: ignore[arg-type]
    mock.assert_contract("live")  # type: ignore[call-arg]
    mock.assert_resilient(attempts="3")  # type: ignore[arg-type]
    mock.usage.calls = 1  # type: ignore[misc]
    remote.clock.now = 1  # type: ignore[assignment, misc]
    remote.reply(answer)  # type: ignore[arg-type]
    text("a") & 1  # type: ignore[operator]
    thinking()  # type: ignore[call-arg]
    mock.calls.last.text = "a"  # type: ignore[misc]
