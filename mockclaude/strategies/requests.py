"""Bodies of requests that are accepted."""

from collections.abc import Collection, Iterable, Mapping
from typing import Final

from hypothesis import strategies as st

from mockclaude.models import EFFORTS, ModelProfile
from mockclaude.strategies import served
from mockclaude.strategies.conversations import WORDS, draw_features, draw_turns
from mockclaude.wire.body import Json, JsonObject

WEATHER: Final[JsonObject] = {
    "name": "get_weather",
    "input_schema": {"type": "object", "properties": {"city": {"type": "string"}}, "required": ["city"]},
}
SEARCH: Final[JsonObject] = {"type": "web_search_20250305", "name": "web_search"}
ANSWER: Final[JsonObject] = {
    "type": "object", "properties": {"answer": {"type": "string"}}, "required": ["answer"], "additionalProperties": False,
}  # fmt: skip
TOOL_FEATURES: Final = frozenset({"tools", "tool_use", "server_tool_use", "tool_choice"})
THINKS: Final = frozenset({"adaptive", "enabled"})
"""The types under which an answer holds thinking."""

LEAST_BUDGET: Final = 1024


def _blocks(text: str) -> Json:
    return [{"type": "text", "text": text}]


def _strings(texts: list[str]) -> Json:
    return [*texts]


def _user(name: str) -> Json:
    return {"user_id": name}


STREAM: Final = st.sampled_from((None, False, True))
PLAIN: Final[Mapping[str, st.SearchStrategy[Json]]] = {
    "system": WORDS | st.just("") | WORDS.map(_blocks),
    "stop_sequences": st.lists(WORDS, min_size=1, max_size=4).map(_strings) | st.sampled_from(([], None)),
    "metadata": WORDS.map(_user) | st.sampled_from(({"user_id": None}, {}, None)),
    "service_tier": st.sampled_from(("auto", "standard_only")),
    "cache_control": st.sampled_from(({"type": "ephemeral"}, {"type": "ephemeral", "ttl": "1h"}, None)),
    "inference_geo": st.sampled_from(("global", "us", None)),
    "speed": st.sampled_from(("standard", "fast", None)),
    "top_p": st.sampled_from((1, 0, 0.95)) | st.floats(0, 1),
    "top_k": st.integers(0, 500),
}
"""Fields that are drawn alike for all models; `null` where the API takes it for absent."""

_TEMPERATURES: Final = st.sampled_from((1, 0)) | st.floats(0, 1)
_ONE: Final = st.sampled_from((1, 1.0))


def requests(
    *,
    model: str | None = None,
    features: Iterable[str] | None = None,
    stream: bool | None = None,
    version: str = served.LAST_WITH_SAMPLING,
    alternating: bool = True,
) -> st.SearchStrategy[JsonObject]:
    """Bodies for `POST /v1/messages` in which the whole catalogue finds nothing under `strict`.

    `model` is an id or alias. `features` are exactly those of `FEATURES` that the request holds; by default some
    are drawn first. `stream` is left out or either value unless given. Without `alternating`, roles may repeat and
    the assistant may begin, which only `live` validation takes.
    """
    fixed = None if features is None else tuple(features)
    version = served.version_named(version)
    candidates = served.models_with(fixed or (), served.models_named(model), version)
    choices = st.sampled_from(served.names_of(candidates) if model is None else [(candidates[0], model)])

    @st.composite
    def drawn(draw: st.DrawFn) -> JsonObject:
        profile, name = draw(choices)
        words = draw_features(draw, profile, version=version) if fixed is None else fixed
        body = draw_body(draw, profile, words, name=name, alternating=alternating)
        wanted = draw(STREAM) if stream is None else stream
        return body if wanted is None else {**body, "stream": wanted}

    return drawn()


def draw_body(
    draw: st.DrawFn,
    model: ModelProfile,
    words: Collection[str],
    *,
    name: str,
    alternating: bool = True,
) -> JsonObject:
    """A body that holds what the words say, to the model under that name."""
    thinking = _thinking(draw, model) if "thinking" in words else {}
    budget = thinking.get("budget_tokens")
    least = budget + 1 if isinstance(budget, int) else 1
    body: JsonObject = {
        "model": name,
        "max_tokens": draw(st.integers(least, model.max_output_tokens)),
        "messages": [*draw_turns(draw, _inside(words, thinking), alternating=alternating)],
    }
    if thinking:
        body["thinking"] = thinking
    if not TOOL_FEATURES.isdisjoint(words):
        body["tools"] = [WEATHER, SEARCH] if "server_tool_use" in words else [WEATHER]
    if "tool_choice" in words:
        body["tool_choice"] = draw(_choices(model, has_budget="budget_tokens" in thinking))
    if "output_config" in words:
        body["output_config"] = draw(_outputs(model, words, thinking))
    if "temperature" in words:
        body["temperature"] = draw(_TEMPERATURES if model.sampling == "free" else _ONE)
    for word, values in PLAIN.items():
        if word in words:
            body[word] = draw(values)
    return body


def _inside(words: Collection[str], thinking: JsonObject) -> Collection[str]:
    return words if not thinking or thinking["type"] in THINKS else frozenset(words) - {"thinking"}


def _thinking(draw: st.DrawFn, model: ModelProfile) -> JsonObject:
    kind = draw(st.sampled_from(sorted(model.thinking_types)))
    if kind != "enabled":
        return {"type": kind}
    return {"type": kind, "budget_tokens": draw(st.integers(LEAST_BUDGET, model.max_output_tokens - 1))}


def _choices(model: ModelProfile, *, has_budget: bool) -> st.SearchStrategy[Json]:
    choices: list[JsonObject] = [
        {"type": "auto"},
        {"type": "none"},
        {"type": "auto", "disable_parallel_tool_use": True},
    ]
    if model.forced_tool_choice and not has_budget:
        choices += [{"type": "any"}, {"type": "tool", "name": "get_weather"}]
    return st.sampled_from(choices)


def _outputs(model: ModelProfile, words: Collection[str], thinking: JsonObject) -> st.SearchStrategy[Json]:
    highest = {"disabled": model.disabled_max_effort, "between_tools": model.between_tools_max_effort}.get(
        str(thinking.get("type"))
    )
    levels = EFFORTS[: EFFORTS.index(highest) + 1] if highest else EFFORTS
    outputs: list[JsonObject] = [{}]
    outputs += [{"effort": level} for level in levels if level in model.effort_levels]
    if model.structured_outputs and "prefill" not in words:
        outputs.append({"format": {"type": "json_schema", "schema": ANSWER}})
    return st.sampled_from(outputs)
