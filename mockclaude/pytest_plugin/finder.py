"""Loads this package's modules as they were installed.

pytest rewrites the assertions of every module that comes with a plugin. Ours are for mypy, not for a test's reader,
and to rewrite them would take half a second of each run that writes no bytecode.
"""

import sys
from collections.abc import Sequence
from importlib.machinery import ModuleSpec, PathFinder
from types import ModuleType


class AsInstalled:
    """Finds modules of this package before pytest's own finder is asked."""

    @staticmethod
    def find_spec(name: str, path: Sequence[str] | None = None, target: ModuleType | None = None) -> ModuleSpec | None:
        """The module as any program would load it; nothing for a module of somebody else."""
        return PathFinder.find_spec(name, path, target) if name.startswith("mockclaude.") else None


def install() -> None:
    """Lets it be asked first from now on, until the next run within this process puts its own finder before it."""
    sys.meta_path[:] = [AsInstalled, *[finder for finder in sys.meta_path if finder is not AsInstalled]]
