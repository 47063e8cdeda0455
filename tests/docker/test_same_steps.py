"""What the Dockerfile does, done without Docker: wheel, clean environment, the image's settings, health, SIGTERM."""

import os
import signal
import subprocess
import sys
from pathlib import Path

import pytest

from ..server.line import Line, request
from .test_files import ROOT, instructions

pytestmark = pytest.mark.slow


@pytest.fixture(scope="session")
def scripts(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The folder of programs of an environment that holds nothing but the wheel."""
    place = tmp_path_factory.mktemp("image")
    run(sys.executable, "-m", "pip", "wheel", "--quiet", "--no-deps", "--wheel-dir", place, ROOT)
    run(sys.executable, "-m", "venv", place / "venv")
    scripts = place / "venv" / ("Scripts" if os.name == "nt" else "bin")
    [wheel] = place.glob("mockclaude-*.whl")
    run(scripts / "python", "-m", "pip", "install", "--quiet", wheel)
    return scripts


def run(*command: str | Path) -> None:
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout + done.stderr


def image_environment() -> dict[str, str]:
    """What the image sets, on a free port."""
    named = dict(pair.split("=", 1) for line in instructions("ENV") for pair in line.split())
    clean = {name: value for name, value in os.environ.items() if not name.startswith(("MOCKCLAUDE_", "PYTHON"))}
    ours = {name: value for name, value in named.items() if name.startswith("MOCKCLAUDE_")}
    return {**clean, **ours, "MOCKCLAUDE_PORT": "0"}


def test_the_image_s_steps_make_a_server_that_is_healthy_and_stops(scripts: Path, tmp_path: Path) -> None:
    environment = image_environment()
    server = subprocess.Popen(
        [scripts / "mockclaude", "serve"], stdout=subprocess.PIPE, text=True, env=environment, cwd=tmp_path
    )
    try:
        assert server.stdout is not None
        url = server.stdout.readline().split()[-1]
        environment["MOCKCLAUDE_PORT"] = url.rpartition(":")[2]
        health = subprocess.run([scripts / "mockclaude", "healthcheck"], env=environment, cwd=tmp_path, check=False)
        assert health.returncode == 0
        with Line(url) as line:
            assert line.ask(request()).status == 200
        server.send_signal(signal.SIGTERM)
        assert server.wait(timeout=10) == 0
        dead = subprocess.run([scripts / "mockclaude", "healthcheck"], env=environment, cwd=tmp_path, check=False)
        assert dead.returncode == 1
    finally:
        server.kill()
        server.communicate()
