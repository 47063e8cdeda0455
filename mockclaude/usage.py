"""What the calls of a world used up: tokens by kind and by model, and what they would have cost."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from types import MappingProxyType
from typing import Final

from mockclaude.calls import RecordedCall
from mockclaude.models import ModelProfile, Models
from mockclaude.wire.body import UsageBody

MILLION: Final = 1_000_000
NONE: Final[Mapping[str, "Usage"]] = MappingProxyType({})


@dataclass(frozen=True, slots=True, repr=False)
class Usage:
    """Tokens of the calls that were answered with a message, `by_model` each for itself.

    `cost` is in US dollars by the prices of the models table, without taxes, batches or discounts; `None` when a model
    is among them of which no price is known.
    """

    calls: int = 0
    input_tokens: int = 0
    output_tokens: int = 0
    cache_creation_input_tokens: int = 0
    cache_read_input_tokens: int = 0
    cost: float | None = 0.0
    by_model: Mapping[str, "Usage"] = field(default_factory=lambda: NONE)

    @property
    def total_tokens(self) -> int:
        """All tokens, whichever way they were read or written."""
        return (
            self.input_tokens
            + self.output_tokens
            + self.cache_creation_input_tokens
            + self.cache_read_input_tokens
        )  # fmt: skip

    def __add__(self, other: "Usage") -> "Usage":
        by_model = dict(self.by_model)
        for model, usage in other.by_model.items():
            by_model[model] = by_model.get(model, Usage()) + usage
        return Usage(
            self.calls + other.calls,
            self.input_tokens + other.input_tokens,
            self.output_tokens + other.output_tokens,
            self.cache_creation_input_tokens + other.cache_creation_input_tokens,
            self.cache_read_input_tokens + other.cache_read_input_tokens,
            None if self.cost is None or other.cost is None else self.cost + other.cost,
            MappingProxyType(by_model),
        )

    def __repr__(self) -> str:
        cost = "unknown" if self.cost is None else f"${self.cost:.6f}"
        models = "".join([f" {model}: {usage!r}" for model, usage in self.by_model.items()])
        return (
            f"<Usage calls={self.calls} input={self.input_tokens} output={self.output_tokens}"
            f" cache_write={self.cache_creation_input_tokens} cache_read={self.cache_read_input_tokens}"
            f" cost={cost}{models}>"
        )


def usage_of(calls: Iterable[RecordedCall], *, models: Models) -> Usage:
    """What the calls used up together."""
    spent = Usage()
    for call in calls:
        if call.answer is not None:
            model, counts = call.answer["model"], call.answer["usage"]
            one = used(counts, models.find(model), is_fast=_is_fast(call))
            spent += _of_model(one, model)
    return spent


def used(counts: UsageBody, model: ModelProfile | None, *, is_fast: bool = False) -> Usage:
    """What one call used up, by the counts of its answer; absent counts are none."""
    usage = Usage(
        1,
        counts.get("input_tokens") or 0,
        counts.get("output_tokens") or 0,
        counts.get("cache_creation_input_tokens") or 0,
        counts.get("cache_read_input_tokens") or 0,
        cost=None,
    )
    return usage if model is None else _priced(usage, counts, model, is_fast=is_fast)


def _priced(usage: Usage, counts: UsageBody, model: ModelProfile, *, is_fast: bool) -> Usage:
    read = usage.input_tokens + usage.cache_creation_input_tokens + usage.cache_read_input_tokens
    is_long = model.long_prompt is not None and model.long_price is not None and read > model.long_prompt
    price = model.long_price if is_long and model.long_price is not None else model.price
    kinds = counts.get("cache_creation") or {"ephemeral_5m_input_tokens": 0, "ephemeral_1h_input_tokens": 0}
    hours = min(kinds.get("ephemeral_1h_input_tokens") or 0, usage.cache_creation_input_tokens)
    dollars = (
        usage.input_tokens * price.input
        + usage.output_tokens * price.output
        + (usage.cache_creation_input_tokens - hours) * price.cache_write_5m
        + hours * price.cache_write_1h
        + usage.cache_read_input_tokens * price.cache_read
    ) / MILLION
    factor = model.fast_price_factor if is_fast and model.fast_mode in {"yes", "beta"} else None
    return replace(usage, cost=dollars * (factor or 1))


def _of_model(usage: Usage, model: str) -> Usage:
    return Usage(by_model=MappingProxyType({model: usage})) + usage


def _is_fast(call: RecordedCall) -> bool:
    return call.body.get("speed") == "fast"
