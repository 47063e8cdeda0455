"""The text of recordings: YAML through the safe loader, JSON, and bodies however they are told."""

from functools import cache
from pathlib import Path
from typing import Any, Final, cast

import orjson

from mockclaude.errors import CassetteError
from mockclaude.wire.body import Json
from mockclaude.wire.encoding import dumps

TIMESTAMP: Final = "tag:yaml.org,2002:timestamp"


@cache
def _loader() -> Any:
    import yaml

    fast = getattr(yaml, "CSafeLoader", yaml.SafeLoader)

    class Loader(fast):  # type: ignore[misc, valid-type]
        """The safe loader, for which a date is the text that was written."""

        yaml_implicit_resolvers = {  # noqa: RUF012 - the library's own way to declare them
            first: [(tag, pattern) for tag, pattern in resolvers if tag != TIMESTAMP]
            for first, resolvers in fast.yaml_implicit_resolvers.items()
        }

    return Loader


def read_yaml(data: bytes, path: Path) -> Any:
    """The data of a YAML text; raises `CassetteError` that quotes nothing of it."""
    import yaml

    try:
        return yaml.load(data, Loader=_loader())  # noqa: S506 - a safe loader
    except yaml.MarkedYAMLError as fault:
        mark = fault.problem_mark or fault.context_mark
        where = f":{mark.line + 1}:{mark.column + 1}" if mark else ""
        problem = str(fault.problem or fault.context).partition("'")[0].strip()  # what follows may quote the text
        raise CassetteError(f"{path}{where}: not YAML: {problem}") from None
    except (yaml.YAMLError, ValueError, RecursionError):
        raise CassetteError(f"{path}: not YAML that can be read safely") from None


def read_json(data: bytes, path: Path) -> Any:
    """The data of a JSON text; raises `CassetteError` that quotes nothing of it."""
    try:
        return orjson.loads(data.removeprefix(b"\xef\xbb\xbf"))
    except orjson.JSONDecodeError as fault:
        raise CassetteError(f"{path}:{fault.lineno}:{fault.colno}: not JSON: {fault.msg}") from None


def bytes_of(body: object) -> bytes:
    """The bytes of a body that is told as text, as bytes or, by some tools, parsed."""
    if body is None:
        return b""
    if isinstance(body, bytes):
        return body
    if isinstance(body, str):
        return body.encode("utf-8", "surrogateescape")
    return dumps(cast("Json", body))
