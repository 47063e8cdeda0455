"""The variables that lead a client to the mock, and what is left of them afterwards."""

import os
import urllib.request
from typing import Any

import anthropic
import pytest
from hypothesis import given
from hypothesis import strategies as st

from mockclaude.environment import ELSEWHERE, applied, client_environment

URL, KEY = "http://127.0.0.1:4242", "sk-ant-mock-default"

bypassed: Any = vars(urllib.request)["proxy_bypass_environment"]
"""What urllib asks; its stubs do not know it."""

NAMES = st.sampled_from(["MOCKCLAUDE_TEST_A", "MOCKCLAUDE_TEST_B", "MOCKCLAUDE_TEST_C"])
VARIABLES = st.dictionaries(
    NAMES, st.none() | st.text(st.characters(codec="ascii", exclude_characters="\0"), max_size=5)
)


@given(before=VARIABLES, applying=VARIABLES)
def test_variables_hold_inside_the_block_and_are_put_back_after_it(before, applying) -> None:
    with applied(before):
        there_was = dict(os.environ)
        with applied(applying):
            assert {name: os.environ.get(name) for name in applying} == applying
        assert dict(os.environ) == there_was


@pytest.mark.parametrize("kind", [type(os.environ), dict])
def test_it_does_not_matter_how_the_variables_are_kept(monkeypatch, kind) -> None:
    if kind is dict:
        monkeypatch.setattr(os, "environ", dict(os.environ))
    monkeypatch.setitem(os.environ, "ANTHROPIC_PROFILE", "before")
    monkeypatch.delitem(os.environ, "ANTHROPIC_AUTH_TOKEN", raising=False)
    with applied({"ANTHROPIC_PROFILE": None, "ANTHROPIC_AUTH_TOKEN": "inside"}):
        assert "ANTHROPIC_PROFILE" not in os.environ
        assert os.environ["ANTHROPIC_AUTH_TOKEN"] == "inside"
    assert os.environ["ANTHROPIC_PROFILE"] == "before"
    assert "ANTHROPIC_AUTH_TOKEN" not in os.environ


def test_variables_are_put_back_when_the_block_fails(monkeypatch) -> None:
    monkeypatch.setenv("ANTHROPIC_API_KEY", "before")
    with pytest.raises(KeyError), applied(client_environment(URL, KEY)):
        raise KeyError
    assert os.environ["ANTHROPIC_API_KEY"] == "before"


def test_a_client_without_arguments_goes_to_the_mock(monkeypatch) -> None:
    for name in ELSEWHERE:
        monkeypatch.setenv(name, "https://elsewhere.example")
    with applied(client_environment(URL, KEY)):
        client = anthropic.Anthropic()
        assert (str(client.base_url).rstrip("/"), client.api_key, client.auth_token) == (URL, KEY, None)
        assert not set(ELSEWHERE) & set(os.environ)


@pytest.mark.parametrize("there_is", [{}, {"NO_PROXY": "corp.example"}, {"no_proxy": "corp.example, 127.0.0.1"}])
def test_no_proxy_is_asked_for_this_machine_and_what_went_direct_still_does(monkeypatch, there_is) -> None:
    for name in ("NO_PROXY", "no_proxy"):
        monkeypatch.delenv(name, raising=False)
    for name, value in there_is.items():
        monkeypatch.setenv(name, value)
    direct = [*(["corp.example"] if there_is else []), "127.0.0.1", "localhost", "::1"]
    expected = ",".join(direct)
    variables = client_environment(URL, KEY)
    assert (variables["NO_PROXY"], variables["no_proxy"]) == (expected, expected)
    with applied(variables):
        assert all(bypassed(host) for host in direct)


def test_a_server_on_another_host_is_reached_without_a_proxy_too() -> None:
    no_proxy = client_environment("http://mockclaude:4242", KEY)["NO_PROXY"]
    assert no_proxy is not None
    assert "mockclaude" in no_proxy.split(",")
