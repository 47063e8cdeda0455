"""Near misses stand at the edges, and one step further is refused."""

from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings

from mockclaude.errors import MockClaudeError
from mockclaude.rules.catalogue import RULES
from mockclaude.rules.occasion import refusal_of, shipped, within
from mockclaude.settings import Limits, Settings
from mockclaude.strategies import NearMiss, near_misses
from mockclaude.strategies.near_misses import NEAR
from tests.strategies.simplest import simplest

QUIET = settings(deadline=None, suppress_health_check=list(HealthCheck))


def images_of(near: NearMiss) -> list[Any]:
    messages: Any = near.body["messages"]
    return [block for block in messages[-1]["content"] if block["type"] == "image"]


def test_every_near_miss_is_one_of_a_rule() -> None:
    assert NEAR.keys() <= RULES.keys()


@pytest.mark.parametrize("name", NEAR)
def test_a_near_miss_names_its_rule_and_a_model_that_the_rule_holds_for(name: str) -> None:
    near = simplest(near_misses(rules=[name]))
    assert near.rule == name
    assert shipped().find(str(near.body["model"])) in within(RULES[name])


@pytest.mark.parametrize(
    ("limits", "name", "refused_with"),
    [
        (Limits(image_bytes=10 * 1024 * 1024 - 1), "overweight-image", "overweight-image"),
        (Limits(image_side=7999), "oversized-image", "oversized-image"),
        (Limits(many_image_side=1999), "oversized-image-among-many", "oversized-image-among-many"),
        (Limits(media=99), "too-many-media", "too-many-media"),
        (Limits(pdf_pages=99), "overlong-pdf-for-short-context", "overlong-pdf-for-short-context"),
        (Limits(messages=99_998), "too-many-messages", "too-many-messages"),
    ],
)
def test_a_limit_one_step_lower_refuses_it(limits: Limits, name: str, refused_with: str) -> None:
    near = simplest(near_misses(rules=[name]))
    error = refusal_of(near.draft, Settings(limits=limits))
    assert error is not None
    assert error.rule == refused_with


@settings(QUIET, max_examples=20)
@given(near_misses(rules=["max-tokens-over-model"]))
def test_the_largest_answer_is_one_token_below_the_refusal(near: NearMiss) -> None:
    tokens: Any = near.body["max_tokens"]
    error = refusal_of(near.draft.with_body(max_tokens=tokens + 1), Settings())
    assert error is not None
    assert error.rule == "max-tokens-over-model"


def test_the_heaviest_image_weighs_exactly_the_limit() -> None:
    near = simplest(near_misses(rules=["overweight-image"]))
    assert [len(image["source"]["data"]) for image in images_of(near)] == [Limits().image_bytes]
    assert len(repr(near)) < 1000


def test_the_impossible_is_refused_at_once() -> None:
    with pytest.raises(ValueError, match="of missing-field no near miss is known"):
        near_misses(rules=["missing-field"])
    with pytest.raises(ValueError, match="no rule is named"):
        near_misses(rules=[])
    with pytest.raises(MockClaudeError, match="did you mean 'oversized-image'"):
        near_misses(rules=["oversized-imag"])
