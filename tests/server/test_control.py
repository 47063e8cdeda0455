"""The control API's manners: what it knows, what it refuses and how, and that nobody caches it."""

import gzip
import json
from collections.abc import Iterator

import pytest

from mockclaude import __version__
from mockclaude.mock import MockClaude
from mockclaude.server.control import PATHS, ROUTES
from mockclaude.server.control_answer import suggested
from mockclaude.server.control_request import LARGEST

from .control_client import ControlClient


@pytest.fixture
def broken(mock: MockClaude) -> Iterator[ControlClient]:
    """A server whose journal fails."""
    mock.world.journal._kept.append(None)  # type: ignore[arg-type]
    mock.world.journal._unread += 1
    yield ControlClient(mock.url)
    mock.world.journal.clear()


def test_health_needs_no_key_and_is_remembered_by_nobody(mock: MockClaude, control: ControlClient) -> None:
    said = control.ask("GET", "/health")
    assert (said.status, said.json()) == (200, {"status": "ok", "version": __version__})
    assert list(mock.journal) == []


@pytest.mark.parametrize("route", ROUTES, ids=lambda route: f"{route.method} {route.path}")
def test_no_answer_is_cached_and_every_one_is_marked(control: ControlClient, route: object) -> None:
    assert isinstance(route, type(ROUTES[0]))
    said = control.ask(route.method, route.path.replace("{id}", "1").replace("{name}", "default"))
    assert said.headers["cache-control"] == "no-store"
    assert said.headers["x-mockclaude"] == __version__
    assert said.headers["x-content-type-options"] == "nosniff"


def test_an_unknown_path_names_the_nearest(control: ControlClient) -> None:
    said = control.ask("GET", "/stubz")
    assert (said.status, said.error["type"], said.error["nearest"]) == (404, "not_found", "/_mockclaude/stubs")
    assert said.error["message"] == f"no control path '/_mockclaude/stubz'; known: {', '.join(PATHS)}"


@pytest.mark.parametrize("path", ["", "/", "/stubs/1/2", "/stubs/", "/STUBS"])
def test_what_is_no_path_is_not_found(control: ControlClient, path: str) -> None:
    said = control.ask("GET", path)
    assert (said.status, said.error["type"]) == (404, "not_found")


@pytest.mark.parametrize("path", PATHS)
@pytest.mark.parametrize("method", ["GET", "POST", "PUT", "PATCH", "DELETE", "OPTIONS"])
def test_a_method_that_a_path_has_not_is_refused_with_those_it_has(
    control: ControlClient, path: str, method: str
) -> None:
    methods = [route.method for route in ROUTES if path == f"/_mockclaude{route.path}"]
    if method in methods:
        return
    said = control.ask(method, path.replace("{id}", "1").replace("{name}", "default"), root="")
    assert (said.status, said.headers["allow"], said.error["type"]) == (405, ", ".join(methods), "method_not_allowed")


@pytest.mark.parametrize("route", ROUTES, ids=lambda route: f"{route.method} {route.path}")
def test_an_unknown_parameter_is_refused(control: ControlClient, route: object) -> None:
    assert isinstance(route, type(ROUTES[0]))
    path = route.path.replace("{id}", "1").replace("{name}", "default")
    said = control.ask(route.method, f"{path}?wrokspace=a")
    assert (said.status, said.error["type"]) == (400, "invalid_request")
    assert said.error["nearest"] == ("workspace" if route.of_world else None)


