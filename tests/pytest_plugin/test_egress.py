"""A test never reaches the paid API unless it may, and hears who wanted to."""

import asyncio
import socket
import ssl
from pathlib import Path

import aiohttp
import anthropic
import pytest
from hypothesis import given
from hypothesis import strategies as st

from mockclaude.pytest_plugin.egress import Attempt, EgressError, Guard, check, release, told

from .conftest import Suite

HERE = Path(__file__).parent
NAME = Path(__file__).name

PAID = [
    "api.anthropic.com",
    "API.Anthropic.com.",
    "eu.api.anthropic.com",
    "bedrock-runtime.us-east-1.amazonaws.com",
    "bedrock-runtime-fips.us-gov-west-1.amazonaws.com",
    "bedrock-mantle.eu-central-1.api.aws",
    "aws-external-anthropic.us-east-1.api.aws",
    "aiplatform.googleapis.com",
    "us-east5-aiplatform.googleapis.com",
    "aiplatform.eu.rep.googleapis.com",
    "claude.googleapis.com",
    "my-resource.services.ai.azure.com",
]
FREE = [
    "localhost", "127.0.0.1", "::1", "", "example.com", "anthropic.com.example", "notanthropic.com",
    "s3.us-east-1.amazonaws.com", "storage.googleapis.com", "login.microsoftonline.com", "bedrock-runtime.amazonaws.com",
]  # fmt: skip


@pytest.fixture
def guard() -> Guard:
    return Guard(HERE)


@pytest.mark.parametrize("host", PAID)
def test_no_name_of_the_paid_api_is_ever_asked_for(guard: Guard, host: str) -> None:
    with guard, pytest.raises(EgressError, match="mockclaude blocked a connection to"):
        socket.getaddrinfo(host, 443)
    assert [attempt.host for attempt in guard.attempts] == [host.rstrip(".").lower()]


@pytest.mark.parametrize("host", FREE)
def test_other_hosts_pass(guard: Guard, host: str) -> None:
    with guard:
        check(host)
    assert not guard.attempts


@given(st.text() | st.binary())
def test_whatever_a_host_is_called_it_is_judged_without_a_fault(host: str | bytes) -> None:
    with Guard(HERE):
        check(host)


def test_a_socket_that_connects_is_looked_at_in_whichever_form_its_address_is(guard: Guard) -> None:
    with guard, socket.socket() as line:
        for address in (("api.anthropic.com", 443), (b"api.anthropic.com", 443)):
            with pytest.raises(EgressError):
                line.connect(address)
            with pytest.raises(EgressError):
                line.connect_ex(address)
    assert guard.attempts.total() == 4


def test_a_session_that_names_the_api_is_refused_though_its_address_was_known(guard: Guard) -> None:
    context = ssl.create_default_context()
    one, other = socket.socketpair()
    with one, other, guard:
        with pytest.raises(EgressError):
            context.wrap_bio(ssl.MemoryBIO(), ssl.MemoryBIO(), server_hostname="api.anthropic.com")
        with pytest.raises(EgressError):
            context.wrap_socket(one, server_hostname="api.anthropic.com", do_handshake_on_connect=False)
        assert context.wrap_bio(ssl.MemoryBIO(), ssl.MemoryBIO(), server_hostname="example.com") is not None
    assert context.wrap_bio(ssl.MemoryBIO(), ssl.MemoryBIO(), server_hostname="api.anthropic.com") is not None


def test_what_was_changed_in_the_standard_library_is_put_back() -> None:
    release()
    before = [ssl.SSLContext.wrap_bio, ssl.SSLContext.wrap_socket, asyncio.BaseEventLoop.getaddrinfo]
    with Guard(HERE), Guard(HERE):
        release()
        assert ssl.SSLContext.wrap_bio is not before[0], "a guard stands"
    release()
    assert [ssl.SSLContext.wrap_bio, ssl.SSLContext.wrap_socket, asyncio.BaseEventLoop.getaddrinfo] == before


def test_the_innermost_guard_counts(guard: Guard) -> None:
    with Guard(HERE) as outer:
        with guard, pytest.raises(EgressError):
            check("api.anthropic.com")
        assert (outer.attempts.total(), guard.attempts.total()) == (0, 1)


def callers(guard: Guard) -> set[str]:
    return {
        attempt.caller.partition(":")[0] + " in " + attempt.caller.rpartition(" in ")[2] for attempt in guard.attempts
    }


def ask(client: anthropic.Anthropic) -> None:
    client.messages.create(model="claude-opus-5", max_tokens=10, messages=[{"role": "user", "content": "Hello"}])


async def ask_async(client: anthropic.AsyncAnthropic) -> None:
    await client.messages.create(model="claude-opus-5", max_tokens=10, messages=[{"role": "user", "content": "Hello"}])


async def ask_by_aiohttp() -> None:
    async with aiohttp.ClientSession() as session, session.post("https://api.anthropic.com/v1/messages"):
        pass


def test_a_blocking_client_is_named_by_the_line_that_used_it(guard: Guard) -> None:
    client = anthropic.Anthropic(api_key="sk-ant-mock-x", base_url="https://api.anthropic.com", max_retries=0)
    with guard, pytest.raises(anthropic.APIConnectionError), client:
        ask(client)
    assert callers(guard) == {f"{NAME} in ask"}


async def test_an_asynchronous_client_is_named_by_the_line_that_used_it(guard: Guard) -> None:
    client = anthropic.AsyncAnthropic(api_key="sk-ant-mock-x", base_url="https://api.anthropic.com", max_retries=0)
    with guard, pytest.raises(anthropic.APIConnectionError):
        async with client:
            await ask_async(client)
    assert callers(guard) == {f"{NAME} in ask_async"}


