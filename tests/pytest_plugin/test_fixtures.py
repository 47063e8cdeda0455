"""A test takes a fixture, and its application, unchanged, talks to a mock of its own."""

import os
import re

import pytest

from mockclaude.environment import ELSEWHERE
from mockclaude.pytest_plugin.hooks import TOO_WIDE

from .conftest import Suite

ONE = """
def test_summary(mock_claude):
    mock_claude.reply("Hello!")
    assert ask("Summarise this.") == "Hello!"
    assert mock_claude.calls.last.text == "Summarise this."
"""


def test_a_test_needs_nothing_but_the_fixture(suite: Suite) -> None:
    suite(ONE).assert_outcomes(passed=1)


def test_every_test_has_a_world_of_its_own(suite: Suite) -> None:
    suite("""
@pytest.mark.parametrize("number", range(3))
def test_alone(mock_claude, number):
    assert not mock_claude.calls
    assert not mock_claude.stubs
    mock_claude.reply(str(number))
    assert ask() == str(number)
""").assert_outcomes(passed=3)


def test_the_key_names_worker_and_test_and_is_the_same_in_every_run(suite: Suite, monkeypatch) -> None:
    printing = "def test_key(mock_claude):\n    print(os.environ['ANTHROPIC_API_KEY'], mock_claude.api_key)"
    first, second = [suite(printing, "-s").stdout.str() for _ in range(2)]
    monkeypatch.setenv("PYTEST_XDIST_WORKER", "gw3")
    third = suite(printing, "-s").stdout.str()
    [(key, own)] = re.findall(r"(sk-ant-\S+) (sk-ant-\S+)", first)
    assert re.fullmatch(r"sk-ant-mock-main_[0-9a-f]{12}", key)
    assert key == own
    assert f"{key} {key}" in second
    assert key.replace("main", "gw3") in third


def test_the_environment_leads_to_the_mock_and_nowhere_else(suite: Suite, monkeypatch) -> None:
    for name in ELSEWHERE:
        monkeypatch.setenv(name, "1")
    monkeypatch.setenv("NO_PROXY", "intranet")
    monkeypatch.setenv("ANTHROPIC_BASE_URL", "https://gateway.example")
    before = own_variables()
    suite(f"""
def test_environment(mock_claude):
    assert os.environ["ANTHROPIC_BASE_URL"] == mock_claude.url
    assert mock_claude.url.startswith("http://127.0.0.1:")
    assert not {{*os.environ}} & {{*{ELSEWHERE!r}}}
    assert os.environ["NO_PROXY"] == os.environ["no_proxy"] == "intranet,127.0.0.1,localhost,::1"
""").assert_outcomes(passed=1)
    assert own_variables() == before


def own_variables() -> dict[str, str]:
    return {name: value for name, value in os.environ.items() if not name.startswith("PYTEST_")}


def test_a_subprocess_of_the_test_asks_the_same_mock(suite: Suite) -> None:
    suite("""
import subprocess, sys

def test_child(mock_claude):
    mock_claude.reply("From the parent.")
    code = "import app; print(app.ask('From the child.'))"
    told = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert told.stdout == "From the parent.\\n"
    assert mock_claude.calls.last.text == "From the child."
""").assert_outcomes(passed=1)


def test_a_reset_forgets_calls_and_keeps_what_the_marker_wants(suite: Suite) -> None:
    suite("""
@pytest.mark.mock_claude(validation="off", scenario="hello")
def test_reset(mock_claude):
    before = mock_claude.settings, [str(stub) for stub in mock_claude.stubs]
    mock_claude.reply("more")
    ask()
    mock_claude.reset()
    assert not mock_claude.calls
    assert (mock_claude.settings, [str(stub) for stub in mock_claude.stubs]) == before
    assert mock_claude.settings.validation == "off"
""").assert_outcomes(passed=1)


def test_the_fixture_works_in_unittest_and_for_whole_classes(suite: Suite) -> None:
    suite("""
import unittest

@pytest.mark.usefixtures("mock_claude")
class TestOld(unittest.TestCase):
    def test_it(self):
        self.assertIsInstance(ask(), str)

@pytest.mark.usefixtures("mock_claude")
class TestNew:
    def test_it(self):
        assert ask()
""").assert_outcomes(passed=2)


def test_another_fixture_can_script_it(suite: Suite) -> None:
    suite("""
@pytest.fixture
def weather(mock_claude):
    mock_claude.when("weather").reply("18 C")
    return mock_claude

def test_it(weather):
    assert ask("How is the weather?") == "18 C"
    weather.assert_called(times=1)
""").assert_outcomes(passed=1)


