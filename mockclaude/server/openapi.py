"""The description of the control API in OpenAPI 3.1, made of its routes."""

from collections.abc import Iterable, Mapping
from http import HTTPStatus
from typing import Final, cast

from mockclaude import __version__
from mockclaude.server.control_guard import TOKEN_HEADER
from mockclaude.server.control_route import ROOT, Parameter, Route, schema
from mockclaude.server.control_schemas import SCHEMAS
from mockclaude.wire.body import Json, JsonObject
from mockclaude.workspace import DEFAULT, NAME, NAME_HEADER

ABOUT: Final = "What tests and operators ask of a mockclaude server: its scripts, what it was asked, its settings."
NAMED: Final[JsonObject] = {"type": "string", "pattern": f"^{NAME.pattern}$", "default": DEFAULT}
OF_WORLD: Final = (
    Parameter("workspace", "The workspace that is meant; wins over the header", NAMED),
    Parameter(NAME_HEADER, "The workspace that is meant", NAMED, "header"),
)
GUARDED: Final = (401, 403)
"""Statuses of refusals that every guarded route may give."""
OVERSIZED: Final = (413, 415)
"""Statuses of refusals that every route with a body may give."""
YAML: Final = "application/yaml"


def described(routes: Iterable[Route]) -> JsonObject:
    """The description of these routes."""
    paths: dict[str, JsonObject] = {}
    for route in routes:
        paths.setdefault(f"{ROOT}{route.path}", {})[route.method.lower()] = _operation(route)
    return {
        "openapi": "3.1.0",
        "info": {"title": "mockclaude control API", "version": __version__, "description": ABOUT},
        "paths": cast("Json", paths),
        "components": {
            "schemas": _rewritten(SCHEMAS),
            "securitySchemes": {
                "bearer": {"type": "http", "scheme": "bearer"},
                "token": {"type": "apiKey", "in": "header", "name": TOKEN_HEADER},
            },
        },
        "security": [{}, {"bearer": []}, {"token": []}],
    }


def _operation(route: Route) -> JsonObject:
    operation: JsonObject = {"operationId": route.handler.__name__, "summary": route.handler.__doc__ or ""}
    parameters = (*route.parameters, *(OF_WORLD if route.of_world else ()))
    if parameters:
        operation["parameters"] = [_parameter(parameter) for parameter in parameters]
    if route.body is not None:
        content: JsonObject = {kind: {"schema": route.body} for kind in ("application/json", YAML)}
        operation["requestBody"] = {"required": True, "content": content}
    answers: dict[str, Json] = {str(route.status): _answer(route.status, route.answer, route.content_type)}
    refusals = (*route.refusals, *(() if route.is_open else GUARDED), *(() if route.body is None else OVERSIZED))
    for status in sorted({400, *refusals}):
        failed = f"failed_{_name(route.answer)}"
        form = schema(failed) if status == 409 and failed in SCHEMAS else schema("refusal")
        answers[str(status)] = _answer(status, form, "application/json")
    if route.is_open:
        operation["security"] = []
    return {**operation, "responses": answers}


def _name(form: JsonObject | None) -> str:
    """The name of a schema that is referred to."""
    return str((form or {}).get("$ref", "")).rpartition("/")[2]


def _parameter(parameter: Parameter) -> JsonObject:
    return {
        "name": parameter.name,
        "in": parameter.place,
        "description": parameter.description,
        "required": parameter.place == "path",
        "schema": parameter.schema,
    }


def _answer(status: int, form: JsonObject | None, content_type: str) -> JsonObject:
    said: JsonObject = {"description": HTTPStatus(status).phrase}
    return said if form is None else {**said, "content": {content_type: {"schema": form}}}


def _rewritten(value: object) -> Json:
    """Schemas of scenarios with their references led to where schemas stand here."""
    if isinstance(value, Mapping):
        return {
            key: inner.replace("#/$defs/", "#/components/schemas/") if key == "$ref" else _rewritten(inner)
            for key, inner in value.items()
        }
    return [_rewritten(inner) for inner in value] if isinstance(value, list) else cast("Json", value)
