"""Calls of the API's own tools and their results."""

import pytest

from mockclaude.rules.server_pairing import RESULTS, SERVER_PAIRING, result_of
from mockclaude.settings import Settings
from mockclaude.wire.body import Json, JsonObject
from tests.rules.drafts import DEFAULTS, assistant, call_of, draft_of, judged_by, text, user

USE: JsonObject = {"type": "tool_use", "id": "toolu_1", "name": "look", "input": {}}
RESULT: JsonObject = {"type": "tool_result", "tool_use_id": "toolu_1", "content": "15"}
LOOK: JsonObject = {"name": "look", "input_schema": {"type": "object"}}
FETCHING: JsonObject = {"type": "web_fetch_20250910", "name": "web_fetch"}
ASKED = user("Hi")


def call(number: int = 1, name: str = "web_fetch") -> JsonObject:
    return {"type": "server_tool_use", "id": f"srvtoolu_{number}", "name": name, "input": {}}


def result(number: int = 1, name: str = "web_fetch") -> JsonObject:
    return {"type": result_of(name), "tool_use_id": f"srvtoolu_{number}", "content": []}


def refusals(*turns: JsonObject, settings: Settings = DEFAULTS, tools: Json = None) -> list[str]:
    offered: Json = [FETCHING, LOOK] if tools is None else tools
    draft = draft_of(*turns, tools=offered)
    return [error.message for error in judged_by(SERVER_PAIRING, call_of(draft, settings))]


def orphaned(path: str, number: int = 1, block: str = "web_fetch_tool_result") -> str:
    return (
        f"messages.{path}: unexpected `tool_use_id` found in `{block}` blocks: srvtoolu_{number}. Each `{block}` block "
        "must have a corresponding `server_tool_use` block before it."
    )


def lost(place: int, name: str = "web_fetch") -> str:
    return (
        f"messages.{place}: `{name}` tool use with id `srvtoolu_1` was found without a corresponding "
        f"`{result_of(name)}` block"
    )


NAMES = [
    "web_search", "web_fetch", "code_execution", "bash_code_execution", "text_editor_code_execution",
    "tool_search_tool_regex", "tool_search_tool_bm25", "advisor",
]  # fmt: skip


def test_every_server_tool_has_its_result() -> None:
    assert {result_of(name) for name in NAMES} == set(RESULTS)


@pytest.mark.parametrize("name", NAMES)
def test_a_call_and_its_result_stand_in_one_turn(name: str) -> None:
    assert refusals(ASKED, assistant([call(1, name), result(1, name), text("Fine.")]), ASKED) == []
    assert refusals(ASKED, assistant([result(1, name)]), ASKED) == [orphaned("1.content.0", 1, result_of(name))]
    assert refusals(ASKED, assistant([text("."), call(1, name)]), ASKED) == [lost(1, name)]


def test_a_result_comes_after_its_call() -> None:
    assert refusals(ASKED, assistant([result(), call()]), ASKED)[0] == orphaned("1.content.0")


def test_a_turn_that_the_user_interrupted_is_over() -> None:
    turns = [ASKED, assistant([call()]), user("Wait!"), assistant([result()])]
    assert refusals(*turns) == [orphaned("3.content.0"), lost(1)]


def test_a_paused_turn_is_sent_back_as_it_came() -> None:
    assert refusals(ASKED, assistant([call(1), result(1), text("."), call(2)])) == []


def test_a_deferred_call_waits_for_the_results_of_the_callers_tools() -> None:
    waiting = [ASKED, assistant([call(), USE]), user([RESULT])]
    assert refusals(*waiting) == []
    assert refusals(*waiting, assistant([result(), text("Fine.")]), ASKED) == []
    assert refusals(*waiting, assistant([text("Fine.")]), ASKED) == [lost(1)]


def test_anything_beside_the_results_ends_the_turn() -> None:
    assert refusals(ASKED, assistant([call(), USE]), user([RESULT, text("Go on.")])) == [lost(1)]


def test_code_that_waits_for_a_tool_is_not_lost() -> None:
    called: JsonObject = {**USE, "caller": {"type": "code_execution_20260120", "tool_id": "srvtoolu_1"}}
    assert refusals(ASKED, assistant([call(1, "code_execution"), called]), user([RESULT, text("Go on.")])) == []


@pytest.mark.parametrize("turns", [[assistant([call()])], [assistant([call(), USE]), user([RESULT])]])
def test_a_pending_call_needs_its_tool(turns: list[JsonObject]) -> None:
    assert refusals(ASKED, *turns, tools=[LOOK]) == [
        "messages.1: `web_fetch` tool use with id `srvtoolu_1` was found but no `web_fetch` tool was provided"
    ]


def test_a_finished_call_no_longer_needs_its_tool() -> None:
    assert refusals(ASKED, assistant([call(), result(), text("Fine.")]), ASKED, tools=[]) == []
    assert refusals(ASKED, assistant([call(1, "code_execution"), USE]), user([RESULT]), tools=[LOOK]) == []
