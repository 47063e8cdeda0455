"""A running server for every test, and lines to it."""

from collections.abc import Callable, Iterator

import pytest

from mockclaude.mock import MockClaude
from mockclaude.wire.interaction import RawResponse

from .control_client import ControlClient
from .line import Line


@pytest.fixture
def mock() -> Iterator[MockClaude]:
    with MockClaude(seed=1) as running:
        yield running


@pytest.fixture
def line(mock: MockClaude) -> Iterator[Line]:
    with Line(mock.url) as connected:
        yield connected


@pytest.fixture
def control(mock: MockClaude) -> ControlClient:
    return ControlClient(mock.url)


@pytest.fixture
def answer_with(mock: MockClaude) -> Callable[[RawResponse], None]:
    """Lets the server answer every call with these bytes."""

    def script(response: RawResponse) -> None:
        mock.world.engine.responders[:] = [lambda _call: response]

    return script