@pytest.mark.parametrize(
    ("body", "headers", "status", "message"),
    [
        (None, {}, 400, "the body is empty; expected JSON or YAML"),
        (b" \n", {}, 400, "the body is empty; expected JSON or YAML"),
        (b"\xff", {}, 400, "the body is not UTF-8"),
        (b"{", {"content-type": "application/json"}, 400, "the body is not JSON: unexpected end of data: line 1 column 2 (char 1)"),
        (b"{", {}, 400, "body:1:2: not YAML: expected the node content, but found '<stream end>'"),
        (b"!!python/name:os.getcwd ''", {}, 400, "is no JSON; put it in quotes"),
        (gzip.compress(b"{}", mtime=0), {"content-encoding": "gzip"}, 415, "the body has a content-encoding; send it as it is"),
        (b" " * (LARGEST + 1), {}, 413, f"the body is larger than {LARGEST} bytes"),
    ],
    ids=lambda value: str(value)[:20],
)  # fmt: skip
def test_a_body_that_cannot_be_read_is_refused(
    control: ControlClient, body: bytes | None, headers: dict[str, str], status: int, message: str
) -> None:
    said = control.ask("POST", "/stubs", body, headers=headers)
    assert (said.status, message in said.error["message"]) == (status, True)
    assert control.ask("GET", "/stubs").json() == {"stubs": []}


def test_a_failure_of_ours_says_nothing_of_the_inside(broken: ControlClient, caplog: pytest.LogCaptureFixture) -> None:
    said = broken.ask("GET", "/journal")
    assert (said.status, said.error["type"]) == (500, "internal")
    assert said.error["message"] == "failed inside mockclaude; see the server's log"
    assert [record.message for record in caplog.records] == ["GET /journal failed inside mockclaude"]


@pytest.mark.parametrize("given", ["?workspace=b", "?workspace=%20b%20"])
def test_the_query_names_the_workspace(mock: MockClaude, control: ControlClient, given: str) -> None:
    control.ask("POST", f"/stubs{given}", {"replies": ["for b"]})
    assert [len(mock.workspace(name).stubs) for name in ("b", "default")] == [1, 0]


def test_the_header_names_the_workspace_unless_the_query_does(mock: MockClaude, control: ControlClient) -> None:
    header = {"x-mockclaude-workspace": "a"}
    control.ask("POST", "/stubs", {"replies": ["x"]}, headers=header)
    control.ask("POST", "/stubs?workspace=b", {"replies": ["x"]}, headers=header)
    assert [len(mock.workspace(name).stubs) for name in ("a", "b", "default")] == [1, 1, 0]


@pytest.mark.parametrize("path", ["/stubs?workspace=a-b", "/stubs?workspace=", "/journal?workspace=a%20b"])
def test_what_cannot_name_a_workspace_is_refused(mock: MockClaude, control: ControlClient, path: str) -> None:
    said = control.ask("GET", path)
    assert (said.status, said.error["type"]) == (400, "invalid_request")
    assert [world.name for world in mock.workspaces] == ["default"]


@pytest.mark.parametrize(
    "path", ["/stubs", "/journal", "/findings", "/settings", "/workspaces", "/metrics", "/openapi.json"]
)
def test_keys_never_appear(control: ControlClient, path: str) -> None:
    secret = "sk-ant-api03-abcDEF_123-456"
    headers = {"x-api-key": secret, "anthropic-version": "2023-06-01", "cookie": f"a={secret}"}
    body = {"model": "claude-sonnet-4-5", "max_tokens": 9, "messages": [{"role": "user", "content": secret}]}
    control.ask("PATCH", "/settings", {"reply": "echo"})
    for stream in (False, True):
        said = control.ask("POST", f"/v1/messages?key={secret}", {**body, "stream": stream}, headers=headers, root="")
        assert said.status == 200
    for more in ("", "?full=true", "?exact=true") if path == "/journal" else ("",):
        answer = control.ask("GET", f"{path}{more}").body
        for text in (answer, *decoded_parts(answer)):
            assert b"abcDEF" not in text


def decoded_parts(answer: bytes) -> list[bytes]:
    """What stands as base64 in an answer."""
    import base64

    def parts(value: object) -> Iterator[bytes]:
        if isinstance(value, dict):
            for key, inner in value.items():
                if key == "base64" and isinstance(inner, str):
                    yield base64.b64decode(inner)
                yield from parts(inner)
        elif isinstance(value, list):
            for inner in value:
                yield from parts(inner)

    return list(parts(json.loads(answer))) if answer.startswith(b"{") else []


def test_a_suggestion_is_read_out_of_a_message() -> None:
    assert suggested("unknown key 'txt'; did you mean 'text'?") == "text"
    assert suggested("unknown key 'txt'") is None
