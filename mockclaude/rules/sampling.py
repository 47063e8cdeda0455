"""Sampling parameters, which newer models no longer take."""

from collections.abc import Iterable
from random import Random
from typing import Final

from mockclaude.call import Call
from mockclaude.rules.rule import Draft, Facts, Rule, Scope, having, rule
from mockclaude.wire.evidence import reported

FIXED: Final = Scope("models that take only default sampling", lambda model: model.sampling == "defaults_only")

OLD: Final = ("2023-01-01", "2023-06-01")
"""Later versions of the API know no sampling parameters at all, and say so of any of them."""


@rule(
    message="`{parameter}` is deprecated for this model.",
    needs=("temperature", "top_p", "top_k"),
    models=FIXED,
    versions=OLD,
    endpoints=("messages",),
    covers=("samp.deprecated",),
    source=reported(
        "2026-09-09",
        "live probes of seven models: temperature passes as 1, top_p and top_k never, although the API reference of "
        "2026-09 says that top_p from 0.99 on is accepted",
    ),
    fix="Leave the parameter out.",
)
def deprecated_sampling(call: Call) -> Iterable[Facts]:
    """A temperature other than 1, or any `top_p` or `top_k`, for a model that no longer takes them."""
    body = call.body
    found = [name for name in ("temperature", "top_p", "top_k") if name in body]
    if body.get("temperature") == 1:
        found.remove("temperature")
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
    endpoints=("messages",),
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


SAMPLING: Final[tuple[Rule[Call], ...]] = (deprecated_sampling, temperature_with_top_p)
