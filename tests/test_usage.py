"""What the calls of a world used up is added up by kind and model, and priced."""

from typing import Any

import anthropic
import pytest
from hypothesis import given
from hypothesis import strategies as st

from mockclaude import MockClaude, message, overloaded
from mockclaude.models import Models
from mockclaude.usage import Usage, used
from mockclaude.wire.body import CacheCreation, UsageBody

MODELS = Models.load()
COUNTS = st.integers(0, 10**7)


def close(dollars: float) -> Any:
    return pytest.approx(dollars)


def hello(model: str) -> dict[str, Any]:
    return {"model": model, "max_tokens": 50, "messages": [{"role": "user", "content": "hello"}]}


def test_answered_calls_are_added_up_streamed_or_not() -> None:
    counts: UsageBody = {"input_tokens": 100, "output_tokens": 10, "cache_read_input_tokens": 1000}
    with MockClaude() as mock:
        mock.next(message("one", usage=counts), overloaded(), message("two", usage=counts))
        mock.next(message("three", usage={**counts, "cache_creation_input_tokens": 7}))
        with anthropic.Anthropic(base_url=mock.url, api_key=mock.api_key, max_retries=1) as client:
            client.messages.create(**hello("claude-opus-5"))
            with client.messages.stream(**hello("claude-opus-5")) as stream:
                stream.until_done()
            client.messages.create(**hello("claude-haiku-4-5"))
        usage = mock.usage
    opus, haiku = MODELS.find("claude-opus-5"), MODELS.find("claude-haiku-4-5")
    assert opus is not None
    assert haiku is not None
    dollars = [
        (100 * one.price.input + 10 * one.price.output + 1000 * one.price.cache_read) / 1e6 for one in (opus, haiku)
    ]
    dollars[1] += 7 * haiku.price.cache_write_5m / 1e6
    by_model = {
        "claude-opus-5": Usage(2, 200, 20, 0, 2000, close(2 * dollars[0])),
        haiku.id: Usage(1, 100, 10, 7, 1000, close(dollars[1])),
    }
    assert usage == Usage(3, 300, 30, 7, 3000, close(2 * dollars[0] + dollars[1]), by_model)
    assert usage.total_tokens == 3337
    assert repr(usage.by_model["claude-opus-5"]) == (
        f"<Usage calls=2 input=200 output=20 cache_write=0 cache_read=2000 cost=${2 * dollars[0]:.6f}>"
    )
    assert repr(usage).startswith("<Usage calls=3 input=300 output=30 cache_write=7 cache_read=3000 cost=$0.")
    assert " claude-opus-5: <Usage calls=2 " in repr(usage)


def test_a_model_without_a_price_makes_the_cost_unknown_and_nothing_else() -> None:
    with MockClaude() as mock:
        mock.reply(message("hi", usage={"input_tokens": 5, "output_tokens": 6}))
        mock.settings = mock.settings.__class__(unknown_models="accept")
        with anthropic.Anthropic(base_url=mock.url, api_key=mock.api_key) as client:
            client.messages.create(**hello("claude-tomorrow-9"))
        assert mock.usage == Usage(1, 5, 6, cost=None, by_model={"claude-tomorrow-9": Usage(1, 5, 6, cost=None)})
        assert "cost=unknown" in repr(mock.usage)


def test_nothing_was_used_where_nothing_was_answered() -> None:
    assert MockClaude().usage == Usage()
    assert Usage().cost == 0


@given(
    tokens=st.tuples(COUNTS, COUNTS, COUNTS, COUNTS),
    hours=COUNTS,
    model=st.sampled_from(list(MODELS)),
    is_fast=st.booleans(),
)
def test_every_token_costs_its_price(tokens, hours, model, is_fast) -> None:
    fresh, output, written, read = tokens
    kinds: CacheCreation = {
        "ephemeral_5m_input_tokens": max(0, written - hours),
        "ephemeral_1h_input_tokens": min(hours, written),
    }
    usage = used(
        {
            "input_tokens": fresh,
            "output_tokens": output,
            "cache_creation_input_tokens": written,
            "cache_read_input_tokens": read,
            "cache_creation": kinds,
        },
        model,
        is_fast=is_fast,
    )
    is_long = model.long_prompt is not None and fresh + written + read > model.long_prompt
    price = model.long_price if is_long else model.price
    each = [fresh, output, kinds["ephemeral_5m_input_tokens"], kinds["ephemeral_1h_input_tokens"], read]
    factor = model.fast_price_factor if is_fast and model.fast_mode in {"yes", "beta"} else 1
    expected = sum(count * dollars for count, dollars in zip(each, price, strict=True)) * (factor or 1) / 1e6
    assert usage.cost == pytest.approx(expected)
    assert usage.total_tokens == sum(tokens)


@given(parts=st.lists(st.tuples(st.sampled_from(["a", "b"]), COUNTS), max_size=9))
def test_the_parts_make_the_sum(parts) -> None:
    whole = sum([Usage(by_model={name: Usage(1, count)}) + Usage(1, count) for name, count in parts], Usage())
    assert (
        whole.input_tokens
        == sum(count for _, count in parts)
        == sum(one.input_tokens for one in whole.by_model.values())
    )
    assert whole.calls == len(parts)
