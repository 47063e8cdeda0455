"""The images and documents of a call: where each stands, and what its bytes tell.

They stand in user turns, inside tool results, and inside documents that are given as blocks. Places count merged
turns. Of dimensions and PDF faults inside tool loops the API is known to count blocks of its own rendering instead
(public reports 2025-08 to 2026-09); how it counts is not known, so all paths here follow one grammar.
"""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from typing import Final, Generic, TypeVar, cast
from weakref import WeakKeyDictionary

from mockclaude.call import Call
from mockclaude.rules.rule import Draft
from mockclaude.settings import MIB
from mockclaude.wire.body import Block, Json, JsonObject
from mockclaude.wire.image import MediaType, Size, decode_base64, is_whole, size_of, sniff
from mockclaude.wire.pdf import PdfFacts, inspect

Value = TypeVar("Value")

NEEDS: Final = ("image", "document")
"""The features of a call that may hold images: a document's content may be a list of blocks."""

SAMPLE: Final = 48


class Recall(Generic[Value]):
    """A function of a text that recognises texts it has read before, within so many entries and bytes.

    It compares instead of hashing, at a fifth of the cost: candidates have the same length and sampled letters.
    Two generations: what is asked for moves to the young one; when that is full, the old one is forgotten.
    """

    __slots__ = ("_entries", "_old", "_read", "_room", "_size", "_young")

    def __init__(self, read: Callable[[str], Value], *, entries: int = 512, size: int = 32 * MIB) -> None:
        self._read = read
        self._entries = entries // 2
        self._size = size // 2
        self._room = self._size
        self._young: dict[tuple[int, str], tuple[str, Value]] = {}
        self._old: dict[tuple[int, str], tuple[str, Value]] = {}

    def __call__(self, text: str) -> Value:
        """What the text says."""
        middle = len(text) // 2
        key = len(text), text[:SAMPLE] + text[middle : middle + SAMPLE] + text[-SAMPLE:]
        known = self._young.get(key)
        if known is not None and known[0] == text:
            return known[1]
        known = self._old.get(key)
        value = known[1] if known is not None and known[0] == text else self._read(text)
        if len(text) <= self._size:
            if len(text) > self._room or len(self._young) >= self._entries:
                self._old, self._young, self._room = self._young, {}, self._size
            self._room -= len(text)
            self._young[key] = text, value
        return value


@dataclass(frozen=True, slots=True)
class ImageFacts:
    """What an image's base64 text tells; its media type is the one of the bytes."""

    is_base64: bool
    media_type: MediaType | None = None
    size: Size | None = None
    is_whole: bool = False


@dataclass(frozen=True, slots=True)
class PdfReading:
    """What a PDF's base64 text tells; `facts` are missing when no page can be read."""

    is_base64: bool
    facts: PdfFacts | None = None


def _read_image(text: str) -> ImageFacts:
    data = decode_base64(text)
    if data is None:
        return ImageFacts(is_base64=False)
    return ImageFacts(True, sniff(data), size_of(data), is_whole(data))


def _read_pdf(text: str) -> PdfReading:
    data = decode_base64(text)
    return PdfReading(is_base64=False) if data is None else PdfReading(True, inspect(data))


image_facts: Final = Recall(_read_image)
"""What an image's base64 text tells; PNG and WebP cost half a millisecond for 10 MB, JPEG three."""
pdf_reading: Final = Recall(_read_pdf)
"""What a PDF's base64 text tells; about a millisecond for a small file."""


@dataclass(frozen=True, slots=True)
class Image:
    """An image: `path` leads to its source with the tags of unions, `place` to its block without them.

    `data` and `facts` are there when the bytes are in the request.
    """

    block: Block
    path: str
    place: str
    data: str | None = None
    facts: ImageFacts | None = None


@dataclass(frozen=True, slots=True)
class Document:
    """A document: `path` leads to its source, `pdf_path` to its bytes as the API names them once it has opened them.

    `data` and `reading` are there when the bytes are in the request.
    """

    block: Block
    path: str
    pdf_path: str
    data: str | None = None
    reading: PdfReading | None = None

    @property
    def is_paged(self) -> bool:
        """It may be a PDF: neither text nor blocks."""
        return self.block["source"]["type"] in {"base64", "url", "file"}


@dataclass(frozen=True, slots=True)
class Media:
    """The images and documents of a call, in the order in which they were sent."""

    images: Sequence[Image]
    documents: Sequence[Document]

    @property
    def urls(self) -> Iterator[tuple[str, str]]:
        """What would have to be fetched, each with its path."""
        sources = [(image.path, image.block["source"]) for image in self.images]
        sources += [(document.path, document.block["source"]) for document in self.documents]
        for path, source in sources:
            if source["type"] == "url":
                yield f"{path}.url", source["url"]


_SEEN: Final[WeakKeyDictionary[Call, Media]] = WeakKeyDictionary()


def media_of(call: Call) -> Media:
    """The images and documents of the call, looked for once."""
    media = _SEEN.get(call)
    if media is None:
        found = [
            medium
            for turn in call.turns
            if turn.role == "user"
            for medium in _within(turn.blocks, f"messages.{turn.place}.content", f"messages.{turn.place}.content")
        ]
        images = [medium for medium in found if isinstance(medium, Image)]
        documents = [medium for medium in found if isinstance(medium, Document)]
        media = _SEEN[call] = Media(images, documents)
    return media


def _within(blocks: Sequence[Block], path: str, place: str) -> Iterator[Image | Document]:
    for index, block in enumerate(blocks):
        kind = block["type"]
        if kind == "image":
            here = f"{path}.{index}.image.source.{block['source']['type']}"
            data = _data(block)
            yield Image(block, here, f"{place}.{index}", data, None if data is None else image_facts(data))
        elif kind == "document":
            source = block["source"]
            here = f"{path}.{index}.document.source.{source['type']}"
            opened = f"{path}.{index}.pdf.source.base64.data"
            data = _data(block)
            yield Document(block, here, opened, data, None if data is None else pdf_reading(data))
            inner = source.get("content")
            if isinstance(inner, list):
                yield from _within(inner, f"{here}.content", f"{place}.{index}.source.content")
        elif kind == "tool_result":
            result = block.get("content")
            if isinstance(result, list):
                yield from _within(result, f"{path}.{index}.tool_result.content", f"{place}.{index}.content")


def _data(block: Block) -> str | None:
    source = block["source"]
    return source["data"] if source["type"] == "base64" else None


def attach(draft: Draft, *blocks: JsonObject) -> Draft:
    """The draft with blocks at the end of its last user turn."""
    messages = cast("list[dict[str, Json]]", draft.body["messages"])
    place = max((place for place, item in enumerate(messages) if item["role"] == "user"), default=len(messages))
    content = messages[place]["content"] if place < len(messages) else ""
    before: list[Json] = [{"type": "text", "text": content}] if isinstance(content, str) and content else []
    turn: Json = {"role": "user", "content": [*(content if isinstance(content, list) else before), *blocks]}
    return draft.with_body(messages=[*messages[:place], turn, *messages[place + 1 :]])
