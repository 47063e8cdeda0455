"""The image is built and run by a real engine: healthy, without root, reachable, stopped by SIGTERM with code 0."""

import json
import os
import shutil
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from .engine import Engine, answers, base_image, throwaway, wheels
from .test_files import ROOT

pytestmark = pytest.mark.docker
IMAGE = "mockclaude"
ASK = """
import json, sys, urllib.request
body = {"model": "claude-opus-5", "max_tokens": 50, "messages": [{"role": "user", "content": "hello"}]}
headers = {"x-api-key": "sk-ant-mock-a", "anthropic-version": "2023-06-01"}
request = urllib.request.Request(sys.argv[1] + "/v1/messages", json.dumps(body).encode(), headers)
print(urllib.request.urlopen(request, timeout=10).read().decode())
"""


@pytest.fixture(scope="session")
def engine(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Engine]:
    if answers():
        yield Engine()
    elif os.environ.get("MOCKCLAUDE_TEST_THROWAWAY_ENGINE") == "1":
        place = tmp_path_factory.mktemp("engine")
        with throwaway(place) as made:
            base_image(made, place)
            yield made
    else:
        pytest.skip("no Docker engine answers; MOCKCLAUDE_TEST_THROWAWAY_ENGINE=1 makes one (root, Debian)")


@pytest.fixture(scope="session")
def checkout(engine: Engine, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """What a clone holds, and the wheels where the engine has no network; the image is built from it."""
    place = tmp_path_factory.mktemp("checkout")
    for name in ("pyproject.toml", "README.md", "LICENSE"):
        shutil.copy(ROOT / name, place)
    for name in ("mockclaude", "fixtures", "contracts", "docker"):
        shutil.copytree(ROOT / name, place / name, ignore=shutil.ignore_patterns("__pycache__"))
    if engine.is_offline:
        wheels(ROOT, place / "wheels")
    network = ["--network", "none"] if engine.is_offline else []
    engine.run("docker", "build", *network, "-t", IMAGE, "-f", place / "docker/Dockerfile", place)
    return place


@pytest.fixture
def container(engine: Engine, checkout: Path) -> Iterator[str]:
    del checkout
    name = engine.run("docker", "run", "-d", "-p", "127.0.0.1:14242:4242", "--health-interval", "1s", IMAGE).strip()
    try:
        yield name
    finally:
        engine.run("docker", "rm", "-f", name)


def wait_until_healthy(engine: Engine, name: str) -> None:
    until = time.monotonic() + 60
    while True:
        health = engine.run("docker", "inspect", "-f", "{{.State.Health.Status}}", name).strip()
        if health == "healthy":
            return
        assert time.monotonic() < until, engine.run("docker", "logs", name)
        time.sleep(0.5)


def test_a_container_becomes_healthy_answers_and_stops_with_code_0(engine: Engine, container: str) -> None:
    wait_until_healthy(engine, container)
    answer = json.loads(engine.run("python3", "-c", ASK, "http://127.0.0.1:14242"))
    assert answer["type"] == "message"
    assert engine.run("docker", "exec", container, "id", "-u").strip() == "10001"
    began = time.monotonic()
    engine.run("docker", "stop", container)
    assert time.monotonic() - began < 5, "it did not wait to be killed"
    assert engine.run("docker", "inspect", "-f", "{{.State.ExitCode}}", container).strip() == "0"


def test_it_runs_without_any_right_to_write(engine: Engine, checkout: Path) -> None:
    del checkout
    locked = ["--read-only", "--cap-drop", "ALL", "--security-opt", "no-new-privileges:true"]
    name = engine.run("docker", "run", "-d", "--health-interval", "1s", *locked, IMAGE).strip()
    try:
        wait_until_healthy(engine, name)
    finally:
        engine.run("docker", "rm", "-f", name)


def test_commands_are_reached_through_the_entry_point(engine: Engine, checkout: Path) -> None:
    del checkout
    assert engine.run("docker", "run", "--rm", IMAGE, "--version").startswith("mockclaude ")
    assert "claude-opus-5" in engine.run("docker", "run", "--rm", IMAGE, "models")


def test_compose_runs_tests_beside_the_healthy_server(engine: Engine, checkout: Path) -> None:
    files: list[str | Path] = ["-f", checkout / "docker/compose.yaml", "-f", checkout / "docker/compose.example.yaml"]
    try:
        told = engine.run("docker", "compose", *files, "up", "--abort-on-container-exit", "--exit-code-from", "client")
        assert "client" in told
    finally:
        engine.run("docker", "compose", *files, "down")
