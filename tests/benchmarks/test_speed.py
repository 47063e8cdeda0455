"""What we cost against a bare aiohttp server, both in one interleaved run; figures are printed, ratios asserted.

The targets are a JSON reply at 1.25 times the processor time of bare aiohttp, a stream at an eighth of a write per
event and a cold start at 1.8 times; the gates stand above what was measured at rest, so that they catch a loss.
"""

import os
import signal
import socket
import statistics
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from mockclaude.wire.encoding import dumps

from .load import Cost, body_of, load, read_answer, request

pytestmark = [
    pytest.mark.slow,
    pytest.mark.skipif(not Path("/proc/self/stat").exists(), reason="processor time is read from /proc"),
]

ROUNDS = 7
TRIES = 3
JSON_GATE = 1.9
STREAM_GATE = 0.22
START_GATE = 2.4
"""Measured on two shared cores, 2026-11: 1.1 to 1.8, 0.15 to 0.22, and 1.7 to 2.2."""
HELLO = {"model": "claude-sonnet-4-5", "max_tokens": 1000, "messages": [{"role": "user", "content": "hello"}]}
LONG = {**HELLO, "stream": True, "messages": [{"role": "user", "content": ("lorem ipsum dolor sit amet " * 80)[:1330]}]}
REFERENCE = Path(__file__).parent / "reference.py"


def ours(port: int, *options: str) -> list[str]:
    return [sys.executable, "-m", "mockclaude", "serve", "--port", str(port), "--log-level", "error", *options]


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def answer(port: int, data: bytes) -> bytes:
    with socket.create_connection(("127.0.0.1", port), timeout=5) as connection:
        connection.sendall(data)
        return read_answer(connection)


def first_answer(port: Callable[[], int | None], data: bytes) -> bytes:
    """The first answer of a server that is just starting; asked for without a pause."""
    deadline = time.monotonic() + 30
    while time.monotonic() < deadline:
        try:
            found = port()
            if found:
                return answer(found, data)
        except OSError:
            pass
        time.sleep(0.001)
    raise AssertionError("the server did not answer within 30 s")


@contextmanager
def running(command: list[str]) -> Iterator[int]:
    environment = {**os.environ, "PYTHONPATH": str(REFERENCE.parents[2])}
    with subprocess.Popen(command, stdout=subprocess.DEVNULL, env=environment) as process:
        try:
            yield process.pid
        finally:
            process.send_signal(signal.SIGTERM)


@pytest.fixture(scope="module")
def servers(tmp_path_factory: pytest.TempPathFactory) -> Iterator[dict[str, tuple[int, int]]]:
    """Port and process of both servers; the reference sends the very bytes that ours sends."""
    folder = tmp_path_factory.mktemp("speed")
    port = free_port()
    with running(ours(port, "--reply", "echo", "--seed", "1")) as pid:
        body = body_of(first_answer(lambda: port, request(dumps(HELLO))))
        stream = body_of(answer(port, request(dumps(LONG))))
        (folder / "body").write_bytes(body)
        (folder / "stream").write_bytes(stream)
        command = [sys.executable, str(REFERENCE), *(str(folder / name) for name in ("port", "body", "stream"))]
        with running(command) as reference:
            first_answer(lambda: _written(folder / "port"), request(dumps(HELLO)))
            yield {"ours": (port, pid), "reference": (int((folder / "port").read_text()), reference)}


def _written(path: Path) -> int | None:
    return int(path.read_text() or 0) if path.exists() else None


def interleaved(servers: dict[str, tuple[int, int]], data: bytes, *, count: int) -> dict[str, Cost]:
    """The least disturbed of several rounds, each server in turn: what disturbs a round only adds to it."""
    rounds: dict[str, list[Cost]] = {name: [] for name in servers}
    for _ in range(ROUNDS):
        for name, (port, pid) in servers.items():
            rounds[name].append(load(port, pid, data, count=count))
    return {
        name: Cost(max(cost.rate for cost in costs), min(cost.cpu for cost in costs)) for name, costs in rounds.items()
    }