@pytest.mark.parametrize("name", ["mock_claude", "mock_claude_client"])
def test_a_fixture_that_outlives_its_test_is_told_the_way_out(suite: Suite, name: str) -> None:
    result = suite(f"""
@pytest.fixture(scope="session")
def application({name}): pass
def test_it(application): pass
""")
    result.assert_outcomes(errors=1)
    told = result.stdout.str()
    assert "ScopeMismatch: You tried to access the function scoped fixture mock_claude" in told
    assert TOO_WIDE in told


def test_a_wider_fixture_has_a_world_that_stays_and_a_test_within_it_its_own(suite: Suite) -> None:
    suite("""
@pytest.fixture(scope="session")
def application(mock_claude_server):
    mock = mock_claude_server.workspace("application")
    mock.reply("Wide.")
    with mock.environment():
        yield mock

@pytest.mark.parametrize("count", [1, 2])
def test_wide(application, count):
    assert ask() == "Wide."
    application.assert_called(times=count)

def test_narrow(application, mock_claude):
    mock_claude.reply("Narrow.")
    assert ask() == "Narrow."

def test_wide_again(application):
    assert ask() == "Wide."
""").assert_outcomes(passed=4)


def test_the_server_is_one_for_the_whole_run(suite: Suite) -> None:
    suite("""
URLS = set()

@pytest.mark.parametrize("number", range(3))
def test_url(mock_claude_server, mock_claude, number):
    URLS.add(mock_claude_server.url)
    assert mock_claude.url == mock_claude_server.url
    assert len(URLS) == 1

def test_named(mock_claude_server):
    world = mock_claude_server.workspace("kept")
    world.reply("Named.")
    assert ask(url=mock_claude_server.url, key=world.api_key) == "Named."
    assert repr(mock_claude_server).startswith("<MockServer <MockClaude http://127.0.0.1:")
""").assert_outcomes(passed=4)


def test_ready_clients_speak_to_the_mock_of_their_test(suite: Suite) -> None:
    suite("""
import asyncio

HELLO = {"model": "claude-opus-5", "max_tokens": 100, "messages": [{"role": "user", "content": "Hello"}]}

@pytest.mark.parametrize("number", range(3))
def test_blocking(mock_claude, mock_claude_client, number):
    mock_claude.reply(str(number))
    assert mock_claude_client.messages.create(**HELLO).content[0].text == str(number)

@pytest.mark.parametrize("number", range(3))
def test_asynchronous(mock_claude, mock_claude_async_client, number):
    mock_claude.reply(str(number))

    async def ask_twice():
        return await asyncio.gather(*[mock_claude_async_client.messages.create(**HELLO) for _ in range(2)])

    assert [message.content[0].text for message in asyncio.run(ask_twice())] == [str(number)] * 2
""").assert_outcomes(passed=6)


def test_a_ready_client_says_what_it_needs(suite: Suite) -> None:
    result = suite(
        "def test_it(mock_claude_client): pass",
        conftest="import sys\nsys.modules['anthropic'] = None\nsys.modules.pop('mockclaude.pytest_plugin.clients')\n"
        "import mockclaude.pytest_plugin\ndel mockclaude.pytest_plugin.clients",
    )
    result.assert_outcomes(errors=1)
    result.stdout.fnmatch_lines(["*a client needs the official SDK: `pip install anthropic`*"])


def test_the_plugin_can_be_left_out(suite: Suite) -> None:
    result = suite(ONE, "-p", "no:mockclaude")
    result.assert_outcomes(errors=1)
    result.stdout.fnmatch_lines(["*fixture 'mock_claude' not found"])


def test_every_fixture_says_what_it_is(suite: Suite) -> None:
    listed = suite("", "--fixtures").stdout.str()
    assert re.findall(r"^(mock_claude\w*).*\n    (.+)[.,:;]", listed, re.MULTILINE) == [
        (
            "mock_claude_server",
            "The server of this run; `mock_claude_server.example()` gives each example of a property a world of its own",
        ),
        (
            "mock_claude",
            "A mock of Claude for this test: the environment leads every client to it, and no other test sees its calls",
        ),
        ("mock_claude_client", "A blocking client of the official SDK that speaks to this test's mock, ready at once"),
        (
            "mock_claude_async_client",
            "An asynchronous client of the official SDK that speaks to this test's mock, on any event loop, ready at once",
        ),
    ]
