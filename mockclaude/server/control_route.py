"""A path of the control API: what answers it, and what is told about it."""

from collections.abc import Awaitable, Callable
from typing import Final, NamedTuple

from aiohttp import web

from mockclaude.engine.scenario_schema import record
from mockclaude.server.control_request import ControlRequest
from mockclaude.wire.body import JsonObject

ROOT: Final = "/_mockclaude"

ControlHandler = Callable[[ControlRequest], Awaitable[web.Response]]


class Parameter(NamedTuple):
    """Something that a path or a query names."""

    name: str
    description: str
    schema: JsonObject
    place: str = "query"


class Route(NamedTuple):
    """A method and path below the root, what answers them, and how both are described.

    The handler's name and docstring are those of the operation. `body` and `answer` are schemas, absent where nothing is sent; `refusals` are the statuses of its own refusals.
    A route `of_world` is about one workspace; an `open` one answers everybody.
    """

    method: str
    path: str
    handler: ControlHandler
    parameters: tuple[Parameter, ...] = ()
    body: JsonObject | None = None
    answer: JsonObject | None = None
    status: int = 200
    refusals: tuple[int, ...] = ()
    content_type: str = "application/json"
    of_world: bool = True
    is_open: bool = False

    @property
    def known(self) -> tuple[str, ...]:
        """The parameters that its query may have."""
        named = tuple([parameter.name for parameter in self.parameters if parameter.place == "query"])
        return ("workspace", *named) if self.of_world else named


TEXT: Final[JsonObject] = {"type": "string"}
NUMBER: Final[JsonObject] = {"type": "integer", "minimum": 0}
FLAG: Final[JsonObject] = {"type": "boolean"}


def schema(name: str) -> JsonObject:
    """A reference to a schema of the description."""
    return {"$ref": f"#/components/schemas/{name}"}


def listed(key: str, name: str) -> JsonObject:
    """The schema of an object that holds a list under a key."""
    return record("", {key: {"type": "array", "items": schema(name)}}, key)
