"""The table of known errors that some tests run over, where it exists."""

import json
import os
from functools import cache
from pathlib import Path
from typing import Any

import pytest

FOLDER = Path(os.environ.get("MOCKCLAUDE_FACTS", Path(__file__).parent.parent.parent / "shared" / "facts"))

needs_facts = pytest.mark.skipif(
    not (FOLDER / "errors.jsonl").is_file(), reason="no table of errors here; MOCKCLAUDE_FACTS names its folder"
)


@cache
def errors() -> dict[str, dict[str, Any]]:
    """Every known error by its id; nothing where there is no table."""
    path = FOLDER / "errors.jsonl"
    if not path.is_file():
        return {}
    return {row["id"]: row for row in map(json.loads, path.read_text("utf-8").splitlines())}
