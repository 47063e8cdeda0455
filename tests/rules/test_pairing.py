"""Calls of the caller's tools and their results."""

import pytest

from mockclaude.rules.pairing import PAIRING
from mockclaude.settings import Settings
from mockclaude.wire.body import Json, JsonObject
from tests.rules.drafts import DEFAULTS, LIVE, assistant, call_of, draft_of, judged_by, system, text, user

MISSING = (
    "messages.{}: `tool_use` ids were found without `tool_result` blocks immediately after: {}. Each `tool_use` block "
    "must have a corresponding `tool_result` block in the next message."
)
UNEXPECTED = (
    "messages.{}: unexpected `tool_use_id` found in `tool_result` blocks: {}. Each `tool_result` block must have a "
    "corresponding `tool_use` block in the previous message."
)


def use(number: int) -> JsonObject:
    return {"type": "tool_use", "id": f"toolu_{number}", "name": "look", "input": {}}


def result(number: int) -> JsonObject:
    return {"type": "tool_result", "tool_use_id": f"toolu_{number}", "content": "15"}


def refusals(*turns: JsonObject, settings: Settings = DEFAULTS) -> list[str]:
    return [error.message for error in judged_by(PAIRING, call_of(draft_of(*turns), settings))]


ASKED = user("Hi")


@pytest.mark.parametrize(
    ("answer", "unanswered"),
    [
        ([text("No.")], "toolu_1, toolu_2"),
        ([result(1)], "toolu_2"),
        ([result(2), text("And")], "toolu_1"),
        ([text("Here:"), result(1), result(2)], "toolu_1, toolu_2"),
        ([result(1), text("and"), result(2)], "toolu_2"),
    ],
)
def test_every_call_is_answered_at_once_and_before_anything_else(answer: list[Json], unanswered: str) -> None:
    turns = [ASKED, assistant([text("Let me see."), use(1), use(2)]), user(answer)]
    assert refusals(*turns) == [MISSING.format(1, unanswered)]


@pytest.mark.parametrize(
    "answer",
    [
        [result(1), result(2)],
        [result(2), result(1)],
        [result(1), result(2), text("Go on.")],
    ],
)
def test_results_may_come_in_any_order_and_something_after_them(answer: list[Json]) -> None:
    assert refusals(ASKED, assistant([use(1), use(2)]), user(answer), assistant("Fine."), ASKED) == []


def test_results_in_several_items_are_one_turn() -> None:
    turns = [ASKED, assistant([use(1)]), assistant([use(2)]), user([result(2)]), user([result(1)]), user("Go on.")]
    assert refusals(*turns, settings=LIVE) == []


def test_places_count_merged_turns() -> None:
    """As recorded 2026-07-30: `[user text, user tool_result]` was refused at `messages.0.content.1`."""
    assert refusals(ASKED, user([result(1)]), settings=LIVE) == [UNEXPECTED.format("0.content.1", "toolu_1")]


def test_a_call_at_the_end_is_unanswered() -> None:
    assert refusals(ASKED, assistant([use(1)])) == [MISSING.format(1, "toolu_1")]


def test_a_result_answers_the_turn_right_before_it() -> None:
    turns = [ASKED, assistant([use(1)]), user([result(1)]), assistant("Fine."), user([result(1)])]
    assert refusals(*turns) == [UNEXPECTED.format("4.content.0", "toolu_1")]
    assert refusals(ASKED, assistant([use(1)]), user([result(1), result(9)])) == [
        UNEXPECTED.format("2.content.1", "toolu_9")
    ]


def test_ids_are_unique_within_a_turn_and_may_come_again_later() -> None:
    assert refusals(ASKED, assistant([use(1), text("."), use(1)]), user([result(1)])) == [
        "messages.1.content.2: `tool_use` ids must be unique"
    ]
    once = [assistant([use(1)]), user([result(1)])]
    assert refusals(ASKED, *once, *once) == []


def test_a_call_has_one_result() -> None:
    assert refusals(ASKED, assistant([use(1)]), user([result(1), result(1)])) == [
        (
            "messages.2.content.1: each tool_use must have a single result. Found multiple `tool_result` blocks with id: "
            "toolu_1"
        )
    ]


def test_a_directive_may_stand_between_a_call_and_its_result() -> None:
    directive = system([], output_config={"effort": "low"})
    assert refusals(ASKED, assistant([use(1)]), directive, user([result(1)])) == []


def test_a_thread_that_goes_on_keeps_the_call_that_its_first_turn_answers() -> None:
    thread: JsonObject = {"type": "continue", "previous_message_id": "msg_1"}
    draft = draft_of(user([result(1)]), thread=thread)
    assert judged_by(PAIRING, call_of(draft)) == []
    assert len(judged_by(PAIRING, call_of(draft.with_body(thread={"type": "create"})))) == 1
    later = draft_of(user([result(1)]), assistant("Fine."), user([result(2)]), thread=thread)
    assert [error.path for error in judged_by(PAIRING, call_of(later))] == ["messages.2.content.0"]


def test_what_a_compaction_replaced_is_not_read() -> None:
    summary: JsonObject = {"type": "compaction", "content": "They looked."}
    assert refusals(ASKED, assistant([use(1)]), ASKED, assistant([summary, text("Fine.")]), user("Go on.")) == []
    assert refusals(ASKED, assistant([summary, use(1)]), ASKED) == [MISSING.format(1, "toolu_1")]
