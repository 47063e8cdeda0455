"""Writes a cassette so that nothing finished is ever lost and no key is ever written."""

from collections.abc import Iterable
from os import PathLike
from pathlib import Path
from threading import Lock
from types import TracebackType
from typing import Self

from mockclaude.errors import CassetteError
from mockclaude.record.cassette import Contents, contents, file_of
from mockclaude.record.disk import replace_file
from mockclaude.record.log import Log
from mockclaude.record.media import Media
from mockclaude.record.metadata import Metadata, metadata_of
from mockclaude.record.redaction import DEFAULT, Redaction
from mockclaude.record.stored import stored
from mockclaude.wire.body import JsonObject
from mockclaude.wire.interaction import Headers, Interaction


class Recorder:
    """The one writer of a cassette; a second is refused.

    `rewrite` puts what is recorded in the place of what the cassette held, when the recorder is closed; until then,
    and when its block ends in an exception, the earlier interactions stay, and the new ones stand behind them.
    """

    def __init__(self, path: str | PathLike[str], *, redaction: Redaction = DEFAULT, rewrite: bool = False) -> None:
        self.path = path = Path(path)
        self._redaction = redaction
        self._rewrite = rewrite
        self._media = Media(path)
        self._guard = Lock()
        self._entries: list[JsonObject] = []
        self._metadata = Metadata()
        self._log: Log | None = Log(path)
        try:
            has_some = path.exists() or self._log.left.entries
            found = contents(path) if has_some else Contents(path, Metadata(), (), ())
            logged = found.logged_interactions()
        except CassetteError:
            self._log.close(remove=not self._log.left.entries)
            raise
        self._earlier = [*found.entries, *found.logged]
        self._known = found.told | metadata_of(logged)
        self._left = bool(logged)

    def append(self, interaction: Interaction) -> None:
        """Records an interaction without its secrets; when it returns, the interaction survives anything."""
        self.extend([interaction])

    def extend(self, interactions: Iterable[Interaction]) -> None:
        """Records several at once."""
        given = list(interactions)
        clean = [self._redaction.interaction(each) for each in given]
        metadata = metadata_of(clean)
        with self._guard:
            if self._log is None:
                raise CassetteError(f"the recorder of {self.path} is closed; open another to go on")
            entries = [with_codings(stored(each, self._media), was) for each, was in zip(clean, given, strict=True)]
            self._log.append(*entries)
            self._entries.extend(entries)
            self._metadata |= metadata

    def close(self, *, whole: bool = True) -> None:
        """Takes the log into the cassette; a cassette without anything new stays as it is.

        Only a recording that is `whole` rewrites one.
        """
        with self._guard:
            self._rewrite = self._rewrite and whole
            log, self._log = self._log, None
            if log is None:
                return
            try:
                if self._entries or self._left:
                    self._fold(log)
            except BaseException:
                log.close(remove=False)
                raise
            log.close(remove=True)

    def _fold(self, log: Log) -> None:
        rewritten = self._rewrite and bool(self._entries)
        entries = self._entries if rewritten else [*self._earlier, *self._entries]
        data = file_of(entries, self._metadata if rewritten else self._known | self._metadata)
        log.announce(data)
        try:
            replace_file(self.path, data)
        except OSError as fault:
            raise CassetteError(
                f"{self.path} cannot be written: {fault.strerror}; what was recorded is kept in {log.path}, and the next "
                "recording takes it in"
            ) from None
        if rewritten:
            self._media.forget_all_but(frozenset([name for entry in entries for name in named_in(entry)]))

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, fault: BaseException | None, trace: TracebackType | None
    ) -> None:
        del fault, trace
        self.close(whole=kind is None)

    def __repr__(self) -> str:
        return f"<Recorder {self.path} interactions={len(self._entries)}>"


def with_codings(entry: JsonObject, was: Interaction) -> JsonObject:
    """The entry with a note of the content-encodings that its bodies had."""
    answered = Headers(dict(was.response.headers)) if was.response is not None else Headers()
    for name, headers in (("request", was.request.headers), ("response", answered)):
        part, coding = entry[name], headers.get("content-encoding")
        if coding and isinstance(part, dict):
            part["decoded_from"] = coding
    return entry


def named_in(entry: JsonObject) -> list[str]:
    """The media files that an entry names."""
    told = [part.get("media") for part in (entry["request"], entry["response"]) if isinstance(part, dict)]
    return [str(name) for places in told if isinstance(places, dict) for name in places.values()]
