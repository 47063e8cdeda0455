"""The command line finds its commands, and says in one sentence what is wrong."""

import subprocess
import sys

import pytest
from click.testing import CliRunner

from mockclaude import __version__
from mockclaude.cli import COMMANDS, main


def test_every_command_of_the_table_has_help() -> None:
    shown = CliRunner().invoke(main, ["--help"])
    assert shown.exit_code == 0
    for name in COMMANDS:
        assert f"\n  {name}" in shown.output
        assert CliRunner().invoke(main, [name, "--help"]).exit_code == 0


def test_the_version_is_the_package_s() -> None:
    assert CliRunner().invoke(main, ["--version"]).output == f"mockclaude {__version__}\n"


def test_options_without_a_command_belong_to_serve() -> None:
    bare = CliRunner().invoke(main, ["--validation", "strikt"])
    named = CliRunner().invoke(main, ["serve", "--validation", "strikt"])
    assert bare.output == named.output
    assert bare.exit_code == named.exit_code == 2


@pytest.mark.parametrize(("name", "meant"), [("sevre", "serve"), ("model", "models"), ("xyz", "")])
def test_an_unknown_command_is_a_mistake_of_usage_that_names_the_nearest(name: str, meant: str) -> None:
    answer = CliRunner().invoke(main, [name])
    hint = f"; did you mean {meant!r}?" if meant else ""
    assert answer.exit_code == 2
    assert f"Error: there is no command {name!r}{hint}; known: {', '.join(COMMANDS)}\n" in answer.output


@pytest.mark.parametrize(
    "arguments",
    [
        ["serve", "--keys", "{}"],
        ["serve", "--scenario", "{}"],
        ["check", "{}"],
        ["explain", "{}"],
        ["{}"],
        ["verify", "{}"],
    ],
)
def test_a_key_in_the_place_of_something_else_is_not_repeated(arguments: list[str]) -> None:
    key = "sk-ant-api03-" + "aB3" * 30
    answer = CliRunner().invoke(main, [one.format(key) for one in arguments])
    assert answer.exit_code in {1, 2}
    assert "[redacted]" in answer.output
    assert "aB3aB3" not in answer.output


def test_misuse_is_one_sentence() -> None:
    answer = CliRunner().invoke(main, ["serve", "--limit", "image_byte=5"])
    assert answer.exit_code == 1
    assert answer.output.startswith(
        "Error: unknown limit 'image_byte'; did you mean 'image_bytes'?; known: body_bytes, "
    )
    assert answer.output.count("\n") == 1


def test_help_loads_no_server() -> None:
    program = "import sys; from mockclaude.cli import main; main(['--help'], standalone_mode=False); print('aiohttp' in sys.modules)"
    shown = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=True)
    assert shown.stdout.splitlines()[-1] == "False"
