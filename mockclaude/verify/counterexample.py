"""Counterexamples in files: what broke a property once can be played again, to the same client or to any other."""

import hashlib
import json
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Final, cast

from mockclaude import __version__
from mockclaude.clock import real_clock
from mockclaude.errors import SettingsError
from mockclaude.mock import MockClaude
from mockclaude.record.redact import without_keys
from mockclaude.settings import Settings
from mockclaude.verify.adapter import Endpoint
from mockclaude.verify.case import Case, answers_of, case_of
from mockclaude.verify.failure import Failure
from mockclaude.verify.properties import PROPERTIES
from mockclaude.verify.property import Property
from mockclaude.verify.stage import Play
from mockclaude.wire.body import Json, JsonObject
from mockclaude.wire.encoding import JSONFault, loads

FOLDER: Final = ".mockclaude/failures"
FORMAT: Final = 1


@dataclass(frozen=True, slots=True)
class Counterexample:
    """A saved case and the property that it breaks."""

    about: Property
    case: Case
    cause: str = ""


def saved(failure: Failure, folder: str | Path) -> Failure:
    """The failure with the file it was written to; the same counterexample has always the same name."""
    case = failure.case.data()
    digest = hashlib.blake2s(json.dumps([failure.about.id, case]).encode(), digest_size=4).hexdigest()
    path = Path(folder) / f"{failure.about.id}-{digest}.json"
    data: JsonObject = {
        "format": FORMAT,
        "made_by": f"mockclaude {__version__}",
        "property": failure.about.id,
        "cause": failure.cause,
        "expected": failure.expected,
        "got": failure.got,
        "case": case,
    }
    path.parent.mkdir(parents=True, exist_ok=True)
    part = path.with_suffix(".part")
    part.write_text(without_keys(json.dumps(data, indent=2, ensure_ascii=False)) + "\n", "utf-8")
    part.replace(path)
    return replace(failure, path=path.as_posix())


def counterexample_of(data: Json) -> Counterexample:
    """The counterexample that JSON stands for; raises `SettingsError`."""
    if not isinstance(data, dict) or not isinstance(data.get("case"), dict):
        raise SettingsError("this is no counterexample; expected an object with property and case")
    found = next((one for one in PROPERTIES if one.id == data.get("property")), None)
    if found is None or data.get("format") != FORMAT:
        raise SettingsError(
            f"this is a counterexample of property {data.get('property')!r} in format {data.get('format')!r};"
            f" expected one of {PROPERTIES[0].id} to {PROPERTIES[-1].id} in format {FORMAT}"
        )
    case = case_of(cast("JsonObject", data["case"]))
    return Counterexample(found, case, str(data.get("cause", "")))


def json_in(path: str | Path) -> Json:
    """The JSON of a file; raises `SettingsError`."""
    try:
        return loads(Path(path).read_bytes())
    except OSError as fault:
        raise SettingsError(f"{path} cannot be read: {fault.strerror}") from None
    except JSONFault as fault:
        raise SettingsError(f"{path} is not JSON: {fault}") from None


@contextmanager
def playing(answers: list[Json], *, port: int = 0, together: bool = False) -> Iterator[Endpoint]:
    """A server that gives these answers in turn, of which the last repeats: `{"stream": [...]}` or a scenario's reply.

    with playing([{"text": "Hello", "fault": "truncated"}]) as server:
        client = Anthropic(base_url=server.url, api_key=server.api_key)
    """
    case = Case((), answers_of(cast("list[JsonObject]", answers)), together=together)
    with MockClaude(Settings(validation="off"), seed=0, clock=real_clock, port=port) as mock:
        mock.world.engine.responders.insert(0, Play(case))
        yield Endpoint(mock.url, mock.api_key)
