"""Takes secrets out of a stream: each text is searched as a whole, however the stream cuts it, and then cut again.

A stream keeps its events, its deltas and the borders of its chunks; a delta may become empty.
"""

import json
import re
from collections.abc import Callable, Iterator, Sequence
from typing import Final, NamedTuple

from mockclaude.record.edits import Edit, applied, merged, recut
from mockclaude.record.json_text import TOKEN, content
from mockclaude.record.pieces import pieces_of
from mockclaude.wire.interaction import Chunk

Search = Callable[[str], list[Edit]]

HOLDER: Final = re.compile(r'"(?:delta|content_block)"\s*:\s*\{|\{(?=[^{]*"completion"\s*:)')
"""What holds the pieces of a text: a delta, the start of a block, or an event of the older completions."""
INDEX: Final = re.compile(r'"index"\s*:\s*([0-9]+)')
DATA: Final = re.compile(r"^data: ?(.*?)$", re.MULTILINE)
IN_JSON: Final = "partial_json"


class Told(NamedTuple):
    """A string that a delta brings, or the start of a block: where it stands, and whose text it goes on with."""

    piece: int
    start: int
    sign: str
    text: str

    def said(self, text: str) -> Edit:
        """The edit that lets it say something else; one that breaks off still does."""
        if text == self.text:
            return Edit(self.start, self.start + len(self.sign), self.sign, "")
        token = json.dumps(text, ensure_ascii=False)
        ended = len(self.sign) > 1 and self.sign[-1] == '"'
        return Edit(self.start, self.start + len(self.sign), token if ended else token[:-1], "")


def redacted_stream(
    chunks: Sequence[Chunk], in_text: Search, in_json: Search, found: Callable[[Edit], None]
) -> tuple[Chunk, ...]:
    """The chunks without what the searches find; each find is told."""
    raws = [piece.raw for piece in pieces_of(b"".join([chunk.data for chunk in chunks]))]
    texts = [raw.decode("utf-8", "surrogateescape") for raw in raws]
    anew: dict[int, list[Edit]] = {}
    for (_, name), strings in _folded(texts).items():
        search = in_json if name == IN_JSON else in_text
        edits = search("".join([string.text for string in strings]))
        for edit in edits:
            found(edit)
        said = recut([string.text for string in strings], edits) if edits else ()
        for string, text in zip(strings, said, strict=False):
            anew.setdefault(string.piece, []).append(string.said(text))
    texts = [applied(text, sorted(anew.get(number, []))) for number, text in enumerate(texts)]
    for number, text in enumerate(texts):
        edits = _in_frame(text, in_text, in_json)
        for edit in edits:
            found(edit)
        texts[number] = applied(text, edits)
    clean = [text.encode("utf-8", "surrogateescape") for text in texts]
    return tuple(chunks) if clean == raws else _rechunked(chunks, raws, clean)


def _folded(texts: Sequence[str]) -> dict[tuple[str, str], list[Told]]:
    """The strings of all deltas by the block and the field that they go on with."""
    folded: dict[tuple[str, str], list[Told]] = {}
    for number, text in enumerate(texts):
        holder = HOLDER.search(text)
        if holder is None:
            continue
        index = INDEX.search(text)
        for name, start, sign in _strings(text, holder.end()):
            key = (index[1] if index else "", name)
            folded.setdefault(key, []).append(Told(number, start, sign, content(sign)[0]))
    return folded


def _strings(text: str, start: int) -> Iterator[tuple[str, int, str]]:
    """The fields of an object that hold strings: name, where the string begins, and the string as it is written."""
    depth, name, previous = 1, "", ""
    for token in TOKEN.finditer(text, start):
        sign = token[0]
        depth += (sign in "{[") - (sign in "}]")
        if depth == 0:
            return
        if depth == 1 and sign[0] == '"':
            if previous == ":" and name != "type":
                yield name, token.start(), sign
            elif previous != ":":
                name = content(sign)[0]
        previous = sign


def _in_frame(text: str, in_text: Search, in_json: Search) -> list[Edit]:
    """What to change in one event: in its JSON, and around it."""
    lines = list(DATA.finditer(text))
    if len(lines) != 1:
        return merged([*in_text(text), *in_json(text)])
    start, end = lines[0].span(1)
    inside = [edit._replace(start=edit.start + start, end=edit.end + start) for edit in in_json(text[start:end])]
    before = in_text(text[:start])
    after = [edit._replace(start=edit.start + end, end=edit.end + end) for edit in in_text(text[end:])]
    return [*before, *inside, *after]


def _rechunked(chunks: Sequence[Chunk], old: Sequence[bytes], new: Sequence[bytes]) -> tuple[Chunk, ...]:
    """The new pieces cut where the old ones were: at the same place of the same piece, or at its end."""
    whole = b"".join(new)
    places: list[int] = []
    offset = 0
    for chunk in chunks:
        places.append(_place(offset, old, new))
        offset += len(chunk.data)
    ends = [*places[1:], len(whole)]
    return tuple([Chunk(whole[a:b], chunk.at) for chunk, a, b in zip(chunks, places, ends, strict=True)])


def _place(offset: int, old: Sequence[bytes], new: Sequence[bytes]) -> int:
    before = after = 0
    for was, now in zip(old, new, strict=True):
        if offset < before + len(was):
            return after + min(offset - before, len(now))
        before += len(was)
        after += len(now)
    return after
