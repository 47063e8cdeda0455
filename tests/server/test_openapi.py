"""The control API is described: every route and nothing else, and the server keeps to what it says."""

import json
import re
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

import pytest
from jsonschema import Draft202012Validator

from mockclaude.clock import FixedClock
from mockclaude.models import Models
from mockclaude.server.control import ROUTES, control_handlers, control_openapi
from mockclaude.server.control_guard import Guard
from mockclaude.server.control_route import ROOT, Route
from mockclaude.settings import Settings
from mockclaude.workspace import Workspaces

from .control_client import ControlClient

CONTRACT = Path(__file__).parents[2] / "contracts" / "control.openapi.json"
METHODS = {"get", "put", "post", "delete", "patch"}
API: Any = json.loads(json.dumps(control_openapi()))
OPERATIONS = [(path, method, operation) for path, item in API["paths"].items() for method, operation in item.items()]


def served() -> set[tuple[str, str]]:
    """What the control API answers, other than by telling that it does not."""
    worlds = Workspaces(Settings(), key=b"", clock=FixedClock(), models=Models.load())
    return {(method, path) for method, path, _ in control_handlers(worlds, Guard()) if method != "*"}


def test_what_is_described_is_what_is_served() -> None:
    assert {(method.upper(), path) for path, method, _ in OPERATIONS} == served()
    assert len(OPERATIONS) == len(ROUTES)


def test_the_description_is_served(control: ControlClient) -> None:
    assert control.ask("GET", "/openapi.json").json() == API


def test_the_contract_is_up_to_date() -> None:
    assert json.loads(CONTRACT.read_text()) == API


def test_it_has_the_form_of_openapi() -> None:
    assert set(API) == {"openapi", "info", "paths", "components", "security"}
    assert re.fullmatch(r"3\.1\.\d", API["openapi"])
    assert {"title", "version"} <= set(API["info"])
    for item in API["paths"].values():
        assert set(item) <= METHODS


@pytest.mark.parametrize(("path", "method", "operation"), OPERATIONS, ids=lambda value: str(value)[:40])
def test_every_operation_has_the_form_of_openapi(path: str, method: str, operation: Any) -> None:
    assert set(operation) <= {"operationId", "summary", "parameters", "requestBody", "responses", "security"}
    assert re.fullmatch(r"[a-z_]+", operation["operationId"])
    assert operation["summary"].endswith(".")
    parameters = operation.get("parameters", [])
    assert {one["name"] for one in parameters if one["in"] == "path"} == set(re.findall(r"\{(\w+)\}", path))
    for one in parameters:
        assert set(one) == {"name", "in", "description", "required", "schema"}
        assert one["in"] in {"path", "query", "header"}
        assert one["required"] is (one["in"] == "path")
        Draft202012Validator.check_schema(one["schema"])
    names = [(one["in"], one["name"]) for one in parameters]
    assert len(names) == len(set(names))
    assert ("requestBody" in operation) is (method in {"post", "patch"} and not path.endswith("/reset"))
    contents = [operation["requestBody"]["content"]] if "requestBody" in operation else []
    for status, response in operation["responses"].items():
        assert re.fullmatch(r"[2-5]\d\d", status)
        assert response["description"]
        contents.append(response.get("content", {}))
    for content in contents:
        for kind, media in content.items():
            assert "/" in kind
            Draft202012Validator.check_schema(media["schema"])


def test_operations_have_names_of_their_own() -> None:
    names = [operation["operationId"] for _, _, operation in OPERATIONS]
    assert len(names) == len(set(names))


@pytest.mark.parametrize("name", API["components"]["schemas"])
def test_every_schema_is_one(name: str) -> None:
    Draft202012Validator.check_schema(API["components"]["schemas"][name])


def references(value: object) -> Iterator[str]:
    if isinstance(value, Mapping):
        for key, inner in value.items():
            if key == "$ref":
                yield inner
            else:
                yield from references(inner)
    elif isinstance(value, list):
        for inner in value:
            yield from references(inner)


