"""`mockclaude models` lists what is known, as a table and as JSON."""

import json
from datetime import UTC, datetime
from pathlib import Path

from click.testing import CliRunner

from mockclaude.cli import main
from mockclaude.models import Models
from mockclaude.rules.matrix import ABILITIES, row_of


def test_the_table_has_a_line_for_every_model() -> None:
    lines = CliRunner().invoke(main, ["models"]).output.splitlines()
    assert lines[0].split()[:2] == ["model", "lifecycle"]
    assert [line.split()[0] for line in lines[1:]] == [model.id for model in Models.load()]


def test_the_json_is_that_of_the_models_api() -> None:
    listed = json.loads(CliRunner().invoke(main, ["models", "--json"]).output)
    assert [model["id"] for model in listed] == [model.id for model in Models.load()]
    assert {model["type"] for model in listed} == {"model"}


def test_the_matrix_marks_what_each_model_accepts() -> None:
    lines = CliRunner().invoke(main, ["models", "--matrix"]).output.splitlines()
    today = datetime.now(UTC).date()
    served = [model for model in Models.load() if model.lifecycle(today) != "retired"]
    ids = [model.id for model in served]
    assert [line.split()[1] for line in lines[: len(ids)]] == ids
    marks = {line[:23].strip(): line[23:].split() for line in lines[len(ids) + 2 :]}
    assert marks == {ability.name: ["+" if ability.holds(model) else "-" for model in served] for ability in ABILITIES}


def test_the_matrix_is_there_for_machines_too() -> None:
    listed = json.loads(CliRunner().invoke(main, ["models", "--matrix", "--json"]).output)
    assert listed == {model.id: row_of(model) for model in Models.load()}


def test_a_file_adds_models(tmp_path: Path) -> None:
    file = tmp_path / "models.toml"
    file.write_text('[claude-mine]\nlike = "claude-opus-5"\ndisplay_name = "Mine"\nreleased = 2026-11-20\n')
    for arguments, environment in (([f"--models={file}"], {}), ([], {"MOCKCLAUDE_MODELS": str(file)})):
        shown = CliRunner().invoke(main, ["models", *arguments], env=environment).output
        assert "claude-mine" in shown


def test_a_file_that_cannot_be_read_is_one_sentence(tmp_path: Path) -> None:
    file = tmp_path / "models.toml"
    file.write_text("not toml")
    answer = CliRunner().invoke(main, ["models", "--models", str(file)])
    assert answer.exit_code == 1
    assert answer.output.startswith(f"Error: the models file {file} is not TOML")
