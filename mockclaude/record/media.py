"""Images and documents of a cassette: each once, by its digest, in a folder beside it."""

import hashlib
import re
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Final, cast

import pybase64

from mockclaude.errors import CassetteError
from mockclaude.record.disk import replace_file
from mockclaude.wire.body import Json, JsonObject

SMALLEST: Final = 1024
"""Characters of base64 text below which it stays where it is."""
DEEPEST: Final = 100
EXTENSIONS: Final[Mapping[str, str]] = {
    "image/png": ".png",
    "image/jpeg": ".jpg",
    "image/gif": ".gif",
    "image/webp": ".webp",
    "application/pdf": ".pdf",
}
NAME: Final = re.compile(r"[0-9a-f]{64}\.(?:png|jpg|gif|webp|pdf|bin)")


class Media:
    """The folder of a cassette's media."""

    def __init__(self, cassette: Path) -> None:
        self.folder = cassette.with_suffix(".media")

    def keep(self, data: bytes, media_type: str) -> str:
        """Writes the data unless it is there; returns the name of its file."""
        name = hashlib.sha256(data).hexdigest() + EXTENSIONS.get(media_type, ".bin")
        path = self.folder / name
        if not path.is_file():
            self.folder.mkdir(parents=True, exist_ok=True)
            replace_file(path, data)
        return name

    def read(self, name: str) -> bytes:
        """The data of a file; raises `CassetteError` when it is not there or is not what was recorded."""
        path = self.folder / name
        if NAME.fullmatch(name) is None:
            raise CassetteError(f"{name!r} is no name of a media file; expected the SHA-256 of its content and .png")
        try:
            data = path.read_bytes()
        except OSError as fault:
            raise CassetteError(
                f"the media file {path} cannot be read: {fault.strerror}; it belongs beside the cassette: restore it, "
                "or record the cassette again"
            ) from None
        if hashlib.sha256(data).hexdigest() != name[:64]:
            raise CassetteError(f"the media file {path} is not what was recorded; restore it, or record again")
        return data

    def files(self) -> Iterator[Path]:
        """The files of the folder that are media."""
        if self.folder.is_dir():
            yield from sorted(path for path in self.folder.iterdir() if NAME.fullmatch(path.name))

    def forget_all_but(self, used: frozenset[str]) -> None:
        """Removes the files that no interaction names any more."""
        for path in self.files():
            if path.name not in used:
                path.unlink(missing_ok=True)
        if self.folder.is_dir() and not any(self.folder.iterdir()):
            self.folder.rmdir()


def cut_out(body: Json, media: Media) -> JsonObject:
    """The body under `json`, its long base64 data in files that `media` names by the place of the data.

    The body is changed. Raises `ValueError` when it is nested too deep to be stored parsed.
    """
    places: JsonObject = {}
    pending: list[tuple[Json, tuple[str | int, ...]]] = [(body, ())]
    while pending:
        value, place = pending.pop()
        if len(place) > DEEPEST:
            raise ValueError("nested too deep")
        if isinstance(value, dict):
            name = _file(value, media)
            if name:
                value["data"] = name
                places[pointer((*place, "data"))] = name
            pending.extend([(item, (*place, key)) for key, item in value.items()])
        elif isinstance(value, list):
            pending.extend([(item, (*place, index)) for index, item in enumerate(value)])
    return {"json": body, "media": dict(sorted(places.items()))} if places else {"json": body}


def put_back(entry: JsonObject, media: Media) -> Json:
    """The body that `cut_out` took apart."""
    body = entry["json"]
    for place, name in cast("dict[str, str]", entry.get("media", {})).items():
        *trail, last = steps(place)
        target = body
        for step in trail:
            target = target[step] if isinstance(target, dict) else _item(target, step)
        cast("dict[str, Json]", target)[last] = pybase64.b64encode_as_string(media.read(name))
    return body


def pointer(place: tuple[str | int, ...]) -> str:
    """The place as a JSON Pointer."""
    return "".join(["/" + str(step).replace("~", "~0").replace("/", "~1") for step in place])


def steps(text: str) -> list[str]:
    """The steps of a JSON Pointer."""
    return [step.replace("~1", "/").replace("~0", "~") for step in text.split("/")[1:]]


def _item(target: Json, step: str) -> Json:
    return cast("list[Json]", target)[int(step)]


def _file(source: JsonObject, media: Media) -> str | None:
    """The name of the file that holds the data of a base64 source; `None` where the data stays."""
    text = source.get("data")
    if source.get("type") != "base64" or not isinstance(text, str) or len(text) < SMALLEST:
        return None
    try:
        data = pybase64.b64decode(text, validate=True)
    except ValueError:
        return None
    if pybase64.b64encode_as_string(data) != text:
        return None
    return media.keep(data, str(source.get("media_type")))
