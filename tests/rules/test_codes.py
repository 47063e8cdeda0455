"""Refusals by their codes: user profiles, threads and summaries."""

import pytest

from mockclaude.rules.codes import BESIDE_THREADS, CODED, EARLIER, PROFILE, SUMMARIES
from mockclaude.rules.rule import Draft
from mockclaude.wire.body import Json, JsonObject
from tests.rules.drafts import assistant, call_of, draft_of, judged_by, text, user

SUMMARY: JsonObject = {"type": "compaction", "content": "They said hello."}


def codes(draft: Draft) -> list[tuple[Json, str | None]]:
    """The details of all refusals with their places."""
    errors = judged_by(CODED, call_of(draft))
    return [({**(error.details or {})}, error.path) for error in errors]


@pytest.mark.parametrize(
    ("bill_to", "header", "is_refused"),
    [("self", None, False), ("user_profile", "p", False), ("user_profile", None, True)],
)
def test_a_profile_that_pays_must_be_named(bill_to: str, header: str | None, is_refused: bool) -> None:
    policy: JsonObject = {"type": "billing_policy", "bill_to": bill_to}
    draft = draft_of().with_body(billing_policy=policy).with_header(PROFILE, header)
    expected = [({"error_code": "user_profile_required"}, "billing_policy.bill_to")]
    assert codes(draft) == (expected if is_refused else [])


@pytest.mark.parametrize("name", BESIDE_THREADS)
def test_a_thread_stands_alone(name: str) -> None:
    thread: JsonObject = {"type": "create"}
    used: JsonObject = {"type": "adaptive"} if name == "thinking" else {"type": "ephemeral"}
    expected = [({"error_code": "thread_unsupported_request", "unsupported": [name]}, "thread")]
    assert codes(draft_of().with_body(**{"thread": thread, name: used})) == expected
    assert codes(draft_of().with_body(**{"thread": thread, name: None})) == []
    assert codes(draft_of().with_body(thread=thread, thinking={"type": "disabled"})) == []


def summaries(*turns: JsonObject, beta: str = SUMMARIES) -> list[tuple[Json, str | None]]:
    return codes(draft_of(*turns).with_header("anthropic-beta", beta))


def test_a_summary_is_one_and_comes_first() -> None:
    twice = ({"error_code": "compaction_block_ambiguous"}, "messages.0.content.1")
    late = ({"error_code": "compaction_block_misplaced"}, "messages.0.content.1")
    assert summaries(user([SUMMARY, text("a")])) == []
    assert summaries(user([SUMMARY, SUMMARY])) == [twice, late]
    assert summaries(user([text("a"), SUMMARY])) == [late]
    assert summaries(user([{**SUMMARY, "content": None}, SUMMARY])) == [late]


@pytest.mark.parametrize("beta", [EARLIER, f"{SUMMARIES},{EARLIER}"])
def test_under_the_earlier_beta_summaries_come_anywhere(beta: str) -> None:
    assert summaries(user("a"), assistant([SUMMARY]), user([SUMMARY]), beta=beta) == []
