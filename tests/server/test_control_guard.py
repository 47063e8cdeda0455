"""Only those who may use the control API can: known hosts, no pages from elsewhere, and holders of the token."""

import asyncio
from collections.abc import Iterator

import pytest
from pytest_aiohttp import AiohttpClient

from mockclaude.clock import FixedClock
from mockclaude.mock import MockClaude
from mockclaude.models import Models
from mockclaude.server.app import make_app
from mockclaude.server.control import ROUTES
from mockclaude.server.control_guard import HOSTS, TOKEN, Guard, is_loopback, name_of
from mockclaude.server.runner import Server, bind, url_of
from mockclaude.settings import Settings
from mockclaude.workspace import Workspaces

from .control_client import ControlClient

TOLD = "correct horse battery staple"
GUARDED = [route for route in ROUTES if not route.is_open]


@pytest.fixture
def guarded(monkeypatch: pytest.MonkeyPatch) -> Iterator[ControlClient]:
    """A server with a token and two more hosts."""
    monkeypatch.setenv(TOKEN, TOLD)
    monkeypatch.setenv(HOSTS, "mock.test, *.Example.org")
    with MockClaude() as mock:
        yield ControlClient(mock.url)


@pytest.mark.parametrize(
    "host",
    ["localhost", "localhost:4242", "LOCALHOST", "mock.localhost", "127.0.0.1", "127.8.9.1:80", "[::1]", "[::1]:4242"],
)
def test_names_of_this_machine_are_known(control: ControlClient, host: str) -> None:
    assert control.ask("GET", "/stubs", headers={"host": host}).status == 200


@pytest.mark.parametrize(
    "host",
    [
        "evil.example", "evil.example:4242", "localhost.evil.example", "127.0.0.1.evil.example", "1.2.3.4", "0.0.0.0",
        "[::2]", "[::", "@localhost@evil.example", "localhost@evil.example", "",
    ],
)  # fmt: skip
def test_other_names_are_refused(control: ControlClient, host: str) -> None:
    said = control.ask("GET", "/stubs", headers={"host": host})
    assert (said.status, said.error["type"]) == (403, "unknown_host")


def test_the_refusal_of_a_host_tells_how_to_allow_it(control: ControlClient) -> None:
    said = control.ask("GET", "/stubs", headers={"host": "mock.test:4242"})
    assert said.error == {
        "type": "unknown_host",
        "message": (
            "the host 'mock.test:4242' is not known here; ask for localhost, or start the server with"
            " --allow-host mock.test (or MOCKCLAUDE_ALLOW_HOST)"
        ),
        "nearest": None,
    }


@pytest.mark.parametrize("host", ["mock.test", "MOCK.test:80", "a.example.org", "a.b.example.org."])
def test_allowed_hosts_are_known(guarded: ControlClient, host: str) -> None:
    assert guarded.ask("GET", "/stubs", headers={"host": host, "x-mockclaude-token": TOLD}).status == 200


def test_a_host_that_is_not_allowed_is_refused_even_with_the_token(guarded: ControlClient) -> None:
    said = guarded.ask("GET", "/stubs", headers={"host": "example.org", "x-mockclaude-token": TOLD})
    assert (said.status, said.error["type"]) == (403, "unknown_host")


def test_the_address_that_was_connected_to_is_known() -> None:
    with MockClaude(host="127.0.0.3") as mock:
        assert ControlClient(mock.url).ask("GET", "/stubs").status == 200


@pytest.mark.parametrize("route", GUARDED, ids=lambda route: f"{route.method} {route.path}")
@pytest.mark.parametrize(
    ("headers", "kind"),
    [
        ({"host": "evil.example"}, "unknown_host"),
        ({"origin": "https://evil.example"}, "cross_origin"),
        ({"origin": "null"}, "cross_origin"),
        ({"origin": "http://localhost:1"}, "cross_origin"),
        ({"sec-fetch-site": "cross-site"}, "cross_origin"),
        ({"sec-fetch-site": "same-site"}, "cross_origin"),
    ],
)
def test_every_guarded_route_refuses_strangers(
    control: ControlClient, route: object, headers: dict[str, str], kind: str
) -> None:
    assert isinstance(route, type(ROUTES[0]))
    path = route.path.replace("{id}", "1").replace("{name}", "default")
    said = control.ask(route.method, path, headers=headers)
    assert (said.status, said.error["type"]) == (403, kind)


