"""The hooks and fixtures of the plugin, thin: what they do stands in the modules beside.

This module is loaded in every run of pytest, also where nobody uses it; all else loads with its first use.
"""

import os
from collections.abc import Generator, Iterator
from contextlib import ExitStack
from dataclasses import asdict
from datetime import UTC, date, datetime
from typing import TYPE_CHECKING, Final

import pytest

from mockclaude.errors import MockClaudeError, SettingsError
from mockclaude.pytest_plugin import finder
from mockclaude.pytest_plugin.options import MARKER, OPTIONS, Value, check_names, declare, read
from mockclaude.pytest_plugin.tally import Tally

if TYPE_CHECKING:  # nothing of this may load before it is used
    import anthropic

    from mockclaude.handle import MockWorkspace
    from mockclaude.mock_server import MockServer
    from mockclaude.pytest_plugin.session import Session
    from mockclaude.pytest_plugin.summary import Summary

SESSION: "Final[pytest.StashKey[Session]]" = pytest.StashKey()
ITEM: Final[pytest.StashKey[pytest.Item]] = pytest.StashKey()
TALLY: Final[pytest.StashKey[Tally]] = pytest.StashKey()

MISMATCH: Final = ("ScopeMismatch: ", "function scoped fixture mock_claude")
"""What pytest says where a fixture that outlives its test takes ours."""
TOO_WIDE: Final = (
    "mock_claude is the mock of one test, and a fixture of a wider scope outlives it. The way out:\n"
    "  take mock_claude in the test, or in a fixture of its scope;\n"
    "  or let the wider fixture take mock_claude_server: workspace(NAME) of it is a mock that stays until the run ends,\n"
    "  and `with mock_claude_server.workspace(NAME).environment():` leads clients there;\n"
    "  or set mock_claude_session_env = true in the ini file, for clients that live from test to test."
)

NOWHERE: Final = "http://127.0.0.1:9"
"""Where the environment leads in a process that runs no tests itself: to a port that nobody listens on."""


def pytest_addoption(parser: pytest.Parser) -> None:
    """Makes the flags and the lines of the ini file known."""
    finder.install()
    declare(parser)


@pytest.hookimpl(tryfirst=True)
def pytest_load_initial_conftests(early_config: pytest.Config) -> None:
    """Leads clients to the mock before any module of the user's is imported, where that is asked for."""
    if not setting(early_config, "session_env"):
        return
    wanted = early_config.known_args_namespace
    hands_out = bool(getattr(wanted, "numprocesses", None) or getattr(wanted, "tx", None))
    if hands_out and "PYTEST_XDIST_WORKER" not in os.environ:
        from mockclaude.environment import applied, client_environment

        stack = ExitStack()
        stack.enter_context(applied(client_environment(NOWHERE, "sk-ant-mock-controller")))
        early_config.add_cleanup(stack.close)
    else:
        session_of(early_config)


def pytest_configure(config: pytest.Config) -> None:
    """Says what the marker is for, and checks what the run sets."""
    arguments = ", ".join(f"{name}=" for name, option in OPTIONS.items() if option.in_marker)
    config.addinivalue_line("markers", f"{MARKER}({arguments}): how mockclaude serves this test")
    for name in OPTIONS:
        setting(config, name)
    try:
        check_names(vars(config).get("_inicfg") or vars(config).get("inicfg", ()))  # pytest itself only warns
    except SettingsError as fault:
        raise pytest.UsageError(f"mockclaude: {reason_of(fault)}") from None
    tally = config.stash[TALLY] = Tally(began=datetime.now(UTC).date())
    config.pluginmanager.register(tally, "mockclaude tally")


@pytest.hookimpl(trylast=True)
def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """A test with the marker alone gets the fixture, too."""
    for item in items:
        names: list[str] = getattr(item, "fixturenames", [])
        if {"mock_claude", "mock_claude_server"}.isdisjoint(names) and item.get_closest_marker(MARKER):
            names.insert(0, "mock_claude")


@pytest.hookimpl(tryfirst=True)
def pytest_runtest_setup(item: pytest.Item) -> None:
    """Remembers which test runs."""
    item.config.stash[ITEM] = item


@pytest.hookimpl(wrapper=True)
def pytest_runtest_call(item: pytest.Item) -> Generator[None, object, object]:
    """Passes the verdict on a test that used the mock."""
    stash = item.config.stash
    try:
        result = yield
    except BaseException:
        if SESSION in stash:
            stash[SESSION].explain(item)
        raise
    if SESSION in stash:
        stash[SESSION].judge(item)
    return result


