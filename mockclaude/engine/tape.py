"""How a cassette is played: from which file, when it is recorded, which differences count, and how fast."""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from os import PathLike
from pathlib import Path
from typing import Final, NamedTuple, get_args

from mockclaude.errors import SettingsError, nearest
from mockclaude.record.essence import Matching
from mockclaude.record.redaction import Redaction, redaction_of
from mockclaude.settings import API, Mode, Repeat

SCALE: Final = re.compile(r"x(\d+(?:\.\d+)?)")


class Conduct(NamedTuple):
    """What a mode does: whether recordings answer, whether what is missing is asked upstream, what becomes of the old."""

    replays: bool
    records: bool
    rewrites: bool = False


CONDUCTS: Final[dict[Mode, Conduct]] = {
    "none": Conduct(replays=True, records=False),
    "once": Conduct(replays=True, records=False),
    "new_episodes": Conduct(replays=True, records=True),
    "all": Conduct(replays=False, records=True),
    "rewrite": Conduct(replays=False, records=True, rewrites=True),
}
ONCE: Final = {"file": CONDUCTS["none"], "log": CONDUCTS["new_episodes"], "nothing": CONDUCTS["all"]}
"""What `once` does with a cassette, with the log that a killed recorder left, and without either."""


@dataclass(frozen=True, slots=True)
class Tape:
    """A cassette and how it is played.

        MockClaude(cassette=Tape("weather.json", record="new_episodes", ignore=("model",)))

    `record` says when the upstream is asked: `none` never; `once` while there is no cassette; `new_episodes` for
    what is missing; `all` always; `rewrite` always, into an empty cassette. `match` and `ignore` name differences
    that count or do not (`mockclaude record --help` lists them). A request that comes more often than it was
    recorded is a miss, unless `repeat="last"`. `timing` is `none`, `recorded`, or a share of it such as `x0.5`.
    `redact` are regular expressions of what is secret besides the usual (only their group `secret`, if they have one),
    `redact_names` headers, query parameters and JSON fields that hold it: to be given to record and to replay alike.
    """

    path: str | PathLike[str]
    record: Mode = "none"
    match: Sequence[str] = ()
    ignore: Sequence[str] = ()
    repeat: Repeat = "never"
    timing: str = "none"
    upstream: str = API
    redact: Sequence[str] = ()
    redact_names: Sequence[str] = ()

    def __post_init__(self) -> None:
        chosen("record", self.record, get_args(Mode))
        chosen("repeat", self.repeat, get_args(Repeat))
        scale_of(self.timing)
        Matching(tuple(self.match), tuple(self.ignore))
        _ = self.redaction
        if "@" in self.upstream:
            raise SettingsError(
                f"upstream holds a user or a password, which would be told in texts; expected a URL such as {API}, and a "
                "client that sends them in a header"
            )
        if not re.match(r"https?://[^/\s]", self.upstream):
            raise SettingsError(f"upstream is {self.upstream!r}; expected a URL such as {API}")

    @property
    def file(self) -> Path:
        """The cassette's file."""
        return Path(self.path)

    @property
    def matching(self) -> Matching:
        """Which differences between a request and a recorded one count."""
        return Matching(tuple(self.match), tuple(self.ignore))

    @property
    def redaction(self) -> Redaction:
        """What is taken out of recordings, and out of a request before it is compared with them."""
        return redaction_of(patterns=self.redact, names=self.redact_names)

    @property
    def may_record(self) -> bool:
        """Whether the upstream may be asked."""
        return CONDUCTS[self.record].records or (self.record == "once" and not self.file.exists())

    @property
    def scale(self) -> float:
        """What the recorded times are multiplied by; 0 lets everything leave at once."""
        return scale_of(self.timing)


def tape_of(
    cassette: str | PathLike[str] | Tape | None,
    *,
    record: Mode | None = None,
    match: Sequence[str] = (),
    ignore: Sequence[str] = (),
) -> Tape | None:
    """The tape that is meant; raises `SettingsError` where a tape, or no cassette at all, is told how to be played."""
    if cassette is not None and not isinstance(cassette, Tape):
        return Tape(cassette, record=record or "none", match=match, ignore=ignore)
    if record is not None or match or ignore:
        raise SettingsError(
            "record, match and ignore belong to the file of a cassette; "
            + ("say it in the Tape itself" if cassette is not None else "name one with cassette=")
        )
    return cassette


def chosen(name: str, value: str, known: tuple[str, ...]) -> None:
    """Raises `SettingsError` unless the value is one of the known."""
    if value not in known:
        hint = nearest(str(value), known)
        raise SettingsError(f"{name} is {value!r}{hint}; expected one of {', '.join(known)}")


def scale_of(timing: str) -> float:
    """The factor that a timing means; raises `SettingsError`."""
    if timing in {"none", "recorded"}:
        return float(timing == "recorded")
    found = SCALE.fullmatch(timing)
    if found is None:
        raise SettingsError(f"timing is {timing!r}; expected none, recorded, or a factor such as x0.5")
    return float(found[1])
