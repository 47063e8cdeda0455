"""Who may advise whom: the table of the advisor tool's page, row by row."""

import pytest

from mockclaude.rules.advisors import ADVISING
from mockclaude.rules.occasion import refusal_of
from mockclaude.settings import Settings
from tests.rules.drafts import draft_of

ORDER = (
    ("claude-haiku-4-5",),
    ("claude-sonnet-4-6",),
    ("claude-opus-4-6",),
    ("claude-sonnet-5",),
    ("claude-opus-4-7", "claude-opus-4-8"),
    ("claude-opus-5", "claude-fable-5", "claude-mythos-5"),
    ("claude-fable-5-1", "claude-mythos-5-1"),
)
PLACE = {name: place for place, names in enumerate(ORDER) for name in names}


def refusal(advised: str, advisor: str) -> str | None:
    tool = {"type": "advisor_20260301", "name": "advisor", "model": advisor}
    draft = draft_of(model=advised, tools=[tool]).with_header("anthropic-beta", ADVISING)
    error = refusal_of(draft, Settings())
    return error.message if error else None


@pytest.mark.parametrize("advised", PLACE)
@pytest.mark.parametrize("advisor", PLACE)
def test_a_model_is_advised_by_its_equals_and_betters(advised: str, advisor: str) -> None:
    named = "claude-haiku-4-5-20251001" if advised == "claude-haiku-4-5" else advised
    accepted = PLACE[advisor] >= max(1, PLACE[advised])
    text = f"tools.0.model: '{advisor}' cannot be used as an advisor when the request model is '{named}'."
    assert refusal(advised, advisor) == (None if accepted else text)


@pytest.mark.parametrize("advisor", ["claude-opus-5-5", "claude-opus-5", "claude-fable-5-1", "claude-sonnet-5-5"])
def test_sonnet_5_5_takes_the_advisors_it_was_seen_to_take(advisor: str) -> None:
    assert refusal("claude-sonnet-5-5", advisor) is None


@pytest.mark.parametrize("advisor", ["claude-opus-4-8", "claude-sonnet-5", "claude-sonnet-4-6"])
def test_sonnet_5_5_takes_no_lesser_ones(advisor: str) -> None:
    assert refusal("claude-sonnet-5-5", advisor) is not None


@pytest.mark.parametrize(("advised", "advisor"), [("claude-haiku-5-5", "claude-haiku-4-5"), ("claude-opus-5", "gpt-5")])
def test_pairs_of_which_nothing_is_known_are_accepted(advised: str, advisor: str) -> None:
    assert refusal(advised, advisor) is None