async def test_a_library_that_resolves_in_a_task_of_its_own_hides_nobody(guard: Guard) -> None:
    with guard, pytest.raises((aiohttp.ClientError, EgressError)):
        await ask_by_aiohttp()
    assert callers(guard) == {f"{NAME} in ask_by_aiohttp"}


async def test_threads_and_executors_are_guarded(guard: Guard) -> None:
    def connect() -> None:
        socket.create_connection(("api.anthropic.com", 443))

    with guard, pytest.raises(EgressError):
        await asyncio.to_thread(connect)
    assert callers(guard) == {f"{NAME} in connect"}


async def test_who_cannot_be_named_is_said_to_be_unknown(guard: Guard) -> None:
    with guard, pytest.raises(EgressError, match=r"opened by no line of your own \(thread 'asyncio_\d+'\)"):
        await asyncio.get_running_loop().run_in_executor(None, socket.getaddrinfo, "api.anthropic.com", 443)


def test_uvloop_resolves_no_name_of_the_api_either(guard: Guard) -> None:
    uvloop = pytest.importorskip("uvloop", reason="uvloop is not installed")

    async def connect() -> None:
        await asyncio.open_connection("api.anthropic.com", 443)

    async def resolve() -> None:
        await asyncio.get_running_loop().getaddrinfo("api.anthropic.com", 443)

    with guard, asyncio.Runner(loop_factory=uvloop.new_event_loop) as runner:
        for attempt in (connect, resolve):
            with pytest.raises(EgressError):
                runner.run(attempt())
    assert callers(guard) == {f"{NAME} in connect", f"{NAME} in resolve"}
    release()
    assert "getaddrinfo" not in vars(uvloop.Loop)


def test_the_words_name_everybody_and_the_way_out() -> None:
    guard = Guard(HERE)
    guard.attempts[Attempt("api.anthropic.com", "app/chat.py:12 in ask")] = 3
    guard.attempts[Attempt("claude.googleapis.com", "app/other.py:7 in <module>")] = 1
    assert told(guard.attempts) == (
        "this test tried to reach the paid API, and was kept from it:\n"
        "  api.anthropic.com, 3 times, by app/chat.py:12 in ask\n"
        "  claude.googleapis.com, once, by app/other.py:7 in <module>\n"
        "  Let the client take its base URL from ANTHROPIC_BASE_URL, which leads to the mock;\n"
        "  for one that is built before its test, set mock_claude_session_env = true in the ini file;\n"
        '  or let this test through with @pytest.mark.mock_claude(egress="allow").'
    )


SWALLOWING = """
def reach():
    try:
        ask(url="https://api.anthropic.com")
    except OSError:
        return "offline"

def test_it(mock_claude):
    assert reach() == "offline"
"""


def test_a_test_fails_though_its_application_swallowed_the_fault(suite: Suite) -> None:
    result = suite(SWALLOWING)
    result.assert_outcomes(failed=1)
    result.stdout.fnmatch_lines(
        [
            "this test tried to reach the paid API, and was kept from it:",
            "  api.anthropic.com, once, by app.py:* in ask",
            "kept from the paid API: test_it.py::test_it",
        ]
    )


def test_a_test_that_fails_by_it_is_told_as_well(suite: Suite) -> None:
    result = suite('def test_it(mock_claude): ask(url="https://api.anthropic.com")')
    result.assert_outcomes(failed=1)
    result.stdout.fnmatch_lines(
        ["*Captured mockclaude call*", "*tried to reach the paid API*", "  api.anthropic.com, *"]
    )


def test_an_attempt_while_the_test_is_torn_down_fails_it(suite: Suite) -> None:
    result = suite(
        SWALLOWING.replace("def test_it(mock_claude):", "@pytest.fixture\ndef late(mock_claude):\n    yield")
        + """
def test_it(late): pass
"""
    )
    result.assert_outcomes(passed=1, errors=1)
    result.stdout.fnmatch_lines(["  api.anthropic.com, once, by app.py:* in ask"])


def test_an_example_is_guarded_and_fails_itself(suite: Suite) -> None:
    result = suite(
        SWALLOWING.replace("(mock_claude)", "(mock_claude_server)").replace(
            "assert reach()", "with mock_claude_server.example(): assert reach()"
        )
    )
    result.assert_outcomes(failed=1)
    result.stdout.fnmatch_lines(["E  *AssertionError: this test tried to reach the paid API, and was kept from it:"])


def test_a_test_may_be_let_through(suite: Suite) -> None:
    suite("""
import socket
from urllib.parse import urlsplit

@pytest.mark.mock_claude(egress="allow")
def test_it(mock_claude, monkeypatch):
    port = urlsplit(mock_claude.url).port
    here = [(socket.AF_INET, socket.SOCK_STREAM, 6, "", ("127.0.0.1", port))]
    monkeypatch.setattr(socket, "getaddrinfo", lambda *place, **more: here)
    mock_claude.reply("Reached.")
    assert ask(url="http://api.anthropic.com") == "Reached."
""").assert_outcomes(passed=1)


def test_tests_without_a_fixture_are_left_alone(suite: Suite) -> None:
    suite("""
import ssl

def test_before(mock_claude): ask()

def test_free():
    context = ssl.create_default_context()
    assert context.wrap_bio(ssl.MemoryBIO(), ssl.MemoryBIO(), server_hostname="api.anthropic.com") is not None
""").assert_outcomes(passed=2)
