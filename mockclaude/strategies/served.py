"""What a request to each model may hold, in the words of `Rule.needs`."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from typing import Final

from mockclaude.call import VERSIONS
from mockclaude.errors import nearest
from mockclaude.models import ModelProfile
from mockclaude.rules.occasion import served, shipped

LAST_WITH_SAMPLING: Final = "2023-06-01"
"""Later versions of the API know no sampling parameters."""


@dataclass(frozen=True, slots=True)
class Feature:
    """Something a request may hold: for which models and versions, and beside what it may not stand."""

    fits: Callable[[ModelProfile, str], bool] = lambda _model, _version: True
    clashes: frozenset[str] = frozenset()


def _samples(model: ModelProfile, version: str) -> bool:
    return version <= LAST_WITH_SAMPLING and model.sampling == "free"


FEATURES: Final[Mapping[str, Feature]] = {
    "tools": Feature(),
    "tool_use": Feature(),
    "server_tool_use": Feature(lambda model, _: model.web_search),
    "tool_choice": Feature(),
    "image": Feature(lambda model, _: model.max_media > 0),
    "document": Feature(lambda model, _: model.max_pdf_pages > 0),
    "thinking": Feature(lambda model, _: bool(model.thinking_types)),
    "role:system": Feature(lambda model, _: model.system_role),
    "prefill": Feature(lambda model, _: model.prefill, frozenset({"thinking"})),
    "system": Feature(),
    "stop_sequences": Feature(),
    "metadata": Feature(),
    "service_tier": Feature(),
    "cache_control": Feature(),
    "output_config": Feature(),
    "inference_geo": Feature(lambda model, _: model.inference_geo == "global"),
    "speed": Feature(lambda model, _: model.fast_mode == "yes"),
    "temperature": Feature(lambda _, version: version <= LAST_WITH_SAMPLING, frozenset({"thinking"})),
    "top_p": Feature(_samples, frozenset({"thinking"})),
    "top_k": Feature(_samples, frozenset({"thinking"})),
}
"""What requests may hold, in the words of `Rule.needs`; `prefill` is an unfinished answer at the end.

Sources: documentation of prefill, thinking and sampling, 2026-10; the models' tables.
"""


def clash(word: str, words: Iterable[str], model: ModelProfile) -> str | None:
    """Which of the other words keeps a request to the model from holding this one."""
    for other in words:
        if other in FEATURES[word].clashes or word in FEATURES[other].clashes:
            return other
        if {word, other} == {"temperature", "top_p"} and model.refuses_temperature_with_top_p:
            return other
    return None


@cache
def possible(model: ModelProfile, version: str) -> tuple[str, ...]:
    """The features that a request to the model may hold, one at a time."""
    return tuple([word for word, feature in FEATURES.items() if feature.fits(model, version)])


def compatible(words: Iterable[str], model: ModelProfile) -> frozenset[str]:
    """The words without those that clash with an earlier one."""
    kept: list[str] = []
    for word in words:
        if clash(word, kept, model) is None:
            kept.append(word)
    return frozenset(kept)


def names_of(models: Iterable[ModelProfile]) -> list[tuple[ModelProfile, str]]:
    """The models with every name that a request may call them."""
    return [(model, name) for model in models for name in (model.id, *model.aliases)]


def models_named(name: str | None) -> tuple[ModelProfile, ...]:
    """The model of that id or alias, or all that are served; raises `ValueError` with the nearest name."""
    if name is None:
        return served()
    model = shipped().find(name)
    if model is None:
        hint = nearest(name, [known for _, known in names_of(shipped())])
        raise ValueError(f"no model is called {name!r}{hint}")
    return (model,)


def version_named(version: str) -> str:
    """The version; raises `ValueError` for one that was never published."""
    if version not in VERSIONS:
        raise ValueError(f"version is {version!r}; expected one of {', '.join(VERSIONS)}")
    return version


def models_with(words: Iterable[str], candidates: Sequence[ModelProfile], version: str) -> tuple[ModelProfile, ...]:
    """The candidates to which a request may hold all of the words at once; raises `ValueError` when there is none."""
    wanted = tuple(dict.fromkeys(words))
    for word in wanted:
        if word not in FEATURES:
            raise ValueError(f"no feature is called {word!r}{nearest(word, FEATURES)}; known: {', '.join(FEATURES)}")
    faults = [(model, _fault(wanted, model, version)) for model in candidates]
    fitting = tuple([model for model, fault in faults if fault is None])
    if not fitting:
        model, fault = faults[0]
        others = f", nor to any of {len(faults) - 1} others" if len(faults) > 1 else ""
        raise ValueError(f"a request to {model.id} cannot hold {fault}{others} under version {version}")
    return fitting


def _fault(words: Sequence[str], model: ModelProfile, version: str) -> str | None:
    for place, word in enumerate(words):
        if word not in possible(model, version):
            return repr(word)
        other = clash(word, words[:place], model)
        if other is not None:
            return f"{other!r} and {word!r}"
    return None
