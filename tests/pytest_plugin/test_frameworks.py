"""The same fixtures serve every way to run asynchronous tests, and properties without a health check suppressed."""

import pytest

from .conftest import Suite

HELLO = '{"model": "claude-opus-5", "max_tokens": 100, "messages": [{"role": "user", "content": "Hello"}]}'
ASYNC = f"""
HELLO = {HELLO}

async def test_ready(mock_claude, mock_claude_async_client):
    mock_claude.reply("Hi!")
    message = await mock_claude_async_client.messages.create(**HELLO)
    assert message.content[0].text == "Hi!"

async def test_own(mock_claude):
    import anthropic
    mock_claude.reply("Hi!")
    async with anthropic.AsyncAnthropic() as client:
        async with client.messages.stream(**HELLO) as stream:
            assert await stream.get_final_text() == "Hi!"
    mock_claude.assert_called(times=1)

async def test_blocking_within_the_loop(mock_claude):
    mock_claude.reply("Hi!")
    assert ask() == "Hi!"
"""


def test_pytest_asyncio_in_auto_mode(suite: Suite) -> None:
    suite(ASYNC, "--asyncio-mode=auto").assert_outcomes(passed=3)


@pytest.mark.parametrize("scope", ["function", "module", "session"])
def test_pytest_asyncio_in_strict_mode_with_loops_of_every_scope(suite: Suite, scope: str) -> None:
    marked = f"pytestmark = pytest.mark.asyncio(loop_scope={scope!r})\n{ASYNC}"
    suite(marked, "--asyncio-mode=strict").assert_outcomes(passed=3)


def test_anyio(suite: Suite) -> None:
    marked = f"""
pytestmark = pytest.mark.anyio

@pytest.fixture
def anyio_backend():
    return "asyncio"
{ASYNC}"""
    suite(marked, "--asyncio-mode=strict").assert_outcomes(passed=3)


def test_pytest_aiohttp(suite: Suite) -> None:
    suite(
        f"""
from aiohttp import web
{ASYNC}
async def test_application(mock_claude, mock_claude_async_client, aiohttp_client):
    async def summarise(request):
        message = await mock_claude_async_client.messages.create(**HELLO)
        return web.Response(text=message.content[0].text)

    mock_claude.reply("Short.")
    application = web.Application()
    application.router.add_get("/", summarise)
    client = await aiohttp_client(application)
    response = await client.get("/")
    assert await response.text() == "Short."
""",
        "--asyncio-mode=auto",
    ).assert_outcomes(passed=4)


PROPERTY = """
from hypothesis import given, settings, strategies as st

NAMES = set()

@settings(max_examples=25, database=None, derandomize=True)
@given(st.text(min_size=1).filter(str.strip))
def test_it(mock_claude_server, words):
    with mock_claude_server.example() as mock:
        assert not mock.calls
        mock.reply(words)
        assert ask() == words
        mock.assert_called(times=1)
        NAMES.add(mock.name)

def test_clients_may_outlive_an_example():
    assert len(NAMES) == 1
"""


def test_every_example_of_a_property_has_a_world_of_its_own(suite: Suite) -> None:
    suite(PROPERTY).assert_outcomes(passed=2)


def test_an_asynchronous_property_has_them_too(suite: Suite) -> None:
    suite(
        f"""
from hypothesis import given, settings, strategies as st
import anthropic

@settings(max_examples=10, database=None, derandomize=True, deadline=None)
@given(st.text(min_size=1).filter(str.strip))
async def test_it(mock_claude_server, words):
    with mock_claude_server.example() as mock:
        mock.reply(words)
        async with anthropic.AsyncAnthropic() as client:
            assert (await client.messages.create(**{HELLO})).content[0].text == words
""",
        "--asyncio-mode=auto",
    ).assert_outcomes(passed=1)


def test_an_example_that_breaks_a_rule_shrinks(suite: Suite) -> None:
    result = suite(
        """
from hypothesis import given, settings, strategies as st

@settings(max_examples=50, database=None, derandomize=True)
@given(st.integers(0, 100))
def test_it(mock_claude_server, number):
    with mock_claude_server.example() as mock:
        ask(messages=PREFILLED if number > 6 else [{"role": "user", "content": "Hi"}])
""",
        "--mock-claude-contract=error",
    )
    result.assert_outcomes(failed=1)
    result.stdout.fnmatch_lines(["*AssertionError: a request breaks assistant-prefill at messages.1:*", "*number=7,*"])


def test_a_state_machine_gets_a_world_for_each_run_of_it(suite: Suite) -> None:
    suite("""
from hypothesis import settings
from hypothesis.stateful import RuleBasedStateMachine, precondition, rule, run_state_machine_as_test

def test_it(mock_claude_server):
    class Chat(RuleBasedStateMachine):
        def __init__(self):
            super().__init__()
            self.example = mock_claude_server.example()
            self.mock = self.example.__enter__()
            self.asked = 0

        @rule()
        def ask(self):
            ask()
            self.asked += 1
            self.mock.assert_called(times=self.asked)

        def teardown(self):
            self.example.__exit__(None, None, None)

    run_state_machine_as_test(
        Chat, settings=settings(max_examples=5, stateful_step_count=5, database=None, derandomize=True)
    )
""").assert_outcomes(passed=1)


def test_examples_in_several_threads_do_not_meet(suite: Suite) -> None:
    suite("""
from concurrent.futures import ThreadPoolExecutor
from threading import Barrier

def test_it(mock_claude_server):
    together = Barrier(4)

    def example(number):
        with mock_claude_server.example() as mock:
            together.wait(timeout=30)
            mock.reply(str(number))
            assert ask(key=mock.api_key) == str(number)
            mock.assert_called(times=1)
            together.wait(timeout=30)

    with ThreadPoolExecutor(4) as pool:
        list(pool.map(example, range(4)))
    assert "ANTHROPIC_API_KEY" not in os.environ
""").assert_outcomes(passed=1)
