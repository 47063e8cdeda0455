"""The types of the client kit; mypy proves what the test only runs."""

from typing import assert_type

import pytest

from mockclaude.verify import (
    AgentTool,
    ClientAdapter,
    ClientContract,
    ContractFailure,
    Endpoint,
    Outcome,
    Report,
    Tools,
    agent_tools,
    chat_adapter,
    check_client,
    gateway_adapter,
    playing,
)
from mockclaude.verify.adapters.gateway import GatewayClient
from mockclaude.verify.adapters.plain import PlainClient
from mockclaude.verify.function import FunctionAdapter
from mockclaude.wire.body import JsonObject


def chat(server: Endpoint, prompt: str) -> str:
    return f"{server.url} {prompt}"


class Whole:
    def send(self, server: Endpoint, request: JsonObject) -> Outcome:
        return Outcome(text=f"{server.url} {request}")

    async def stream(self, server: Endpoint, request: JsonObject) -> str:
        return f"{server.url} {request}"


class TestNothing(ClientContract):
    __test__ = False
    adapter = Whole()
    known_failures = {"P6": "it is one"}  # noqa: RUF012 - as its users write it


def test_adapters_are_of_their_protocol() -> None:
    adapters: list[ClientAdapter] = [Whole(), PlainClient()]
    assert len(adapters) == 2
    assert_type(chat_adapter(chat), FunctionAdapter)
    assert_type(gateway_adapter(str.upper), GatewayClient)
    with pytest.raises(TypeError):
        chat_adapter(chat, True)  # type: ignore[call-arg, arg-type]  # a flag is named


def test_a_check_gives_a_report_or_raises_one() -> None:
    assert_type(check_client(Whole(), properties=[], failures=None), Report)
    assert_type(ContractFailure(Report(())).report, Report)


def test_tools_and_servers_are_what_a_script_gets() -> None:
    tools = agent_tools()
    assert_type(tools, Tools)
    assert_type(tools["get_weather"], AgentTool)
    with playing([{"text": "Hi"}]) as server:
        assert_type(server, Endpoint)
        assert_type(server.url, str)
