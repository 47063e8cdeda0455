"""The recorded exchanges that some tests run over, where the folder exists."""

import json
import os
from collections.abc import Iterator
from functools import cache
from pathlib import Path
from typing import Any

import pytest

FOLDER = Path(os.environ.get("MOCKCLAUDE_CORPUS", Path(__file__).parent.parent.parent / "shared" / "corpus"))

needs_corpus = pytest.mark.skipif(
    not FOLDER.is_dir(), reason="no recorded exchanges here; MOCKCLAUDE_CORPUS names their folder"
)


@cache
def rows() -> tuple[dict[str, Any], ...]:
    """Every recorded exchange; the source of each stands in `source`."""
    return tuple(
        json.loads(line)
        for path in sorted(FOLDER.glob("*.jsonl"))
        for line in path.read_text("utf-8").split("\n")
        if line
    )


def streams() -> Iterator[dict[str, Any]]:
    """Exchanges that were answered with a stream, as text."""
    for row in rows():
        if (
            row["response_kind"] == "sse"
            and row["path"].startswith("/v1/messages")
            and isinstance(row["response_body"], str)
        ):
            yield row
