"""The official Python SDK goes through the kit, and fails exactly where it is known to."""

import gc
import warnings
from collections.abc import Iterator

import anthropic
import pytest

from mockclaude.verify import check_client
from mockclaude.verify.adapters.official import AnthropicClient, AsyncAnthropicClient
from mockclaude.verify.known import known_of
from mockclaude.verify.properties import PROPERTIES

pytestmark = [
    pytest.mark.filterwarnings("ignore:Tool 'no_such_tool' not found:UserWarning"),
    pytest.mark.filterwarnings("ignore:unclosed <socket:ResourceWarning"),
]
"""The runner of tools tells its user as well as the model; a stream that breaks off leaves its socket to the collector."""


@pytest.fixture(autouse=True)
def _collected() -> Iterator[None]:
    """What the SDK leaves behind is collected here, and not while another test runs."""
    yield
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", ResourceWarning)
        gc.collect()


CLIENTS = [AnthropicClient, AsyncAnthropicClient]


def examined(adapter: object, examples: int) -> dict[str, str]:
    report = check_client(adapter, max_examples=examples, derandomize=True, failures=None)
    assert (report.client, report.version) == ("anthropic", anthropic.__version__)
    return {result.about.id: result.status for result in report.results}


def expected() -> dict[str, str]:
    """All hold but the known ones."""
    known = known_of("anthropic", anthropic.__version__)
    return {one.id: "known failure" if one.id in known else "held" for one in PROPERTIES}


@pytest.mark.parametrize("adapter", CLIENTS)
def test_the_sdk_fails_exactly_where_it_is_known_to(adapter: type) -> None:
    assert examined(adapter(), 4) == expected()


@pytest.mark.slow
@pytest.mark.parametrize("adapter", CLIENTS)
def test_the_sdk_fails_nowhere_else_in_many_examples(adapter: type) -> None:
    assert examined(adapter(), 200) == expected()


@pytest.mark.parametrize("version", ["2.12.0", "2.14.0"])
def test_the_sdk_is_known_to_accept_streams_that_break_off(version: str) -> None:
    assert list(known_of("anthropic", version)) == ["P6"]


def test_other_clients_are_not_excused() -> None:
    assert known_of("anthropic", "1.17.0") == {}
    assert known_of("", "") == {}
