"""What each model accepts, as a table: one ability a column, each with the smallest request that needs it."""

from collections.abc import Callable, Sequence
from typing import Final, NamedTuple

from mockclaude.models import EFFORTS, ModelProfile
from mockclaude.rules.rule import Draft
from mockclaude.rules.support import FAST
from mockclaude.wire.body import Json, JsonObject

TOOL: Final[JsonObject] = {"name": "get_time", "input_schema": {"type": "object", "properties": {}}}
CLOSED: Final[JsonObject] = {"type": "object", "properties": {}, "additionalProperties": False}
FORMAT: Final[JsonObject] = {"format": {"type": "json_schema", "schema": CLOSED}}
CITED: Final[JsonObject] = {
    "type": "document",
    "source": {"type": "text", "media_type": "text/plain", "data": "The grass is green."},
    "citations": {"enabled": True},
}
HELLO: Final[JsonObject] = {"role": "user", "content": "Hello"}


class Ability(NamedTuple):
    """Something that a model may accept, by its table, and the fields of a request that needs it."""

    name: str
    holds: Callable[[ModelProfile], bool]
    fields: JsonObject
    beta: str | None = None

    def request(self, model: ModelProfile) -> Draft:
        """A greeting to the model that needs the ability."""
        greeting = Draft({"model": model.id, "max_tokens": 2048, "messages": [HELLO], **self.fields})
        return greeting.with_header("anthropic-beta", self.beta)


def _turns(*turns: JsonObject) -> JsonObject:
    return {"messages": list[Json](turns)}


def _thinks(kind: str, **fields: Json) -> JsonObject:
    return {"thinking": {"type": kind, **fields}}


def _takes_at_most(kind: str, limit: str) -> Ability:
    def holds(model: ModelProfile) -> bool:
        return kind in model.thinking_types and "max" in model.effort_levels and getattr(model, limit) is None

    return Ability(f"{kind} at max effort", holds, {**_thinks(kind), "output_config": {"effort": "max"}})


def _effort(level: str) -> Ability:
    return Ability(f"effort {level}", lambda model: level in model.effort_levels, {"output_config": {"effort": level}})


def _thinking(kind: str, **fields: Json) -> Ability:
    return Ability(f"thinking {kind}", lambda model: kind in model.thinking_types, _thinks(kind, **fields))


ABILITIES: Final[Sequence[Ability]] = (
    Ability("prefill", lambda model: model.prefill, _turns(HELLO, {"role": "assistant", "content": "Hi"})),
    Ability("sampling", lambda model: model.sampling == "free", {"temperature": 0.5}),
    Ability(
        "temperature and top_p",
        lambda model: model.sampling == "free" and not model.refuses_temperature_with_top_p,
        {"temperature": 0.5, "top_p": 0.9},
    ),
    _thinking("adaptive"),
    _thinking("enabled", budget_tokens=1024),
    _thinking("disabled"),
    _takes_at_most("disabled", "disabled_max_effort"),
    _thinking("between_tools"),
    *[_effort(level) for level in EFFORTS],
    Ability("forced tool", lambda model: model.forced_tool_choice, {"tools": [TOOL], "tool_choice": {"type": "any"}}),
    Ability("role system", lambda model: model.system_role, _turns(HELLO, {"role": "system", "content": "Be brief."})),
    Ability("output format", lambda model: model.structured_outputs, {"output_config": FORMAT}),
    Ability("citations", lambda model: model.citations, _turns({"role": "user", "content": [CITED]})),
    Ability("inference_geo", lambda model: model.inference_geo == "global", {"inference_geo": "us"}),
    Ability("fast mode", lambda model: model.fast_mode != "no", {"speed": "fast"}, FAST),
)


def row_of(model: ModelProfile) -> dict[str, bool]:
    """What the model accepts."""
    return {ability.name: ability.holds(model) for ability in ABILITIES}
