"""Every path and method gets the answer that the API, or a person who set a base URL, expects."""

import pytest
from pytest_aiohttp import AiohttpClient

from mockclaude import __version__
from mockclaude.clock import FixedClock
from mockclaude.mock import MockClaude
from mockclaude.models import Models
from mockclaude.server.app import ENDPOINTS, make_app
from mockclaude.server.elsewhere import NOT_IMITATED
from mockclaude.settings import Settings
from mockclaude.workspace import Workspaces

from .line import HEADERS, HELLO, Line, request


async def test_the_application_runs_on_a_test_s_own_loop(aiohttp_client: AiohttpClient) -> None:
    app = make_app(Workspaces(Settings(), key=b"", clock=FixedClock(), models=Models.load()))
    client = await aiohttp_client(app)
    answer = await client.post("/v1/messages?beta=true", json=HELLO, headers=HEADERS)
    assert (answer.status, (await answer.json())["type"]) == (200, "message")


def test_beta_in_the_query_changes_nothing(line: Line) -> None:
    assert line.ask(request(path="/v1/messages?beta=true")).json()["type"] == "message"


@pytest.mark.parametrize("path", ["/v1/unknown", "/v2/messages", "/v1/messages/", "/v1", "/", "/v1/models/a/b"])
def test_an_unknown_path_is_the_api_s_404(line: Line, path: str) -> None:
    answer = line.ask(request(path=path))
    assert (answer.status, answer.json()) == (
        404,
        {
            "type": "error",
            "error": {"type": "not_found_error", "message": "Not Found"},
            "request_id": answer.headers["request-id"],
        },
    )
    assert "x-mockclaude-error" not in answer.headers


@pytest.mark.parametrize("method", ["GET", "PUT", "PATCH", "DELETE", "TRACE"])
@pytest.mark.parametrize("path", sorted({endpoint.path for endpoint in ENDPOINTS}))
def test_a_wrong_method_is_refused_before_the_credential(line: Line, method: str, path: str) -> None:
    if (method, path) in {(endpoint.method, endpoint.path) for endpoint in ENDPOINTS}:
        return
    headers = {"x-api-key": "", "anthropic-version": ""}
    answer = line.ask(request(b"", method=method, path=path.replace("{model}", "claude-opus-5"), headers=headers))
    assert answer.status == 405
    assert answer.json()["error"] == {"type": "invalid_request_error", "message": "Method Not Allowed"}


@pytest.mark.parametrize("path", ["/v1/v1/messages", "/v1/v1/models"])
def test_v1_twice_says_how_the_base_url_must_end(line: Line, path: str) -> None:
    answer = line.ask(request(path=path))
    assert (answer.status, answer.json()["error"]["type"]) == (404, "not_found_error")
    assert answer.json()["error"]["message"] == (
        f"Not Found: '{path}' has /v1 twice; this client adds it itself, so its base URL must not end in /v1"
    )
    assert answer.headers["x-mockclaude-error"] == "base URL"


def test_a_path_without_v1_says_how_the_base_url_must_end(line: Line) -> None:
    answer = line.ask(request(path="/messages"))
    assert answer.status == 404
    assert answer.json()["error"]["message"].endswith("its base URL must end in /v1")


@pytest.mark.parametrize("path", [*NOT_IMITATED, "/v1/files/file_1"])
@pytest.mark.parametrize("method", ["GET", "POST", "DELETE"])
def test_what_is_not_imitated_says_so(line: Line, method: str, path: str) -> None:
    answer = line.ask(request(b"", method=method, path=path))
    assert (answer.status, answer.headers["x-mockclaude-error"]) == (404, "not imitated")
    assert answer.headers["x-should-retry"] == "false"
    assert answer.json()["error"]["message"].startswith(f"mockclaude does not imitate {method} {path}; it serves POST")


@pytest.mark.parametrize("path", ["/", "/api/hello"])
def test_a_client_that_looks_for_the_server_finds_it(line: Line, path: str) -> None:
    answer = line.ask(request(b"", method="HEAD", path=path, headers={"x-api-key": ""}), bodiless=True)
    assert answer.status == 200


@pytest.mark.parametrize("path", ["/v1/messages", "/v1/models", "/v1/unknown"])
def test_a_page_in_a_browser_may_ask(line: Line, path: str) -> None:
    wanted = "x-api-key,anthropic-version,anthropic-dangerous-direct-browser-access"
    headers = {"x-api-key": "", "origin": "https://example.org", "access-control-request-headers": wanted}
    answer = line.ask(request(b"", method="OPTIONS", path=path, headers=headers))
    assert (answer.status, answer.headers["access-control-allow-headers"]) == (204, wanted)


@pytest.mark.parametrize("key", ["sk-ant-mock-default", "sk-ant-invalid"])
def test_a_page_in_a_browser_may_read_the_answer(line: Line, key: str) -> None:
    answer = line.ask(request(headers={"origin": "https://example.org", "x-api-key": key}))
    assert answer.headers["access-control-allow-origin"] == "*"


def test_health_is_asked_without_a_key_and_remembered_by_nobody(mock: MockClaude, line: Line) -> None:
    answer = line.ask(request(b"", method="GET", path="/_mockclaude/health", headers={"x-api-key": ""}))
    assert (answer.status, answer.json()) == (200, {"status": "ok", "version": __version__})
    assert not mock.journal


def test_an_unknown_control_path_names_the_known_ones(line: Line) -> None:
    answer = line.ask(request(b"", method="GET", path="/_mockclaude/helth"))
    assert (answer.status, answer.json()["error"]["nearest"]) == (404, "/_mockclaude/health")


@pytest.mark.parametrize("path", ["/v1/messages", "/v1/models", "/nowhere", "/_mockclaude/health"])
def test_every_answer_is_marked_as_ours(line: Line, path: str) -> None:
    answer = line.ask(request(b"", method="GET", path=path))
    assert answer.headers["x-mockclaude"] == __version__
