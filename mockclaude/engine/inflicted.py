"""The note that a fault leaves on the call it befell, so that verdicts and reports can name it."""

from typing import Final

from mockclaude.engine.fault import Fault, data_of_fault
from mockclaude.engine.presets import FAULTS
from mockclaude.engine.say_fault import named
from mockclaude.wire.body import Json
from mockclaude.wire.finding import Finding

INFLICTED: Final = "inflicted-fault"
LONG: Final = 40
"""Characters of a parameter beyond which it is left out."""


def inflicted(fault: Fault) -> Finding:
    """The remark that an answer was disturbed on purpose, and how."""
    return Finding(INFLICTED, f"the answer was disturbed on purpose: {written(fault)}", "remark")


def written(fault: Fault) -> str:
    """A fault as a header or an option writes it: by the name of its preset, or by its kind and parameters."""
    name = next((name for name in FAULTS if named(name) == fault), None)
    if name is not None:
        return name
    data = data_of_fault(fault)
    words = [f"{key}={_word(value)}" for key, value in data.items() if key != "kind" and _is_short(value)]
    return " ".join([str(data["kind"]), *words])


def _is_short(value: Json) -> bool:
    return not isinstance(value, dict) and len(_word(value)) <= LONG and " " not in _word(value)


def _word(value: Json) -> str:
    if not isinstance(value, list):
        return str(value)
    return ",".join([":".join(map(str, item)) if isinstance(item, list) else str(item) for item in value])
