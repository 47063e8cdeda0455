"""The cassette of a test: one for each, beside it unless a file is named."""

import re
from collections.abc import Iterable, Mapping
from hashlib import blake2b
from pathlib import Path
from typing import TYPE_CHECKING, Final, cast

from mockclaude.pytest_plugin.options import SPOKEN, Value
from mockclaude.settings import API, Mode

if TYPE_CHECKING:  # only cassettes pay for its import
    from mockclaude.engine.tape import Tape

FOLDER: Final = "cassettes"
ODD: Final = re.compile(r"[^\w.\[\]=+-]+")
"""What some file systems do not take in a name."""
LONGEST: Final = 100


def tape_of(wishes: Mapping[str, Value], *, nodeid: str, places: Iterable[Path]) -> "Tape | None":
    """The cassette that a test is answered from, and how; raises `SettingsError`."""
    wanted = wishes["cassette"]
    if isinstance(wanted, str):
        wanted = SPOKEN.get(wanted.lower(), wanted)
    if wanted is None or wanted is False:
        return None
    from mockclaude.engine.tape import Tape

    first, *others = [Path(place) for place in places]
    path = first / FOLDER / own_name(nodeid) if wanted is True else Path(cast("str | Path", wanted))
    found = next((place / path for place in (first, *others) if (place / path).is_file()), first / path)
    found.parent.mkdir(parents=True, exist_ok=True) if wishes["record"] != "none" else None
    return Tape(
        found,
        record=cast("Mode", wishes["record"]),
        match=names_in(wishes["match"]),
        ignore=names_in(wishes["ignore"]),
        upstream=str(wishes["upstream"] or API),
        redact=(str(wishes["redact"]),) if wishes["redact"] else (),
        redact_names=names_in(wishes["redact_names"]),
    )


def own_name(nodeid: str) -> Path:
    """Where a test has its cassette: the same in every run, and no other test's."""
    module, _, test = nodeid.partition("::")
    name = test.replace("::", ".")
    safe = ODD.sub("_", name)[:LONGEST]
    if safe != name:
        safe = f"{safe}-{blake2b(name.encode(), digest_size=4).hexdigest()}"
    return Path(Path(module).stem) / f"{safe}.json"


def names_in(text: Value) -> tuple[str, ...]:
    """The names in a list with commas."""
    return tuple([name.strip() for name in str(text or "").split(",") if name.strip()])