def test_every_reference_leads_to_a_schema_and_every_schema_is_referred_to() -> None:
    named = {f"#/components/schemas/{name}" for name in API["components"]["schemas"]}
    assert set(references(API)) == named


def schema_of(route: Route, status: int, *, sent: bool = False) -> Any:
    """The schema that a route's request body or answer is described with, references and all."""
    operation = API["paths"][f"{ROOT}{route.path}"][route.method.lower()]
    content = operation["requestBody"]["content"] if sent else operation["responses"][str(status)].get("content")
    if content is None:
        return None
    kind = "application/json" if "application/json" in content else next(iter(content))
    return {**content[kind]["schema"], "components": API["components"]}


METADATA: Any = {"recorded": "", "mockclaude": "", "clients": [], "models": [], "api_versions": []}
BODIES: dict[str, list[Any]] = {
    "/stubs": [{"when": {"text": "a"}, "replies": ["b"]}, [{"replies": [{"error": {"status": 429}}]}]],
    "/next": [{"replies": ["a", {"text": "b", "pace": {"first": 0.1}, "fault": "reset"}]}],
    "/scenario": [{"name": "a", "settings": {"validation": "live"}, "stubs": [{"replies": ["a"]}]}],
    "/verify": [{"when": {"text": "hello"}, "times": 2}, {"when": {"text": "a"}, "times": 9}],
    "/verify/contract": [{}, {"validation": "live"}],
    "/verify/resilience": [{}, {"attempts": 1, "within": 0.5, "tolerance": 0, "restarts": True, "outcome": "hello"}],
    "/clock": [{"seconds": 60}, {"seconds": 0.5}],
    "/settings": [{"padding": False, "limits": {"messages": 9}}],
    "/cassette": [{"mockclaude_cassette": 1, "metadata": METADATA, "interactions": []}],
    "/workspaces": [{"name": "a"}],
    "/reset": [None],
}


@pytest.mark.parametrize("route", ROUTES, ids=lambda route: f"{route.method} {route.path}")
def test_what_the_server_answers_is_as_described(control: ControlClient, route: Route) -> None:
    control.ask(
        "POST", "/stubs?workspace=b", [{"replies": ["a"]}, {"when": {"paused": True}, "replies": [{"content": []}]}]
    )
    calls = [control.call(workspace="b", stream=True), control.call(workspace="b", max_tokens=-1)]
    path = route.path.replace("{name}", "b").replace(
        "{id}", "1" if "stubs" in route.path else calls[0].headers["request-id"]
    )
    queries = ["", *[f"?{one.name}=true" for one in route.parameters if one.schema == {"type": "boolean"}]]
    for query in queries:
        for body in BODIES[route.path] if route.method in {"POST", "PATCH"} else [None]:
            header = {"x-mockclaude-workspace": "b"} if route.of_world else {}
            said = control.ask(route.method, f"{path}{query}", body, headers=header)
            assert said.status in {route.status, 409}
            schema = schema_of(route, said.status)
            if schema is None:
                assert said.body == b""
            elif "json" in said.headers["content-type"]:
                Draft202012Validator(schema).validate(said.json())
            if body is not None:
                Draft202012Validator(schema_of(route, 0, sent=True)).validate(body)


@pytest.mark.parametrize("route", ROUTES, ids=lambda route: f"{route.method} {route.path}")
@pytest.mark.parametrize("headers", [{}, {"host": "evil.example"}])
def test_what_the_server_refuses_is_as_described(control: ControlClient, route: Route, headers: dict[str, str]) -> None:
    path = route.path.replace("{id}", "none").replace("{name}", "none")
    said = control.ask(route.method, f"{path}?no=parameter", headers=headers)
    assert said.status >= 400
    Draft202012Validator(schema_of(route, said.status)).validate(said.json())
