"""The tools that the kit offers to agents: one that works, one that fails, one that takes nothing."""

from collections.abc import Callable, Iterable, Mapping
from typing import Final

from mockclaude.verify.adapter import AgentTool, Tools
from mockclaude.wire.body import JsonObject

TASK: Final = "Find out how the weather is."


class ToolFailed(RuntimeError):
    """What a tool of the kit raises when it fails, as every tool may."""


def _weather(_input: JsonObject) -> str:
    return "18 °C"


def _broken(_input: JsonObject) -> str:
    raise ToolFailed("the tool failed")


def _nothing(_input: JsonObject) -> str:
    return ""


def _definition(name: str, description: str, **properties: str) -> JsonObject:
    fields: JsonObject = {key: {"type": kind} for key, kind in properties.items()}
    schema: JsonObject = {"type": "object", "properties": fields}
    return {"name": name, "description": description, "input_schema": schema}


_TOOLS: Final[Mapping[str, tuple[JsonObject, Callable[[JsonObject], str]]]] = {
    "get_weather": (_definition("get_weather", "Tells the weather in a city.", city="string"), _weather),
    "get_time": (_definition("get_time", "Tells the time, and fails at it."), _broken),
    "do_nothing": (_definition("do_nothing", "Says nothing."), _nothing),
}
NAMES: Final = tuple(_TOOLS)


def agent_tools() -> Tools:
    """The tools that agents are offered."""
    return offered(NAMES, lambda _name, _given: None)


def offered(names: Iterable[str], called: Callable[[str, JsonObject], None]) -> Tools:
    """The tools of these names; each call is told before the tool runs."""

    def noted(name: str, run: Callable[[JsonObject], str]) -> Callable[[JsonObject], str]:
        def noting(given: JsonObject) -> str:
            called(name, given)
            return run(given)

        return noting

    return {name: AgentTool(_TOOLS[name][0], noted(name, _TOOLS[name][1])) for name in names}
