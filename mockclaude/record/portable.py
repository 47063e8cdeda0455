"""A cassette as one piece of data, its media within, so that it can be handed to another process."""

from pathlib import Path

from mockclaude.errors import CassetteError
from mockclaude.record.cassette import FORMAT, VERSION, Contents, contents, opened
from mockclaude.record.media import Media, put_back
from mockclaude.record.metadata import data_of_metadata
from mockclaude.wire.body import Json, JsonObject
from mockclaude.wire.interaction import Interaction


def portable(path: Path) -> JsonObject:
    """The cassette in a file with its media put back; raises `CassetteError`."""
    found, media = contents(path), Media(path)
    entries: list[Json] = [_whole(entry, media) for entry in (*found.entries, *found.logged)]
    return {FORMAT: VERSION, "metadata": data_of_metadata(found.told), "interactions": entries}


def interactions_in(data: bytes, *, name: str) -> list[Interaction]:
    """The interactions of such data as JSON; raises `CassetteError`, also where it names files: those are not its own."""
    told, entries = opened(data, Path(name))
    for number, entry in enumerate(entries):
        if any("media" in part for part in (entry.get("request"), entry.get("response")) if isinstance(part, dict)):
            raise CassetteError(
                f"{name}: interactions[{number}] names media files, which did not come with it;"
                " let MockClaude.connect(...).cassette(PATH) send it, or start the server with --cassette"
            )
    return Contents(Path(name), told, entries, ()).interactions()


def _whole(entry: JsonObject, media: Media) -> JsonObject:
    parts = {key: entry.get(key) for key in ("request", "response")}
    return {**entry, **{key: _put_back(part, media) for key, part in parts.items()}}


def _put_back(part: Json, media: Media) -> Json:
    if not isinstance(part, dict) or "media" not in part:
        return part
    return {**{key: value for key, value in part.items() if key != "media"}, "json": put_back(part, media)}
