"""A function is given a mock of its own for every call, as a decorator's argument or in a TestCase."""

import asyncio
import inspect
import os
import unittest
from pathlib import Path
from typing import Any

import anthropic
import pytest

from mockclaude import FixedClock, MockClaude, ServerError, SettingsError

HELLO: Any = {"model": "claude-opus-5", "max_tokens": 50, "messages": [{"role": "user", "content": "hello"}]}


def said() -> str:
    """What an application hears that knows nothing of the mock."""
    with anthropic.Anthropic() as client:
        return str(client.messages.create(**HELLO).content[0].text)


@MockClaude(strict_stubs=True)
def test_a_function_gets_the_handle_beside_its_fixtures(mock: MockClaude, tmp_path: Path) -> None:
    assert tmp_path.is_dir()
    mock.reply("Hello!")
    with mock.environment():
        assert said() == "Hello!"


@MockClaude()
async def test_a_coroutine_function_gets_the_handle(mock: MockClaude) -> None:
    mock.reply("Hello!")
    async with anthropic.AsyncAnthropic(base_url=mock.url, api_key=mock.api_key) as client:
        message = await client.messages.create(**HELLO)
    assert message.content[0].text == "Hello!"


def test_every_call_has_a_mock_of_its_own_and_leaves_none() -> None:
    seen: list[MockClaude] = []

    @MockClaude(seed=3, clock=FixedClock())
    def ask(words: str, *, mock: MockClaude) -> tuple[str, int]:
        seen.append(mock)
        mock.reply(words)
        with mock.environment():
            return said(), len(mock.calls)

    assert [ask("one"), ask("two")] == [("one", 1), ("two", 1)]
    assert seen[0] is not seen[1]
    assert [mock.settings.seed for mock in seen] == [3, 3]
    assert not any(mock.is_running for mock in seen)
    assert str(inspect.signature(ask)) == "(words: str) -> tuple[str, int]"
    assert ask.__name__ == "ask"


def test_calls_may_run_at_once() -> None:
    @MockClaude()
    async def ask(words: str, mock: MockClaude) -> str:
        mock.reply(words)
        async with anthropic.AsyncAnthropic(base_url=mock.url, api_key=mock.api_key) as client:
            return str((await client.messages.create(**HELLO)).content[0].text)

    async def all_three() -> list[str]:
        return await asyncio.gather(*[ask(words) for words in "abc"])

    assert asyncio.run(all_three()) == ["a", "b", "c"]


def test_a_function_that_takes_no_mock_gets_none() -> None:
    @MockClaude()
    def twice(number: int) -> int:
        return 2 * number

    assert twice(2) == 4


def test_a_mock_ends_with_a_function_that_fails() -> None:
    seen: list[MockClaude] = []

    @MockClaude()
    def fail(mock: MockClaude) -> None:
        seen.append(mock)
        raise KeyError

    with pytest.raises(KeyError):
        fail()
    assert not seen[0].is_running


def test_what_is_no_function_that_returns_is_refused() -> None:
    class Case(unittest.TestCase): ...

    def fixture():
        yield 1

    async def stream():
        yield 1

    for wrong in (Case, fixture, stream):
        with pytest.raises(
            SettingsError, match=r"cannot be decorated with a mock; .*self\.enterContext\(MockClaude\(\)\)"
        ):
            MockClaude()(wrong)


class TestGreeting(unittest.TestCase):
    """Plain unittest needs nothing but `enterContext`."""

    def setUp(self) -> None:
        self.before = dict(os.environ)
        self.mock = self.enterContext(MockClaude())
        self.enterContext(self.mock.environment())

    def tearDown(self) -> None:
        self.doCleanups()
        assert dict(os.environ) == self.before
        assert not self.mock.is_running

    def test_the_application_is_answered(self) -> None:
        self.mock.reply("Hello!")
        assert said() == "Hello!"
        self.mock.assert_called(times=1)

    @MockClaude()
    def test_a_method_may_have_one_of_its_own(self, mock: MockClaude) -> None:
        assert mock is not self.mock
        with mock.environment():
            said()
        assert (len(mock.calls), len(self.mock.calls)) == (1, 0)


def test_the_environment_needs_a_running_server() -> None:
    with pytest.raises(ServerError, match="not running"):
        MockClaude().environment()
