"""Sampling parameters, which newer models no longer take."""

from collections.abc import Iterable
from random import Random
from typing import Final, cast

from mockclaude.call import Call
from mockclaude.rules.edits import model_of
from mockclaude.rules.rule import WRITING, Draft, Facts, Rule, Scope, having, rule
from mockclaude.rules.thinking import LEAST_BUDGET, thinking_type
from mockclaude.wire.body import Json, JsonObject
from mockclaude.wire.evidence import reported

FIXED: Final = Scope("models that take only default sampling", lambda model: model.sampling == "defaults_only")

OLD: Final = ("2023-01-01", "2023-06-01")
"""Later versions of the API know no sampling parameters at all, and say so of any of them."""


DEFAULTS: Final = {"temperature": 1, "top_k": -1}
"""What these parameters are when a request leaves them out, and may say."""


@rule(
    message="`{parameter}` is deprecated for this model.",
    needs=("temperature", "top_p", "top_k"),
    models=FIXED,
    versions=OLD,
    endpoints=WRITING,
    covers=("samp.deprecated",),
    source=reported(
        "2026-09-09",
        "live probes of seven models: temperature passes as 1, top_p never, although the API reference of 2026-09 says "
        "that it is accepted from 0.99 on; top_k as -1, of claude-sonnet-5 on 2026-08-30, and as nothing else",
    ),
    fix="Leave the parameter out.",
)
def deprecated_sampling(call: Call) -> Iterable[Facts]:
    """A temperature other than 1, any `top_p`, or a `top_k` other than -1, for a model that no longer takes them."""
    body = cast("JsonObject", call.body)
    found = [name for name in ("temperature", "top_p", "top_k") if name in body and body[name] != DEFAULTS.get(name)]
    return [{"parameter": name, "path": name} for name in found]


@deprecated_sampling.broken_by
def set_the_temperature(draft: Draft, random: Random) -> Draft:
    """A temperature that is not the default."""
    return draft.with_body(temperature=random.choice([0, 0.2, 0.5, 0.99]))


@deprecated_sampling.broken_by
def set_top_p(draft: Draft, random: Random) -> Draft:
    """A nucleus, the whole included."""
    return draft.with_body(top_p=random.choice([0.9, 0.95, 1]))


@deprecated_sampling.broken_by
def set_top_k(draft: Draft, random: Random) -> Draft:
    """A number of candidates."""
    return draft.with_body(top_k=random.choice([0, 5, 40]))


@rule(
    message="`temperature` and `top_p` cannot both be specified for this model. Please use only one.",
    needs=("top_p",),
    models=having("refuses_temperature_with_top_p"),
    versions=OLD,
    endpoints=WRITING,
    covers=("samp.both",),
    source=reported("2026-09", "public captures since claude-opus-4-1, one with a datable request id of 2025-11"),
    fix="Leave `top_p` out.",
)
def temperature_with_top_p(call: Call) -> Iterable[Facts]:
    """Both temperature and `top_p`, of which the model takes one."""
    return ({"path": "top_p"},) if "temperature" in call.body and "top_p" in call.body else ()


@temperature_with_top_p.broken_by
def set_both(draft: Draft, random: Random) -> Draft:
    """Both parameters, at values that a request may have alone."""
    return draft.with_body(temperature=1, top_p=random.choice([0.95, 0.99]))


THINKING_FREELY: Final = Scope(
    "models with free sampling that can think",
    lambda model: model.sampling == "free" and not model.thinking_types.isdisjoint({"enabled", "adaptive"}),
)
LEAST_TOP_P: Final = 0.95
_ALONGSIDE: Final = "until 2026-01 without the words on adaptive mode"


def _thinks(call: Call) -> bool:
    return thinking_type(call) in {"enabled", "adaptive"}


@rule(
    message=(
        "`temperature` may only be set to 1 when thinking is enabled or in adaptive mode. Please consult our "
        "documentation at https://platform.claude.com/docs/en/build-with-claude/extended-thinking"
    ),
    needs=("temperature",),
    models=THINKING_FREELY,
    versions=OLD,
    endpoints=WRITING,
    covers=("samp.temp_thinking_2026",),
    source=reported("2026-08-21", "captured body with a datable request id, and seven public quotations"),
    fix="Leave the temperature out while the model thinks.",
)
def temperature_with_thinking(call: Call) -> Iterable[Facts]:
    """A temperature other than 1 while the model thinks."""
    return ({"path": "temperature"},) if _thinks(call) and call.body["temperature"] != 1 else ()


@rule(
    message="`top_p` must be greater than or equal to 0.95 or unset when thinking is enabled or in adaptive mode.",
    needs=("top_p",),
    models=THINKING_FREELY,
    versions=OLD,
    endpoints=WRITING,
    covers=("samp.top_p_thinking",),
    source=reported("2026-09", f"public quotations; {_ALONGSIDE}; recordings with 0.95 were answered"),
    fix="Leave `top_p` out while the model thinks.",
)
def low_top_p_with_thinking(call: Call) -> Iterable[Facts]:
    """A small nucleus while the model thinks."""
    return ({"path": "top_p"},) if _thinks(call) and call.body["top_p"] < LEAST_TOP_P else ()


@rule(
    message="`top_k` must be unset when thinking is enabled.",
    needs=("top_k",),
    models=THINKING_FREELY,
    versions=OLD,
    endpoints=WRITING,
    covers=("samp.top_k_thinking",),
    source=reported("2025-10", "public quotations; extended thinking page: not compatible"),
    fix="Leave `top_k` out while the model thinks.",
)
def top_k_with_thinking(call: Call) -> Iterable[Facts]:
    """A number of candidates while the model thinks."""
    return ({"path": "top_k"},) if _thinks(call) else ()


def _thinking(draft: Draft, **sampling: Json) -> Draft:
    """The draft with thinking as the model takes it, and no sampling but this."""
    adaptive = "adaptive" in model_of(draft).thinking_types
    fields: dict[str, Json] = {"thinking": {"type": "adaptive"}}
    if not adaptive:
        fields = {"thinking": {"type": "enabled", "budget_tokens": LEAST_BUDGET}, "max_tokens": LEAST_BUDGET + 1}
    return draft.without("temperature", "top_p", "top_k", "tool_choice").with_body(**fields, **sampling)


@temperature_with_thinking.broken_by
def think_at_a_temperature(draft: Draft, random: Random) -> Draft:
    """Thinking and a temperature that is not the default."""
    return _thinking(draft, temperature=random.choice([0, 0.5, 0.99]))


@low_top_p_with_thinking.broken_by
def think_in_a_nucleus(draft: Draft, random: Random) -> Draft:
    """Thinking and a small nucleus."""
    return _thinking(draft, top_p=random.choice([0, 0.5, 0.94]))


@top_k_with_thinking.broken_by
def think_among_candidates(draft: Draft, random: Random) -> Draft:
    """Thinking and a number of candidates."""
    return _thinking(draft, top_k=random.choice([0, 5, 40]))


SAMPLING: Final[tuple[Rule[Call], ...]] = (
    deprecated_sampling,
    temperature_with_top_p,
    temperature_with_thinking,
    low_top_p_with_thinking,
    top_k_with_thinking,
)
