"""The shape of the package: imports go down only, nothing heavy loads early, modules stay small."""

import ast
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parent.parent / "mockclaude"
MODULES = sorted(path for path in ROOT.rglob("*.py") if "_data" not in path.parts)

FLOORS = {
    "wire": 0, "errors": 0, "clock": 0,
    "models": 1, "settings": 1,
    "model_info": 2, "call": 2, "meter": 2,
    "rules": 3, "record": 3,
    "engine": 4,
    "workspace": 5, "calls": 5, "ready": 5, "usage": 5, "verdicts": 5,
    "server": 6,
    "decorator": 7, "environment": 7, "handle": 7, "mock": 7, "mock_server": 7, "remote": 7, "strategies": 7,
    "verify": 8, "registered": 8,
    "cli": 9, "pytest_plugin": 9,
    "__main__": 10,
}  # fmt: skip
"""Where each package or module of the top level stands; an import may only go down."""

SIBLINGS = {frozenset({"rules", "record"}), frozenset({"call", "meter"}), frozenset({"mock", "strategies"})}

HOMES = {
    "faker": ("mockclaude.engine.canned", "mockclaude.engine.sample", "mockclaude.engine.canned_make"),
    "pytest": ("mockclaude.pytest_plugin", "mockclaude.verify"),
    "hypothesis": ("mockclaude.strategies", "mockclaude.verify", "mockclaude.registered"),
    "aiohttp": ("mockclaude.server", "mockclaude.mock", "mockclaude.verify", "mockclaude.cli"),
    "click": ("mockclaude.cli",),
    "yaml": ("mockclaude.engine.scenario_yaml", "mockclaude.record", "mockclaude.cli"),
}
"""Libraries that only these modules may import."""

LONGEST = 400


def name_of(path: Path) -> str:
    parts = ("mockclaude", *path.relative_to(ROOT).with_suffix("").parts)
    return ".".join(parts[:-1] if parts[-1] == "__init__" else parts)


def imports_of(path: Path) -> set[str]:
    """Every module a file imports, inside functions too."""
    found = set()
    for node in ast.walk(ast.parse(path.read_text())):
        if isinstance(node, ast.Import):
            found |= {alias.name for alias in node.names}
        elif isinstance(node, ast.ImportFrom):
            assert node.level == 0, f"{path.name} imports relatively; write the whole name"
            found |= {_target(str(node.module), alias.name) for alias in node.names}
    return found


def _target(module: str, name: str) -> str:
    """A name that is a module of ours stands for itself, any other for the module it comes from."""
    return f"{module}.{name}" if f"{module}.{name}" in NAMES else module


def place_of(module: str) -> str:
    """The package or module of the top level that a name belongs to."""
    return [*module.split("."), ""][1]


NAMES = {name_of(path) for path in MODULES}
IMPORTS = {name_of(path): imports_of(path) for path in MODULES}


@pytest.mark.parametrize("module", sorted(NAMES))
def test_imports_go_down_only(module: str) -> None:
    home = place_of(module)
    if not home:
        return
    for imported in IMPORTS[module]:
        target = place_of(imported)
        if not imported.startswith("mockclaude.") or target in {home, "__version__"}:
            continue
        assert FLOORS[target] <= FLOORS[home], f"{module} imports {imported}, which stands above it"
        assert frozenset({home, target}) not in SIBLINGS, f"{module} imports its sibling {imported}"


def test_no_modules_import_each_other_in_a_circle() -> None:
    edges = {
        module: {name for name in imported if name in NAMES and name != module} for module, imported in IMPORTS.items()
    }
    done: set[str] = set()

    def visit(module: str, trail: tuple[str, ...]) -> None:
        assert module not in trail, f"a circle: {' -> '.join([*trail, module])}"
        if module not in done:
            for following in sorted(edges[module]):
                visit(following, (*trail, module))
            done.add(module)

    for module in sorted(edges):
        visit(module, ())


@pytest.mark.parametrize("library", sorted(HOMES))
def test_a_library_stays_in_its_home(library: str) -> None:
    users = {module for module, imported in IMPORTS.items() if any(name.split(".")[0] == library for name in imported)}
    strangers = {user for user in users if not user.startswith(HOMES[library])}
    assert strangers == set()


@pytest.mark.parametrize("path", MODULES, ids=name_of)
def test_a_module_is_one_screenful_of_ideas(path: Path) -> None:
    assert len(path.read_text().splitlines()) <= LONGEST


@pytest.mark.parametrize("path", MODULES, ids=name_of)
def test_a_module_opens_with_what_it_is_for(path: Path) -> None:
    assert ast.get_docstring(ast.parse(path.read_text()))


def test_no_module_is_named_for_a_drawer() -> None:
    drawers = {"utils", "helpers", "common", "base", "types", "constants", "manager"}
    assert {name for name in NAMES if drawers & set(name.split("."))} == set()


HEAVY = ("pydantic", "aiohttp", "hypothesis", "faker", "anthropic", "yaml", "click", "orjson", "jsonschema")


def loaded_by(statement: str) -> set[str]:
    code = f"import sys; {statement}; print(*[name for name in {HEAVY!r} if name in sys.modules])"
    run = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True, cwd=ROOT.parent)
    return set(run.stdout.split())


def test_importing_the_package_loads_nothing_heavy() -> None:
    assert loaded_by("import mockclaude") == set()


def test_the_server_starts_without_what_it_may_never_need() -> None:
    assert loaded_by("import mockclaude.server.app") <= {"aiohttp", "orjson"}


def test_a_server_without_a_cassette_loads_nothing_of_cassettes() -> None:
    code = "import sys, mockclaude.cli.serve, mockclaude.mock; print(*sys.modules)"
    run = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True, cwd=ROOT.parent)
    cassettes = {
        "mockclaude.engine.player",
        "mockclaude.engine.tape",
        "mockclaude.record.essence",
        "mockclaude.server.playing",
    }
    assert cassettes & set(run.stdout.split()) == set()


def test_a_server_without_batches_loads_nothing_of_them() -> None:
    code = "import sys, mockclaude.cli.serve, mockclaude.mock; print(*sys.modules)"
    run = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True, cwd=ROOT.parent)
    batches = {"mockclaude.engine.batched", "mockclaude.engine.batches", "mockclaude.server.batches"}
    assert batches & set(run.stdout.split()) == set()


def test_public_names_are_found_and_unknown_ones_refused() -> None:
    import mockclaude

    for name in mockclaude.__all__:
        assert getattr(mockclaude, name) is not None
    assert dir(mockclaude) == sorted(mockclaude.__all__)
    with pytest.raises(AttributeError, match="no attribute 'Mock'"):
        _ = getattr(mockclaude, "Mock")  # noqa: B009 - the checker knows that there is no such name
