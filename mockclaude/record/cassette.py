"""A cassette: recorded interactions in one readable file, read back to the last byte."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from os import PathLike
from pathlib import Path
from typing import Final, NamedTuple, cast

import orjson

from mockclaude.errors import CassetteError, nearest
from mockclaude.record.cassette_schema import INTERACTION, cassette_schema, faults_of
from mockclaude.record.log import Left, left_in, log_of
from mockclaude.record.media import Media
from mockclaude.record.metadata import Metadata, data_of_metadata, metadata_from, metadata_of
from mockclaude.record.stored import restored
from mockclaude.record.text import parsed, pretty
from mockclaude.wire.body import Json, JsonObject
from mockclaude.wire.interaction import Interaction

FORMAT: Final = "mockclaude_cassette"
VERSION: Final = 1
KEYS: Final = {FORMAT, "metadata", "interactions"}


@dataclass(frozen=True, slots=True)
class Cassette:
    """What a cassette holds, in the order in which it was recorded."""

    interactions: tuple[Interaction, ...] = ()
    metadata: Metadata = field(default_factory=Metadata)

    @classmethod
    def load(cls, path: str | PathLike[str]) -> "Cassette":
        """The cassette in a file, and what the log of a killed recorder holds beyond it; raises `CassetteError`."""
        found = contents(Path(path))
        logged = found.logged_interactions()
        return cls((*found.interactions(), *logged), found.told | metadata_of(logged) if logged else found.told)

    def __len__(self) -> int:
        return len(self.interactions)

    def __iter__(self) -> Iterator[Interaction]:
        return iter(self.interactions)

    def __repr__(self) -> str:
        return f"<Cassette interactions={len(self)} models={','.join(self.metadata.models) or 'none'}>"


class Contents(NamedTuple):
    """What stands on the disk: the entries of the file, and those of a log beyond it."""

    path: Path
    told: Metadata
    entries: Sequence[JsonObject]
    logged: Sequence[JsonObject]

    def interactions(self) -> list[Interaction]:
        """What the entries of the file stand for; raises `CassetteError`."""
        media = Media(self.path)
        return [_restored(each, media, f"{self.path}: interactions[{n}]") for n, each in enumerate(self.entries)]

    def logged_interactions(self) -> list[Interaction]:
        """What the entries of the log stand for; raises `CassetteError`."""
        media, log = Media(self.path), log_of(self.path)
        return [_restored(each, media, f"{log}: interaction {n}") for n, each in enumerate(self.logged, start=1)]


def contents(path: Path) -> Contents:
    """The entries on the disk, those of a log after those of the file; raises `CassetteError`."""
    log = log_of(path)
    while True:  # a recorder may replace one and remove the other in between
        before = _bytes(log)
        file = _bytes(path)
        after = _bytes(log)
        if before is None or (after is not None and after.startswith(before)):
            break
    left = Left() if after is None else left_in(after, log)
    if file is None and after is None:
        raise CassetteError(f"there is no cassette {path}{_neighbour(path)}")
    if file is None:
        return Contents(path, Metadata(), (), left.entries)
    told, entries = opened(file, path)
    return Contents(path, told, entries, left.beyond(file))


def opened(data: bytes, path: Path) -> tuple[Metadata, list[JsonObject]]:
    """Metadata and entries of a cassette's file, its format known; raises `CassetteError`."""
    try:
        value = parsed(data)
    except orjson.JSONDecodeError as fault:
        raise CassetteError(
            f"{path}:{fault.lineno}:{fault.colno}: not JSON: {fault.msg}; a cassette is JSON: mend the line, or restore "
            "the file from where you keep it"
        ) from None
    if not isinstance(value, dict) or FORMAT not in value:
        raise CassetteError(
            f"{path} is no cassette: its first key would be {FORMAT!r}; `mockclaude cassette import {path} --to FILE` "
            "reads recordings of vcrpy, go-vcr, HAR, aimock and bare SSE"
        )
    if value[FORMAT] != VERSION:
        raise CassetteError(
            f"{path} is a cassette of format {value[FORMAT]!r}; this mockclaude reads format {VERSION}: use a newer one"
        )
    try:
        metadata, entries = value["metadata"], value["interactions"]
        if value.keys() == KEYS and isinstance(entries, list) and all(isinstance(each, dict) for each in entries):
            return metadata_from(cast("JsonObject", metadata)), cast("list[JsonObject]", entries)
    except (LookupError, TypeError, ValueError):
        pass
    wrong = next(faults_of(value, cassette_schema()), "metadata.recorded is no moment")
    raise CassetteError(f"{path}: {wrong}; mend it, or restore the file from where you keep it")


def file_of(entries: Sequence[Mapping[str, Json]], metadata: Metadata) -> bytes:
    """The bytes of a cassette's file."""
    whole: JsonObject = {FORMAT: VERSION, "metadata": data_of_metadata(metadata)}
    return pretty({**whole, "interactions": [dict(entry) for entry in entries]})


def _bytes(path: Path) -> bytes | None:
    try:
        return path.read_bytes()
    except FileNotFoundError:
        return None
    except OSError as fault:
        raise CassetteError(f"{path} cannot be read: {fault.strerror}") from None


def _neighbour(path: Path) -> str:
    """The nearest cassette beside a missing one."""
    return nearest(path.name, [each.name for each in path.parent.glob("*.json")]) if path.parent.is_dir() else ""


def _restored(entry: JsonObject, media: Media, where: str) -> Interaction:
    try:
        return restored(entry, media)
    except CassetteError as error:
        raise CassetteError(f"{where}: {error}") from None
    except (LookupError, TypeError, ValueError, AttributeError) as error:
        told = next(faults_of(entry, INTERACTION), str(error))
        raise CassetteError(f"{where}: {told}; mend it, or delete the interaction to record it again") from None
