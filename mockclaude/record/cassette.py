"""A cassette: recorded interactions in one readable file, read back to the last byte."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
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


@dataclass(frozen=True, slots=True)
class Cassette:
    """What a cassette holds, in the order in which it was recorded."""

    interactions: tuple[Interaction, ...] = ()
    metadata: Metadata = field(default_factory=Metadata)

    @classmethod
    def load(cls, path: Path) -> "Cassette":
        """The cassette in a file, and what the log of a killed recorder holds beyond it; raises `CassetteError`."""
        media, found = Media(path), contents(path)
        interactions = [
            _restored(entry, media, f"{path}: interactions[{number}]") for number, entry in enumerate(found.entries)
        ]
        logged = [
            _restored(entry, media, f"{log_of(path)}: interaction {n}") for n, entry in enumerate(found.logged, 1)
        ]
        return cls((*interactions, *logged), found.metadata | metadata_of(logged) if logged else found.metadata)

    def __len__(self) -> int:
        return len(self.interactions)

    def __iter__(self) -> Iterator[Interaction]:
        return iter(self.interactions)

    def __repr__(self) -> str:
        return f"<Cassette interactions={len(self)} models={','.join(self.metadata.models) or 'none'}>"


class Contents(NamedTuple):
    """What stands on the disk: the entries of the file and those of a log beyond it."""

    entries: Sequence[JsonObject]
    logged: Sequence[JsonObject]
    metadata: Metadata


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
        return Contents((), left.entries, Metadata())
    data = opened(file, path)
    return Contents(
        cast("list[JsonObject]", data["interactions"]),
        left.beyond(file),
        metadata_from(cast("JsonObject", data["metadata"])),
    )


def opened(data: bytes, path: Path) -> JsonObject:
    """The data of a cassette's file, its format known; raises `CassetteError`."""
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
    shell: JsonObject = {**value, "interactions": []}
    wrong = next(faults_of(shell, cassette_schema()), None)
    interactions = value.get("interactions")
    if not isinstance(interactions, list) or not all(isinstance(each, dict) for each in interactions):
        wrong = "'interactions' must be a list of objects"
    if wrong is not None:
        raise CassetteError(f"{path}: {wrong}; mend it, or restore the file from where you keep it")
    return value


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
