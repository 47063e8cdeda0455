"""What may be sent but not counted; fields that only a message has are a matter of shape."""

from collections.abc import Iterable
from random import Random
from typing import Final

from mockclaude.call import Call
from mockclaude.rules.media import NEEDS, attach, media_of
from mockclaude.rules.rule import Draft, Facts, Rule, rule
from mockclaude.wire.body import JsonObject
from mockclaude.wire.evidence import reported


@rule(
    message="File sources are not supported in the token counting endpoint.",
    needs=NEEDS,
    endpoints=("count_tokens",),
    source=reported("2026-08-21", "eight public reports 2026-05 to 2026-09 in the same words, without a path"),
    fix="Count the same bytes as base64, or read `usage.input_tokens` of an answer.",
)
def uncountable_file(call: Call) -> Iterable[Facts]:
    """A file of the Files API where tokens are counted."""
    media = media_of(call)
    sources = [(found.path, found.block["source"]) for found in media.images]
    sources += [(found.path, found.block["source"]) for found in media.documents]
    return [{"path": path} for path, source in sources if source["type"] == "file"]


@uncountable_file.broken_by
def attach_a_file_by_its_id(draft: Draft, random: Random) -> Draft:
    """A document or an image that was uploaded before."""
    source: JsonObject = {"type": "file", "file_id": "file_011CNha8iCJcU1wXNR6q4V8w"}
    return attach(draft, {"type": random.choice(("document", "image")), "source": source})


COUNTING: Final[tuple[Rule[Call], ...]] = (uncountable_file,)
