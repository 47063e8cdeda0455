"""The server that tests share gives each of them a world, and each example of a property one of its own."""

from collections.abc import Iterator
from contextlib import contextmanager

import mockclaude
from mockclaude.handle import MockWorkspace
from mockclaude.mock import MockClaude
from mockclaude.mock_server import MockServer


@contextmanager
def world(mock: MockClaude) -> Iterator[MockWorkspace]:
    mock.workspaces.fresh("example")
    yield mock.workspace("example")


def test_it_is_the_package_s_own_name() -> None:
    assert mockclaude.MockServer is MockServer


def test_an_example_is_what_the_run_makes_of_it() -> None:
    with MockClaude() as mock:
        server = MockServer(mock, example=lambda: world(mock))
        with server.example() as first:
            first.reply("Hi!")
        with server.example() as second:
            assert not second.stubs
        assert first.world is not second.world


def test_it_tells_where_it_is_and_gives_named_worlds() -> None:
    with MockClaude() as mock:
        server = MockServer(mock, example=lambda: world(mock))
        assert server.url == mock.url
        assert server.workspace("named").api_key == "sk-ant-mock-named"
        assert repr(server) == f"<MockServer {mock!r}>"
