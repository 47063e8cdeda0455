"""Proves cassettes clean: every interaction, the rest of the file, the logs and the media beside it."""

from collections.abc import Iterator
from pathlib import Path
from typing import Final, NamedTuple

from mockclaude.errors import CassetteError
from mockclaude.record.cassette import FORMAT, Cassette
from mockclaude.record.log import log_of
from mockclaude.record.media import Media
from mockclaude.record.redaction import Redaction
from mockclaude.record.uncoded import LARGEST

LINE_END: Final = "\n"
HEAD: Final = 200
"""Bytes of a file in which a cassette says that it is one."""


class Dirt(NamedTuple):
    """A secret in a cassette: where it stands, and by which rule it was found; never the secret itself."""

    where: str
    rule: str

    def __str__(self) -> str:
        return f"{self.where}: {self.rule}"


def cassettes_in(path: Path) -> list[Path]:
    """The cassette at a path, or those in a folder and below; raises `CassetteError` where there is none."""
    if not path.is_dir():
        return [path]
    files = {each for each in path.rglob("*.json") if _is_cassette(each)}
    files |= {each.with_name(each.name.removesuffix(".log")) for each in path.rglob("*.json.log")}
    if not files:
        raise CassetteError(f"there is no cassette in {path}; name a cassette or a folder that holds some")
    return sorted(files)


def scan(path: Path, redaction: Redaction) -> Iterator[Dirt]:
    """The secrets in a cassette; raises `CassetteError` when it cannot be read."""
    for number, interaction in enumerate(Cassette.load(path)):
        for leak in redaction.leaks(interaction):
            yield Dirt(f"{path}: interactions[{number}].{leak.where}", leak.rule)
    for file in (path, log_of(path)):
        if file.is_file():
            text = file.read_text("utf-8", "replace")
            for edit in redaction.edits(text):
                yield Dirt(f"{file}:{text.count(LINE_END, 0, edit.start) + 1}", edit.rule)
    for file in Media(path).files():
        for edit in redaction.edits(file.read_bytes()[:LARGEST].decode("latin-1")):
            yield Dirt(f"{file}: byte {edit.start}", edit.rule)


def _is_cassette(path: Path) -> bool:
    with path.open("rb") as file:
        return f'"{FORMAT}"'.encode() in file.read(HEAD)
