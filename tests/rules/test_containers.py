"""Containers are of use only where something runs code."""

from typing import Any

import pytest

from mockclaude.rules.containers import CONTAINER
from mockclaude.wire.body import Json, JsonObject
from tests.rules.drafts import assistant, call_of, draft_of, judged_by, user

WEATHER: JsonObject = {"name": "get_weather", "input_schema": {"type": "object"}}
USE: JsonObject = {"type": "tool_use", "id": "toolu_1", "name": "get_weather", "input": {}}
CODE: JsonObject = {"type": "code_execution_20250825", "name": "code_execution"}
RAN: JsonObject = {"type": "server_tool_use", "id": "srvtoolu_1", "name": "code_execution", "input": {"code": "1"}}
SKILL: JsonObject = {"type": "anthropic", "skill_id": "pptx", "version": "latest"}

UNUSED = "container: Container identifier can only be provided when using the code execution tool"
UNABLE = "container: skills can only be used when a code execution tool is enabled"


def refusals(*turns: JsonObject, **fields: Any) -> list[str]:
    return [error.message for error in judged_by(CONTAINER, call_of(draft_of(*turns, **fields)))]


@pytest.mark.parametrize(
    ("container", "messages"),
    [
        ("container_1", [UNUSED]),
        ({"id": "container_1"}, [UNUSED]),
        ({"skills": [SKILL]}, [UNABLE]),
        ({"id": None, "skills": [SKILL]}, [UNABLE]),
        ({"id": "container_1", "skills": [SKILL]}, [UNUSED, UNABLE]),
    ],
)
def test_a_container_needs_something_that_runs_code(container: Json, messages: list[str]) -> None:
    assert refusals(container=container) == messages
    assert refusals(container=container, tools=[WEATHER]) == messages
    assert refusals(container=container, tools=[{"type": "web_search_20250305", "name": "web_search"}]) == messages
    assert refusals(container=container, tools=[CODE]) == []
    assert refusals(container=container, tools=[{"type": "web_search_20260209", "name": "web_search"}]) == []
    assert refusals(container=container, tools=[{**WEATHER, "allowed_callers": ["code_execution_20260120"]}]) == []
    assert refusals(user("Hi"), assistant([RAN, USE]), container=container, tools=[WEATHER]) == []


@pytest.mark.parametrize("container", [None, {}, {"id": None}, {"skills": []}, {"skills": None}])
def test_a_container_that_asks_for_nothing_is_accepted(container: Json) -> None:
    assert refusals(container=container) == []
