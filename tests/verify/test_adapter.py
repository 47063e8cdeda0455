"""What an adapter offers is known before anything is asked of it."""

import asyncio

import pytest

from mockclaude.verify import Endpoint, agent_adapter, chat_adapter
from mockclaude.verify.adapter import client_of, methods_of
from mockclaude.verify.asked import question
from mockclaude.verify.function import FunctionAdapter
from mockclaude.verify.outcome import AdapterError
from mockclaude.verify.property import client_shown
from mockclaude.verify.task import agent_tools

from .planted import Agent, Sound

SERVER = Endpoint("http://127.0.0.1:1", "sk-ant-mock-secret")


class Blocking:
    client = "mine"
    version = "2"

    def stream(self, server: Endpoint, request: object) -> str:
        return f"{server.url} {request}"

    def cancel(self, _server: Endpoint, _request: object) -> None:
        """Leaves."""


def test_its_methods_are_what_it_offers() -> None:
    assert methods_of(Blocking()) == {"stream", "cancel"}
    assert methods_of(Agent()) == {"agent"}, "it says itself which of its methods are meant"
    assert client_of(Blocking()) == ("mine", "2")
    assert client_of(object()) == ("", "")


def test_an_asynchronous_stream_can_be_cancelled_without_a_method_for_it() -> None:
    assert client_shown(Sound()).methods == {"send", "stream", "cancel"}
    assert client_shown(chat_adapter(lambda _server, _prompt: "")).methods == {"stream"}


@pytest.mark.parametrize(
    ("adapter", "told"),
    [
        (Blocking, "Blocking is a class; expected an adapter, as in Blocking()"),
        (
            agent_tools,
            "agent_tools is a function; expected an adapter, as in chat_adapter(agent_tools) for one of (server, ",
        ),
        (object(), "has none of the methods send, stream and agent; expected at least one"),
        (type("Typo", (), {"streams": print})(), "expected at least one; did you mean 'stream'?"),
        (type("Leaves", (), {"cancel": print})(), "has none of the methods send, stream and agent"),
    ],
)
def test_what_is_no_adapter_is_refused_at_once(adapter: object, told: str) -> None:
    with pytest.raises(AdapterError) as refused:
        methods_of(adapter)
    assert told in str(refused.value)


def test_an_endpoint_shows_no_key_and_notes_waits() -> None:
    assert repr(SERVER) == "Endpoint(url='http://127.0.0.1:1')"
    SERVER.sleep(1.5)
    asyncio.run(SERVER.asleep(2))
    assert SERVER.waits == [1.5, 2]


def test_a_chat_function_is_asked_the_question_of_the_request() -> None:
    adapter = chat_adapter(lambda server, prompt: f"{server.url} {prompt}", skips_waits=True)
    assert adapter.stream(SERVER, question("Why?")) == "http://127.0.0.1:1 Why?"
    shown = client_shown(adapter)
    assert (shown.only_prompts, shown.skips_waits, shown.form) == (True, True, "stream")


def test_an_agent_function_gets_the_tools() -> None:
    adapter = agent_adapter(lambda _server, task, tools: f"{task} {' '.join(tools)}")
    assert adapter.agent(SERVER, "Look.", agent_tools()) == "Look. get_weather get_time do_nothing"
    assert methods_of(adapter) == {"agent"}
    assert repr(adapter) == "<FunctionAdapter agent>"


def test_a_function_adapter_of_nothing_is_refused() -> None:
    with pytest.raises(AdapterError, match="neither chat nor agent is given"):
        FunctionAdapter()


def test_the_tools_of_the_kit_work_fail_and_say_nothing() -> None:
    tools = agent_tools()
    assert (tools["get_weather"](city="Paris"), tools["do_nothing"]()) == ("18 °C", "")
    with pytest.raises(RuntimeError, match="the tool failed"):
        tools["get_time"]()
    assert [tool.name for tool in tools.values()] == list(tools)