@pytest.hookimpl(wrapper=True)
def pytest_runtest_makereport(
    item: pytest.Item, call: pytest.CallInfo[None]
) -> Generator[None, pytest.TestReport, pytest.TestReport]:
    """Lets the last report of a test carry what the test did."""
    if call.excinfo is not None and all(sign in str(call.excinfo.value) for sign in MISMATCH):
        item.add_report_section("setup", "mockclaude", TOO_WIDE)
    session = item.config.stash.get(SESSION, None)
    ended = session.end(item) if session is not None and call.when == "teardown" else None
    if ended is None:
        return (yield)
    told, problems = ended
    item.user_properties += told.properties().items()
    report = yield
    report.mock_claude = asdict(told)  # type: ignore[attr-defined] # what a report holds travels with it
    if problems and report.passed:
        report.outcome, report.longrepr = "failed", "\n".join(problems)
    return report


@pytest.hookimpl(trylast=True)
def pytest_sessionfinish(session: pytest.Session) -> None:
    """Writes the report of the run."""
    config = session.config
    path = setting(config, "report")
    if path is None or hasattr(config, "workerinput"):
        return
    from mockclaude.pytest_plugin.report import write

    config.stash[TALLY].fault = write(config.invocation_params.dir / str(path), summary_of(config))


def pytest_terminal_summary(terminalreporter: "pytest.TerminalReporter", config: pytest.Config) -> None:
    """Tells what the whole run asked of the mock, and what was wrong with it."""
    tally = config.stash[TALLY]
    lines = summary_of(config).lines(is_brief=terminalreporter.verbosity < 0) if tally.told else []
    lines += [tally.fault] if tally.fault else []
    if lines:
        terminalreporter.write_sep("=", "mockclaude")
        terminalreporter.write_line("\n".join(lines))


@pytest.fixture(scope="session")
def mock_claude_server(request: pytest.FixtureRequest) -> "MockServer":
    """The server of this run; `mock_claude_server.example()` gives each example of a property a world of its own."""
    return session_of(request.config).server


@pytest.fixture
def mock_claude(request: pytest.FixtureRequest) -> "Iterator[MockWorkspace]":
    """A mock of Claude for this test: the environment leads every client to it, and no other test sees its calls."""
    session, misuse = session_of(request.config), ""
    with ExitStack() as stack:
        try:
            mock = stack.enter_context(session.begin(request.node).world())
        except MockClaudeError as fault:
            misuse = reason_of(fault)
        if misuse:
            pytest.fail(f"mock_claude: {misuse}", pytrace=False)
        yield mock


@pytest.fixture
def mock_claude_client(mock_claude: "MockWorkspace", _mock_claude_connections: None) -> "anthropic.Anthropic":
    """A blocking client of the official SDK that speaks to this test's mock, ready at once."""
    from mockclaude.pytest_plugin import clients

    return clients.client(mock_claude)


@pytest.fixture
def mock_claude_async_client(
    mock_claude: "MockWorkspace", _mock_claude_connections: None
) -> "anthropic.AsyncAnthropic":
    """An asynchronous client of the official SDK that speaks to this test's mock, on any event loop, ready at once."""
    from mockclaude.pytest_plugin import clients

    return clients.async_client(mock_claude)


@pytest.fixture(scope="session")
def _mock_claude_connections() -> Iterator[None]:
    """What clients share, until the end of the run."""
    try:
        from mockclaude.pytest_plugin import clients
    except ModuleNotFoundError as missing:
        pytest.fail(f"a client needs the official SDK: `pip install anthropic` ({missing})", pytrace=False)
    yield
    clients.close()


def setting(config: pytest.Config, name: str) -> Value:
    """What the run sets; a mistake ends it before the first test."""
    try:
        return read(config, name)
    except SettingsError as fault:
        raise pytest.UsageError(f"mockclaude: {reason_of(fault)}") from None


def reason_of(fault: MockClaudeError) -> str:
    """What is wrong, without a key that may stand in the place of something else."""
    from mockclaude.wire.shown import without_keys

    return without_keys(str(fault))


def session_of(config: pytest.Config) -> "Session":
    """What the plugin holds for a run; its server starts with the first use."""
    if SESSION not in config.stash:
        from mockclaude.pytest_plugin.session import Session

        session = config.stash[SESSION] = Session(config, running=lambda: config.stash[ITEM])
        config.add_cleanup(session.run.close)
    return config.stash[SESSION]


def summary_of(config: pytest.Config) -> "Summary":
    """What the tests told up to now."""
    from mockclaude.models import Models
    from mockclaude.pytest_plugin.summary import Summary
    from mockclaude.pytest_plugin.told import Told, joined

    tally, today = config.stash[TALLY], setting(config, "as_of")
    tests = {nodeid: joined([Told(**part) for part in parts]) for nodeid, parts in tally.told.items()}
    return Summary(tests, Models.load(), today if isinstance(today, date) else tally.began)
