"""Settings as JSON: shown without the accepted keys, and changed one by one."""

from collections.abc import Callable, Mapping
from dataclasses import asdict, fields, replace
from typing import Final, NamedTuple, cast, get_args

from mockclaude.engine.chaos import READERS
from mockclaude.engine.scenario_schema import BATCH_SECONDS, flag, one_of, record
from mockclaude.errors import SettingsError, nearest
from mockclaude.settings import PRESETS, Limits, Policy, ReplyMode, Settings, Validation, preset
from mockclaude.wire.body import Json, JsonObject


class Kind(NamedTuple):
    """What a setting may be: its test, how that is said, and its schema."""

    test: Callable[[Json], bool]
    expected: str
    schema: JsonObject


def _is_count(value: Json) -> bool:
    return type(value) is int and value >= 0


def _word(description: str, words: object) -> Kind:
    known = get_args(words)
    return Kind(lambda value: value in known, f"one of {', '.join(known)}", one_of(description, known))


def _switch(description: str) -> Kind:
    return Kind(lambda value: isinstance(value, bool), "true or false", flag(description))


def _text(description: str) -> Kind:
    form: JsonObject = {"type": ["string", "null"], "description": description}
    return Kind(lambda value: value is None or isinstance(value, str), "text, or null", form)


COUNT: Final[JsonObject] = {"type": "integer", "minimum": 0}
MAYBE: Final[JsonObject] = {"type": ["integer", "null"], "minimum": 0}
KINDS: Final[Mapping[str, Kind]] = {
    "validation": _word("How strictly requests are judged", Validation),
    "strict_stubs": _switch("Whether only stubs may answer"),
    "reply": _word("What answers when no stub does", ReplyMode),
    "padding": _switch("Whether events are padded as the API pads them"),
    "unknown_models": _word("What becomes of calls to models that nobody knows", Policy),
    "retired": _word("What becomes of calls to models that are retired", Policy),
    "seed": Kind(
        lambda value: value is None or _is_count(value),
        "a whole number from 0 on, or null",
        {**MAYBE, "description": "What every random choice follows from"},
    ),
    "fault": _text("The fault of every answer"),
    "chaos": _text("Faults by chance, as in overloaded=0.1,reset=0.05"),
    "pace": _text("The pace of answers that have none of their own, as in sonnet or first=0.3,per_second=40"),
    "batch_seconds": Kind(
        lambda value: type(value) in {int, float} and cast("float", value) >= 0,
        "a number of seconds from 0 on",
        {"type": "number", "minimum": 0, "description": BATCH_SECONDS},
    ),
}
MODELS_OWN: Final = frozenset({"media", "pdf_pages", "prompt_tokens"})
"""Limits that are the model's own where they are null."""

LIMITS: Final = record(
    "The API's numbers", {field.name: MAYBE if field.name in MODELS_OWN else COUNT for field in fields(Limits)}
)
SETTINGS: Final = record(
    "Settings of a workspace", {**{name: kind.schema for name, kind in KINDS.items()}, "limits": LIMITS}
)
CHANGES: Final = record(
    "Settings to change",
    {
        **{name: kind.schema for name, kind in KINDS.items()},
        "limits": {"description": "Limits to change, or a preset", "anyOf": [LIMITS, {"enum": list(PRESETS)}]},
    },
)


def data_of_settings(settings: Settings) -> JsonObject:
    """The settings as JSON, without the accepted keys."""
    return {**{name: getattr(settings, name) for name in KINDS}, "limits": asdict(settings.limits)}


def changed_settings(settings: Settings, data: Mapping[str, Json]) -> Settings:
    """The settings with changes applied; raises `SettingsError` or `ScriptError` for what they cannot be."""
    changes: dict[str, object] = {}
    for name, value in data.items():
        if name == "limits":
            changes[name] = _limits(settings.limits, value)
        elif name not in KINDS:
            hint = nearest(name, KINDS) or f"; known: {', '.join([*KINDS, 'limits'])}"
            raise SettingsError(f"unknown setting {name!r}{hint}")
        elif not KINDS[name].test(value):
            raise SettingsError(f"{name} is {value!r}; expected {KINDS[name].expected}")
        else:
            if name in READERS and value is not None:
                READERS[name](str(value))
            changes[name] = value
    return replace(settings, **changes)  # type: ignore[arg-type]  # KINDS has looked at every value


def _limits(limits: Limits, value: Json) -> Limits:
    """The limits of a preset, or those there are with some overridden."""
    if isinstance(value, str):
        return preset(value)
    if not isinstance(value, dict):
        raise SettingsError(f"limits is {value!r}; expected an object, or one of {', '.join(PRESETS)}")
    counts = {name: number for name, number in value.items() if number is not None}
    cleared = {name: None for name, number in value.items() if number is None}
    for name, number in counts.items():
        if not _is_count(number):
            raise SettingsError(f"limit {name} is {number!r}; expected a whole number from 0 on")
    for name in cleared:
        if name not in MODELS_OWN:
            raise SettingsError(f"limit {name} is null; expected a whole number from 0 on")
    overridden = limits.override([f"{name}={number}" for name, number in counts.items()])
    return replace(overridden, **cleared)  # type: ignore[arg-type]  # only limits that may be null are cleared
