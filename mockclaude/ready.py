"""Scenarios by where they stand: in a file, in a text, or among those that come with mockclaude."""

from collections.abc import Mapping
from os import PathLike
from pathlib import Path

from mockclaude.engine.plain import plain_object
from mockclaude.engine.scenario import Scenario
from mockclaude.engine.scenario_reader import load_scenario, read_scenario, scenario_of
from mockclaude.errors import ScriptError, nearest


def folder() -> Path:
    """Where the ready scenarios are: beside the package in a checkout, inside it once it is installed."""
    package = Path(__file__).parent
    beside = package.parent / "fixtures" / "scenarios"
    return beside if beside.is_dir() else package / "_data" / "fixtures" / "scenarios"


def ready() -> dict[str, Path]:
    """The ready scenarios by name."""
    return {path.stem: path for path in sorted(folder().glob("*.yaml"))}


def file_of(name: str | PathLike[str]) -> Path:
    """The file of that path, or of the ready scenario of that name; raises `ScriptError`."""
    path = Path(name)
    if path.is_file():
        return path
    known = ready()
    if str(name) in known:
        return known[str(name)]
    hint = nearest(str(name), known) or f"; ready ones: {', '.join(known)}"
    raise ScriptError(f"there is no scenario {str(name)!r}, neither a file nor a ready one{hint}")


def scenario_at(source: str | PathLike[str] | Mapping[str, object] | Scenario, *, templates: bool = True) -> Scenario:
    """The scenario that a source stands for; a string of several lines is its text. Raises `ScriptError`."""
    if isinstance(source, Scenario):
        return source
    if isinstance(source, Mapping):
        return scenario_of(plain_object(source), templates=templates)
    if isinstance(source, str) and ("\n" in source or source.lstrip().startswith("{")):
        return read_scenario(source, templates=templates)
    return load_scenario(file_of(source), templates=templates)