def test_a_page_of_the_server_s_own_is_let_in(control: ControlClient) -> None:
    origin = f"http://{control.place.netloc}"
    assert control.ask("GET", "/stubs", headers={"origin": origin, "sec-fetch-site": "same-origin"}).status == 200


def test_a_browser_gets_no_permission_to_ask_from_elsewhere(control: ControlClient) -> None:
    wanted = {"origin": "https://evil.example", "access-control-request-method": "POST"}
    for path in ("/stubs", "/nowhere", "/health"):
        said = control.ask("OPTIONS", path, headers=wanted)
        assert said.status in {404, 405}
        assert not [name for name in said.headers if name.startswith("access-control")]


@pytest.mark.parametrize("route", GUARDED, ids=lambda route: f"{route.method} {route.path}")
@pytest.mark.parametrize(
    "headers",
    [
        {},
        {"authorization": "Bearer wrong"},
        {"authorization": TOLD},
        {"authorization": f"Basic {TOLD}"},
        {"x-mockclaude-token": TOLD[:-1]},
        {"x-mockclaude-token": "", "authorization": f"Bearer {TOLD}"},
        {"x-mockclaude-token": "tök\xffen"},
    ],
)
def test_every_guarded_route_asks_for_the_token(guarded: ControlClient, route: object, headers: dict[str, str]) -> None:
    assert isinstance(route, type(ROUTES[0]))
    path = route.path.replace("{id}", "1").replace("{name}", "default")
    said = guarded.ask(route.method, path, headers=headers)
    assert (said.status, said.error["type"], said.headers["www-authenticate"]) == (401, "unauthorized", "Bearer")
    assert TOLD not in said.body.decode()


@pytest.mark.parametrize(
    "headers",
    [{"authorization": f"Bearer {TOLD}"}, {"authorization": f"bearer  {TOLD} "}, {"x-mockclaude-token": TOLD}],
)
def test_the_token_opens(guarded: ControlClient, headers: dict[str, str]) -> None:
    assert guarded.ask("GET", "/stubs", headers=headers).status == 200


def test_health_is_told_to_everybody(guarded: ControlClient) -> None:
    assert guarded.ask("GET", "/health", headers={"host": "10.0.0.7", "origin": "null"}).status == 200


def test_the_api_itself_needs_no_token(guarded: ControlClient) -> None:
    assert guarded.call().status == 200


async def test_the_application_takes_a_guard_of_its_own(aiohttp_client: AiohttpClient) -> None:
    worlds = Workspaces(Settings(), key=b"", clock=FixedClock(), models=Models.load())
    client = await aiohttp_client(make_app(worlds, guard=Guard(token=TOLD)))
    assert (await client.get("/_mockclaude/stubs")).status == 401
    assert (await client.get("/_mockclaude/stubs", headers={"x-mockclaude-token": TOLD})).status == 200


async def test_a_server_takes_a_guard_of_its_own() -> None:
    worlds = Workspaces(Settings(), key=b"", clock=FixedClock(), models=Models.load())
    sockets = bind("127.0.0.1", 0)
    server = Server(worlds, sockets, guard=Guard(("mock.test",)))
    await server.start()
    control = ControlClient(url_of("127.0.0.1", sockets))
    statuses = [
        (await asyncio.to_thread(control.ask, "GET", "/stubs", headers={"host": host})).status
        for host in ("mock.test", "other.test")
    ]
    await server.stop()
    assert statuses == [200, 403]


def test_a_guard_is_made_of_the_environment() -> None:
    environment = {TOKEN: TOLD, HOSTS: "a,b  c"}
    assert Guard.of_environment(environment, allow_hosts=["d"]) == Guard(("a", "b", "c", "d"), TOLD)
    assert Guard.of_environment({TOKEN: ""}) == Guard()
    assert TOLD not in repr(Guard.of_environment(environment))


@pytest.mark.parametrize(
    ("host", "name"),
    [
        ("a:1", "a"),
        ("A.b.", "a.b"),
        ("[::1]:1", "::1"),
        ("", ""),
        ("[", ""),
        ("a:b:c", "a"),
        ("a/b", "a"),
        ("u@a", "a"),
    ],
)
def test_the_name_of_a_host(host: str, name: str) -> None:
    assert name_of(host) == name


@pytest.mark.parametrize(
    ("name", "expected"),
    [("localhost", True), ("::ffff:127.0.0.1", True), ("::ffff:1.2.3.4", False), ("localhostx", False), ("", False)],
)
def test_what_is_this_machine(name: str, expected: bool) -> None:
    assert is_loopback(name) is expected