def least(gate: float, measured: Callable[[], float]) -> float:
    """The least of up to three ratios: what disturbs a machine passes, a loss shows in each."""
    found = [measured()]
    while found[-1] > gate and len(found) < TRIES:
        found.append(measured())
    return min(found)


def report(what: str, costs: dict[str, Cost]) -> float:
    """Prints the figures and gives our processor time as a ratio to the reference's."""
    for name, cost in costs.items():
        print(f"\n{what}: {name} {cost.rate:,.0f}/s, {cost.cpu:.1f} us of processor time each", end="")
    ratio = costs["ours"].cpu / costs["reference"].cpu
    print(f"\n{what}: ratio of processor time {ratio:.2f}, of rates {costs['ours'].rate / costs['reference'].rate:.2f}")
    return ratio


@pytest.fixture(autouse=True)
def at_rest() -> None:
    """Measurements mean nothing while others use the processors."""
    if os.getloadavg()[0] > 1.5 * (os.cpu_count() or 1):
        pytest.skip(f"the machine is disturbed: load {os.getloadavg()[0]:.1f}")


def test_a_json_reply_costs_little_more_than_with_bare_aiohttp(servers) -> None:
    data = request(dumps(HELLO))
    assert least(JSON_GATE, lambda: report("json", interleaved(servers, data, count=8000))) <= JSON_GATE


def test_a_stream_of_a_hundred_events_costs_a_fraction_of_a_write_per_event(servers) -> None:
    events = body_of(answer(servers["ours"][0], request(dumps(LONG)))).count(b"\n\n")
    assert 90 <= events <= 110
    data = request(dumps(LONG))
    assert least(STREAM_GATE, lambda: report("stream", interleaved(servers, data, count=3200))) <= STREAM_GATE


def started(command: list[str], port: Callable[[], int | None]) -> float:
    """Seconds from the start of a process to its first answer."""
    began = time.perf_counter()
    with running(command):
        first_answer(port, request(dumps(HELLO)))
        return time.perf_counter() - began


def test_a_cold_start_takes_little_longer_than_that_of_bare_aiohttp(tmp_path: Path) -> None:
    (tmp_path / "body").write_bytes(b"{}")
    (tmp_path / "stream").write_bytes(b"data: {}\n\n")

    written = tmp_path / "port"

    def ratio() -> float:
        times: dict[str, list[float]] = {"ours": [], "reference": []}
        for _ in range(7):
            port = free_port()
            written.unlink(missing_ok=True)
            times["ours"].append(started(ours(port), lambda port=port: port))  # type: ignore[misc]
            command = [sys.executable, str(REFERENCE), str(written), str(tmp_path / "body"), str(tmp_path / "stream")]
            times["reference"].append(started(command, lambda: _written(written)))
        medians = {name: statistics.median(found) for name, found in times.items()}
        print("\n" + ", ".join(f"{name} {median * 1000:.0f} ms" for name, median in medians.items()))
        print(f"cold start: {medians['ours'] / medians['reference']:.2f} times bare aiohttp")
        return medians["ours"] / medians["reference"]

    assert least(START_GATE, ratio) <= START_GATE


def test_importing_the_package_costs_next_to_nothing() -> None:
    def seconds(code: str) -> float:
        began = time.perf_counter()
        subprocess.run([sys.executable, "-c", code], check=True, cwd=REFERENCE.parents[2])
        return time.perf_counter() - began

    pairs = [(seconds("import mockclaude"), seconds("pass")) for _ in range(11)]
    extra = statistics.median(ours for ours, _ in pairs) - statistics.median(bare for _, bare in pairs)
    print(f"\nimport mockclaude: {extra * 1000:.1f} ms over the interpreter")
    assert extra <= 0.020
