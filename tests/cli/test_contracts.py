"""`mockclaude contracts` writes the contract where it is told to, and says where its own copy is."""

import json
from pathlib import Path

from click.testing import CliRunner

from mockclaude.cli.contracts import command
from mockclaude.rules.contract import files, folder


def test_export_writes_every_file_once(tmp_path: Path) -> None:
    first = CliRunner().invoke(command, ["export", str(tmp_path)])
    again = CliRunner().invoke(command, ["export", str(tmp_path)])
    count = len(files()) + 2  # the description of the control API, and the form of cassettes
    assert first.output.splitlines()[-1] == f"{count} of {count} files changed"
    assert again.output == f"0 of {count} files changed\n"
    assert json.loads((tmp_path / "sse.json").read_text("utf-8"))["format"] == "mockclaude-sse/1"


def test_path_names_the_folder() -> None:
    assert CliRunner().invoke(command, ["path"]).output == f"{folder()}\n"
