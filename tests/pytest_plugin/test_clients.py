"""Ready clients cost next to nothing, and leave nothing behind."""

import asyncio
import time
from collections.abc import Callable

import anthropic
import pytest

from mockclaude.mock import MockClaude
from mockclaude.pytest_plugin import clients

GATE = 0.1
"""In the processor time of a client that is built as usual; measured 2026-11: 0.005."""


def cost(build: Callable[[], object]) -> float:
    began = time.process_time()
    build()
    return time.process_time() - began


@pytest.mark.parametrize("build", [clients.client, clients.async_client])
def test_a_ready_client_costs_a_fraction_of_one_that_is_built(build: Callable[[MockClaude], object]) -> None:
    with MockClaude() as mock:
        build(mock)
        ready = min(cost(lambda: build(mock)) for _ in range(5))
        usual = min(cost(lambda: anthropic.Anthropic(base_url=mock.url, api_key=mock.api_key)) for _ in range(5))
        clients.close()
    assert ready <= GATE * usual


def test_blocking_clients_share_their_connections_until_they_are_closed() -> None:
    with MockClaude() as mock, MockClaude() as other:
        shared = clients.connections()
        for world in (mock, other):
            clients.client(world).models.list()
        assert clients.connections() is shared
        clients.close()
        assert shared.is_closed
        assert clients.connections() is not shared
        clients.close()
        clients.close()


def test_no_connection_of_an_asynchronous_client_outlives_its_loop() -> None:
    with MockClaude() as mock:
        client = clients.async_client(mock)

        async def ask() -> int:
            return len((await client.models.list()).data)

        assert asyncio.run(ask()) == asyncio.run(ask()) > 0
