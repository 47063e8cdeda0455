"""What of a request is passed on, and with which key."""

import errno

import pytest
from aiohttp import ServerDisconnectedError
from yarl import URL

from mockclaude.errors import UpstreamError
from mockclaude.server.upstream import is_broken_off, own_key, passed_on, readable

PLACE = URL("https://api.anthropic.com/v1/messages")
API = "https://api.anthropic.com"


@pytest.mark.parametrize(
    ("accepted", "offered"),
    [
        ("gzip, deflate, br, zstd", "gzip, deflate"),
        ("zstd;q=1.0, gzip;q=0.5", "gzip;q=0.5"),
        ("br", "identity"),
        ("identity", "identity"),
        ("", "identity"),
    ],
)
def test_only_codings_that_a_record_can_look_into_are_offered(accepted: str, offered: str) -> None:
    assert readable(accepted) == offered


def test_headers_of_the_connection_and_our_own_stay_here() -> None:
    fields = [("Host", "x"), ("Connection", "close"), ("X-Mockclaude-Fault", "reset"), ("X-Api-Key", "a"), ("Via", "b")]
    assert passed_on(fields, API, PLACE, None) == [("X-Api-Key", "a"), ("Via", "b")]


@pytest.mark.parametrize("name", ["x-api-key", "authorization", "x-forwarded-key"])
def test_a_mock_key_is_replaced_or_refused_wherever_it_stands(name: str) -> None:
    fields = [(name, "Bearer sk-ant-mock-default"), ("accept", "*/*")]
    assert passed_on(fields, API, PLACE, "sk-ant-api03-real") == [("accept", "*/*"), ("x-api-key", "sk-ant-api03-real")]
    with pytest.raises(UpstreamError, match="is not asked with a mock key"):
        passed_on(fields, API, PLACE, None)


def test_a_mock_key_in_the_url_is_refused_whatever_key_there_is() -> None:
    with pytest.raises(UpstreamError, match="a mock key stands in the URL"):
        passed_on([], API, PLACE.with_query(key="sk-ant-mock-default"), "sk-ant-api03-real")


@pytest.mark.parametrize(
    ("variables", "key"),
    [
        ({}, None),
        ({"ANTHROPIC_API_KEY": ""}, None),
        ({"ANTHROPIC_API_KEY": "sk-ant-mock-default"}, None),
        ({"ANTHROPIC_API_KEY": "sk-ant-api03-a"}, "sk-ant-api03-a"),
        ({"ANTHROPIC_API_KEY": "sk-ant-api03-a", "MOCKCLAUDE_UPSTREAM_KEY": "sk-ant-api03-b"}, "sk-ant-api03-b"),
        ({"ANTHROPIC_API_KEY": "sk-ant-api03-a", "MOCKCLAUDE_UPSTREAM_KEY": "sk-ant-mock-b"}, "sk-ant-api03-a"),
    ],
)
def test_the_key_comes_from_the_environment_and_is_never_a_mock_key(variables: dict[str, str], key: str | None) -> None:
    assert own_key(variables) == key


@pytest.mark.parametrize(
    ("fault", "broken"),
    [
        (ServerDisconnectedError(), True),
        (ConnectionResetError(errno.ECONNRESET, "reset"), True),
        (OSError(errno.ENETUNREACH, "no network"), False),
        (TimeoutError(), False),
    ],
)
def test_an_upstream_that_broke_off_is_no_upstream_that_is_not_there(fault: Exception, broken: bool) -> None:
    assert is_broken_off(fault) is broken
