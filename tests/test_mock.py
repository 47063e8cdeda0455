"""A test holds a server in its hand, starts it, asks it, and leaves nothing behind."""

import asyncio
import gc
import os
import threading
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor

import pytest
from aiohttp import ClientSession

import mockclaude
from mockclaude.clock import FixedClock
from mockclaude.errors import ServerError, SettingsError
from mockclaude.mock import MockClaude
from mockclaude.settings import Settings

from .server.line import Line, request


@pytest.fixture(autouse=True)
def _no_thread_stays() -> Iterator[None]:
    before = set(threading.enumerate())
    yield
    assert {thread for thread in threading.enumerate() if thread.name.startswith("mockclaude")} <= before


def ask(mock: MockClaude) -> int:
    with Line(mock.url) as line:
        return line.ask(request(headers={"x-api-key": mock.api_key})).status


def test_it_is_the_package_s_own_name() -> None:
    assert mockclaude.MockClaude is MockClaude


def test_it_answers_between_with_and_its_end() -> None:
    with MockClaude() as mock:
        assert ask(mock) == 200
        url = mock.url
    with pytest.raises(ConnectionRefusedError):
        Line(url)


async def test_async_with_does_the_same() -> None:
    async with MockClaude() as mock:
        assert await asyncio.to_thread(ask, mock) == 200
        assert ask(mock) == 200, "a client that blocks the loop is answered, too"


def test_calls_are_what_was_asked_of_its_workspace() -> None:
    with MockClaude(workspace="mine") as mock:
        assert not mock.calls
        ask(mock)
        with Line(mock.url) as line:
            line.ask(request())
        assert [call.text for call in mock.calls] == ["hello"]
        assert mock.calls[0].response is not None
        assert mock.calls[0].response.status == 200
    assert len(mock.calls) == 1, "they can still be read after the end"


def test_a_call_is_remembered_before_its_client_knows_the_answer() -> None:
    with MockClaude() as mock:
        for count in range(1, 51):
            ask(mock)
            assert len(mock.calls) == count


def test_it_can_be_closed_twice_and_started_again() -> None:
    mock = MockClaude()
    mock.close()
    mock.start()
    assert ask(mock) == 200
    mock.close()
    mock.close()
    with mock:
        assert ask(mock) == 200
    assert len(mock.calls) == 2


def test_what_is_not_running_has_no_url() -> None:
    with pytest.raises(ServerError, match="is not running; use `with MockClaude"):
        _ = MockClaude().url


def test_it_cannot_be_started_twice() -> None:
    with MockClaude() as mock, pytest.raises(ServerError, match="is already running on http://127"):
        mock.start()


def test_a_busy_port_is_said_at_the_start() -> None:
    with MockClaude() as mock:
        port = int(mock.url.rpartition(":")[2])
        with pytest.raises(ServerError, match=f"port {port} on 127.0.0.1 is in use"):
            MockClaude(port=port).start()


def test_a_bad_setting_is_said_where_it_is_made() -> None:
    with pytest.raises(SettingsError, match="validation is 'strikt'"):
        MockClaude(validation="strikt")  # type: ignore[arg-type]
    with pytest.raises(SettingsError, match="cannot name a workspace"):
        MockClaude(workspace="a b")
    with pytest.raises(SettingsError, match=r"<lambda> at .* is no Settings; write @MockClaude\(\), with parentheses"):
        MockClaude(lambda mock: mock)  # type: ignore[arg-type]
    with pytest.raises(SettingsError, match=r"'live' is no Settings; name what is set, as in MockClaude.validation="):
        MockClaude("live")  # type: ignore[arg-type]
    with pytest.raises(ServerError, match="the port is 99999; expected 1 to 65535, or 0 for a free one"):
        MockClaude(port=99999).start()


def test_single_settings_win_over_the_whole() -> None:
    mock = MockClaude(Settings(seed=1, validation="live"), seed=2, validation="off")
    assert (mock.world.settings.seed, mock.world.settings.validation) == (2, "off")


def test_a_clock_can_be_moved_by_the_test() -> None:
    clock = FixedClock()
    with MockClaude(clock=clock) as mock:
        ask(mock)
        clock.advance(3600)
        ask(mock)
        first, second = mock.journal
    assert (second.began - first.began).total_seconds() == 3600


def test_its_repr_tells_where_it_is_and_what_it_saw() -> None:
    mock = MockClaude()
    assert repr(mock) == "<MockClaude not running workspace='default' calls=0>"
    with mock:
        ask(mock)
        assert repr(mock) == f"<MockClaude {mock.url} workspace='default' calls=1>"


def test_many_run_at_once() -> None:
    with ThreadPoolExecutor(8) as pool:
        mocks = list(pool.map(lambda _: MockClaude().start(), range(16)))
        assert len({mock.url for mock in mocks}) == 16
        assert set(pool.map(ask, mocks)) == {200}
        list(pool.map(MockClaude.close, mocks))
    assert [len(mock.calls) for mock in mocks] == [1] * 16


def test_nothing_stays_open() -> None:
    with MockClaude() as mock:
        ask(mock)
    del mock
    gc.collect()  # an unclosed socket would warn, and warnings are errors


def test_clients_that_stay_connected_do_not_hold_it_up() -> None:
    with MockClaude() as mock:
        line = Line(mock.url)
        assert line.ask(request()).status == 200
    assert line.rest() == b""
    line.close()


@pytest.mark.skipif(not hasattr(os, "fork"), reason="this platform cannot fork")
def test_a_forked_child_leaves_its_parent_s_server_alone() -> None:
    with MockClaude() as mock:
        child = fork_and_close(mock)
        assert os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]) == 0
        assert ask(mock) == 200


def fork_and_close(mock: MockClaude) -> int:
    child = os.fork()
    if child == 0:
        mock.close()
        os._exit(1 if mock.is_running else 0)
    return child


async def test_the_server_runs_on_the_callers_loop_where_that_is_asked_for() -> None:
    mock = MockClaude(seed=1)
    threads = threading.active_count()
    async with mock.on_this_loop() as running, ClientSession(running.url) as session:
        assert running is mock
        assert threading.active_count() == threads
        mock.reply("Hello!")
        body = {"model": "claude-opus-5", "max_tokens": 9, "messages": [{"role": "user", "content": "hi"}]}
        headers = {"x-api-key": mock.api_key, "anthropic-version": "2023-06-01"}
        async with session.post("/v1/messages", json=body, headers=headers) as response:
            assert (await response.json())["content"] == [{"type": "text", "text": "Hello!"}]
        mock.assert_called(times=1)
        with pytest.raises(ServerError, match="already running"):
            mock.start()
        with pytest.raises(ServerError, match="already running"):
            async with mock.on_this_loop():
                pass
        mock.close()
        assert mock.is_running, "only the block ends it"
    assert not mock.is_running
    async with mock.on_this_loop():
        assert mock.is_running
    with mock:
        assert mock.is_running


async def test_the_server_is_an_application_for_fixtures_of_aiohttp(aiohttp_client) -> None:
    mock = MockClaude()
    mock.reply("Hello!")
    client = await aiohttp_client(mock.app())
    body = {"model": "claude-opus-5", "max_tokens": 9, "messages": [{"role": "user", "content": "hi"}]}
    headers = {"x-api-key": mock.api_key, "anthropic-version": "2023-06-01", "x-long": "x" * 9000}
    response = await client.post("/v1/messages", json=body, headers=headers)
    assert (await response.json())["content"] == [{"type": "text", "text": "Hello!"}]
    mock.assert_called(times=1)
