"""Why no recording answers a request: the nearest one, the first places that differ, and the way out."""

from collections.abc import Iterator, Sequence
from itertools import islice, zip_longest
from typing import Final

from mockclaude.engine.index import Index, digest, tools_of
from mockclaude.engine.tape import Tape
from mockclaude.record.essence import ADDED_TOOLS, ALL, Matching
from mockclaude.wire.body import JsonObject
from mockclaude.wire.encoding import dumps
from mockclaude.wire.interaction import RawRequest
from mockclaude.wire.shown import REDACTED, without_keys

TOLD: Final = 4
"""Differences that are told."""
COUNTED: Final = 100
"""Differences that are counted; what differs more is far away."""
COMPARED: Final = 50
"""Recordings of the same path that are compared in full."""
SHOWN: Final = 60
"""Characters of a value that are shown."""
BEFORE: Final = 15
"""Characters before the first that differs."""
LONG_DATA: Final = 64
"""Characters from which on text without a space is not shown."""
ABSENT: Final = object()

Change = tuple[str, object, object]
"""A place, what was recorded there, and what is asked."""


def missed(asked: JsonObject, request: RawRequest, index: Index, *, played: Sequence[int], tape: Tape) -> str:
    """The text of a miss; `played` are the recordings that would have answered and have."""
    where = without_keys(f"{request.method} {request.path}")
    if played:
        numbers = ", ".join([*[f"#{place + 1}" for place in played[:TOLD]], *(["…"] if len(played) > TOLD else [])])
        state = "matches and was" if len(played) == 1 else "match and were all"
        return (
            f"{where} is asked once more than {tape.file.name} has recorded it: {numbers} {state} played; the way out:"
            " repeat the last answer (--repeat last), or record what is missing (--mode new_episodes)"
        )
    if not index.interactions:
        return f"{tape.file.name} holds no interaction, so none answers {where}; the way out: --mode new_episodes"
    place, changes = nearest_to(asked, index)
    nearest = index.interactions[place].request
    there = without_keys(f"{nearest.method} {nearest.path}")
    lines = [
        f"no interaction of {tape.file.name} matches {where}; nearest: #{place + 1} {there}",
        *[f"  {path}: recorded {recorded}, asked {asks}" for path, recorded, asks in map(shown, changes[:TOLD])],
    ]
    if len(changes) > TOLD:
        lines.append(f"  and {len(changes) - TOLD}{' or more' if len(changes) == COUNTED else ''} further differences")
    own = (
        UNTOLD if any(REDACTED in str(recorded) and REDACTED not in str(asks) for _, recorded, asks in changes) else ()
    )
    return "\n".join([*lines, f"the way out: {', or '.join([*own, *cures(request, nearest, tape.matching), *RECORD])}"])


RECORD: Final = ("record what is missing (--mode new_episodes)",)
UNTOLD: Final = ("say what was taken out when it was recorded (--redact, --redact-name)",)


def nearest_to(asked: JsonObject, index: Index) -> tuple[int, list[Change]]:
    """The place of the recording that differs least, and where."""
    essences = [
        (place, index.matching.essence(interaction.request)) for place, interaction in enumerate(index.interactions)
    ]
    likest = sorted(essences, key=lambda one: _likeness(asked, one[1]), reverse=True)[:COMPARED]
    compared = [(place, list(islice(changes(essence, asked), COUNTED))) for place, essence in likest]
    return min(compared, key=lambda one: (len(one[1]), one[0]))


def _likeness(asked: JsonObject, other: JsonObject) -> tuple[bool, int, int]:
    """How near another request is at first sight: the same path, equal fields, equal turns from the beginning on."""
    one, two = asked["body"], other["body"]
    if not isinstance(one, dict) or not isinstance(two, dict):
        return asked["path"] == other["path"], int(one == two), 0
    fields = sum(one[key] == two[key] for key in one.keys() & two.keys())
    turns, others = one.get("messages"), two.get("messages")
    equal = 0
    if isinstance(turns, list) and isinstance(others, list):
        equal = sum(a == b for a, b in zip(turns, others, strict=False))
    return asked["path"] == other["path"], fields, equal


def changes(recorded: object, asked: object, path: str = "") -> Iterator[Change]:
    """Every place where two values differ."""
    if isinstance(recorded, dict) and isinstance(asked, dict):
        for key in [*recorded, *[key for key in asked if key not in recorded]]:
            inner = key if not path or path == "body" else f"{path}.{key}"
            yield from changes(recorded.get(key, ABSENT), asked.get(key, ABSENT), inner)
    elif isinstance(recorded, list) and isinstance(asked, list):
        for place, (one, two) in enumerate(zip_longest(recorded, asked, fillvalue=ABSENT)):
            yield from changes(one, two, f"{path}[{place}]")
    elif recorded != asked or type(recorded) is not type(asked):
        yield path, recorded, asked


def shown(change: Change) -> tuple[str, str, str]:
    """A difference in words: texts from where they begin to differ, long data by their size alone."""
    path, recorded, asked = change
    if isinstance(recorded, str) and isinstance(asked, str):
        start = max(0, _common(recorded, asked) - BEFORE)
        return path, _cut(recorded, start), _cut(asked, start)
    return path, _short(recorded), _short(asked)


def _common(one: str, two: str) -> int:
    for place, (a, b) in enumerate(zip(one, two, strict=False)):
        if a != b:
            return place
    return min(len(one), len(two))


def _cut(text: str, start: int) -> str:
    if is_data(text):
        return f"({len(text)} characters of data)"
    start = start if len(text) > SHOWN else 0
    piece = text[start : start + SHOWN]
    return _quoted(("…" if start else "") + piece + ("…" if start + SHOWN < len(text) else ""))


def _short(value: object) -> str:
    if value is ABSENT:
        return "nothing"
    if isinstance(value, str):
        return _cut(value, 0)
    if isinstance(value, dict):
        name = value.get("name") or value.get("type") or value.get("role")
        return f"an object{f' ({_cut(name, 0)})' if isinstance(name, str) else ''}"
    return f"{len(value)} items" if isinstance(value, list) else _quoted(value)


def _quoted(value: object) -> str:
    return without_keys(dumps(value).decode("utf-8", "replace"))


def is_data(text: str) -> bool:
    """Whether a text is none for people: base64, a signature."""
    return len(text) >= LONG_DATA and " " not in text[: LONG_DATA * 2]


def cures(request: RawRequest, recorded: RawRequest, matching: Matching) -> Iterator[str]:
    """The differences that would have to be ignored for the recording to match, each of which alone suffices."""
    counting = [one.name for one in ALL if one not in matching.ignored]
    for name in counting:
        wanted = Matching(tuple([one for one in matching.match if one != name]), (*matching.ignore, name))
        if digest(wanted.essence(request)) != digest(wanted.essence(recorded)):
            continue
        if name != ADDED_TOOLS or tools_of(recorded) <= tools_of(request):
            yield f"ignore {name} (--ignore {name})"
