"""The log of a recording: one line for each finished interaction, until the cassette takes them in.

A line counts once its line end is written. Before the cassette is replaced, the log names the digest of the new one:
whoever finds both after a crash knows whether the interactions of the log are already in the cassette.
"""

import hashlib
import os
from collections.abc import Mapping
from pathlib import Path
from types import MappingProxyType
from typing import BinaryIO, Final, NamedTuple, cast

from mockclaude.errors import CassetteError
from mockclaude.record.disk import lock
from mockclaude.record.text import compact, parsed
from mockclaude.wire.body import JsonObject

FORMAT: Final = "mockclaude_cassette_log"
VERSION: Final = 1


class Left(NamedTuple):
    """What a log holds: entries, which cassettes took in how many of them, and the process that writes it."""

    entries: tuple[JsonObject, ...] = ()
    folded: Mapping[str, int] = MappingProxyType({})
    pid: int | None = None

    def beyond(self, cassette: bytes | None) -> tuple[JsonObject, ...]:
        """The entries that this cassette does not hold."""
        return self.entries[0 if cassette is None else self.folded.get(digest(cassette), 0) :]


def log_of(cassette: Path) -> Path:
    """Where the log of a cassette is."""
    return cassette.with_name(f"{cassette.name}.log")


def digest(cassette: bytes) -> str:
    """What a log calls a cassette by."""
    return hashlib.sha256(cassette).hexdigest()


def left_in(data: bytes, path: Path) -> Left:
    """What the bytes of a log say; an unfinished last line says nothing. Raises `CassetteError`."""
    entries: list[JsonObject] = []
    folded: dict[str, int] = {}
    pid = None
    for number, line in enumerate(data.split(b"\n")[:-1], start=1):
        try:
            value = cast("JsonObject", parsed(line))
            if FORMAT in value:
                pid = cast("int", value["pid"])
                _check(value[FORMAT], path)
            elif "folded" in value:
                folded[cast("str", value["folded"])] = len(entries)
            else:
                entries.append(value)
        except (ValueError, TypeError, KeyError) as fault:
            if isinstance(fault, CassetteError):
                raise
            raise CassetteError(
                f"{path}:{number}: this line of a recording's log is broken; delete the line to give it up"
            ) from None
    return Left(tuple(entries), folded, pid)


def _check(version: object, path: Path) -> None:
    if version != VERSION:
        raise CassetteError(f"{path} is of format {version!r}; this mockclaude reads {VERSION}: use a newer one")


class Log:
    """The log that one process writes; nobody else can open it meanwhile."""

    def __init__(self, cassette: Path) -> None:
        self.path = log_of(cassette)
        self._file = self._taken(cassette)
        try:
            data = self._file.read()
            self.left = left_in(data, self.path)
            self._end = data.rfind(b"\n") + 1
            self._write({FORMAT: VERSION, "pid": os.getpid()})
        except BaseException:
            self._file.close()
            raise

    def append(self, *entries: JsonObject) -> None:
        """Writes entries; when it returns they survive anything."""
        self._write(*entries)

    def announce(self, cassette: bytes) -> None:
        """Says that a cassette of these bytes holds everything so far."""
        self._write({"folded": digest(cassette)})

    def close(self, *, remove: bool) -> None:
        """Lets the log go; `remove` when a cassette holds all of it."""
        if remove and os.name != "nt":
            self.path.unlink(missing_ok=True)
        self._file.close()
        if remove:
            self.path.unlink(missing_ok=True)

    def _taken(self, cassette: Path) -> BinaryIO:
        while True:
            try:
                cassette.parent.mkdir(parents=True, exist_ok=True)
                file = self.path.open("a+b", buffering=0)
            except OSError as fault:
                raise CassetteError(f"{cassette} cannot be recorded: {fault.strerror}: {fault.filename}") from None
            file.seek(0)
            if not lock(file):
                holder = left_in(file.read(), self.path).pid
                file.close()
                raise CassetteError(
                    f"{cassette} is being recorded by process {holder}; only one may write a cassette: "
                    "end that recording, or record to another file"
                )
            if self._is(file):
                file.seek(0)
                return file
            file.close()  # whoever had it has removed it in the meantime

    def _is(self, file: BinaryIO) -> bool:
        """Whether the file still has its name."""
        try:
            return os.path.samestat(os.fstat(file.fileno()), self.path.stat())
        except FileNotFoundError:
            return False

    def _write(self, *values: JsonObject) -> None:
        data = b"".join([compact(value) + b"\n" for value in values])
        descriptor = self._file.fileno()
        try:
            os.ftruncate(descriptor, self._end)  # what a killed or failed writer left unfinished
            view = memoryview(data)
            while view:
                view = view[os.write(descriptor, view) :]
            os.fsync(descriptor)
        except OSError as fault:
            raise CassetteError(f"{self.path} cannot be written: {fault.strerror}; the interaction is lost") from None
        self._end += len(data)
