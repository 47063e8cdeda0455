"""The report of a run as a JSON file, written whole or not at all."""

from pathlib import Path
from tempfile import NamedTemporaryFile

import orjson

from mockclaude.pytest_plugin.summary import Summary


def write(path: Path, summary: Summary) -> str:
    """Writes the report, in folders made on the way; why it could not be, or nothing."""
    data = orjson.dumps(summary.data(), option=orjson.OPT_INDENT_2 | orjson.OPT_APPEND_NEWLINE)
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        with NamedTemporaryFile(dir=path.parent, prefix=path.name, delete=False) as file:
            file.write(data)
        Path(file.name).replace(path)
    except OSError as fault:
        return f"the report {path} could not be written: {fault.strerror or fault}"
    return ""
